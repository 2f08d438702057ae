package link

import "slices"

const (
	defaultDatagrams = 256
	defaultHeld      = 8 << 20
	defaultAge       = 30e9  // what Linux gives (net.ipv4.ipfrag_time); RFC 8200 §4.5 allows 60 s
	maxDatagram      = 65535 // the most that an IP length can say
)

// A piece is one fragment: its place in the datagram, and what identifies the datagram beside the addresses.
type piece struct {
	v6    bool
	proto uint8
	id    uint32
	off   int  // in bytes, a multiple of 8
	more  bool // it is not the last
	data  []byte
	cut   int // bytes that the capture does not have
}

// A datagramKey is RFC 791's "identification, source, destination, protocol"; RFC 8200 has no protocol in it.
type datagramKey struct {
	src, dst [16]byte
	id       uint32
	proto    uint8 // 0 for IPv6
}

// fragments holds datagrams of which fragments are missing, in the order of their first fragment.
type fragments struct {
	byKey map[datagramKey]*datagram
	order []*datagram
	bytes int
}

// fragment puts a fragment to the others of its datagram, and decodes the datagram once it is whole.
// Where two fragments say different things, the first to come is believed.
func (d *Decoder) fragment(p piece, seg *Segment) Kind {
	d.expire(seg.Time)
	if p.cut > 0 || len(p.data) == 0 || p.more && len(p.data)%8 != 0 || p.off+len(p.data) > maxDatagram {
		d.Dropped++
		return Fragment
	}
	key := datagramKey{src: seg.Src.Addr, dst: seg.Dst.Addr, id: p.id}
	if !p.v6 {
		key.proto = p.proto
	}
	g := d.datagram(key, seg.Time)
	g.count++
	d.held.bytes += g.add(p)
	if g.whole() {
		d.forget(g)
		if !d.enter() { // fragments of fragments
			return Malformed
		}
		seg.Joined = true
		return d.extension(g.proto, g.buf[:g.total], 0, seg)
	}
	d.makeRoom()
	return Fragment
}

// datagram finds or begins one.
func (d *Decoder) datagram(key datagramKey, at int64) *datagram {
	if g := d.held.byKey[key]; g != nil {
		return g
	}
	g := &datagram{key: key, since: at}
	if d.held.byKey == nil {
		d.held.byKey = make(map[datagramKey]*datagram)
	}
	d.held.byKey[key] = g
	d.held.order = append(d.held.order, g)
	d.held.bytes += datagramSize
	return g
}

// makeRoom gives up the oldest datagrams until what is held is within the limits.
func (d *Decoder) makeRoom() {
	count, size := or(d.MaxDatagrams, defaultDatagrams), or(d.MaxHeld, defaultHeld)
	for len(d.held.order) > count || d.held.bytes > size && len(d.held.order) > 0 {
		d.drop(d.held.order[0])
	}
}

// expire gives up the datagrams that are too old.
func (d *Decoder) expire(now int64) {
	age := or(d.MaxAge, defaultAge)
	for len(d.held.order) > 0 && now-d.held.order[0].since > age {
		d.drop(d.held.order[0])
	}
}

func or[T int | int64](n, otherwise T) T {
	if n > 0 {
		return n
	}
	return otherwise
}

// Flush gives up the fragments that are held, at the end of the input, and counts them as dropped.
func (d *Decoder) Flush() {
	for len(d.held.order) > 0 {
		d.drop(d.held.order[0])
	}
}

func (d *Decoder) drop(g *datagram) {
	d.Dropped += g.count
	d.forget(g)
}

func (d *Decoder) forget(g *datagram) {
	delete(d.held.byKey, g.key)
	i := slices.Index(d.held.order, g)
	d.held.order = slices.Delete(d.held.order, i, i+1)
	d.held.bytes -= datagramSize + cap(g.buf)
}
