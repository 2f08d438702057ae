package link

import "encoding/binary"

// vxlan decodes RFC 7348 §5: eight bytes, of which one bit says that it is VXLAN, and an Ethernet frame.
func (d *Decoder) vxlan(b []byte, cut int, seg *Segment) Kind {
	if len(b) < 8 || b[0]&0x08 == 0 {
		return NotTCP // the port is used by something else
	}
	return d.network(etherTEB, b[8:], cut, seg)
}

// geneve decodes RFC 8926 §3.4: options whose length is counted in 32 bits, and what an EtherType says.
func (d *Decoder) geneve(b []byte, cut int, seg *Segment) Kind {
	if len(b) < 8 || b[0]>>6 != 0 {
		return NotTCP
	}
	header := 8 + int(b[0]&0x3f)*4
	if header > len(b) || !d.enter() {
		return Malformed
	}
	return d.network(at16(b, 2), b[header:], cut, seg)
}

// The bits that say which fields a GRE header has (RFC 2784 §2.1, RFC 2890 §2).
const (
	greChecksum = 0x8000
	greKey      = 0x2000
	greSequence = 0x1000
	greVersion  = 0x0007
)

// gre decodes a GRE header and what an EtherType says. ERSPAN, by which switches mirror traffic, has eight
// bytes more before the mirrored frame, except in its first type, which has no sequence number either.
func (d *Decoder) gre(b []byte, cut int, seg *Segment) Kind {
	if len(b) < 4 {
		return Malformed
	}
	flags, t, header := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:]), 4
	if flags&greVersion != 0 { // PPTP's
		return NotTCP
	}
	for _, field := range [...]uint16{greChecksum, greKey, greSequence} {
		if flags&field != 0 {
			header += 4
		}
	}
	if t == etherERSPAN {
		t = etherTEB
		if flags&greSequence != 0 {
			header += 8
		}
	}
	if header > len(b) || !d.enter() {
		return Malformed
	}
	return d.network(t, b[header:], cut, seg)
}
