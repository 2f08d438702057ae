package http1

import (
	"bytes"

	"sioscope/protocol/fact"
)

// half is one direction.
type half struct {
	state state
	blank bool     // chunkSize: the rest of the line is an extension
	count int      // chunkSize: digits; trailer: bytes of the line
	left  int64    // bytes of the body or of the chunk still to come
	msg   *message // nil between messages
	seek  *seeker  // while seeking
	held  []Segment
	size  int // bytes in held
}

type state uint8

const (
	between   state = iota // the next byte that is no line end begins a message
	inHead                 // start line and field lines
	sized                  // a body with Content-Length
	chunkSize              // RFC 9112 §7.1
	chunkData
	chunkEnd // the line end after a chunk
	trailer
	untilClose // a response's body without a length
	holding    // bytes are kept back: it is not known whether this is still HTTP
	seeking    // looking for a start line
)

// step consumes at least one byte of p or changes the state.
func (c *Conn) step(dir fact.Dir, at int64, p []byte) []byte {
	if dir == fact.In {
		c.pairing.heard = at
	}
	h := &c.half[dir]
	switch h.state {
	case between:
		return c.startMessage(dir, at, p)
	case inHead:
		return c.readHead(dir, at, p)
	case sized, chunkData, untilClose:
		return c.readBody(dir, at, p)
	case chunkSize:
		return c.readChunkSize(dir, at, p)
	case chunkEnd:
		return c.readChunkEnd(dir, at, p)
	case trailer:
		return c.readTrailer(dir, at, p)
	case holding:
		return c.hold(dir, at, p)
	}
	return c.search(dir, at, p)
}

// startMessage skips empty lines, which RFC 9112 §2.2 wants ignored.
func (c *Conn) startMessage(dir fact.Dir, at int64, p []byte) []byte {
	if dir == fact.Out && c.late != nil && !isAlphanumeric(p[0]) {
		c.turn(*c.late)
		return p
	}
	for len(p) > 0 && (p[0] == '\r' || p[0] == '\n') {
		p = p[1:]
	}
	if len(p) > 0 {
		h := &c.half[dir]
		h.msg, h.state = c.opt.message(), inHead
		h.msg.start = at
	}
	return p
}

// readHead reads up to the next line end.
func (c *Conn) readHead(dir fact.Dir, at int64, p []byte) []byte {
	m := c.half[dir].msg
	n := bytes.IndexByte(p, '\n') + 1
	whole := n > 0
	if !whole {
		n = len(p)
	}
	room := max(0, c.opt.maxHead()-len(m.head)) // the search for a start line may have kept more
	fits := n <= room
	if !fits {
		n, whole = room, false
	}
	before := len(m.head)
	m.head = append(m.head, p[:n]...)
	m.end = at
	if m.first == 0 {
		if k := len(m.marks); k == 0 || m.marks[k-1].at != at && k < maxMarks {
			m.marks = append(m.marks, mark{before, at})
		}
		likely := like(dir, m.head)
		if whole && likely && m.parseStart(dir) {
			c.began = true
		} else if whole || !likely {
			return c.notHTTP(dir, before, p)
		}
	}
	if !fits {
		c.headTooLong(dir, at)
	} else if whole {
		line := m.head[m.line:]
		if len(trimEnd(line)) == 0 {
			c.headDone(dir, m)
		} else {
			m.folded = m.folded || line[0] == ' ' || line[0] == '\t'
			m.line = len(m.head)
		}
	}
	return p[n:]
}

// parseStart reads the start line, which is all of head, and reports whether it is one.
func (m *message) parseStart(dir fact.Dir) bool {
	line := trimEnd(m.head)
	if dir == fact.Out {
		method, target, ok := parseRequestLine(line)
		if !ok {
			return false
		}
		m.method, m.target, m.proto = word(method), string(target), version(line)
	} else {
		status, _, ok := parseStatusLine(line)
		if !ok {
			return false
		}
		m.status = status
	}
	m.first = len(m.head)
	return true
}

func like(dir fact.Dir, p []byte) bool {
	if dir == fact.Out {
		return LikeRequest(p)
	}
	return LikeResponse(p)
}

// notHTTP begins to look for a start line, at the bytes that were taken for one: n of them were read before p.
func (c *Conn) notHTTP(dir fact.Dir, n int, p []byte) []byte {
	h := &c.half[dir]
	m := h.msg
	h.msg = nil
	what := "http: no request line"
	if dir == fact.In {
		what = "http: no status line"
	}
	c.pairing.lose(m.start)
	c.seek(dir, what)
	for i, k := range m.marks {
		end := n
		if i+1 < len(m.marks) {
			end = min(n, m.marks[i+1].from)
		}
		for before := m.head[min(k.from, n):end]; len(before) > 0; {
			before = c.search(dir, k.at, before) // there is no line end in it, so no start line
		}
	}
	c.opt.release(m)
	return p
}

func (c *Conn) headTooLong(dir fact.Dir, at int64) {
	c.malformed(dir, at, "http: header block too long", c.half[dir].msg.head)
	c.abandon(dir, true)
	if c.switched == nil {
		c.pairing.lose(at)
		c.seek(dir, "")
	}
}

func (c *Conn) headDone(dir fact.Dir, m *message) {
	m.readFields()
	if dir == fact.Out {
		c.requestHead(m)
	} else {
		c.responseHead(m)
	}
}

// requestHead applies RFC 9112 §6.3 to a request.
func (c *Conn) requestHead(m *message) {
	c.ask(m)
	f := &m.fields
	switch {
	case f.chunked:
		c.half[fact.Out].to(chunkSize, 0)
	case f.badLength || f.coded:
		c.broken(fact.Out, m.end, "http: contradictory body length")
	case f.length > 0:
		c.half[fact.Out].to(sized, f.length)
	default:
		c.finish(fact.Out)
	}
}

// responseHead applies RFC 9112 §6.3 to a response.
func (c *Conn) responseHead(m *message) {
	h := &c.half[fact.In]
	if m.status < 200 && m.status != 101 {
		c.opt.release(m)
		h.msg, h.state = nil, between
		return
	}
	c.answer(m)
	f := &m.fields
	switch {
	case m.bodiless:
		c.finish(fact.In)
	case f.chunked:
		h.to(chunkSize, 0)
	case f.coded:
		h.to(untilClose, 0)
	case f.badLength:
		c.broken(fact.In, m.end, "http: contradictory body length")
	case f.length > 0:
		h.to(sized, f.length)
	case f.length == 0:
		c.finish(fact.In)
	default:
		h.to(untilClose, 0)
	}
}

func (h *half) to(s state, left int64) {
	h.state, h.left, h.count, h.blank = s, left, 0, false
}

// finish emits a message that is read to its end.
func (c *Conn) finish(dir fact.Dir) {
	h := &c.half[dir]
	m := h.msg
	h.msg, h.state = nil, between
	c.report(dir, m)
	if dir == fact.Out {
		c.afterRequest(m)
	} else if m.tunnel {
		c.afterTunnel(m)
	}
	c.opt.release(m)
}

// abandon emits as much of a message as there is.
func (c *Conn) abandon(dir fact.Dir, incomplete bool) {
	h := &c.half[dir]
	m := h.msg
	h.msg = nil
	m.incomplete = m.incomplete || incomplete
	if m.first > 0 && (dir == fact.Out || m.status >= 200 || m.status == 101) {
		if m.exchange == 0 {
			c.partial(dir, m)
		}
		c.report(dir, m)
		if m.tunnel {
			c.turn(c.switchTo(m, true))
		}
	}
	c.opt.release(m)
}

// partial gives a message whose head is incomplete its exchange.
func (c *Conn) partial(dir fact.Dir, m *message) {
	m.readFields()
	if dir == fact.Out {
		c.ask(m)
	} else {
		c.answer(m)
	}
}

// broken gives up the message and says why.
func (c *Conn) broken(dir fact.Dir, at int64, what string) {
	c.abandon(dir, true)
	if c.switched == nil {
		c.pairing.lose(at)
		c.seek(dir, what)
	}
}

// gap says that n bytes are missing, 0: an unknown number.
func (c *Conn) gap(dir fact.Dir, at, n int64) {
	if c.switched != nil {
		return
	}
	h := &c.half[dir]
	switch {
	case h.state == holding:
		h.holdGap(at, n)
		return
	case (h.state == sized || h.state == chunkData) && 0 < n && n <= h.left:
		c.skip(dir, at, n)
		return
	case h.state == untilClose:
		h.msg.incomplete = true
		h.msg.body.Size += n
		return
	case h.msg != nil:
		c.abandon(dir, true)
	}
	if c.switched == nil {
		c.pairing.lose(at)
		h.seek.flush(c, dir)
		c.seek(dir, "")
		if dir == fact.In && c.half[fact.Out].state == holding {
			c.lost = true
			c.decideHeld(false)
		}
	}
}

// skip counts bytes of a body that are missing: what follows them is known exactly.
func (c *Conn) skip(dir fact.Dir, at, n int64) {
	h := &c.half[dir]
	h.msg.incomplete = true
	h.msg.body.Size += n
	h.msg.end = at
	h.left -= n
	c.bodyRead(dir)
}
