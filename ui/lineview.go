package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
	"sioscope/ui/payload"
	"sioscope/ui/rows"
)

const (
	monoSize   = 14 // Fyne rounds the ascent up and cuts below: of DejaVu Sans Mono this size keeps the underscore, 11.8 to 13 lose it
	lineHeight = 18
)

// A lineView shows lines cut to its width, in a list: a payload of a megabyte costs what fits on screen. Lines that
// open an object or array fold.
type lineView struct {
	make    func(width int) []payload.Line
	lines   []payload.Line
	shut    map[int]bool
	visible []int
	width   int                            // characters
	spans   func(i int) ([]rows.Span, int) // what is marked in the i-th of lines, and how much of it begins there
	list    *lineList
	object  *fyne.Container
}

func newLineView(h *hears, lines func(width int) []payload.Line) *lineView {
	v := &lineView{make: lines, shut: map[int]bool{}, list: newLineList(h), spans: func(int) ([]rows.Span, int) { return nil, 0 }}
	v.list.Length = func() int { return len(v.visible) }
	v.list.CreateItem = func() fyne.CanvasObject { return newMonoLine() }
	v.list.UpdateItem = func(i int, o fyne.CanvasObject) { v.update(i, o.(*monoLine)) }
	v.list.OnSelected = func(i int) {
		v.list.Unselect(i)
		v.fold(v.visible[i])
	}
	v.object = container.New(&watch{child: v.list, resized: v.resized}, v.list)
	return v
}

// refresh makes the lines anew, all unfolded.
func (v *lineView) refresh() {
	v.shut = map[int]bool{}
	v.lines = v.make(max(v.width, 40))
	v.visible = payload.Folded(v.lines, v.shut)
	v.list.Refresh()
}

func (v *lineView) resized(s fyne.Size) {
	char := fyne.MeasureText("0000000000", monoSize, fyne.TextStyle{Monospace: true}).Width / 10
	if w := int((s.Width - 44) / char); w != v.width {
		v.width = w
		v.refresh()
	}
}

func (v *lineView) fold(i int) {
	if v.lines[i].Ends == 0 {
		return
	}
	v.shut[i] = !v.shut[i]
	v.visible = payload.Folded(v.lines, v.shut)
	v.list.Refresh()
}

func (v *lineView) update(i int, m *monoLine) {
	if i >= len(v.visible) {
		return
	}
	at := v.visible[i]
	l, sign, more := v.lines[at], "", ""
	if l.Ends > 0 {
		sign = "–"
		if v.shut[at] {
			sign, more = "+", " … "+closing(l.Text)
		}
	}
	spans, _ := v.spans(at)
	m.set(sign, l.Text+more, spans)
}

func closing(open string) string {
	if open != "" && open[len(open)-1] == '{' {
		return "}"
	}
	return "]"
}

// A monoLine is a sign for folding and a text.
type monoLine struct {
	widget.BaseWidget
	sign, text *canvas.Text
	marks      marks
	spans      []rows.Span
	draws      *flat
}

func newMonoLine() *monoLine {
	m := &monoLine{sign: canvas.NewText("", color.Transparent), text: canvas.NewText("", color.Transparent)}
	m.sign.TextSize, m.text.TextSize = monoSize, monoSize
	m.sign.TextStyle.Monospace, m.text.TextStyle.Monospace = true, true
	m.ExtendBaseWidget(m)
	return m
}

func (m *monoLine) set(sign, text string, spans []rows.Span) {
	m.sign.Text, m.text.Text, m.spans = sign, text, spans
	m.Refresh()
}

// Refresh follows the theme.
func (m *monoLine) Refresh() {
	m.sign.Color, m.text.Color = theme.Color(look.Dim), theme.Color(theme.ColorNameForeground)
	m.sign.Move(fyne.NewPos(14, 1))
	m.text.Move(fyne.NewPos(28, 1))
	m.marks.begin(nil)
	for _, s := range m.spans {
		m.marks.span(m.text, s)
	}
	if m.marks.end() && m.draws != nil {
		m.draws.objects = m.objects()
	}
	m.sign.Refresh()
	m.text.Refresh()
	m.BaseWidget.Refresh()
}

// MinSize is a line's height; any width will do.
func (m *monoLine) MinSize() fyne.Size { return fyne.NewSize(60, lineHeight) }

// CreateRenderer is for Fyne.
func (m *monoLine) CreateRenderer() fyne.WidgetRenderer {
	m.draws = &flat{objects: m.objects(), min: m.MinSize}
	return m.draws
}

func (m *monoLine) objects() []fyne.CanvasObject {
	return append(m.marks.objects(), m.sign, m.text)
}

// watch is a layout of one child that tells of new sizes.
type watch struct {
	child   fyne.CanvasObject
	resized func(fyne.Size)
}

// Layout is for Fyne.
func (w *watch) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	w.child.Resize(s)
	w.resized(s)
}

// MinSize is the child's.
func (w *watch) MinSize([]fyne.CanvasObject) fyne.Size { return w.child.MinSize() }
