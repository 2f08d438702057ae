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
	over  bool // they lie over the texts, and their letters are written once more: a text may have a colour that is dull on theirs
	words []string
	spots []spot
	used  int
	fresh bool
}

// A spot is what marks a piece of a text.
type spot struct {
	behind, beneath *canvas.Rectangle
	letters         *canvas.Text // "" where the text is seen itself
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
	if m.used == len(m.spots) {
		m.spots = append(m.spots, spot{canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent), canvas.NewText("", color.Transparent)})
		m.fresh = true
	}
	p := m.spots[m.used]
	m.used++
	x := t.Position().X + widthOf(t, t.Text[:s.From])
	w := widthOf(t, t.Text[s.From:s.To])
	h := t.TextSize * 1.36
	edge := float32(1)
	if m.over { // the letters beside it stay whole
		edge = 0
		rewrite(p.letters, t, t.Text[s.From:s.To], x)
	}
	putMark(p.behind, theme.Color(look.Found), fyne.NewPos(x-edge, t.Position().Y), fyne.NewSize(w+2*edge, h))
	putMark(p.beneath, theme.Color(look.FoundLine), fyne.NewPos(x-edge, t.Position().Y+h-1), fyne.NewSize(w+2*edge, 2))
}

// rewrite writes a piece of a text once more, as all text is.
func rewrite(letters, t *canvas.Text, piece string, x float32) {
	letters.Text, letters.TextSize, letters.TextStyle = piece, t.TextSize, t.TextStyle
	letters.Color = theme.Color(theme.ColorNameForeground)
	letters.Move(fyne.NewPos(x, t.Position().Y))
	letters.Show()
	letters.Refresh()
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
	for _, p := range m.spots[m.used:] {
		p.behind.Hide()
		p.beneath.Hide()
		p.letters.Hide()
	}
	return m.fresh
}

func (m *marks) objects() (list []fyne.CanvasObject) {
	for _, p := range m.spots {
		list = append(list, p.behind, p.beneath, p.letters)
	}
	return list
}
