package ui_test

import (
	"os"
	"path/filepath"
	"testing"

	"sioscope/internal/lab"
)

// TestDeveloperIsAskedBeforeASessionIsLost: what a client of our own saw is kept where the user wants it, and nothing is
// asked where it is in a file.
func TestDeveloperIsAskedBeforeASessionIsLost(t *testing.T) {
	p := sits(t, nil)
	connects := func() {
		p.Press("Ctrl+N")
		p.Fill("URL of the service", developed(t, lab.SingleNode))
		p.Press("Enter")
		p.Sees("Connected, on WebSocket")
	}
	connects()
	p.Press("Esc", "Ctrl+D")
	p.Sees("Keep what was captured?", "would be lost: 1 session.")
	p.Press("Esc")
	p.Misses("Keep what was captured?", "Demo recording")
	p.Press("Ctrl+D", "Shift+Tab", "Enter")
	p.Sees("Demo recording", "16 of 16 rows")

	connects()
	p.Press("Esc", "Ctrl+D", "Enter")
	p.Sees("Requests and messages (HAR)")
	p.Press("Esc") // thinks better of it
	p.Misses("Requests and messages (HAR)")
	p.Sees("● live")
	p.Press("Ctrl+D", "Enter")
	p.Sees("Requests and messages (HAR)")
	out := filepath.Join(t.TempDir(), "mine.har")
	p.Fill("File", out)
	p.Press("Enter")
	p.Sees("Demo recording", "16 of 16 rows")
	if _, err := os.Stat(out); err != nil {
		t.Error(err)
	}

	connects()
	for _, leaves := range []func(){p.CloseWindow, func() { p.Press("Ctrl+Q") }} {
		leaves()
		p.Sees("Keep what was captured?")
		p.CloseWindow() // asks no second time
		p.Press("Esc")
		p.Misses("Keep what was captured?")
	}
	p.Press("Ctrl+Q", "Shift+Tab", "Enter")
	if p.Windows() != 0 {
		t.Error("the window stays")
	}
}
