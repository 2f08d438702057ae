//go:build unix

package cli

import (
	"os"
	"testing"
)

// TestUnread: a pipe whose reader is gone is told from one that somebody reads, and from a file.
func TestUnread(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if unread(w) {
		t.Error("somebody reads")
	}
	r.Close()
	if !unread(w) {
		t.Error("nobody reads")
	}
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if unread(f) {
		t.Error("a file is read by nobody, and that is as it should be")
	}
}
