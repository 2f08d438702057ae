package cli

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestOutput: a report goes into a file that is there once it is whole, whose ending says what it is.
func TestOutput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	demo := filepath.Join(dir, "demo.pcap")
	data, err := os.ReadFile("../../assets/demo.pcap")
	if err == nil {
		err = os.WriteFile(demo, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, begin := range map[string]string{"a.html": "<!doctype html>", "b.MD": "## On polling", "c.svg": "<svg ", "d.json": `{"schema"`, "e.txt": "polling: ", "f.har": "{", "g": "polling: "} {
		path := filepath.Join(dir, name)
		code, out, errs := ran(t.Context(), nil, "open", "-o", path, demo)
		got, err := os.ReadFile(path)
		if code != ok || out != "" || errs != "" || err != nil || !strings.HasPrefix(string(got), begin) {
			t.Errorf("%s: exit %d, %q, %q, %v, %.60q", name, code, out, errs, err, got)
		}
	}
	if _, out, _ := ran(t.Context(), nil, "open", "--format", "json", "--expect", "websocket,nodes>=1", demo); !strings.Contains(out, `{"text":"websocket","met":false,"why":"1 of 1`) || !strings.Contains(out, `{"text":"nodes>=1","met":true,"why":null}`) {
		t.Errorf("JSON does not tell what was expected: %.600s", out)
	}
	path := filepath.Join(dir, "h.xml")
	if code, _, _ := ran(t.Context(), nil, "open", "--output", path, "--expect", "websocket", demo); code != unmet {
		t.Errorf("exit %d", code)
	}
	if got, _ := os.ReadFile(path); !strings.Contains(string(got), "<testsuites>") {
		t.Errorf("%.60q", got)
	}
	for _, tt := range []struct{ path, want string }{
		{demo, "is one of the files to read; choose another name"},
		{dir, "is a directory; want the name of a file"},
		{filepath.Join(dir, "none", "x.html"), "there is no directory " + filepath.Join(dir, "none")},
	} {
		if code, _, errs := ran(t.Context(), nil, "open", "-o", tt.path, demo); code != failed || !strings.Contains(errs, tt.want) {
			t.Errorf("exit %d, %q, want %q", code, errs, tt.want)
		}
	}
	if again, err := os.ReadFile(demo); err != nil || string(again) != string(data) {
		t.Error("the capture was changed")
	}
	// What cannot be read leaves what was there, and nothing half done beside it.
	kept := filepath.Join(dir, "a.html")
	before, _ := os.ReadFile(kept)
	if code, _, _ := ran(t.Context(), nil, "open", "-o", kept, "output_test.go"); code != failed {
		t.Errorf("exit %d", code)
	}
	if after, _ := os.ReadFile(kept); string(after) != string(before) {
		t.Error("a report was lost to input that could not be read")
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".sio-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestUnansweredJUnit: where nobody answers, the test results say so.
func TestUnansweredJUnit(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sio.xml")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	l.Close()
	code, _, errs := ran(t.Context(), nil, "check", "--expect", "websocket", "-o", path, url)
	got, err := os.ReadFile(path)
	if code != failed || err != nil || !strings.Contains(string(got), `failures="1"`) || !strings.Contains(string(got), "nothing listens") || !strings.Contains(errs, "nothing listens") {
		t.Errorf("exit %d, %q, %v\n%s", code, errs, err, got)
	}
}

func TestWhoMayReadOutputs(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("files have no such modes there")
	}
	dir := t.TempDir()
	for name, tt := range map[string]struct {
		args []string
		want os.FileMode
	}{
		"masked.html": {[]string{"-o"}, 0o644},
		"open.html":   {[]string{"--no-redact", "-o"}, 0o600},
		"open.har":    {[]string{"--no-redact", "-o"}, 0o600},
		"a.pcapng":    {[]string{"-w"}, 0o600},
	} {
		path := filepath.Join(dir, name)
		args := append(append([]string{"open"}, tt.args...), path, "../../assets/demo.pcap")
		if code, _, errs := ran(t.Context(), nil, args...); code != ok {
			t.Errorf("%s: exit %d: %s", name, code, errs)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != tt.want {
			t.Errorf("%s is %v (%v), want %v", name, info.Mode(), err, tt.want)
		}
	}
}
