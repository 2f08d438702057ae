package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// A foot is the lower end of a side panel, where one of several things is explained: the one that has the mouse or the
// keyboard, or was switched last. It is as high as the longest of them needs, so that nothing above it ever moves.
type foot struct {
	title  *line
	text   *prose
	object fyne.CanvasObject
}

func newFoot(w *Window, texts []string) *foot {
	f := &foot{title: newLine(w.fonts, 13, theme.ColorNameForeground, fyne.TextStyle{Bold: true}), text: footText("")}
	all := make([]fyne.CanvasObject, 0, len(texts))
	for _, t := range texts {
		all = append(all, flush(footText(t)))
	}
	room := container.New(&roomy{all: all}, flush(f.text))
	f.object = container.New(stacked{}, rule(), container.New(padded(8, 10, 14, 14), container.New(stacked{}, f.title, gapTop(3), room)))
	return f
}

var footStyle = widget.RichTextStyle{ColorName: look.Dim, SizeName: theme.SizeNameCaptionText}

func footText(s string) *prose { return newProse(&widget.TextSegment{Text: s, Style: footStyle}) }

// show explains something.
func (f *foot) show(title, text string) {
	if title == f.title.full {
		return
	}
	f.title.Set(title)
	f.text.Say(text, footStyle)
}

// roomy is a layout of one text, as high as the highest of several that may come in its place is in the narrowest panel.
type roomy struct {
	all    []fyne.CanvasObject
	height float32
}

// Layout is for Fyne.
func (r *roomy) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(size)
	}
}

// MinSize is that height.
func (r *roomy) MinSize([]fyne.CanvasObject) fyne.Size {
	for _, o := range r.all {
		o.Resize(fyne.NewSize(leastSide-29, 10)) // what wraps knows its height once it has a width
		r.height = max(r.height, o.MinSize().Height)
	}
	r.all = nil
	return fyne.NewSize(40, r.height)
}
