package http1

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// maxCodings bounds the list in Content-Encoding.
const maxCodings = 4

// decode removes the content codings (RFC 9110 §8.4) of m's body. wrong says why that failed; body is then what could
// be read. That the body itself is a prefix is no failure.
func (c *Conn) decode(m *message) (body []byte, wrong string) {
	list := m.fields.encoding
	if m.fields.encodings {
		list = joined(m.header(), "content-encoding")
	}
	if len(list) == 0 || len(m.body) == 0 {
		return m.body, ""
	}
	chain := chain{opt: c.opt, limit: int64(c.opt.maxDecoded())}
	defer chain.close()
	if wrong = chain.open(bytes.NewReader(m.body), bytes.Split(list, []byte(","))); wrong != "" {
		return nil, wrong
	}
	if len(chain.layers) == 0 {
		return m.body, ""
	}
	out := bytes.NewBuffer(m.decoded[:0])
	_, err := out.ReadFrom(chain.top)
	m.decoded = out.Bytes()
	if chain.full() {
		m.truncated = true
		return m.decoded, ""
	}
	if err == nil || (m.truncated || m.incomplete) && isEnd(err) {
		return m.decoded, ""
	}
	return m.decoded, err.Error()
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
