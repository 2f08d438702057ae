package link

import (
	"bytes"
	"encoding/binary"
)

// Of QUIC (RFC 9000) only the first packets of a connection can be told from other protocols by themselves: they have a
// long header with a version. What follows has a short header, of which a single bit is known; so it is told by what went
// between the same two ports before. Where a capture begins later, on port 443, it is taken for QUIC as long as nothing
// that cannot be comes between these ports.

const (
	shortestInitial = 7  // enough to see the version and one length
	shortestShort   = 21 // RFC 9000 §10.3: less cannot even be a stateless reset
	maxFlows        = 4096
)

// A udpFlow is what goes between two ports, in both directions.
type udpFlow struct{ low, high Endpoint }

type suspicion uint8

const (
	unknownUDP suspicion = iota
	sureQUIC
	otherUDP
)

// flows remembers what UDP was, the latest and those before.
type flows struct{ now, before map[udpFlow]suspicion }

func (f *flows) of(key udpFlow) suspicion {
	if s, ok := f.now[key]; ok {
		return s
	}
	return f.before[key]
}

func (f *flows) set(key udpFlow, s suspicion) {
	if len(f.now) >= maxFlows {
		f.now, f.before = nil, f.now
	}
	if f.now == nil {
		f.now = map[udpFlow]suspicion{}
	}
	f.now[key] = s
}

// quic says whether a datagram is one of QUIC, as far as that can be told.
func (d *Decoder) quic(src, dst uint16, b []byte, cut int, seg *Segment) bool {
	key := udpFlow{Endpoint{seg.Src.Addr, src}, Endpoint{seg.Dst.Addr, dst}}
	if c := bytes.Compare(key.low.Addr[:], key.high.Addr[:]); c > 0 || c == 0 && src > dst {
		key.low, key.high = key.high, key.low
	}
	was := d.udpFlows.of(key)
	if was == sureQUIC {
		return true
	}
	likely := src == portQUIC || dst == portQUIC
	switch {
	case quicLongHeader(b):
		d.udpFlows.set(key, sureQUIC)
		return true
	case !likely || was == otherUDP || len(b) == 0:
		return false
	case b[0]&0xc0 != 0x40 || len(b)+cut < shortestShort:
		d.udpFlows.set(key, otherUDP)
		return false
	}
	return true
}

// quicLongHeader recognises RFC 9000 §17.2: two bits, and a version: 1, 2 (RFC 9369), a draft's, or one
// that is there to be refused (§15). Other protocols have the two bits too.
func quicLongHeader(b []byte) bool {
	if len(b) < shortestInitial || b[0]&0xc0 != 0xc0 {
		return false
	}
	version := binary.BigEndian.Uint32(b[1:])
	return version == 1 || version == 0x6b3343cf || version>>8 == 0xff0000 || version&0x0f0f0f0f == 0x0a0a0a0a
}
