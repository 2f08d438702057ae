package handover

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/capture/extract"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

const recordings = "../../internal/recordings/testdata/"

// passed writes what is named of a recording, and gives the sentences about it.
func passed(t *testing.T, name string, w extract.What, p Packets) string {
	t.Helper()
	files, err := filepath.Glob(recordings + name + "/capture.pcap*")
	if err != nil || len(files) == 0 {
		t.Fatal(name, err)
	}
	p.Files = &capture.Files{Inputs: []capture.Input{{Path: files[0]}}}
	if keys := recordings + name + "/keys.log"; readable(keys) {
		p.Files.Keys = []string{keys}
	}
	tr := new(session.Tracker)
	if err := p.Files.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	d := diagnose.Diagnose(tr)
	if p.Choice, err = extract.Choose(tr, &d, w); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "out.pcapng")
	var r *Result
	if err := ToFile(path, p.Files, Owner, func(out io.Writer) (err error) {
		r, err = p.Write(context.Background(), out)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := r.Verify(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	return strings.Join(r.Sentences(nil), "\n")
}

func readable(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestSentences: whoever passes packets on is told what goes along, and what its receiver cannot see.
func TestSentences(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, recording string
		what            extract.What
		packets         Packets
		has, lacks      []string
	}{
		{"keys kept back", "tls13-keylog", extract.What{}, Packets{},
			[]string{"all that is Socket.IO", "9 connections are encrypted and without keys in it; --with-keys adds them"}, []string{"masked", "By itself"}},
		{"keys too", "tls13-keylog", extract.What{}, Packets{Keys: true}, []string{"The keys of 9 encrypted connections are in it"}, []string{"--with-keys", "masked"}},
		{"HTTP/2 cannot be divided", "h2-keylog-browser", extract.What{}, Packets{Keys: true}, []string{"requests of others too, which cannot be left out"}, nil},
		{"a finding whose proof lies elsewhere", "node-restart", extract.What{Findings: []string{"node-restarted"}}, Packets{},
			[]string{"Tokens, cookies and passwords in it are replaced", "By itself it does not show node-restarted"}, nil},
		{"others on the same connections", "haproxy-cookie-browser", extract.What{}, Packets{}, []string{"that others made over the same connections"}, nil},
		{"secrets and all", "direct-v4", extract.What{}, Packets{Redact: redact.Redactor{Off: true}}, []string{"Secrets in it are not masked."}, []string{"searched", "By itself"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			said := passed(t, tt.recording, tt.what, tt.packets)
			for _, s := range tt.has {
				if !strings.Contains(said, s) {
					t.Errorf("%q is not said:\n%s", s, said)
				}
			}
			for _, s := range tt.lacks {
				if strings.Contains(said, s) {
					t.Errorf("%q is said:\n%s", s, said)
				}
			}
		})
	}
}

// TestToFile: a file is whole or not there, and none that is read.
func TestToFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.pcap"), filepath.Join(dir, "out.pcapng")
	if err := os.WriteFile(in, []byte("capture"), 0o600); err != nil {
		t.Fatal(err)
	}
	read := &capture.Files{Inputs: []capture.Input{{Path: in}}}
	if err := os.Symlink(in, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		in: "one of the files that are open", filepath.Join(dir, "link"): "one of the files that are open",
		dir: "is a directory", filepath.Join(dir, "none", "x"): "there is no directory",
	} {
		if err := ToFile(path, read, Anybody, func(io.Writer) error { return nil }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	if err := ToFile(out, read, Anybody, func(w io.Writer) error {
		_, _ = w.Write([]byte("half"))
		return errors.New("it broke")
	}); err == nil || !strings.Contains(err.Error(), "it broke") {
		t.Errorf("half a file: %v", err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Errorf("left behind: %v, %v", files, err)
	}
	if err := ToFile(out, read, Anybody, func(w io.Writer) error {
		_, err := w.Write([]byte("whole"))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(out); err != nil || string(b) != "whole" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestFilesWithSecretsAreTheirWritersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no such modes there")
	}
	path := filepath.Join(t.TempDir(), "out")
	for _, tt := range []struct {
		may  Readers
		want os.FileMode
	}{{ReadersOf(false), 0o600}, {ReadersOf(true), 0o644}, {Owner, 0o600}} {
		if err := ToFile(path, &capture.Files{}, tt.may, func(io.Writer) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != tt.want {
			t.Errorf("the file is %v (%v), want %v", info.Mode(), err, tt.want)
		}
	}
}
