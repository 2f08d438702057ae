package session

import (
	"cmp"

	"sioscope/protocol/fact"
)

// A request that a balancer passes on is seen twice where the capture has both of its sides: once on the connection
// from the client, and, while that one is still unanswered, once more on a connection to a node. The pair is found
// when the second is seen: same method, same sid, same timestamp in the query or same WebSocket key, another server or
// another file, and the first less than hopWindow old. The path, and what else is in the query, may have been rewritten
// on the way. One that names no sid has the same User-Agent, and is only believed once both answers gave the same sid.
//
// Between captures by clocks that could not be compared times say nothing. There a request that has the same key or
// timestamp is the same one, whenever it was.
//
// A log of requests (a HAR) is a place of its own beside captures of the same traffic. Its times are coarse, so that a
// request may be seen there after its answer was seen in a capture, and the other way round. Where it has no answer, the
// request of the capture comes first, whatever became of that: see unlogged.go.

const (
	hopWindow  = 10e9 // ns: a balancer may try dead nodes first
	maxWaiting = 256  // requests with the same hopKey among which the pair is sought, the latest
)

// A hopKey is what the same request has in common on all hops.
type hopKey struct{ method, sid, mark, userAgent string }

func (e *Exchange) hopKey() hopKey {
	socket := e.AsksWebSocket()
	switch {
	case socket && e.SID != "": // the key may be another behind a balancer that speaks WebSocket itself
		return hopKey{method: "WebSocket", sid: e.SID}
	case socket && e.mark != "":
		return hopKey{method: "WebSocket", mark: e.mark}
	case e.SID != "":
		return hopKey{method: e.Method, sid: e.SID, mark: e.mark}
	}
	return hopKey{method: e.Method, mark: e.mark, userAgent: e.Request.UserAgent}
}

// pair links e to the same request seen nearer to the client.
func (t *Tracker) pair(e *Exchange) {
	if t.waiting == nil {
		t.waiting = map[hopKey]*Exchange{}
	}
	key := e.hopKey()
	if len(t.waiting) > max(maxKept, t.swept) {
		t.sweep(e.Start - hopWindow)
	}
	e.older = t.waiting[key]
	if o := sameElsewhere(e); o != nil {
		if o.Inner != nil { // the hop behind the balancer came first
			e.Inner, o.Inner.Outer = o.Inner, e
		}
		o.Inner, e.Outer = e, o
		t.waiting[key] = e
		return
	}
	if !t.repeats(e, e.older) && e.mark != "" && e.SID == "" && e.AsksWebSocket() {
		// A balancer makes up the key for a CONNECT, which has none (RFC 8441 §5).
		t.repeats(e, t.waiting[hopKey{method: "CONNECT", userAgent: e.Request.UserAgent}])
	}
	t.waiting[key] = e
}

// repeats links e to the request nearer to the client that it is the repetition of, among o and those before: the latest
// with the same words, else the latest.
func (t *Tracker) repeats(e, o *Exchange) bool {
	var found *Exchange
	for n := 0; o != nil; o = o.older {
		if n++; n == maxWaiting {
			o.older = nil
		}
		if !e.mayRepeat(o) && !e.mustRepeat(o) {
			continue
		}
		if o.Target == e.Target && o.mark == e.mark {
			found = o
			break
		}
		if found == nil {
			found = o
		}
	}
	switch {
	case found == nil:
		return false
	case found.unlogged && !e.logged():
		e.before(found)
	default:
		found.Inner, e.Outer = e, found
	}
	return true
}

func (e *Exchange) mayRepeat(o *Exchange) bool {
	if o.Inner != nil || o.Conn == e.Conn || e.Start-o.Start > hopWindow {
		return false
	}
	if mixed := o.logged() != e.logged(); !mixed && (e.Start < o.Start || o.Status != 0) || mixed && e.Start < o.Start-clockOffset {
		return false
	}
	elsewhere := o.Conn.Server != e.Conn.Server || o.logged() != e.logged()
	return elsewhere || !o.Conn.SamePlace(e.Conn) && !o.Conn.twin() && !e.Conn.twin()
}

// mustRepeat says whether a request of another capture is the same, whatever their clocks say, and however long it waited
// in between: it has the key or the timestamp that only one request has.
func (e *Exchange) mustRepeat(o *Exchange) bool {
	return o.Inner == nil && o.Conn != e.Conn && !o.Conn.SamePlace(e.Conn) && e.mark != "" && o.mark == e.mark
}

// SamePlace says whether two connections are in one capture, which may be several files.
func (c *Conn) SamePlace(o *Conn) bool { return c.File == o.File && c.Source == o.Source }

// logged says whether an exchange is of a log (a HAR): that is another place than where packets are.
func (e *Exchange) logged() bool { return e.Conn.Hidden&fact.Logged != 0 }

const (
	maxKept  = 1 << 16 // keys in Tracker.waiting, beside which those are dropped that are too old to match
	maxLoose = 1 << 20 // where no time says what is too old
)

// sweep drops what is too old to match. It is done again when there are twice as many as it left.
func (t *Tracker) sweep(before int64) {
	if t.loose && len(t.waiting) < maxLoose {
		t.swept = 2 * len(t.waiting)
		return
	}
	for key, o := range t.waiting {
		if (o.Status != 0 || o.unlogged) && o.Start < before {
			delete(t.waiting, key)
		}
	}
	t.swept = 2 * len(t.waiting)
}

// done drops e, which was answered, from the requests that may still be seen on another hop.
func (t *Tracker) done(e *Exchange) {
	if !t.logs && !t.loose {
		t.forget(e)
	}
}

// lend gives an answer of which a log has no body the one that a capture of the same traffic has.
func (e *Exchange) lend() {
	o, in := e.Outer, e
	if o == nil || in.logged() {
		o, in = e, cmp.Or(e.Inner, e.Outer)
	}
	if in == nil || in.logged() || !o.logged() || !o.Incomplete || in.Incomplete || in.Status < 400 || o.Status != in.Status {
		return
	}
	o.ByLength = false
	o.Error, o.HasError, o.BodyText, o.EmptyBody, o.Response, o.Incomplete = in.Error, in.HasError, in.BodyText, in.EmptyBody, in.Response, false
}

// forget drops e from the requests that may still be seen on another hop.
func (t *Tracker) forget(e *Exchange) {
	key := e.hopKey()
	last := t.waiting[key]
	if last == e {
		if e.older == nil {
			delete(t.waiting, key)
		} else {
			t.waiting[key] = e.older
		}
	}
	for o := last; o != nil; o = o.older {
		if o.older == e {
			o.older = e.older
			break
		}
	}
	e.older = nil
}

// hop files an exchange that is the repetition of an outer one.
func (t *Tracker) hop(e *Exchange) {
	if !twins(e.Conn, e.Outer.Conn) || e.Conn.copyOf != nil {
		e.Conn.Inner = true
	}
	if s := e.Session; s != nil {
		s.Hops = append(s.Hops, e)
	}
}
