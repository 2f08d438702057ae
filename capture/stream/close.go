package stream

import "sioscope/capture/link"

// reset takes an RST of side i. It is believed where its receiver would believe it: in the window or, of a side that
// was not heard before, when it answers the SYN (RFC 9293 §3.10.7.3, §3.10.7.4).
func (a *Assembler) reset(c *Conn, i int, s *link.Segment) {
	x, y := &c.side[i], &c.side[1-i]
	if !x.placed {
		answers := s.Flags&link.ACK != 0 && s.Ack-y.first <= uint32(y.next)-y.first
		if !c.SYN || answers {
			a.resetBy(c, i, s.Time)
		}
		return
	}
	off := x.at(s.Seq)
	if off < x.acked || off > c.end(i)+rstAhead {
		return
	}
	p := piece{off: max(off, x.next), at: s.Time, need: a.acknowledge(c, 1-i, s), rst: true}
	if c.phase == over {
		return
	}
	if p.off == x.next && !c.waitsFor(1-i, p.need) {
		a.resetBy(c, i, p.at)
		return
	}
	x.acked = max(x.acked, p.off) // its sender has no more to send: what comes before it is seen soon, or never
	a.holdEnd(c, i, p)
}

// resetBy ends a connection by an RST of side i. What the other side has sent, and what waits, comes out first.
func (a *Assembler) resetBy(c *Conn, i int, at int64) {
	if !c.close.known {
		c.close = closing{at: at, by: uint8(i), known: true, reset: true}
	}
	a.finish(c)
}

// endBy ends side i by its FIN, seen at the given time and acknowledging the other side up to need.
func (a *Assembler) endBy(c *Conn, i int, at, need int64) {
	x, y := &c.side[i], &c.side[1-i]
	x.next++
	x.ended = true
	if i == 0 {
		c.EndedA = true
	} else {
		c.EndedB = true
	}
	// Of two FINs that crossed, the one captured first is the first, also where it had to wait.
	crossed := y.ended && need < y.next && at < c.close.at
	if !c.close.known || crossed {
		c.close = closing{at: at, by: uint8(i), known: true}
	}
	if y.ended {
		a.shut(c)
		return
	}
	c.calm = false
	a.enter(c, ending)
}

// finish delivers what c holds, and closes it.
func (a *Assembler) finish(c *Conn) {
	if c.phase == over {
		return
	}
	a.flush(c)
	a.shut(c)
}

// shut closes a connection that holds nothing of use.
func (a *Assembler) shut(c *Conn) {
	if c.phase == over {
		return
	}
	if !c.close.known {
		c.close.at = c.seen
	}
	a.release(c)
	c.calm = false
	a.enter(c, over)
	a.sink.Closed(c, c.close.at, c.close.by == 0 && c.close.known, c.close.known, c.close.reset)
	c.User = nil
}
