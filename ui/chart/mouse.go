package chart

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sioscope/ui/timeline"
)

var (
	_ fyne.Scrollable     = (*Chart)(nil)
	_ fyne.Draggable      = (*Chart)(nil)
	_ fyne.DoubleTappable = (*Chart)(nil)
	_ desktop.Mouseable   = (*Chart)(nil)
	_ desktop.Hoverable   = (*Chart)(nil)
)

// maxWheel is the most that one wheel event counts, so that a touchpad's burst does not jump.
const maxWheel = 40

// grip is what a drag holds.
type grip struct {
	moved  bool
	bar    bool  // the scroll bar
	rules  bool  // a measure begins here, with Shift or Ctrl
	begun  int64 // where
	cursor int   // which of the measure's times is moved, from 1; 0: none
}

func clampWheel(d float32) float64 { return float64(min(max(d, -maxWheel), maxWheel)) }

// factor is the zoom of a wheel step.
func factor(dy float32) float64 { return math.Pow(1.2, -clampWheel(dy)/10) }

// Scrolled zooms at the cursor; with Shift it pans, and with Ctrl, or over the names, it scrolls the sessions.
func (c *Chart) Scrolled(ev *fyne.ScrollEvent) {
	mod := fyne.KeyModifier(0)
	if c.Modifiers != nil {
		mod = c.Modifiers()
	}
	dx, dy := clampWheel(ev.Scrolled.DX), clampWheel(ev.Scrolled.DY)
	over := float64(ev.Position.X) - c.Left()
	switch {
	case mod&fyne.KeyModifierShift != 0:
		c.SetView(c.view.Pan(-4 * (dx + dy)))
	case over < 0 || mod&fyne.KeyModifierControl != 0:
		c.scrollBy(-4 * dy)
	case math.Abs(dx) > math.Abs(dy):
		c.SetView(c.view.Pan(-4 * dx))
	default:
		c.SetView(c.view.Zoom(over, factor(ev.Scrolled.DY)))
	}
}

func (c *Chart) scrollBy(d float64) {
	c.scroll += d
	c.settle()
	c.changed()
}

// Dragged pans in both ways, or moves the scroll bar.
func (c *Chart) Dragged(ev *fyne.DragEvent) {
	if !c.grip.moved {
		c.grip.moved = true
		c.grip.bar = c.grip.cursor == 0 && ev.Position.X > c.Size().Width-12 && timeline.Height(c.lines) > c.room()
	}
	if c.grip.rules || c.grip.cursor > 0 {
		c.rule(ev.Position)
		return
	}
	if c.grip.bar {
		c.scrollBy(float64(ev.Dragged.DY) * timeline.Height(c.lines) / c.room())
		return
	}
	if ev.Dragged.DY != 0 {
		c.scroll -= float64(ev.Dragged.DY)
		c.settle()
	}
	c.SetView(c.view.Pan(-float64(ev.Dragged.DX)))
}

// DragEnd ends a pan.
func (c *Chart) DragEnd() {}

// rule moves a time of the measure to the mouse.
func (c *Chart) rule(pos fyne.Position) {
	pos.X = min(max(pos.X, float32(c.Left())), c.Size().Width)
	at := c.snap(pos)
	if c.grip.rules {
		c.measure.at = [2]int64{c.grip.begun, at}
		c.grip.rules, c.grip.cursor = false, 2
	}
	c.measure.at[c.grip.cursor-1], c.measure.loose = at, false
	c.hover.pos = pos
	c.measured()
}

// take is what a press at a position takes hold of: a line of the measure, or the beginning of one.
func (c *Chart) take(ev *desktop.MouseEvent) {
	c.grip = grip{}
	x := float64(ev.Position.X) - c.Left()
	if c.store == nil || x < 0 || ev.Button == desktop.MouseButtonSecondary {
		return
	}
	if ev.Modifier&(fyne.KeyModifierShift|fyne.KeyModifierControl) != 0 {
		c.grip.rules, c.grip.begun = true, c.snap(ev.Position)
		return
	}
	for i, at := range c.measure.at {
		if d := c.seen().X(at) - x; at != 0 && !c.measure.loose && d > -5 && d < 5 {
			c.grip.cursor = i + 1
		}
	}
}

// MouseDown begins a click or a drag.
func (c *Chart) MouseDown(ev *desktop.MouseEvent) {
	c.take(ev)
	if c.OnPress != nil {
		c.OnPress()
	}
}

// MouseUp selects, at once: waiting for a possible second click would feel slow.
func (c *Chart) MouseUp(ev *desktop.MouseEvent) {
	if c.grip.moved {
		return
	}
	if c.grip.rules {
		c.MeasureAt(c.grip.begun)
		return
	}
	hit := c.At(ev.Position)
	if ev.Button == desktop.MouseButtonSecondary {
		if c.OnMenu != nil {
			c.OnMenu(hit, ev.AbsolutePosition)
		}
		return
	}
	c.click(hit)
	if hit.Kind != timeline.HitRow && c.hover.on { // what lasts is not meant with its beginning, but where it was clicked
		c.hover.pos, c.hover.aims = ev.Position, true
	}
}

func (c *Chart) click(hit timeline.Hit) {
	if hit.Kind == timeline.HitToggle {
		c.Toggle(hit.Session)
		return
	}
	if hit.Kind != timeline.HitNothing && c.OnSelect != nil {
		c.OnSelect(hit)
	}
}

// DoubleTapped shows the whole life of the session under the mouse.
func (c *Chart) DoubleTapped(ev *fyne.PointEvent) {
	if hit := c.At(ev.Position); hit.Session >= 0 && hit.Kind != timeline.HitToggle {
		c.FitSession(hit.Session)
	}
}

// At is what lies at a position in dp.
func (c *Chart) At(pos fyne.Position) timeline.Hit {
	f := c.paint.front
	if f == nil || f.img == nil {
		return timeline.Hit{Session: -1, Conn: -1, Exchange: -1, Row: -1}
	}
	k := f.scene.Scale
	return f.scene.Hit(pos.X*k, pos.Y*k, 2*k)
}

// MouseIn begins hovering.
func (c *Chart) MouseIn(ev *desktop.MouseEvent) { c.MouseMoved(ev) }

// MouseMoved shows the exact time under the mouse, and what is there.
func (c *Chart) MouseMoved(ev *desktop.MouseEvent) {
	c.hover.pos, c.hover.on, c.hover.aims = ev.Position, true, true
	c.follow()
	c.placeOverlay()
}

// MouseOut hides it.
func (c *Chart) MouseOut() {
	c.hover.on = false
	c.placeOverlay()
}
