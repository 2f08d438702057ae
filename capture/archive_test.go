package capture

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/protocol/fact"
)

const browserLog = `{"log":{"version":"1.2","creator":{"name":"Playwright","version":"1"},"entries":[
{"startedDateTime":"2026-11-23T09:00:00.1Z","time":4,"request":{"method":"GET","url":"http://127.0.0.1:3000/socket.io/?EIO=4&transport=polling","headers":[],"bodySize":0},
"response":{"status":200,"headers":[],"content":{"mimeType":"text/plain","_file":"body.txt"}},"timings":{"send":1,"wait":2,"receive":1}}]}}`

// bodies of the answers that a HAR gives.
func bodies(t *testing.T, f Files) (got []string, notes []string) {
	t.Helper()
	err := f.Run(context.Background(), func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Response:
			got = append(got, string(f.Body))
		case *fact.Note:
			notes = append(notes, f.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return got, notes
}

// TestLogForms: a HAR is known by what is in it: plain, gzipped, in an archive with its bodies, on standard input.
func TestLogForms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	put("body.txt", []byte("2"))
	var packed, archive bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(browserLog))
	z.Close()
	a := zip.NewWriter(&archive)
	for name, text := range map[string]string{"har.har": browserLog, "body.txt": "3probe"} {
		w, err := a.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
	}
	a.Close()
	outside := put("outside.har", []byte(strings.Replace(browserLog, "body.txt", "../../etc/passwd", 1)))
	for _, tt := range []struct {
		name string
		in   Files
		want string
	}{
		{"plain", Files{Inputs: []Input{{Path: put("a.txt", []byte("\n "+browserLog))}}}, "2"},
		{"gzip", Files{Inputs: []Input{{Path: put("a.har.gz", packed.Bytes())}}}, "2"},
		{"archive", Files{Inputs: []Input{{Path: put("a.zip", archive.Bytes())}}}, "3probe"},
		{"standard input", Files{Inputs: []Input{{Path: "-"}}, Stdin: strings.NewReader(browserLog)}, ""},
		{"gzip on standard input", Files{Inputs: []Input{{Path: "-"}}, Stdin: bytes.NewReader(packed.Bytes())}, ""},
		{"a name that leads outside", Files{Inputs: []Input{{Path: outside}}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, notes := bodies(t, tt.in)
			if len(got) != 1 || got[0] != tt.want {
				t.Errorf("bodies %q, want %q; notes %q", got, tt.want, notes)
			}
			if all := strings.Join(notes, "\n"); !strings.Contains(all, "is a HAR, which does not show") || (tt.want == "") != strings.Contains(all, "without its body") {
				t.Errorf("notes %q", notes)
			}
		})
	}
}

// TestLogAmongCaptures: a HAR and a capture are read in the order of their times, and the connections are numbered
// through.
func TestLogAmongCaptures(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.har")
	if err := os.WriteFile(path, []byte(browserLog), 0o600); err != nil {
		t.Fatal(err)
	}
	f := Files{Inputs: []Input{{Path: demo}, {Path: path, Label: "browser"}}}
	ids, labels := map[int]bool{}, 0
	var stats fact.Stats
	err := f.Run(context.Background(), func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Opened:
			ids[f.Conn.ID] = true
			if f.Conn.File == "browser" && f.Conn.Hidden&fact.Logged != 0 {
				labels++
			}
		case *fact.Stats:
			stats = *f
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(ids) != 4 || !ids[1] || !ids[4] || labels != 1 {
		t.Errorf("connections %v, %d of the HAR", ids, labels)
	}
	if stats.Entries != 1 || stats.Connections != 4 || stats.Packets != 69 || stats.Done == 0 || stats.Total < stats.Done {
		t.Errorf("stats %+v", stats)
	}
}

func TestLogErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, tt := range map[string]struct {
		text, want string
	}{
		"broken.har": {`{"log":{"entries":[{"request":{}},}`, "read"},
		"empty.har":  {`{"log":{"entries":[{]}}`, "no JSON"},
		"bad.zip":    {"PK\x03\x04....", "damaged zip"},
		"bad.gz":     {"\x1f\x8b\x08\x00", "bad.gz"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		g, err := gather(t, context.Background(), Files{Inputs: []Input{{Path: path}}})
		if said := strings.Join(g.notes, "\n"); (err == nil || !strings.Contains(err.Error(), tt.want)) && !strings.Contains(said, tt.want) {
			t.Errorf("%s: error %v, notes %q", name, err, said)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	path := filepath.Join(dir, "whole.har")
	if err := os.WriteFile(path, []byte(browserLog), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := gather(t, ctx, Files{Inputs: []Input{{Path: path}}}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}
