package conn

import (
	"errors"

	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
	"sioscope/protocol/wsframe"
)

// webSocket is both directions of a connection after its 101.
type webSocket struct {
	decoder [2]wsframe.Decoder
	take    [2]func(*wsframe.Message)
	message fact.Message
	flaws   [2]uint32   // already reported, by wsframe.Flaw
	http    *http1.Conn // the server sent HTTP where frames were expected
	dead    [2]bool
}

// newWebSocket begins a WebSocket; s nil means in its middle.
func newWebSocket(c *Conn, s *http1.Switch) *webSocket {
	w := new(webSocket)
	w.message.Conn = c.of
	var deflate wsframe.Deflate
	if s != nil {
		deflate = wsframe.ParseExtensions(s.Extensions)
		w.message.Exchange = s.Exchange
	}
	for d := range w.decoder {
		w.decoder[d] = wsframe.Decoder{
			FromClient: fact.Dir(d) == fact.Out, Joined: s == nil || s.Assumed,
			Deflate: deflate, MaxPayload: c.opt.MaxPayload, Scratch: &c.opt.scratch,
		}
		w.take[d] = func(m *wsframe.Message) { w.tell(c, fact.Dir(d), m) }
	}
	return w
}

func (w *webSocket) write(c *Conn, dir fact.Dir, at int64, p []byte) {
	if w.dead[dir] {
		if dir == fact.In && w.http != nil {
			w.http.Write(dir, at, p, c.tell)
		}
		return
	}
	if err := w.decoder[dir].Write(at, p, w.take[dir]); err != nil {
		w.fail(c, dir, at, p, err)
	}
}

func (w *webSocket) tell(c *Conn, dir fact.Dir, m *wsframe.Message) {
	if m.Flaw != 0 {
		w.flaw(c, dir, m)
	}
	f := &w.message
	f.Dir, f.Start, f.End, f.Opcode = dir, m.Start, m.End, fact.Opcode(m.Opcode)
	f.Payload, f.Size = m.Payload, m.Size
	f.Compressed, f.Truncated, f.Incomplete = m.Compressed, m.Truncated, m.Incomplete
	c.open()
	c.emit(f)
}

// flaw reports a breach of the rules, once for each kind and direction.
func (w *webSocket) flaw(c *Conn, dir fact.Dir, m *wsframe.Message) {
	bit := uint32(1) << m.Flaw
	if w.flaws[dir]&bit != 0 {
		return
	}
	w.flaws[dir] |= bit
	c.malformed(dir, m.Start, "websocket: "+m.Flaw.String(), m.Payload)
}

// fail ends a direction: what comes is no WebSocket.
func (w *webSocket) fail(c *Conn, dir fact.Dir, at int64, p []byte, err error) {
	w.dead[dir] = true
	var format *wsframe.FormatError
	switch {
	case errors.Is(err, wsframe.ErrHTTP):
		w.http = http1.New(c.of, &c.opt.HTTP)
		w.http.SetExchanges(c.exchanges)
		w.http.Expect(w.message.Exchange)
		w.http.Write(dir, at, p, c.tell)
	case errors.As(err, &format):
		c.malformed(dir, at, err.Error(), format.Header)
	}
	if w.dead[dir.Other()] && w.http == nil {
		c.ws = nil
		c.is(ignored)
	}
}

func (w *webSocket) gap(c *Conn, dir fact.Dir, at, n int64) {
	switch {
	case !w.dead[dir]:
		_ = w.decoder[dir].Gap(at, n, w.take[dir]) // an error would be Write's
	case dir == fact.In && w.http != nil:
		w.http.Gap(dir, at, n, c.tell)
	}
}

func (w *webSocket) close(c *Conn, at int64) {
	for d := range w.decoder {
		if !w.dead[d] {
			w.decoder[d].Close(at, w.take[d])
		}
	}
	if w.http != nil {
		w.http.Close(at, c.tell)
	}
}

func (c *Conn) malformed(dir fact.Dir, at int64, what string, sample []byte) {
	c.open()
	c.emit(&fact.Malformed{Conn: c.of, Dir: dir, Time: at, What: what, Sample: sample[:min(len(sample), 64)]})
}
