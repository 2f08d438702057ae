package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
	"sioscope/ui/plain"
)

// A snippetSegment is lines to paste within a text, as they are, with a button that copies them.
type snippetSegment struct {
	text string
	page *page
}

// Inline is false: it stands by itself.
func (s *snippetSegment) Inline() bool { return false }

// Textual is the lines.
func (s *snippetSegment) Textual() string { return s.text }

// Visual makes the lines, which scroll where they are long, and the button above their end.
func (s *snippetSegment) Visual() fyne.CanvasObject {
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(s.text, "\t", "    "), "\n"), "\n")
	for i := range lines {
		lines[i] = plain.Text(lines[i])
	}
	style := widget.RichTextStyle{ColorName: theme.ColorNameForeground, SizeName: look.MonoText, TextStyle: fyne.TextStyle{Monospace: true}}
	text := widget.NewRichText(&widget.TextSegment{Text: strings.Join(lines, "\n"), Style: style})
	button := newButton(s.page.hears, s.page.hears.S("Copy"), theme.ContentCopyIcon(), func() { s.page.copyText(s.text) })
	button.Importance, button.page = widget.LowImportance, s.page
	return onPanel(container.NewBorder(nil, nil, nil, container.NewVBox(button, layout.NewSpacer()), newSideways(text, s.page.scrolled)))
}

// Update has nothing to do: the lines stay what they are.
func (s *snippetSegment) Update(fyne.CanvasObject) {}

// Select has nothing to do.
func (s *snippetSegment) Select(_, _ fyne.Position) {}

// SelectedText is none: the button copies.
func (s *snippetSegment) SelectedText() string { return "" }

// Unselect has nothing to do.
func (s *snippetSegment) Unselect() {}

// A sideways scrolls what is too wide for it. The wheel scrolls the page that it stands in, and it only with Shift, or
// where it goes to the side by itself: else the wheel would stop at every one that it meets.
type sideways struct {
	container.Scroll
	page func(*fyne.ScrollEvent)
}

func newSideways(what fyne.CanvasObject, page func(*fyne.ScrollEvent)) *sideways {
	s := &sideways{page: page}
	s.Content, s.Direction = what, container.ScrollHorizontalOnly
	s.ExtendBaseWidget(s)
	return s
}

// Scrolled is for Fyne, which has turned a wheel with Shift to the side.
func (s *sideways) Scrolled(ev *fyne.ScrollEvent) {
	if ev.Scrolled.DX == 0 {
		s.page(ev)
		return
	}
	s.Scroll.Scrolled(&fyne.ScrollEvent{PointEvent: ev.PointEvent, Scrolled: fyne.Delta{DX: ev.Scrolled.DX}})
	if ev.Scrolled.DY != 0 {
		s.page(&fyne.ScrollEvent{PointEvent: ev.PointEvent, Scrolled: fyne.Delta{DY: ev.Scrolled.DY}})
	}
}
