package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
	"sioscope/ui/rows"
	"sioscope/ui/timeline"
)

// A tableRow is one line of the packet table, or its header: a text for every column, and nothing else.
type tableRow struct {
	widget.BaseWidget
	table *table
	texts []*canvas.Text
	bad   *canvas.Rectangle // a stripe at the left of a problem: not by colour alone, its text says it too
	cells rows.Cells
	at    int // its place in the list
	head  bool
}

const (
	rowHeight = 22
	cellSize  = 12.5
)

func newTableRow(t *table, head bool) *tableRow {
	r := &tableRow{table: t, head: head, bad: canvas.NewRectangle(color.Transparent)}
	for range t.cols {
		text := canvas.NewText("", color.Transparent)
		text.TextSize = cellSize
		if head {
			text.TextSize, text.TextStyle.Bold = 11.5, true
		}
		r.texts = append(r.texts, text)
	}
	r.bad.Hide()
	r.ExtendBaseWidget(r)
	return r
}

// Set shows a row's cells.
func (r *tableRow) Set(c rows.Cells) {
	r.cells = c
	r.apply()
}

func (r *tableRow) apply() {
	x, w := r.table.places(r.Size().Width)
	for i := range r.texts {
		r.cell(i, x[i], w[i])
	}
	r.bad.FillColor = theme.Color(look.Bad)
	r.bad.Resize(fyne.NewSize(3, r.Size().Height))
	if r.cells.Bad && !r.head {
		r.bad.Show()
	} else {
		r.bad.Hide()
	}
}

// cell writes one text where it changed.
func (r *tableRow) cell(i int, x, width float32) {
	col, text := &r.table.cols[i], r.texts[i]
	font, s, color := timeline.Regular, "", look.Dim
	if r.head {
		font, s = timeline.Bold, col.title
	} else {
		s, color = col.cell(&r.cells), col.color(&r.cells)
		text.TextStyle.Bold = r.cells.Bad && col.title == "Packet"
	}
	if text.TextStyle.Bold {
		font = timeline.Bold
	}
	s = r.table.fonts.Cut(s, font, inWhole(text.TextSize), width-8)
	if col.right {
		x += width - 8 - r.table.fonts.Width(s, font, inWhole(text.TextSize))
	}
	text.Text, text.Color = s, theme.Color(color)
	text.Move(fyne.NewPos(x, (r.Size().Height-text.TextSize*1.36)/2))
	text.Refresh()
}

// Refresh follows the theme.
func (r *tableRow) Refresh() {
	r.apply()
	r.BaseWidget.Refresh()
}

// Resize lays the columns out anew.
func (r *tableRow) Resize(s fyne.Size) {
	if s != r.Size() {
		r.BaseWidget.Resize(s)
		r.apply()
	}
}

// Tapped selects the row. Fyne's list would, but it finds no canvas to move the keyboard focus on once it is embedded.
func (r *tableRow) Tapped(*fyne.PointEvent) {
	if !r.head {
		r.table.press(r.at)
	}
}

// MinSize is a row's height; any width will do.
func (r *tableRow) MinSize() fyne.Size { return fyne.NewSize(100, rowHeight) }

// CreateRenderer is for Fyne.
func (r *tableRow) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{r.bad}
	for _, t := range r.texts {
		objects = append(objects, t)
	}
	return &flat{objects: objects, min: r.MinSize}
}

// A flat renderer shows objects that its widget places itself.
type flat struct {
	objects []fyne.CanvasObject
	min     func() fyne.Size
}

func (f *flat) Layout(fyne.Size)             {}
func (f *flat) MinSize() fyne.Size           { return f.min() }
func (f *flat) Refresh()                     {}
func (f *flat) Objects() []fyne.CanvasObject { return f.objects }
func (f *flat) Destroy()                     {}
