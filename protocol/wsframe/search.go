package wsframe

// Looking for a frame, where a stream was joined late or bytes are missing:
//
//  1. Only the beginning of a TCP segment, that is, of a Write, is tried.
//  2. Bytes there that read as a header, with the mask bit this direction has and a length in its shortest form, say
//     where the next header must be, and so on: a chain.
//  3. The chain is believed once a frame ends where a segment ends, once three headers in a row fit, or at a frame
//     of 64 KiB or more, whose eight bytes of length nothing else looks like.
//  4. Until then segments are held, 128 KiB at most. They are decoded when the chain is believed; when it breaks, the
//     first is passed over and the next one is tried.

const (
	maxHeld     = 128 << 10 // bytes held; the longest frame with a 16-bit length and the next header fit
	maxSegments = 1024      // segments held
	enough      = 3         // headers in a row
)

type search struct {
	held     []byte
	segments []segment
	skipped  int64 // bytes passed over so far
}

// A segment is where in held one ends, and when it was seen.
type segment struct {
	at  int64
	end int
}

type verdict uint8

const (
	undecided verdict = iota
	believed
	broken
)

// drop passes over everything held.
func (s *search) drop() {
	s.skipped += int64(len(s.held))
	s.held, s.segments = nil, nil
}

// seek takes a segment while looking for a frame.
func (d *Decoder) seek(at int64, p []byte, emit func(*Message)) {
	if !d.loose {
		d.lose()
	}
	s := &d.rare.search
	s.held = append(s.held, p...)
	s.segments = append(s.segments, segment{at, len(s.held)})
	for first, start := 0, 0; first < len(s.segments); first++ {
		v := d.chain(s.held, start, s.segments[first:])
		if v == undecided && (len(s.held)-start > maxHeld || len(s.segments)-first > maxSegments) {
			v = broken
		}
		switch v {
		case believed:
			d.found(first, start, emit)
			return
		case undecided:
			s.compact(first, start)
			return
		}
		s.skipped += int64(s.segments[first].end - start)
		start = s.segments[first].end
	}
	s.held, s.segments = s.held[:0], s.segments[:0]
	if cap(s.held) > 4096 {
		s.held = nil
	}
}

// found decodes what is held from a segment on.
func (d *Decoder) found(first, start int, emit func(*Message)) {
	s := &d.rare.search
	held, segments := s.held, s.segments
	s.held, s.segments = nil, nil
	d.state = between
	for _, g := range segments[first:] {
		// Write, not frames: a chain that breaks after all has the remaining segments looked through again.
		d.Write(g.at, held[start:g.end], emit) // no error: what was found by looking is looked for again
		start = g.end
	}
}

// compact lets go of the segments before first, which begins at start.
func (s *search) compact(first, start int) {
	if first == 0 {
		return
	}
	s.held = s.held[:copy(s.held, s.held[start:])]
	s.segments = s.segments[:copy(s.segments, s.segments[first:])]
	for i := range s.segments {
		s.segments[i].end -= start
	}
}

// chain judges the headers from start on. segments are those from there on.
func (d *Decoder) chain(held []byte, start int, segments []segment) verdict {
	var h header
	open := unknown
	for n := 1; ; n++ {
		if err := h.parse(held[start:]); err != nil || h.size > 0 && !d.plausible(&h, &open) {
			return broken
		}
		switch {
		case h.size == 0:
			return undecided
		case n == enough || h.length >= 1<<16:
			return believed
		case h.length > int64(len(held)-start-h.size):
			return undecided
		}
		start += h.size + int(h.length)
		for len(segments) > 0 && segments[0].end < start {
			segments = segments[1:]
		}
		if segments[0].end == start {
			return believed
		}
	}
}

// fragments is what a chain knows about the message that is being sent.
type fragments uint8

const (
	unknown fragments = iota
	none
	some
)

// plausible reports whether a header fits this direction and the ones before it.
func (d *Decoder) plausible(h *header, f *fragments) bool {
	op := h.opcode()
	if h.masked != d.FromClient || !h.minimal || h.length > 1<<40 || h.rsv1() && (op == Continuation || !d.deflates()) {
		return false
	}
	if h.control() {
		return true
	}
	if *f == none && op == Continuation || *f == some && op != Continuation {
		return false
	}
	if *f = some; h.fin() {
		*f = none
	}
	return true
}

// deflates reports whether compressed messages may come.
func (d *Decoder) deflates() bool { return d.Deflate.Enabled || d.Joined }
