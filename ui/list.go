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
	items map[fyne.CanvasObject]*listItem
	at    int // that is selected; -1: none
}

// A listItem is one on screen.
type listItem struct {
	what fyne.CanvasObject
	edge *canvas.Rectangle
	at   int
}

func newList(h *hears, length func() int, create func() fyne.CanvasObject, update func(int, fyne.CanvasObject)) *list {
	l := &list{hears: h, items: map[fyne.CanvasObject]*listItem{}, at: -1}
	l.Length = length
	l.CreateItem = func() fyne.CanvasObject {
		i := &listItem{what: create(), edge: canvas.NewRectangle(color.Transparent), at: -1}
		i.edge.StrokeWidth, i.edge.CornerRadius = 1, theme.Size(theme.SizeNameSelectionRadius)
		i.edge.Hide()
		o := container.NewStack(i.what, i.edge)
		l.items[o] = i
		return o
	}
	l.UpdateItem = func(at int, o fyne.CanvasObject) {
		i := l.items[o]
		i.at = at
		i.mark(at == l.at)
		update(at, i.what)
	}
	l.HideSeparators = true
	l.ExtendBaseWidget(l)
	return l
}

func (i *listItem) mark(on bool) {
	if !on {
		i.edge.Hide()
		return
	}
	i.edge.StrokeColor = theme.Color(look.Accent)
	i.edge.Show()
}

func (l *list) mark(at int) {
	l.at = at
	for _, i := range l.items {
		i.mark(i.at == at && at >= 0)
	}
}

// Select selects an item.
func (l *list) Select(at int) {
	if at >= 0 && at < l.Length() {
		l.mark(at)
	}
	l.List.Select(at)
}

// UnselectAll selects none.
func (l *list) UnselectAll() {
	l.mark(-1)
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
