package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sioscope/ui/plain"
	"sioscope/ui/timeline"
)

// A wrapped is a text in at most two lines, the second of them cut where that is too little. It never asks for more
// width than it has: a text of any length leaves the window as wide as it is.
type wrapped struct {
	first, rest *line
	fonts       *timeline.Fonts
	size        float32
	says        string
	higher      func() // called when it came to have another number of lines
	object      *fyne.Container
}

func newWrapped(fonts *timeline.Fonts, size float32, color fyne.ThemeColorName, higher func()) *wrapped {
	t := &wrapped{fonts: fonts, size: size, higher: higher}
	t.first, t.rest = newLine(fonts, size, color, fyne.TextStyle{}), newLine(fonts, size, color, fyne.TextStyle{})
	t.rest.Hide()
	lines := container.New(stacked{}, t.first, t.rest)
	t.object = container.New(&watch{child: lines, resized: func(fyne.Size) { t.wrap() }}, lines)
	return t
}

// Set shows another text.
func (t *wrapped) Set(text string) {
	if text != t.says {
		t.says = text
		t.wrap()
	}
}

// wrap puts the text into two lines where one is too short.
func (t *wrapped) wrap() {
	width := t.first.Size().Width
	if width < 50 {
		return
	}
	fits := func(s string) bool { return t.fonts.Width(s, timeline.Regular, t.size) <= width }
	first, rest := t.says, ""
	if !fits(first) {
		first, rest = plain.Break(first, fits)
	}
	t.first.Set(first)
	t.rest.Set(rest)
	if t.rest.Visible() != (rest != "") {
		t.rest.Hidden = rest == ""
		t.higher()
	}
}
