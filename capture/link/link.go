// Package link finds the TCP segment in a captured frame.
//
// It knows the link layers that captures of HTTP traffic are made on, VLAN tags, MPLS, PPPoE, IPv4 and
// IPv6 with what may stand before TCP, IP fragments, and the tunnels that clouds and clusters mirror or
// carry traffic in (VXLAN, Geneve, GRE, ERSPAN, IP in IP). It puts no stream together: that is package
// stream's business.
//
// It verifies no checksum, of IP or of TCP: on the sending machine they are computed by the network card,
// after the capture, and are wrong in the file.
package link

import (
	"encoding/binary"
	"strconv"
)

// A Kind says what a frame turned out to be.
type Kind uint8

// The kinds of frames.
const (
	TCP         Kind = iota // the segment is filled in
	NotTCP                  // another protocol: ARP, ICMP, DNS, …
	QUIC                    // UDP that looks like QUIC (RFC 9000): HTTP/3 or WebTransport, which is not decoded
	Fragment                // an IP fragment; held until the rest of its datagram comes, or dropped
	Malformed               // a header contradicts itself or is not all there
	UnknownLink             // a link type that is not known
)

// String names the kind in lower case.
func (k Kind) String() string {
	names := [...]string{"tcp", "not tcp", "quic", "fragment", "malformed", "unknown link type"}
	if int(k) < len(names) {
		return names[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// maxTunnels is how many tunnels may stand one in another.
const maxTunnels = 4

// A Decoder finds TCP segments in frames. The zero value is ready to use. Its fields bound what it holds
// of datagrams of which fragments are missing: where one is exceeded, the oldest datagram is given up.
type Decoder struct {
	MaxDatagrams int   // datagrams held at a time; 0 means 256
	MaxHeld      int   // bytes held at a time; 0 means 8 MiB
	MaxAge       int64 // nanoseconds, by the packets' own time, from a datagram's first fragment; 0 means 30 s

	Dropped int64 // fragments that never became a whole datagram; see also Flush

	tunnels int // around what is being decoded
	held    fragments

	udpFlows flows
}

// Decode looks at one frame of the given link type: captured at the given time (nanoseconds since 1970),
// of which data was kept out of origLen bytes on the wire. Where it returns TCP, it has set every field of
// seg; else seg holds nothing of meaning.
func (d *Decoder) Decode(t Type, at int64, data []byte, origLen int, seg *Segment) Kind {
	seg.Time, seg.Joined = at, false
	d.tunnels = 0
	return d.frame(t, data, max(0, origLen-len(data)), seg)
}

// frame decodes b, which begins with a header of link type t. Everywhere in this package, cut is how many
// bytes were on the wire behind b and are not in the capture.
func (d *Decoder) frame(t Type, b []byte, cut int, seg *Segment) Kind {
	switch t {
	case Ethernet:
		return d.ethernet(b, cut, seg)
	case SLL:
		return d.network(at16(b, 14), rest(b, 16), cut, seg)
	case SLL2:
		return d.network(at16(b, 0), rest(b, 20), cut, seg)
	case Null, Loop:
		return d.loopback(b, cut, seg)
	case Raw, Raw12, Raw14, IPv4, IPv6:
		return d.ip(b, cut, seg)
	case CiscoHDLC:
		return d.network(at16(b, 2), rest(b, 4), cut, seg)
	case PPPoE:
		return d.pppoe(b, cut, seg)
	case PKTAP:
		return d.pktap(b, cut, seg)
	}
	return d.odd(t, b, cut, seg)
}

// loopback decodes the four bytes of an address family before IP, in the byte order of the machine that
// made the capture, or with Loop in network order.
func (d *Decoder) loopback(b []byte, cut int, seg *Segment) Kind {
	if len(b) < 4 {
		return Malformed
	}
	family := binary.LittleEndian.Uint32(b)
	if family > 0xffff {
		family = binary.BigEndian.Uint32(b)
	}
	switch family {
	case 2: // AF_INET everywhere
		return d.ipv4(b[4:], cut, seg)
	case 10, 23, 24, 28, 30: // AF_INET6: Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS
		return d.ipv6(b[4:], cut, seg)
	}
	return NotTCP
}

// pktap decodes Apple's header: its own length, and the link type of what follows.
func (d *Decoder) pktap(b []byte, cut int, seg *Segment) Kind {
	if len(b) < 12 {
		return Malformed
	}
	n, t := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[8:])
	if n < 12 || uint64(n) > uint64(len(b)) || t > 0xffff || !d.enter() {
		return Malformed
	}
	return d.frame(Type(t), b[n:], cut, seg)
}

// enter goes one tunnel deeper; false says that there are too many.
func (d *Decoder) enter() bool {
	d.tunnels++
	return d.tunnels <= maxTunnels
}

// at16 is the big-endian number at b[i:], or 0xffff, which is no EtherType, where b is too short.
func at16(b []byte, i int) uint16 {
	if len(b) < i+2 {
		return 0xffff
	}
	return binary.BigEndian.Uint16(b[i:])
}

// rest is b without its first n bytes, empty where b is too short.
func rest(b []byte, n int) []byte { return b[min(n, len(b)):] }
