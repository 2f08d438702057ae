package tlskeys_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/capture/stream"
	"sioscope/capture/tlskeys"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

// TestTshark: what is inside of recorded connections is what another program reads.
func TestTshark(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("tshark is not installed")
	}
	const folder = "../../internal/recordings/testdata/"
	for _, tt := range []struct{ file, keys string }{
		{"tls12-keylog/capture.pcapng", ""},
		{"tls13-keylog/capture.pcap", "tls13-keylog/keys.log"},
		{"h2-keylog-browser/capture.pcap", "h2-keylog-browser/keys.log"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			args := []string{"-n", "-q", "-r", folder + tt.file}
			keys := new(tlskeys.Keys)
			if tt.keys != "" {
				args = append(args, "-o", "tls.keylog_file:"+folder+tt.keys)
				if err := (&tlskeys.Log{Path: folder + tt.keys}).Read(keys); err != nil {
					t.Fatal(err)
				}
			}
			all := contents(t, folder+tt.file, keys)
			if len(all) == 0 {
				t.Fatal("no connections")
			}
			for i := range all {
				args = append(args, "-z", fmt.Sprintf("follow,tls,raw,%d", i))
			}
			out, err := exec.Command("tshark", args...).Output()
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split(string(out), "\nFollow: tls,raw\n")[1:]
			if len(parts) != len(all) {
				t.Fatalf("tshark followed %d connections of %d", len(parts), len(all))
			}
			// It prints those asked for last first.
			slices.SortFunc(parts, func(a, b string) int { return number(a) - number(b) })
			for i, part := range parts {
				got, want := all[i], followed(part)
				slices.Sort(got[:])
				slices.Sort(want[:])
				if got != want || got[1] == "" {
					t.Errorf("connection %d: %d and %d bytes, tshark has %d and %d", i, len(got[0]), len(got[1]), len(want[0]), len(want[1]))
				}
			}
		})
	}
}

// number is the connection that tshark followed.
func number(part string) (n int) {
	fmt.Sscanf(part, "Filter: tcp.stream eq %d", &n)
	return n
}

// followed reads tshark's hexadecimal lines; one direction's begin with a tab.
func followed(part string) (said [2]string) {
	for line := range strings.Lines(part) {
		line, in := strings.CutPrefix(strings.TrimRight(line, "\n"), "\t")
		b, err := hex.DecodeString(line)
		if err != nil {
			continue
		}
		if in {
			said[1] += string(b)
		} else {
			said[0] += string(b)
		}
	}
	return said
}

// A sink decrypts the connections of a capture.
type sink struct {
	keys  *tlskeys.Keys
	conns []*reader
}

// contents is what both sides of each connection of a capture said.
func contents(t *testing.T, path string, keys *tlskeys.Keys) (all [][2]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pcapfile.NewReader(f, path)
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{keys: keys}
	var d link.Decoder
	var seg link.Segment
	var a stream.Assembler
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range r.Secrets() {
			keys.AddLog(b.Data)
		}
		if d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &seg) == link.TCP {
			a.Segment(&seg, s)
		}
	}
	a.Flush(s)
	for _, c := range s.conns {
		all = append(all, c.end().said)
	}
	return all
}

func (s *sink) Opened(c *stream.Conn, _ int64) {
	c.User = newReader(s.keys)
	s.conns = append(s.conns, c.User.(*reader))
}

func (s *sink) Data(c *stream.Conn, fromA bool, at int64, p []byte) {
	dir := fact.In
	if fromA {
		dir = fact.Out
	}
	c.User.(*reader).take(conn.Piece{Dir: dir, Time: at, Data: p})
}

func (s *sink) Gap(*stream.Conn, bool, int64, int64, bool) {}

func (s *sink) Closed(*stream.Conn, int64, bool, bool, bool) {}
