package capture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/protocol/fact"
)

const demo = "../assets/demo.pcap"

// gathered is what a run emitted.
type gathered struct {
	kinds map[string]int
	notes []string
	stats fact.Stats
}

func gather(t *testing.T, ctx context.Context, f Files) (gathered, error) {
	t.Helper()
	g := gathered{kinds: map[string]int{}}
	err := f.Run(ctx, func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Request:
			g.kinds["request"]++
		case *fact.Response:
			g.kinds["response"]++
		case *fact.Opened:
			g.kinds["opened"]++
		case *fact.Closed:
			g.kinds["closed"]++
		case *fact.Note:
			g.notes = append(g.notes, f.Text)
		case *fact.Stats:
			g.stats = *f
		}
	})
	return g, err
}

func TestRun(t *testing.T) {
	t.Parallel()
	g, err := gather(t, context.Background(), Files{Inputs: []Input{{Path: demo}}})
	if err != nil {
		t.Fatal(err)
	}
	if g.kinds["opened"] != 3 || g.kinds["closed"] != 3 || g.kinds["request"] != 13 || g.kinds["request"] != g.kinds["response"] {
		t.Errorf("facts %v", g.kinds)
	}
	if g.stats.Packets != 69 || g.stats.Connections != 3 || g.stats.Done != g.stats.Total || g.stats.Total == 0 {
		t.Errorf("stats %+v", g.stats)
	}
}

// TestTwice: the same capture twice, under two labels, is twice the connections and no confusion.
func TestTwice(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(demo)
	if err != nil {
		t.Fatal(err)
	}
	g, err := gather(t, context.Background(), Files{Inputs: []Input{{Path: demo, Label: "a"}, {Path: "-", Label: "b"}}, Stdin: bytes.NewReader(b)})
	if err != nil {
		t.Fatal(err)
	}
	if g.kinds["opened"] != 6 || g.kinds["request"] != 26 {
		t.Errorf("facts %v", g.kinds)
	}
}

// TestContinued: a capture written as several files, given in any order, is one capture.
func TestContinued(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(demo)
	if err != nil {
		t.Fatal(err)
	}
	packets := records(whole)
	for _, tt := range []struct {
		name   string
		labels [3]string
		order  [3]int
		whole  bool
	}{
		{"in order", [3]string{}, [3]int{0, 1, 2}, true},
		{"in another order", [3]string{}, [3]int{2, 0, 1}, true},
		{"one place", [3]string{"a", "a", "a"}, [3]int{1, 2, 0}, true},
		{"three places", [3]string{"a", "b", "c"}, [3]int{0, 1, 2}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var in [3]Input
			for i := range in {
				part := bytes.Clone(whole[:24])
				for _, p := range packets[i*len(packets)/3 : (i+1)*len(packets)/3] {
					part = append(part, p...)
				}
				path := filepath.Join(t.TempDir(), "part.pcap")
				if err := os.WriteFile(path, part, 0o600); err != nil {
					t.Fatal(err)
				}
				in[tt.order[i]] = Input{Path: path, Label: tt.labels[i]}
			}
			g, err := gather(t, context.Background(), Files{Inputs: in[:]})
			if err != nil {
				t.Fatal(err)
			}
			whole := g.kinds["opened"] == 3 && g.kinds["closed"] == 3 && g.kinds["request"] == 13 && g.kinds["response"] == 13 &&
				g.stats.Connections == 3 && g.stats.Gaps == 0
			if whole != tt.whole {
				t.Errorf("facts %v, stats %+v", g.kinds, g.stats)
			}
		})
	}
}

// records are the records of a pcap file.
func records(file []byte) (out [][]byte) {
	for rest := file[24:]; len(rest) > 0; {
		n := 16 + int(binary.LittleEndian.Uint32(rest[8:]))
		out = append(out, rest[:n])
		rest = rest[n:]
	}
	return out
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(demo)
	if err != nil {
		t.Fatal(err)
	}
	foreign := bytes.Clone(whole)
	foreign[20] = 147
	huge := bytes.Clone(whole[:24+16])
	binary.LittleEndian.PutUint32(huge[32:], 2<<30)
	tests := []struct {
		name  string
		bytes []byte
		fails string // part of the error, "" for none
		note  string // part of a note
	}{
		{"empty", nil, "empty", ""},
		{"text", []byte("hello, this is no capture"), "not a pcap", ""},
		{"header alone", whole[:24], "", ""},
		{"half a header", whole[:10], "", ""},
		{"cut", whole[:len(whole)-100], "", "cut short"},
		{"unknown link type", foreign, "link type 147", ""},
		{"2 GB record first", huge, "claims", ""},
		{"2 GB record later", append(bytes.Clone(whole), huge[24:]...), "", "claims"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "x.pcap")
			if err := os.WriteFile(path, tt.bytes, 0o600); err != nil {
				t.Fatal(err)
			}
			g, err := gather(t, context.Background(), Files{Inputs: []Input{{Path: path}}})
			if tt.name == "half a header" {
				if err == nil {
					t.Error("half a header is no capture")
				}
				return
			}
			if (err != nil) != (tt.fails != "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
				t.Errorf("error %v, want %q", err, tt.fails)
			}
			if err != nil && !strings.Contains(err.Error(), path) {
				t.Errorf("the error does not name the file: %v", err)
			}
			if all := strings.Join(g.notes, "\n"); tt.note != "" && !strings.Contains(all, tt.note) {
				t.Errorf("notes %q, want %q", all, tt.note)
			}
		})
	}
	for _, path := range [...]string{"testdata/none.pcap", "."} {
		if _, err := gather(t, context.Background(), Files{Inputs: []Input{{Path: path}}}); err == nil {
			t.Errorf("%s was read", path)
		}
	}
	g, err := gather(t, context.Background(), Files{Inputs: []Input{{Path: "none"}, {Path: demo}}})
	if err != nil || len(g.notes) != 1 || !strings.Contains(g.notes[0], "none: no such file") {
		t.Errorf("one of two files is missing: error %v, notes %q", err, g.notes)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	g, err := gather(t, ctx, Files{Inputs: []Input{{Path: demo}}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if g.stats.Packets == 0 {
		t.Error("what was read before is not told")
	}
}

func TestParseInput(t *testing.T) {
	t.Parallel()
	odd := filepath.Join(t.TempDir(), "a=b.pcap")
	if err := os.WriteFile(odd, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		in   string
		want Input
	}{
		{"a.pcap", Input{Path: "a.pcap"}},
		{"node-a=a.pcap", Input{Path: "a.pcap", Label: "node-a"}},
		{"dir/x=y.pcap", Input{Path: "dir/x=y.pcap"}},
		{odd, Input{Path: odd}},
		{"-", Input{Path: "-"}},
		{"lb=-", Input{Path: "-", Label: "lb"}},
		{"=x", Input{Path: "=x"}},
		{"dev=~/x.pcap", Input{Path: filepath.Join(home, "x.pcap"), Label: "dev"}},
		{"dev=~x.pcap", Input{Path: "~x.pcap", Label: "dev"}},
	}
	for _, tt := range tests {
		if got := ParseInput(tt.in); got != tt.want {
			t.Errorf("ParseInput(%q) = %+v, want %+v", tt.in, got, tt.want)
		}
	}
}

// TestGrowing: what came through a pipe is told while the next packet is waited for, packet by packet and in counts;
// the end of the context is an end in order.
func TestGrowing(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(demo)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := gather(t, context.Background(), Files{Inputs: []Input{{Path: demo}}})
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	counted := make(chan fact.Stats, 1)
	go func() {
		w.Write(data) // all of it, and then nothing more
		for st := range counted {
			if st.Packets == whole.stats.Packets {
				cancel()
				return
			}
		}
	}()
	var notes []string
	var last fact.Stats
	files := Files{Inputs: []Input{{Path: "-"}}, Stdin: r}
	err = files.Run(ctx, func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Stats:
			last = *f
			if ctx.Err() == nil {
				counted <- *f
			}
		case *fact.Note:
			notes = append(notes, f.Text)
		}
	})
	close(counted)
	if !errors.Is(err, context.Canceled) || last.Packets != whole.stats.Packets || last.Connections != whole.stats.Connections || len(notes) != 0 {
		t.Errorf("error %v, %+v, notes %q", err, last, notes)
	}
}

// TestDropped: what the capture program dropped is counted, and said.
func TestDropped(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w, err := pcapfile.NewWriter(&b, "test")
	err = errors.Join(err, w.Interface(pcapfile.Iface{Link: link.Ethernet}), w.Packet(0, 1, make([]byte, 60), 60), w.Statistics(0, 2, 10, 9))
	if err != nil {
		t.Fatal(err)
	}
	g, err := gather(t, context.Background(), Files{Inputs: []Input{{Path: "-"}}, Stdin: &b, StdinName: "eth0"})
	if err != nil || g.stats.Dropped != 9 || len(g.notes) != 1 || !strings.Contains(g.notes[0], "9 packets") {
		t.Errorf("error %v, %+v, notes %q", err, g.stats, g.notes)
	}
}

// TestNothingIn: of a file without a packet, or without an entry, it is said what it is and what to do.
func TestNothingIn(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"x.pcap is a capture without a packet: capture again where the traffic passes": "\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00\x01\x00\x00\x00",
		"x.pcap is a HAR without an entry: reload the page":                            `{"log":{"version":"1.2","creator":{"name":"C","version":"1"},"entries":[]}}`,
	} {
		path := filepath.Join(t.TempDir(), "x.pcap")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		_, notes := bodies(t, Files{Inputs: []Input{{Path: path}}})
		if len(notes) != 1 || !strings.Contains(notes[0], name) {
			t.Errorf("%q, want one with %q", notes, name)
		}
	}
}
