package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// A ringed renderer draws a ring around its widget while that has the keyboard: what Fyne shows, a background a little
// darker, is hardly seen (WCAG 2, 1.4.11 asks for 3 to 1).
type ringed struct {
	fyne.WidgetRenderer
	ring *canvas.Rectangle
	of   ringable
}

// A ringable says in which colour its ring is, "" for none.
type ringable interface {
	ringColor() fyne.ThemeColorName
}

const ringWidth = 2

func newRinged(r fyne.WidgetRenderer, of ringable) *ringed {
	ring := canvas.NewRectangle(color.Transparent)
	ring.StrokeWidth, ring.CornerRadius = ringWidth, theme.Size(theme.SizeNameInputRadius)
	ring.Hide()
	return &ringed{r, ring, of}
}

// Objects are the widget's, and the ring above them.
func (r *ringed) Objects() []fyne.CanvasObject {
	own := r.WidgetRenderer.Objects()
	return append(own[:len(own):len(own)], r.ring)
}

// Layout is for Fyne.
func (r *ringed) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.ring.Resize(size)
}

// Refresh is for Fyne.
func (r *ringed) Refresh() {
	r.WidgetRenderer.Refresh()
	if name := r.of.ringColor(); name != "" {
		r.ring.StrokeColor = theme.Color(name)
		r.ring.Show()
	} else {
		r.ring.Hide()
	}
}

// A focus is whether a part has the keyboard.
type focus bool

func (f *focus) ringColor() fyne.ThemeColorName {
	if *f {
		return look.Accent
	}
	return ""
}

// ringColor stands out from the button, too, where that has the colour of rings.
func (b *button) ringColor() fyne.ThemeColorName {
	if b.focus && b.Importance == widget.HighImportance {
		return theme.ColorNameForegroundOnPrimary
	}
	return b.focus.ringColor()
}
