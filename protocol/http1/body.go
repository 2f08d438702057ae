package http1

import (
	"bytes"

	"sioscope/protocol/fact"
)

func (c *Conn) readBody(dir fact.Dir, at int64, p []byte) []byte {
	h := &c.half[dir]
	n := len(p)
	if h.state != untilClose {
		n = int(min(int64(n), h.left))
		h.left -= int64(n)
	}
	h.msg.end = at
	h.msg.keep(p[:n], c.opt)
	c.bodyRead(dir)
	return p[n:]
}

// bodyRead goes on when the body or the chunk is at its end.
func (c *Conn) bodyRead(dir fact.Dir) {
	h := &c.half[dir]
	switch {
	case h.left > 0:
	case h.state == sized:
		c.finish(dir)
	case h.state == chunkData:
		h.to(chunkEnd, 0)
	}
}

// readChunkSize reads "chunk-size [chunk-ext] CRLF".
func (c *Conn) readChunkSize(dir fact.Dir, at int64, p []byte) []byte {
	h := &c.half[dir]
	h.msg.end = at
	for i, b := range p {
		digit := hexDigit(b)
		switch {
		case b == '\n':
			if h.count == 0 {
				c.broken(dir, at, "http: chunk without a size")
				return p[i:]
			}
			if h.left > 0 {
				h.to(chunkData, h.left)
			} else {
				h.to(trailer, 0)
			}
			return p[i+1:]
		case h.blank:
		case digit >= 0 && h.count < 15:
			h.left = h.left<<4 | int64(digit)
			h.count++
		case h.count > 0 && (b == ';' || b == ' ' || b == '\t' || b == '\r'):
			h.blank = true
		default:
			c.broken(dir, at, "http: malformed chunk size")
			return p[i:]
		}
		if !c.moreLines(dir, at) {
			return p[i:]
		}
	}
	return nil
}

// moreLines counts a byte of a chunk's first line or of the trailers, which may be as long as a header block.
func (c *Conn) moreLines(dir fact.Dir, at int64) bool {
	m := c.half[dir].msg
	m.lines++
	if m.lines <= c.opt.maxHead() {
		return true
	}
	c.broken(dir, at, "http: chunk extensions or trailers too long")
	return false
}

func (c *Conn) readChunkEnd(dir fact.Dir, at int64, p []byte) []byte {
	h := &c.half[dir]
	h.msg.end = at
	switch {
	case p[0] == '\r' && h.count == 0:
		h.count++
	case p[0] == '\n':
		h.to(chunkSize, 0)
		h.msg.lines = 0
	default:
		c.broken(dir, at, "http: chunk longer than its size")
		return p
	}
	return p[1:]
}

// readTrailer skips field lines up to an empty one.
func (c *Conn) readTrailer(dir fact.Dir, at int64, p []byte) []byte {
	h := &c.half[dir]
	h.msg.end = at
	for i, b := range p {
		switch {
		case b == '\n' && h.count == 0:
			c.finish(dir)
			return p[i+1:]
		case b == '\n':
			h.count = 0
		case b != '\r':
			h.count++
		}
		if !c.moreLines(dir, at) {
			return p[i:]
		}
	}
	return nil
}

func hexDigit(b byte) int {
	return bytes.IndexByte([]byte("0123456789abcdef"), lower(b))
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b | 0x20
	}
	return b
}
