package session

import "slices"

// Those is what of a resolved Tracker is of some sessions and of some handshakes that were refused: their exchanges, their
// connections, and from when until when they were seen. Nodes, counts of packets and files are those of the whole, which
// knows more. What made room is not among them. It shares everything with t: it is for reading, until t changes.
func (t *Tracker) Those(sessions map[*Session]bool, refused map[*Exchange]bool) *Tracker {
	p := *t
	p.Sessions, p.Exchanges, p.Conns, p.Refused, p.Lost, p.Restarts, p.Legacy, p.Signals = nil, nil, nil, nil, nil, nil, nil, nil
	p.Freed, p.First, p.Last = Freed{}, 0, 0
	on := map[*Conn]bool{}
	for _, s := range t.Sessions {
		if sessions[s] {
			p.Sessions = append(p.Sessions, s)
			p.seen(s.FirstSeen)
			p.seen(max(s.LastSeen, s.Closed))
			for _, c := range s.Conns {
				on[c] = true
			}
		}
	}
	for _, e := range t.Exchanges {
		outer := e
		for outer.Outer != nil {
			outer = outer.Outer
		}
		if e.Session != nil && sessions[e.Session] || refused[outer] {
			p.Exchanges = append(p.Exchanges, e)
			on[e.Conn] = true
		}
	}
	for _, e := range t.Refused {
		if refused[e] {
			p.Refused = append(p.Refused, e)
			p.seen(max(e.Start, e.Sent))
			p.seen(max(e.Start, e.Sent, e.Answered, e.End))
		}
	}
	for _, r := range t.Restarts {
		if sessions[r.Before] || sessions[r.After] {
			p.Restarts = append(p.Restarts, r)
		}
	}
	for _, c := range t.Conns {
		if on[c] {
			p.Conns = append(p.Conns, c)
		}
	}
	p.Options.Trials = t.Options.Trials || !slices.ContainsFunc(p.Sessions, func(s *Session) bool { return !s.Trial() })
	return &p
}
