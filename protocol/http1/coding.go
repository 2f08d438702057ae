package http1

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// maxCodings bounds the list in Content-Encoding.
const maxCodings = 4

// decode removes the content codings of m's body.
func (c *Conn) decode(m *message) (body []byte, wrong string) {
	list := m.fields.encoding
	if m.fields.encodings {
		list = List(m.header(), "content-encoding")
	}
	return m.body.Content(list, m.incomplete, c.opt)
}

func isEnd(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

// chain is decompressors, one upon the other, each of which yields at most limit bytes.
type chain struct {
	opt    *Options
	limit  int64
	top    io.Reader
	layers []layer
}

type layer struct {
	limited *io.LimitedReader
	from    *decompressor
}

// open builds the chain for the codings in the order in which they were applied.
func (c *chain) open(r io.Reader, codings [][]byte) (wrong string) {
	c.top = r
	for i := len(codings) - 1; i >= 0; i-- {
		name := strings.ToLower(string(bytes.TrimSpace(codings[i])))
		if name == "" || name == "identity" {
			continue
		}
		if len(c.layers) == maxCodings {
			return "too many content codings"
		}
		if !known(name) {
			return "unknown content coding " + strings.ToValidUTF8(name[:min(len(name), 32)], "?")
		}
		d := &decompressor{name: name, from: c.top, opt: c.opt}
		limited := &io.LimitedReader{R: d, N: c.limit}
		c.top = limited
		c.layers = append(c.layers, layer{limited, d})
	}
	return ""
}

// full reports whether a limit was reached with more to come.
func (c *chain) full() bool {
	for _, l := range c.layers {
		var more [1]byte
		if l.limited.N > 0 {
			continue
		}
		if n, _ := io.ReadFull(l.from, more[:]); n > 0 {
			return true
		}
	}
	return false
}

func (c *chain) close() {
	for _, l := range c.layers {
		l.from.done()
	}
}
