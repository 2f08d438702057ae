package link

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
)

// Every packet of these tests goes from one of these to the other.
var (
	src4, dst4 = netip.MustParseAddrPort("192.0.2.1:49152"), netip.MustParseAddrPort("198.51.100.2:3000")
	src6, dst6 = netip.MustParseAddrPort("[2001:db8::1]:49152"), netip.MustParseAddrPort("[2001:db8::2]:3000")
)

func join(parts ...[]byte) []byte { return slices.Concat(parts...) }

func hex16(v uint16) []byte { return binary.BigEndian.AppendUint16(nil, v) }

// tcpHeader is that of a segment with PSH and ACK, sequence number 0x01020304; options are a multiple of four bytes.
func tcpHeader(options string) []byte {
	b := binary.BigEndian.AppendUint16(nil, src4.Port())
	b = binary.BigEndian.AppendUint16(b, dst4.Port())
	b = binary.BigEndian.AppendUint32(b, 0x01020304)
	b = binary.BigEndian.AppendUint32(b, 0x05060708)
	b = append(b, byte(5+len(options)/4)<<4, byte(PSH|ACK)|0xc0, 0x10, 0x20, 0, 0, 0, 0) // ECE and CWR are left out
	return append(b, options...)
}

func segment(payload string) []byte { return append(tcpHeader(""), payload...) }

// ip4 is a packet of IPv4 around a body; options are a multiple of four bytes.
func ip4(proto uint8, options string, body []byte) []byte {
	return fragment4(proto, 0x1234, 0x4000, options, body)
}

// fragment4 is ip4 with the identification, and with flags and offset as they are on the wire.
func fragment4(proto uint8, id, place uint16, options string, body []byte) []byte {
	b := []byte{0x40 | byte(5+len(options)/4), 0}
	b = binary.BigEndian.AppendUint16(b, uint16(20+len(options)+len(body)))
	b = binary.BigEndian.AppendUint16(b, id)
	b = binary.BigEndian.AppendUint16(b, place)
	b = append(b, 64, proto, 0, 0)
	b = append(b, src4.Addr().AsSlice()...)
	b = append(b, dst4.Addr().AsSlice()...)
	return append(append(b, options...), body...)
}

// ip6 is a packet of IPv6; next is the first header of the body.
func ip6(next uint8, body []byte) []byte {
	b := []byte{0x60, 0, 0, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)))
	b = append(b, next, 64)
	b = append(b, src6.Addr().AsSlice()...)
	b = append(b, dst6.Addr().AsSlice()...)
	return append(b, body...)
}

// extension is an extension header of IPv6 that says what comes next and has n bytes, a multiple of eight.
func extension(next uint8, n int) []byte {
	b := make([]byte, n)
	b[0], b[1] = next, byte(n/8-1)
	return b
}

// fragmentHeader6 is IPv6's; place is the offset in bytes, a multiple of eight, and the flag in the lowest bit.
func fragmentHeader6(next uint8, id uint32, place int) []byte {
	return binary.BigEndian.AppendUint32([]byte{next, 0, byte(place >> 8), byte(place)}, id)
}

func eth(etherType uint16, body []byte) []byte {
	return join([]byte("\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02"), hex16(etherType), body)
}

func udp(src, dst uint16, body string) []byte {
	return join(hex16(src), hex16(dst), hex16(uint16(8+len(body))), []byte{0, 0}, []byte(body))
}

func repeat(s string, n int) []byte { return []byte(strings.Repeat(s, n)) }
