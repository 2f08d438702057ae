package wsframe

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unsafe"
)

// unhex reads bytes in hexadecimal; text in quotes stands for itself.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	var out []byte
	for i, part := range strings.Split(s, `"`) {
		if i%2 == 1 {
			out = append(out, part...)
			continue
		}
		b, err := hex.DecodeString(strings.Join(strings.Fields(part), ""))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b...)
	}
	return out
}

// describe is a message in one line, without its times.
func describe(m *Message) string {
	s := fmt.Sprintf("%d %q %d", m.Opcode, m.Payload, m.Size)
	if len(m.Payload) > 100 {
		s = fmt.Sprintf("%d %.10q… of %d, %d", m.Opcode, m.Payload, len(m.Payload), m.Size)
	}
	for _, f := range []struct {
		on   bool
		name string
	}{{m.Compressed, "compressed"}, {m.Truncated, "truncated"}, {m.Incomplete, "incomplete"}, {m.Flaw != 0, "(" + m.Flaw.String() + ")"}} {
		if f.on {
			s += " " + f.name
		}
	}
	return s
}

// A tape is a decoder with what it emitted, for tests to read.
type tape struct {
	d    Decoder
	seen []string
}

func (r *tape) emit(m *Message) { r.seen = append(r.seen, describe(m)) }

func (r *tape) write(t testing.TB, p []byte) {
	t.Helper()
	before := bytes.Clone(p)
	if err := r.d.Write(1, p, r.emit); err != nil {
		r.seen = append(r.seen, err.Error())
	}
	if !bytes.Equal(p, before) {
		t.Error("Write changed its input")
	}
}

// take returns what was emitted since the last call.
func (r *tape) take() string {
	s := strings.Join(r.seen, "\n")
	r.seen = nil
	return s
}

var agreed = Deflate{Enabled: true, ServerMaxWindowBits: 15, ClientMaxWindowBits: 15}

func TestDecoder(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\x00", 65536)
	tests := []struct {
		name string
		d    Decoder
		in   string
		want string
	}{
		// RFC 6455 §5.7
		{"unmasked text", Decoder{}, `8105 "Hello"`, `1 "Hello" 5`},
		{"masked text", Decoder{FromClient: true}, "818537fa213d7f9f4d5158", `1 "Hello" 5`},
		{"fragmented", Decoder{}, `0103 "Hel" 8002 "lo"`, `1 "Hello" 5`},
		{"ping", Decoder{}, `8905 "Hello"`, `9 "Hello" 5`},
		{"masked pong", Decoder{FromClient: true}, "8a8537fa213d7f9f4d5158", `10 "Hello" 5`},
		{"256 bytes", Decoder{}, `827e0100 "` + long[:256] + `"`, `2 "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"… of 256, 256`},
		{"64 KiB", Decoder{}, `827f0000000000010000 "` + long + `"`, `2 "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"… of 65536, 65536`},

		// RFC 7692 §7.2.3
		{"one block", Decoder{Deflate: agreed}, "c107f248cdc9c90700", `1 "Hello" 7 compressed`},
		{"fragmented block", Decoder{Deflate: agreed}, "4103f248cd 8004c9c90700", `1 "Hello" 7 compressed`},
		{"sharing the window", Decoder{Deflate: agreed}, "c107f248cdc9c90700 c105f200110000", "1 \"Hello\" 7 compressed\n1 \"Hello\" 5 compressed"},
		{"no compression", Decoder{Deflate: agreed}, `c10b000500faff"Hello"00`, `1 "Hello" 11 compressed`},
		{"BFINAL", Decoder{Deflate: agreed}, "c108f348cdc9c9070000 c105f200110000", "1 \"Hello\" 8 compressed\n1 \"Hello\" 5 compressed"},
		{"two blocks", Decoder{Deflate: agreed}, "c10df248050000 00ffff cac9c90700", `1 "Hello" 13 compressed`},
		{"two final blocks", Decoder{Deflate: agreed}, "c10ff348cdc9c90700 f348cdc9c90700 00", `1 "HelloHello" 15 compressed`},
		{"empty", Decoder{Deflate: agreed}, "c10100", `1 "" 1 compressed`},
		{"nothing at all", Decoder{Deflate: agreed}, "c100 c107f248cdc9c90700", "1 \"\" 0 compressed\n1 \"Hello\" 7 compressed"},
		{"uncompressed among compressed", Decoder{Deflate: agreed}, `c107f248cdc9c90700 8102"hi" c105f200110000`, "1 \"Hello\" 7 compressed\n1 \"hi\" 2\n1 \"Hello\" 5 compressed"},
		{"no context takeover", Decoder{Deflate: Deflate{Enabled: true, ServerNoContextTakeover: true}}, "c107f248cdc9c90700 c107f248cdc9c90700", "1 \"Hello\" 7 compressed\n1 \"Hello\" 7 compressed"},
		{"the other side's no context takeover", Decoder{Deflate: Deflate{Enabled: true, ClientNoContextTakeover: true}}, "c107f248cdc9c90700 c105f200110000", "1 \"Hello\" 7 compressed\n1 \"Hello\" 5 compressed"},
		{"engine.io 1.8", Decoder{Deflate: agreed}, "c11332a91805a360148c825130ec00000000ffff00", `1 "4xxxxxxxxx"… of 1501, 19 compressed`},

		// Fragments, control frames
		{"control between fragments", Decoder{}, `0102"He" 8901"p" 0001"l" 8a00 8002"lo"`, "9 \"p\" 1\n10 \"\" 0\n1 \"Hello\" 5"},
		{"empty fragments", Decoder{}, `0100 0000 8002"hi" 0201"a" 0000 8000`, "1 \"hi\" 2\n2 \"a\" 1"},
		{"masks differ by fragment", Decoder{FromClient: true}, "018301020304 49676f 808204030201 686c", `1 "Hello" 5`},
		{"masked with 0", Decoder{FromClient: true}, `818200000000"hi"`, `1 "hi" 2`},
		{"empty masked", Decoder{FromClient: true}, "818001020304", `1 "" 0`},
		{"close", Decoder{}, `880203e8 8800`, "8 \"\\x03\\xe8\" 2\n8 \"\" 0"},
		{"125 byte ping", Decoder{}, `897d"` + strings.Repeat("p", 125) + `"`, `9 "pppppppppp"… of 125, 125`},
		{"socket.io probe", Decoder{FromClient: true}, "818611c4ad8723b4dfe873a1", `1 "2probe" 6`},

		// Limits
		{"at the limit", Decoder{MaxPayload: 5}, `8105"Hello"`, `1 "Hello" 5`},
		{"past the limit", Decoder{MaxPayload: 4}, `8105"Hello" 8102"hi"`, "1 \"Hell\" 5 truncated\n1 \"hi\" 2"},
		{"fragments past the limit", Decoder{MaxPayload: 4}, `0103"Hel" 0002"lo" 8001"!"`, `1 "Hell" 6 truncated`},
		{"a control frame has no limit", Decoder{MaxPayload: 1}, `8905"Hello"`, `9 "Hello" 5`},
		{"inflated to the limit", Decoder{MaxPayload: 7, Deflate: agreed}, "c107f248cdc9c90700", `1 "Hello" 7 compressed`},
		{"inflated past the limit", Decoder{MaxPayload: 1000, Deflate: agreed}, "c11332a91805a360148c825130ec00000000ffff00", `1 "4xxxxxxxxx"… of 1000, 19 compressed truncated`},
		{"context after truncation", Decoder{MaxPayload: 19, Deflate: agreed}, "c11332a91805a360148c825130ec00000000ffff00 c105f200110000 c107f248cdc9c90700 c105f200110000",
			"1 \"4xxxxxxxxxxxxxxxxxx\" 19 compressed truncated\n1 \"H\" 5 compressed incomplete\n1 \"Hello\" 7 compressed\n1 \"Hello\" 5 compressed"},
		{"compressed bytes past the limit", Decoder{MaxPayload: 4, Deflate: agreed}, "c107f248cdc9c90700 c107f248cdc9c90700", "1 \"Hel\" 7 compressed truncated\n1 \"Hel\" 7 compressed truncated"},

		// Broken rules with the frames still legible
		{"unmasked client", Decoder{FromClient: true}, `8102"hi" 8900`, "1 \"hi\" 2 (client frame is not masked)\n9 \"\" 0 (client frame is not masked)"},
		{"masked server", Decoder{}, "818537fa213d7f9f4d5158", `1 "Hello" 5 (server frame is masked)`},
		{"long length", Decoder{}, `817e0002"hi" 817f0000000000000002"hi"`, "1 \"hi\" 2 (frame length is not in its shortest form)\n1 \"hi\" 2 (frame length is not in its shortest form)"},
		{"RSV1 not agreed on", Decoder{}, `c107f248cdc9c90700 8102"hi"`, "1 \"Hello\" 7 compressed (RSV1 is set and permessage-deflate was not agreed on)\n1 \"hi\" 2"},
		{"RSV1 without deflate", Decoder{}, `c105"Hello" 8102"hi"`, "1 \"\" 5 compressed incomplete (RSV1 is set and permessage-deflate was not agreed on)\n1 \"hi\" 2"},
		{"RSV1 on a continuation", Decoder{Deflate: agreed}, `4103f248cd c004c9c90700`, `1 "Hello" 7 compressed (RSV1 is set on a continuation frame)`},
		{"orphan", Decoder{}, `8002"hi" 8102"hi"`, "0 \"hi\" 2 incomplete (continuation frame without a message to continue)\n1 \"hi\" 2"},
		{"orphan in two", Decoder{}, `0002"hi" 8001"!"`, `0 "hi!" 3 incomplete (continuation frame without a message to continue)`},
		{"interrupted", Decoder{}, `0102"He" 8102"hi" 8002"lo"`, "1 \"He\" 2 incomplete (a new message begins before the last one is finished)\n1 \"hi\" 2\n0 \"lo\" 2 incomplete (continuation frame without a message to continue)"},
		{"damaged", Decoder{Deflate: agreed}, "c105f200110000 c107f248cdc9c90700", "1 \"H\" 5 compressed incomplete (compressed bytes are damaged)\n1 \"Hello\" 7 compressed"},

		// No frames
		{"reserved opcode", Decoder{}, `8102"hi" 8300`, "1 \"hi\" 2\nwebsocket: reserved opcode 3"},
		{"reserved control opcode", Decoder{}, `8b00`, "websocket: reserved opcode 11"},
		{"reserved bits", Decoder{}, `9100`, "websocket: reserved bits are set (first byte 0x91)"},
		{"fragmented ping", Decoder{}, `0900`, "websocket: fragmented control frame (opcode 9)"},
		{"long ping", Decoder{}, `897e0080`, "websocket: control frame longer than 125 bytes (opcode 9)"},
		{"compressed ping", Decoder{Deflate: agreed}, `c900`, "websocket: RSV1 is set on a control frame (opcode 9)"},
		{"huge length", Decoder{}, `827f8000000000000000`, "websocket: 64-bit length with its highest bit set"},
		{"error in the middle of a message", Decoder{}, `0102"He" 8300`, "1 \"He\" 2 incomplete\nwebsocket: reserved opcode 3"},
		{"HTTP", Decoder{}, `"HTTP/1.1 400 Bad Request"`, ErrHTTP.Error()},
		{"HTTP from the client", Decoder{FromClient: true}, `"GET / HTTP/1.1"`, "websocket: reserved opcode 7"},
		{"HTTP later", Decoder{}, `8102"hi" "HTTP/1.1 400 Bad Request"`, "1 \"hi\" 2\nwebsocket: fragmented control frame (opcode 8)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := unhex(t, tt.in)
			whole := tape{d: tt.d}
			whole.write(t, in)
			if got := whole.take(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			bytewise := tape{d: tt.d}
			for i := range in {
				if bytewise.d.state != failed {
					bytewise.write(t, in[i:i+1])
				}
			}
			if got := bytewise.take(); got != tt.want {
				t.Errorf("byte by byte, got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestErrorStays(t *testing.T) {
	t.Parallel()
	var d Decoder
	first := d.Write(1, []byte{0x83, 0, 1, 2}, nil)
	var format *FormatError
	if !errors.As(first, &format) || !bytes.Equal(format.Header, []byte{0x83, 0}) {
		t.Errorf("got %v with %x", first, format.Header)
	}
	if again := d.Write(2, []byte{0x81, 0}, nil); again != first {
		t.Errorf("later Write: %v", again)
	}
	if again := d.Gap(3, 1, nil); again != first {
		t.Errorf("later Gap: %v", again)
	}
	d.Close(4, nil)
	if again := d.Write(5, nil, nil); again != first {
		t.Errorf("Write after Close: %v", again)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"between frames", `8100`, `1 "" 0`},
		{"in a header", `81`, ""},
		{"in a payload", `8105"Hel"`, `1 "Hel" 3 incomplete`},
		{"before a payload", `8105`, `1 "" 0 incomplete`},
		{"between fragments", `0105"Hello"`, `1 "Hello" 5 incomplete`},
		{"in a later header", `0105"Hello"80`, `1 "Hello" 5 incomplete`},
		{"in a later fragment", `0103"Hel"8002"l"`, `1 "Hell" 4 incomplete`},
		{"in a ping", `8905"Hel"`, `9 "Hel" 3 incomplete`},
		{"in a ping between fragments", `0102"He"8905"Hel"`, "9 \"Hel\" 3 incomplete\n1 \"He\" 2 incomplete"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var r tape
			r.write(t, unhex(t, tt.in))
			r.d.Close(9, r.emit)
			if got := r.take(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if err := r.d.Write(9, []byte{0}, nil); err != ErrClosed {
				t.Errorf("Write after Close: %v", err)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	in := unhex(t, `0102"He" 8901"p" 8002"lo" 8102"hi" 8105"Hel"`)
	want := "9 4–6\n1 0–10\n1 11–14\n1 15–19\n"
	var d Decoder
	var got strings.Builder
	emit := func(m *Message) { fmt.Fprintf(&got, "%d %d–%d\n", m.Opcode, m.Start, m.End) }
	for i := range in {
		if err := d.Write(int64(i), in[i:i+1], emit); err != nil {
			t.Fatal(err)
		}
	}
	if d.Close(99, emit); got.String() != want {
		t.Errorf("got\n%swant\n%s", &got, want)
	}
}

func TestIdleDecoderIsSmall(t *testing.T) {
	t.Parallel()
	if n := unsafe.Sizeof(Decoder{}); n >= 200 {
		t.Errorf("a Decoder takes %d bytes, want less than 200", n)
	}
}

// A plain frame is handed on where it stands, and no frame costs an allocation.
func TestNoCopyNoAllocation(t *testing.T) {
	plain, masked := event(155, nil), event(155, &[4]byte{1, 2, 3, 4})
	server, client := Decoder{}, Decoder{FromClient: true}
	var at *byte
	emit := func(m *Message) { at = &m.Payload[0] }
	server.Write(1, plain, emit)
	if at != &plain[4] {
		t.Error("the payload of a plain frame was copied")
	}
	for name, f := range map[string]func(){
		"plain":  func() { server.Write(1, plain, emit) },
		"masked": func() { client.Write(1, masked, emit) },
		"split":  func() { client.Write(1, masked[:77], emit); client.Write(1, masked[77:], emit) },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations a frame", name, n)
		}
	}
}

func TestBuffersAreReleased(t *testing.T) {
	t.Parallel()
	d := Decoder{FromClient: true, Scratch: new(Scratch)}
	big := AppendFrame(nil, true, Binary, &[4]byte{1, 2, 3, 4}, false, make([]byte, 1<<20))
	n := 0
	emit := func(m *Message) { n += len(m.Payload) }
	d.Write(1, big, emit)
	d.Write(1, big[:1000], emit)
	d.Write(1, big[1000:], emit)
	if n != 2<<20 {
		t.Fatalf("%d bytes were emitted", n)
	}
	if d.buf != nil || cap(d.Scratch.plain) > keepBuffer || len(d.Scratch.free) > 0 || d.msg.Payload != nil {
		t.Errorf("still held: %d, %d, %d buffers, %d", cap(d.buf), cap(d.Scratch.plain), len(d.Scratch.free), len(d.msg.Payload))
	}
}

func TestAppendFrame(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		got  []byte
		want string
	}{
		{"text", AppendFrame(nil, true, Text, nil, false, []byte("Hello")), `8105"Hello"`},
		{"behind other bytes", AppendFrame([]byte("x"), true, Text, nil, false, []byte("Hello")), `"x"8105"Hello"`},
		{"masked", AppendFrame(nil, true, Text, &[4]byte{0x37, 0xfa, 0x21, 0x3d}, false, []byte("Hello")), "818537fa213d7f9f4d5158"},
		{"fragment", AppendFrame(nil, false, Text, nil, false, []byte("Hel")), `0103"Hel"`},
		{"compressed", AppendFrame(nil, true, Text, nil, true, []byte{0}), "c10100"},
		{"125", AppendFrame(nil, true, Binary, nil, false, make([]byte, 125))[:2], "827d"},
		{"126", AppendFrame(nil, true, Binary, nil, false, make([]byte, 126))[:4], "827e007e"},
		{"65535", AppendFrame(nil, true, Binary, nil, false, make([]byte, 65535))[:4], "827effff"},
		{"65536", AppendFrame(nil, true, Binary, nil, false, make([]byte, 65536))[:10], "827f0000000000010000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if want := unhex(t, tt.want); !bytes.Equal(tt.got, want) {
				t.Errorf("got %x, want %x", tt.got, want)
			}
		})
	}
}

func TestUnmask(t *testing.T) {
	t.Parallel()
	src := []byte(strings.Repeat("0123456789", 10))
	mask := [4]byte{1, 20, 77, 250}
	for n := range src {
		for from := range 5 {
			got := make([]byte, n)
			k := min(from, n)
			key := uint32(mask[0]) | uint32(mask[1])<<8 | uint32(mask[2])<<16 | uint32(mask[3])<<24
			unmask(got, src[:k], key)
			unmask(got[k:], src[k:n], advance(key, int64(k)))
			for i := range got {
				if got[i] != src[i]^mask[i%4] {
					t.Fatalf("%d bytes in two from %d: byte %d is %#x", n, k, i, got[i])
				}
			}
		}
	}
}

func TestParseExtensions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want Deflate
	}{
		{"", Deflate{}},
		{"x-webkit-deflate-frame", Deflate{}},
		{"permessage-deflate", agreed},
		{" Permessage-Deflate ; ", agreed},
		{"permessage-deflate; server_no_context_takeover; client_no_context_takeover", Deflate{true, true, true, 15, 15}},
		{"permessage-deflate; server_max_window_bits=10;client_max_window_bits = \"9\"", Deflate{true, false, false, 10, 9}},
		{"permessage-deflate; client_max_window_bits; server_max_window_bits=7", agreed},
		{"foo; bar=1, permessage-deflate; SERVER_MAX_WINDOW_BITS=8", Deflate{true, false, false, 8, 15}},
		{"permessage-deflate, permessage-deflate; server_max_window_bits=9", agreed},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			t.Parallel()
			if got := ParseExtensions([]byte(tt.in)); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
