package conn

import (
	"encoding/hex"
	"slices"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/tlshello"
)

// Why a connection stays dark that nobody tried to decrypt.
const (
	noKey = "no key"
	late  = "the capture began after its handshake"
)

// A Piece is bytes of one direction, or a hole in it, or with End what comes last.
type Piece struct {
	Dir  fact.Dir
	Time int64
	Data []byte
	Gap  bool
	Lost int64 // bytes that are missing in the hole; 0: unknown
	End  bool
}

// A Decrypter knows the inside of one TLS connection.
type Decrypter interface {
	// Decrypt consumes a piece of the connection and calls plain with what became readable. A piece without data, gap
	// and end only asks for what keys that came since then made readable: of that, the oldest piece.
	Decrypt(p Piece, plain func(Piece))
	State() TLSState
}

// TLSState says how far a Decrypter has come.
type TLSState struct {
	Reason string   // why nothing can be read; "": it can, or it is not known yet
	Wait   bool     // with Reason: a key may still come
	Ready  int64    // the time of the oldest piece that a key that came late made readable; 0: there is none
	ALPN   []string // the protocol chosen, where it was said under protection
}

// tlsConn is a TLS connection: what it says in the clear, and where there are keys what is inside.
type tlsConn struct {
	info      fact.TLS
	told      string // the reason that was emitted last
	hello     [2]tlshello.Collector
	done      bool // both hellos, as far as there are any, were read
	asked     asking
	decrypter Decrypter
	inside    *Conn
}

func (c *Conn) newTLS() {
	c.tls = new(tlsConn)
	if c.opt.Decrypt != nil {
		c.tls.decrypter = c.opt.Decrypt()
	}
}

func (c *Conn) writeTLS(raw fact.Dir, at int64, p []byte) {
	dir := raw ^ c.swap
	t := c.tls
	if t.info.Time == 0 {
		t.info.Time = at
	}
	if !t.done {
		h := &t.hello[dir]
		if dir == fact.In && p[0] == 'H' && !h.Began() {
			c.plainAnswer(raw, at, p)
			return
		}
		t.collect(dir, p)
	}
	if dir == fact.Out {
		t.asked.write(p, t.info.Version == "1.3")
	}
	switch {
	case t.decrypter != nil:
		c.decrypt(Piece{Dir: dir, Time: at, Data: p})
	case t.done:
		c.tellTLS(t.dark())
		c.forgo()
	}
}

// forgo stops looking at a connection that cannot be read, once it is known that a request may be in it.
func (c *Conn) forgo() {
	if t := c.tls; t.asked.some || t.info.Random == "" {
		c.is(ignored)
	}
}

// collect reads the hellos.
func (t *tlsConn) collect(dir fact.Dir, p []byte) {
	h := &t.hello[dir]
	if !h.Done {
		h.Write(p)
		if h.Done {
			t.parse(dir, h.Message)
			h.Message = nil
		}
	}
	out := &t.hello[fact.Out]
	t.done = t.hello[fact.In].Done && (out.Done || out.Message == nil)
}

func (t *tlsConn) parse(dir fact.Dir, hello []byte) {
	if dir == fact.Out {
		if m, ok := tlshello.ParseClient(hello); ok {
			t.info.SNI, t.info.ALPN, t.info.Random = m.SNI, m.ALPN, hex.EncodeToString(m.Random[:])
		}
	} else if m, ok := tlshello.ParseServer(hello); ok {
		t.info.Version = tlshello.VersionName(m.Version)
		if m.ALPN != nil {
			t.info.ALPN = m.ALPN
		}
	}
}

// dark is why nothing is read where nobody tries to decrypt.
func (t *tlsConn) dark() string {
	if t.info.Random == "" {
		return lang.Mark(late)
	}
	return lang.Mark(noKey)
}

// plainAnswer reads what a server says in plain HTTP to a client that speaks TLS.
func (c *Conn) plainAnswer(dir fact.Dir, at int64, p []byte) {
	c.tellTLS(c.tls.dark())
	c.tls = nil
	c.is(inHTTP)
	c.newHTTP()
	c.http.Join(false)
	c.write(dir, at, p)
}

// tellTLS says what is known by now, and why no more is; again where a key came late.
func (c *Conn) tellTLS(reason string) {
	t := c.tls
	if t.info.Conn != nil && t.told == reason {
		return
	}
	t.info.Conn = c.of
	t.info.Reason, t.told = reason, reason
	c.open()
	told := t.info
	c.emit(&told)
}

// decrypt goes on with what can be read of a piece.
func (c *Conn) decrypt(p Piece) {
	t := c.tls
	t.decrypter.Decrypt(p, c.plain)
	if s := t.decrypter.State(); s.Reason != "" {
		c.tellTLS(s.Reason)
		if !s.Wait {
			c.forgo()
		}
	}
	if t.inside != nil && t.inside.kind == ignored {
		c.is(ignored)
	}
}

// plain has what is inside decoded as a TCP connection's bytes are.
func (c *Conn) plain(p Piece) {
	t := c.tls
	if t.inside == nil {
		if s := t.decrypter.State(); s.ALPN != nil {
			t.info.ALPN = s.ALPN
		}
		c.tellTLS("")
		t.inside = &Conn{of: c.of, opt: c.opt, opened: true, exchanges: c.exchanges}
	}
	in := t.inside
	if in.kind == ignored {
		return
	}
	in.emit = c.emit
	if in.kind == fresh && slices.Equal(t.info.ALPN, []string{"h2"}) {
		in.is(inHTTP2) // the server may speak first
		in.newHTTP2()
	}
	if p.Gap {
		in.hole(p.Dir, p.Time, p.Lost)
	} else {
		in.write(p.Dir, p.Time, p.Data)
	}
	in.emit = nil
}

func (c *Conn) gapTLS(dir fact.Dir, at, n int64) {
	c.tls.asked.some = c.tls.asked.some || dir == fact.Out
	if c.tls.decrypter == nil {
		c.tellTLS(c.tls.dark())
		return
	}
	c.decrypt(Piece{Dir: dir, Time: at, Gap: true, Lost: n})
}

// closeTLS ends what is inside, and says why it was not read.
func (c *Conn) closeTLS(at int64) {
	t := c.tls
	reason := t.dark()
	if t.decrypter != nil {
		t.decrypter.Decrypt(Piece{Time: at, End: true}, c.plain)
		reason = t.decrypter.State().Reason
	}
	if t.info.Aborted = c.ended && reason != "" && t.info.Random != "" && !t.asked.some; t.info.Aborted {
		reason = ""
	}
	c.tellTLS(reason)
	if t.inside != nil {
		t.inside.Close(at, c.emit)
	}
}

// Waits reports whether a key may still come. After it did, bytes can be Ready even if the connection has ended since:
// then its Close is due behind them.
func (c *Conn) Waits() bool {
	return c.kind == inTLS && c.tls.decrypter != nil && c.tls.decrypter.State().Wait
}

// Ready is the time of the oldest bytes that a key made readable which came after them; 0: there are none.
func (c *Conn) Ready() int64 {
	if c.kind != inTLS || c.tls.decrypter == nil {
		return 0
	}
	return c.tls.decrypter.State().Ready
}

// Resume decodes those bytes.
func (c *Conn) Resume(emit fact.Emit) {
	if c.Ready() == 0 {
		return
	}
	c.emit = emit
	c.decrypt(Piece{})
	c.emit = nil
}
