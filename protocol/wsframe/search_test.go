package wsframe

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// play runs a script on a decoder, a line each: bytes in hexadecimal and quotes are a segment, "gap 5" is missing bytes,
// "close" is the end. It returns what was emitted, and how many bytes were passed over.
func play(t *testing.T, d Decoder, script string) string {
	t.Helper()
	r := tape{d: d}
	for line := range strings.Lines(script) {
		var n int64
		switch line = strings.TrimSpace(line); {
		case line == "":
		case line == "close":
			r.d.Close(9, r.emit)
		case strings.HasPrefix(line, "gap"):
			if _, err := fmt.Sscanf(line, "gap %d", &n); err != nil {
				t.Fatal(err)
			}
			if err := r.d.Gap(9, n, r.emit); err != nil {
				t.Fatal(err)
			}
		default:
			r.write(t, unhex(t, line))
		}
	}
	if n := r.d.Skipped(); n > 0 {
		r.seen = append(r.seen, fmt.Sprintf("skipped %d", n))
	}
	return r.take()
}

func TestGap(t *testing.T) {
	t.Parallel()
	hi := `8102"hi"`
	tests := []struct{ name, script, want string }{
		{"within a payload", `8108"He"` + "\ngap 4\n" + `"ld"` + hi, "1 \"He\" 8 incomplete\n1 \"hi\" 2"},
		{"to a payload's end", `8105"He"` + "\ngap 3\n" + hi, "1 \"He\" 5 incomplete\n1 \"hi\" 2"},
		{"a whole payload", `8105` + "\ngap 5\n" + hi, "1 \"\" 5 incomplete\n1 \"hi\" 2"},
		{"in two", `8108"He"` + "\ngap 2\n" + `"ll"` + "\ngap 1\n" + `"o"` + hi, "1 \"He\" 8 incomplete\n1 \"hi\" 2"},
		{"in a fragment", `0103"Hel"0003"lo"` + "\ngap 1\n" + `8001"!"` + hi, "1 \"Hello\" 7 incomplete\n1 \"hi\" 2"},
		{"in a ping", `0103"Hel"8903"p"` + "\ngap 1\n" + `"g"8002"lo"`, "9 \"p\" 3 incomplete\n1 \"Hello\" 5"},
		{"past a payload's end", `8105"He"` + "\ngap 7\n" + hi, "1 \"He\" 2 incomplete\n1 \"hi\" 2"},
		{"between frames", hi + "\ngap 4\n" + hi, "1 \"hi\" 2\n1 \"hi\" 2"},
		{"between fragments", `0103"Hel"` + "\ngap 4\n" + `8002"lo"` + hi, "1 \"Hel\" 3 incomplete\n0 \"lo\" 2 incomplete\n1 \"hi\" 2"},
		{"in a header", `817e01` + "\ngap 4\n" + hi, "1 \"hi\" 2"},
		{"of unknown length", `8105"He"` + "\ngap 0\n" + hi, "1 \"He\" 2 incomplete\n1 \"hi\" 2"},
		{"before anything", "gap 5\n" + hi, `1 "hi" 2`},
		{"twice", hi + "\ngap 5\ngap 5\n" + hi, "1 \"hi\" 2\n1 \"hi\" 2"},
		{"then the rest of a frame", hi + "\ngap 5\n" + `"and so on"` + "\n" + hi, "1 \"hi\" 2\n1 \"hi\" 2\nskipped 9"},
		{"then a frame in two segments", hi + "\ngap 5\n" + `8105"He"` + "\n" + `"llo"` + "\n" + hi, "1 \"hi\" 2\n1 \"Hello\" 5\n1 \"hi\" 2"},
		{"while a chain is tried", hi + "\ngap 5\n" + `8105"He"` + "\ngap 3\n" + hi, "1 \"hi\" 2\n1 \"hi\" 2\nskipped 4"},
		{"then nothing but the end", hi + "\ngap 5\n" + `8105"He"` + "\nclose", "1 \"hi\" 2\nskipped 4"},
		{"compressed", "c107f248\ngap 3\n0700\nc105f200110000\nc107f248cdc9c90700\nc105f200110000",
			"1 \"H\" 7 compressed incomplete\n1 \"H\" 5 compressed incomplete\n1 \"Hello\" 7 compressed\n1 \"Hello\" 5 compressed"},
		{"between compressed messages", "c107f248cdc9c90700\ngap 9\nc105f200110000\n8105\"plain\"\nc107f248cdc9c90700\nc105f200110000",
			"1 \"Hello\" 7 compressed\n1 \"H\" 5 compressed incomplete\n1 \"plain\" 5\n1 \"Hello\" 7 compressed\n1 \"Hello\" 5 compressed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := play(t, Decoder{Deflate: agreed}, tt.script); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestMaskAfterGap(t *testing.T) {
	t.Parallel()
	frame := AppendFrame(nil, true, Text, &[4]byte{1, 2, 3, 4}, false, []byte("Hello"))
	next := AppendFrame(nil, true, Text, &[4]byte{4, 3, 2, 1}, false, []byte("hi"))
	for lost := 1; lost <= 5; lost++ {
		r := tape{d: Decoder{FromClient: true}}
		r.write(t, frame[:6])
		r.d.Gap(1, int64(lost), r.emit)
		r.write(t, append(frame[6+lost:], next...))
		if got, want := r.take(), "1 \"\" 5 incomplete\n1 \"hi\" 2"; got != want {
			t.Errorf("%d lost: got\n%s\nwant\n%s", lost, got, want)
		}
	}
}

func TestJoined(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, script, want string }{
		{"at a frame", `8105"Hello"` + "\n" + `8102"hi"`, "1 \"Hello\" 5\n1 \"hi\" 2"},
		{"in a frame", `"name}]]"` + "\n" + `8102"hi"`, "1 \"hi\" 2\nskipped 7"},
		{"several frames in a segment", `8102"hi"8102"ho"`, "1 \"hi\" 2\n1 \"ho\" 2"},
		{"three frames, the last cut", `8102"hi"8102"ho"8105"He"` + "\n" + `"llo"`, "1 \"hi\" 2\n1 \"ho\" 2\n1 \"Hello\" 5"},
		{"two frames, the last cut", `8102"hi"8105"He"` + "\n" + `"llo"`, "1 \"hi\" 2\n1 \"Hello\" 5"},
		{"at a fragment", `0002"He"` + "\n" + `8003"llo"` + "\n" + `8102"hi"`, "0 \"Hello\" 5 incomplete\n1 \"hi\" 2"},
		{"a chain that breaks", `8105"He"` + "\n" + `8102"hi"` + "\n" + `8102"ho"`, "1 \"hi\" 2\n1 \"ho\" 2\nskipped 4"},
		{"a chain that breaks later", `8102"hi"` + "\n" + `8401"x"` + "\n" + `8102"ho"`, "1 \"hi\" 2\n1 \"ho\" 2\nskipped 3"},
		{"masked where it should not be", "818537fa213d7f9f4d5158\n" + `8102"hi"`, "1 \"hi\" 2\nskipped 11"},
		{"text after fin is no continuation", `8102"hi"8002"ho"`, "skipped 8"},
		{"a long frame", "827f0000000000010000 00\n" + strings.Repeat("00", 65535), `2 "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"… of 65536, 65536`},
		{"compressed, alone", "c107f248cdc9c90700\nc105f200110000", "1 \"Hello\" 7 compressed\n1 \"Hello\" 5 compressed"},
		{"compressed, with what was not seen", "c105f200110000\nc107f248cdc9c90700\nc105f200110000", "1 \"H\" 5 compressed incomplete\n1 \"Hello\" 7 compressed\n1 \"Hello\" 5 compressed"},
		{"HTTP", `"HTTP/1.1 200 OK"`, "skipped 15"},
		{"a header in pieces", "81\n05\n\"Hello\"", `1 "Hello" 5`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := play(t, Decoder{Joined: true}, tt.script); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestSearching(t *testing.T) {
	t.Parallel()
	d := Decoder{Joined: true}
	emit := func(*Message) {}
	for i, step := range []struct {
		in   string
		want bool
	}{{`"abc"`, true}, {`8105"He"`, true}, {`"llo"`, false}, {`8102"hi"`, false}} {
		if d.Write(1, unhex(t, step.in), emit); d.Searching() != step.want {
			t.Errorf("step %d: searching is %v", i, d.Searching())
		}
	}
	if d := (Decoder{Joined: true}); !d.Searching() {
		t.Error("a joined stream is not searched from the start")
	}
}

// However long nothing reads as a frame, or nearly does, little is held.
func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	near := append(unhex(t, "817efff0"), make([]byte, 96)...) // a frame of 65,520 bytes begins in every segment
	tiny := []byte{0x81}
	for name, p := range map[string][]byte{"near misses": near, "tiny segments": tiny} {
		d := Decoder{Joined: true}
		for range 5000 {
			d.Write(1, p, func(*Message) {})
			if s := d.rare.search; len(s.held) > maxHeld+len(p) || len(s.segments) > maxSegments+1 {
				t.Fatalf("%s: %d bytes in %d segments are held", name, len(s.held), len(s.segments))
			}
		}
	}
}

// Traffic loses one segment in twenty, its length known or not. What is emitted as complete was sent, in that order.
// Most of the rest is found again.
func TestLossyTraffic(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		for _, fromClient := range []bool{false, true} {
			t.Run(fmt.Sprintf("seed %d, client %v", seed, fromClient), func(t *testing.T) {
				t.Parallel()
				lossy(t, rand.New(rand.NewPCG(seed, 7)), fromClient)
			})
		}
	}
}

func lossy(t *testing.T, rnd *rand.Rand, fromClient bool) {
	d := Decoder{FromClient: fromClient}
	var sent []string
	complete, next := 0, 0
	emit := func(m *Message) {
		if m.Incomplete {
			return
		}
		complete++
		for next < len(sent) && sent[next] != string(m.Payload) {
			next++
		}
		if next++; next > len(sent) {
			t.Fatalf("%s was never sent", describe(m))
		}
	}
	for i := range 400 {
		text := fmt.Sprintf(`42["event",{"n":%d,"text":%q}]`, i, strings.Repeat("AB€", rnd.IntN(1<<rnd.IntN(11))))
		sent = append(sent, text)
		var mask *[4]byte
		if fromClient {
			mask = &[4]byte{byte(rnd.Uint32()), byte(rnd.Uint32()), byte(rnd.Uint32()), byte(rnd.Uint32())}
		}
		for p := AppendFrame(nil, true, Text, mask, false, []byte(text)); len(p) > 0; {
			n := min(len(p), 1448)
			if rnd.IntN(20) > 0 {
				if err := d.Write(int64(i), p[:n], emit); err != nil {
					t.Fatal(err)
				}
			} else {
				d.Gap(int64(i), int64(n*rnd.IntN(2)), emit)
			}
			p = p[n:]
		}
	}
	if complete < 300 {
		t.Errorf("%d of 400 messages were read", complete)
	}
}
