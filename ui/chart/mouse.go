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
	moved bool
	bar   bool // the scroll bar
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
		c.grip = grip{moved: true, bar: ev.Position.X > c.Size().Width-12 && timeline.Height(c.lines) > c.room()}
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

// MouseDown begins a click or a drag.
func (c *Chart) MouseDown(*desktop.MouseEvent) {
	c.grip = grip{}
	if c.OnPress != nil {
		c.OnPress()
	}
}

// MouseUp selects, at once: waiting for a possible second click would feel slow.
func (c *Chart) MouseUp(ev *desktop.MouseEvent) {
	if c.grip.moved {
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
	c.hover.pos, c.hover.on = ev.Position, true
	c.placeOverlay()
}

// MouseOut hides it.
func (c *Chart) MouseOut() {
	c.hover.on = false
	c.placeOverlay()
}
