package stream

import "sioscope/capture/link"

// syn takes a SYN or SYN/ACK. It gives the connection it belongs to, opened where it is new, or nil where the
// segment is to be dropped.
func (a *Assembler) syn(c *Conn, from int, s *link.Segment) (*Conn, int) {
	if c == nil {
		return a.begin(s)
	}
	first := s.Seq + 1
	x := &c.side[from]
	answer := s.Flags&link.ACK != 0
	switch repeated := x.placed && x.first == first; {
	case c.prev != nil && c.prev.placed[from] && c.prev.first[from] == first:
		return nil, 0 // of the connection before, late
	case c.phase == over && repeated && (answer || !c.Refused()):
		return nil, 0
	case c.phase == over:
		return a.renew(c, s, opening)
	case !repeated && answer && c.stray(from, s):
		return nil, 0
	case !repeated && !c.opens(from, s):
		return a.renew(c, s, opening)
	}
	x.replace(first)
	c.SYN = true
	if answer == (from == 1) {
		c.Guessed = false
	}
	return c, from
}

// begin opens a connection with a SYN or SYN/ACK.
func (a *Assembler) begin(s *link.Segment) (*Conn, int) {
	c, from := a.add(s, opening)
	c.side[from].place(s.Seq+1, true)
	if s.Flags&link.ACK != 0 {
		c.side[1-from].place(s.Ack, false)
	}
	return c, from
}

// replace lets a side of which nothing was delivered begin at its SYN's number instead.
func (x *side) replace(first uint32) {
	x.own = true
	if !x.placed {
		x.place(first, true)
	} else if x.first != first {
		x.first, x.next = first, x.at(first)
		x.acked = x.next
	}
}

// opens tells whether a SYN with a number that is new belongs to the opening of c.
func (c *Conn) opens(from int, s *link.Segment) bool {
	x, y := &c.side[from], &c.side[1-from]
	switch {
	case s.Flags&link.ACK != 0: // the answer, which may acknowledge bytes that came with the SYN (RFC 7413)
		return (!x.placed || c.fresh(from)) && y.placed && s.Ack-y.first <= uint32(c.end(1-from))-y.first
	case !x.placed: // a simultaneous open (RFC 9293 §3.5)
		return c.phase == opening
	default: // swapped with its answer
		return !x.own && c.fresh(from) && s.Seq+1+uint32(length(s)) == x.first
	}
}

// stray tells whether a SYN/ACK with a number that is new answers nothing: neither the SYN that was seen nor one
// that was missed.
func (c *Conn) stray(from int, s *link.Segment) bool {
	x, y := &c.side[from], &c.side[1-from]
	if !c.SYN || c.opens(from, s) {
		return false
	}
	return !x.placed || y.placed && s.Ack == y.first
}

// Refused: the connection was reset before it carried anything, so that the same SYN may be sent once more.
func (c *Conn) Refused() bool {
	return c.close.reset && c.fresh(0) && !c.side[1].placed
}

// join takes a segment without SYN of an unknown or closed connection. One with bytes joins the connection there,
// unless it is late.
func (a *Assembler) join(c *Conn, from int, s *link.Segment) (*Conn, int) {
	if length(s) == 0 || s.Flags&link.RST != 0 || keepAlive(s) {
		return nil, 0
	}
	if c == nil {
		return a.add(s, open)
	}
	if x := &c.side[from]; x.placed && x.believes(s.Seq) {
		return nil, 0
	}
	return a.renew(c, s, open)
}

// renew puts a new connection in the place of one with the same 4-tuple.
func (a *Assembler) renew(c *Conn, s *link.Segment, p phase) (*Conn, int) {
	a.abandon(c)
	var next *Conn
	var from int
	if p == opening {
		next, from = a.begin(s)
	} else {
		next, from = a.add(s, p)
	}
	next.prev = before(c, next.A != c.A)
	return next, from
}

// late tells whether a segment belongs to the connection that had the 4-tuple before: both its numbers fit that
// one, and they do not fit c.
func (c *Conn) late(from int, s *link.Segment) bool {
	x, y := &c.side[from], &c.side[1-from]
	if x.placed && s.Seq == uint32(x.next) || !c.prev.has(from, s.Seq) {
		return false
	}
	if s.Flags&link.ACK == 0 {
		return true
	}
	fits := y.placed && s.Ack-y.first <= uint32(c.end(1-from))-y.first
	return !fits && c.prev.has(1-from, s.Ack)
}
