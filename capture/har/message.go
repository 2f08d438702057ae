package har

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"io"

	"sioscope/protocol/fact"
)

const (
	cursorBuffer = 16 << 10
	maxWarm      = 256 // cursors that keep their buffer
)

// A cursor goes through the messages of a WebSocket. It holds the one that comes next, but for its payload, which is
// read when its time comes.
type cursor struct {
	scan   *scanner
	offset int64 // of the next message
	at     int64 // its time, never before that of the one before
	last   int64
	have   bool
	spoke  bool  // there was one
	held   int64 // bytes that it goes through in memory, until its end
	size   int
	warm   bool
}

// advance finds the next message.
func (h *Reader) advance(c *cursor) error {
	h.warmUp(c)
	c.have = false
	s := c.scan
	for {
		b, err := s.peek()
		if err != nil {
			return err
		}
		if b == ',' {
			s.pos++
			continue
		}
		if b == ']' {
			c.scan.buf, c.scan.base, c.scan.pos, c.scan.end = nil, s.offset(), 0, 0
			return nil
		}
		if b != '{' {
			if err := s.skip(); err != nil {
				return err
			}
			continue
		}
		break
	}
	c.offset = s.offset()
	at, timed := int64(0), false
	err := s.object(func(key []byte) error {
		if string(key) != "time" {
			return s.skip()
		}
		v, err := s.scalar(64)
		at, timed = socketTime(v)
		return err
	})
	if err != nil {
		return err
	}
	if timed {
		c.last = max(c.last, at)
	}
	c.at, c.have, c.spoke = c.last, true, true
	return nil
}

// attachedMessages finds the first message of a WebSocket whose messages are in a file of their own (Playwright), one a
// line. Where that is not there, nothing is known of them.
func (h *Reader) attachedMessages(x *exchange) error {
	if h.o.Attached == nil {
		return nil
	}
	f, err := h.o.Attached(x.e.response.file)
	if err != nil {
		return nil
	}
	defer f.Close()
	most := max(cmp.Or(h.o.MaxHeld, 64<<20)-h.held, 1<<20)
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil
	}
	if int64(len(b)) > most {
		b = b[:bytes.LastIndexByte(b[:most], '\n')+1]
		h.seen.badMessages++
	}
	h.held += int64(len(b))
	x.messages = &cursor{scan: newScanner(bytes.NewReader(append(b, ']')), cursorBuffer), last: x.sent, size: cmp.Or(h.o.MaxPayload, 16<<20), held: int64(len(b))}
	if err := h.advance(x.messages); err != nil {
		h.seen.badMessages++
	}
	return nil
}

// warmUp gives a cursor a buffer, and takes one from another where there are too many.
func (h *Reader) warmUp(c *cursor) {
	if c.warm && c.scan.buf != nil {
		return
	}
	if c.scan.buf == nil {
		c.scan.buf = make([]byte, cursorBuffer)
	}
	c.warm = true
	h.warm = append(h.warm, c)
	if len(h.warm) > maxWarm {
		old := h.warm[0]
		h.warm = h.warm[1:]
		at := old.scan.offset()
		old.scan.buf, old.scan.base, old.scan.pos, old.scan.end, old.scan.text, old.warm = nil, at, 0, 0, nil, false
	}
}

// message emits the message that is due, and queues the next.
func (h *Reader) message(x *exchange, emit fact.Emit) error {
	c := x.messages
	h.warmUp(c)
	c.scan.seek(c.offset)
	m, err := c.read()
	if err != nil {
		return err
	}
	at := max(c.at, x.answered)
	switch {
	case m.failure:
		emit(&fact.Malformed{Conn: x.conn.fact, Dir: fact.In, Time: at, What: "websocket: the browser says: " + string(m.data)})
	case !m.known:
		h.seen.badMessages++
	default:
		emit(&fact.Message{Conn: x.conn.fact, Exchange: x.serial, Dir: m.dir, Start: at, End: at, Opcode: m.opcode, Payload: m.data, Size: m.size, Truncated: m.cut})
	}
	if err := h.advance(c); err != nil {
		return err
	}
	if c.have {
		h.push(max(c.at, x.answered), messages, x)
	} else {
		h.held -= c.held
		c.held = 0
	}
	return nil
}

// A socketMessage is an element of _webSocketMessages.
type socketMessage struct {
	dir     fact.Dir
	known   bool // dir and opcode are
	failure bool // it is no message, but what went wrong
	opcode  fact.Opcode
	data    []byte
	size    int64
	cut     bool
}

// read reads the message at the cursor's place.
func (c *cursor) read() (m socketMessage, err error) {
	s := c.scan
	opcode := int64(fact.Text)
	way := ""
	err = s.object(func(key []byte) error {
		switch string(key) {
		case "type":
			v, err := s.scalar(16)
			way = string(v.text)
			return err
		case "opcode":
			v, err := s.scalar(16)
			opcode = opcodeOf(v)
			return err
		case "data":
			v, err := s.scalar(c.size/3*4 + 8)
			m.data, m.size, m.cut = bytes.Clone(v.text), v.size, v.cut()
			return err
		}
		return s.skip()
	})
	if err != nil {
		return m, err
	}
	m.opcode, m.known = fact.Opcode(opcode), opcode > 0 && opcode < 16
	switch way {
	case "send", "sent", "outgoing", "request", "client":
		m.dir = fact.Out
	case "receive", "received", "incoming", "response", "server":
		m.dir = fact.In
	case "error":
		m.failure = true
		m.data = m.data[:min(len(m.data), 200)]
		return m, nil
	default:
		m.known = false
	}
	if m.opcode != fact.Text {
		m.unbase64()
	}
	if len(m.data) > c.size {
		m.data, m.cut = m.data[:c.size], true
	}
	return m, nil
}

func opcodeOf(v value) int64 {
	switch string(v.text) {
	case "text":
		return int64(fact.Text)
	case "binary":
		return int64(fact.Binary)
	}
	n, ok := scaled(v.text, 1)
	if !ok {
		return -1
	}
	return n
}

// unbase64 decodes what is base64; other data is taken as it is.
func (m *socketMessage) unbase64() {
	raw := m.data
	if m.cut {
		raw = raw[:len(raw)/4*4]
	}
	out := make([]byte, base64.StdEncoding.DecodedLen(len(raw)))
	n, err := base64.StdEncoding.Decode(out, raw)
	if err != nil {
		return
	}
	m.data = out[:n]
	if !m.cut {
		m.size = int64(n)
	} else {
		m.size = m.size / 4 * 3
	}
}
