package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"sioscope/ui/look"
	"sioscope/ui/rows"
)

// marks are the places of what is searched for in texts: a colour behind the letters, and a line beneath them, so that it
// is not by colour alone. They are made as they are needed, and used again.
type marks struct {
	words []string
	pairs [][2]*canvas.Rectangle // behind and beneath
	used  int
	fresh bool
}

// mostMarks is how many are shown in one text.
const mostMarks = 8

// begin forgets the marks of before.
func (m *marks) begin(words []string) { m.words, m.used, m.fresh = words, 0, false }

// mark marks the words in a text that has its place.
func (m *marks) mark(t *canvas.Text) {
	if len(m.words) == 0 || t.Text == "" {
		return
	}
	for _, s := range rows.Spans(t.Text, m.words, mostMarks) {
		m.span(t, s)
	}
}

// span marks a piece of a text.
func (m *marks) span(t *canvas.Text, s rows.Span) {
	if m.used == len(m.pairs) {
		m.pairs = append(m.pairs, [2]*canvas.Rectangle{canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)})
		m.fresh = true
	}
	p := m.pairs[m.used]
	m.used++
	x := t.Position().X + widthOf(t, t.Text[:s.From])
	w := widthOf(t, t.Text[s.From:s.To])
	h := t.TextSize * 1.36
	putMark(p[0], theme.Color(look.Found), fyne.NewPos(x-1, t.Position().Y), fyne.NewSize(w+2, h))
	putMark(p[1], theme.Color(look.FoundLine), fyne.NewPos(x-1, t.Position().Y+h-1), fyne.NewSize(w+2, 2))
}

func putMark(r *canvas.Rectangle, c color.Color, at fyne.Position, size fyne.Size) {
	r.FillColor = c
	r.Move(at)
	r.Resize(size)
	r.Show()
	r.Refresh()
}

func widthOf(t *canvas.Text, s string) float32 {
	if s == "" {
		return 0
	}
	return fyne.MeasureText(s, t.TextSize, t.TextStyle).Width
}

// end hides the marks that are not used, and says whether there are more objects than before.
func (m *marks) end() (more bool) {
	for _, p := range m.pairs[m.used:] {
		p[0].Hide()
		p[1].Hide()
	}
	return m.fresh
}

func (m *marks) objects() (list []fyne.CanvasObject) {
	for _, p := range m.pairs {
		list = append(list, p[0], p[1])
	}
	return list
}
