package scrub

import (
	"bytes"

	"sioscope/protocol/http1"
	"sioscope/protocol/http2"
)

// maxFirst bounds what is kept of a direction until it is known what it carries.
const maxFirst = 4 << 10

// sniff tells from its first bytes what a connection carries. Who is the client is told by who asks.
func (c *Conn) sniff(dir int, pos, at int64, p []byte) int {
	h := &c.half[dir]
	if len(h.buf) == 0 {
		h.from, h.at = pos, at
	}
	h.buf = append(h.buf, p...)
	switch first := bytes.TrimLeft(h.buf, "\r\n"); {
	case len(first) == 0:
	case first[0] == 0x16:
		c.Left.TLS++
		c.mode = opaque
	case bytes.HasPrefix(first, []byte(http2.Preface)) || first[0] == 0:
		c.Left.HTTP2++
		c.mode = opaque
	case bytes.HasPrefix([]byte(http2.Preface), first) || proxied(h) < 0:
	case proxied(h) > 0:
		n := proxied(h)
		h.buf, h.from = h.buf[n:], h.from+int64(n)
		if rest := h.buf; len(rest) > 0 {
			h.buf = nil
			return c.sniff(dir, h.from, h.at, rest) + len(p) - len(rest)
		}
	case http1.LikeResponse(first):
		c.speaks(1-dir, inHTTP)
	case http1.LikeRequest(first):
		c.speaks(dir, inHTTP)
	default:
		c.mode = opaque
	}
	return len(p)
}

// speaks begins to read what was kept, now that it is known what it is.
func (c *Conn) speaks(client int, m mode) {
	c.client, c.mode = client, m
	for _, dir := range [...]int{client, 1 - client} {
		h := &c.half[dir]
		held := h.buf
		h.buf, h.state = nil, between
		c.feed(dir, h.from, h.at, held)
	}
}

const (
	proxy1 = "PROXY "
	proxy2 = "\r\n\r\n\x00\r\nQUIT\n"
)

// proxied is the length of a PROXY protocol header, -1 where more of it is to come, 0 where there is none.
func proxied(h *half) int {
	p := h.buf
	switch {
	case len(p) >= maxFirst:
		return 0
	case bytes.HasPrefix(p, []byte(proxy2)):
		if len(p) < 16 || len(p) < 16+int(p[14])<<8+int(p[15]) {
			return -1
		}
		return 16 + int(p[14])<<8 + int(p[15])
	case bytes.HasPrefix(p, []byte(proxy1)):
		if i := bytes.IndexByte(p, '\n'); i >= 0 {
			return i + 1
		}
		return -1
	case bytes.HasPrefix([]byte(proxy1), p) || bytes.HasPrefix([]byte(proxy2), p):
		return -1
	}
	return 0
}
