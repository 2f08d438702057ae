package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
	"sioscope/ui/rows"
)

// A tableHead names the columns. A click sorts by one, another one turns the order round; their edges can be dragged.
type tableHead struct {
	widget.BaseWidget
	table *table
	texts []*canvas.Text
	drag  int // the column whose edge is dragged, -1 none
	near  int // the one whose edge the mouse is at, likewise
}

// Of the edges between columns, dp.
const (
	edgeReach   = 5
	leastColumn = 30
	leastWhat   = 120
)

func newTableHead(t *table) *tableHead {
	h := &tableHead{table: t, drag: -1, near: -1}
	for range t.cols {
		text := newCell(headSize)
		text.TextStyle.Bold = true
		h.texts = append(h.texts, text)
	}
	h.ExtendBaseWidget(h)
	return h
}

func (h *tableHead) apply() {
	x, w := h.table.places(h.Size().Width)
	for i, text := range h.texts {
		s, tint := h.table.cols[i].title, look.Dim
		if o := h.table.order; int(o.By) == i {
			s, tint = s+" ↑", theme.ColorNameForeground
			if o.Down {
				s = h.table.cols[i].title + " ↓"
			}
		}
		s = h.table.fonts.Cut(s, fontOf(text), inWhole(text.TextSize), w[i]-4)
		at := x[i]
		if h.table.cols[i].right {
			at += w[i] - 8 - h.table.fonts.Width(s, fontOf(text), inWhole(text.TextSize))
		}
		text.Text, text.Color = s, theme.Color(tint)
		text.Move(fyne.NewPos(at, (h.Size().Height-text.TextSize*1.36)/2))
		text.Refresh()
	}
}

// Tapped sorts by the column.
func (h *tableHead) Tapped(ev *fyne.PointEvent) {
	if i := h.column(ev.Position.X); i >= 0 && h.edge(ev.Position.X) < 0 {
		h.table.sortBy(rows.Column(i))
	}
}

// column is the one at a place, -1 where there is none.
func (h *tableHead) column(at float32) int {
	x, w := h.table.places(h.Size().Width)
	for i := range x {
		if w[i] > 0 && at >= x[i] && at < x[i]+w[i] {
			return i
		}
	}
	return -1
}

// edge is the column whose width the edge at a place changes, -1 where there is none: that of the column at its left, or
// right of the widest one, which takes what is left, that of the column at its right.
func (h *tableHead) edge(at float32) int {
	x, w := h.table.places(h.Size().Width)
	for i := range x {
		end := x[i] + w[i]
		if i > whatColumn {
			end = x[i]
		}
		if d := at - end; i != whatColumn && w[i] > 0 && d >= -edgeReach && d <= edgeReach {
			return i
		}
	}
	return -1
}

// Dragged makes a column wider or narrower.
func (h *tableHead) Dragged(ev *fyne.DragEvent) {
	if h.drag < 0 {
		if h.drag = h.edge(ev.Position.X - ev.Dragged.DX); h.drag < 0 {
			return
		}
	}
	d := ev.Dragged.DX
	if h.drag > whatColumn {
		d = -d
	}
	h.table.widen(h.drag, d)
}

// DragEnd is the end of it.
func (h *tableHead) DragEnd() {
	h.drag = -1
	if h.table.onWidths != nil {
		h.table.onWidths()
	}
}

// MouseIn tells what a click does.
func (h *tableHead) MouseIn(ev *desktop.MouseEvent) { h.MouseMoved(ev) }

// MouseMoved does so for the column under the mouse.
func (h *tableHead) MouseMoved(ev *desktop.MouseEvent) {
	h.near = h.edge(ev.Position.X)
	text := ""
	switch i := h.column(ev.Position.X); {
	case h.near >= 0:
		text = h.table.h.S("Drag: makes the column wider or narrower")
	case i >= 0:
		text = h.table.h.S("Click: sorts by “%s”; once more: the other way round", h.table.cols[i].title)
	}
	h.table.hint(text)
}

// MouseOut takes it back.
func (h *tableHead) MouseOut() {
	h.near = -1
	h.table.hint("")
}

// Cursor tells that an edge can be dragged.
func (h *tableHead) Cursor() desktop.Cursor {
	if h.near >= 0 || h.drag >= 0 {
		return desktop.HResizeCursor
	}
	return desktop.DefaultCursor
}

// Refresh follows the theme.
func (h *tableHead) Refresh() {
	h.apply()
	h.BaseWidget.Refresh()
}

// Resize lays the columns out anew.
func (h *tableHead) Resize(s fyne.Size) {
	if s != h.Size() {
		h.BaseWidget.Resize(s)
		h.apply()
	}
}

// MinSize is a row's height; any width will do.
func (h *tableHead) MinSize() fyne.Size { return fyne.NewSize(100, rowHeight) }

// CreateRenderer is for Fyne.
func (h *tableHead) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for _, t := range h.texts {
		objects = append(objects, t)
	}
	return &flat{objects: objects, min: h.MinSize}
}
