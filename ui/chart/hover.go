package chart

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// hover is what lies over the image: the time under the mouse, the selected time and request, a label.
type hover struct {
	on     bool
	aims   bool // the mouse moved since something was selected
	pos    fyne.Position
	cursor *canvas.Rectangle
	mark   *canvas.Rectangle
	ring   *canvas.Rectangle
	back   *canvas.Rectangle
	label  [3]*canvas.Text
}

func (h *hover) init() {
	h.cursor, h.mark = canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	h.ring, h.back = canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	h.ring.StrokeWidth, h.ring.CornerRadius = 2, 4
	h.back.StrokeWidth, h.back.CornerRadius = 1, 4
	for i := range h.label {
		h.label[i] = canvas.NewText("", color.Transparent)
	}
	marks, label := h.objects()
	for _, o := range append(marks, label...) {
		o.Hide()
	}
}

// objects are what marks the selection and the mouse, and the label beside it.
func (h *hover) objects() (marks, label []fyne.CanvasObject) {
	return []fyne.CanvasObject{h.mark, h.ring, h.cursor}, []fyne.CanvasObject{h.back, h.label[0], h.label[1], h.label[2]}
}

func (h *hover) colors() {
	h.cursor.FillColor = theme.Color(look.Dim)
	h.mark.FillColor = theme.Color(look.Accent)
	h.ring.StrokeColor = theme.Color(look.Accent)
	h.back.FillColor, h.back.StrokeColor = theme.Color(look.Panel), theme.Color(look.Line)
	for i, l := range h.label {
		l.TextSize, l.Color = 12, theme.Color(theme.ColorNameForeground)
		if i == 0 {
			l.Color = theme.Color(look.Dim)
		}
	}
}

// placeOverlay puts the objects over the image where view, selection and mouse are now.
func (c *Chart) placeOverlay() {
	c.hover.colors()
	c.placeMark()
	c.placeRing()
	c.placeRuler()
	c.placeLabel()
}

func (c *Chart) placeMark() {
	x := float32(c.seen().X(c.chosen.Time) + c.Left())
	m := c.hover.mark
	if c.chosen.Time == 0 || c.view.PerDp == 0 || float64(x) < c.Left() || x > c.Size().Width {
		m.Hide()
		return
	}
	m.Move(fyne.NewPos(x, timeline.AxisHeight))
	m.Resize(fyne.NewSize(1, c.Size().Height-timeline.AxisHeight))
	m.Show()
}

// placeRing surrounds the bar of the selected request, or the one it was merged into, where that is on screen.
func (c *Chart) placeRing() {
	r, f := c.hover.ring, c.paint.front
	r.Hide()
	if c.chosen.Exchange < 0 || f == nil {
		return
	}
	t := f.scene.Bar(c.chosen.Exchange, c.chosen.Conn, c.chosen.Begin)
	if t == nil {
		return
	}
	k := f.scene.Scale
	x0, x1 := max(t.X0/k, float32(c.Left())), min(t.X1/k, c.Size().Width)
	if y := t.Y0 / k; x1 > x0 && y > timeline.AxisHeight {
		r.Move(fyne.NewPos(x0-5, y-5)) // around the outline of a refused one
		r.Resize(fyne.NewSize(x1-x0+10, (t.Y1-t.Y0)/k+10))
		r.Show()
	}
}

// placeLabel shows time and words beside the mouse, inside the widget.
func (c *Chart) placeLabel() {
	h := &c.hover
	for _, o := range []fyne.CanvasObject{h.cursor, h.back, h.label[0], h.label[1], h.label[2]} {
		o.Hide()
	}
	if !h.on || c.store == nil || c.first == 0 || c.view.PerDp == 0 || float64(h.pos.X) < c.Left() {
		return
	}
	h.cursor.Move(fyne.NewPos(h.pos.X, timeline.AxisHeight))
	h.cursor.Resize(fyne.NewSize(1, c.Size().Height-timeline.AxisHeight))
	h.cursor.Show()
	at := c.seen().Time(float64(h.pos.X) - c.Left())
	h.label[0].Text = c.times(at)
	h.label[1].Text, h.label[2].Text = c.words(c.At(h.pos))
	c.box()
}

// times is a time in both ways, finer than a pixel.
func (c *Chart) times(at int64) string {
	return timeline.Since(at-c.origin(), c.decimals()) + "  ·  " + timeline.Clock(at, c.decimals()) + " " + timeline.Zone(at)
}

// asAxis is a time as the axis has times, and finer than a pixel.
func (c *Chart) asAxis(at int64) string {
	if c.wall {
		return timeline.Clock(at, c.decimals())
	}
	return timeline.Since(at-c.origin(), c.decimals())
}

// decimals of a second are finer than a pixel.
func (c *Chart) decimals() int {
	n := 3
	for per := c.view.PerDp; per < 1e6 && n < 9; per *= 10 {
		n++
	}
	return n
}

func (c *Chart) words(hit timeline.Hit) (what, span string) {
	if hit.Kind == timeline.HitNote {
		return c.noted(hit)
	}
	c.store.Read(func(t *session.Tracker, _ *store.State) { what = timeline.Describe(c.Words, t, hit, c.live != 0) })
	if hit.From != 0 && hit.To >= hit.From && hit.Kind != timeline.HitConn {
		span = c.asAxis(hit.From)
		if hit.To > hit.From {
			span = c.S("%s to %s, %s", span, c.asAxis(hit.To), timeline.Span(hit.To-hit.From))
		}
	}
	return what, span
}

// maxNoted is how much of a note stands beside the mouse, in bytes.
const maxNoted = 120

// noted is what a note says, or the first of several that share a place.
func (c *Chart) noted(hit timeline.Hit) (what, span string) {
	if hit.Index >= len(c.notes) {
		return "", ""
	}
	n := c.notes[hit.Index]
	what = c.S("%d: %s", hit.Index+1, strings.Join(strings.Fields(n.Text), " "))
	if len(what) > maxNoted {
		what = strings.ToValidUTF8(what[:maxNoted], "") + "…"
	}
	if hit.Count > 1 {
		return what, c.S("and %s here", c.Count(hit.Count-1, "more note"))
	}
	if c.wall {
		return what, timeline.Clock(n.Time, 6)
	}
	return what, timeline.Since(n.Time-c.origin(), 6)
}

// box lays the label out.
func (c *Chart) box() {
	h := &c.hover
	var w, y float32
	for _, l := range h.label {
		if l.Text != "" {
			w = max(w, l.MinSize().Width)
			y += 17
		}
	}
	size := fyne.NewSize(w+16, y+8)
	pos := c.besideMouse(size)
	h.back.Move(pos)
	h.back.Resize(size)
	h.back.Show()
	for _, l := range h.label {
		if l.Text != "" {
			l.Move(pos.AddXY(8, 4))
			l.Refresh()
			l.Show()
			pos.Y += 17
		}
	}
}

// besideMouse is where something of a size is whole, right and below of the mouse, or left or above where there is no room,
// without covering what was measured; where that takes the room, beside it, and next to the mouse as far as possible.
func (c *Chart) besideMouse(size fyne.Size) fyne.Position {
	mouse, ruler := c.hover.pos, c.ruler.back
	xs := []float32{mouse.X + 14, mouse.X - size.Width - 10}
	ys := []float32{mouse.Y + 16, mouse.Y - size.Height - 8}
	if ruler.Visible() {
		at := ruler.Position()
		xs = append(xs, at.X-size.Width-4, at.X+ruler.Size().Width+4)
	}
	right, bottom := max(c.Size().Width-4-size.Width, 0), max(c.Size().Height-2-size.Height, 0)
	for _, whole := range []bool{true, false} {
		for _, x := range xs {
			for _, y := range ys {
				pos := fyne.NewPos(min(max(x, 0), right), min(max(y, 0), bottom))
				moved := pos != fyne.NewPos(x, y)
				if !(whole && moved) && !covers(pos, size, mouse, fyne.Size{}) && !(ruler.Visible() && covers(pos, size, ruler.Position(), ruler.Size())) {
					return pos
				}
			}
		}
	}
	return fyne.NewPos(min(max(xs[0], 0), right), min(max(ys[1], 0), bottom))
}

// covers says whether two rectangles overlap.
func covers(a fyne.Position, as fyne.Size, b fyne.Position, bs fyne.Size) bool {
	return a.X <= b.X+bs.Width && b.X <= a.X+as.Width && a.Y <= b.Y+bs.Height && b.Y <= a.Y+as.Height
}
