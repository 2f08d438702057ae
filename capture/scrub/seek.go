package scrub

import "bytes"

// search looks for a start line, after a hole or after bytes that are no HTTP. It need not begin a line: the body before
// it hardly ever ends with a line end.
func (c *Conn) search(dir int, pos, at int64, p []byte) int {
	h := &c.half[dir]
	if len(h.buf) == 0 {
		h.from, h.at = pos, at
		if c.Choice.Socket && likeFrames(p) { // joined in the middle of a WebSocket
			c.turn(true, nil)
			for i := range c.half {
				c.half[i].frame.lost = true
			}
			return 0
		}
	}
	n := bytes.IndexByte(p, '\n') + 1
	if n == 0 {
		n = len(p)
	}
	h.buf = append(h.buf, p[:n]...)
	h.marks = append(h.marks, mark{pos + int64(n), at})
	if p[n-1] != '\n' {
		if len(h.buf) > maxFirst*2 {
			c.fillRun(h)
		}
		return n
	}
	i, client := findStart(h.buf)
	if i < 0 {
		c.fillRun(h)
		return n
	}
	found, from := bytes.Clone(h.buf[i:]), h.from+int64(i)
	at = h.timeOf(from)
	c.fill(h, span{pos: h.from, end: from})
	h.marks = nil
	if client == (dir != c.client) {
		c.client = 1 - c.client
	}
	h.state, h.from, h.at, h.msg = inHead, from, at, message{}
	h.buf = found
	return n
}

// timeOf is when a byte of the run was seen.
func (h *half) timeOf(pos int64) int64 {
	for _, m := range h.marks {
		if pos < m.end {
			return m.at
		}
	}
	return h.at
}

// fillRun fills what was looked through.
func (c *Conn) fillRun(h *half) {
	c.fill(h, span{pos: h.from, end: h.from + int64(len(bytes.TrimRight(h.buf, "\r\n")))})
	h.buf, h.marks = h.buf[:0], nil
}

// findStart finds a start line that ends a run; client says that it is a request's.
func findStart(run []byte) (at int, client bool) {
	line := bytes.TrimRight(run, "\r\n")
	for i := len(line) - 1; i >= 0; i-- { // what cannot be printed comes before it
		if line[i] < ' ' || line[i] >= 0x7f {
			line = line[i+1:]
			break
		}
	}
	base := len(bytes.TrimRight(run, "\r\n")) - len(line)
	if i := bytes.LastIndex(line, []byte("HTTP/1.")); i >= 0 {
		if startLine(line[i:], false) {
			return base + i, false
		}
		if j := bytes.LastIndexByte(line[:max(0, i-1)], ' '); i > 2 && j > 0 && len(line)-i == 8 {
			k := j
			for k > 0 && 'A' <= line[k-1] && line[k-1] <= 'Z' {
				k--
			}
			if k < j && startLine(line[k:], true) {
				return base + k, true
			}
		}
	}
	return -1, false
}
