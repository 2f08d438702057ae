package link

import (
	"testing"
)

// A decodeTest is one frame that carries, or does not carry, the segment of tcpHeader with a payload.
type decodeTest struct {
	name    string
	link    Type
	in      []byte
	onWire  int // its length on the wire, where that is not len(in)
	want    Kind
	payload string
	missing int
	v6      bool
}

func (tt decodeTest) run(t *testing.T) {
	t.Helper()
	t.Run(tt.name, func(t *testing.T) {
		t.Parallel()
		var d Decoder
		var seg Segment
		got := d.Decode(tt.link, 42, tt.in, max(tt.onWire, len(tt.in)), &seg)
		if got != tt.want {
			t.Fatalf("got %v, want %v", got, tt.want)
		}
		if got == TCP {
			checkSegment(t, seg, tt.v6, tt.payload, tt.missing)
		}
	})
}

// checkSegment holds every field of a segment against what tcpHeader wrote.
func checkSegment(t *testing.T, seg Segment, v6 bool, payload string, missing int) {
	t.Helper()
	src, dst := src4, dst4
	if v6 {
		src, dst = src6, dst6
	}
	if seg.Src.AddrPort() != src || seg.Dst.AddrPort() != dst {
		t.Errorf("from %v to %v, want from %v to %v", seg.Src, seg.Dst, src, dst)
	}
	if seg.Time != 42 || seg.Seq != 0x01020304 || seg.Ack != 0x05060708 || seg.Flags != PSH|ACK || seg.Window != 0x1020 {
		t.Errorf("got %+v", seg)
	}
	if string(seg.Payload) != payload || seg.Missing != missing {
		t.Errorf("payload %q and %d bytes missing, want %q and %d", seg.Payload, seg.Missing, payload, missing)
	}
}

func TestLinkTypes(t *testing.T) {
	t.Parallel()
	v4, v6 := ip4(protoTCP, "", segment("hello")), ip6(protoTCP, segment("hello"))
	sll := func(etherType uint16, body []byte) []byte {
		return join([]byte("\x00\x00\x03\x04\x00\x06\x00\x00\x00\x00\x00\x00\x00\x00"), hex16(etherType), body)
	}
	sll2 := func(etherType uint16, body []byte) []byte {
		return join(hex16(etherType), []byte("\x00\x00\x00\x00\x00\x01\x03\x04\x00\x06\x00\x00\x00\x00\x00\x00\x00\x00"), body)
	}
	pktap := func(linkType byte, body []byte) []byte {
		return join([]byte{16, 0, 0, 0, 1, 0, 0, 0, linkType, 0, 0, 0, 1, 2, 3, 4}, body)
	}
	tests := []decodeTest{
		{name: "Ethernet, IPv4", link: Ethernet, in: eth(etherIPv4, v4)},
		{name: "Ethernet, IPv6", link: Ethernet, in: eth(etherIPv6, v6), v6: true},
		{name: "null, little-endian, IPv4", link: Null, in: join([]byte{2, 0, 0, 0}, v4)},
		{name: "null, big-endian, IPv4", link: Null, in: join([]byte{0, 0, 0, 2}, v4)},
		{name: "null, Linux", link: Null, in: join([]byte{10, 0, 0, 0}, v6), v6: true},
		{name: "null, Windows", link: Null, in: join([]byte{23, 0, 0, 0}, v6), v6: true},
		{name: "null, NetBSD", link: Null, in: join([]byte{24, 0, 0, 0}, v6), v6: true},
		{name: "null, FreeBSD, big-endian", link: Null, in: join([]byte{0, 0, 0, 28}, v6), v6: true},
		{name: "null, macOS", link: Null, in: join([]byte{30, 0, 0, 0}, v6), v6: true},
		{name: "loop", link: Loop, in: join([]byte{0, 0, 0, 24}, v6), v6: true},
		{name: "SLL, IPv4", link: SLL, in: sll(etherIPv4, v4)},
		{name: "SLL, IPv6", link: SLL, in: sll(etherIPv6, v6), v6: true},
		{name: "SLL, VLAN", link: SLL, in: sll(etherVLAN, join([]byte{0, 5}, hex16(etherIPv4), v4))},
		{name: "SLL2, IPv4", link: SLL2, in: sll2(etherIPv4, v4)},
		{name: "SLL2, IPv6", link: SLL2, in: sll2(etherIPv6, v6), v6: true},
		{name: "raw 12, IPv4", link: Raw12, in: v4},
		{name: "raw 14, IPv6", link: Raw14, in: v6, v6: true},
		{name: "raw 101, IPv4", link: Raw, in: v4},
		{name: "raw 101, IPv6", link: Raw, in: v6, v6: true},
		{name: "raw IPv4", link: IPv4, in: v4},
		{name: "raw IPv6", link: IPv6, in: v6, v6: true},
		{name: "Cisco HDLC", link: CiscoHDLC, in: join([]byte{0x0f, 0}, hex16(etherIPv4), v4)},
		{name: "PPPoE", link: PPPoE, in: join([]byte{0x11, 0, 0, 1, 0, byte(len(v4) + 2), 0, 0x21}, v4)},
		{name: "PKTAP, Ethernet", link: PKTAP, in: pktap(1, eth(etherIPv4, v4))},
		{name: "PKTAP, raw", link: PKTAP, in: pktap(12, v6), v6: true},
		{name: "PPP, with address and control", link: PPP, in: join([]byte{0xff, 3, 0, 0x21}, v4)},
		{name: "PPP, without, short protocol", link: PPP, in: join([]byte{0x21}, v4)},
		{name: "PPP in HDLC, IPv6", link: PPPHDLC, in: join([]byte{0xff, 3, 0, 0x57}, v6), v6: true},
		{name: "802.11", link: IEEE80211, in: wifi(etherIPv4, v4)},
		{name: "802.11 with radiotap", link: Radiotap, in: join([]byte("\x00\x00\x09\x00\x02\x00\x00\x00\x10"), wifi(etherIPv6, v6)), v6: true},
		{name: "802.11 with quality of service", link: IEEE80211, in: join([]byte("\x88"), wifi(etherIPv4, v4)[1:24], []byte{0, 0}, wifi(etherIPv4, v4)[24:])},
		{name: "802.11 with Prism header", link: Prism, in: join([]byte("\x44\x00\x00\x00\x18\x00\x00\x00"), make([]byte, 16), wifi(etherIPv4, v4))},
		{name: "802.11 with radiotap, no checksum", link: Radiotap, in: join([]byte("\x00\x00\x08\x00\x00\x00\x00\x00"), wifi(etherIPv4, v4)[:32+len(v4)])},
		{name: "FDDI", link: FDDI, in: join([]byte("\x50\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\xaa\xaa\x03\x00\x00\x00"), hex16(etherIPv4), v4)},
		{name: "pflog", link: PFLog, in: join([]byte{61, 2}, make([]byte, 62), v4)},
	}
	for _, tt := range tests {
		tt.want, tt.payload = TCP, "hello"
		tt.run(t)
	}
}

// wifi is an IEEE 802.11 data frame from a station, with LLC and SNAP and the checksum at its end.
func wifi(etherType uint16, body []byte) []byte {
	head := "\x08\x01\x00\x00" + "\x02\x00\x00\x00\x00\x01" + "\x02\x00\x00\x00\x00\x02" + "\x02\x00\x00\x00\x00\x03" + "\x00\x00"
	return join([]byte(head), []byte("\xaa\xaa\x03\x00\x00\x00"), hex16(etherType), body, []byte{1, 2, 3, 4})
}

func TestUnderIP(t *testing.T) {
	t.Parallel()
	v4, v6 := ip4(protoTCP, "", segment("hello")), ip6(protoTCP, segment("hello"))
	tag := func(next uint16) []byte { return join([]byte{0x20, 5}, hex16(next)) }
	tests := []decodeTest{
		{name: "VLAN", in: eth(etherVLAN, join(tag(etherIPv4), v4))},
		{name: "QinQ", in: eth(etherQinQ, join(tag(etherVLAN), tag(etherIPv6), v6)), v6: true},
		{name: "three tags", in: eth(etherQinQOld, join(tag(etherQinQ), tag(etherVLAN), tag(etherIPv4), v4))},
		{name: "802.3 with SNAP", in: eth(uint16(8+len(v4)), join([]byte("\xaa\xaa\x03\x00\x00\x00\x08\x00"), v4))},
		{name: "MPLS", in: eth(etherMPLS, join([]byte{0, 0, 0x10, 64, 0, 0, 0x21, 64}, v4))},
		{name: "MPLS, IPv6", in: eth(etherMPLSMulti, join([]byte{0, 0, 0x21, 64}, v6)), v6: true},
		{name: "MPLS, Ethernet", in: eth(etherMPLS, join([]byte{0, 0, 0x21, 64, 0, 0, 0, 0}, eth(etherIPv4, v4)))},
		{name: "PPPoE", in: eth(etherPPPoE, join([]byte{0x11, 0, 0, 1, 0, byte(len(v4) + 2), 0, 0x21}, v4))},
		{name: "PPPoE, IPv6, in a VLAN", in: eth(etherVLAN, join(tag(etherPPPoE), []byte{0x11, 0, 0, 1, 0, byte(len(v6) + 2), 0, 0x57}, v6)), v6: true},
		{name: "IPv4 options", in: eth(etherIPv4, ip4(protoTCP, "\x94\x04\x00\x00\x00\x00\x00\x00", segment("hello")))},
		{name: "IPv4 with AH", in: eth(etherIPv4, ip4(protoAH, "", join([]byte{protoTCP, 4}, make([]byte, 22), segment("hello"))))},
		{name: "hop-by-hop", in: eth(etherIPv6, ip6(protoHopByHop, join(extension(protoTCP, 8), segment("hello")))), v6: true},
		{name: "all extension headers", in: eth(etherIPv6, ip6(protoHopByHop, join(extension(protoDestination, 16), extension(protoRouting, 8), extension(protoMobility, 24),
			extension(protoAH, 8), []byte{protoFragment, 4}, make([]byte, 22), fragmentHeader6(protoDestination, 1, 0), extension(protoTCP, 8), segment("hello")))), v6: true},
		{name: "TCP options", in: eth(etherIPv4, ip4(protoTCP, "", join(tcpHeader("\x01\x01\x08\x0a12345678"), []byte("hello"))))},
		{name: "TCP options, as many as there may be", in: eth(etherIPv4, ip4(protoTCP, "", join(tcpHeader(string(repeat("\x01", 40))), []byte("hello"))))},
		{name: "padding", in: eth(etherIPv4, join(v4, repeat("\x00", 20)))},
		{name: "padding behind IPv6", in: eth(etherIPv6, join(v6, repeat("\xff", 20))), v6: true},
		{name: "total length 0", in: eth(etherIPv4, join(v4[:2], []byte{0, 0}, v4[4:]))},
		{name: "payload length 0", in: eth(etherIPv6, join(v6[:4], []byte{0, 0}, v6[6:])), v6: true},
	}
	for _, tt := range tests {
		tt.link, tt.want, tt.payload = Ethernet, TCP, "hello"
		tt.run(t)
	}
}

func TestTunnels(t *testing.T) {
	t.Parallel()
	v4 := ip4(protoTCP, "", segment("hello"))
	inner := eth(etherIPv4, v4)
	vxlan := func(port uint16, body []byte) []byte {
		return eth(etherIPv4, ip4(protoUDP, "", udp(55555, port, "\x08\x00\x00\x00\x00\x00\x07\x00"+string(body))))
	}
	gre := func(head string, body []byte) []byte {
		return eth(etherIPv4, ip4(protoGRE, "", join([]byte(head), body)))
	}
	deep := v4
	for range maxTunnels {
		deep = ip4(protoIPv4, "", deep)
	}
	tests := []decodeTest{
		{name: "VXLAN", in: vxlan(portVXLAN, inner)},
		{name: "VXLAN on Linux", in: vxlan(portVXLANLinux, inner)},
		{name: "VXLAN in VXLAN", in: vxlan(portVXLAN, vxlan(portVXLAN, inner))},
		{name: "Geneve, an Ethernet frame", in: eth(etherIPv4, ip4(protoUDP, "", udp(5, portGeneve, "\x02\x00\x65\x58\x00\x00\x07\x00"+"8 bytes:"+string(inner))))},
		{name: "Geneve, IP", in: eth(etherIPv4, ip4(protoUDP, "", udp(5, portGeneve, "\x00\x00\x08\x00\x00\x00\x07\x00"+string(v4))))},
		{name: "IP in IP", in: eth(etherIPv4, ip4(protoIPv4, "", v4))},
		{name: "IP in IPv6", in: eth(etherIPv6, ip6(protoIPv4, v4))},
		{name: "as many as there may be", in: eth(etherIPv4, deep)},
		{name: "GRE", in: gre("\x00\x00\x08\x00", v4)},
		{name: "GRE with all fields", in: gre("\xb0\x00\x65\x58"+"csumkey:seq.", inner)},
		{name: "ERSPAN, first type", in: gre("\x00\x00\x88\xbe", inner)},
		{name: "ERSPAN, second type", in: gre("\x10\x00\x88\xbe"+"seq."+"\x10\x00\x00\x00\x00\x00\x00\x00", inner)},
	}
	for _, tt := range tests {
		tt.link, tt.want, tt.payload = Ethernet, TCP, "hello"
		tt.run(t)
	}
	others := []decodeTest{
		{name: "one tunnel too many", in: eth(etherIPv4, ip4(protoIPv4, "", deep)), want: Malformed},
		{name: "PPTP's GRE", in: gre("\x30\x01\x88\x0b"+"12345678", v4), want: NotTCP},
		{name: "GRE cut", in: gre("\xb0\x00\x65\x58"+"csum", nil), want: Malformed},
		{name: "something else on VXLAN's port", in: eth(etherIPv4, ip4(protoUDP, "", udp(5, portVXLAN, "12345678"+string(inner)))), want: NotTCP},
		{name: "something else on Geneve's port", in: eth(etherIPv4, ip4(protoUDP, "", udp(5, portGeneve, "\xff2345678"))), want: NotTCP},
		{name: "Geneve options longer than the packet", in: eth(etherIPv4, ip4(protoUDP, "", udp(5, portGeneve, "\x3f\x00\x65\x58\x00\x00\x07\x00"+string(inner)))), want: Malformed},
		{name: "an inner packet that the mirror cut", in: vxlan(portVXLAN, inner[:len(inner)-2]), want: TCP, payload: "hel", missing: 2},
	}
	for _, tt := range others {
		tt.link = Ethernet
		tt.run(t)
	}
}

func TestSnapLength(t *testing.T) {
	t.Parallel()
	v4 := eth(etherIPv4, ip4(protoTCP, "", segment("hello")))
	v6 := eth(etherIPv6, ip6(protoTCP, segment("hello")))
	opts := eth(etherIPv4, ip4(protoTCP, "", join(tcpHeader("\x01\x01\x08\x0a12345678"), []byte("hello"))))
	long := join(v4[:16], []byte{0, 0}, v4[18:])
	tests := []decodeTest{
		{name: "in the payload", in: v4[:56], onWire: len(v4), payload: "he", missing: 3},
		{name: "in the payload of IPv6", in: v6[:76], onWire: len(v6), payload: "he", missing: 3, v6: true},
		{name: "behind the header", in: v4[:54], onWire: len(v4), missing: 5},
		{name: "in the TCP options", in: opts[:58], onWire: len(opts), missing: 5},
		{name: "in the padding", in: join(v4, []byte{0}), onWire: len(v4) + 20, payload: "hello"},
		{name: "in a packet of total length 0", in: long[:56], onWire: len(long) + 3000, payload: "he", missing: 3003},
		{name: "that the file does not tell", in: v4[:56], payload: "he", missing: 3},
		{name: "with a length on the wire that is too small", in: v4, onWire: 3, payload: "hello"},
	}
	for _, tt := range tests {
		tt.link, tt.want = Ethernet, TCP
		tt.run(t)
	}
}

func TestOtherKinds(t *testing.T) {
	t.Parallel()
	quic := func(src, dst uint16, body string) []byte {
		return eth(etherIPv6, ip6(protoUDP, udp(src, dst, body)))
	}
	tests := []decodeTest{
		{name: "ARP", in: eth(0x0806, make([]byte, 28)), want: NotTCP},
		{name: "spanning tree", in: eth(38, join([]byte("\x42\x42\x03"), make([]byte, 35))), want: NotTCP},
		{name: "ICMP", in: eth(etherIPv4, ip4(1, "", make([]byte, 8))), want: NotTCP},
		{name: "ICMPv6", in: eth(etherIPv6, ip6(58, make([]byte, 8))), want: NotTCP},
		{name: "no next header", in: eth(etherIPv6, ip6(59, nil)), want: NotTCP},
		{name: "ESP", in: eth(etherIPv6, ip6(50, make([]byte, 40))), want: NotTCP},
		{name: "PPPoE discovery", in: eth(etherPPPoE, []byte("\x11\x09\x00\x00\x00\x04\x01\x01\x00\x00")), want: NotTCP},
		{name: "PPP control in PPPoE", in: eth(etherPPPoE, []byte("\x11\x00\x00\x01\x00\x04\xc0\x21\x09\x00")), want: NotTCP},
		{name: "MPLS with something else", in: eth(etherMPLS, []byte{0, 0, 0x21, 64, 0xf0}), want: NotTCP},
		{name: "DNS", in: quic(5353, 53, "\xc0\x00\x01\x00\x00\x01\x00\x00\x00\x00"), want: NotTCP},
		{name: "QUIC, port 443", in: quic(55555, 443, "\x40a short header, and what it protects"), want: QUIC},
		{name: "QUIC, answer", in: quic(443, 55555, "\x40a short header, and what it protects"), want: QUIC},
		{name: "QUIC version 1 elsewhere", in: quic(55555, 8443, "\xc3\x00\x00\x00\x01\x08\x00"), want: QUIC},
		{name: "QUIC version 2 elsewhere", in: quic(55555, 8443, "\xd3\x6b\x33\x43\xcf\x08\x00"), want: QUIC},
		{name: "QUIC draft 29 elsewhere", in: quic(55555, 8443, "\xc3\xff\x00\x00\x1d\x08\x00"), want: QUIC},
		{name: "QUIC greased elsewhere", in: quic(55555, 8443, "\xc3\x1a\x2a\x3a\x4a\x08\x00"), want: QUIC},
		{name: "QUIC without the fixed bit", in: quic(55555, 8443, "\x83\x00\x00\x00\x01\x08\x00"), want: NotTCP},
		{name: "DTLS, port 443", in: quic(55555, 443, "\x16\xfe\xfd a record that is long enough"), want: NotTCP},
		{name: "STUN, port 443", in: quic(55555, 443, "\x00\x01\x00\x08\x21\x12\xa4\x42 a binding request"), want: NotTCP},
		{name: "too little for QUIC, port 443", in: quic(55555, 443, "\x40 twenty bytes long."), want: NotTCP},
		{name: "QUIC too short", in: quic(55555, 8443, "\xc3\x00\x00\x00\x01\x08"), want: NotTCP},
		{name: "another address family", link: Null, in: []byte{7, 0, 0, 0, 1, 2, 3, 4}, want: NotTCP},
		{name: "802.11 beacon", link: IEEE80211, in: join([]byte("\x80\x00\x00\x00"), make([]byte, 40)), want: NotTCP},
		{name: "PPP control", link: PPP, in: []byte("\xff\x03\xc0\x21\x09\x00\x00\x04"), want: NotTCP},
		{name: "802.11, encrypted", link: IEEE80211, in: join([]byte("\x08\x41"), wifi(etherIPv4, ip4(protoTCP, "", segment("hello")))[2:]), want: NotTCP},
		{name: "unknown link type", link: 147, in: eth(etherIPv4, ip4(protoTCP, "", segment("hello"))), want: UnknownLink},
		{name: "PKTAP around an unknown link type", link: PKTAP, in: []byte{12, 0, 0, 0, 1, 0, 0, 0, 147, 0, 0, 0, 1, 2, 3}, want: UnknownLink},
	}
	for _, tt := range tests {
		if tt.link == 0 && tt.name != "another address family" {
			tt.link = Ethernet
		}
		tt.run(t)
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	v4, v6 := ip4(protoTCP, "", segment("hello")), ip6(protoTCP, segment("hello"))
	with := func(b []byte, i int, v byte) []byte {
		b = join(b)
		b[i] = v
		return b
	}
	tests := []decodeTest{
		{name: "an empty frame", link: Ethernet},
		{name: "an empty loopback frame", link: Null},
		{name: "an empty cooked frame", link: SLL},
		{name: "an empty cooked frame, version 2", link: SLL2},
		{name: "an empty raw frame", link: Raw},
		{name: "an empty PPP frame", link: PPP},
		{name: "an empty PPPoE frame", link: PPPoE},
		{name: "an empty HDLC frame", link: CiscoHDLC},
		{name: "an empty PKTAP frame", link: PKTAP},
		{name: "Ethernet cut", link: Ethernet, in: eth(etherIPv4, nil)[:13]},
		{name: "cooked frame cut", link: SLL, in: make([]byte, 15)},
		{name: "VLAN cut", link: Ethernet, in: eth(etherVLAN, []byte{0, 5, 8})},
		{name: "MPLS cut", link: Ethernet, in: eth(etherMPLS, []byte{0, 0, 0x20, 64, 0, 0})},
		{name: "MPLS without anything", link: Ethernet, in: eth(etherMPLS, []byte{0, 0, 0x21, 64})},
		{name: "radiotap longer than the frame", link: Radiotap, in: []byte("\x00\x00\xff\x00\x00\x00\x00\x00")},
		{name: "PKTAP longer than the frame", link: PKTAP, in: []byte{13, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}},
		{name: "PKTAP shorter than itself", link: PKTAP, in: []byte{0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0}},
		{name: "IPv4 cut, in PPP", link: PPP, in: join([]byte{0xff, 3, 0, 0x21}, v4[:19])},
		{name: "802.11 cut", link: IEEE80211, in: []byte("\x08\x01\x00")},
		{name: "pflog cut", link: PFLog, in: make([]byte, 60)},
		{name: "IPv4 cut", link: IPv4, in: v4[:19]},
		{name: "IPv4 of version 5", link: IPv4, in: with(v4, 0, 0x55)},
		{name: "IPv4 header of 16 bytes", link: IPv4, in: with(v4, 0, 0x44)},
		{name: "IPv4 header beyond the frame", link: IPv4, in: with(v4, 0, 0x4f)[:24]},
		{name: "IPv4 total shorter than the header", link: IPv4, in: with(v4, 3, 19)},
		{name: "IPv4 total shorter than TCP's header", link: IPv4, in: with(v4, 3, 39)},
		{name: "IPv6 in a frame of IPv4", link: Ethernet, in: eth(etherIPv4, v6)},
		{name: "IPv4 in a frame of IPv6", link: Ethernet, in: eth(etherIPv6, v4)},
		{name: "IPv6 cut", link: IPv6, in: v6[:39]},
		{name: "extension header cut", link: IPv6, in: ip6(protoHopByHop, []byte{protoTCP, 0, 0})},
		{name: "extension header beyond the packet", link: IPv6, in: ip6(protoRouting, join([]byte{protoTCP, 9}, make([]byte, 40)))},
		{name: "AH cut", link: IPv6, in: ip6(protoAH, []byte{protoTCP, 4, 0, 0})},
		{name: "AH beyond the packet", link: IPv6, in: ip6(protoAH, join([]byte{protoTCP, 90}, make([]byte, 40)))},
		{name: "fragment header cut", link: IPv6, in: ip6(protoFragment, make([]byte, 7))},
		{name: "UDP cut", link: IPv4, in: ip4(protoUDP, "", make([]byte, 7))},
		{name: "TCP cut", link: IPv4, in: v4[:39]},
		{name: "TCP header of 16 bytes", link: IPv4, in: with(v4, 32, 0x40)},
		{name: "TCP header beyond the packet", link: IPv4, in: with(v4, 32, 0xf0)},
	}
	for _, tt := range tests {
		tt.want = Malformed
		tt.run(t)
	}
}
