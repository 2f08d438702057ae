package scrub

import "math/bits"

// squeezed compresses text into one block with fixed codes (RFC 1951 §3.2.6) and the beginning of an empty stored block,
// as a flushed message ends. history is what comes before it, window how far back it may refer. Short messages are what
// this is for: of all ways to write one with these codes it finds nearly the shortest, so that what zlib wrote is hardly
// ever shorter.
func squeezed(text, history []byte, window int) []byte {
	buf := append(append([]byte(nil), history[max(0, len(history)-window):]...), text...)
	start := len(buf) - len(text)
	m := matcher{buf: buf, window: window, head: map[[3]byte]int32{}, prev: make([]int32, len(buf))}
	steps := make([]step, len(text)+1)
	for i := range buf {
		m.add(i)
	}
	for i := len(text) - 1; i >= 0; i-- { // the cheapest way from here to the end
		s := step{cost: steps[i+1].cost + literalBits(text[i]), length: 1}
		m.each(start+i, func(length, distance int) {
			if c := steps[i+length].cost + lengthBits(length) + distanceBits(distance); c < s.cost {
				s = step{c, int32(length), int32(distance)}
			}
		})
		steps[i] = s
	}
	var w bitWriter
	w.put(2, 3) // not the last block; fixed codes
	for i := 0; i < len(text); i += int(steps[i].length) {
		if s := steps[i]; s.distance == 0 {
			w.symbol(int(text[i]))
		} else {
			w.match(int(s.length), int(s.distance))
		}
	}
	w.symbol(256)
	w.put(0, 3) // a stored block
	return w.bytes()
}

// A step is how a way goes on: by a literal, or by a match.
type step struct{ cost, length, distance int32 }

// A matcher finds earlier occurrences of what stands at a place.
type matcher struct {
	buf    []byte
	window int
	head   map[[3]byte]int32
	prev   []int32 // one more than the place before with the same three bytes; 0: none
}

const (
	minMatch      = 3
	maxMatch      = 258
	maxCandidates = 256
)

func (m *matcher) add(i int) {
	if i+minMatch <= len(m.buf) {
		k := [3]byte(m.buf[i:])
		m.prev[i], m.head[k] = m.head[k], int32(i+1)
	}
}

// each calls use for every length that an earlier occurrence has, with the shortest distance.
func (m *matcher) each(i int, use func(length, distance int)) {
	best := minMatch - 1
	if i+minMatch > len(m.buf) {
		return
	}
	for j, n := int(m.prev[i])-1, 0; j >= 0 && i-j <= m.window && n < maxCandidates; j, n = int(m.prev[j])-1, n+1 {
		length := minMatch
		for length < maxMatch && i+length < len(m.buf) && m.buf[j+length] == m.buf[i+length] {
			length++
		}
		for ; best < length; best++ {
			use(best+1, i-j)
		}
	}
}

func literalBits(b byte) int32 {
	if b < 144 {
		return 8
	}
	return 9
}

// lengthCode is the symbol of a length, and the bits behind it (RFC 1951 §3.2.5).
func lengthCode(length int) (symbol, extra, value int) {
	switch n := length - minMatch; {
	case length == maxMatch:
		return 285, 0, 0
	case n < 8:
		return 257 + n, 0, 0
	default:
		extra = bits.Len(uint(n)) - 3
		return 257 + extra<<2 + n>>extra, extra, n & (1<<extra - 1)
	}
}

// distanceCode is the same of a distance.
func distanceCode(distance int) (symbol, extra, value int) {
	n := distance - 1
	if n < 4 {
		return n, 0, 0
	}
	extra = bits.Len(uint(n)) - 2
	return extra<<1 + n>>extra, extra, n & (1<<extra - 1)
}

func lengthBits(length int) int32 {
	symbol, extra, _ := lengthCode(length)
	if symbol < 280 {
		return int32(7 + extra)
	}
	return int32(8 + extra)
}

func distanceBits(distance int) int32 {
	_, extra, _ := distanceCode(distance)
	return int32(5 + extra)
}

// A bitWriter writes from the lowest bit.
type bitWriter struct {
	out  []byte
	rest uint64
	n    int
}

func (w *bitWriter) put(v uint64, count int) {
	w.rest |= v << w.n
	for w.n += count; w.n >= 8; w.n -= 8 {
		w.out = append(w.out, byte(w.rest))
		w.rest >>= 8
	}
}

// code writes a code, which begins with its highest bit.
func (w *bitWriter) code(v uint64, count int) { w.put(bits.Reverse64(v)>>(64-count), count) }

// symbol writes a literal or length by its fixed code.
func (w *bitWriter) symbol(s int) {
	switch {
	case s < 144:
		w.code(uint64(0x30+s), 8)
	case s < 256:
		w.code(uint64(0x190+s-144), 9)
	case s < 280:
		w.code(uint64(s-256), 7)
	default:
		w.code(uint64(0xC0+s-280), 8)
	}
}

func (w *bitWriter) match(length, distance int) {
	symbol, extra, value := lengthCode(length)
	w.symbol(symbol)
	w.put(uint64(value), extra)
	symbol, extra, value = distanceCode(distance)
	w.code(uint64(symbol), 5)
	w.put(uint64(value), extra)
}

func (w *bitWriter) bytes() []byte {
	if w.n > 0 {
		w.put(0, 8-w.n)
	}
	return w.out
}
