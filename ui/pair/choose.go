package pair

import (
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// choose finds the sessions to lay beside each other: of a side with a fault the one that proves it, and of a side that
// is well the first that was seen from its handshake on.
func (p *Pair) choose(seen [2]Seen) {
	for i := range p.Sides {
		s := p.proof(i, &seen[i].Diagnosis)
		if s == nil {
			s = whole(seen[i].Tracker)
		}
		if s != nil && s.Index >= 0 {
			p.Chosen[i] = int32(s.Index)
		}
	}
}

// proof is the session that the first explained fault of a side was seen in, else the first that an error touches; nil
// where nothing is wrong.
func (p *Pair) proof(i int, d *diagnose.Diagnosis) *session.Session {
	for _, e := range p.explained() {
		if e.B == (i == 1) {
			if s := touched(finding(d, e.Finding)); s != nil {
				return s
			}
		}
	}
	for k := range d.Findings {
		if f := &d.Findings[k]; f.Severity == diagnose.Error {
			if s := touched(f); s != nil {
				return s
			}
		}
	}
	return nil
}

// touched is a session of a finding, rather one that its evidence names.
func touched(f *diagnose.Finding) *session.Session {
	if f == nil {
		return nil
	}
	for _, ev := range f.Evidence {
		if ev.Exchange != nil && ev.Exchange.Session != nil && ev.Exchange.Session.Index >= 0 {
			return ev.Exchange.Session
		}
	}
	if len(f.Sessions) > 0 {
		return f.Sessions[0]
	}
	return nil
}

// whole is the first session that was seen from its handshake on until it was on WebSocket; else the first with a
// handshake, else the first.
func whole(t *session.Tracker) *session.Session {
	var first, begun *session.Session
	for _, s := range t.Sessions {
		if first == nil {
			first = s
		}
		if handshake(s) == nil {
			continue
		}
		if begun == nil {
			begun = s
		}
		if s.Upgrade == session.UpgradeDone || s.Upgrade == session.UpgradeDirect {
			return s
		}
	}
	if begun != nil {
		return begun
	}
	return first
}

// handshake is the request that opened a session, nil where it was not seen.
func handshake(s *session.Session) *session.Exchange { return first(s, session.Handshake) }

func first(s *session.Session, k session.Kind) *session.Exchange {
	for _, e := range s.Exchanges {
		if e.Kind == k {
			return e
		}
	}
	return nil
}

// Zero is the moment that a session is laid beside another by: its handshake's request, or when it was first seen. Without
// a session it is the first handshake that was refused, and else the beginning; 0 where there is nothing.
func Zero(t *session.Tracker, sess int32) int64 {
	if sess < 0 || !t.HasSession(sess) {
		if len(t.Refused) > 0 {
			return timeline.Begin(t.Refused[0])
		}
		return t.First
	}
	s := t.SessionAt(sess)
	if e := handshake(s); e != nil {
		return timeline.Begin(e)
	}
	return s.FirstSeen
}

func finding(d *diagnose.Diagnosis, id string) *diagnose.Finding {
	for i := range d.Findings {
		if d.Findings[i].ID == id {
			return &d.Findings[i]
		}
	}
	return nil
}

// Lives is from when to when the sessions beside each other live, ns from the given moments of the sides.
func (p *Pair) Lives(zero [2]int64) (from, to int64) {
	p.Read(func(seen [2]Seen) {
		for i := range seen {
			first, last := seen[i].Tracker.First, seen[i].Tracker.Last
			if s := p.session(i, seen); s != nil {
				first, last = s.FirstSeen, s.LastSeen
			}
			from, to = min(from, first-zero[i]), max(to, last-zero[i])
		}
	})
	return from, to
}
