package stream

import (
	"fmt"
	"testing"

	"sioscope/capture/link"
)

// count is a Sink that keeps numbers only.
type count struct{ opened, closed, bytes, gaps int64 }

func (n *count) Opened(*Conn, int64)                     { n.opened++ }
func (n *count) Data(_ *Conn, _ bool, _ int64, p []byte) { n.bytes += int64(len(p)) }
func (n *count) Gap(*Conn, bool, int64, int64, bool)     { n.gaps++ }
func (n *count) Closed(*Conn, int64, bool, bool, bool)   { n.closed++ }

// BenchmarkInOrder is nearly all of real traffic: the next segment of a known connection, in turn over all of them.
func BenchmarkInOrder(b *testing.B) {
	for _, size := range []int{155, 1448} {
		for _, conns := range []int{1, 1000, 100_000} {
			b.Run(fmt.Sprintf("bytes=%d/conns=%d", size, conns), func(b *testing.B) {
				a, n := &Assembler{}, &count{}
				segments := handshakes(a, n, conns)
				payload := make([]byte, size)
				b.SetBytes(int64(size))
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					s := &segments[i]
					s.Payload = payload
					a.Segment(s, n)
					s.Seq += uint32(size)
					s.Time += int64(conns) * 1000
					if i++; i == conns {
						i = 0
					}
				}
				if n.bytes != int64(b.N)*int64(size) || n.gaps != 0 {
					b.Fatalf("%d of %d bytes, %d gaps", n.bytes, b.N*size, n.gaps)
				}
			})
		}
	}
}

// handshakes opens connections, and gives A's next segment for each.
func handshakes(a *Assembler, sink Sink, conns int) []link.Segment {
	next := make([]link.Segment, conns)
	for i := range next {
		s := link.Segment{Time: start + int64(i)*1000, Src: client, Dst: server, Seq: 99, Flags: link.SYN}
		s.Src.Addr[13], s.Src.Port = byte(i>>16), uint16(i)
		a.Segment(&s, sink)
		answer := link.Segment{Time: s.Time, Src: s.Dst, Dst: s.Src, Seq: 99, Ack: 100, Flags: link.SYN | link.ACK}
		a.Segment(&answer, sink)
		s.Seq, s.Ack, s.Flags = 100, 100, link.ACK
		a.Segment(&s, sink)
		s.Time += int64(conns) * 1000
		next[i] = s
	}
	return next
}

// BenchmarkSwapped has every second segment arrive before the one it follows.
func BenchmarkSwapped(b *testing.B) {
	a, n := &Assembler{}, &count{}
	s := handshakes(a, n, 1)[0]
	s.Payload = make([]byte, 1448)
	b.SetBytes(2 * 1448)
	b.ReportAllocs()
	for b.Loop() {
		s.Time += 1000
		s.Seq += 1448
		a.Segment(&s, n)
		s.Seq -= 1448
		a.Segment(&s, n)
		s.Seq += 2 * 1448
	}
	if n.bytes != int64(b.N)*2*1448 {
		b.Fatal("bytes are missing")
	}
}

// BenchmarkBehindHole holds all that comes behind a lost segment, until its retransmission.
func BenchmarkBehindHole(b *testing.B) {
	a, n := &Assembler{}, &count{}
	s := handshakes(a, n, 1)[0]
	s.Payload = make([]byte, 1448)
	const held = 1000
	b.SetBytes((held + 1) * 1448)
	b.ReportAllocs()
	for b.Loop() {
		hole := s.Seq
		for range held {
			s.Time += 1000
			s.Seq += 1448
			a.Segment(&s, n)
		}
		next := s.Seq + 1448
		s.Seq = hole
		a.Segment(&s, n)
		s.Seq = next
	}
	if n.bytes != int64(b.N)*(held+1)*1448 {
		b.Fatal("bytes are missing")
	}
}

// BenchmarkShort is a whole connection: handshake, question, answer, two FINs.
func BenchmarkShort(b *testing.B) {
	a, n := &Assembler{}, &count{}
	c := link.Segment{Src: client, Dst: server, Time: start}
	s := link.Segment{Src: server, Dst: client}
	b.ReportAllocs()
	for b.Loop() {
		c.Time += 1_000_000
		if c.Src.Port++; c.Src.Port == 0 {
			c.Src.Addr[13]++ // another client: its numbers are the same
		}
		s.Dst, s.Time = c.Src, c.Time
		c.Seq, c.Flags, c.Payload = 0, link.SYN, nil
		a.Segment(&c, n)
		s.Seq, s.Ack, s.Flags, s.Payload = 0, 1, link.SYN|link.ACK, nil
		a.Segment(&s, n)
		c.Seq, c.Ack, c.Flags, c.Payload = 1, 1, link.ACK, []byte("GET")
		a.Segment(&c, n)
		s.Seq, s.Ack, s.Flags, s.Payload = 1, 4, link.ACK|link.FIN, []byte("OK")
		a.Segment(&s, n)
		c.Seq, c.Ack, c.Flags, c.Payload = 4, 4, link.ACK|link.FIN, nil
		a.Segment(&c, n)
		s.Seq, s.Ack, s.Flags, s.Payload = 4, 5, link.ACK, nil
		a.Segment(&s, n)
	}
	if n.closed != int64(b.N) {
		b.Fatalf("%d of %d closed", n.closed, b.N)
	}
}

// BenchmarkFlood is a million SYNs, each of another sender.
func BenchmarkFlood(b *testing.B) {
	for b.Loop() {
		a, n := &Assembler{}, &count{}
		s := link.Segment{Src: client, Dst: server, Time: start, Flags: link.SYN}
		for i := range 1_000_000 {
			s.Time += 1000
			s.Src.Addr[13], s.Src.Port = byte(i>>16), uint16(i)
			a.Segment(&s, n)
		}
		if len(a.conns) != a.MaxConns {
			b.Fatalf("%d connections known", len(a.conns))
		}
	}
}
