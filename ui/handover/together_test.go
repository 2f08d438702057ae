package handover

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"sioscope/capture"
)

// TestTogether: several files are all written, or all are as they were.
func TestTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := filepath.Join(dir, "x.png"), filepath.Join(dir, "x.json")
	text := func(s string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, s)
			return err
		}
	}
	fails := func(io.Writer) error { return errors.New("it broke") }
	holds := func(when, wantA, wantB string) {
		t.Helper()
		for path, want := range map[string]string{a: wantA, b: wantB} {
			if got, _ := os.ReadFile(path); string(got) != want {
				t.Errorf("%s, %s holds %q", when, path, got)
			}
		}
		list, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if f.Name() != "x.png" && f.Name() != "x.json" {
				t.Errorf("%s, %s is left", when, f.Name())
			}
		}
	}
	read := &capture.Files{}
	if err := Together(read, []Writing{{a, text("1")}, {b, fails}}); err == nil {
		t.Error("a file that is not written is none of its errors")
	}
	holds("after the second failed", "", "")
	if err := Together(read, []Writing{{a, text("1")}, {b, text("2")}}); err != nil {
		t.Error(err)
	}
	holds("written", "1", "2")
	if err := Together(read, []Writing{{a, text("3")}, {b, fails}}); err == nil {
		t.Error("it did not fail")
	}
	holds("after the second failed", "1", "2")
	if err := os.Remove(b); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(b, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Together(read, []Writing{{a, text("3")}, {b, text("4")}}); err == nil {
		t.Error("a directory was replaced")
	}
	if got, _ := os.ReadFile(a); string(got) != "1" {
		t.Errorf("beside a directory, the first holds %q", got)
	}
	other := filepath.Join(dir, "x.png")
	if err := Together(&capture.Files{Inputs: []capture.Input{{Path: other}}}, []Writing{{filepath.Join(dir, "y.json"), text("5")}, {other, text("5")}}); err == nil {
		t.Error("a file that is open was replaced")
	}
	if _, err := os.Stat(filepath.Join(dir, "y.json")); err == nil {
		t.Error("one of both was written")
	}
}
