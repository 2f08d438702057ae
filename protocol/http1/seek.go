package http1

import (
	"bytes"

	"sioscope/protocol/fact"
)

// maxRun bounds the start line that is looked for.
const maxRun = 8 << 10

// seeker looks for the next start line, after a hole or after bytes that are no HTTP. It need not begin a line: the
// body before it hardly ever ends with a line end. What it was looking through before is not a fact, unless `what`
// says why it has to look.
type seeker struct {
	what   string // what is wrong with the bytes, or ""
	at     int64  // when their first was seen
	sample []byte // and what they begin with
	dirty  bool   // bytes were looked through already
	run    []byte // printable bytes since the last that was not
	marks  []mark // when they were seen
}

type mark struct {
	from int // in run
	at   int64
}

// seek makes a direction look for a start line.
func (c *Conn) seek(dir fact.Dir, what string) {
	h := &c.half[dir]
	h.state, h.seek = seeking, &seeker{what: what}
}

// flush emits the bytes that were no HTTP.
func (s *seeker) flush(c *Conn, dir fact.Dir) {
	if s != nil && s.what != "" && len(s.sample) > 0 {
		c.malformed(dir, s.at, s.what, s.sample)
		s.what = ""
	}
}

// search looks for a start line up to the end of p, or up to that line's end.
func (c *Conn) search(dir fact.Dir, at int64, p []byte) []byte {
	s := c.half[dir].seek
	if c.turnsHere(dir, s, p[0]) {
		return p
	}
	s.dirty = true
	n := 0
	for n < len(p) && p[n] >= ' ' && p[n] < 0x7f || n < len(p) && p[n] == '\r' {
		n++
	}
	s.add(at, p[:n])
	if n == len(p) {
		s.note(c, dir, at, p)
		return nil
	}
	s.note(c, dir, at, p[:n+1])
	if p[n] == '\n' {
		c.found(dir, at)
	}
	s.restart()
	return p[n+1:]
}

// restart begins a new run. Connections that are no HTTP stay in this state: they must not hold much.
func (s *seeker) restart() {
	if cap(s.run) > 512 || cap(s.marks) > 32 {
		s.run, s.marks = nil, nil
	}
	s.run, s.marks = s.run[:0], s.marks[:0]
}

// turnsHere reports whether the connection stopped being HTTP, as the first byte seen tells.
func (c *Conn) turnsHere(dir fact.Dir, s *seeker, b byte) bool {
	switch {
	case s.dirty:
	case dir == fact.Out && c.late != nil && !isAlphanumeric(b):
		c.turn(*c.late)
	case dir == fact.In && c.lost && likeFrame(b):
		c.assume()
	}
	return c.switched != nil
}

// note keeps the sample.
func (s *seeker) note(c *Conn, dir fact.Dir, at int64, p []byte) {
	if s.what == "" {
		return
	}
	if len(s.sample) == 0 {
		s.at = at
	}
	s.sample = append(s.sample, p[:min(len(p), 64-len(s.sample))]...)
	if len(s.sample) == 64 {
		s.flush(c, dir)
	}
}

// add appends to run, and forgets its first half where it is too long.
func (s *seeker) add(at int64, p []byte) {
	for len(p) > 0 {
		if len(s.marks) == 0 || s.marks[len(s.marks)-1].at != at {
			s.marks = append(s.marks, mark{len(s.run), at})
		}
		n := min(len(p), maxRun-len(s.run))
		s.run, p = append(s.run, p[:n]...), p[n:]
		if len(s.run) == maxRun {
			s.forget(maxRun / 2)
		}
	}
}

func (s *seeker) forget(n int) {
	s.run = append(s.run[:0], s.run[n:]...)
	kept := s.marks[:0]
	for i, m := range s.marks {
		if i+1 < len(s.marks) && s.marks[i+1].from <= n {
			continue
		}
		kept = append(kept, mark{max(0, m.from-n), m.at})
	}
	s.marks = kept
}

// seen is when the byte at offset was seen.
func (s *seeker) seen(offset int) int64 {
	var at int64
	for _, m := range s.marks {
		if m.from > offset {
			break
		}
		at = m.at
	}
	return at
}

// found begins a message when run, which a line end has ended, ends with a start line.
func (c *Conn) found(dir fact.Dir, at int64) {
	s := c.half[dir].seek
	offset := findStart(dir, trimEnd(s.run))
	if offset < 0 && c.either {
		if offset = findStart(dir.Other(), trimEnd(s.run)); offset >= 0 {
			c.half[0], c.half[1] = c.half[1], c.half[0]
			c.flip ^= 1
			dir = dir.Other()
		}
	}
	if offset < 0 {
		return
	}
	s.flush(c, dir)
	m := c.opt.message()
	m.head = append(append(m.head, s.run[offset:]...), '\n')
	m.start, m.end = s.seen(offset), at
	m.parseStart(dir)
	m.line = m.first
	c.began, c.either = true, false
	h := &c.half[dir]
	h.msg, h.state, h.seek = m, inHead, nil
}

// findStart returns where in line, which has more before it, a start line begins, or -1.
func findStart(dir fact.Dir, line []byte) int {
	if dir == fact.In {
		i := bytes.LastIndex(line, []byte("HTTP/1."))
		if i >= 0 {
			if _, _, ok := parseStatusLine(line[i:]); ok {
				return i
			}
		}
		return -1
	}
	end := bytes.LastIndexByte(line, ' ')
	if end < 0 || !isVersion(line[end+1:]) {
		return -1
	}
	blank := bytes.LastIndexByte(line[:end], ' ')
	if blank < 0 {
		return -1
	}
	for _, method := range methods {
		if bytes.HasSuffix(line[:blank], []byte(method)) {
			i := blank - len(method)
			if _, _, ok := parseRequestLine(line[i:]); ok {
				return i
			}
		}
	}
	return -1
}

// methods are those of RFC 9110 §9 and RFC 5789. None ends with another.
var methods = [...]string{"GET", "POST", "OPTIONS", "HEAD", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE"}
