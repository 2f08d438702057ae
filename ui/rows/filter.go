// Package rows is the packet table without a toolkit: which rows are shown, in the order of time, and what stands in
// their cells.
package rows

import (
	"bytes"
	"slices"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
)

// A Filter says which rows are shown. The zero value shows all.
type Filter struct {
	Session   int32 // number + 1; 0 is any
	Conn      int32 // its ID; 0 is any
	Refused   bool  // only rows of requests that have no session
	HidePings bool  // heartbeats are left out; the probe stays
	Problems  bool  // only what went wrong
	Text      string
}

// A List is the numbers of the rows that a filter lets through, by time. It takes in new rows only, and drops those that
// are gone.
type List struct {
	Filter Filter
	Index  []int32
	next   int32 // the number of the first row that was not looked at
	first  int32 // the number of the first row that was still there
	match  matcher
}

// NewList is an empty List for a filter.
func NewList(f Filter) *List { return &List{Filter: f, match: newMatcher(f.Text)} }

// Add looks at the rows of t that were not looked at yet, and says whether any was added.
func (l *List) Add(t *session.Tracker) bool {
	before := len(l.Index)
	if t.FirstRow > l.first {
		l.first = t.FirstRow
		l.Index = slices.DeleteFunc(l.Index, func(i int32) bool { return i < l.first })
		before = len(l.Index)
	}
	end := t.FirstRow + int32(len(t.Rows))
	if s := l.Filter.Session; s > 0 {
		own := t.SessionAt(s - 1).Rows
		k, _ := slices.BinarySearch(own, l.next)
		for _, i := range own[k:] {
			l.add(t, i)
		}
	} else {
		for i := max(l.next, t.FirstRow); i < end; i++ {
			l.add(t, i)
		}
	}
	l.next = end
	return len(l.Index) > before
}

// add inserts a row at its time. Rows come almost in order, so that the place is near the end.
func (l *List) add(t *session.Tracker, i int32) {
	r := t.RowAt(i)
	if !l.has(t, r) {
		return
	}
	at := len(l.Index)
	for at > 0 && t.RowAt(l.Index[at-1]).Time > r.Time {
		if len(l.Index)-at > 64 {
			at, _ = slices.BinarySearchFunc(l.Index[:at], r.Time, func(k int32, time int64) int {
				if t.RowAt(k).Time <= time {
					return -1
				}
				return 1
			})
			break
		}
		at--
	}
	l.Index = slices.Insert(l.Index, at, i)
}

func (l *List) has(t *session.Tracker, r *session.Row) bool {
	f := &l.Filter
	switch {
	case f.Conn > 0 && r.Conn != f.Conn-1, f.Session > 0 && r.Session != f.Session-1:
		return false
	case f.Refused && r.Session >= 0, f.Problems && !r.Problem:
		return false
	case f.HidePings && Heartbeat(t, r):
		return false
	}
	return l.match.row(t, r)
}

// Heartbeat says that a row is a ping or pong that only keeps the connection alive.
func Heartbeat(t *session.Tracker, r *session.Row) bool {
	if r.Kind == session.ControlRow {
		return true
	}
	if r.Kind != session.PacketRow || r.Type != engineio.Ping && r.Type != engineio.Pong {
		return false
	}
	return !Probe(t, r)
}

// Probe says that a ping or pong is one that tries the new transport.
func Probe(t *session.Tracker, r *session.Row) bool { return string(t.Payload(r.Data)) == "probe" }

// Find is the place of row i in l, or of the first row at or after its time; -1 where the list is empty.
func (l *List) Find(t *session.Tracker, i int32) (at int, exact bool) {
	time := t.RowAt(i).Time
	at, _ = slices.BinarySearchFunc(l.Index, time, func(k int32, want int64) int {
		if t.RowAt(k).Time < want {
			return -1
		}
		return 1
	})
	for k := at; k < len(l.Index) && t.RowAt(l.Index[k]).Time == time; k++ {
		if l.Index[k] == i {
			return k, true
		}
	}
	return min(at, len(l.Index)-1), false
}

// A matcher searches rows for a text, letters of either case alike.
type matcher struct {
	lower string
	bytes []byte
}

func newMatcher(text string) matcher {
	lower := strings.ToLower(strings.TrimSpace(text))
	return matcher{lower, []byte(lower)}
}

func (m *matcher) row(t *session.Tracker, r *session.Row) bool {
	if m.lower == "" || containsFold(t.Payload(r.Data), m.bytes) {
		return true
	}
	if r.Session >= 0 && containsFold([]byte(t.SessionAt(r.Session).SID), m.bytes) {
		return true
	}
	var e *session.Exchange
	if r.Exchange >= 0 {
		e = exchangeOf(t, r)
	}
	return m.in(packet(nil, r, e)) || r.HasSIO && m.in(r.SIO.String()) || m.in(r.Over.String()) || e != nil && m.in(e.Target)
}

func (m *matcher) in(s string) bool { return strings.Contains(strings.ToLower(s), m.lower) }

// containsFold is bytes.Contains without regard to ASCII case; lower must be lower case.
func containsFold(p, lower []byte) bool {
	if len(lower) == 0 {
		return true
	}
	first := lower[0]
	upper := first
	if 'a' <= first && first <= 'z' {
		upper -= 'a' - 'A'
	}
	for len(p) >= len(lower) {
		i := indexEither(p[:len(p)-len(lower)+1], first, upper)
		if i < 0 {
			return false
		}
		if bytes.EqualFold(p[i:i+len(lower)], lower) {
			return true
		}
		p = p[i+1:]
	}
	return false
}

func indexEither(p []byte, a, b byte) int {
	i := bytes.IndexByte(p, a)
	if a == b {
		return i
	}
	if i >= 0 {
		p = p[:i]
	}
	if j := bytes.IndexByte(p, b); j >= 0 {
		return j
	}
	return i
}
