package stream

// accept takes what a segment adds to side i: delivered where it is next, held where something is missing before
// it, dropped where it was had before.
func (a *Assembler) accept(c *Conn, i int, p piece) {
	x := &c.side[i]
	if x.ended || p.end() < x.next || p.end() == x.next && !p.fin {
		return
	}
	if p.off < x.next {
		p = p.from(x.next)
	}
	if h := c.head(i); p.off == x.next && !c.waitsFor(1-i, p.need) && (h == nil || p.end() <= h.off && !p.fin) {
		a.emit(c, i, &p)
		return
	}
	a.holdPiece(c, i, p)
}

// waitsFor: side i has not come to a position that its receiver acknowledged.
func (c *Conn) waitsFor(i int, pos int64) bool {
	y := &c.side[i]
	return y.placed && !y.ended && pos > y.next
}

// emit delivers a piece that is next, whatever it waits for.
func (a *Assembler) emit(c *Conn, i int, p *piece) {
	x := &c.side[i]
	if p.off < x.next {
		return // a FIN or RST among bytes
	}
	if n := len(p.data); n > 0 {
		x.next += int64(n)
		a.sink.Data(c, i == 0, p.at, p.data)
	}
	if p.cut > 0 {
		x.next += int64(p.cut)
		a.sink.Gap(c, i == 0, p.at, int64(p.cut), true)
	}
	switch {
	case p.rst:
		a.resetBy(c, i, p.at)
	case p.fin:
		a.endBy(c, i, p.at, p.need)
	}
}

// pump delivers what is held as far as nothing is missing.
func (a *Assembler) pump(c *Conn) {
	for c.hold != nil {
		i := c.ready()
		if i < 0 {
			return
		}
		p := a.pop(c, i)
		a.emit(c, i, &p)
	}
}

// ready is the side whose first piece can be delivered: of both, the one that arrived first; -1 is neither.
func (c *Conn) ready() int {
	i := -1
	for j := range c.side {
		h := c.head(j)
		if h == nil || h.off > c.side[j].next || c.waitsFor(1-j, h.need) {
			continue
		}
		if i < 0 || h.no < c.head(i).no {
			i = j
		}
	}
	return i
}

// gap declares that side i's bytes before a position are missing.
func (a *Assembler) gap(c *Conn, i int, to, at int64) {
	x := &c.side[i]
	n := to - x.next
	if n == 1 && c.head(i) == nil && c.leaving(1-i) {
		a.endBy(c, i, at, none) // what was acknowledged is a FIN, rather than a byte
		return
	}
	x.next = to
	a.sink.Gap(c, i == 0, at, n, false)
}

// leaving: side i has ended, or is about to.
func (c *Conn) leaving(i int) bool {
	h := c.head(i)
	return c.side[i].ended || h != nil && h.fin && h.off == c.side[i].next
}

// fill brings side i to a position that was acknowledged: what is held is delivered, the rest declared missing. It
// stops short where what is held waits for the other side.
func (a *Assembler) fill(c *Conn, i int, to, at int64) {
	x := &c.side[i]
	for {
		a.pump(c)
		if c.phase == over || x.ended || x.next >= to {
			return
		}
		switch h := c.head(i); {
		case h == nil || h.off > to:
			a.gap(c, i, to, at)
		case h.off > x.next:
			a.gap(c, i, h.off, h.at)
		case c.stuck(1 - i):
			p := a.pop(c, i)
			a.emit(c, i, &p)
		default:
			return
		}
	}
}

// stuck: side i lacks nothing, and its next piece waits for the other side.
func (c *Conn) stuck(i int) bool {
	h := c.head(i)
	return h != nil && h.off <= c.side[i].next
}

// unblock gives up on what the piece held longest, of those that are next, lacks: one hole, or one that waits in a
// circle. It is false where nothing is held.
func (a *Assembler) unblock(c *Conn) bool {
	h, i := c.head(0), 0
	if g := c.head(1); h == nil || g != nil && g.no < h.no {
		h, i = g, 1
	}
	switch {
	case h == nil:
		return false
	case h.off > c.side[i].next:
		a.gap(c, i, h.off, h.at)
	case c.stuck(1 - i):
		p := a.pop(c, i)
		a.emit(c, i, &p)
	default:
		to := h.need
		if g := c.head(1 - i); g != nil {
			to = min(to, g.off)
		}
		a.gap(c, 1-i, to, h.at)
	}
	return true
}

// flush delivers all that is held, and declares missing all that was acknowledged.
func (a *Assembler) flush(c *Conn) {
	for a.pump(c); a.unblock(c); {
		a.pump(c)
	}
	for i := range c.side {
		if x := &c.side[i]; c.phase != over && x.placed && x.hole() {
			a.fill(c, i, x.acked, c.seen)
		}
	}
}
