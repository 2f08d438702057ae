package bench

import "encoding/binary"

const (
	maxSegment   = 1448 // payload of a full packet, with the timestamps option in an MTU of 1,500
	ackEvery     = 8    // data packets a pure ACK, as long as data flows
	headersSize  = 14 + 20 + 32
	serverPort   = 80
	firstPort    = 49152
	portsPerHost = 10_000
)

const (
	flagFIN = 1
	flagSYN = 2
	flagPSH = 8
	flagACK = 16
)

// An end is one side of a connection.
type end struct {
	mac, ip [6]byte // of ip, four
	port    uint16
	seq     uint32 // of the next byte
}

// A conn is a TCP connection without loss: every packet acknowledges all there was.
type conn struct {
	c    *capture
	ends [2]end // client, server
	data int    // packets with data so far
}

const (
	client = 0
	server = 1
)

// dial opens a connection from an address and port that none had before.
func (c *capture) dial() *conn {
	n := c.Connections
	c.Connections++
	host := 1 + n/portsPerHost
	t := &conn{c: c}
	t.ends[client] = end{mac: [6]byte{2, 0, 0, 0, 0, 1}, ip: [6]byte{10, 1, byte(host >> 8), byte(host)}, port: uint16(firstPort + n%portsPerHost), seq: c.rnd.Uint32()}
	t.ends[server] = end{mac: [6]byte{2, 0, 0, 0, 0, 2}, ip: [6]byte{10, 0, 0, 80}, port: serverPort, seq: c.rnd.Uint32()}
	t.packet(client, flagSYN, nil)
	t.packet(server, flagSYN|flagACK, nil)
	t.packet(client, flagACK, nil)
	return t
}

// send sends p in full segments and one that is not.
func (t *conn) send(from int, p []byte) {
	for len(p) > 0 {
		n := min(len(p), maxSegment)
		t.packet(from, flagACK|flagPSH, p[:n])
		p = p[n:]
		if t.data++; t.data%ackEvery == 0 {
			t.packet(1-from, flagACK, nil)
		}
	}
}

// close ends the connection, from's side first.
func (t *conn) close(from int) {
	t.packet(from, flagACK|flagFIN, nil)
	t.packet(1-from, flagACK|flagFIN, nil)
	t.packet(from, flagACK, nil)
}

// packet writes one packet, RFC 894, 791, 9293, 7323.
func (t *conn) packet(from int, flags byte, payload []byte) {
	src, dst := &t.ends[from], &t.ends[1-from]
	options := t.options(from, flags)
	tcpSize := 20 + len(options) + len(payload)

	p := append(t.c.packet[:0], dst.mac[:]...)
	p = append(append(p, src.mac[:]...), 0x08, 0x00)
	p = append(p, 0x45, 0)
	p = binary.BigEndian.AppendUint16(p, uint16(20+tcpSize))
	p = append(p, byte(t.c.Packets>>8), byte(t.c.Packets), 0x40, 0, 64, 6, 0, 0)
	p = append(append(p, src.ip[:4]...), dst.ip[:4]...)
	binary.BigEndian.PutUint16(p[24:], ^fold(sum(p[14:34])))

	p = binary.BigEndian.AppendUint16(p, src.port)
	p = binary.BigEndian.AppendUint16(p, dst.port)
	p = binary.BigEndian.AppendUint32(p, src.seq)
	if flags&flagACK != 0 {
		p = binary.BigEndian.AppendUint32(p, dst.seq)
	} else {
		p = append(p, 0, 0, 0, 0)
	}
	p = append(p, byte(20+len(options))<<2, flags)
	p = binary.BigEndian.AppendUint16(p, window(flags))
	p = append(p, 0, 0, 0, 0)
	p = append(append(p, options...), payload...)
	pseudo := uint64(6) + uint64(tcpSize) + sum(p[26:34])
	binary.BigEndian.PutUint16(p[50:], ^fold(pseudo+sum(p[34:])))

	t.c.packet = p
	t.c.write(p)
	src.seq += uint32(len(payload))
	if flags&(flagSYN|flagFIN) != 0 {
		src.seq++
	}
}

// window is 65,535 bytes on a SYN, where it is not scaled, and 64,128 later.
func window(flags byte) uint16 {
	if flags&flagSYN != 0 {
		return 65535
	}
	return 501 // times 128
}

// options are the timestamps, and on a SYN what Linux sends: 1,460 bytes a segment, SACK, a window scale of 7.
func (t *conn) options(from int, flags byte) []byte {
	stamp := uint32(t.c.now / 1000)
	mine, other := stamp+uint32(from), stamp+uint32(1-from)
	o := make([]byte, 0, 20)
	switch {
	case flags&flagSYN == 0:
		o = append(o, 1, 1, 8, 10)
	default:
		o = append(o, 2, 4, 0x05, 0xb4, 4, 2, 8, 10)
	}
	o = binary.BigEndian.AppendUint32(o, mine)
	if flags&flagACK == 0 {
		other = 0
	}
	o = binary.BigEndian.AppendUint32(o, other)
	if flags&flagSYN != 0 {
		o = append(o, 1, 3, 3, 7)
	}
	return o
}

// sum adds 16-bit words, RFC 1071.
func sum(p []byte) uint64 {
	var s uint64
	for len(p) >= 4 {
		s += uint64(binary.BigEndian.Uint32(p))
		p = p[4:]
	}
	for i, c := range p {
		s += uint64(c) << (24 - 8*i)
	}
	return s
}

func fold(s uint64) uint16 {
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}
