// Package http1 reads HTTP/1.0 and HTTP/1.1 (RFC 9112) as it passes by: both directions of one connection, in whatever
// pieces the capture has, each piece with its time. It yields *fact.Request, *fact.Response and *fact.Malformed.
//
// It does not speak HTTP, does not judge it, and does not read what comes after it: once a 101 or a CONNECT has turned
// the connection into something else, the bytes are handed back (see Switch).
//
// # Which response answers which request
//
// Responses come in the order of the requests, so a queue of unanswered requests is enough, until bytes are missing.
// After a hole that may have swallowed a whole message the queue says nothing any more. Then:
//
//  1. Hardly any client pipelines: it asks again only after it was answered. A response then answers the last request
//     that was sent before it, by the time of the packets, and older unanswered ones stay without an answer. A
//     response with no such request gets a number of its own; a request that is delivered later (holes are often
//     noticed late) but was sent before that response takes that number.
//  2. The pairing is certain again as soon as one request that began after the hole was alone when it was answered.
//  3. A client that was seen to pipeline gets numbers of their own for all responses until it asks after a second
//     of silence.
package http1

import "sioscope/protocol/fact"

// A Conn reads both directions of one connection. It keeps none of the caller's memory.
type Conn struct {
	of   *fact.Conn
	opt  *Options
	emit fact.Emit // during a call

	half     [2]half
	flip     fact.Dir // 1: what the caller calls Out is In
	either   bool     // which side is the client is not known yet
	began    bool     // a start line was seen: bytes that cannot be read are worth a word
	pairing  pairing
	switched *Switch
	late     *Switch // a 101 whose request may still be delivered
	lost     bool    // the answer to an upgrade request may be missing
	host     string  // the last Host seen, to be used again
}

// New returns a reader for a connection that is seen from its beginning.
func New(of *fact.Conn, opt *Options) *Conn {
	return &Conn{of: of, opt: opt}
}

// Join tells c, before anything else, that the beginning of the connection was not seen: it looks for the first start
// line in each direction. With either, a request may turn up in both, and Flipped then says where it did.
func (c *Conn) Join(either bool) {
	c.either = either
	for d := range c.half {
		c.seek(fact.Dir(d), "")
	}
	c.pairing.lose(0)
}

// Began reports whether a start line was seen, that is, whether this is HTTP/1 at all.
func (c *Conn) Began() bool { return c.began }

// Flipped reports whether requests were found in the direction that the caller calls In.
func (c *Conn) Flipped() bool { return c.flip == fact.In }

// Exchanges is the number of exchanges so far. SetExchanges makes c go on counting from n.
func (c *Conn) Exchanges() int     { return c.pairing.exchanges }
func (c *Conn) SetExchanges(n int) { c.pairing.exchanges = n }

// Expect makes the next response the answer to the given exchange.
func (c *Conn) Expect(exchange int) {
	c.pairing.exchanges = max(c.pairing.exchanges, exchange)
	c.pairing.queue = append(c.pairing.queue[:0], pending{exchange: exchange})
	c.began = true
}

// Write consumes p, seen at the given time (nanoseconds since the epoch). rest is not empty only when the connection
// stopped being HTTP inside p: then Switched is not nil.
func (c *Conn) Write(dir fact.Dir, at int64, p []byte, emit fact.Emit) (rest []byte) {
	c.emit = emit
	rest = c.feed(dir^c.flip, at, p)
	c.emit = nil
	return rest
}

// Gap says that n bytes are missing in a direction; 0 means that their number is not known.
func (c *Conn) Gap(dir fact.Dir, at, n int64, emit fact.Emit) {
	c.emit = emit
	c.gap(dir^c.flip, at, n)
	c.emit = nil
}

// Starting reports whether the last bytes of a direction are the beginning of a start line.
func (c *Conn) Starting(dir fact.Dir) bool {
	dir ^= c.flip
	h := &c.half[dir]
	switch {
	case c.switched != nil:
	case h.state == inHead:
		return h.msg.first == 0
	case h.state == seeking:
		return len(h.seek.run) > 0 && like(dir, h.seek.run)
	}
	return false
}

// Close ends the connection: what is incomplete is emitted as such.
func (c *Conn) Close(at int64, emit fact.Emit) {
	c.emit = emit
	c.end()
	c.emit = nil
}

func (c *Conn) feed(dir fact.Dir, at int64, p []byte) []byte {
	for len(p) > 0 && c.switched == nil {
		flip := c.flip
		p = c.step(dir, at, p)
		dir ^= flip ^ c.flip // a start line may have told who is who
	}
	return p
}

func (c *Conn) end() {
	if c.switched != nil {
		return
	}
	c.decideHeld(true)
	for d := fact.Out; c.switched == nil && d <= fact.In; d++ {
		h := &c.half[d]
		h.seek.flush(c, d)
		if h.msg != nil {
			c.abandon(d, h.state != untilClose)
		}
		*h = half{}
	}
}

func (c *Conn) malformed(dir fact.Dir, at int64, what string, sample []byte) {
	if c.began {
		c.emit(&fact.Malformed{Conn: c.of, Dir: dir, Time: at, What: what, Sample: sample[:min(len(sample), 64)]})
	}
}
