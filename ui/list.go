package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// A list is Fyne's, but its keys are the window's: arrows move the one selection that table, timeline and detail share. The
// selected item has an edge, as its background hardly differs.
type list struct {
	widget.List
	focus
	hears *hears
	at    int  // that is selected; -1: none
	shown bool // its edge, since it was selected
}

func newList(h *hears, length func() int, create func() fyne.CanvasObject, update func(int, fyne.CanvasObject)) *list {
	l := &list{hears: h, at: -1}
	l.Length = length
	// Nothing here may hold an item: Fyne lets go of those it has no use for, and makes new ones, as long as it lives.
	l.CreateItem = func() fyne.CanvasObject {
		edge := canvas.NewRectangle(color.Transparent)
		edge.StrokeWidth, edge.CornerRadius = 1, theme.Size(theme.SizeNameSelectionRadius)
		edge.Hide()
		return container.NewStack(create(), edge)
	}
	l.UpdateItem = func(at int, o fyne.CanvasObject) {
		what, edge := parts(o)
		if at == l.at {
			edge.StrokeColor = theme.Color(look.Accent)
			edge.Show()
			l.shown = true
		} else if edge.Visible() {
			edge.Hide()
		}
		update(at, what)
	}
	l.HideSeparators = true
	l.ExtendBaseWidget(l)
	return l
}

// parts are those of an item: what its list is of, and the edge around it.
func parts(item fyne.CanvasObject) (what fyne.CanvasObject, edge *canvas.Rectangle) {
	both := item.(*fyne.Container).Objects
	return both[0], both[1].(*canvas.Rectangle)
}

// Select selects an item.
func (l *list) Select(at int) {
	if at >= 0 && at < l.Length() {
		l.at, l.shown = at, false
	}
	if l.List.Select(at); !l.shown {
		l.Refresh() // Fyne's has it selected already, by a click
	}
}

// UnselectAll selects none.
func (l *list) UnselectAll() {
	l.at = -1
	l.List.UnselectAll()
}

// FocusGained shows where the keyboard is.
func (l *list) FocusGained() {
	l.focus = true
	l.List.FocusGained()
	l.Refresh()
}

// FocusLost takes its ring away.
func (l *list) FocusLost() {
	l.focus = false
	l.List.FocusLost()
	l.Refresh()
}

// CreateRenderer is for Fyne.
func (l *list) CreateRenderer() fyne.WidgetRenderer { return newRinged(l.List.CreateRenderer(), l) }

// TypedKey hands keys to the window.
func (l *list) TypedKey(ev *fyne.KeyEvent) { l.hears.typedKey(ev) }

// TypedRune hands characters to the window.
func (l *list) TypedRune(r rune) { l.hears.typedRune(r) }
