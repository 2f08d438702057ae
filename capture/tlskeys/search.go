package tlskeys

import (
	"sioscope/protocol/conn"
	"sioscope/protocol/tlshello"
)

// maxAhead is how many records in a row can be lost so that the next is still found. Where nonces tell (GCM in TLS 1.2)
// there is no limit.
const maxAhead = 4 << 10

// Trying costs time, which hostile input could ask for without end: it has to be earned by records that were opened.
const (
	trialBytes = 64 << 20 // of records, at first: less than a second
	trialShare = 16       // for each byte that was opened
	trialCost  = 512      // of a record, beside its bytes
)

// gap says that n bytes are missing; 0: nobody knows how many.
func (h *half) gap(at, n int64) {
	switch have := len(h.buf); {
	case h.dead:
	case h.scan:
		h.skip(int64(len(h.buf)))
		h.buf = h.buf[:0]
		h.astray(n)
	case n > 0 && have >= tlshello.HeaderSize && n <= int64(missing(h.buf)):
		h.fill(at, int(n))
	default:
		h.lost = int64(have)
		h.astray(n)
	}
}

// fill goes on behind a hole within a record.
func (h *half) fill(at int64, n int) {
	h.append(make([]byte, n))
	h.hole = true
	if whole(h.buf) {
		h.record(at, h.buf)
		h.release()
	}
}

// astray begins to look for the next record. What is in buf is looked through, too, unless bytes behind it are missing.
func (h *half) astray(n int64) {
	if !h.scan {
		kept := append([]byte(nil), h.buf...)
		if n > 0 || h.lost > 0 {
			kept = nil
		}
		h.release()
		h.buf, h.scan, h.hole = kept, true, false
		h.said = messages{}
	}
	if n == 0 {
		h.lost = -1
	} else if h.lost >= 0 {
		h.lost += n
	}
}

// search looks for a record that a key opens.
//
//  1. Whatever looks like a header is one, until its record proves otherwise.
//  2. A record that is not complete is waited for.
//  3. One that no key opens was none: the search goes on with the byte behind its beginning.
func (h *half) search(at int64, p []byte) {
	h.buf = append(h.buf, p...)
	from := 0
	for ; len(h.buf)-from >= tlshello.HeaderSize; from++ {
		rest := h.buf[from:]
		if !h.candidate(rest) {
			h.skip(1)
			continue
		}
		if len(rest) < size(rest) {
			break // 2
		}
		record, behind := cut(rest)
		if h.found(at, record) {
			h.buf, h.scan, h.lost = nil, false, 0
			h.write(at, behind)
			return
		}
		h.skip(1)
		if h.fails++; h.fails >= maxFailures || h.conn.keys.spent > trialBytes {
			h.end()
			return
		}
	}
	h.buf = append(h.buf[:0], h.buf[from:]...)
}

// skip takes note of bytes that were looked through.
func (h *half) skip(n int64) {
	if h.lost >= 0 {
		h.lost += n
	}
}

// candidate reports whether what begins here may be a protected record, or the one that says that such follow.
func (h *half) candidate(p []byte) bool {
	if !plausible(p) || p[2] != 3 {
		return false
	}
	if h.conn.tls13() {
		return p[0] == tlshello.ApplicationData
	}
	return p[0] != tlshello.ChangeCipherSpec || h.now == nil && size(p) == tlshello.HeaderSize+1
}

// found opens a record that may be any of the next few. What was lost before it is reported first.
func (h *half) found(at int64, record []byte) bool {
	if !h.conn.tls13() && record[0] == tlshello.ChangeCipherSpec {
		h.advance(0)
		return true
	}
	buf := h.conn.keys.buffer()
	defer h.conn.keys.giveBack(buf)
	ahead := uint64(maxAhead)
	if h.lost >= 0 {
		ahead = min(ahead, uint64(h.lost)/tlshello.HeaderSize+1)
	}
	content, kind, lost, ok := h.try(buf, record, ahead)
	if !ok {
		return false
	}
	if lost >= 0 {
		h.conn.deliver(h.now.label, conn.Piece{Dir: h.dir, Time: at, Gap: true, Lost: lost})
	}
	h.opened(at, kind, content)
	return true
}

// try opens the record after the next ahead ones, or one of them, of this epoch or of one that follows. lost is how many bytes of
// content are missing before it; 0: unknown; -1: none.
func (h *half) try(buf, record []byte, ahead uint64) (content []byte, kind byte, lost int64, ok bool) {
	if h.now != nil {
		before := h.now.seq
		if content, kind, ok = h.tryEpoch(h.now, buf, record, ahead); ok {
			return content, kind, h.content(h.now.seq - 1 - before), true
		}
	}
	for i := range h.later {
		e := &h.later[i]
		if content, kind, ok = h.tryEpoch(e, buf, record, ahead); ok {
			first := h.now == nil || h.now.label == clientEarly || h.now.label == clientHandshake || h.now.label == serverHandshake
			h.advance(i)
			lost = 0
			if most := uint64(1); first && (h.now.seq <= most || !h.conn.tls13() && h.now.seq <= most+1) {
				lost = -1 // nothing but the handshake's end
			}
			return content, kind, lost, true
		}
	}
	return nil, 0, 0, false
}

func (h *half) tryEpoch(e *epoch, buf, record []byte, ahead uint64) ([]byte, byte, bool) {
	k := h.conn.keys
	if seq, ok := e.hint(record); ok && seq >= e.seq {
		if content, kind, ok := e.open(buf, record, seq); ok {
			e.seq = seq + 1
			return content, kind, true
		}
	}
	for seq := e.seq; seq <= e.seq+ahead && k.spent <= trialBytes; seq++ {
		if content, kind, ok := e.open(buf, record, seq); ok {
			e.seq = seq + 1
			return content, kind, true
		}
		k.spent += int64(len(record) + trialCost)
	}
	return nil, 0, false
}

// content is how many bytes of content a number of lost records had; 0: unknown; -1: none.
func (h *half) content(records uint64) int64 {
	over := int64(h.now.overhead())
	switch n := h.lost - int64(records)*over; {
	case h.now.label == clientHandshake || h.now.label == serverHandshake || records == 0:
		return -1
	case over < 0 || h.lost < 0 || n < 0:
		return 0
	default:
		return n
	}
}
