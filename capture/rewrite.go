package capture

import (
	"encoding/binary"

	"sioscope/capture/link"
)

// payloadAt is where a segment's payload stands in the packet it came in, -1 where it stands elsewhere.
func payloadAt(data []byte, seg *link.Segment) int {
	at := cap(data) - cap(seg.Payload)
	switch {
	case seg.Joined || at < int(seg.Header) || at+len(seg.Payload) > len(data):
		return -1
	case len(seg.Payload) > 0 && &data[at] != &seg.Payload[0]:
		return -1
	}
	return at
}

// correct changes the checksum of a TCP segment as its bytes were changed (RFC 1624 §3): what was right stays right, and
// what was wrong, because the network card was to compute it, stays as wrong. A sum over a tunnel around it stays too.
func correct(tcp, before []byte) {
	const at = 16 // RFC 9293 §3.1
	sum := uint32(^binary.BigEndian.Uint16(before[at:]))
	for i := 0; i < len(tcp); i += 2 {
		was, is := word(before, i), word(tcp, i)
		if was != is {
			sum += uint32(^was) + uint32(is)
			sum = sum&0xffff + sum>>16
		}
	}
	sum = sum&0xffff + sum>>16
	binary.BigEndian.PutUint16(tcp[at:], ^uint16(sum))
}

// word is the 16 bits at an even place, with a zero behind the last byte.
func word(b []byte, i int) uint16 {
	if i+1 < len(b) {
		return binary.BigEndian.Uint16(b[i:])
	}
	return uint16(b[i]) << 8
}

// rawPacket makes an IP packet of a segment that came in several. Its TCP options are lost.
func rawPacket(seg *link.Segment) []byte {
	src, dst := seg.Src.AddrPort().Addr(), seg.Dst.AddrPort().Addr()
	size := 20 + len(seg.Payload)
	var b []byte
	if src.Is4() && dst.Is4() {
		total := min(20+size+seg.Missing, 1<<16-1)
		b = append(b, 0x45, 0, byte(total>>8), byte(total), 0, 0, 0x40, 0, 64, 6, 0, 0)
		b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
		binary.BigEndian.PutUint16(b[10:], ^uint16(folded(b, 0)))
	} else {
		length := min(size+seg.Missing, 1<<16-1)
		b = append(b, 0x60, 0, 0, 0, byte(length>>8), byte(length), 6, 64)
		b = append(append(b, seg.Src.Addr[:]...), seg.Dst.Addr[:]...)
	}
	at := len(b)
	b = binary.BigEndian.AppendUint16(b, seg.Src.Port)
	b = binary.BigEndian.AppendUint16(b, seg.Dst.Port)
	b = binary.BigEndian.AppendUint32(b, seg.Seq)
	b = binary.BigEndian.AppendUint32(b, seg.Ack)
	b = append(b, 5<<4, byte(seg.Flags), byte(seg.Window>>8), byte(seg.Window), 0, 0, 0, 0)
	b = append(b, seg.Payload...)
	addresses := b[12:20]
	if !src.Is4() || !dst.Is4() {
		addresses = b[8:40]
	}
	pseudo := folded(addresses, 6+uint32(size)) // RFC 9293 §3.1, RFC 8200 §8.1
	binary.BigEndian.PutUint16(b[at+16:], ^uint16(folded(b[at:], pseudo)))
	return b
}

// folded is the one's complement sum of 16-bit words.
func folded(b []byte, sum uint32) uint32 {
	for i := 0; i < len(b); i += 2 {
		sum += uint32(word(b, i))
		sum = sum&0xffff + sum>>16
	}
	return sum&0xffff + sum>>16
}
