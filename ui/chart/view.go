package chart

import (
	"slices"
	"time"

	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// View is the visible time.
func (c *Chart) View() timeline.View { return c.view }

// seen is the time on screen, which is one frame behind View while it moves: what lies over the image moves with it.
func (c *Chart) seen() timeline.View {
	if f := c.paint.front; c.paint.do != nil && f != nil && f.view.PerDp != 0 {
		return f.view
	}
	return c.view
}

// SetView shows another stretch of time, kept within the capture.
func (c *Chart) SetView(v timeline.View) {
	c.view = v.Clamp(c.first, c.last, c.width())
	c.fitted = c.view == timeline.Fit(c.first, c.last, c.width())
	c.tail.on = c.tail.on && !c.fitted && c.view.Time(c.width()) >= c.last
	c.tail.span = c.span()
	c.changed()
}

// FitAll shows the whole capture.
func (c *Chart) FitAll() {
	c.fitted, c.tail.on = true, false
	c.view = timeline.Fit(c.first, c.last, c.width())
	c.changed()
}

// FitSpan shows from to to.
func (c *Chart) FitSpan(from, to int64) { c.SetView(timeline.Fit(from, to, c.width())) }

// Zoom scales around the middle, or around now where that is followed; below 1 magnifies.
func (c *Chart) Zoom(factor float64) {
	at := c.width() / 2
	if c.tail.on {
		at = c.width()
	}
	c.SetView(c.view.Zoom(at, factor))
}

// Pan moves by a share of the visible width.
func (c *Chart) Pan(share float64) { c.SetView(c.view.Pan(share * c.width())) }

// Toggle opens or closes a session's connections.
func (c *Chart) Toggle(sess int32) {
	c.tail.loose = true // the line stays under the mouse
	c.SetOpen(sess, !c.open[sess])
	c.settle()
}

// SetOpen shows or hides a session's connections.
func (c *Chart) SetOpen(sess int32, open bool) {
	if open {
		c.open[sess] = true
	} else {
		delete(c.open, sess)
	}
	c.Pull()
	if c.OnOpen != nil {
		c.OnOpen()
	}
}

// IsOpen says whether a session's connections are shown.
func (c *Chart) IsOpen(sess int32) bool { return c.open[sess] }

// AnyOpen says whether any session's connections are shown.
func (c *Chart) AnyOpen() bool { return len(c.open) > 0 }

// SetSort orders the sessions.
func (c *Chart) SetSort(by timeline.Sort) {
	c.sort = by
	c.Pull()
}

// SetKeep shows some of the sessions only.
func (c *Chart) SetKeep(k timeline.Keep) {
	c.keep, c.shown = k, nil
	c.scroll = 0
	c.Pull()
}

// Keep is which sessions are shown.
func (c *Chart) Keep() timeline.Keep { return c.keep }

// Sessions are those that Keep shows, as they were a moment ago: while more comes they change once a second, for whoever has
// to look at all packets for another one. nil: all.
func (c *Chart) Sessions() *timeline.Kept { return c.shown }

// lookEvery is how often that is.
const lookEvery = time.Second

// showing takes note of the sessions that are shown; done: they will not be others.
func (c *Chart) showing(order []int32, done bool) {
	switch {
	case c.keep == (timeline.Keep{}):
		c.shown = nil
		return
	case c.shown != nil && !done && time.Since(c.looked) < lookEvery:
		return
	}
	c.looked = time.Now()
	if k := timeline.NewKept(order); c.shown == nil || !k.Same(c.shown) {
		c.shown = k
	}
}

// Kept is how many sessions Keep shows, of how many.
func (c *Chart) Kept() (shown, all int) { return c.kept, c.all }

// SetWall puts the time of day on the axis, or the time since the beginning.
func (c *Chart) SetWall(wall bool) {
	c.wall = wall
	c.changed()
}

// Choose marks what is selected elsewhere in the window and brings it on screen.
func (c *Chart) Choose(ch Chosen) {
	c.chosen, c.hover.aims, c.measure.steered = ch, false, false
	if c.link != nil {
		c.Pull()
	}
	c.reveal(ch.Session)
	if ch.Time != 0 {
		if x := c.view.X(ch.Time); x < 0 || x > c.width() {
			c.view = c.view.Pan(x-c.width()/2).Clamp(c.first, c.last, c.width())
			c.fitted, c.tail.on = false, false
		}
	}
	c.follow()
	c.tally()
	c.changed()
}

// ShowTime moves the view so that a time is seen.
func (c *Chart) ShowTime(at int64) {
	if x := c.view.X(at); x < 0 || x > c.width() {
		c.SetView(c.view.Pan(x - c.width()/2))
	}
}

// Marked says that the selected request is on screen, with a ring around its bar.
func (c *Chart) Marked() bool { return c.hover.ring.Visible() }

// Reveal brings a session's connections on screen.
func (c *Chart) Reveal(sess int32) {
	c.reveal(sess)
	c.changed()
}

// reveal scrolls so that a session's line is seen, with as many of its connections as there is room for.
func (c *Chart) reveal(sess int32) {
	i := timeline.Find(c.lines, sess)
	if i < 0 {
		return
	}
	top, last := c.lines[i].Y, c.lines[i]
	for _, l := range c.lines[i+1:] {
		if l.Kind != timeline.ConnLine {
			break
		}
		last = l
	}
	if end := last.Y + last.H; end > c.scroll+c.room() {
		c.scroll = end - c.room()
	}
	c.scroll = min(c.scroll, top)
	c.settle()
}

// Next is the session dir lines below (or above) the chosen one, or -1.
func (c *Chart) Next(dir int) int32 {
	if len(c.order) == 0 {
		return -1
	}
	i := slices.Index(c.order, c.chosen.Session)
	if i < 0 {
		return c.order[0]
	}
	return c.order[max(min(i+dir, len(c.order)-1), 0)]
}

// FitSession shows a session's whole life.
func (c *Chart) FitSession(sess int32) {
	if c.store == nil || sess < 0 {
		return
	}
	var from, to int64
	c.store.Read(func(t *session.Tracker, st *store.State) {
		s := t.SessionAt(sess)
		from, to = s.FirstSeen, s.LastSeen
		if timeline.Lives(s) {
			to = max(to, st.Now())
		}
	})
	c.FitSpan(from, to)
}
