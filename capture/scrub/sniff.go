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
		h.from = pos
	}
	h.buf = append(h.buf, p...)
	h.marks = append(h.marks, mark{pos + int64(len(p)), at})
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
		c.replay(dir)
	case http1.LikeResponse(first):
		if len(first) >= len("HTTP/1.") {
			c.speaks(1-dir, inHTTP)
		}
	default:
		switch asks, sure := lookRequest(first); {
		case asks:
			c.speaks(dir, inHTTP)
		case sure || len(h.buf) >= maxFirst:
			c.mode = opaque
		}
	}
	return len(p)
}

// lookRequest wants a method and the beginning of a target that HTTP/1 has; sure is false where more bytes would tell.
func lookRequest(p []byte) (asks, sure bool) {
	i := bytes.IndexByte(p, ' ')
	switch {
	case !http1.LikeRequest(p):
		return false, true
	case i < 0 || i+1 == len(p):
		return false, false
	}
	target := bytes.ToLower(p[i+1 : min(i+5, len(p))])
	if target[0] == '/' || target[0] == '*' || string(p[:i]) == "CONNECT" {
		return true, true
	}
	return string(target) == "http", len(target) == 4 || !bytes.HasPrefix([]byte("http"), target)
}

// speaks begins to read what was kept, now that it is known what it is.
func (c *Conn) speaks(client int, m mode) {
	c.client, c.mode = client, m
	for _, dir := range [...]int{client, 1 - client} {
		c.half[dir].state = between
		c.replay(dir)
	}
}

// replay reads what was kept again, each byte with its time.
func (c *Conn) replay(dir int) {
	h := &c.half[dir]
	held, pos, marks := h.buf, h.from, h.marks
	h.buf, h.marks = nil, nil
	for _, m := range marks {
		if n := int(m.end - pos); n > 0 {
			c.feed(dir, pos, m.at, held[:n])
			pos, held = m.end, held[n:]
		}
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
