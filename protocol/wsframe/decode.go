package wsframe

// A Decoder turns one direction of a connection into messages. The zero value is ready and reads a server's frames
// from the first byte after the 101. Any split of the same bytes gives the same messages.
//
// It keeps at most MaxPayload bytes of the message that is arriving (twice that while it is inflated), 32 KiB of
// history where permessage-deflate is used, and 128 KiB while it looks for a frame's beginning.
type Decoder struct {
	Deflate    Deflate  // what the handshake agreed on
	MaxPayload int      // longest payload kept of a message, in bytes; 0 means DefaultMaxPayload
	Scratch    *Scratch // working memory, to be shared among decoders; nil means one of its own
	FromClient bool     // frames are expected to be masked
	Joined     bool     // the beginning was not seen: look for a frame first; permessage-deflate may be in use

	state     state
	loose     bool            // frames were found by looking for them, so a malformed one means: look again
	open      bool            // a data message has begun and is not finished
	inControl bool            // the frame whose payload arrives is a control frame
	fin       bool            // that frame's FIN
	dataHole  bool            // bytes of the data message are missing: what follows is not kept
	ctlHole   bool            // the same for the control frame
	ctl       uint8           // bytes of the control frame kept, behind the data message in buf
	ctlSize   uint8           // bytes of the control frame
	ctlOp     uint8           // its opcode
	flaw      Flaw            // of the frame
	held      uint8           // bytes in hdr
	hdr       [maxHeader]byte // a header that arrives in pieces
	key       uint32          // masking key for the next payload byte
	left      int64           // payload bytes the frame still wants
	at        int64           // when the frame's first byte was seen
	end       int64           // when its last byte so far was seen
	buf       []byte          // payload of a message that arrives in pieces
	msg       Message         // the data message
	rare      *rare
}

type state uint8

const (
	fresh     state = iota // nothing was seen
	between                // a header comes next
	inPayload              // left bytes of payload come next
	searching              // the next Write may begin with a header
	failed
)

// rare is state that most connections never need.
type rare struct {
	err     error
	history []byte // the last text inflated, without a hole
	lost    bool   // the sender may refer to more than history
	search  search
}

func (d *Decoder) uncommon() *rare {
	if d.rare == nil {
		d.rare = new(rare)
	}
	return d.rare
}

// Write consumes p, seen at the given time (nanoseconds since the epoch), and calls emit for every message it
// completes. p is not changed. An error says that these bytes are no WebSocket: it is ErrHTTP or a *FormatError, and
// all later calls return it too. After bytes went missing, and where Joined, there is no error: the decoder passes
// bytes over until it finds frames again (see Searching), and then every p must begin where a TCP segment began.
func (d *Decoder) Write(at int64, p []byte, emit func(*Message)) error {
	switch {
	case d.state == failed:
		return d.err()
	case len(p) == 0:
		return nil
	}
	switch d.state {
	case fresh:
		if d.Joined {
			d.state = searching
			d.seek(at, p, emit)
			return nil
		}
		if !d.FromClient && p[0] == 'H' {
			return d.fail(ErrHTTP)
		}
		d.state = between
	case searching:
		d.seek(at, p, emit)
		return nil
	}
	return d.frames(at, p, emit)
}

func (d *Decoder) fail(err error) error {
	d.state = failed
	d.uncommon().err = err
	return err
}

func (d *Decoder) err() error {
	if d.rare == nil || d.rare.err == nil {
		return ErrClosed
	}
	return d.rare.err
}

// frames reads headers and payloads from p.
func (d *Decoder) frames(at int64, p []byte, emit func(*Message)) error {
	var h header
	for len(p) > 0 {
		if d.state == inPayload {
			p = d.payload(at, p, emit)
			continue
		}
		rest, err := d.header(&h, at, p)
		if err != nil {
			return d.malformed(err, len(rest), emit)
		}
		if p = rest; h.size == 0 {
			break // p ended within the header
		}
		d.end = at
		d.begin(&h, emit)
		if h.length <= int64(len(p)) && d.alone() {
			d.whole(p[:h.length], emit)
			p = p[h.length:]
		} else if d.state = inPayload; d.left == 0 {
			d.finish(emit)
		}
	}
	return nil
}

// header reads a header from the bytes held back and p, and returns what follows it. h.size 0 means p was not enough.
func (d *Decoder) header(h *header, at int64, p []byte) ([]byte, *FormatError) {
	if d.held == 0 {
		d.at = at
		if err := h.parse(p); err != nil {
			return p, err
		}
		if h.size > 0 {
			return p[h.size:], nil
		}
	}
	n := copy(d.hdr[d.held:], p)
	if err := h.parse(d.hdr[:int(d.held)+n]); err != nil {
		return p, err
	}
	if h.size == 0 {
		d.held += uint8(n)
		return nil, nil
	}
	used := h.size - int(d.held)
	d.held = 0
	return p[used:], nil
}

// Gap says that n bytes after those of the last Write are missing from the capture; 0 means an unknown number.
// Where they end within the payload that was arriving, or with it, only that message is incomplete. Else the decoder
// looks for the next frame, as where Joined is set.
func (d *Decoder) Gap(at int64, n int64, emit func(*Message)) error {
	switch {
	case d.state == failed:
		return d.err()
	case d.state == inPayload && 0 < n && n <= d.left:
		d.hole(n, emit)
	case d.state == searching:
		d.rare.search.drop()
	default:
		d.abandon(emit)
		d.lose()
	}
	return nil
}

// Close ends the direction: what has begun is emitted as incomplete. at is when the connection ended; a message ends
// with its last byte all the same. The decoder reads nothing afterwards.
func (d *Decoder) Close(at int64, emit func(*Message)) {
	if d.state == failed {
		return
	}
	if d.state == searching {
		d.rare.search.drop()
	}
	d.abandon(emit)
	d.state = failed
}

// Searching reports whether the decoder is passing bytes over until it finds a frame.
func (d *Decoder) Searching() bool { return d.state == searching || d.state == fresh && d.Joined }

// Skipped is how many bytes were passed over so far.
func (d *Decoder) Skipped() int64 {
	if d.rare == nil {
		return 0
	}
	return d.rare.search.skipped
}

// malformed ends decoding, or, where the frame's beginning was a guess, returns to looking for one.
func (d *Decoder) malformed(err *FormatError, n int, emit func(*Message)) error {
	n += int(d.held)
	d.abandon(emit)
	if !d.loose {
		return d.fail(err)
	}
	d.lose()
	d.rare.search.skipped += int64(n)
	return nil
}

// lose goes looking for a frame.
func (d *Decoder) lose() {
	d.state, d.loose = searching, true
	d.uncommon()
	d.forget()
}
