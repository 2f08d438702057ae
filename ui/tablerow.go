package ui

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
	"sioscope/ui/rows"
	"sioscope/ui/timeline"
)

// A tableRow is one line of the packet table: a text for every column, and what is searched for marked in them.
type tableRow struct {
	widget.BaseWidget
	table *table
	texts []*canvas.Text
	hit   *canvas.Text      // in which part a hit is that no column shows
	bad   *canvas.Rectangle // a stripe at the left of a problem: not by colour alone, its text says it too
	over  *canvas.Rectangle // under the mouse
	marks marks
	cells rows.Cells
	found rows.Found
	at    int // its place in the list
	draws *flat
}

const (
	rowHeight = 22
	cellSize  = 12.5
	headSize  = 11.5
)

func newTableRow(t *table) *tableRow {
	r := &tableRow{table: t, bad: canvas.NewRectangle(color.Transparent), over: canvas.NewRectangle(color.Transparent)}
	for range t.cols {
		r.texts = append(r.texts, newCell(cellSize))
	}
	r.hit = newCell(cellSize)
	r.marks.over = true
	r.bad.Hide()
	r.over.Hide()
	r.ExtendBaseWidget(r)
	return r
}

func newCell(size float32) *canvas.Text {
	text := canvas.NewText("", color.Transparent)
	text.TextSize = size
	return text
}

// Set shows a row's cells.
func (r *tableRow) Set(c rows.Cells) {
	r.cells = c
	r.apply()
}

func (r *tableRow) apply() {
	x, w := r.table.places(r.Size().Width)
	r.marks.begin(r.table.words)
	for i := range r.texts {
		if i != whatColumn {
			r.cell(i, x[i], w)
		}
	}
	r.what(x[whatColumn], w)
	if r.marks.end() && r.draws != nil {
		r.draws.objects = r.objects()
	}
	r.bad.FillColor = theme.Color(look.Bad)
	r.bad.Resize(fyne.NewSize(3, r.Size().Height))
	r.bad.Hidden = !r.cells.Bad
	r.over.FillColor = theme.Color(theme.ColorNameHover)
	r.over.Resize(r.Size())
}

// cell writes one text where it changed, of columns of these widths.
func (r *tableRow) cell(i int, x float32, widths []float32) {
	r.cellIn(i, x, widths[i], widths)
}

// cellIn does so with less room than the column has.
func (r *tableRow) cellIn(i int, x, width float32, widths []float32) {
	col, text := &r.table.cols[i], r.texts[i]
	text.TextStyle.Bold = r.cells.Bad && i == packetColumn
	s := r.fitting(i, &r.cells, fontOf(text), width-8, widths)
	if col.right {
		x += width - 8 - r.table.fonts.Width(s, fontOf(text), inWhole(text.TextSize))
	}
	r.write(text, s, x, col.color(&r.cells))
}

// fitting is what a column says in that width: all of it, or less, or the beginning of that.
func (r *tableRow) fitting(i int, c *rows.Cells, f timeline.Font, width float32, widths []float32) string {
	fonts, s := r.table.fonts, says(r.table.cols, i, c, widths)
	if c.SID != "" && i == whatColumn && fonts.Width(s, f, inWhole(cellSize)) > width {
		short := *c
		short.What = c.Briefly()
		s = says(r.table.cols, i, &short, widths)
	}
	return fonts.Cut(s, f, inWhole(cellSize), width)
}

// what writes the widest column. Where it is searched for what no column shows, a part of it tells where that is.
func (r *tableRow) what(x float32, widths []float32) {
	width := widths[whatColumn]
	where := r.where(width - 8)
	if where == "" {
		r.hit.Text = ""
		r.hit.Refresh()
		r.cell(whatColumn, x, widths)
		return
	}
	room := width - r.table.fonts.Width(where, timeline.Regular, inWhole(cellSize)) - 8
	if room < leastBeside {
		room = 0
	}
	r.write(r.hit, where, x+room, look.Accent)
	r.cellIn(whatColumn, x, room, widths)
}

// leastBeside is the room in which something is written beside the place of a hit, dp.
const leastBeside = 90

// where says where a hit is that no column shows, as long as there is room for: with all that stands around it, or with
// less, or the hit alone.
func (r *tableRow) where(width float32) (says string) {
	fonts := r.table.fonts
	for _, f := range [...]rows.Found{r.found, r.found.Short()} {
		for _, says = range [...]string{r.table.where(f), f.Text} {
			says = fonts.Cut(says, timeline.Regular, inWhole(cellSize), width)
			if f.Masked || len(rows.Spans(says, r.table.words, 1)) > 0 {
				return says
			}
		}
	}
	return says
}

func (r *tableRow) write(text *canvas.Text, s string, x float32, color fyne.ThemeColorName) {
	at := fyne.NewPos(x, (r.Size().Height-text.TextSize*1.36)/2)
	text.Text, text.Color = s, theme.Color(color)
	text.Move(at)
	text.Refresh()
	r.marks.mark(text)
}

func fontOf(t *canvas.Text) timeline.Font {
	if t.TextStyle.Bold {
		return timeline.Bold
	}
	return timeline.Regular
}

// showing are the texts that the row shows of some cells.
func (r *tableRow) showing(c *rows.Cells) (texts []string) {
	_, w := r.table.places(r.table.list.Size().Width)
	for i := range r.table.cols {
		if w[i] > 0 {
			texts = append(texts, r.fitting(i, c, timeline.Regular, w[i]-8, w))
		}
	}
	return texts
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
func (r *tableRow) Tapped(*fyne.PointEvent) { r.table.press(r.at) }

// TappedSecondary offers what can be done with the row.
func (r *tableRow) TappedSecondary(ev *fyne.PointEvent) { r.table.offer(r.at, ev.AbsolutePosition) }

// MouseIn shows that the row is under the mouse, and in the status bar what its cell has no room for.
func (r *tableRow) MouseIn(ev *desktop.MouseEvent) {
	r.over.Show()
	r.over.Refresh()
	r.MouseMoved(ev)
}

// MouseMoved does so for the cell under the mouse.
func (r *tableRow) MouseMoved(ev *desktop.MouseEvent) { r.table.hint(r.full(ev.Position.X)) }

// MouseOut takes it back.
func (r *tableRow) MouseOut() {
	r.over.Hide()
	r.over.Refresh()
	r.table.hint("")
}

// full is the text of the cell at a place, where it is not shown in full, and what the columns say that have no room.
func (r *tableRow) full(at float32) string {
	_, w := r.table.places(r.Size().Width)
	parts := []string{}
	if text := r.cut(at); text != "" {
		parts = append(parts, text)
	}
	for i := range r.table.cols {
		col := &r.table.cols[i]
		if text := col.cell(&r.cells); w[i] == 0 && text != "" && i != socketColumn {
			parts = append(parts, col.title+" "+text)
		}
	}
	return strings.Join(parts, " · ")
}

// cut is the text of the cell at a place, "" where it is shown in full.
func (r *tableRow) cut(at float32) string {
	x, w := r.table.places(r.Size().Width)
	for i, text := range r.texts {
		if w[i] == 0 || at < x[i] || at >= x[i]+w[i] {
			continue
		}
		full := says(r.table.cols, i, &r.cells, w)
		switch where := r.table.where(r.found); {
		case i == whatColumn && where != "" && (text.Text != full || r.hit.Text != where):
			return r.table.h.S("%s · %s", where, full)
		case text.Text != full:
			return full
		}
	}
	return ""
}

// MinSize is a row's height; any width will do.
func (r *tableRow) MinSize() fyne.Size { return fyne.NewSize(100, rowHeight) }

func (r *tableRow) objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.over, r.bad}
	for _, t := range r.texts {
		objects = append(objects, t)
	}
	return append(append(objects, r.hit), r.marks.objects()...)
}

// CreateRenderer is for Fyne.
func (r *tableRow) CreateRenderer() fyne.WidgetRenderer {
	r.draws = &flat{objects: r.objects(), min: r.MinSize}
	return r.draws
}

// A flat renderer shows objects that its widget places itself.
type flat struct {
	objects []fyne.CanvasObject
	min     func() fyne.Size
}

// Layout is for Fyne.
func (f *flat) Layout(fyne.Size) {}

// MinSize is the widget's.
func (f *flat) MinSize() fyne.Size { return f.min() }

// Refresh is for Fyne.
func (f *flat) Refresh() {}

// Objects are those shown.
func (f *flat) Objects() []fyne.CanvasObject { return f.objects }

// Destroy is for Fyne.
func (f *flat) Destroy() {}
