package rows

import (
	"sort"

	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// A Hidden counts the rows that a filter leaves out, of those it is about; each under the first reason.
type Hidden struct{ Pings, Problems, Kind, Way int }

// A counted is a row that was counted somewhere: it is taken off again when it makes room for what came later.
type counted struct {
	row, session int32
	hidden       reason
	hit, faded   bool // it was found by a search; it was searched without its payload
}

// count counts a row, or takes it off where n is -1.
func (l *List) count(c counted, n int) {
	if of := c.hidden.of(&l.Hidden); of != nil {
		*of += n
	}
	if c.faded {
		l.Faded += n
	}
	if !c.hit || c.session < 0 {
		return
	}
	if l.Of[c.session] += int32(n); l.Of[c.session] == 0 {
		delete(l.Of, c.session) // there is no hit in it any more
	}
}

// note counts a row, and remembers that.
func (l *List) note(c counted) {
	l.count(c, 1)
	l.counted = append(l.counted, c)
}

// uncount takes off the rows before the first that is still there. Rows are counted in the order of their numbers.
func (l *List) uncount(first int32) {
	n := sort.Search(len(l.counted), func(i int) bool { return l.counted[i].row >= first })
	for _, c := range l.counted[:n] {
		l.count(c, -1)
	}
	l.counted = l.counted[n:]
}

// A reason is why a row is left out.
type reason uint8

const (
	shown reason = iota
	asPing
	asNoProblem
	asOtherKind
	asOtherWay
)

// of is what counts the rows that are left out for a reason, nil for those that are not.
func (r reason) of(h *Hidden) *int {
	switch r {
	case asPing:
		return &h.Pings
	case asNoProblem:
		return &h.Problems
	case asOtherKind:
		return &h.Kind
	case asOtherWay:
		return &h.Way
	}
	return nil
}

// Tried says whether a row is of a request that was a trial.
func Tried(t *session.Tracker, r *session.Row, trial timeline.Trial) bool {
	return trial != nil && r.Exchange >= 0 && trial(t.ExchangeAt(r.Exchange))
}

// reason is why a row is left out, of those that the filter is about.
func (l *List) reason(t *session.Tracker, r *session.Row) reason {
	switch f := &l.Filter; {
	case f.HidePings && Heartbeat(t, r):
		return asPing
	case f.Problems && (!r.Problem || Tried(t, r, l.Trial)):
		return asNoProblem
	case f.Only != AllKinds && !f.Only.has(r):
		return asOtherKind
	case f.Way.omits(r):
		return asOtherWay
	}
	return shown
}
