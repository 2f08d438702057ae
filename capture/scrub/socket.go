package scrub

import (
	"bytes"
	"encoding/binary"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact/packets"
	"sioscope/protocol/wsframe"
)

// socket is what both directions of a WebSocket have in common.
type socket struct {
	deflate wsframe.Deflate
	begun   bool
}

// A frame is a WebSocket frame (RFC 6455 §5.2) and the message it is of.
type frame struct {
	head       []byte
	op         byte // of the frame
	control    bool
	fin        bool
	compressed bool // the message
	message    byte // its opcode
	off        int64
	key        [4]byte
	holed      bool // bytes of the message are missing
	lost       bool // where the next frame begins is not known
	http       bool // the server sent HTTP where frames belong
	ctl        []byte
	ctlSpans   []span
}

// turn makes a WebSocket of the connection.
func (c *Conn) turn(chosen bool, extensions []byte) {
	c.mode, c.choose = inSocket, chosen
	c.filled = c.filled || !chosen
	c.socket.deflate = wsframe.ParseExtensions(extensions)
	for dir := range c.half {
		h := &c.half[dir]
		h.buf, h.spans, h.left, h.frame, h.state = h.buf[:0], nil, 0, frame{}, between
		if chosen && !c.Redact.Off && c.socket.deflate.Enabled {
			h.deflate = newDeflated(c.socket.deflate, dir == c.client)
		}
	}
}

// frames reads frames.
func (c *Conn) frames(dir int, pos, at int64, p []byte) int {
	h := &c.half[dir]
	f := &h.frame
	switch {
	case f.lost && likeFrames(p):
		f.lost, f.holed = false, true
	case f.lost:
		if !c.choose {
			c.fill(h, span{pos: pos, end: pos + int64(len(p))})
		} else if !c.Redact.Off {
			c.Left.Unread++
		}
		return len(p)
	case f.http:
		return c.http(dir, pos, at, p)
	}
	return c.frame(dir, pos, p)
}

// frame reads of a frame's header, or of its payload.
func (c *Conn) frame(dir int, pos int64, p []byte) int {
	h := &c.half[dir]
	f := &h.frame
	if h.left > 0 {
		n := int(min(h.left, int64(len(p))))
		c.payload(dir, pos, p[:n])
		return n
	}
	if dir != c.client && !c.socket.begun && len(f.head) == 0 && p[0] == 'H' {
		f.http = true
		h.state = between
		c.asked.queue = append(c.asked.queue[:0], request{asked: true, chosen: c.choose})
		return 0
	}
	c.socket.begun = c.socket.begun || dir != c.client
	f.head = append(f.head, p[0])
	if n := headSize(f.head); n == len(f.head) {
		c.begins(dir, pos+1-int64(n))
	}
	return 1
}

// headSize is how long the header is that b begins, as far as b tells.
func headSize(b []byte) int {
	if len(b) < 2 {
		return 2
	}
	n := 2
	switch b[1] & 0x7F {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if b[1]&0x80 != 0 {
		n += 4
	}
	return n
}

func headLength(b []byte) int64 {
	switch n := int64(b[1] & 0x7F); n {
	case 126:
		return int64(binary.BigEndian.Uint16(b[2:]))
	case 127:
		return int64(binary.BigEndian.Uint64(b[2:]) & (1<<63 - 1))
	default:
		return n
	}
}

// begins takes a frame's header, which stands at pos.
func (c *Conn) begins(dir int, pos int64) {
	h := &c.half[dir]
	f := &h.frame
	b := f.head
	f.op, f.fin, f.off, f.key = b[0]&15, b[0]&0x80 != 0, 0, [4]byte{}
	f.control = f.op >= 8
	if b[1]&0x80 != 0 {
		f.key = [4]byte(b[len(b)-4:])
	}
	h.left = headLength(b)
	if !f.control && f.op != 0 {
		c.endMessage(h)
		f.message, f.compressed, f.holed = f.op, b[0]&0x40 != 0, false
	}
	if !c.choose && b[0]&0x40 != 0 && (c.socket.deflate.Enabled || c.asked.lost) { // what is filled is no longer compressed
		h.edits = append(h.edits, edit{pos, 1, c.texts.add([]byte{b[0] &^ 0x40})})
	}
	f.head = f.head[:0]
	if h.left == 0 {
		c.frameDone(dir)
	}
}

// payload takes bytes of a frame's payload.
func (c *Conn) payload(dir int, pos int64, p []byte) {
	h := &c.half[dir]
	f := &h.frame
	s := span{pos, pos + int64(len(p)), f.key, f.off}
	switch {
	case !c.choose:
		if f.op == 8 && f.off < 2 { // the code of a Close frame
			s.pos += min(2-f.off, int64(len(p)))
			s.off = f.off + s.pos - pos
		}
		c.fill(h, s)
	case c.Redact.Off, f.op > 8:
	case f.control:
		f.ctl, f.ctlSpans = append(f.ctl, plain(p, s)...), append(f.ctlSpans, s)
	case f.compressed && (f.holed || h.deflate == nil || len(h.buf)+len(p) > maxBody):
		if !f.holed {
			c.Left.Unsearched++
		}
		f.holed = true // which is left as it is
	case f.holed || len(h.buf)+len(p) > maxBody:
		c.fill(h, s)
	default:
		h.buf, h.spans = append(h.buf, plain(p, s)...), append(h.spans, s)
	}
	f.off += int64(len(p))
	if h.left -= int64(len(p)); h.left == 0 {
		c.frameDone(dir)
	}
}

// plain is p unmasked.
func plain(p []byte, s span) []byte {
	b := bytes.Clone(p)
	for i := range b {
		b[i] ^= s.key[(s.off+int64(i))&3]
	}
	return b
}

// frameDone ends a frame.
func (c *Conn) frameDone(dir int) {
	h := &c.half[dir]
	f := &h.frame
	if f.control {
		if len(f.ctl) > 0 {
			masked, _ := packets.Message(c.Redact, fact.Opcode(f.op), f.ctl, c.direction(dir))
			c.replace(h, f.ctlSpans, f.ctl, masked)
		}
		f.ctl, f.ctlSpans = nil, nil
	} else if f.fin {
		c.endMessage(h)
	}
}

// endMessage masks the secrets of a message that was read.
func (c *Conn) endMessage(h *half) {
	f := &h.frame
	if len(h.spans) > 0 {
		dir := fact.In
		if h == &c.half[c.client] {
			dir = fact.Out
		}
		mask := func(plain []byte) ([]byte, bool) {
			return packets.Message(c.Redact, fact.Opcode(f.message), plain, dir)
		}
		if f.compressed {
			c.compressed(h, mask)
		} else {
			masked, known := mask(h.buf)
			if !known {
				c.Left.Unsearched++
			}
			c.replace(h, h.spans, h.buf, masked)
		}
	}
	h.buf, h.spans = h.buf[:0], nil
	if cap(h.buf) > 1<<20 {
		h.buf = nil
	}
}

// compressed masks a compressed message, as far as that goes.
func (c *Conn) compressed(h *half, mask func([]byte) ([]byte, bool)) {
	if h.frame.holed {
		c.Left.Unsearched++
		if h.deflate != nil {
			h.deflate.lost = true
		}
		return
	}
	masked, how := h.deflate.message(h.buf, mask)
	switch how {
	case unread:
		c.Left.Unsearched++
	case unmasked:
		c.Left.Compressed++
	}
	c.replace(h, h.spans, h.buf, masked)
}

// gapSocket passes over what is missing of a message, or gives up until frames are found again.
func (c *Conn) gapSocket(dir int, n int64) {
	h := &c.half[dir]
	f := &h.frame
	switch {
	case f.http:
		c.gapHTTP(dir, n)
	case h.left > 0 && 0 < n && n <= h.left:
		f.off += n
		if h.left -= n; !f.control {
			f.holed = true
			if h.deflate != nil && f.compressed {
				h.deflate.lost = true
			}
		}
		if h.left == 0 {
			c.frameDone(dir)
		}
	default:
		f.holed = true
		c.endMessage(h)
		h.left, f.head, f.lost = 0, f.head[:0], true
		if h.deflate != nil {
			h.deflate.lost = true
		}
	}
}

// maxGuess is the longest frame that is taken for one whose beginning had to be found.
const maxGuess = 1 << 20

// likeFrames says whether a TCP segment is made of frames, of which the last may go on.
func likeFrames(p []byte) bool {
	for len(p) >= 2 {
		op := p[0] & 15
		if p[0]&0x30 != 0 || op > 2 && op < 8 || op > 10 || op >= 8 && p[0]&0xC0 != 0x80 {
			return false
		}
		n := headSize(p)
		if len(p) < n {
			return false
		}
		size := headLength(p)
		if size > maxGuess || op >= 8 && size > 125 {
			return false
		}
		if int64(len(p)) <= int64(n)+size {
			return true
		}
		p = p[int64(n)+size:]
	}
	return false
}
