package link

import (
	"slices"
	"unsafe"
)

// fragmentUnit is what fragments are counted in (RFC 791 §3.1, "fragment offset").
const fragmentUnit = 8

// A datagram is what is held of one.
type datagram struct {
	key   datagramKey
	since int64                                         // when its first fragment came
	count int64                                         // fragments
	buf   []byte                                        // as far as the furthest fragment
	have  [(maxDatagram + 1) / fragmentUnit / 64]uint64 // which units of buf have come, a bit each
	units int                                           // how many have
	total int                                           // its length in bytes; 0 while the last fragment has not come
	proto uint8                                         // what the first fragment says
}

const datagramSize = int(unsafe.Sizeof(datagram{}))

// add copies what p has and g has not, and returns by how much g's buffer grew.
func (g *datagram) add(p piece) int {
	end, before := p.off+len(p.data), cap(g.buf)
	switch {
	case g.total > 0 && (end > g.total || !p.more && end != g.total):
		return 0 // it contradicts the last fragment
	case !p.more && end < len(g.buf):
		return 0 // it contradicts what came before
	case !p.more:
		g.total = end
	}
	if end > len(g.buf) {
		g.buf = slices.Grow(g.buf, end-len(g.buf))[:end]
	}
	for off := 0; off < len(p.data); off += fragmentUnit {
		g.unit(p, off)
	}
	return cap(g.buf) - before
}

// unit copies the unit at p.data[off:], unless it has come already.
func (g *datagram) unit(p piece, off int) {
	n := (p.off + off) / fragmentUnit
	word, bit := n/64, uint64(1)<<(n%64)
	if g.have[word]&bit != 0 {
		return
	}
	g.have[word] |= bit
	g.units++
	copy(g.buf[p.off+off:], p.data[off:min(off+fragmentUnit, len(p.data))])
	if n == 0 {
		g.proto = p.proto
	}
}

// whole reports whether all of the datagram has come.
func (g *datagram) whole() bool {
	return g.total > 0 && g.units == (g.total+fragmentUnit-1)/fragmentUnit
}
