package http2

import (
	"bytes"
	"encoding/binary"

	"sioscope/protocol/fact"
)

// Types of frames, RFC 9113 §6; RFC 9218 §7.1.
const (
	typeData           = 0
	typeHeaders        = 1
	typePriority       = 2
	typeRSTStream      = 3
	typeSettings       = 4
	typePushPromise    = 5
	typePing           = 6
	typeGoAway         = 7
	typeWindowUpdate   = 8
	typeContinuation   = 9
	typePriorityUpdate = 16
)

// Flags of frames, RFC 9113 §6.
const (
	flagAck        = 0x1 // SETTINGS, PING
	flagEndStream  = 0x1
	flagEndHeaders = 0x4
	flagPadded     = 0x8
	flagPriority   = 0x20
)

const (
	frameHeader  = 9        // bytes
	maxSmall     = 64 << 10 // bytes of a frame that is none of DATA, HEADERS, PUSH_PROMISE, CONTINUATION
	defaultFrame = 16 << 10 // SETTINGS_MAX_FRAME_SIZE that everybody begins with, and hardly anybody changes
)

// A frame is a frame's header, RFC 9113 §4.1.
type frame struct {
	length int
	kind   uint8
	flags  uint8
	stream uint32
}

func parseFrame(b []byte) frame {
	return frame{
		length: int(b[0])<<16 | int(b[1])<<8 | int(b[2]),
		kind:   b[3], flags: b[4], stream: binary.BigEndian.Uint32(b[5:]) &^ (1 << 31),
	}
}

func (f *frame) has(flag uint8) bool { return f.flags&flag != 0 }

// wrong says what breaks the rules for a frame so that what follows cannot be trusted, "" where nothing does.
func (f *frame) wrong() string {
	fixed := -1
	switch f.kind {
	case typeData, typeHeaders, typePushPromise, typeContinuation:
		if f.stream == 0 {
			return "a frame of a stream without its number"
		}
		return ""
	case typePriority:
		fixed = 5
	case typeRSTStream, typeWindowUpdate:
		fixed = 4
	case typePing:
		fixed = 8
	case typeSettings:
		if f.length%6 != 0 {
			return "a frame of a wrong length"
		}
	}
	if fixed >= 0 && f.length != fixed {
		return "a frame of a wrong length"
	}
	if f.length > maxSmall {
		return "a frame too long for its kind"
	}
	return ""
}

// half is one direction.
type half struct {
	preface int // bytes of it still to come
	begun   bool
	dead    bool    // what comes is no HTTP/2
	seek    *seeker // while frames are looked for

	head    [frameHeader]byte
	n       int   // bytes of head
	at      int64 // when the frame's first byte was seen
	inFrame bool
	frame   frame
	left    int    // bytes of its payload still to come
	pad     int    // DATA: bytes of padding at its end; -1: the byte that says it comes next
	payload []byte // of a frame that is read as a whole and arrives in pieces
	block   block
	table   table
}

// A block is the header block that is arriving, RFC 9113 §4.3.
type block struct {
	open   bool
	stream uint32
	push   bool
	end    bool  // it ends its stream
	at     int64 // when its first byte was seen
	data   []byte
	wrong  string // why it is not read, or ""
}

const tooLong = "a header block too long"

func (c *Conn) feed(dir fact.Dir, at int64, p []byte) {
	h := &c.half[dir]
	for len(p) > 0 && !h.dead {
		switch {
		case h.seek != nil:
			p = c.search(dir, at, p)
		case h.preface > 0:
			p = c.readPreface(dir, at, p)
		case h.inFrame:
			p = c.readPayload(dir, at, p)
		default:
			p = c.readHeader(dir, at, p)
		}
	}
}

func (c *Conn) readPreface(dir fact.Dir, at int64, p []byte) []byte {
	h := &c.half[dir]
	want := Preface[len(Preface)-h.preface:]
	n := min(len(p), len(want))
	if string(p[:n]) != want[:n] {
		c.lose(dir, at, "no preface", nil)
		return p
	}
	h.preface -= n
	return p[n:]
}

func (c *Conn) readHeader(dir fact.Dir, at int64, p []byte) []byte {
	h := &c.half[dir]
	if h.n == 0 {
		h.at = at
	}
	k := copy(h.head[h.n:], p)
	if h.n += k; h.n < frameHeader {
		return nil
	}
	h.n = 0
	if !h.begun && dir == fact.In && bytes.HasPrefix(h.head[:], []byte("HTTP/1.")) {
		c.malformed(dir, h.at, "the server answers in HTTP/1", h.head[:])
		h.dead = true
		return nil
	}
	f := parseFrame(h.head[:])
	what := f.wrong()
	if what == "" && h.block.open && (f.kind != typeContinuation || f.stream != h.block.stream) {
		what = "a header block that does not end"
	} else if what == "" && !h.block.open && f.kind == typeContinuation {
		what = "the continuation of no header block"
	}
	if what != "" {
		c.lose(dir, h.at, what, h.head[:])
		c.search(dir, h.at, h.head[1:])
		return p[k:]
	}
	h.begun, h.inFrame, h.frame, h.left, h.pad = true, true, f, f.length, 0
	if f.kind == typeData && f.has(flagPadded) {
		h.pad = -1
	}
	if h.left == 0 {
		c.frameEnd(dir, at, nil)
	}
	return p[k:]
}

// readPayload takes what p has of the frame's payload.
func (c *Conn) readPayload(dir fact.Dir, at int64, p []byte) []byte {
	h := &c.half[dir]
	n := min(h.left, len(p))
	switch h.frame.kind {
	case typeData:
		c.readData(dir, at, p[:n])
	case typeHeaders, typePushPromise, typeContinuation, typeRSTStream:
		if n == h.left && len(h.payload) == 0 {
			h.left = 0
			c.frameEnd(dir, at, p[:n])
			return p[n:]
		}
		if len(h.payload)+n <= maxBlock {
			h.payload = append(h.payload, p[:n]...)
		} else {
			h.block.wrong = tooLong
		}
	}
	if h.left -= n; h.left == 0 {
		whole := h.payload
		h.payload = h.payload[:0]
		c.frameEnd(dir, at, whole)
		if cap(h.payload) > 4<<10 {
			h.payload = nil
		}
	}
	return p[n:]
}

// readData takes a piece of a DATA frame, RFC 9113 §6.1.
func (c *Conn) readData(dir fact.Dir, at int64, p []byte) {
	h := &c.half[dir]
	left := h.left
	if h.pad < 0 {
		h.pad = int(p[0])
		p, left = p[1:], left-1
		if h.pad > left {
			h.pad = left
			c.malformed(dir, at, "more padding than a frame has bytes", nil)
		}
	}
	if n := min(len(p), left-h.pad); n > 0 {
		c.data(dir, h.frame.stream, at, p[:n])
	}
}

// frameEnd does what a frame wants done whose last byte was seen. payload is that of the frames that are read as a whole.
func (c *Conn) frameEnd(dir fact.Dir, at int64, payload []byte) {
	h := &c.half[dir]
	h.inFrame = false
	f := &h.frame
	switch f.kind {
	case typeData:
		if f.has(flagEndStream) {
			if s := c.streams[f.stream]; s != nil {
				c.ended(s, dir, at)
			}
		}
	case typeHeaders, typePushPromise:
		c.blockBegins(dir, payload)
		c.blockGoesOn(dir, at, f)
	case typeContinuation:
		c.addBlock(dir, payload)
		c.blockGoesOn(dir, at, f)
	case typeRSTStream:
		if s := c.streams[f.stream]; s != nil {
			c.reset(s, dir, at, binary.BigEndian.Uint32(payload))
		}
	}
}

// blockBegins takes the fragment out of HEADERS or PUSH_PROMISE, RFC 9113 §6.2 and §6.6.
func (c *Conn) blockBegins(dir fact.Dir, payload []byte) {
	h := &c.half[dir]
	f, b := &h.frame, &h.block
	*b = block{
		open: true, stream: f.stream, push: f.kind == typePushPromise, end: f.kind == typeHeaders && f.has(flagEndStream),
		at: h.at, data: b.data[:0], wrong: b.wrong,
	}
	skip, pad := 0, 0
	if f.has(flagPadded) && len(payload) > 0 {
		skip, pad = 1, int(payload[0])
	}
	if b.push {
		skip += 4
	} else if f.has(flagPriority) {
		skip += 5
	}
	if skip+pad > len(payload) {
		b.wrong = "more padding than a frame has bytes"
		return
	}
	c.addBlock(dir, payload[skip:len(payload)-pad])
}

func (c *Conn) addBlock(dir fact.Dir, fragment []byte) {
	b := &c.half[dir].block
	switch {
	case b.wrong != "":
	case len(b.data)+len(fragment) > maxBlock:
		b.wrong = tooLong
	default:
		b.data = append(b.data, fragment...)
	}
}

// blockGoesOn reads the block where f ended it.
func (c *Conn) blockGoesOn(dir fact.Dir, at int64, f *frame) {
	b := &c.half[dir].block
	if !f.has(flagEndHeaders) {
		return
	}
	c.headers(dir, at, b)
	data := b.data[:0]
	if cap(data) > 4<<10 {
		data = nil
	}
	*b = block{data: data}
}

// gap passes over n missing bytes. Within DATA they are missing from one stream alone; within what is not read, nowhere.
func (c *Conn) gap(dir fact.Dir, at, n int64) {
	h := &c.half[dir]
	inside := h.inFrame && 0 < n && n <= int64(h.left)
	switch {
	case h.dead:
		return
	case inside && h.frame.kind == typeData && h.pad >= 0:
		if k := min(n, int64(h.left-h.pad)); k > 0 {
			if s := c.streams[h.frame.stream]; s != nil {
				c.hole(s, dir, at, k)
			}
		}
	case inside && h.frame.kind > typeData && h.frame.kind != typeHeaders && h.frame.kind != typeRSTStream &&
		h.frame.kind != typePushPromise && h.frame.kind != typeContinuation:
	default:
		c.flushSeek(dir)
		c.lose(dir, at, "", nil)
		return
	}
	if h.left -= int(n); h.left == 0 {
		c.frameEnd(dir, at, nil)
	}
}

// lose goes looking for a frame. what is wrong with the bytes, or "" where some are missing.
func (c *Conn) lose(dir fact.Dir, at int64, what string, sample []byte) {
	h := &c.half[dir]
	why := "bytes are missing from the capture"
	if what != "" {
		c.malformed(dir, at, what, sample)
		why = "bytes before could not be read"
	}
	h.preface, h.n, h.inFrame, h.left, h.payload, h.block = 0, 0, false, 0, nil, block{}
	h.table.lose(why)
	h.seek = new(seeker)
	c.lossy = true
	for _, id := range c.order {
		if s := c.streams[id]; s != nil {
			c.hole(s, dir, at, 0)
		}
	}
}
