package link

import "net/netip"

// A Segment is one TCP segment, as one packet carried it (RFC 9293 §3.1).
type Segment struct {
	Time     int64    // nanoseconds since 1970-01-01 UTC, from the packet
	Src, Dst Endpoint // who sent it, who is to receive it
	Seq, Ack uint32   // Ack has a meaning only with the ACK flag
	Flags    Flags
	Header   uint8  // bytes of the TCP header that stand before Payload, in the same array
	Joined   bool   // it was put together of IP fragments
	Window   uint16 // as on the wire: the scale option is not applied

	// Payload is the data behind the TCP header, without link-layer padding. It belongs to whoever
	// gave the packet to the Decoder, and holds only as long as that packet's bytes do; the payload
	// of a reassembled IP datagram holds until the following Decode.
	Payload []byte

	// Missing counts the payload bytes that were on the wire behind Payload and that the capture
	// did not keep (its snap length was shorter than the packet).
	Missing int
}

// An Endpoint is one end of a TCP connection. It is comparable, so that it can be part of a map key.
type Endpoint struct {
	Addr [16]byte // IPv4 in its v4-mapped form, ::ffff:a.b.c.d (RFC 4291 §2.5.5.2)
	Port uint16
}

// AddrPort gives e in the library's form; a v4-mapped address becomes plain IPv4.
func (e Endpoint) AddrPort() netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom16(e.Addr).Unmap(), e.Port)
}

// String gives 192.0.2.1:80 or [2001:db8::1]:80.
func (e Endpoint) String() string { return e.AddrPort().String() }

// Flags are the control bits of a TCP header (RFC 9293 §3.1) that sioscope looks at.
type Flags uint8

// The control bits, with their places in the header.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
)

// String names the bits that are set, as in SYN|ACK; no bit is an empty string.
func (f Flags) String() string {
	var s string
	for i, name := range [...]string{"FIN", "SYN", "RST", "PSH", "ACK", "URG"} {
		if f&(1<<i) == 0 {
			continue
		}
		if s != "" {
			s += "|"
		}
		s += name
	}
	return s
}
