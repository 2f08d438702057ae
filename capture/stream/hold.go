package stream

import (
	"slices"
	"sort"
)

// A piece is what one segment adds to a side.
type piece struct {
	off  int64  // position of the first byte
	data []byte // the bytes
	cut  int    // bytes behind data that the capture did not keep
	at   int64  // capture time
	need int64  // the other side's position that its sender had received, or none
	no   int64  // order of arrival, of what is held
	fin  bool   // a FIN comes behind the bytes
	rst  bool
}

// end is the position behind the bytes.
func (p *piece) end() int64 { return p.off + int64(len(p.data)+p.cut) }

// from is p without its bytes before a position that is within it.
func (p piece) from(pos int64) piece {
	n := min(int(pos-p.off), len(p.data))
	p.cut -= int(pos-p.off) - n
	p.data = p.data[n:]
	p.off = pos
	return p
}

// until is p without its bytes from a position on that is within it, and without its FIN.
func (p piece) until(pos int64) piece {
	n := int(pos - p.off)
	p.data, p.cut = p.data[:min(n, len(p.data))], max(0, n-len(p.data))
	p.fin = false
	return p
}

// A hold is what a connection keeps while something is missing.
type hold struct {
	queue [2][]piece // per side, by position, without overlaps; what ends the side is the last
	bytes int64      // counted against the limits
	wait  [2]wait    // per side
	age   elem       // its place in Assembler.holders
}

// A wait is a proven hole that may still be filled by swapped packets.
type wait struct {
	elem           // its place in Assembler.waits
	to       int64 // the position that was acknowledged when it began
	at       int64 // time of the packet that acknowledged it
	since    int64 // the same on the clock
	segments int   // of the connection since
}

// What is counted for a hold and for a piece, beside the bytes: their structs and what allocation adds.
const (
	holdCost  = 256
	pieceCost = 128
)

func (h *hold) waitOf(e *elem) *wait {
	if e == &h.wait[0].elem {
		return &h.wait[0]
	}
	return &h.wait[1]
}

// head is the first piece that side i holds, or nil.
func (c *Conn) head(i int) *piece {
	if c.hold == nil || len(c.hold.queue[i]) == 0 {
		return nil
	}
	return &c.hold.queue[i][0]
}

// end is the position behind all that is known of side i.
func (c *Conn) end(i int) int64 {
	end := max(c.side[i].next, c.side[i].acked)
	if c.head(i) != nil {
		q := c.hold.queue[i]
		end = max(end, q[len(q)-1].end())
	}
	return end
}

// keep gives c a hold.
func (a *Assembler) keep(c *Conn) *hold {
	if c.hold == nil {
		c.hold = &hold{bytes: holdCost}
		c.hold.age.conn = c
		c.hold.wait[0].conn, c.hold.wait[1].conn = c, c
		c.calm = false
		a.held += holdCost
		a.holders.push(&c.hold.age)
	}
	return c.hold
}

// release drops a hold with all it has.
func (a *Assembler) release(c *Conn) {
	if c.hold == nil {
		return
	}
	c.hold.age.remove()
	c.hold.wait[0].remove()
	c.hold.wait[1].remove()
	a.held -= c.hold.bytes
	c.hold = nil
}

// holdPiece holds what of p is not yet held for side i, and p's FIN.
func (a *Assembler) holdPiece(c *Conn, i int, p piece) {
	q := a.keep(c).queue[i]
	if n := len(q); n > 0 {
		last := &q[n-1]
		switch {
		case last.rst && p.end() > last.off: // its sender went on: that was no reset
			a.drop(c, i, n-1)
		case last.fin || last.rst:
			if p.off >= last.off {
				return
			}
			p = p.until(min(p.end(), last.off))
		}
	}
	fin := p.fin
	p.fin = false
	a.insert(c, i, p)
	if fin {
		a.holdEnd(c, i, piece{off: p.end(), at: p.at, need: p.need, fin: true})
	}
}

// holdEnd holds a FIN or RST without bytes. What is held behind it goes.
func (a *Assembler) holdEnd(c *Conn, i int, p piece) {
	h := a.keep(c)
	if n := len(h.queue[i]); n > 0 && (h.queue[i][n-1].fin || h.queue[i][n-1].rst) {
		return
	}
	for n := len(h.queue[i]); n > 0 && h.queue[i][n-1].end() > p.off; n-- {
		last := &h.queue[i][n-1]
		if last.off < p.off {
			a.charge(c, -int64(len(last.data)))
			*last = last.until(p.off)
			a.charge(c, int64(len(last.data)))
			break
		}
		a.drop(c, i, n-1)
	}
	a.put(c, i, len(h.queue[i]), p)
}

// insert holds the parts of p that are not held yet: the first bytes win.
func (a *Assembler) insert(c *Conn, i int, p piece) {
	q := &c.hold.queue[i]
	k := sort.Search(len(*q), func(k int) bool { return (*q)[k].end() > p.off })
	for ; p.off < p.end(); k++ {
		end := p.end()
		if k < len(*q) {
			if at := &(*q)[k]; at.off <= p.off {
				if at.end() >= end {
					return
				}
				p = p.from(at.end())
				continue
			}
			end = min(end, (*q)[k].off)
		}
		part := p.until(end)
		part.data = slices.Clone(part.data)
		a.put(c, i, k, part)
		p = p.from(end)
	}
}

// put gives p its place in a queue.
func (a *Assembler) put(c *Conn, i, k int, p piece) {
	a.count++
	p.no = a.count
	c.hold.queue[i] = slices.Insert(c.hold.queue[i], k, p)
	a.charge(c, pieceCost+int64(len(p.data)))
}

// pop takes the first piece out of a queue.
func (a *Assembler) pop(c *Conn, i int) piece {
	q := &c.hold.queue[i]
	p := (*q)[0]
	(*q)[0] = piece{}
	*q = (*q)[1:]
	a.charge(c, -pieceCost-int64(len(p.data)))
	return p
}

// drop takes a piece out of a queue, unused.
func (a *Assembler) drop(c *Conn, i, k int) {
	q := &c.hold.queue[i]
	a.charge(c, -pieceCost-int64(len((*q)[k].data)))
	*q = slices.Delete(*q, k, k+1)
}

// charge counts bytes held, or no longer held where n is negative.
func (a *Assembler) charge(c *Conn, n int64) {
	c.hold.bytes += n
	a.held += n
}
