package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// A list is Fyne's, but its keys are the window's: arrows move the one selection that table, timeline and detail share.
type list struct {
	widget.List
	hears *hears
}

func newList(h *hears, length func() int, create func() fyne.CanvasObject, update func(int, fyne.CanvasObject)) *list {
	l := &list{hears: h}
	l.Length, l.CreateItem, l.UpdateItem = length, create, update
	l.HideSeparators = true
	l.ExtendBaseWidget(l)
	return l
}

// TypedKey hands keys to the window.
func (l *list) TypedKey(ev *fyne.KeyEvent) { l.hears.typedKey(ev) }

// TypedRune hands characters to the window.
func (l *list) TypedRune(r rune) { l.hears.typedRune(r) }
