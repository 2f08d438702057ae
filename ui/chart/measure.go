package chart

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"

	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// A measure is two times held against each other, and what passed between them.
type measure struct {
	at      [2]int64 // in the order they were set; 0: there is none
	loose   bool     // the second goes where the mouse, the selection or the arrows go, until it is set
	steered bool     // the arrows moved it last

	tally   timeline.Tally // of what was counted last
	counted bool           // tally is done
	version uint64         // of the store when it was
	busy    bool
	again   bool
}

func (m *measure) on() bool { return m.at[0] != 0 }

// span is the two times in their order.
func (m *measure) span() (from, to int64) { return min(m.at[0], m.at[1]), max(m.at[0], m.at[1]) }

// Measure sets the first of two times here, and then the second; after that it begins anew.
func (c *Chart) Measure() {
	at := c.Here()
	c.MeasureAt(at)
	c.ShowTime(at)
}

// MeasureAt is Measure at a time.
func (c *Chart) MeasureAt(at int64) {
	if c.store == nil || at == 0 {
		return
	}
	m := &c.measure
	if m.loose {
		m.at[1], m.loose = at, false
	} else {
		m.at, m.loose, m.steered = [2]int64{at, at}, true, false
	}
	c.measured()
}

// Pointed says that the mouse is over the time area, and moved since something was selected.
func (c *Chart) Pointed() bool {
	return c.hover.on && c.hover.aims && float64(c.hover.pos.X) >= c.Left()
}

// Measuring says that the second time is still to be set.
func (c *Chart) Measuring() bool { return c.measure.loose }

// steerStep is how far one press of an arrow moves, dp: farther than what is near, so that it always goes on.
const steerStep = 12

// Steer moves the second time while it is still to be set: dir steps, or to what begins or ends near there.
func (c *Chart) Steer(dir int) {
	m := &c.measure
	if !m.loose || c.view.PerDp == 0 {
		return
	}
	x := c.seen().X(m.at[1]) + float64(dir)*steerStep + c.Left()
	m.at[1], m.steered, c.hover.aims = min(max(c.snap(fyne.NewPos(float32(x), c.chosenY())), c.first), c.last), true, false
	c.measured()
	c.ShowTime(m.at[1])
}

// chosenY is where the line of the selected session is, in its middle; that of the axis where none is selected.
func (c *Chart) chosenY() float32 {
	i := timeline.Find(c.lines, c.chosen.Session)
	if i < 0 {
		return 0
	}
	return float32(timeline.AxisHeight + c.lines[i].Y - c.scroll + timeline.SessionHeight/2)
}

// Unmeasure removes the two times, and says whether there were any.
func (c *Chart) Unmeasure() bool {
	if !c.measure.on() {
		return false
	}
	c.measure.at, c.measure.loose = [2]int64{}, false
	c.measured()
	return true
}

// Here is the time that keys are about: under the mouse where that moved last, or where the arrows moved what is measured,
// else what is selected, else the middle of what is seen, also where the beginning of the selected session is not. Near the beginning or the end of a packet, a request or an attempt to upgrade it is that.
func (c *Chart) Here() int64 {
	switch {
	case c.store == nil || c.view.PerDp == 0:
		return 0
	case c.Pointed():
		return c.snap(c.hover.pos)
	case c.measure.loose && c.measure.steered:
		return c.measure.at[1]
	case c.chosen.Time != 0:
		return c.chosen.Time
	case c.chosen.Session >= 0:
		var at int64
		c.store.Read(func(t *session.Tracker, _ *store.State) { at = t.SessionAt(c.chosen.Session).FirstSeen })
		if x := c.view.X(at); x >= 0 && x <= c.width() {
			return at
		}
	}
	return c.view.Time(c.width() / 2)
}

// Over is the session whose line the mouse points at, where Pointed; -1 where that is none.
func (c *Chart) Over() int32 {
	if !c.Pointed() {
		return -1
	}
	return c.At(c.hover.pos).Session
}

// near is how far from the mouse a time may be to be meant, dp.
const near = 7

// snap is the time at a position, or that of what begins or ends near it, first of all in the line there.
func (c *Chart) snap(pos fyne.Position) int64 {
	x := float64(pos.X) - c.Left()
	best, found := float64(near), c.seen().Time(x)
	if c.paint.front == nil {
		return found
	}
	k := c.paint.front.scene.Scale
	for i := range c.paint.front.scene.Targets {
		t := &c.paint.front.scene.Targets[i]
		switch t.Hit.Kind {
		case timeline.HitRow, timeline.HitExchange, timeline.HitProbe, timeline.HitPhase:
		default:
			continue
		}
		beside := float64(max(t.Y0/k-pos.Y, pos.Y-t.Y1/k, 0)) / timeline.SessionHeight * near
		if pos.Y < timeline.AxisHeight {
			beside = 0
		}
		for _, at := range [...]int64{t.Hit.From, t.Hit.To} {
			if d := max(c.seen().X(at)-x, x-c.seen().X(at)) + beside; at != 0 && d < best {
				best, found = d, at
			}
		}
	}
	return found
}

// follow moves the second time to where the mouse or the selection went.
func (c *Chart) follow() {
	if c.measure.loose {
		if at := c.Here(); at != c.measure.at[1] {
			c.measure.at[1] = at
			c.measured()
		}
	}
}

// measured shows other times, and has what is between them counted.
func (c *Chart) measured() {
	c.tally()
	c.placeOverlay()
	if c.OnMeasure != nil {
		c.OnMeasure()
	}
}

// tally counts what is between the two times, beside the main goroutine. What is asked for meanwhile is counted after.
func (c *Chart) tally() {
	m := &c.measure
	if !m.on() {
		return
	}
	from, to := m.span()
	next := timeline.Tally{From: from, To: to, Session: c.chosen.Session}
	if m.busy {
		m.again = true
		return
	}
	if m.counted && m.version == c.version && m.tally.From == from && m.tally.To == to && m.tally.Session == next.Session {
		return
	}
	st, version := c.store, c.version
	count := func() {
		for done := false; !done; {
			st.Read(func(t *session.Tracker, _ *store.State) { done = next.Step(t) })
		}
	}
	done := func() {
		m.busy, m.tally, m.version, m.counted = false, next, version, st == c.store
		if m.again {
			m.again = false
			c.tally()
		}
		c.placeOverlay()
	}
	if c.paint.do == nil {
		count()
		done()
		return
	}
	m.busy = true
	go func() {
		count()
		c.paint.do(done)
	}()
}

// Precise writes a length of time as exactly as it was measured: "41.235 ms", "5.700000 s".
func Precise(d int64) string {
	switch {
	case d < 1e6:
		return fmt.Sprintf("%.3f µs", float64(d)/1e3)
	case d < 1e9:
		return fmt.Sprintf("%.3f ms", float64(d)/1e6)
	}
	return timeline.Since(d, 6)
}

// between says what passed between the two times; "" while that is being counted.
func (c *Chart) between() string {
	a := &c.measure.tally
	if from, to := c.measure.span(); !c.measure.counted || a.From != from || a.To != to {
		return ""
	}
	text := c.List([]string{c.Count(a.Requests, "request"), c.Count(a.Packets, "packet"), c.Plural(int(a.Bytes), "byte", "bytes")})
	if a.Session < 0 {
		return c.S("all sessions: %s", text)
	}
	name := ""
	c.store.Read(func(t *session.Tracker, _ *store.State) { name = timeline.Name(c.Words, t.SessionAt(a.Session)) })
	return c.S("session %s: %s", name, text)
}

// MeasuredText is what was measured, to be copied; "" where nothing was.
func (c *Chart) MeasuredText() string {
	if !c.measure.on() {
		return ""
	}
	from, to := c.measure.span()
	text := fmt.Sprintf("Δ %s\n%s\n%s\n", Precise(to-from), c.Exact(from), c.Exact(to))
	if b := c.between(); b != "" {
		text += b + "\n"
	}
	return text
}

// Exact is a time in both ways, as exactly as captures have it.
func (c *Chart) Exact(at int64) string {
	return fmt.Sprintf("%s · %s %s", timeline.Since(at-c.origin(), 6), time.Unix(0, at).Format("2006-01-02 15:04:05.000000"), timeline.Zone(at))
}
