package link

import "encoding/binary"

// The protocol numbers that lead to TCP (IANA, "Protocol Numbers").
const (
	protoHopByHop    = 0
	protoIPv4        = 4
	protoTCP         = 6
	protoUDP         = 17
	protoIPv6        = 41
	protoRouting     = 43
	protoFragment    = 44
	protoGRE         = 47
	protoAH          = 51
	protoDestination = 60
	protoMobility    = 135
	protoHIP         = 139
	protoShim6       = 140
)

// ip decodes IP of the version that its first nibble says.
func (d *Decoder) ip(b []byte, cut int, seg *Segment) Kind {
	if len(b) > 0 && b[0]>>4 == 6 {
		return d.ipv6(b, cut, seg)
	}
	return d.ipv4(b, cut, seg)
}

// ipv4 decodes RFC 791 §3.1. The total length cuts off what Ethernet padded; a total length of 0 is that
// of a packet which the network card had yet to divide, and means all there is.
func (d *Decoder) ipv4(b []byte, cut int, seg *Segment) Kind {
	if len(b) < 20 || b[0]>>4 != 4 {
		return Malformed
	}
	header, total := int(b[0]&0xf)*4, int(binary.BigEndian.Uint16(b[2:]))
	if total == 0 {
		total = len(b) + cut
	}
	if header < 20 || header > total || header > len(b) {
		return Malformed
	}
	mapIPv4(&seg.Src.Addr, b[12:16])
	mapIPv4(&seg.Dst.Addr, b[16:20])
	proto, place := b[9], binary.BigEndian.Uint16(b[6:])
	id := uint32(binary.BigEndian.Uint16(b[4:]))
	b, cut = clip(b, total)
	b = b[header:]
	if place&0x3fff != 0 { // more fragments, or not the first
		return d.fragment(piece{id: id, proto: proto, off: int(place&0x1fff) * 8, more: place&0x2000 != 0, data: b, cut: cut}, seg)
	}
	return d.transport(proto, b, cut, seg)
}

// mapIPv4 writes an IPv4 address in its v4-mapped form.
func mapIPv4(dst *[16]byte, addr []byte) {
	binary.BigEndian.PutUint64(dst[:8], 0)
	binary.BigEndian.PutUint64(dst[8:], 0xffff<<32|uint64(binary.BigEndian.Uint32(addr)))
}

// ipv6 decodes RFC 8200 §3. A payload length of 0 is a jumbogram's (RFC 2675) or that of a packet which
// the network card had yet to divide, and means all there is.
func (d *Decoder) ipv6(b []byte, cut int, seg *Segment) Kind {
	if len(b) < 40 || b[0]>>4 != 6 {
		return Malformed
	}
	seg.Src.Addr, seg.Dst.Addr = [16]byte(b[8:24]), [16]byte(b[24:40])
	payload, next := int(binary.BigEndian.Uint16(b[4:])), b[6]
	if payload != 0 {
		b, cut = clip(b, 40+payload)
	}
	return d.extension(next, b[40:], cut, seg)
}

// extension passes over the extension headers of RFC 8200 §4, and what has their form.
func (d *Decoder) extension(next uint8, b []byte, cut int, seg *Segment) Kind {
	for {
		var size int
		switch next {
		default:
			return d.transport(next, b, cut, seg)
		case protoFragment:
			if len(b) < 8 {
				return Malformed
			}
			if p := fragmentHeader(b, cut); p.more || p.off > 0 {
				return d.fragment(p, seg)
			}
			size = 8 // the whole datagram in one fragment (RFC 6946)
		case protoHopByHop, protoRouting, protoDestination, protoMobility, protoHIP, protoShim6:
			if len(b) < 8 {
				return Malformed
			}
			size = int(b[1])*8 + 8
		case protoAH: // RFC 4302 §2.2 counts in 32 bits
			if len(b) < 8 {
				return Malformed
			}
			size = int(b[1])*4 + 8
		}
		if size > len(b) {
			return Malformed
		}
		next, b = b[0], b[size:]
	}
}

// fragmentHeader decodes RFC 8200 §4.5.
func fragmentHeader(b []byte, cut int) piece {
	place := binary.BigEndian.Uint16(b[2:])
	return piece{v6: true, id: binary.BigEndian.Uint32(b[4:]), proto: b[0],
		off: int(place &^ 7), more: place&1 != 0, data: b[8:], cut: cut}
}

// clip shortens b to total bytes, and says how many of them the capture does not have.
func clip(b []byte, total int) (kept []byte, cut int) {
	if total > len(b) {
		return b, total - len(b)
	}
	return b[:total], 0
}
