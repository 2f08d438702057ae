package ui

import (
	"sioscope/protocol/session"
	"sioscope/ui/chart"
	"sioscope/ui/pair"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// selectEntry shows what differs, and marks where each side shows it.
func (c *comparison) selectEntry(i int) {
	if c.pair == nil || i < 0 || i >= len(c.pair.Entries) {
		return
	}
	c.about = chosenPair{entry: i, places: c.pair.Entries[i].Places}
	c.mark()
}

// showRequest shows a request of one side beside the other's like it.
func (c *comparison) showRequest(side int, exchange int32) {
	c.about = chosenPair{entry: -1, places: c.pair.Beside(side, exchange)}
	c.mark()
}

// mark shows in both timelines, in the list and below what is selected.
func (c *comparison) mark() {
	c.reveal()
	for i, s := range c.sides {
		s.chart.Choose(s.chosen(c.about.places[i], c.pair.Chosen[i]))
	}
	c.pins()
	c.list.choose()
	c.detail.set()
	c.w.win.SetMainMenu(c.w.menu())
}

// reveal brings the selected places into sight, both at once.
func (c *comparison) reveal() {
	first, last, some := int64(0), int64(0), false
	for i, at := range c.about.places {
		if !at.Seen() {
			continue
		}
		t := at.Time - c.sides[i].zero
		if !some {
			first, last, some = t, t, true
		}
		first, last = min(first, t), max(last, t)
	}
	if some {
		c.link.Reveal(first, last)
	}
}

// chosen is a place for the chart: the aligned session where there is none.
func (s *comparedSide) chosen(at pair.Place, aligned int32) chart.Chosen {
	ch := chart.Chosen{Session: aligned, Exchange: at.Exchange, Time: at.Time}
	if !at.Seen() {
		ch.Exchange = -1
		return ch
	}
	if at.Session >= 0 {
		ch.Session = at.Session
	}
	if at.Exchange >= 0 {
		s.store.Read(func(t *session.Tracker, _ *store.State) {
			e := t.ExchangeAt(at.Exchange)
			ch.Conn, ch.Begin = int32(e.Conn.ID-1), timeline.Begin(e)
		})
	}
	return ch
}

// stepEntry selects the next entry that is listed.
func (c *comparison) stepEntry(n int) {
	if c.list.shown > 0 {
		c.selectEntry(max(min(c.about.entry+n, c.list.shown-1), 0))
	}
}

// stepSession aligns the next session of a side.
func (c *comparison) stepSession(side, n int) {
	if c.pair == nil || c.ends[side].only >= 0 {
		return
	}
	next := int32(-1)
	at, all := c.sides[side].place(c.pair)
	if at += n; at < 0 || at >= all {
		return
	}
	c.pair.Read(func(seen [2]pair.Seen) { next = int32(seen[side].Tracker.Sessions[at].Index) })
	c.align(side, next)
}

// align lays another session of a side beside that of the other.
func (c *comparison) align(side int, sess int32) {
	if c.pair.Chosen[side] == sess || c.ends[side].only >= 0 {
		return
	}
	before := c.pair.Chosen[side]
	c.pair.Choose(side, sess)
	if before >= 0 {
		c.sides[side].chart.SetOpen(before, false)
	}
	c.sides[side].chart.SetOpen(sess, true)
	c.sides[side].sessions(c.pair)
	view := c.link.View()
	c.lay()
	c.link.Show(view[0], view[1])
	if e := c.entry(); e != nil {
		c.about.places = e.Places
	}
	c.mark()
}

// pin selects a number that was clicked above a timeline.
func (c *comparison) pin(number int) { c.selectEntry(number - 1) }
