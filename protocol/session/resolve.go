package session

import (
	"iter"
	"slices"
)

// Resolve brings what needs the whole picture up to date: phases, upgrades, ends, refused handshakes, nodes. It may be
// called again as facts come in: what was concluded before is concluded anew.
func (t *Tracker) Resolve() { t.ResolveBeside(func(change func()) { change() }) }

// Finish tells that no more facts come: what waited for another hop is decided, then everything is resolved.
func (t *Tracker) Finish() { t.FinishBeside(func(change func()) { change() }) }

// ResolveBeside is Resolve beside others who read the Tracker, while nobody writes to it: what they read changes only
// within calls of write, none of which takes long, however much there is.
func (t *Tracker) ResolveBeside(write func(change func())) {
	ways := t.darkWays()
	for list := range stretches(t.Sessions, (*Session).weight) {
		write(func() {
			for _, s := range list {
				s.resolve(ways, t.Last)
			}
		})
	}
	refused, lost := t.unopened()
	write(func() { t.Refused, t.Lost = refused, lost })
	t.findNodes().tell(write)
}

// FinishBeside is Finish as ResolveBeside is Resolve.
func (t *Tracker) FinishBeside(write func(change func())) {
	write(func() {
		for _, c := range t.Conns {
			if ws := c.state.ws; ws != nil && len(ws.pending) > 0 {
				t.takeUp(c, ws)
			}
		}
	})
	var held []*Exchange
	for _, e := range t.Exchanges {
		if e.held != nil {
			held = append(held, e)
		}
	}
	for list := range stretches(held, one) {
		write(func() {
			for _, e := range list {
				t.unhold(e)
			}
		})
	}
	var real []*Session
	for _, s := range t.unproven {
		if s.Index < 0 && t.maybeReal(s) {
			real = append(real, s)
		}
	}
	for list := range stretches(real, (*Session).weight) {
		write(func() {
			for _, s := range list {
				t.prove(s)
			}
		})
	}
	t.ResolveBeside(write)
}

// resolve concludes what became of a session.
func (s *Session) resolve(ways map[way][]*Conn, last int64) {
	s.reopen()
	s.resolveClose()
	if s.Dark = 0; ways != nil {
		s.overlook(ways)
	}
	s.OffPolling = s.offPolling(last)
	s.resolveUpgrade(last)
	s.resolveCloser()
	if n := len(s.History); n > 0 {
		to := s.LastSeen
		if s.Closed != 0 {
			to = s.Closed
		}
		s.History[n-1].To = max(to, s.History[n-1].From)
		return
	}
	s.enter(transportOf(s), s.FirstSeen)
	s.supposed = true
	s.History[0].To = max(s.LastSeen, s.FirstSeen)
}

// unopened are the handshakes that got no sid, and the requests for sids that no answer honoured.
func (t *Tracker) unopened() (refused, lost []*Exchange) {
	refused, lost = slices.Grow(refused, len(t.Refused)), slices.Grow(lost, len(t.Lost))
	for _, e := range t.Exchanges {
		switch {
		case e.Outer != nil || e.Kind == Preflight:
		case e.refusedHandshake():
			refused = append(refused, e)
		case e.Session != nil && e.Session.Index < 0:
			lost = append(lost, e)
		}
	}
	return refused, lost
}

// stretch is how much of what is to be changed is changed at once: a millisecond's worth, or two.
const stretch = 1 << 11

func one[T any](T) int { return 1 }

// weight is what a session has to be gone through for it to be resolved.
func (s *Session) weight() int { return 1 + len(s.Exchanges)/4 }

// stretches divides a list so that no part but a single one weighs more than a stretch.
func stretches[T any](list []T, weight func(T) int) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for len(list) > 0 {
			n, sum := 1, weight(list[0])
			for n < len(list) && sum+weight(list[n]) <= stretch {
				sum += weight(list[n])
				n++
			}
			if !yield(list[:n:n]) {
				return
			}
			list = list[n:]
		}
	}
}
