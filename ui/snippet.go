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
	text     string
	hears    *hears
	copyText func(string)
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
	button := newButton(s.hears, "Copy", theme.ContentCopyIcon(), func() { s.copyText(s.text) })
	button.Importance = widget.LowImportance
	return container.NewStack(newFill(look.Panel, fyne.Size{}),
		container.NewBorder(nil, nil, nil, container.NewVBox(button, layout.NewSpacer()), container.NewHScroll(text)))
}

// Update has nothing to do: the lines stay what they are.
func (s *snippetSegment) Update(fyne.CanvasObject) {}

// Select has nothing to do.
func (s *snippetSegment) Select(_, _ fyne.Position) {}

// SelectedText is none: the button copies.
func (s *snippetSegment) SelectedText() string { return "" }

// Unselect has nothing to do.
func (s *snippetSegment) Unselect() {}
