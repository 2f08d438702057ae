// Package http2 reads HTTP/2 (RFC 9113) as it passes by: both directions of one connection, in whatever pieces the
// capture has, each piece with its time. It yields *fact.Request, *fact.Response, *fact.Reset and *fact.Malformed, and
// for every CONNECT (RFC 9113 §8.5, RFC 8441) a connection of its own.
//
// It does not speak HTTP/2: no flow control, no priorities, no settings matter to what was sent. It does not read what
// goes through a CONNECT: that is handed to a Tunnel.
//
// # Streams and connections
//
// Requests are numbered in the order in which they begin, as on an HTTP/1 connection. A CONNECT stream is what a second
// TCP connection is to HTTP/1: it becomes a *fact.Conn of its own, with Over and Stream set, which is opened by its
// request, its Exchange 1, and closed by whoever ends the stream first. A RST_STREAM is a reset of it.
//
// # What is lost
//
// Field lines refer to earlier ones (RFC 7541). Where bytes are missing, or the beginning of the connection was not seen,
// it is not known what they refer to. Then:
//
//  1. Frames are looked for: three in a row that make sense (see seek.go).
//  2. The table of earlier field lines begins anew, empty. References to what was entered since are exact, since they are
//     counted from the latest; those to older ones are left out, the message is Incomplete, and one *fact.Malformed says so.
//  3. A request whose method or path is left out is not reported at all. Its response gets a number no request had.
//  4. Messages that were under way are Incomplete.
package http2

import (
	"sync"

	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
)

// Limits of a connection.
const (
	DefaultMaxStreams = 512       // streams that are read at a time; past it the oldest is given up
	maxBlock          = 256 << 10 // bytes of a header block, compressed
	maxTable          = 64 << 10  // bytes of the table of earlier field lines, by RFC 7541 §4.1
	maxHeads          = 4 << 20   // bytes of field lines of all streams together; past it the oldest is given up
	maxHeld           = 64 << 10  // bytes through a CONNECT that came before its answer
	maxFlaws          = 32        // *fact.Malformed of a connection
	maxConnects       = 10_000    // CONNECT streams that become connections of their own; further ones are requests like others
)

// Options are limits, and what connections lend each other. HTTP must be set. They must not be copied once in use.
type Options struct {
	HTTP       *http1.Options // MaxHead, and the limits of bodies
	MaxStreams int            // 0 means DefaultMaxStreams

	// Number gives the connection that a CONNECT stream is its ID; nil leaves it 0.
	Number func(*fact.Conn)
	// Tunnel returns what the bytes of such a connection are given to, once its request was accepted; nil, or no Tunnel,
	// passes them over. With Assumed the request was not seen, *fact.Opened was not emitted, and there may be nothing in it.
	Tunnel func(*fact.Conn, http1.Switch) Tunnel

	spare sync.Pool // of *stream
}

// A Tunnel decodes what goes through a CONNECT stream, and emits *fact.Missing. It emits *fact.Opened only with Assumed.
type Tunnel interface {
	Write(dir fact.Dir, at int64, p []byte, emit fact.Emit)
	Gap(dir fact.Dir, at, n int64, emit fact.Emit)
	Close(at int64, emit fact.Emit)
}

// A Conn reads both directions of one connection. It keeps none of the caller's memory. Any split of the same bytes
// gives the same facts.
type Conn struct {
	of   *fact.Conn
	opt  *Options
	emit fact.Emit // during a call

	half      [2]half
	streams   map[uint32]*stream
	order     []uint32 // the streams as they began; some are gone
	heads     int      // bytes of field lines held
	head      head     // the header block that is being read
	exchanges int
	connects  int
	last      uint32 // the latest stream of the client
	first     uint32 // the first whose request was seen, 0 before it
	joined    bool   // the beginning was not seen
	lossy     bool   // requests may have been lost
	flaws     []string
}

// New returns a reader for a connection that is seen from its beginning, the client's preface (RFC 9113 §3.4) included.
func New(of *fact.Conn, opt *Options) *Conn {
	c := &Conn{of: of, opt: opt, streams: map[uint32]*stream{}}
	c.half[fact.Out].preface = len(Preface)
	return c
}

// Preface is what a client sends first, RFC 9113 §3.4.
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// Join tells c, before anything else, that the beginning of the connection was not seen. The next Write in the given
// direction begins with a frame.
func (c *Conn) Join(dir fact.Dir) {
	c.joined, c.lossy = true, true
	c.half[fact.Out].preface = 0
	for d := range c.half {
		c.half[d].table.lose("the capture began later")
	}
	c.half[dir.Other()].seek = new(seeker)
}

// Upgraded tells c, before anything else, that the connection was HTTP/1.1 and became HTTP/2 by its request with the given
// number: that one is answered on stream 1. (RFC 7540 §3.2; RFC 9113 has dropped it, and clients have not.)
func (c *Conn) Upgraded(exchange int) {
	c.exchanges = exchange
	s := c.add(1)
	s.exchange = exchange
	s.out.seen, s.out.ended, s.out.reported = true, true, true
	c.last, c.first = 1, 1
}

// SetExchanges makes c go on counting requests from n.
func (c *Conn) SetExchanges(n int) { c.exchanges = n }

// Write consumes p, seen at the given time (nanoseconds since the epoch).
func (c *Conn) Write(dir fact.Dir, at int64, p []byte, emit fact.Emit) {
	c.emit = emit
	c.feed(dir, at, p)
	c.emit = nil
}

// Gap says that n bytes are missing in a direction; 0 means that their number is not known.
func (c *Conn) Gap(dir fact.Dir, at, n int64, emit fact.Emit) {
	c.emit = emit
	c.gap(dir, at, n)
	c.emit = nil
}

// Close ends the connection: what is incomplete is emitted as such. The connections that its CONNECT streams are end with
// it, and without a *fact.Closed of their own, unless the stream was being closed already.
func (c *Conn) Close(at int64, emit fact.Emit) {
	c.emit = emit
	for d := range c.half {
		c.flushSeek(fact.Dir(d))
	}
	for _, id := range c.order {
		if s := c.streams[id]; s != nil {
			c.giveUp(s, at)
		}
	}
	c.order, c.emit = nil, nil
}

// malformed says once what cannot be read.
func (c *Conn) malformed(dir fact.Dir, at int64, what string, sample []byte) {
	key := dir.String() + what
	for _, f := range c.flaws {
		if f == key {
			return
		}
	}
	if len(c.flaws) == maxFlaws {
		return
	}
	c.flaws = append(c.flaws, key)
	c.emit(&fact.Malformed{Conn: c.of, Dir: dir, Time: at, What: "http/2: " + what, Sample: sample[:min(len(sample), 64)]})
}
