package pcapfile

import "io"

// bufferSize is what an input holds at first: as much as stays in a processor's cache.
const bufferSize = 256 << 10

// An input is a window on the file: bytes are looked at in place, then consumed.
//
// It grows for a record that is longer than the window, and only as fast as bytes arrive: what a header
// merely claims costs no memory.
type input struct {
	r        io.Reader
	buf      []byte
	pos, end int   // buf[pos:end] is read and not yet consumed
	base     int64 // where buf[0] stands in the file
	err      error // from r, once the bytes before it are consumed
}

// offset is where the next byte stands in the file.
func (in *input) offset() int64 { return in.base + int64(in.pos) }

// peek returns the next n bytes, or an error and the fewer that there are. They stay until the next peek.
func (in *input) peek(n int) ([]byte, error) {
	if in.end-in.pos < n {
		return in.fill(n)
	}
	return in.buf[in.pos : in.pos+n], nil
}

// fill is peek where bytes must be read first. It asks for no more than r has ready, so that a live
// input is not held up.
func (in *input) fill(n int) ([]byte, error) {
	in.compact()
	for idle := 0; in.end < n; {
		if in.err != nil {
			return in.buf[:in.end], in.err
		}
		if in.end == len(in.buf) {
			in.grow()
		}
		got, err := in.r.Read(in.buf[in.end:])
		in.end += got
		in.err = err
		if got > 0 {
			idle = 0
		} else if idle++; idle == 100 && err == nil {
			in.err = io.ErrNoProgress
		}
	}
	return in.buf[:n], nil
}

// compact moves what is not yet consumed to the front.
func (in *input) compact() {
	in.base += int64(in.pos)
	in.end = copy(in.buf, in.buf[in.pos:in.end])
	in.pos = 0
}

func (in *input) grow() {
	next := make([]byte, max(bufferSize, 2*len(in.buf)))
	copy(next, in.buf[:in.end])
	in.buf = next
}

// discard consumes n bytes without keeping them.
func (in *input) discard(n int64) error {
	for {
		here := min(n, int64(in.end-in.pos))
		in.pos += int(here)
		if n -= here; n == 0 {
			return nil
		}
		if _, err := in.fill(1); err != nil {
			return err
		}
	}
}

// A counter counts what is read through it.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
