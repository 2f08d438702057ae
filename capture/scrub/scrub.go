// Package scrub decides which bytes of a TCP connection stand for something else where its packets are passed on: the
// secrets in what was chosen, and all that belongs to others. Every byte keeps its place, so that packets keep their
// lengths, sequence numbers and what frames messages (the length of a body, the header of a WebSocket frame).
//
// Of an HTTP request that was not chosen the method and the length are left, of its answer the status: the rest is filled.
// It knows HTTP/1 and WebSocket, with their compression: what is compressed is compressed anew, to as many bytes. What it
// cannot look into (TLS, HTTP/2) it leaves as it is, and counts. It works on the ordered bytes that package stream gives, and applies what it found to packets in whatever
// order and how often they come.
package scrub

import (
	"bytes"
	"sort"

	"sioscope/protocol/redact"
)

// A Choice is what of a connection is passed on. Times are those of a message's first byte.
type Choice struct {
	SIDs     map[string]bool // sessions
	Requests map[int64]bool  // requests without a sid
	Answers  map[int64]bool
	Socket   bool // what goes over its WebSocket, where the request for that is not in the capture
}

// Left says what was left as it is, or filled, in all connections.
type Left struct {
	Others     int // messages of others, filled
	Compressed int // WebSocket messages with secrets in them, and content codings, left
	Unsearched int // binary messages and bodies that nobody looked for secrets in, left
	TLS, HTTP2 int // connections that were left as a whole
	Unread     int // stretches of bytes that could not be read after a gap, left
}

// Add adds up.
func (l *Left) Add(m Left) {
	l.Others += m.Others
	l.Compressed += m.Compressed
	l.Unsearched += m.Unsearched
	l.TLS += m.TLS
	l.HTTP2 += m.HTTP2
	l.Unread += m.Unread
}

// A Conn is one TCP connection. First it is given all bytes that were delivered (Write, Gap, Close), then it is asked to
// change packets (Apply). Directions are the caller's: 0 and 1, whoever is the client.
type Conn struct {
	Choice *Choice
	Redact redact.Redactor // Off, or with a Fill that keeps lengths
	Left   Left

	mode   mode
	client int // the client's direction
	half   [2]half
	texts  texts
	asked  asked
	choose bool // the WebSocket is chosen
	filled bool // something was there that was not chosen
	socket socket
}

type mode uint8

const (
	unknown mode = iota // the first bytes are awaited
	inHTTP
	inSocket
	opaque // TLS, HTTP/2, or nothing that is known
)

// half is one direction.
type half struct {
	state   state
	buf     []byte // what is being read: first bytes, a head, a line, a chosen body
	at      int64  // when its first byte was seen
	from    int64  // where it begins
	spans   []span // where the bytes of a chosen body or message lie
	marks   []mark // when the bytes were seen that are looked through for a start line
	left    int64  // bytes of body, chunk or frame still to come
	msg     message
	frame   frame
	deflate *deflated // of a chosen WebSocket whose messages may be compressed

	edits     []edit
	delivered []span
}

// A span is bytes at a position of a direction; key is what they are masked with, and off how many bytes of the frame's
// payload come before.
type span struct {
	pos, end int64
	key      [4]byte
	off      int64
}

// A mark says when the bytes before a position were seen.
type mark struct{ end, at int64 }

// An edit replaces bytes. There may be one for every request of a large capture, so it is small.
type edit struct {
	pos  int64
	n    int32
	what int32 // from 0: a text of Conn.texts; byFill; below: fill, masked as Conn.masks says
}

const byFill = -1

// end is behind the last byte.
func (e *edit) end() int64 { return e.pos + int64(e.n) }

// texts are what stands for bytes, each once, and masks the spans whose fill is masked.
type texts struct {
	list  [][]byte
	index map[string]int32
	masks []span
}

func (t *texts) add(b []byte) int32 {
	if i, known := t.index[string(b)]; known {
		return i
	}
	if t.index == nil {
		t.index = map[string]int32{}
	}
	i := int32(len(t.list))
	t.list = append(t.list, append([]byte(nil), b...))
	t.index[string(b)] = i
	return i
}

// fill is what stands for what others sent.
const fill = 'x'

// Write gives the next bytes of a direction.
func (c *Conn) Write(dir int, pos, at int64, p []byte) {
	h := &c.half[dir]
	h.deliver(pos, int64(len(p)))
	c.feed(dir, pos, at, p)
}

func (c *Conn) feed(dir int, pos, at int64, p []byte) {
	for len(p) > 0 {
		n := c.step(dir, pos, at, p)
		pos, p = pos+int64(n), p[n:]
	}
}

// step consumes some bytes, or changes the state.
func (c *Conn) step(dir int, pos, at int64, p []byte) int {
	switch c.mode {
	case inHTTP:
		return c.http(dir, pos, at, p)
	case inSocket:
		return c.frames(dir, pos, at, p)
	case opaque:
		return len(p)
	}
	return c.sniff(dir, pos, at, p)
}

// Join says, before anything else, that the beginning of the connection was not seen.
func (c *Conn) Join() {
	c.mode = inHTTP
	c.asked.lose()
	for i := range c.half {
		c.half[i].state = seeking
	}
}

// Gap says that bytes before a position are missing; n is how many, 0 where that is not known.
func (c *Conn) Gap(dir int, pos, n int64) {
	switch c.mode {
	case unknown:
		c.Join()
		for i := range c.half {
			c.replay(i)
		}
	case inHTTP:
		c.gapHTTP(dir, n)
	case inSocket:
		c.gapSocket(dir, n)
	}
}

// Close ends the connection.
func (c *Conn) Close() {
	for dir := range c.half {
		h := &c.half[dir]
		switch c.mode {
		case inHTTP:
			c.abandon(dir)
		case inSocket:
			c.endMessage(h)
		}
		h.buf, h.spans = nil, nil
		sort.SliceStable(h.edits, func(i, j int) bool { return h.edits[i].pos < h.edits[j].pos })
	}
}

// Whole says whether the packets are passed on as they are.
func (c *Conn) Whole() bool { return c.Redact.Off && !c.filled }

// Apply changes the bytes of a direction that begin at a position, and reports whether there was anything to change.
// Bytes that nobody was given, because they were never delivered, are filled.
func (c *Conn) Apply(dir int, pos int64, p []byte) bool {
	if c.Whole() || c.mode == opaque && len(c.half[0].edits)+len(c.half[1].edits) == 0 {
		return false
	}
	h := &c.half[dir]
	end, changed := pos+int64(len(p)), false
	for i := sort.Search(len(h.edits), func(i int) bool { return h.edits[i].end() > pos }); i < len(h.edits) && h.edits[i].pos < end; i++ {
		e := &h.edits[i]
		for at := max(pos, e.pos); at < min(end, e.end()); at++ {
			p[at-pos] = c.texts.at(e, at)
		}
		changed = true
	}
	return h.cover(pos, p) || changed
}

// at is what stands at a position.
func (t *texts) at(e *edit, pos int64) byte {
	switch {
	case e.what >= 0:
		return t.list[e.what][pos-e.pos]
	case e.what == byFill:
		return fill
	}
	m := &t.masks[byFill-1-e.what]
	return fill ^ m.key[(m.off+pos-m.pos)&3]
}

// cover fills what was never delivered.
func (h *half) cover(pos int64, p []byte) (changed bool) {
	end := pos + int64(len(p))
	for i := sort.Search(len(h.delivered), func(i int) bool { return h.delivered[i].end > pos }); ; i++ {
		until := end
		if i < len(h.delivered) {
			until = min(end, h.delivered[i].pos)
		}
		for ; pos < until; pos++ {
			p[int64(len(p))-(end-pos)] = fill
			changed = true
		}
		if i >= len(h.delivered) || h.delivered[i].end >= end {
			return changed
		}
		pos = max(pos, h.delivered[i].end)
	}
}

func (h *half) deliver(pos, n int64) {
	if k := len(h.delivered) - 1; k >= 0 && h.delivered[k].end == pos {
		h.delivered[k].end += n
		return
	}
	h.delivered = append(h.delivered, span{pos: pos, end: pos + n})
}

// maxEdit bounds what is filled by one edit.
const maxEdit = 1 << 30

// fill replaces all of a span.
func (c *Conn) fill(h *half, s span) {
	if s.key != [4]byte{} && s.pos < s.end {
		c.texts.masks = append(c.texts.masks, s)
		h.edits = append(h.edits, edit{s.pos, int32(s.end - s.pos), int32(byFill - len(c.texts.masks))})
		return
	}
	for s.pos < s.end {
		n := min(s.end-s.pos, maxEdit)
		if k := len(h.edits) - 1; k >= 0 && h.edits[k].what == byFill && h.edits[k].end() == s.pos && int64(h.edits[k].n)+n <= maxEdit {
			h.edits[k].n += int32(n)
		} else {
			h.edits = append(h.edits, edit{s.pos, int32(n), byFill})
		}
		s.pos += n
	}
}

// replace notes where the bytes of spans, which are was, become is. Where the lengths differ, which they must not, all
// is filled.
func (c *Conn) replace(h *half, spans []span, was, is []byte) {
	if len(was) != len(is) {
		for _, s := range spans {
			c.fill(h, s)
		}
		return
	}
	i := 0
	for _, s := range spans {
		n := int(s.end - s.pos)
		c.differ(h, s, was[i:i+n], is[i:i+n])
		i += n
	}
}

// differ notes the stretches of a span in which two texts differ.
func (c *Conn) differ(h *half, s span, was, is []byte) {
	const join = 8 // bytes between two differences that are not worth two edits
	for i := 0; i < len(was); i++ {
		if was[i] == is[i] {
			continue
		}
		last := i
		for j := i; j < len(was) && j-last <= join; j++ {
			if was[j] != is[j] {
				last = j
			}
		}
		b := bytes.Clone(is[i : last+1])
		for j := range b {
			b[j] ^= s.key[(s.off+int64(i+j))&3]
		}
		h.edits = append(h.edits, edit{s.pos + int64(i), int32(len(b)), c.texts.add(b)})
		i = last
	}
}
