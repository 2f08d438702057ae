package tlskeys

import (
	"encoding/binary"

	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/tlshello"
)

// An epoch is a stretch of records under one key.
type epoch struct {
	opener
	label  label  // TLS 1.3
	secret []byte // TLS 1.3
	seq    uint64 // of the next record
}

// maxFailures is after how many records in a row that no key fits a direction is given up.
const maxFailures = 64

// half is one direction of a connection that can be read.
type half struct {
	conn  *Conn
	dir   fact.Dir
	now   *epoch  // nil before protected records
	later []epoch // what follows it
	buf   []byte  // of a record that is not complete
	hole  bool    // bytes of it are missing
	loose bool    // a record was lost of which it is not known what it was
	scan  bool    // the beginning of a record is looked for
	lost  int64   // with scan: bytes since the last record; -1: unknown
	fails int     // records in a row that were not opened
	at    int64   // time of the last of them
	dead  bool
	turn  bool // the epoch ends with this record
	said  messages
}

// write takes the direction's next bytes.
func (h *half) write(at int64, p []byte) {
	for len(p) > 0 && !h.dead && h.conn.phase == readable {
		if h.scan {
			h.search(at, p)
			return
		}
		record := p
		if len(h.buf) == 0 && whole(p) {
			record, p = cut(p)
			h.record(at, record)
			continue
		}
		k := min(missing(h.buf), len(p))
		h.append(p[:k])
		p = p[k:]
		switch {
		case len(h.buf) == tlshello.HeaderSize && !plausible(h.buf):
			h.astray(0)
		case whole(h.buf):
			h.record(at, h.buf)
			h.release()
		}
	}
}

// whole reports whether p begins with a record that is complete.
func whole(p []byte) bool {
	return len(p) >= tlshello.HeaderSize && plausible(p) && len(p) >= size(p)
}

func size(header []byte) int {
	return tlshello.HeaderSize + int(binary.BigEndian.Uint16(header[3:]))
}

func cut(p []byte) (record, rest []byte) { n := size(p); return p[:n], p[n:] }

// missing is how many bytes a record lacks as far as it is known.
func missing(record []byte) int {
	if len(record) < tlshello.HeaderSize {
		return tlshello.HeaderSize - len(record)
	}
	return size(record) - len(record)
}

// plausible reports whether a header can be one, RFC 8446 §5.1.
func plausible(header []byte) bool {
	return header[0] >= tlshello.ChangeCipherSpec && header[0] <= tlshello.ApplicationData+1 &&
		header[1] == 3 && header[2] <= 4 && size(header)-tlshello.HeaderSize <= maxRecord
}

// append adds to buf, which changes to a lent buffer where it grows long.
func (h *half) append(p []byte) {
	const short = 4 << 10
	if n := len(h.buf) + len(p); n > short && cap(h.buf) < maxBuffer {
		h.buf = append(h.conn.keys.buffer(), h.buf...)
	}
	h.buf = append(h.buf, p...)
}

// release empties buf.
func (h *half) release() {
	if cap(h.buf) == maxBuffer {
		h.conn.keys.giveBack(h.buf)
		h.buf = nil
	}
	h.buf, h.hole = h.buf[:0], false
}

// record takes a record.
func (h *half) record(at int64, record []byte) {
	if h.conn.tls13() {
		if record[0] == tlshello.ApplicationData {
			h.protected(at, record)
		}
		return
	}
	switch kind := record[0]; {
	case h.now != nil && kind == tlshello.ChangeCipherSpec:
		h.end() // a renegotiation
	case h.now != nil:
		h.protected(at, record)
	case kind == tlshello.ChangeCipherSpec:
		h.advance(0)
	case kind == tlshello.Handshake && !h.hole:
		h.said.write(record[tlshello.HeaderSize:], h.message12)
	}
}

func (h *half) protected(at int64, record []byte) {
	switch {
	case h.hole && (h.now == nil || h.loose):
		h.loose = true
		return
	case h.hole:
		h.missed(at, record)
		h.now.seq++
		return
	}
	buf := h.conn.keys.buffer()
	content, kind, ok := h.open(buf, record)
	if ok {
		h.opened(at, kind, content)
	} else {
		h.failed(at, record)
	}
	h.conn.keys.giveBack(buf)
}

// open opens the next record, with the present key or the first of those that follow.
func (h *half) open(buf, record []byte) (content []byte, kind byte, ok bool) {
	if h.loose || h.fails > 0 {
		ahead := uint64(h.fails)
		if h.loose {
			ahead = maxAhead
		}
		h.lost = -1
		content, kind, _, ok = h.try(buf, record, ahead)
		h.loose = h.loose && !ok
		return content, kind, ok
	}
	if h.now != nil {
		if content, kind, ok = h.now.open(buf, record, h.now.seq); ok {
			h.now.seq++
			return content, kind, true
		}
	}
	for i := range h.later {
		if content, kind, ok = h.later[i].open(buf, record, 0); ok {
			h.advance(i)
			h.now.seq = 1
			return content, kind, true
		}
	}
	return nil, 0, false
}

// advance makes the i-th epoch of those to come the present one. TLS 1.3 always has one more.
func (h *half) advance(i int) {
	if i >= len(h.later) {
		return
	}
	e := h.later[i]
	h.now, h.later = &e, h.later[i+1:]
	h.said = messages{}
	if h.now.label != clientTraffic && h.now.label != serverTraffic {
		return
	}
	secret := nextSecret(h.conn.suite, e.secret)
	if o, err := derive13(h.conn.suite, secret); err == nil {
		h.later = []epoch{{opener: o, label: e.label, secret: secret}}
	}
}

// opened takes the content of a record.
func (h *half) opened(at int64, kind byte, content []byte) {
	h.fails, h.conn.opens = 0, true
	k := h.conn.keys
	k.spent = max(0, k.spent-int64(trialShare*len(content)))
	switch kind {
	case tlshello.ApplicationData:
		if len(content) > 0 {
			h.conn.deliver(h.now.label, conn.Piece{Dir: h.dir, Time: at, Data: content})
		}
	case tlshello.Handshake:
		if h.conn.tls13() {
			h.said.write(content, h.message13)
		}
	}
	if h.turn {
		h.turn = false
		h.advance(0)
	}
}

// failed takes note of a record that no key opens: it is damaged, or of an epoch of which there is no key.
func (h *half) failed(at int64, record []byte) {
	h.fails++
	h.at = at
	if h.now != nil && h.now.seq > 0 {
		h.missed(at, record)
	}
	if h.fails < maxFailures && (h.conn.opens || h.conn.tls13()) {
		return
	}
	if h.conn.opens {
		h.end()
	} else {
		h.conn.giveUp(lang.Mark(wrongKey))
	}
}

// end gives the direction up.
func (h *half) end() {
	h.release()
	h.dead, h.buf = true, nil
}

// missed reports that the content of a record is not known.
func (h *half) missed(at int64, record []byte) {
	n := int64(0)
	if over := h.now.overhead(); over > 0 {
		n = max(0, int64(len(record)-over))
	}
	if h.carries(record[0]) {
		h.conn.deliver(h.now.label, conn.Piece{Dir: h.dir, Time: at, Gap: true, Lost: n})
	}
}

// carries reports whether a record of a type may have carried what is inside of the connection.
func (h *half) carries(kind byte) bool {
	return kind == tlshello.ApplicationData && h.now.label != clientHandshake && h.now.label != serverHandshake
}
