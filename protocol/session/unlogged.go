package session

import "slices"

// A browser's log has no answer where the browser threw it away (CORS) or keeps it to itself (a WebSocket that was
// refused), and says no more than that the request failed. What a capture of the same traffic has of that request stands
// in its place, so that a log beside a capture hides nothing that the capture proves.

// before puts e on the hop before o.
func (e *Exchange) before(o *Exchange) {
	if e.Outer = o.Outer; e.Outer != nil {
		e.Outer.Inner = e
	}
	e.Inner, o.Outer = o, e
}

// supplant gives e, of a capture, the place of o, which is the same request in a log that has no answer to it.
func (t *Tracker) supplant(e, o *Exchange) {
	e.Failure = o.Failure // of use where the capture has no answer either
	t.giveRow(e, o)
	if !slices.ContainsFunc(o.Conn.Exchanges, func(x *Exchange) bool { return x.Outer == nil }) {
		o.Conn.Inner = true
	}
	s := o.Session
	if s == nil || !o.attached {
		t.attach(e)
		return
	}
	s.Exchanges[slices.Index(s.Exchanges, o)] = e
	s.Hops = append(s.Hops, o)
	e.attached, e.closes, e.leaves = true, o.closes, o.leaves
	s.use(e.Conn)
	if p := s.probe(o); p != nil {
		*p = Probe{Exchange: e, Request: e.Start}
	}
}

// giveRow has the row of o be e's.
func (t *Tracker) giveRow(e, o *Exchange) {
	e.row = o.row
	i := int(o.row - t.FirstRow)
	if i < 0 || i >= len(t.Rows) || t.Rows[i].Kind != RequestRow || t.Rows[i].Exchange != int32(o.Index) {
		return
	}
	t.Rows[i].Exchange, t.Rows[i].Conn = int32(e.Index), int32(e.Conn.ID-1)
}
