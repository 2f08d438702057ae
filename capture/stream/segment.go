package stream

import (
	"math"

	"sioscope/capture/link"
)

// Segment takes the next segment of the capture. It keeps nothing of s.
//
//  1. Packet time moves on. What has waited long enough is resolved, of whichever connection.
//  2. The connection is looked up.
//  3. Nearly every segment is the next of its side and acknowledges nothing that is still awaited: it is delivered.
//  4. A SYN opens a connection, or repeats one. Other segments of an unknown connection join it where they carry
//     bytes. Those of a closed connection, or of an earlier one with the same 4-tuple, are dropped.
//  5. Numbers too far off are not believed until a second segment bears them out.
//  6. What the segment acknowledges is noted: beyond the other side's position, it proves a hole there.
//  7. Its bytes, FIN or RST are delivered or, where something before them is missing on either side, held.
//  8. What is held is delivered as far as it goes. Holes that were waited for long enough, or that hold back more
//     than the limits allow, are declared gaps.
func (a *Assembler) Segment(s *link.Segment, sink Sink) {
	if a.conns == nil {
		a.start()
	}
	if a.clock.tick(s.Time) {
		a.due = math.MinInt64
	}
	if a.clock.now >= a.due {
		a.sink = sink
		a.expire()
	}
	c, from := a.find(s)
	if c == nil || !c.calm || s.Flags&^(link.PSH|link.URG) != link.ACK {
		a.sink = sink
		a.slow(c, from, s)
		return
	}
	x, y := &c.side[from], &c.side[1-from]
	ahead := int32(s.Ack - uint32(y.next))
	if s.Seq != uint32(x.next) || ahead > 0 || s.Missing != 0 {
		a.sink = sink
		a.slow(c, from, s)
		return
	}
	c.seen = a.clock.now
	y.acked = max(y.acked, y.next+int64(ahead))
	if len(s.Payload) > 0 {
		x.next += int64(len(s.Payload))
		sink.Data(c, from == 0, s.Time, s.Payload)
	}
}

// slow is steps 4 to 8.
func (a *Assembler) slow(c *Conn, from int, s *link.Segment) {
	if s.Src == s.Dst || s.Missing < 0 || length(s) > near {
		return // no packet of a network
	}
	seq := s.Seq
	switch {
	case s.Flags&(link.SYN|link.RST) == link.SYN:
		c, from = a.syn(c, from, s)
		seq++
	case c == nil || c.phase == over:
		c, from = a.join(c, from, s)
	case c.prev != nil && c.late(from, s):
		return
	}
	if c == nil {
		return
	}
	c.seen = a.clock.now
	a.take(c, from, s, seq)
	if c.phase != over {
		c.countWaits()
		a.settle(c)
	}
}

// take is steps 5 to 7, for the payload that begins at seq.
func (a *Assembler) take(c *Conn, from int, s *link.Segment, seq uint32) {
	x := &c.side[from]
	x.heard = true
	if c.phase == opening && s.Flags&(link.SYN|link.RST) == 0 {
		a.enter(c, open)
	}
	bears := length(s) > 0 || s.Flags&link.FIN != 0
	if !x.placed && bears && s.Flags&link.RST == 0 && !keepAlive(s) {
		x.place(seq, true)
	}
	if x.placed && !x.believes(seq) && !a.leap(c, from, seq, s) {
		return
	}
	if s.Flags&link.RST != 0 {
		a.reset(c, from, s)
		return
	}
	need := a.acknowledge(c, 1-from, s)
	if c.phase != over && x.placed && bears {
		a.accept(c, from, piece{off: x.at(seq), data: s.Payload, cut: s.Missing,
			at: s.Time, need: need, fin: s.Flags&link.FIN != 0})
	}
}

// acknowledge notes what s acknowledges of side i. It returns that position, or none.
func (a *Assembler) acknowledge(c *Conn, i int, s *link.Segment) int64 {
	y := &c.side[i]
	if s.Flags&link.ACK == 0 {
		return none
	}
	if !y.placed {
		if !c.SYN {
			return none
		}
		y.place(s.Ack, false) // the SYN/ACK is not in the capture, or swapped
	}
	if y.ended || !y.believes(s.Ack) {
		return none
	}
	pos := y.at(s.Ack)
	y.acked = max(y.acked, pos)
	if y.hole() && !y.heard {
		a.fill(c, i, pos, s.Time) // a capture of one direction: nothing is to be waited for
	}
	return pos
}

// none is before every position.
const none = math.MinInt64

// believes tells whether a sequence number is near enough.
func (x *side) believes(seq uint32) bool {
	d := int32(seq - uint32(x.next))
	return -near <= d && d <= near
}

// leap tells whether a segment with numbers far off is to be believed: when the one before it was as far off, and
// in the same place. All between is then missing.
func (a *Assembler) leap(c *Conn, from int, seq uint32, s *link.Segment) bool {
	x := &c.side[from]
	n := length(s)
	if n == 0 {
		return false
	}
	again := x.far && x.farNext == uint32(x.next) && seq-x.farEnd <= near
	x.far, x.farEnd, x.farNext = !again, seq+uint32(n), uint32(x.next)
	if !again || x.ended {
		return false
	}
	a.flush(c)
	if c.phase == over || x.ended {
		return false
	}
	// The distance is known modulo 4 GiB. Beyond half of that it may as well be a step back.
	lost := max(0, int64(int32(seq-uint32(x.next))))
	x.next += int64(seq - uint32(x.next))
	x.acked = x.next
	a.sink.Gap(c, from == 0, s.Time, lost, false)
	return true
}

// length is the number of payload bytes on the wire.
func length(s *link.Segment) int { return len(s.Payload) + s.Missing }

// keepAlive: a segment that may be a keep-alive probe with one byte of garbage (RFC 9293 §3.8.4), as far as can be
// told without knowing the side's position.
func keepAlive(s *link.Segment) bool {
	return length(s) == 1 && s.Flags&^link.URG == link.ACK
}
