package stream

import (
	"encoding/binary"
	"fmt"
	"testing"

	"sioscope/capture/link"
)

// auditor is a Sink that checks what holds for every input whose bytes are the low bytes of their sequence numbers.
type auditor struct {
	t      *testing.T
	opened int
}

type account struct {
	closed bool
	known  [2]bool
	next   [2]byte
}

func (u *auditor) Opened(c *Conn, _ int64) {
	if u.opened++; c.ID != u.opened || c.User != nil {
		u.t.Fatalf("opened %+v as number %d", c, u.opened)
	}
	c.User = &account{}
}

func (u *auditor) of(c *Conn) *account {
	acc, ok := c.User.(*account)
	if !ok || acc.closed {
		u.t.Fatalf("a call for %+v, which is not open", c)
	}
	return acc
}

func (u *auditor) Data(c *Conn, fromA bool, _ int64, p []byte) {
	acc, i := u.of(c), index(fromA)
	if len(p) == 0 {
		u.t.Fatal("no data")
	}
	if acc.known[i] && p[0] != acc.next[i] {
		u.t.Fatalf("byte %d of connection %d, side %d, where %d is next", p[0], c.ID, i, acc.next[i])
	}
	for k := range p {
		if p[k] != p[0]+byte(k) {
			u.t.Fatal("bytes of different places in one call")
		}
	}
	acc.known[i], acc.next[i] = true, p[0]+byte(len(p))
}

func (u *auditor) Gap(c *Conn, fromA bool, _ int64, n int64, cut bool) {
	acc, i := u.of(c), index(fromA)
	if n < 0 || n == 0 && cut {
		u.t.Fatalf("gap of %d, cut %v", n, cut)
	}
	if n == 0 {
		acc.known[i] = false
	}
	acc.next[i] += byte(n)
}

func (u *auditor) Closed(c *Conn, _ int64, byA, known, reset bool) {
	u.of(c).closed = true
	if !known && (byA || reset) {
		u.t.Fatal("closed by someone, and not known")
	}
}

// fuzzStep is how many bytes of input make a segment: direction and connection, flags, sequence and acknowledgement
// number (offsets from what was had), length, missing, time.
const fuzzStep = 9

func fuzzSegment(in []byte, now *int64, seqs *[2]uint32) link.Segment {
	s := link.Segment{Src: client, Dst: server, Flags: link.Flags(in[1] & 31)}
	s.Src.Port += uint16(in[0] >> 1 & 3)
	i := int(in[0] & 1)
	if i == 1 {
		s.Src, s.Dst = s.Dst, s.Src
	}
	scale := int32(1)
	if in[0]&0x80 != 0 {
		scale = 70_000 // far off
	}
	s.Seq = seqs[i] + uint32(scale*int32(int16(binary.LittleEndian.Uint16(in[2:]))))
	s.Ack = seqs[1-i] + uint32(int32(int16(binary.LittleEndian.Uint16(in[4:]))))
	first := s.Seq
	if s.Flags&link.SYN != 0 {
		first++
	}
	for k := range in[6] {
		s.Payload = append(s.Payload, byte(first)+k)
	}
	s.Missing = int(in[7] >> 4)
	if in[0]&0x40 != 0 {
		seqs[i] = s.Seq + uint32(len(s.Payload)+s.Missing)
	}
	*now += int64(int8(in[8])) * 10_000_000 << (in[7] & 15)
	s.Time = *now
	return s
}

// FuzzSegments reads segments from bytes, under small limits.
func FuzzSegments(f *testing.F) {
	// a flags seq ack length cut time
	f.Add([]byte("\x40\x02\x00\x00\x00\x00\x00\x00\x01" + "\x41\x12\x00\x00\x01\x00\x00\x00\x01" +
		"\x40\x18\x01\x00\x01\x00\x05\x00\x01" + "\x41\x18\x01\x00\x00\x00\x09\x00\x01" + "\x40\x11\x00\x00\x00\x00\x00\x00\x01" + "\x41\x11\x00\x00\x01\x00\x00\x00\x01"))
	f.Add([]byte("\x40\x10\x00\x00\x00\x00\x05\x00\x01" + "\x00\x10\x09\x00\x00\x00\x05\x00\x01" + "\x00\x10\x03\x00\x00\x00\x09\x30\x01" + "\x01\x10\x00\x00\x20\x00\x05\x00\x7f" + "\x02\x10\x00\x00\x00\x00\x05\x00\x01"))
	f.Add([]byte("\x40\x02\x00\x00\x00\x00\x03\x00\x01" + "\x00\x04\x05\x00\x00\x00\x00\x00\x01" + "\x00\x02\x00\x10\x00\x00\x00\x00\x01" + "\x01\x14\x00\x00\x01\x10\x00\x00\x01"))
	f.Add([]byte("\x40\x10\x00\x00\x00\x00\x05\x00\x01" + "\x80\x10\x00\x50\x00\x00\x05\x00\x01" + "\x80\x10\x00\x50\x00\x00\x07\x00\x01" + "\x02\x10\x00\x00\x00\x00\x02\x0f\x7f" + "\x04\x10\x00\x00\x00\x00\x02\x0f\x7f"))
	f.Fuzz(func(t *testing.T, in []byte) {
		a := &Assembler{MaxHeld: 3000, MaxHeldPerConn: 2000, MaxConns: 3, ReorderPackets: 4}
		u := &auditor{t: t}
		now, seqs := start, [2]uint32{^uint32(100), 1 << 31}
		for ; len(in) >= fuzzStep; in = in[fuzzStep:] {
			s := fuzzSegment(in, &now, &seqs)
			a.Segment(&s, u)
			clear(s.Payload)
			if err := fuzzSound(a); err != nil {
				t.Fatal(err)
			}
		}
		a.Flush(u)
		if a.held != 0 {
			t.Fatalf("%d bytes held after Flush", a.held)
		}
	})
}

func fuzzSound(a *Assembler) error {
	for _, c := range a.conns {
		if c.hold != nil && c.hold.bytes > a.MaxHeldPerConn {
			return fmt.Errorf("connection %d holds %d bytes", c.ID, c.hold.bytes)
		}
		if a.ages[c.phase].first() == nil || c.age.next == nil {
			return fmt.Errorf("connection %d does not age", c.ID)
		}
	}
	return sound(a)
}
