package session

import (
	"fmt"
	"maps"
	"slices"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/socketio"
)

func (t *Tracker) opened(f *fact.Opened) {
	c := t.conn(f.Conn)
	c.Opened, c.SYN = f.Time, f.SYN
	t.logs = t.logs || f.Conn.Hidden&fact.Logged != 0
	if f.Conn.Over != nil {
		over := t.conn(f.Conn.Over)
		c.TLS = over.TLS
		over.state.streams = append(over.state.streams, c)
	}
	t.twin(c)
}

// conn returns the Conn of a fact; facts of a connection that was never announced get one all the same.
func (t *Tracker) conn(fc *fact.Conn) *Conn {
	if t.latest != nil && t.latest.Conn == fc {
		return t.latest
	}
	for t.conns < fc.ID {
		t.conns++
		t.Conns = append(t.Conns, &Conn{Conn: &fact.Conn{ID: t.conns}})
	}
	i, ok := t.connPlace(fc.ID)
	if !ok { // it was let go of, and a key came late
		t.Conns = slices.Insert(t.Conns, i, &Conn{Conn: fc})
	}
	c := t.Conns[i]
	if c.Conn != fc {
		c.Conn = fc
	}
	t.latest = c
	return c
}

func (t *Tracker) closed(f *fact.Closed) {
	c := t.conn(f.Conn)
	if ws := c.state.ws; ws != nil && !f.Known && c.Hidden&fact.Logged != 0 {
		ws.over(f.Time)
		return
	}
	c.Closed, c.Reset, c.Refused, c.ClosedBy = f.Time, f.Reset, f.Refused, "unknown"
	if f.Known {
		c.ClosedBy = side(f.By)
	}
	st := &c.state
	for _, e := range st.open {
		t.unanswered(e, f.Time)
	}
	st.open = nil
	streams := st.streams
	st.streams = nil
	for _, s := range streams {
		t.closed(&fact.Closed{Conn: s.Conn, Time: f.Time, By: f.By, Known: f.Known, Reset: f.Reset})
	}
	if c.Over != nil {
		over := &t.conn(c.Over).state
		over.streams = slices.DeleteFunc(over.streams, func(s *Conn) bool { return s == c })
	}
	if st.ws != nil {
		t.socketClosed(c, st.ws, f)
		st.ws = nil
	}
}

// unanswered notes that there will be no answer.
func (t *Tracker) unanswered(e *Exchange, at int64) {
	if !t.loose && !e.unlogged {
		t.forget(e)
	}
	if e.Kind == UpgradeRequest && e.Session != nil && e.Outer == nil {
		e.Session.probeFailed(e, at)
	}
	t.unhold(e)
}

// reset notes that a request's stream was given up.
func (t *Tracker) reset(f *fact.Reset) {
	st := &t.conn(f.Conn).state
	for i, e := range st.open {
		if e.Serial == f.Exchange {
			st.open = append(st.open[:i], st.open[i+1:]...)
			e.Reset, e.ResetBy = f.Time, side(f.By)
			t.unanswered(e, f.Time)
			return
		}
	}
}

// side names who sent what went in a direction.
func side(d fact.Dir) string {
	if d == fact.Out {
		return "client"
	}
	return "server"
}

const maxGapTimes = 256 // kept of a connection

func (t *Tracker) missing(f *fact.Missing) {
	c := t.conn(f.Conn)
	c.Gaps++
	if len(c.gapTimes) < maxGapTimes {
		c.gapTimes = append(c.gapTimes, f.Time)
	}
	c.LostBytes += f.Bytes
	if f.Cut {
		c.Cut[f.Dir]++
	}
	if f.Start {
		c.CutStarts++
	}
	if ws := c.state.ws; ws != nil && ws.session != nil && !c.Inner {
		t.row(Row{Kind: GapRow, Time: f.Time, Over: OverWebSocket, Dir: f.Dir, Size: int32(min(f.Bytes, 1<<30)), Problem: true}, c, ws.exchange, ws.session, nil)
		ws.session.scan[f.Dir] = socketio.Scanner{} // attachments under way are among the missing bytes
	}
}

const maxOddities = 8

func (t *Tracker) malformed(f *fact.Malformed) {
	c := t.conn(f.Conn)
	if len(c.Malformed) < maxOddities {
		c.Malformed = append(c.Malformed, f.What)
	}
	st := &c.state
	if st.ws == nil || st.ws.session == nil || c.Inner {
		return
	}
	st.ws.session.odd(f.What)
	t.row(Row{Kind: MalformedRow, Time: f.Time, Over: OverWebSocket, Dir: f.Dir, Size: int32(len(f.Sample)), Problem: true}, c, st.ws.exchange, st.ws.session, []byte(f.What))
}

func (t *Tracker) tls(f *fact.TLS) {
	c := t.conn(f.Conn)
	switch {
	case f.Reason != "" || f.Aborted: // what is decoded goes by what it carries
		c.Protocol = "tls"
	case c.Protocol == "tls": // the key came late
		c.Protocol = ""
	}
	copied := *f
	copied.ALPN = slices.Clone(f.ALPN)
	c.TLS = &copied
}

// Undecrypted says what to say of connections that could not be decrypted, behind "is encrypted" or "are encrypted":
// "and no key was given". Where there are several reasons, the most frequent come first, with their numbers.
func (t *Tracker) Undecrypted(w lang.Words) string {
	counts := map[string]int{}
	var reasons []string
	for _, reason := range slices.Sorted(maps.Keys(t.past.dark)) {
		reasons = append(reasons, reason)
		counts[reason] = t.past.dark[reason]
	}
	for _, c := range t.Conns {
		if c.TLS != nil && c.TLS.Reason != "" {
			if counts[c.TLS.Reason]++; counts[c.TLS.Reason] == 1 {
				reasons = append(reasons, c.TLS.Reason)
			}
		}
	}
	if len(reasons) == 0 || len(reasons) == 1 && reasons[0] == "no key" {
		return w.S("and no key was given")
	}
	slices.SortStableFunc(reasons, func(a, b string) int { return counts[b] - counts[a] })
	const shown = 3
	for i, r := range reasons {
		reasons[i] = w.Said(r)
		if len(reasons) > 1 {
			reasons[i] = fmt.Sprintf("%s (%d)", reasons[i], counts[r])
		}
	}
	if len(reasons) > shown {
		reasons = append(reasons[:shown], w.S("other reasons"))
	}
	return w.S("and not decrypted: %s", w.List(reasons))
}

func (s *Session) odd(what string) {
	s.Undecodable++
	if len(s.Oddities) < maxOddities && !slices.Contains(s.Oddities, what) {
		s.Oddities = append(s.Oddities, what)
	}
}
