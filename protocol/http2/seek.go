package http2

import "sioscope/protocol/fact"

const (
	maxSeek  = 4 * (defaultFrame + frameHeader) // bytes looked through at a time
	sureFrom = 3                                // frames in a row that make it sure where they begin
	sureLast = 2                                // the same where the last one ends with the connection
)

// A seeker looks for a frame. The length of one says where the next begins, and so on; that bytes which are no frames
// say so three times in a row is as good as impossible, since most bytes of a header have few values.
type seeker struct {
	data  []byte
	marks []mark
	from  int // the first place that may be a frame's
}

type mark struct {
	from int
	at   int64
}

// search takes p, as much as there is room for, and goes on reading where it finds a frame.
func (c *Conn) search(dir fact.Dir, at int64, p []byte) []byte {
	s := c.half[dir].seek
	n := min(len(p), maxSeek-len(s.data))
	if k := len(s.marks); k == 0 || s.marks[k-1].at != at {
		s.marks = append(s.marks, mark{len(s.data), at})
	}
	s.data = append(s.data, p[:n]...)
	for s.from < len(s.data) {
		switch chain(dir, s.data[s.from:]) {
		case sure:
			c.found(dir)
			return p[n:]
		case perhaps: // less than maxSeek bytes decide
			s.drop()
			return p[n:]
		}
		s.from++
	}
	s.drop()
	return p[n:]
}

// drop forgets what is before the first place that may be a frame's.
func (s *seeker) drop() {
	n := s.from
	if n == 0 {
		return
	}
	s.data, s.from = append(s.data[:0], s.data[n:]...), 0
	kept := s.marks[:0]
	for i, m := range s.marks {
		if len(s.data) > 0 && (i+1 == len(s.marks) || s.marks[i+1].from > n) {
			kept = append(kept, mark{max(0, m.from-n), m.at})
		}
	}
	s.marks = kept
}

// found reads the frames.
func (c *Conn) found(dir fact.Dir) {
	s := c.half[dir].seek
	c.half[dir].seek = nil
	for i, m := range s.marks {
		end := len(s.data)
		if i+1 < len(s.marks) {
			end = s.marks[i+1].from
		}
		if from := max(m.from, s.from); from < end {
			c.feed(dir, m.at, s.data[from:end])
		}
	}
}

// flushSeek takes what two frames in a row say for sure, since there will be no third.
func (c *Conn) flushSeek(dir fact.Dir) {
	s := c.half[dir].seek
	if s == nil {
		return
	}
	for ; s.from < len(s.data); s.from++ {
		if n, whole := frames(dir, s.data[s.from:]); n >= sureLast && whole {
			c.found(dir)
			return
		}
	}
}

type verdict uint8

const (
	no verdict = iota
	perhaps
	sure
)

// chain judges bytes that may begin with a frame.
func chain(dir fact.Dir, b []byte) verdict {
	switch n, _ := frames(dir, b); {
	case n < 0:
		return no
	case n >= sureFrom:
		return sure
	}
	return perhaps
}

// frames counts the headers of frames that follow each other from b's beginning, up to sureFrom; -1: there is something
// else among them. whole says that the last frame ends with b.
func frames(dir fact.Dir, b []byte) (n int, whole bool) {
	for n < sureFrom {
		if len(b) < frameHeader {
			if !mayBegin(b) {
				return -1, false
			}
			return n, len(b) == 0 && n > 0
		}
		f := parseFrame(b)
		if b[5]&0x80 != 0 || !f.plausible(dir) {
			return -1, false
		}
		n++
		if len(b)-frameHeader < f.length {
			return n, false
		}
		b = b[frameHeader+f.length:]
	}
	return n, len(b) == 0
}

// mayBegin says whether a frame's header may begin with b, as far as its length tells.
func mayBegin(b []byte) bool {
	return len(b) == 0 || b[0] == 0 && (len(b) < 2 || b[1] <= defaultFrame>>8)
}

// plausible says whether a frame is one that everybody could have sent, RFC 9113 §6.
func (f *frame) plausible(dir fact.Dir) bool {
	if f.length > defaultFrame || f.wrong() != "" {
		return false
	}
	request := f.stream%2 == 1
	switch f.kind {
	case typeData:
		return request && f.flags&^(flagEndStream|flagPadded) == 0
	case typeHeaders:
		return request && f.length > 0 && f.flags&^(flagEndStream|flagEndHeaders|flagPadded|flagPriority) == 0
	case typePriority, typeRSTStream:
		return request && f.flags == 0
	case typeSettings:
		return f.stream == 0 && f.length <= 6*32 && f.flags&^flagAck == 0 && (f.flags == 0 || f.length == 0)
	case typePushPromise:
		return dir == fact.In && request && f.length > 4 && f.flags&^(flagEndHeaders|flagPadded) == 0
	case typePing:
		return f.stream == 0 && f.flags&^flagAck == 0
	case typeGoAway:
		return f.stream == 0 && f.length >= 8 && f.flags == 0
	case typeWindowUpdate:
		return (f.stream == 0 || request) && f.flags == 0
	case typeContinuation:
		return request && f.flags&^flagEndHeaders == 0
	case typePriorityUpdate:
		return dir == fact.Out && f.stream == 0 && f.length > 4 && f.flags == 0
	}
	return false
}
