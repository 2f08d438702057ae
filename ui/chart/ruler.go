package chart

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"sioscope/ui/look"
	"sioscope/ui/timeline"
)

// A ruler shows a measure over the image: two lines with handles on the axis, the time between them, and a label.
type ruler struct {
	wash  *canvas.Rectangle
	lines [2]*canvas.Rectangle
	grips [2]*canvas.Rectangle
	back  *canvas.Rectangle
	label [4]*canvas.Text
}

func (r *ruler) init() {
	r.wash, r.back = canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	r.back.StrokeWidth, r.back.CornerRadius = 1.5, 4
	for i := range r.lines {
		r.lines[i], r.grips[i] = canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
		r.grips[i].CornerRadius = 2
	}
	for i := range r.label {
		r.label[i] = canvas.NewText("", color.Transparent)
		r.label[i].TextSize, r.label[i].TextStyle.Bold = 12, i == 0
	}
	r.hide()
}

// objects are what marks the times, and the label, which lies above other marks.
func (r *ruler) objects() (rules, label []fyne.CanvasObject) {
	return []fyne.CanvasObject{r.wash, r.lines[0], r.lines[1], r.grips[0], r.grips[1]}, []fyne.CanvasObject{r.back, r.label[0], r.label[1], r.label[2], r.label[3]}
}

func (r *ruler) hide() {
	rules, label := r.objects()
	for _, o := range append(rules, label...) {
		o.Hide()
	}
}

func (r *ruler) colors() {
	accent := theme.Color(look.Accent)
	red, green, blue, _ := accent.RGBA()
	r.wash.FillColor = color.NRGBA{uint8(red >> 8), uint8(green >> 8), uint8(blue >> 8), 34}
	for i := range r.lines {
		r.lines[i].FillColor, r.grips[i].FillColor = accent, accent
	}
	r.back.FillColor, r.back.StrokeColor = theme.Color(look.Panel), accent
	for i, l := range r.label {
		l.Color = theme.Color(theme.ColorNameForeground)
		if i > 0 {
			l.Color = theme.Color(look.Dim)
		}
	}
}

// placeRuler puts it where view and measure are now.
func (c *Chart) placeRuler() {
	r, m := &c.ruler, &c.measure
	r.hide()
	if !m.on() || c.store == nil || c.view.PerDp == 0 {
		return
	}
	r.colors()
	left, right := float32(c.Left()), c.Size().Width
	for i, at := range m.at {
		x := float32(c.seen().X(at)) + left
		if x < left || x > right {
			continue
		}
		r.lines[i].Move(fyne.NewPos(x-0.75, timeline.AxisHeight-8))
		r.lines[i].Resize(fyne.NewSize(1.5, c.Size().Height-timeline.AxisHeight+8))
		r.grips[i].Move(fyne.NewPos(x-4, timeline.AxisHeight-9))
		r.grips[i].Resize(fyne.NewSize(8, 9))
		r.lines[i].Show()
		r.grips[i].Show()
	}
	from, to := m.span()
	x0 := min(max(float32(c.seen().X(from))+left, left), right)
	x1 := min(max(float32(c.seen().X(to))+left, left), right)
	r.wash.Move(fyne.NewPos(x0, timeline.AxisHeight))
	r.wash.Resize(fyne.NewSize(x1-x0, c.Size().Height-timeline.AxisHeight))
	r.wash.Hidden = x1 <= x0
	c.placeMeasured(x0, x1, left, right)
}

// placeMeasured writes what was measured: at the bottom, in the middle of it, within what is seen.
func (c *Chart) placeMeasured(x0, x1, left, right float32) {
	r := &c.ruler
	tells := c.tellsMeasured()
	var w, h float32
	for i, l := range r.label {
		if l.Text = tells[i]; l.Text != "" {
			w, h = max(w, l.MinSize().Width), h+17
		}
	}
	size := fyne.NewSize(w+16, h+8)
	pos := fyne.NewPos(min(max((x0+x1-size.Width)/2, left+4), max(right-size.Width-4, left+4)), max(c.Size().Height-size.Height-6, timeline.AxisHeight+2))
	r.back.Move(pos)
	r.back.Resize(size)
	r.back.Show()
	for _, l := range r.label {
		if l.Text != "" {
			l.Move(pos.AddXY(8, 4))
			l.Show()
			l.Refresh()
			pos.Y += 17
		}
	}
}

// tellsMeasured is what was measured, line by line, and what to do while its end is still to be set.
func (c *Chart) tellsMeasured() (tells [4]string) {
	from, to := c.measure.span()
	if !c.measure.loose || from != to {
		tells[0], tells[1], tells[2] = "Δ "+Precise(to-from), c.S("from %s to %s", c.asAxis(from), c.asAxis(to)), c.between()
	} else {
		tells[0] = c.S("from %s", c.asAxis(from))
	}
	if c.measure.loose {
		tells[3] = c.S("mouse or ← →: to where; M sets it, Esc ends")
	}
	return tells
}
