package stream

import "sioscope/capture/link"

// Late tells, before a segment is given to the Assembler, that it belongs to a connection that had the same 4-tuple before
// the present one, so that it will be dropped.
func (a *Assembler) Late(s *link.Segment) bool {
	c, from := a.find(s)
	return c != nil && c.prev != nil && s.Flags&(link.SYN|link.RST) != link.SYN && c.late(from, s)
}

// Find gives the connection of a segment that the Assembler was just given, whether A sent it, and the position of its
// first payload byte (see Conn.Delivered). It gives nil for a segment that belongs to none.
func (a *Assembler) Find(s *link.Segment) (c *Conn, fromA bool, pos int64) {
	c, from := a.find(s)
	if c == nil {
		return nil, false, 0
	}
	seq := s.Seq
	if s.Flags&(link.SYN|link.RST) == link.SYN {
		seq++
	}
	return c, from == 0, c.side[from].at(seq)
}

// Delivered is the position of a side up to which bytes were delivered or declared missing: a sequence number continued
// past 32 bits.
func (c *Conn) Delivered(fromA bool) int64 {
	if fromA {
		return c.side[0].next
	}
	return c.side[1].next
}
