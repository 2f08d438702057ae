package stream

import (
	"cmp"
	"slices"
)

// settle is step 8: it delivers what can be, begins and ends waits, and keeps c within the limits.
func (a *Assembler) settle(c *Conn) {
	a.pump(c)
	for i := range c.side {
		if c.hold != nil && c.hold.wait[i].segments >= a.ReorderPackets {
			a.stopWait(c, i)
		}
	}
	a.awaitHoles(c)
	a.limit(c)
	a.tidy(c)
}

// countWaits counts a segment for the waits of its connection.
func (c *Conn) countWaits() {
	if c.hold == nil {
		return
	}
	for i := range c.hold.wait {
		if w := &c.hold.wait[i]; w.next != nil {
			w.segments++
		}
	}
}

// awaitHoles begins a wait for each proven hole, and ends those whose hole was filled.
func (a *Assembler) awaitHoles(c *Conn) {
	for i := range c.side {
		x := &c.side[i]
		if c.phase == over {
			return
		}
		if c.hold != nil && c.hold.wait[i].next != nil {
			if x.next < c.hold.wait[i].to && x.hole() {
				continue
			}
			c.hold.wait[i].remove()
			c.hold.wait[i].segments = 0
		}
		if x.placed && x.hole() {
			w := &a.keep(c).wait[i]
			w.to, w.at, w.since, w.segments = x.acked, c.seen, a.clock.now, 0
			a.waits.push(&w.elem)
			a.dueAt(w.since + int64(a.ReorderTime))
		}
	}
}

// stopWait declares the hole that was waited for a gap.
func (a *Assembler) stopWait(c *Conn, i int) {
	w := &c.hold.wait[i]
	to, at := w.to, w.at
	w.remove()
	w.segments = 0
	a.fill(c, i, to, at)
}

// giveUp is what happens when a wait's time is over.
func (a *Assembler) giveUp(c *Conn, w *wait) {
	i := 0
	if w == &c.hold.wait[1] {
		i = 1
	}
	a.stopWait(c, i)
	a.settle(c)
}

// limit keeps within MaxHeldPerConn and MaxHeld.
func (a *Assembler) limit(c *Conn) {
	for c.hold != nil && (c.hold.bytes > a.MaxHeldPerConn || max(len(c.hold.queue[0]), len(c.hold.queue[1])) > maxPieces) {
		if !a.unblock(c) {
			break
		}
		a.pump(c)
	}
	for a.held > a.MaxHeld {
		oldest := a.holders.first().conn
		a.flush(oldest)
		a.tidy(oldest)
	}
}

// tidy drops a hold that is of no more use, and opens the short way.
func (a *Assembler) tidy(c *Conn) {
	if c.phase == over {
		return
	}
	if h := c.hold; h != nil {
		for i := range h.wait {
			if x := &c.side[i]; h.wait[i].next != nil && !x.hole() {
				h.wait[i].remove()
				h.wait[i].segments = 0
			}
		}
		if len(h.queue[0])+len(h.queue[1]) == 0 && h.wait[0].next == nil && h.wait[1].next == nil {
			a.release(c)
		}
	}
	c.calm = c.phase == open && c.hold == nil && c.side[0].placed && c.side[1].placed
}

// Flush ends the capture: what is held is delivered, with gaps, and half-closed connections are closed. It may be
// followed by more segments, and called again.
func (a *Assembler) Flush(sink Sink) {
	if a.conns == nil {
		a.start()
	}
	a.sink = sink
	var conns []*Conn
	for e := a.holders.first(); e != nil && e != &a.holders.root; e = e.next {
		conns = append(conns, e.conn)
	}
	for e := a.ages[ending].first(); e != nil && e != &a.ages[ending].root; e = e.next {
		conns = append(conns, e.conn)
	}
	slices.SortFunc(conns, func(c, d *Conn) int { return cmp.Compare(c.ID, d.ID) })
	for _, c := range slices.Compact(conns) {
		a.flush(c)
		if c.close.known {
			a.shut(c)
		}
		a.tidy(c)
	}
}
