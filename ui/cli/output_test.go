package cli

import (
	"os"
	"path/filepath"
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
