package tlskeys

import (
	"encoding/binary"

	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
	"sioscope/protocol/tlshello"
)

const endOfEarlyData = 5 // RFC 8446 §4.5

// maxMessage bounds the handshake messages that are read.
const maxMessage = 70 << 10

// messages cuts handshake messages out of records, RFC 8446 §4. Those that are not read are skipped.
type messages struct {
	buf  []byte
	skip int
}

// write calls use at the end of every message: for those that are read with all of it, for others with the header.
func (m *messages) write(p []byte, use func(message []byte)) {
	for len(p) > 0 {
		switch {
		case m.skip > 0:
			k := min(m.skip, len(p))
			m.skip, p = m.skip-k, p[k:]
		case len(m.buf) < 4:
			p = m.fill(p, 4)
			if len(m.buf) == 4 && !m.kept() {
				m.skip = length(m.buf)
			}
		default:
			p = m.fill(p, 4+length(m.buf))
		}
		if n := len(m.buf); n >= 4 && m.skip == 0 && (n == 4+length(m.buf) || !m.kept()) {
			use(m.buf)
			m.buf = m.buf[:0]
		}
	}
}

// fill appends to buf until it has n bytes, and returns what is left of p.
func (m *messages) fill(p []byte, n int) []byte {
	k := min(n-len(m.buf), len(p))
	m.buf = append(m.buf, p[:k]...)
	return p[k:]
}

// kept reports whether all of the message is read.
func (m *messages) kept() bool {
	kind := m.buf[0]
	return (kind == tlshello.TypeEncryptedExtensions || kind == tlshello.TypeNewSessionTicket) && length(m.buf) <= maxMessage
}

func length(message []byte) int { return int(binary.BigEndian.Uint32(message) & 0xffffff) }

// message12 takes what the server says before its records are protected: the ticket of a session that may be resumed,
// RFC 5077 §3.3.
func (h *half) message12(m []byte) {
	if h.dir == fact.In && m[0] == tlshello.TypeNewSessionTicket && len(m) > 10 {
		n := int(binary.BigEndian.Uint16(m[8:]))
		h.conn.keys.learn(byTicket, m[10:10+min(n, len(m)-10)], h.conn.secret)
	}
}

// message13 takes what is said under protection.
func (h *half) message13(m []byte) {
	switch handshake := h.now.label != clientTraffic && h.now.label != serverTraffic; {
	case m[0] == tlshello.TypeEncryptedExtensions && h.now.label == serverHandshake:
		protocol, early := tlshello.ParseEncryptedExtensions(m)
		h.conn.alpn = protocol
		h.conn.early.decide(h.conn, early)
	case m[0] == tlshello.TypeFinished && handshake:
		h.turn = true
	case m[0] == endOfEarlyData && h.now.label == clientEarly:
		h.conn.early.decide(h.conn, true)
		h.turn = true
	case m[0] == tlshello.TypeKeyUpdate && !handshake:
		h.turn = true
	}
}

// maxEarly bounds early data that waits for the server's word, in bytes. Servers take 16 KiB.
const maxEarly = 1 << 20

// early is data that a client sent before the server's hello, RFC 8446 §2.3. A server that refuses it has not read it,
// and the client sends it again.
type early struct {
	pieces  []conn.Piece
	bytes   int
	decided bool
	taken   bool
}

// deliver hands on what was inside a record of an epoch.
func (c *Conn) deliver(l label, p conn.Piece) {
	e := &c.early
	switch {
	case l != clientEarly:
		if p.Dir == fact.In {
			e.decide(c, true) // the server has answered, and what it said before could not be read
		} else if !e.decided {
			e.decide(c, false) // no EndOfEarlyData came before
		}
		c.plain(p)
	case !e.decided && e.bytes+len(p.Data) <= maxEarly:
		e.bytes += len(p.Data) + 80
		p.Data = append([]byte(nil), p.Data...)
		e.pieces = append(e.pieces, p)
	case e.decided && e.taken:
		c.plain(p)
	}
}

func (e *early) decide(c *Conn, taken bool) {
	if e.decided {
		return
	}
	e.decided, e.taken = true, taken
	if out := &c.half[fact.Out]; taken && e.pieces == nil && out.now == nil && out.fails > 0 {
		c.plain(conn.Piece{Dir: fact.Out, Time: out.at, Gap: true}) // its key is not known
	}
	for _, p := range e.pieces {
		if taken {
			c.plain(p)
		}
	}
	e.pieces = nil
}
