package ui

import (
	"image/color"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
	"sioscope/ui/pair"
	"sioscope/ui/payload"
)

// A headList shows the heads of two requests and of their answers side by side, the fields that differ marked.
type headList struct {
	c      *comparison
	fields []pair.Field
	rows   []headLine
	width  int // characters of a column
	list   *list
	names  *headRow
	object fyne.CanvasObject
}

// A headLine is a line of both columns.
type headLine struct {
	mark   pair.Mark
	texts  [2]string
	first  bool // of its field
	begins bool // a request or an answer
	absent [2]bool
}

func newHeadList(c *comparison) *headList {
	l := &headList{c: c}
	l.list = newList(&c.w.hears, func() int { return len(l.rows) }, func() fyne.CanvasObject { return newHeadRow() }, func(i int, o fyne.CanvasObject) {
		if i < len(l.rows) {
			o.(*headRow).set(&l.rows[i])
		}
	})
	l.list.OnSelected = func(i int) { l.list.Unselect(i) }
	l.names = newHeadRow()
	l.names.head = true
	foot := container.New(stacked{}, rule(), container.New(padded(2, 2, 10, 10), container.NewHBox(
		l.key(pair.Differs, c.w.S("differs, or one side lacks it")), gap(8), l.key(pair.Varies, c.w.S("differs with every request")))))
	body := container.NewBorder(l.names, foot, nil, nil, l.list)
	l.object = container.New(&watch{child: body, resized: l.resized}, body)
	return l
}

// key says what a mark means.
func (l *headList) key(m pair.Mark, text string) fyne.CanvasObject {
	var parts [2]*line
	for i, s := range [...]string{differing(m), text} {
		parts[i] = newLine(nil, 11, []fyne.ThemeColorName{markColor(m), look.Dim}[i], fyne.TextStyle{Bold: i == 0})
		parts[i].Set(s)
	}
	return container.NewHBox(parts[0], parts[1])
}

// set shows other heads.
func (l *headList) set(fields []pair.Field) {
	l.fields = fields
	l.names.set(&headLine{texts: [2]string{l.c.ends[0].name, l.c.ends[1].name}})
	l.lines()
}

func (l *headList) resized(s fyne.Size) {
	char := fyne.MeasureText("0000000000", monoSize, fyne.TextStyle{Monospace: true}).Width / 10
	if w := int(((s.Width-headLeft-14)/2 - 10) / char); w != l.width {
		l.width = w
		l.lines()
	}
}

// lines cuts the fields into lines of the columns' width.
func (l *headList) lines() {
	l.rows = nil
	for i := range l.fields {
		f := &l.fields[i]
		if f.First && i > 0 {
			l.rows = append(l.rows, headLine{})
		}
		l.rows = append(l.rows, l.field(f)...)
	}
	l.list.Refresh()
}

func (l *headList) field(f *pair.Field) []headLine {
	var cut [2][]payload.Line
	n := 1
	for i := range cut {
		if f.Has[i] {
			cut[i] = payload.Text(f.Line(i), max(l.width, 12))
			n = max(n, len(cut[i]))
		}
	}
	lines := make([]headLine, n)
	for k := range lines {
		lines[k].mark, lines[k].first, lines[k].begins = f.Mark, k == 0, f.First
		for i := range cut {
			switch {
			case k < len(cut[i]):
				lines[k].texts[i] = cut[i][k].Text
			case k == 0 && f.Mark == pair.Lacking:
				lines[k].texts[i], lines[k].absent[i] = l.c.w.S("no %s", f.Name), true
			}
		}
	}
	return lines
}

// seek brings the first line that differs into sight, with some of what follows it.
func (l *headList) seek() {
	l.list.ScrollToTop()
	at := slices.IndexFunc(l.rows, func(r headLine) bool { return r.mark == pair.Differs || r.mark == pair.Lacking })
	if at >= 0 && l.list.Size().Height > 0 {
		l.list.ScrollTo(min(at+2, len(l.rows)-1))
	}
}

// plain is all of it for the clipboard: a mark, and what each side has.
func (l *headList) plain() string {
	var b strings.Builder
	for i := range l.fields {
		f := &l.fields[i]
		if f.First && i > 0 {
			b.WriteString("\n")
		}
		if f.Has[0] && f.Has[1] && f.Line(0) == f.Line(1) {
			b.WriteString("  " + f.Line(0) + "\n")
			continue
		}
		for k, e := range l.c.ends {
			if f.Has[k] {
				b.WriteString(differing(f.Mark) + " " + f.Line(k) + "   (" + e.name + ")\n")
			}
		}
	}
	return b.String()
}

const headLeft = 30 // dp of the mark

// A headRow is a mark and the line of each side.
type headRow struct {
	widget.BaseWidget
	line  headLine
	head  bool // it has the names of the sides
	back  *canvas.Rectangle
	mark  *canvas.Text
	texts [2]*canvas.Text
}

func newHeadRow() *headRow {
	r := &headRow{back: canvas.NewRectangle(color.Transparent), mark: canvas.NewText("", color.Transparent)}
	r.mark.TextSize, r.mark.TextStyle.Bold = monoSize, true
	for i := range r.texts {
		r.texts[i] = canvas.NewText("", color.Transparent)
		r.texts[i].TextSize, r.texts[i].TextStyle.Monospace = monoSize, true
	}
	r.ExtendBaseWidget(r)
	return r
}

func (r *headRow) set(l *headLine) {
	r.line = *l
	r.apply()
}

func (r *headRow) apply() {
	size := r.Size()
	c := markColor(r.line.mark)
	r.back.FillColor = color.Transparent
	if r.line.mark == pair.Differs || r.line.mark == pair.Lacking {
		r.back.FillColor = theme.Color(look.Chosen)
	}
	r.back.Resize(size)
	mark := ""
	if r.line.first {
		mark = differing(r.line.mark)
	}
	place(r.mark, mark, c, 12, 1)
	half := (size.Width - headLeft - 14) / 2
	for i, t := range r.texts {
		own := c
		t.TextStyle = fyne.TextStyle{Monospace: !r.head && !r.line.absent[i], Italic: r.line.absent[i], Bold: r.head || r.line.begins}
		if r.line.mark == pair.Alike {
			own = theme.ColorNameForeground
		}
		if r.line.absent[i] {
			own = look.Bad
		}
		place(t, r.line.texts[i], own, headLeft+float32(i)*half, 1)
	}
	r.back.Refresh()
}

// differing is the sign of a mark.
func differing(m pair.Mark) string {
	switch m {
	case pair.Differs, pair.Lacking:
		return "≠"
	case pair.Varies:
		return "~"
	}
	return ""
}

func markColor(m pair.Mark) fyne.ThemeColorName {
	switch m {
	case pair.Differs, pair.Lacking:
		return look.Warn
	case pair.Varies:
		return look.Dim
	}
	return theme.ColorNameForeground
}

// Refresh follows the theme.
func (r *headRow) Refresh() {
	r.apply()
	r.BaseWidget.Refresh()
}

// Resize lays the columns out anew.
func (r *headRow) Resize(s fyne.Size) {
	if s != r.Size() {
		r.BaseWidget.Resize(s)
		r.apply()
	}
}

// MinSize is a line's height; any width will do.
func (r *headRow) MinSize() fyne.Size { return fyne.NewSize(100, lineHeight+1) }

// CreateRenderer is for Fyne.
func (r *headRow) CreateRenderer() fyne.WidgetRenderer {
	return &flat{objects: []fyne.CanvasObject{r.back, r.mark, r.texts[0], r.texts[1]}, min: r.MinSize}
}
