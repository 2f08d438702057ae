package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// TestWindowsOwnColourIsNotPaintedTwice: every frame begins with all of the window in it, and to fill a panel of it once
// more takes longer than all else in it.
func TestWindowsOwnColourIsNotPaintedTwice(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.askSniff()
	ground := theme.Color(theme.ColorNameBackground)
	var look func(o fyne.CanvasObject)
	look = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		switch o := o.(type) {
		case *canvas.Rectangle:
			if o.FillColor == ground && o.Size().Width*o.Size().Height > 10_000 {
				t.Errorf("%v at %v is filled with it", o.Size(), fyne.CurrentApp().Driver().AbsolutePositionForObject(o))
			}
		case *fyne.Container:
			for _, child := range o.Objects {
				look(child)
			}
		case fyne.Widget:
			for _, child := range test.WidgetRenderer(o).Objects() {
				look(child)
			}
		}
	}
	for _, part := range []fyne.CanvasObject{u.w.tools.object, u.w.verdict.object, u.w.side.object, u.w.table.object, u.w.status.object} {
		look(part)
	}
}
