package socketio

import (
	"encoding/binary"
	"math"
)

// kind is what a msgpack marker begins (github.com/msgpack/msgpack, spec.md, "Formats").
type kind uint8

const (
	kindNil kind = iota
	kindBool
	kindInt  // negative: the bits are in n
	kindUint // 0 or above
	kindFloat
	kindString
	kindBin
	kindExt
	kindArray
	kindMap
)

// A marker is one msgpack value, of an array or map only its head.
type marker struct {
	kind kind
	n    uint64 // bool, integer, bits of the float, elements of the array, pairs of the map
	ext  int8   // type of the extension
	body []byte // string, bin, ext
}

// A reader walks msgpack. It never reads past its bytes, and trusts no length.
type reader struct {
	p   []byte
	pos int
}

// marker reads the value at the position; of an array or map its head, the elements follow. ok is false where the
// bytes end, or begin nothing (0xc1).
func (r *reader) marker() (m marker, ok bool) {
	c, ok := r.byte()
	if !ok {
		return m, false
	}
	switch {
	case c < 0x80:
		return marker{kind: kindUint, n: uint64(c)}, true
	case c < 0x90:
		return marker{kind: kindMap, n: uint64(c & 0x0F)}, true
	case c < 0xA0:
		return marker{kind: kindArray, n: uint64(c & 0x0F)}, true
	case c < 0xC0:
		return r.blob(kindString, uint64(c&0x1F))
	case c >= 0xE0:
		return marker{kind: kindInt, n: uint64(int64(int8(c)))}, true
	}
	return r.long(c)
}

// long reads what begins with 0xc0 to 0xdf.
func (r *reader) long(c byte) (m marker, ok bool) {
	switch c {
	case 0xC0:
		return marker{kind: kindNil}, true
	case 0xC2, 0xC3:
		return marker{kind: kindBool, n: uint64(c & 1)}, true
	case 0xC4, 0xC5, 0xC6:
		return r.sized(kindBin, 1<<(c-0xC4))
	case 0xC7, 0xC8, 0xC9:
		return r.sized(kindExt, 1<<(c-0xC7))
	case 0xCA:
		n, ok := r.uint(4)
		return marker{kind: kindFloat, n: math.Float64bits(float64(math.Float32frombits(uint32(n))))}, ok
	case 0xCB:
		n, ok := r.uint(8)
		return marker{kind: kindFloat, n: n}, ok
	case 0xCC, 0xCD, 0xCE, 0xCF:
		n, ok := r.uint(1 << (c - 0xCC))
		return marker{kind: kindUint, n: n}, ok
	case 0xD0, 0xD1, 0xD2, 0xD3:
		return r.signed(1 << (c - 0xD0))
	case 0xD4, 0xD5, 0xD6, 0xD7, 0xD8:
		return r.blob(kindExt, 1<<(c-0xD4))
	case 0xD9, 0xDA, 0xDB:
		return r.sized(kindString, 1<<(c-0xD9))
	case 0xDC, 0xDD:
		n, ok := r.uint(2 << (c - 0xDC))
		return marker{kind: kindArray, n: n}, ok
	case 0xDE, 0xDF:
		n, ok := r.uint(2 << (c - 0xDE))
		return marker{kind: kindMap, n: n}, ok
	}
	return m, false
}

func (r *reader) signed(size int) (m marker, ok bool) {
	n, ok := r.uint(size)
	shift := 64 - 8*size
	v := int64(n<<shift) >> shift
	if v >= 0 {
		return marker{kind: kindUint, n: uint64(v)}, ok
	}
	return marker{kind: kindInt, n: uint64(v)}, ok
}

func (r *reader) sized(k kind, size int) (m marker, ok bool) {
	n, ok := r.uint(size)
	if !ok {
		return m, false
	}
	return r.blob(k, n)
}

func (r *reader) blob(k kind, n uint64) (m marker, ok bool) {
	m.kind = k
	if k == kindExt {
		c, ok := r.byte()
		if !ok {
			return m, false
		}
		m.ext = int8(c)
	}
	if n > uint64(len(r.p)-r.pos) {
		return m, false
	}
	m.body = r.p[r.pos : r.pos+int(n)]
	r.pos += int(n)
	return m, true
}

func (r *reader) byte() (c byte, ok bool) {
	if r.pos >= len(r.p) {
		return 0, false
	}
	r.pos++
	return r.p[r.pos-1], true
}

func (r *reader) uint(size int) (n uint64, ok bool) {
	if len(r.p)-r.pos < size {
		return 0, false
	}
	p := r.p[r.pos:]
	r.pos += size
	switch size {
	case 1:
		return uint64(p[0]), true
	case 2:
		return uint64(binary.BigEndian.Uint16(p)), true
	case 4:
		return uint64(binary.BigEndian.Uint32(p)), true
	}
	return binary.BigEndian.Uint64(p), true
}

// skip passes over one value and all that is in it, however deep.
func (r *reader) skip() (ok bool) {
	for left := uint64(1); left > 0; left-- {
		m, ok := r.marker()
		if !ok {
			return false
		}
		inside := m.n
		switch m.kind {
		case kindMap:
			inside *= 2
			fallthrough
		case kindArray:
			left += inside // at most 2^33 a marker, and every one takes a byte: no overflow
		}
	}
	return true
}
