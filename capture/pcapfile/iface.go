package pcapfile

import (
	"math"
	"math/bits"

	"sioscope/capture/link"
	"sioscope/protocol/lang"
)

// The options of an Interface Description Block that are read (draft-ietf-opsawg-pcapng §4.2).
const (
	optEnd      = 0
	optTSResol  = 9
	optTSOffset = 14
)

// maxName is how many bytes are kept of the names of an interface.
const maxName = 64

// An iface is what an Interface Description Block says.
type iface struct {
	link    link.Type
	snapLen uint32 // 0: no limit
	dropped uint64 // packets that came and were not captured, as the latest statistics say
	name    string // the first maxName bytes
	about   string
	clock
}

// interfaceBlock adds an interface to the section.
func (r *Reader) interfaceBlock(start int64, body []byte) error {
	if len(body) < 8 {
		return r.corrupt(start, lang.Say("an interface block of %d bytes is too short", len(body)))
	}
	if len(r.ng.interfaces) == maxInterfaces {
		return r.corrupt(start, lang.Say("a section has more than %d interfaces", maxInterfaces))
	}
	i := iface{link: link.Type(r.order.u16(body)), snapLen: r.order.u32(body[4:]), clock: newClock(6)}
	r.options(body[8:], func(code uint16, value []byte) {
		switch {
		case code == optTSResol && len(value) == 1:
			i.clock = newClock(value[0])
		case code == optIfName:
			i.name = string(value[:min(len(value), maxName)])
		case code == optIfAbout:
			i.about = string(value[:min(len(value), maxName)])
		case code == optTSOffset && len(value) == 8:
			i.offset = int64(r.order.u64(value))
		}
	})
	r.ng.interfaces = append(r.ng.interfaces, i)
	return nil
}

// options calls use for every option (§3.5), as far as they are well-formed.
func (r *Reader) options(b []byte, use func(code uint16, value []byte)) {
	for len(b) >= 4 {
		code, n := r.order.u16(b), int(r.order.u16(b[2:]))
		b = b[4:]
		if code == optEnd || n > len(b) {
			return
		}
		use(code, b[:n])
		b = b[min(len(b), (n+3)&^3):]
	}
}

// A clock turns the ticks of an interface into nanoseconds. Either mul, div or the shift is at work.
type clock struct {
	mul    uint64 // nanoseconds a tick has
	div    uint64 // ticks a nanosecond has; 0: binary
	shift  uint   // binary: a second has 1<<shift ticks
	offset int64  // seconds to add (if_tsoffset)
}

// newClock reads if_tsresol: ticks are negative powers of 10, or with the highest bit of 2, of a second.
func newClock(resol byte) clock {
	exp := uint(resol & 0x7f)
	switch {
	case resol&0x80 != 0:
		return clock{mul: 1e9, shift: exp}
	case exp <= 9:
		return clock{mul: pow10(9 - exp), div: 1}
	}
	return clock{mul: 1, div: pow10(exp - 9)}
}

// pow10 saturates.
func pow10(exp uint) uint64 {
	if exp > 19 {
		return math.MaxUint64
	}
	n := uint64(1)
	for range exp {
		n *= 10
	}
	return n
}

// time is ticks in nanoseconds since 1970. What lies beyond the years 1677 and 2262 becomes these.
func (c *clock) time(ticks uint64) int64 {
	hi, lo := bits.Mul64(ticks, c.mul)
	switch {
	case c.div > 1:
		lo /= c.div // mul is 1, so that hi is 0
	case c.div == 0 && c.shift < 64:
		hi, lo = hi>>c.shift, hi<<(64-c.shift)|lo>>c.shift
	case c.div == 0:
		hi, lo = 0, hi>>(c.shift-64)
	}
	if hi != 0 || lo > math.MaxInt64 {
		lo = math.MaxInt64
	}
	if c.offset == 0 {
		return int64(lo)
	}
	return addSeconds(int64(lo), c.offset)
}

// addSeconds adds seconds to nanoseconds, which are not negative, and saturates.
func addSeconds(ns, seconds int64) int64 {
	const most = math.MaxInt64 / 1_000_000_000
	if seconds > most || seconds >= 0 && seconds*1e9 > math.MaxInt64-ns {
		return math.MaxInt64
	}
	return ns + max(seconds, -most)*1e9
}
