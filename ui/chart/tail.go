package chart

import (
	"time"

	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// How much time is shown while the end of a live source is followed, until the user zooms.
const (
	tailSpan  = int64(15 * time.Second)
	leastSpan = int64(2 * time.Second) // also of a source that is younger: else its first moments race over the screen
)

// tail is how the end of a live source is followed.
type tail struct {
	on    bool
	span  int64 // ns shown; 0: tailSpan
	loose bool  // the user scrolled away from the last line, or chose what lies above it
}

// pass takes in until when time has come.
func (c *Chart) pass(t *session.Tracker, st *store.State) {
	c.first, c.last, c.live = t.First, t.Last, 0
	if st.Live && t.First != 0 {
		c.live = st.Now()
		c.last = max(c.last, c.live)
	}
	if st.Done && c.tail.on {
		c.tail.on, c.fitted = false, true
	}
	if c.own = [2]int64{c.first, c.last}; c.link != nil {
		c.first, c.last = c.link.span(c)
	}
}

// present are the sessions that were there in the last moments that any was, and the chosen one: those that ended long
// ago would push the living ones out of sight, but silence alone takes none of them away.
func (c *Chart) present(t *session.Tracker) []int32 {
	newest := int64(0)
	for _, i := range c.order {
		s := t.SessionAt(i)
		if timeline.Lives(s) {
			newest = max(t.Last, c.last)
			break
		}
		newest = max(newest, s.LastSeen)
	}
	from := newest - c.tailSpan()
	var here []int32
	for _, i := range c.order {
		if s := t.SessionAt(i); timeline.Lives(s) || s.LastSeen >= from || i == c.chosen.Session {
			here = append(here, i)
		}
	}
	return here
}

func (c *Chart) tailSpan() int64 {
	if c.tail.span == 0 {
		return tailSpan
	}
	return c.tail.span
}

// span is the time on screen but for the margins of timeline.Fit.
func (c *Chart) span() int64 {
	whole := timeline.Fit(0, 1e9, c.width())
	return int64(c.view.PerDp / whole.PerDp * 1e9)
}

// refit moves the view on where it follows the capture or its end.
func (c *Chart) refit() {
	switch {
	case c.fitted:
		c.view = timeline.Fit(c.first, c.last, c.width())
	case c.tail.on && c.first == 0:
		c.view = timeline.View{}
	case c.tail.on:
		first := max(c.first, c.last-c.tailSpan())
		c.view = timeline.Fit(first, max(c.last, first+min(leastSpan, c.tailSpan())), c.width())
	}
}

// bottom is how far the lines can be scrolled, dp.
func (c *Chart) bottom() float64 { return max(timeline.Height(c.lines)-c.room(), 0) }

// sink keeps the last lines in sight, which are those of the newest sessions, while the end is followed and the user did
// not scroll away from them.
func (c *Chart) sink() {
	if c.tail.on && !c.tail.loose && c.sort == timeline.ByStart {
		c.scroll = c.bottom()
	}
}

// settle notes whether the user left the last line, or came back to it.
func (c *Chart) settle() { c.tail.loose = c.scroll < c.bottom()-1 }

// anchored has lines change without moving what the user looks at: sessions that ended long ago leave above it.
func (c *Chart) anchored(change func()) {
	from, _ := timeline.Visible(c.lines, c.scroll, c.scroll+1)
	if !c.tail.on || !c.tail.loose || from >= len(c.lines) || c.lines[from].Session < 0 {
		change()
		return
	}
	sess, above := c.lines[from].Session, 0.0
	if i := timeline.Find(c.lines, sess); i >= 0 {
		above = c.scroll - c.lines[i].Y
	}
	change()
	if i := timeline.Find(c.lines, sess); i >= 0 {
		c.scroll = c.lines[i].Y + above
	}
}

// Follows says whether the end of a live source is kept on screen.
func (c *Chart) Follows() bool { return c.tail.on }

// Follow keeps the end of a live source on screen, or leaves the view where it is.
func (c *Chart) Follow(on bool) {
	if on && (c.fitted || c.view.PerDp == 0) {
		c.tail.span = 0
	} else if on {
		c.tail.span = c.span()
	}
	c.tail.on, c.tail.loose = on, false
	if on {
		c.fitted = false
	}
	c.Tick()
}

// Tick lets time go on where nothing else is new.
func (c *Chart) Tick() {
	if c.store == nil {
		return
	}
	c.store.Read(func(t *session.Tracker, st *store.State) { c.pass(t, st) })
	c.refit()
	c.changed()
}

// Stay leaves the lines where they are while the end is followed: those that matter are the first ones.
func (c *Chart) Stay() { c.tail.loose = true }

// SetFlags shows when something was done that the traffic does not tell.
func (c *Chart) SetFlags(flags []timeline.Flag) {
	c.flags = flags
	c.changed()
}

// SetNotes shows what was written about moments; they are by time, and are not changed afterwards.
func (c *Chart) SetNotes(notes []timeline.Note) {
	c.notes = notes
	c.changed()
}
