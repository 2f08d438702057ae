package link

import "encoding/binary"

// The EtherTypes that lead to IP (IANA, "IEEE 802 Numbers").
const (
	etherIPv4      = 0x0800
	etherTEB       = 0x6558 // transparent Ethernet bridging: a whole frame
	etherVLAN      = 0x8100
	etherIPv6      = 0x86dd
	etherMPLS      = 0x8847
	etherMPLSMulti = 0x8848
	etherPPPoE     = 0x8864
	etherERSPAN    = 0x88be
	etherQinQ      = 0x88a8
	etherQinQOld   = 0x9100
	etherNone      = 0xffff // reserved: stands for a frame that is too short to have one
)

// ethernet decodes an Ethernet frame. A value below 0x600 in place of the type is a length, of an LLC
// frame (IEEE 802.3 §3.2.6), which carries IP only with a SNAP header (RFC 1042).
func (d *Decoder) ethernet(b []byte, cut int, seg *Segment) Kind {
	if len(b) < 14 {
		return Malformed
	}
	t, b := binary.BigEndian.Uint16(b[12:]), b[14:]
	if t == etherIPv4 {
		return d.ipv4(b, cut, seg)
	}
	if t < 0x600 && len(b) >= 8 && string(b[:6]) == "\xaa\xaa\x03\x00\x00\x00" {
		t, b = binary.BigEndian.Uint16(b[6:]), b[8:]
	}
	return d.network(t, b, cut, seg)
}

// network decodes what an EtherType stands before.
func (d *Decoder) network(t uint16, b []byte, cut int, seg *Segment) Kind {
	for t == etherVLAN || t == etherQinQ || t == etherQinQOld { // IEEE 802.1Q §9.4: tags stand one before another
		t, b = at16(b, 2), rest(b, 4)
	}
	switch t {
	case etherIPv4:
		return d.ipv4(b, cut, seg)
	case etherIPv6:
		return d.ipv6(b, cut, seg)
	case etherMPLS, etherMPLSMulti:
		return d.mpls(b, cut, seg)
	case etherPPPoE:
		return d.pppoe(b, cut, seg)
	case etherTEB:
		if !d.enter() {
			return Malformed
		}
		return d.ethernet(b, cut, seg)
	case etherNone:
		return Malformed
	}
	return NotTCP
}

// mpls decodes a label stack (RFC 3032 §2.1). What it carries is not written down: IP is recognised by
// its version, and a first nibble of 0 is the control word before a frame (RFC 4385 §3).
func (d *Decoder) mpls(b []byte, cut int, seg *Segment) Kind {
	for bottom := false; !bottom; b = b[4:] {
		if len(b) < 4 {
			return Malformed
		}
		bottom = b[2]&1 != 0
	}
	if len(b) == 0 {
		return Malformed
	}
	switch b[0] >> 4 {
	case 4, 6:
		return d.ip(b, cut, seg)
	case 0:
		return d.network(etherTEB, rest(b, 4), cut, seg)
	}
	return NotTCP
}

// pppoe decodes a session packet (RFC 2516 §4) with a PPP frame in it.
func (d *Decoder) pppoe(b []byte, cut int, seg *Segment) Kind {
	if len(b) < 8 {
		return Malformed
	}
	if b[1] != 0 { // discovery
		return NotTCP
	}
	return d.ppp(binary.BigEndian.Uint16(b[6:]), b[8:], cut, seg)
}

// ppp decodes what a PPP protocol number stands before (RFC 1661 §2; IANA, "PPP DLL Protocol Numbers").
func (d *Decoder) ppp(proto uint16, b []byte, cut int, seg *Segment) Kind {
	switch proto {
	case 0x0021:
		return d.ipv4(b, cut, seg)
	case 0x0057:
		return d.ipv6(b, cut, seg)
	}
	return NotTCP
}
