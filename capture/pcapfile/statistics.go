package pcapfile

import "math"

// The options of an Interface Statistics Block that are read (draft-ietf-opsawg-pcapng §4.6).
const optOSDrop = 7

// Dropped returns how many packets came to the interfaces and are not in the capture, because it was not made fast
// enough: as far as the capture program said so until now.
func (r *Reader) Dropped() int64 {
	n := r.dropped
	for i := range r.ng.interfaces {
		n += r.ng.interfaces[i].dropped
	}
	return int64(min(n, math.MaxInt64))
}

// statisticsBlock notes what an interface dropped. Each block replaces the one before; one that cannot be read is as
// good as none.
func (r *Reader) statisticsBlock(body []byte) {
	if len(body) < 12 {
		return
	}
	n := r.order.u32(body)
	if int64(n) >= int64(len(r.ng.interfaces)) {
		return
	}
	var dropped uint64
	r.options(body[12:], func(code uint16, value []byte) {
		if (code == optIfDrop || code == optOSDrop) && len(value) == 8 {
			dropped += min(r.order.u64(value), math.MaxInt64/maxInterfaces)
		}
	})
	r.ng.interfaces[n].dropped = dropped
}

// endSection forgets the interfaces of a section, and keeps what they dropped.
func (r *Reader) endSection() {
	for i := range r.ng.interfaces {
		r.dropped += r.ng.interfaces[i].dropped
	}
	r.ng.interfaces = r.ng.interfaces[:0]
}
