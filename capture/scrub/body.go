package scrub

import (
	"bytes"
	"compress/gzip"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
	"sioscope/protocol/redact/packets"
)

func (c *Conn) readBody(dir int, pos int64, p []byte) int {
	h := &c.half[dir]
	n := len(p)
	if h.state != untilClose {
		n = int(min(int64(n), h.left))
		h.left -= int64(n)
	}
	s := span{pos: pos, end: pos + int64(n)}
	switch {
	case !h.msg.chosen, !c.Redact.Off && (h.msg.holed || len(h.buf)+n > maxBody):
		c.fill(h, s)
	case !c.Redact.Off:
		h.buf = append(h.buf, p[:n]...)
		h.spans = append(h.spans, s)
	}
	c.bodyRead(dir)
	return n
}

func (c *Conn) bodyRead(dir int) {
	h := &c.half[dir]
	switch {
	case h.left > 0:
	case h.state == sized:
		c.finish(dir)
	case h.state == chunkData:
		h.state, h.from = chunkEnd, 0
	}
}

func (c *Conn) finish(dir int) {
	h := &c.half[dir]
	c.endBody(h, dir == c.client)
	h.state = between
}

// endBody masks the secrets of a body that was read.
func (c *Conn) endBody(h *half, out bool) {
	if len(h.spans) > 0 {
		dir := fact.In
		if out {
			dir = fact.Out
		}
		c.replace(h, h.spans, h.buf, c.maskedBody(h, dir))
	}
	h.buf, h.spans = h.buf[:0], nil
	if cap(h.buf) > 1<<20 {
		h.buf = nil
	}
}

// maxForeign is how long a body that is no Engine.IO's may be and is still passed on: it may be an error that says why.
const maxForeign = 16 << 10

// maskedBody is a body with its secrets masked, as long as before.
func (c *Conn) maskedBody(h *half, dir fact.Dir) []byte {
	plain, coded := h.buf, len(h.msg.coding) > 0 && !strings.EqualFold(string(h.msg.coding), "identity")
	if coded {
		var b http1.Body
		var o http1.Options
		b.Keep(h.buf, &o)
		content, wrong := b.Content(h.msg.coding, false, &o)
		if wrong != "" {
			c.Left.Compressed++
			return h.buf
		}
		plain = bytes.Clone(content)
	}
	if len(plain) > maxForeign && !packets.IsPolling(plain, h.msg.kind) {
		if packed := gzipped([]byte{fill}, len(h.buf)); packed != nil && isGzip(h.msg.coding) {
			return packed
		}
		return bytes.Repeat([]byte{fill}, len(h.buf))
	}
	masked, known := packets.Body(c.Redact, plain, h.msg.kind, dir)
	if !known {
		c.Left.Unsearched++
	}
	if !coded || bytes.Equal(masked, plain) {
		if coded {
			return h.buf
		}
		return masked
	}
	if packed := gzipped(masked, len(h.buf)); packed != nil && isGzip(h.msg.coding) {
		return packed
	}
	c.Left.Compressed++
	return h.buf
}

func isGzip(coding []byte) bool { return strings.EqualFold(string(coding), "gzip") }

// gzipped compresses to exactly size bytes: what is left is a comment in the header (RFC 1952 §2.3.1). It is nil where
// that does not do.
func gzipped(plain []byte, size int) []byte {
	for level := gzip.BestCompression; level > 0; level-- {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, level)
		_, _ = z.Write(plain)
		_ = z.Close()
		room := size - b.Len()
		switch {
		case room == 0:
			return b.Bytes()
		case room < 2: // a comment has at least one character, and its end
			continue
		}
		b.Reset()
		z.Reset(&b)
		z.Comment = strings.Repeat("x", room-1)
		_, _ = z.Write(plain)
		_ = z.Close()
		if b.Len() == size {
			return b.Bytes()
		}
	}
	return nil
}

// readLine reads the lines around chunks, RFC 9112 §7.1.
func (c *Conn) readLine(dir int, pos int64, p []byte) int {
	h := &c.half[dir]
	b := p[0]
	switch h.state {
	case chunkEnd:
		switch b {
		case '\n':
			h.state, h.left = chunkSize, -1
		case '\r':
		default:
			c.endBody(h, dir == c.client)
			c.asked.lose()
			h.seek()
			return 0
		}
	case chunkSize:
		c.sizeByte(dir, pos, b)
	case trailer: // left counts the bytes of the line
		switch {
		case b == '\n' && h.left == 0:
			c.finish(dir)
		case b == '\n':
			h.left = 0
		case b != '\r':
			h.left++
			if !c.Redact.Off || !h.msg.chosen {
				c.fill(h, span{pos: pos, end: pos + 1})
			}
		}
	}
	return 1
}

// sizeByte reads the line with a chunk's size: left is -1 before the first digit, from is 1 behind the last.
func (c *Conn) sizeByte(dir int, pos int64, b byte) {
	h := &c.half[dir]
	digit := int64(bytes.IndexByte([]byte("0123456789abcdef"), b|0x20))
	if '0' <= b && b <= '9' {
		digit = int64(b - '0')
	}
	switch {
	case b == '\n' && h.left > 0:
		h.state, h.from = chunkData, 0
	case b == '\n' && h.left == 0:
		h.state, h.from = trailer, 0
	case h.from == 1 && b != '\n':
		if b != '\r' && !h.msg.chosen {
			c.fill(h, span{pos: pos, end: pos + 1}) // an extension
		}
	case digit >= 0 && h.left < 1<<55:
		h.left = max(h.left, 0)<<4 | digit
	case h.left >= 0 && b != '\n':
		h.from = 1
	default:
		c.endBody(h, dir == c.client)
		c.asked.lose()
		h.seek()
	}
}
