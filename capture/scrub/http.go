package scrub

import (
	"bytes"
	"net/url"
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

// asked are the requests that wait for an answer.
type asked struct {
	queue     []request
	uncertain bool // some may be missing
	lost      bool // they were once
}

type request struct {
	asked, chosen, head, connect, upgrade bool
}

func (a *asked) lose() { a.uncertain, a.lost = true, true }

// maxAsked is how many requests may wait for an answer.
const maxAsked = 1 << 12

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

func (c *Conn) request(h *half, line []byte, f *fields) {
	parts := strings.SplitN(string(bytes.TrimSpace(line)), " ", 2)
	target, _, _ := strings.Cut(strings.TrimSpace(parts[1]), " ")
	q := request{asked: true, head: parts[0] == "HEAD", connect: parts[0] == "CONNECT", upgrade: f.upgrade != ""}
	q.chosen = q.connect || c.Choice.takes(target, h.at)
	if !q.chosen {
		c.Left.Others++
	}
	h.msg.chosen = q.chosen
	if len(c.asked.queue) == maxAsked {
		c.asked.queue, c.asked.uncertain = c.asked.queue[1:], true
	}
	c.asked.queue = append(c.asked.queue, q)
	c.mark(h)
	switch {
	case f.chunked:
		h.body(chunkSize, -1)
	case f.length > 0:
		h.body(sized, f.length)
	default:
		h.state = between
	}
}

// takes says whether a request is chosen: as one of a session, or by its time.
func (c *Choice) takes(target string, at int64) bool {
	if sid := sidOf(target); sid != "" {
		return c.SIDs[sid]
	}
	return c.Requests[at]
}

func sidOf(target string) string {
	_, query, _ := strings.Cut(target, "?")
	for pair := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' }) {
		if sid, found := strings.CutPrefix(pair, "sid="); found {
			if plain, err := url.QueryUnescape(sid); err == nil {
				return plain
			}
			return sid
		}
	}
	return ""
}

func (c *Conn) answer(h *half, line []byte, f *fields) {
	status, _ := strconv.Atoi(string(line[9:min(12, len(line))]))
	a := &c.asked
	q := request{chosen: c.Choice.Answers[h.at]}
	if len(a.queue) > 0 && (!a.uncertain || len(a.queue) == 1) {
		q = a.queue[0]
		q.chosen = q.chosen || c.Choice.Answers[h.at] && a.uncertain
		if status >= 200 || status == 101 {
			a.queue = a.queue[1:]
		}
	}
	a.lost = a.lost || len(a.queue) == 0 && !q.asked
	if a.uncertain && len(a.queue) == 0 {
		a.uncertain = false
	}
	h.msg.chosen = q.chosen
	c.mark(h)
	switch {
	case status == 101:
		c.upgraded(q.chosen || c.Choice.Socket, f)
	case status < 200, q.head, status == 204, status == 304, q.connect && status/100 == 2:
		h.state = between
		if q.connect && status/100 == 2 {
			c.mode = unknown
			for i := range c.half {
				c.half[i].buf = nil
			}
		}
	case f.chunked:
		h.body(chunkSize, -1)
	case f.length > 0 && !f.coded:
		h.body(sized, f.length)
	case f.length == 0 && !f.coded:
		h.state = between
	default:
		h.body(untilClose, 0)
	}
}

// upgraded follows a 101.
func (c *Conn) upgraded(chosen bool, f *fields) {
	switch f.upgrade {
	case "websocket":
		if c.mode == inSocket { // which was clear already: the client's frames came first
			h := &c.half[1-c.client]
			h.frame, h.left, c.choose = frame{}, 0, chosen
			return
		}
		c.turn(chosen, f.ext)
	case "h2c":
		c.Left.HTTP2++
		c.mode = opaque
	default:
		c.mode = opaque
	}
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
