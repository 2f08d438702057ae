package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// A grip is the border of a side panel: dragged, it makes the panel wider or narrower.
type grip struct {
	widget.BaseWidget
	line    *fill
	dragged func(dx float32)
	let     func() // it was let go
}

var (
	_ fyne.Draggable     = (*grip)(nil)
	_ desktop.Cursorable = (*grip)(nil)
	_ desktop.Hoverable  = (*grip)(nil)
)

// gripWidth is how much of it the mouse finds, dp.
const gripWidth = 6

func newGrip(dragged func(dx float32), let func()) *grip {
	g := &grip{line: newFill(look.Line, fyne.NewSize(1, 1)), dragged: dragged, let: let}
	g.ExtendBaseWidget(g)
	return g
}

// Dragged moves it.
func (g *grip) Dragged(ev *fyne.DragEvent) { g.dragged(ev.Dragged.DX) }

// DragEnd is for Fyne.
func (g *grip) DragEnd() { g.let() }

// Cursor says that it can be moved.
func (g *grip) Cursor() desktop.Cursor { return desktop.HResizeCursor }

// MouseIn shows where it is.
func (g *grip) MouseIn(*desktop.MouseEvent) { g.line.SetColor(look.Accent) }

// MouseMoved changes nothing.
func (g *grip) MouseMoved(*desktop.MouseEvent) {}

// MouseOut shows it as a line again.
func (g *grip) MouseOut() { g.line.SetColor(look.Line) }

// MinSize is narrow.
func (g *grip) MinSize() fyne.Size { return fyne.NewSize(gripWidth, theme.Padding()) }

// CreateRenderer is for Fyne.
func (g *grip) CreateRenderer() fyne.WidgetRenderer { return &gripRenderer{g} }

type gripRenderer struct{ g *grip }

// Layout draws a line in its middle.
func (r *gripRenderer) Layout(size fyne.Size) {
	r.g.line.Move(fyne.NewPos(gripWidth/2, 0))
	r.g.line.Resize(fyne.NewSize(1, size.Height))
}

// MinSize is the grip's.
func (r *gripRenderer) MinSize() fyne.Size { return r.g.MinSize() }

// Refresh follows the theme.
func (r *gripRenderer) Refresh() { r.g.line.Refresh() }

// Objects is the line.
func (r *gripRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.g.line} }

// Destroy has nothing to do.
func (r *gripRenderer) Destroy() {}
