package ui

import (
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/words"
)

// beside is the name of a file in the place of the capture that is open, with what tells it from the capture.
func (w *Window) beside(end string) string {
	if w.opening.files == nil || w.opening.kept != nil && w.opening.kept.path == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "sioscope" + end
		}
		return filepath.Join(home, "sioscope"+end)
	}
	in := w.opening.files.Inputs[0].Path
	base := filepath.Base(in)
	for _, end := range []string{".gz", ".pcapng", ".pcap", ".cap", ".har", ".zip"} {
		base = strings.TrimSuffix(base, end)
	}
	path := filepath.Join(filepath.Dir(in), base+end)
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// written tells what was written.
func (w *Window) written(said []string) {
	label := newProse(&widget.TextSegment{Text: words.Fields(w.Words, strings.Join(said, "\n"))})
	w.inform(w.S("Saved"), container.NewVScroll(label), fyne.NewSize(640, 280))
}
