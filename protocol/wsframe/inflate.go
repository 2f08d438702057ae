package wsframe

import (
	"compress/flate"
	"io"
)

// A Scratch is working memory. Decoders may share one as long as they are used by one goroutine and none of them is
// called from another's emit: then a connection that is idle holds next to nothing. The zero value is ready.
type Scratch struct {
	plain []byte   // an unmasked payload
	text  []byte   // an inflated payload
	free  [][]byte // buffers for messages that arrive in pieces
	src   source
	zr    io.ReadCloser // also a flate.Resetter
}

const (
	keepBuffer  = 64 << 10 // a longer buffer is released after use
	keepBuffers = 64       // so many are kept for messages that arrive in pieces
	maxStreams  = 64       // final deflate blocks in one message, RFC 7692 §7.2.3.4
)

// plainFor returns n bytes to unmask into.
func (s *Scratch) plainFor(n int) []byte {
	if cap(s.plain) < n {
		s.plain = make([]byte, max(n, 2*cap(s.plain), 512))
	}
	return s.plain[:n]
}

// take returns an empty buffer.
func (s *Scratch) take() []byte {
	if n := len(s.free); n > 0 {
		b := s.free[n-1]
		s.free = s.free[:n-1]
		return b
	}
	return make([]byte, 0, 512)
}

func (s *Scratch) give(b []byte) {
	if cap(b) > 0 && cap(b) <= keepBuffer && len(s.free) < keepBuffers {
		s.free = append(s.free, b[:0])
	}
}

// trim releases what a long message left behind.
func (s *Scratch) trim() {
	if cap(s.plain) > keepBuffer {
		s.plain = nil
	}
	if cap(s.text) > keepBuffer {
		s.text = nil
	}
}

// inflate decompresses one message, RFC 7692 §7.2.2, up to limit bytes: more is true where there are more. whole says
// that p is all of it; history is what the sender may refer to. A reference to what is not there is an error, so text
// without an error is exact. The text is valid until the next call and is what came before the error, if there was one.
func (s *Scratch) inflate(p []byte, whole bool, history []byte, limit int) (text []byte, more bool, err error) {
	s.text = s.text[:0]
	if len(p) == 0 {
		return s.text, false, nil
	}
	s.src = source{rest: p}
	if whole {
		s.src.tail = tail
	}
	context := history
	for range maxStreams {
		s.reset(context)
		more, err = s.read(limit)
		if more || err != nil || len(s.src.rest) == 0 {
			s.src = source{}
			return s.text, more, err
		}
		// A block with BFINAL set ended the stream, but not the message.
		context = remember(append([]byte(nil), history...), s.text, 1<<15)
	}
	return s.text, false, errStreams
}

var errStreams = flate.InternalError("too many final blocks in one message")

func (s *Scratch) reset(history []byte) {
	if s.zr == nil {
		s.zr = flate.NewReaderDict(&s.src, history)
		return
	}
	s.zr.(flate.Resetter).Reset(&s.src, history) // of a slice in memory: cannot fail
}

// read appends to s.text until the stream ends or limit is passed.
func (s *Scratch) read(limit int) (more bool, err error) {
	for {
		if len(s.text) == cap(s.text) {
			s.text = append(s.text, make([]byte, max(2048, min(len(s.text), limit+1-len(s.text))))...)[:len(s.text)]
		}
		n, err := s.zr.Read(s.text[len(s.text):cap(s.text)])
		s.text = s.text[:len(s.text)+n]
		switch {
		case len(s.text) > limit:
			s.text = s.text[:limit]
			return true, nil
		case err == io.EOF:
			return false, nil
		case err != nil:
			return false, err
		}
	}
}

// remember returns the last window bytes of history followed by text, in history's memory where it fits.
func remember(history, text []byte, window int) []byte {
	if len(text) >= window {
		return append(history[:0], text[len(text)-window:]...)
	}
	if over := len(history) + len(text) - window; over > 0 {
		history = history[:copy(history, history[over:])]
	}
	return append(history, text...)
}

// tail ends a message's stream: the four bytes that the sender took off, and an empty final block.
var tail = []byte("\x00\x00\xff\xff\x01\x00\x00\xff\xff")

// A source gives the compressed bytes, then the tail. It implements io.ByteReader: flate reads no byte too many.
type source struct{ rest, tail []byte }

func (s *source) ReadByte() (byte, error) {
	from := &s.rest
	if len(*from) == 0 {
		from = &s.tail
	}
	if len(*from) == 0 {
		return 0, io.EOF
	}
	c := (*from)[0]
	*from = (*from)[1:]
	return c, nil
}

func (s *source) Read(p []byte) (int, error) {
	n := 0
	for _, from := range []*[]byte{&s.rest, &s.tail} {
		k := copy(p[n:], *from)
		*from = (*from)[k:]
		n += k
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}
