package capture

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/capture/scrub"
	"sioscope/protocol/fact"
)

// A packed is a member of a zip file.
type packed struct {
	name string
	data []byte
	head *zip.FileHeader // data is written as it is; nil: compressed
}

// pack writes a zip file, and gives what reads it.
func pack(t *testing.T, members ...packed) Files {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := io.Writer(nil), error(nil)
		if m.head != nil {
			m.head.Name = m.name
			w, err = z.CreateRaw(m.head)
		} else {
			w, err = z.Create(m.name)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.Write(m.data)
	}
	z.Close()
	path := filepath.Join(t.TempDir(), "mail.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return Files{Inputs: []Input{{Path: path}}}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// TestCapturesInZipFiles: what is in a zip file is read as what lies on the disk is, and it is said what was.
func TestCapturesInZipFiles(t *testing.T) {
	t.Parallel()
	capture := read(t, demo)
	mac := packed{name: "__MACOSX/logs/._a.pcap", data: []byte("Mac OS X")}
	for _, tt := range []struct {
		name        string
		members     []packed
		conns, logs int
		says        string
	}{
		{"one", []packed{{name: "a.pcap", data: capture}}, 3, 0, "is a zip file, of which was read: a.pcap"},
		{"beside other things", []packed{{name: "logs/"}, {name: "logs/readme.txt", data: []byte("see")}, mac, {name: "logs/deep/a.PCAP", data: capture}}, 3, 0, "read: logs/deep/a.PCAP"},
		{"gzipped", []packed{{name: "a.pcap.gz", data: gzipped(capture)}}, 3, 0, "read: a.pcap.gz"},
		{"by what is in it", []packed{{name: "notes.txt", data: []byte("hello")}, {name: "trace.1", data: capture}, {name: "net.json", data: []byte(browserLog)}}, 4, 1, "read: trace.1, net.json"},
		{"several", []packed{{name: "x/a.pcap", data: capture}, {name: "x/b.har", data: []byte(browserLog)}, {name: "x/body.txt", data: []byte("2")}}, 4, 1, "read: x/a.pcap, x/b.har"},
		{"Windows", []packed{{name: `x\b.har`, data: []byte(browserLog)}, {name: `x\body.txt`, data: []byte("2")}}, 1, 1, "read: x/b.har"},
		{"with one that cannot be read", []packed{{name: "a.pcap", data: capture}, {name: "b.pcap", data: []byte("xx"), head: &zip.FileHeader{Flags: 1, CompressedSize64: 2, UncompressedSize64: 2}}}, 3, 0,
			"b.pcap in"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := pack(t, tt.members...)
			g, err := gather(t, context.Background(), f)
			if err != nil {
				t.Fatal(err)
			}
			conns, logs := 0, map[int]bool{}
			err = f.Run(context.Background(), func(of fact.Fact) {
				switch of := of.(type) {
				case *fact.Opened:
					conns++
				case *fact.File:
					if of.Log {
						logs[of.Number] = true
					}
				}
			})
			if err != nil || conns != tt.conns || len(logs) != tt.logs {
				t.Errorf("%d connections and %d HARs, want %d and %d: %v", conns, len(logs), tt.conns, tt.logs, err)
			}
			if said := strings.Join(g.notes, "\n"); !strings.Contains(said, tt.says) || strings.Contains(said, "MACOSX") {
				t.Errorf("it says %s", said)
			}
		})
	}
	got, _ := bodies(t, pack(t, packed{name: `x\b.har`, data: []byte(browserLog)}, packed{name: `x\body.txt`, data: []byte("3probe")}))
	if len(got) != 1 || got[0] != "3probe" {
		t.Errorf("the bodies beside a HAR are %q", got)
	}
}

// TestZipFilesThatCannotBeRead: a sentence says why, and what to do; nothing is unpacked that no capture can be.
func TestZipFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		members []packed
		want    string
	}{
		"encrypted": {[]packed{{name: "a.pcap", data: []byte("xx"), head: &zip.FileHeader{Flags: 1, CompressedSize64: 2, UncompressedSize64: 2}}}, "encrypted with a password: unpack it and open that"},
		"method":    {[]packed{{name: "a.pcap", data: []byte("xx"), head: &zip.FileHeader{Method: 14, CompressedSize64: 2, UncompressedSize64: 2}}}, "(method 14): unpack it"},
		"bomb": {[]packed{{name: "a.har", data: make([]byte, 1000), head: &zip.FileHeader{Method: zip.Deflate, CompressedSize64: 1000, UncompressedSize64: 1 << 30}}},
			"unpacks to 1073741 times its size, as no capture does, and was not read"},
		"archive": {[]packed{{name: "x/all.zip", data: []byte("PK")}}, "with an archive in it (x/all.zip): unpack it"},
		"nothing": {[]packed{{name: "a.txt", data: []byte("hello")}, {name: "b.png", data: []byte("\x89PNG")}}, "without a capture or a HAR in it; it has a.txt, b.png"},
		"Mac":     {[]packed{{name: "__MACOSX/._a.pcap", data: []byte("x")}}, "is an empty zip file"},
	} {
		f := pack(t, tt.members...)
		if err := f.Run(context.Background(), func(fact.Fact) {}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: it says %v", name, err)
		}
	}
	// one that lies about its length
	var b bytes.Buffer
	b.Write(gzipped(make([]byte, 1<<20))[10:])
	f := pack(t, packed{name: "a.har", data: b.Bytes(), head: &zip.FileHeader{Method: zip.Deflate, CompressedSize64: uint64(b.Len()), UncompressedSize64: 100}})
	if err := f.Run(context.Background(), func(fact.Fact) {}); err == nil {
		t.Error("a member is longer than it says, and that is not said")
	}
}

// TestSavedOfZipFile: packets of a capture in a zip file are passed on as those of any.
func TestSavedOfZipFile(t *testing.T) {
	t.Parallel()
	f := pack(t, packed{name: "a.pcap", data: read(t, demo)})
	var saved [2]Saved
	for i, in := range []*Files{{Inputs: []Input{{Path: demo}}}, &f} {
		var out bytes.Buffer
		var err error
		if saved[i], err = in.Save(context.Background(), &out, &Part{Conns: map[int]*scrub.Choice{1: {}, 2: {}}}); err != nil {
			t.Fatal(err)
		}
	}
	if saved[0].Packets == 0 || saved[0] != saved[1] {
		t.Errorf("%+v of the capture, %+v of it in a zip file", saved[0], saved[1])
	}
}
