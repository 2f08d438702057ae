package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// A hinted is an object that the status bar tells more about while the mouse is over it.
type hinted struct {
	widget.BaseWidget
	object fyne.CanvasObject
	status *statusBar
	text   func() string
}

var _ desktop.Hoverable = (*hinted)(nil)

func newHinted(o fyne.CanvasObject, status *statusBar, text func() string) *hinted {
	h := &hinted{object: o, status: status, text: text}
	h.ExtendBaseWidget(h)
	return h
}

// MouseIn tells more.
func (h *hinted) MouseIn(*desktop.MouseEvent) { h.status.hint(h.text()) }

// MouseMoved changes nothing.
func (h *hinted) MouseMoved(*desktop.MouseEvent) {}

// MouseOut takes it back.
func (h *hinted) MouseOut() { h.status.hint("") }

// CreateRenderer is for Fyne.
func (h *hinted) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(h.object) }
