package scrub

import (
	"bytes"
	"strconv"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
)

type state uint8

const (
	between state = iota // the next byte that is no line end begins a message
	inHead
	sized
	chunkSize
	chunkData
	chunkEnd
	trailer
	untilClose
	seeking // looking for a start line
)

const (
	maxHead = http1.DefaultMaxHead
	maxBody = http1.DefaultMaxBody // what is longer is filled
)

// A message is what its head says.
type message struct {
	chosen  bool
	headed  bool // its head was read
	holed   bool // bytes of its body are missing: the rest is filled
	coding  []byte
	kind    []byte
	chunked bool
	length  int64
}

func (c *Conn) http(dir int, pos, at int64, p []byte) int {
	h := &c.half[dir]
	switch h.state {
	case between:
		return c.begin(dir, pos, at, p)
	case inHead:
		return c.readHead(dir, p)
	case sized, chunkData, untilClose:
		return c.readBody(dir, pos, p)
	case seeking:
		return c.search(dir, pos, at, p)
	}
	return c.readLine(dir, pos, p)
}

// begin begins a message, or what comes in its place.
func (c *Conn) begin(dir int, pos, at int64, p []byte) int {
	h := &c.half[dir]
	if p[0] == '\r' || p[0] == '\n' {
		return 1
	}
	if dir == c.client && likeFrame(p[0]) {
		for _, q := range c.asked.queue {
			if q.upgrade { // the answer is not in the capture, and was a yes
				c.turn(q.chosen, nil)
				return 0
			}
		}
	}
	h.state, h.buf, h.from, h.at, h.msg = inHead, h.buf[:0], pos, at, message{}
	return 0
}

// likeFrame reports whether b can begin a WebSocket frame or a TLS record but not a line of text.
func likeFrame(b byte) bool { return b >= 0x80 || 0 < b && b < 9 || 0x14 <= b && b <= 0x17 }

// readHead reads up to the empty line.
func (c *Conn) readHead(dir int, p []byte) int {
	h := &c.half[dir]
	n := bytes.IndexByte(p, '\n') + 1
	whole := n > 0
	if !whole {
		n = len(p)
	}
	start := bytes.LastIndexByte(h.buf, '\n') + 1
	h.buf = append(h.buf, p[:n]...)
	line := trimEnd(h.buf[start:])
	switch {
	case start == 0 && whole && !startLine(line, dir == c.client):
		c.giveUp(dir)
	case len(h.buf) > maxHead:
		c.fill(h, span{pos: h.from, end: h.from + int64(len(h.buf))})
		c.asked.lose()
		h.seek()
	case whole && len(line) == 0:
		c.headDone(dir)
	}
	return n
}

// trimEnd is a line without its end.
func trimEnd(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
}

func startLine(line []byte, request bool) bool {
	if request {
		i, j := bytes.IndexByte(line, ' '), bytes.LastIndexByte(line, ' ')
		if bytes.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return false
		}
		return i > 0 && j > i && len(bytes.TrimSpace(line[i:j])) > 0 && http1.LikeRequest(line) && len(line) == j+9 && bytes.HasPrefix(line[j+1:], []byte("HTTP/1."))
	}
	if len(line) < 12 || !http1.LikeResponse(line) || line[7] < '0' || line[7] > '9' || line[8] != ' ' || len(line) > 12 && line[12] != ' ' {
		return false
	}
	status, err := strconv.ParseUint(string(line[9:12]), 10, 16)
	return err == nil && status >= 100
}

// giveUp gives up on what is no start line, and looks for one within it.
func (c *Conn) giveUp(dir int) {
	h := &c.half[dir]
	held, pos, at := bytes.Clone(h.buf), h.from, h.at
	c.asked.lose()
	h.seek()
	for len(held) > 0 && h.state == seeking {
		n := c.search(dir, pos, at, held)
		pos, held = pos+int64(n), held[n:]
	}
	if len(held) > 0 {
		c.feed(dir, pos, at, held)
	}
}

func (h *half) seek() { h.state, h.buf, h.spans, h.marks = seeking, h.buf[:0], nil, nil }

// headDone reads what a head says, and goes on with its body.
func (c *Conn) headDone(dir int) {
	h := &c.half[dir]
	m := &h.msg
	m.headed = true
	line, fields, _ := bytes.Cut(h.buf, []byte("\n"))
	f := readFields(fields)
	m.coding, m.kind, m.chunked, m.length = f.coding, f.kind, f.chunked, f.length
	if dir == c.client {
		c.request(h, line, &f)
	} else {
		c.answer(h, line, &f)
	}
}

// fields is what a head says of what follows it.
type fields struct {
	length            int64 // -1: not said
	chunked, coded    bool
	upgrade           string
	coding, kind, ext []byte
}

func readFields(head fact.Header) fields {
	f := fields{length: -1}
	head.Each(func(name, value []byte) bool {
		switch strings.ToLower(string(name)) {
		case "content-length":
			if n, err := strconv.ParseInt(string(value), 10, 62); err == nil && n >= 0 {
				f.length = n
			}
		case "transfer-encoding":
			f.coded = true
			f.chunked = bytes.HasSuffix(bytes.ToLower(value), []byte("chunked"))
		case "upgrade":
			f.upgrade = strings.ToLower(string(value))
		case "content-encoding":
			f.coding = bytes.Clone(value)
		case "content-type":
			f.kind = bytes.Clone(value)
		case "sec-websocket-extensions":
			f.ext = bytes.Clone(value)
		}
		return true
	})
	return f
}

func (h *half) body(s state, left int64) {
	h.state, h.left, h.from, h.buf, h.spans = s, left, 0, h.buf[:0], nil
}

// gapHTTP passes over what is missing of a body, or gives up.
func (c *Conn) gapHTTP(dir int, n int64) {
	h := &c.half[dir]
	switch {
	case (h.state == sized || h.state == chunkData) && 0 < n && n <= h.left:
		h.msg.holed = true
		h.left -= n
		c.bodyRead(dir)
	case h.state == untilClose:
		h.msg.holed = true
	case h.state == seeking:
		c.fillRun(h)
	default:
		c.abandon(dir)
		c.asked.lose()
		if c.mode == inSocket {
			c.half[0].frame.lost, c.half[1].frame.lost = true, true
			return
		}
		h.seek()
	}
}

// abandon ends a message as far as it was seen.
func (c *Conn) abandon(dir int) {
	h := &c.half[dir]
	switch h.state {
	case inHead:
		n := bytes.LastIndexByte(h.buf, '\n') + 1
		keep := n
		if n == 0 { // the method, by which the connection is known
			keep = min(len(h.buf), bytes.IndexByte(h.buf, ' ')+2)
		}
		c.fill(h, span{pos: h.from + int64(keep), end: h.from + int64(len(h.buf))})
		if h.buf = h.buf[:n]; n > 0 {
			c.headDone(dir)
		}
	case seeking:
		c.fillRun(h)
		return
	case between:
		return
	}
	c.endBody(h, dir == c.client)
}
