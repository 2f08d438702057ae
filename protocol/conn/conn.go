// Package conn turns the two byte streams of one TCP connection into facts: HTTP requests and responses, WebSocket
// messages, what TLS tells in the clear, and where somebody decrypts it what is inside. What a connection carries is told
// from its first bytes, or, where the capture joined it later, from what its TCP segments begin with. A connection that
// carries something else (SSH, MySQL, …) is opened and closed and costs nothing in between. A WebSocket in a stream of
// HTTP/2 is a connection of its own.
//
// It does not reassemble TCP and does not decrypt by itself.
package conn

import (
	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
	"sioscope/protocol/http2"
	"sioscope/protocol/wsframe"
)

// Options are limits, and the working memory that connections lend each other. The zero value is ready. One Options
// serves the connections of one goroutine, and must not be copied once it is in use.
type Options struct {
	HTTP       http1.Options
	MaxPayload int // longest WebSocket payload kept, in bytes; 0 means wsframe.DefaultMaxPayload

	// Number gives the next fact.Conn.ID, for the connections that are found inside of others: WebSockets in streams of
	// HTTP/2. nil counts on from the ID of the one that they are in, which is right for a single connection.
	Number func() int

	// Decrypt makes a Decrypter for a connection that turns out to be TLS; nil: such connections stay dark.
	Decrypt func() Decrypter

	scratch wsframe.Scratch
	streams *http2.Options
	numbers int // the last that was given without Number
}

// A Conn decodes one TCP connection. It keeps none of the caller's memory, and calls emit from within its methods
// only. Any split of the same bytes gives the same facts, but for connections that the capture joined in their middle:
// there a TCP segment's beginning means something, and a Write should be a segment.
type Conn struct {
	of   *fact.Conn
	opt  *Options
	emit fact.Emit // during a call
	tell fact.Emit // emits what http1 reports

	kind      kind
	cut       bool     // during a call of Cut
	ended     bool     // during a call of End
	swap      fact.Dir // 1: what the caller calls Out is In
	base      fact.Dir // swap when http was made
	opened    bool
	syn       bool
	at        int64 // when the connection was opened
	exchanges int   // before http was made
	prefix    [2]*prefix
	missing   []fact.Missing // until Opened may be emitted
	http      *http1.Conn
	http2     *http2.Conn
	ws        *webSocket
	tls       *tlsConn
	luck      [2]uint8 // joined: segments in a row that look like frames or records
}

type kind uint8

const (
	fresh  kind = iota // the first bytes are awaited
	joined             // the first bytes were not seen
	inHTTP
	inWebSocket
	inHTTP2
	inTLS
	unproven // the bytes of a stream that may be a WebSocket
	ignored
)

// New returns a decoder for c. With opt nil it has one of its own. Where c.Guessed is set and the bytes prove the
// guess wrong, Client and Server are exchanged before *fact.Opened is emitted.
func New(c *fact.Conn, opt *Options) *Conn {
	if opt == nil {
		opt = new(Options)
	}
	return &Conn{of: c, opt: opt}
}

// Open says when the connection appeared, and whether its SYN was seen. It precedes every other call. *fact.Opened is
// emitted later: before the connection's first other fact, once it is known that there will be none, or by Close.
func (c *Conn) Open(at int64, syn bool) {
	c.at, c.syn = at, syn
	if !syn {
		c.join()
	}
}

// Swapped reports whether the caller's idea of who is the client was wrong: what it calls Out is In.
func (c *Conn) Swapped() bool { return c.swap == fact.In }

// Write consumes bytes of one direction, seen at the given time (nanoseconds since the epoch).
func (c *Conn) Write(dir fact.Dir, at int64, p []byte, emit fact.Emit) {
	if c.kind == ignored || len(p) == 0 {
		return
	}
	c.emit = emit
	c.write(dir, at, p)
	c.emit = nil
}

// Gap says that n bytes are missing in a direction; 0 means that their number is not known.
func (c *Conn) Gap(dir fact.Dir, at, n int64, emit fact.Emit) {
	if c.kind == ignored {
		return
	}
	c.emit = emit
	if c.kind != unproven {
		c.gap(dir, at, n)
	}
	c.emit = nil
}

// Cut is Gap for the rest of a packet that the capture did not keep all of.
func (c *Conn) Cut(dir fact.Dir, at, n int64, emit fact.Emit) {
	c.cut = true
	c.Gap(dir, at, n, emit)
	c.cut = false
}

// End is Close for a connection whose FIN or RST was seen: nothing more was sent in it.
func (c *Conn) End(at int64, emit fact.Emit) {
	c.ended = true
	c.Close(at, emit)
}

// Close ends the connection: what is incomplete is emitted as such. *fact.Closed is the caller's to emit, afterwards.
func (c *Conn) Close(at int64, emit fact.Emit) {
	c.emit = emit
	if c.kind == inTLS {
		c.closeTLS(at)
	}
	for h := c.http; h != nil; h = c.http {
		h.Close(at, c.tell)
		if c.afterHTTP(at); c.http == h {
			break
		}
	}
	if c.ws != nil {
		c.ws.close(c, at)
	}
	if c.http2 != nil {
		c.http2.Close(at, emit)
	}
	if c.kind != unproven {
		c.open()
	}
	c.kind, c.http, c.http2, c.ws, c.tls, c.emit = ignored, nil, nil, nil, nil, nil
}

func (c *Conn) write(dir fact.Dir, at int64, p []byte) {
	switch c.kind {
	case inWebSocket:
		c.ws.write(c, dir^c.swap, at, p)
	case inHTTP:
		c.writeHTTP(dir, at, p)
	case inHTTP2:
		c.http2.Write(dir^c.swap, at, p, c.emit)
	case unproven:
		c.sniffStream(dir, at, p)
	case inTLS:
		c.writeTLS(dir, at, p)
	case fresh:
		c.sniff(dir, at, p)
	case joined:
		c.sniffJoined(dir, at, p)
	}
}

func (c *Conn) gap(dir fact.Dir, at, n int64) {
	if c.kind == fresh {
		c.join()
	}
	c.miss(dir, at, n)
	c.hole(dir, at, n)
}

// hole is gap for bytes whose lack was reported.
func (c *Conn) hole(dir fact.Dir, at, n int64) {
	if c.kind == fresh {
		c.join()
	}
	switch c.kind {
	case joined, inHTTP:
		c.http.Gap(dir^c.base, at, n, c.tell)
		c.afterHTTP(at)
	case inWebSocket:
		c.ws.gap(c, dir^c.swap, at, n)
	case inHTTP2:
		c.http2.Gap(dir^c.swap, at, n, c.emit)
	case inTLS:
		c.gapTLS(dir^c.swap, at, n)
	}
}

// miss reports missing bytes, once it is known that the connection is worth it.
func (c *Conn) miss(dir fact.Dir, at, n int64) {
	m := fact.Missing{Conn: c.of, Dir: dir, Time: at, Bytes: n, Cut: c.cut}
	m.Start = c.cut && c.http != nil && c.http.Starting(dir^c.base)
	if c.kind != joined {
		c.open()
		m.Dir ^= c.swap
		c.emit(&m)
	} else if len(c.missing) < 16 {
		c.missing = append(c.missing, m)
	}
}

// open emits *fact.Opened unless that was done before.
func (c *Conn) open() {
	if c.opened {
		return
	}
	c.opened = true
	c.opt.number(c.of)
	if c.swap == fact.In {
		c.of.Client, c.of.Server = c.of.Server, c.of.Client
	}
	c.emit(&fact.Opened{Conn: c.of, Time: c.at, SYN: c.syn})
	if c.kind != joined && c.kind != ignored {
		for i := range c.missing {
			c.missing[i].Dir ^= c.swap
			c.emit(&c.missing[i])
		}
	}
	c.missing = nil
}

// is settles what the connection carries.
func (c *Conn) is(k kind) {
	c.kind = k
	c.prefix = [2]*prefix{}
	if k == ignored {
		c.http, c.tls = nil, nil
		c.open()
	}
}

// client takes note that dir is the client's, where that was a guess.
func (c *Conn) client(dir fact.Dir) {
	if !c.opened && c.of.Guessed {
		c.swap = dir
	}
}
