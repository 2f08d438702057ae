package session

import (
	"cmp"

	"sioscope/protocol/fact"
)

// An Awaited is what should have come from a server, and has not.
type Awaited struct {
	Session  *Session  // whose it is; nil: a request has none yet
	Exchange *Exchange // the request that is not answered; nil: it is a heartbeat
	Since    int64     // when the request was sent, or a heartbeat was due
}

// patience is how long answers and heartbeats may take before anybody would say that they are awaited, in ns: what is
// slow is not yet amiss.
const patience = 2e9

const (
	lastAwaited = 16 // requests of a session that are looked at for one without an answer
	lastOfNone  = 64 // likewise of those that have no session
)

// Awaits gives what has been awaited for the longest time at a moment of what is watched, and of how many sessions
// something is, those that have no name yet among them.
func (t *Tracker) Awaits(now int64) (first Awaited, sessions int) {
	take := func(a Awaited) {
		if a.Since == 0 {
			return
		}
		if sessions++; first.Since == 0 || a.Since < first.Since {
			first = a
		}
	}
	for _, s := range t.Sessions {
		take(s.Awaits(now))
	}
	for _, e := range t.Exchanges[max(len(t.Exchanges)-lastOfNone, 0):] {
		if e.Session == nil && e.unanswered() && now-e.Start > patience {
			take(Awaited{Exchange: e, Since: e.Start})
		}
	}
	return first, sessions
}

// Awaits is what has been awaited for the longest time in a session; its Since is 0 where nothing is. Polls are answered
// late by nature: no later than a heartbeat is due.
func (s *Session) Awaits(now int64) (first Awaited) {
	if s.Closed == 0 && s.Dark == 0 && !s.OffPolling {
		first = s.awaits()
	}
	if now-first.Since <= patience {
		return Awaited{}
	}
	return first
}

func (s *Session) awaits() (first Awaited) {
	for _, e := range s.Exchanges[max(len(s.Exchanges)-lastAwaited, 0):] {
		if e.Kind != Poll && e.unanswered() {
			first = Awaited{s, e, e.Start}
			break
		}
	}
	if due := s.beatDue(); due != 0 && (first.Since == 0 || due < first.Since) {
		first = Awaited{Session: s, Since: due}
	}
	return first
}

func (e *Exchange) unanswered() bool {
	cut, _ := e.Cut()
	return e.Start != 0 && e.Status == 0 && e.Answered == 0 && cut == 0 && e.Failure == "" && e.Outer == nil
}

// beatDue is when the server's next heartbeat packet is to come, 0 where that is not known. Up to Engine.IO 3 clients ping
// and servers answer; since then it is the other way round. A server says nothing to a client that does not poll.
func (s *Session) beatDue() int64 {
	in, out := s.LastBeat[fact.In], s.LastBeat[fact.Out]
	asked, due := s.heard(), int64(0)
	switch last := cmp.Or(in, s.Opened); {
	case s.Open.PingInterval == 0 || asked == 0:
	case s.EIO >= 4 && last != 0:
		due = last + s.Open.PingInterval*1e6
	case s.EIO == 3 && out > in:
		due = out
	}
	if due == 0 {
		return 0
	}
	return max(due, asked)
}

// heard is since when a client has heard what its server says: since its last poll was sent, or since it is on WebSocket; 0
// where it does not.
func (s *Session) heard() int64 {
	switch n := len(s.History); {
	case n == 0:
		return 0
	case s.Transport() != Polling:
		return s.History[n-1].From
	}
	for _, e := range s.Exchanges[max(len(s.Exchanges)-lastAwaited, 0):] {
		if e.Kind == Poll && e.unanswered() {
			return e.Start
		}
	}
	return 0
}
