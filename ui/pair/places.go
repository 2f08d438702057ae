package pair

import (
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// proven is where a fault was seen, and where on the other side the same kind of request went well.
func (p *Pair) proven(f *diagnose.Finding, of int, seen [2]Seen) (at [2]Place) {
	at = [2]Place{nowhere, nowhere}
	e := proof(f, p.Chosen[of])
	switch {
	case e != nil:
		at[of] = placeOf(e)
	case len(f.Evidence) > 0:
		at[of].Time = f.Evidence[0].Time
	}
	if o := p.session(1-of, seen); e != nil && o != nil {
		if like := first(o, e.Kind); like != nil {
			at[1-of] = placeOf(like)
		}
	}
	return at
}

// proof is the request that shows a fault best: one of the given session before others, a refused one before others.
func proof(f *diagnose.Finding, sess int32) (best *session.Exchange) {
	weight := -1
	for _, ev := range f.Evidence {
		e := ev.Exchange
		if e == nil || e.Index < 0 {
			continue
		}
		for e.Outer != nil {
			e = e.Outer
		}
		n := 0
		if e.Session != nil && int32(e.Session.Index) == sess {
			n += 2
		}
		if timeline.Bad(e) {
			n++
		}
		if n > weight {
			best, weight = e, n
		}
	}
	return best
}

func placeOf(e *session.Exchange) Place {
	at := Place{Session: -1, Exchange: int32(e.Index), Time: timeline.Begin(e)}
	if e.Session != nil && e.Session.Index >= 0 {
		at.Session = int32(e.Session.Index)
	}
	return at
}

// session is the chosen one of a side, nil where there is none.
func (p *Pair) session(i int, seen [2]Seen) *session.Session {
	if p.Chosen[i] < 0 {
		return nil
	}
	return seen[i].All.SessionAt(p.Chosen[i])
}

// shown is where a side shows a property: a request of the chosen session, or the session's end.
func (p *Pair) shown(id string, i int, seen [2]Seen) Place {
	s, t := p.session(i, seen), seen[i].Tracker
	switch {
	case strings.HasPrefix(id, "finding "):
		if f := finding(&seen[i].Diagnosis, strings.TrimPrefix(id, "finding ")); f != nil {
			if e := proof(f, p.Chosen[i]); e != nil {
				return placeOf(e)
			}
		}
		return nowhere
	case strings.HasPrefix(id, "experiment "), id == "sessions":
		return nowhere
	case id == "refused" && len(t.Refused) > 0:
		return placeOf(t.Refused[0])
	case s == nil && id == "handshake" && len(t.Refused) > 0, s == nil && upgrading[id] == nil && len(t.Refused) > 0:
		return placeOf(t.Refused[0])
	case s == nil, id == "refused":
		return nowhere
	case id == "closes" && s.Closed != 0:
		return Place{Session: p.Chosen[i], Exchange: -1, Time: s.Closed}
	}
	if e := shows(id, s); e != nil {
		return placeOf(e)
	}
	return nowhere
}

// upgrading are the properties that show in the request for a WebSocket, and how that is found.
var upgrading = map[string]func(*session.Session) *session.Exchange{
	"upgrade": upgrade, "accepted": upgrade, "upgrade-header": upgrade, "upgrade-time": upgrade, "deflate": upgrade,
	"nodes": strayed, "affinity": strayed, "wrong-node": strayed,
	"cookies-returned": second,
	"proxy":            passed,
	"allow-origin":     asked,
}

// shows is the request of a session that shows a property: its handshake, where nothing else is known to.
func shows(id string, s *session.Session) *session.Exchange {
	if of := upgrading[id]; of != nil {
		return of(s)
	}
	if id == "closes" {
		return nil
	}
	return handshake(s)
}

// upgrade is the first request for a WebSocket.
func upgrade(s *session.Session) *session.Exchange {
	for _, e := range s.Exchanges {
		if e.AsksWebSocket() {
			return e
		}
	}
	return nil
}

// strayed is the first request that reached another node, else the one that is most likely to.
func strayed(s *session.Session) *session.Exchange {
	for _, e := range s.Exchanges {
		if e.WrongNode {
			return e
		}
	}
	if e := upgrade(s); e != nil {
		return e
	}
	return second(s)
}

// second is the first request that has a sid.
func second(s *session.Session) *session.Exchange {
	for _, e := range s.Exchanges {
		if e.SID != "" && e.Kind != session.Preflight {
			return e
		}
	}
	return nil
}

// passed is the first request that a proxy left its sign on.
func passed(s *session.Session) *session.Exchange {
	for _, e := range s.Exchanges {
		if _, sign := diagnose.ProxyOf(e); sign != "" {
			return e
		}
	}
	return handshake(s)
}

// asked is the first request of a page of another origin.
func asked(s *session.Session) *session.Exchange {
	if e := first(s, session.Preflight); e != nil {
		return e
	}
	return handshake(s)
}

// Beside is a request of a side, and the other's that is like it: of the same kind, and as many of that kind before it in
// the session that is laid beside.
func (p *Pair) Beside(side int, exchange int32) (at [2]Place) {
	at = [2]Place{nowhere, nowhere}
	p.Read(func(seen [2]Seen) {
		e := seen[side].All.ExchangeAt(exchange)
		at[side] = placeOf(e)
		o := p.session(1-side, seen)
		if o == nil || e.Session == nil {
			return
		}
		nth := 0
		for _, before := range e.Session.Exchanges {
			if before == e {
				break
			}
			if before.Kind == e.Kind {
				nth++
			}
		}
		for _, like := range o.Exchanges {
			if like.Kind != e.Kind {
				continue
			}
			at[1-side] = placeOf(like)
			if nth--; nth < 0 {
				return
			}
		}
	})
	return at
}
