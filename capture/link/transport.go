package link

import "encoding/binary"

// transport decodes what an IP protocol number stands before.
func (d *Decoder) transport(proto uint8, b []byte, cut int, seg *Segment) Kind {
	if proto == protoTCP {
		return tcp(b, cut, seg)
	}
	switch proto {
	case protoUDP:
		return d.udp(b, cut, seg)
	case protoAH: // before TCP in IPv4; in IPv6 it was passed over
		return d.extension(proto, b, cut, seg)
	case protoIPv4, protoIPv6:
		if !d.enter() {
			return Malformed
		}
		return d.ip(b, cut, seg)
	case protoGRE:
		return d.gre(b, cut, seg)
	}
	return NotTCP
}

// tcp decodes RFC 9293 §3.1. The header's options may be missing from the capture, nothing else of it.
func tcp(b []byte, cut int, seg *Segment) Kind {
	if len(b) < 20 {
		return Malformed
	}
	header := int(b[12]>>4) * 4
	if header < 20 || header > len(b)+cut {
		return Malformed
	}
	seg.Src.Port = binary.BigEndian.Uint16(b)
	seg.Dst.Port = binary.BigEndian.Uint16(b[2:])
	seg.Seq = binary.BigEndian.Uint32(b[4:])
	seg.Ack = binary.BigEndian.Uint32(b[8:])
	seg.Flags = Flags(b[13] & 0x3f)
	seg.Window = binary.BigEndian.Uint16(b[14:])
	if header > len(b) {
		cut -= header - len(b)
		header = len(b)
	}
	seg.Payload, seg.Missing, seg.Header = b[header:], cut, uint8(header)
	return TCP
}

// The UDP ports that mean something here.
const (
	portQUIC       = 443  // any other may carry it too
	portVXLAN      = 4789 // RFC 7348 §5; AWS mirrors traffic to it
	portVXLANLinux = 8472 // the Linux kernel's default, so flannel's and Cilium's
	portGeneve     = 6081 // RFC 8926 §3.3
	udpHeader      = 8
)

// udp decodes RFC 768: for the tunnels, and to count what looks like QUIC.
func (d *Decoder) udp(b []byte, cut int, seg *Segment) Kind {
	if len(b) < udpHeader {
		return Malformed
	}
	src, dst := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	b = b[udpHeader:]
	switch {
	case dst == portVXLAN || dst == portVXLANLinux:
		return d.vxlan(b, cut, seg)
	case dst == portGeneve:
		return d.geneve(b, cut, seg)
	case d.quic(src, dst, b, cut, seg):
		return QUIC
	}
	return NotTCP
}
