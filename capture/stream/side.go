package stream

// A side is one direction of a connection. Positions are sequence numbers continued past 32 bits: the low 32 bits
// of a position are the number on the wire, so that positions compare as integers, also where the numbers wrap.
// SYN and FIN take a position each, as in RFC 9293 §3.4.
type side struct {
	next  int64  // all before it was delivered or declared missing
	acked int64  // all before it was acknowledged by the other side; past next, there is a proven hole
	first uint32 // the first byte's sequence number

	placed bool // next has a meaning
	own    bool // placed by this side's own segment, not by what the other acknowledged
	heard  bool // a segment of this side was seen
	ended  bool // by a FIN, which was delivered

	// The latest segment with numbers too far off to be believed: its end, and next at the time.
	far     bool
	farEnd  uint32
	farNext uint32
}

// place lets the side begin at a sequence number.
func (x *side) place(seq uint32, own bool) {
	x.placed, x.own = true, own
	x.first, x.next, x.acked = seq, int64(seq), int64(seq)
}

// at is the position of a sequence number, which is taken to be the one nearest to next.
func (x *side) at(seq uint32) int64 { return x.next + int64(int32(seq-uint32(x.next))) }

// fresh: nothing of side i was delivered, declared missing, or held.
func (c *Conn) fresh(i int) bool {
	x := &c.side[i]
	return uint32(x.next) == x.first && !x.ended && c.head(i) == nil
}

// hole: the other side acknowledged bytes that were neither delivered nor declared missing.
func (x *side) hole() bool { return x.acked > x.next && !x.ended }

// A generation is what an earlier connection of the same 4-tuple used, in the order of the present one's sides.
type generation struct {
	placed      [2]bool
	first, next [2]uint32
}

// before is the generation that c becomes; swapped where the one after it was opened by c.B.
func before(c *Conn, swapped bool) *generation {
	g := &generation{}
	for i := range c.side {
		j := i
		if swapped {
			j = 1 - i
		}
		x := &c.side[i]
		g.placed[j], g.first[j], g.next[j] = x.placed, x.first, uint32(x.next)
	}
	return g
}

// has tells whether a sequence number fits what one side sent, or was about to send.
func (g *generation) has(i int, seq uint32) bool {
	return g.placed[i] && seq-(g.first[i]-1) <= g.next[i]-g.first[i]+rstAhead
}
