package diagnose

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"sort"

	"sioscope/protocol/session"
)

// A client with tryAllTransports that is refused at its first transport, WebSocket, goes on with the next at once, and
// does not try WebSocket again: its session was never asked to upgrade, and that refusal is why.

// untilFallback is how long after a refusal it goes on with the next transport at most, ns.
const untilFallback = 1e9

// fallbacks are the sessions that clients opened with polling after a WebSocket handshake that was refused, by that.
func (p *picture) fallbacks() map[*session.Exchange]*session.Session {
	if p.fellBack != nil {
		return p.fellBack
	}
	type caller struct {
		client     netip.Addr
		server     netip.AddrPort
		host, path string
	}
	of := func(e *session.Exchange) caller {
		return caller{e.Conn.Client.Addr(), e.Conn.Server, e.Request.Host, e.Path}
	}
	refused := map[caller][]*session.Exchange{}
	for _, e := range p.t.Refused {
		if asksWebSocket(e) && e.Status >= 400 && e.End != 0 {
			refused[of(e)] = append(refused[of(e)], e)
		}
	}
	p.fellBack = map[*session.Exchange]*session.Session{}
	if len(refused) == 0 {
		return p.fellBack
	}
	for _, list := range refused {
		slices.SortStableFunc(list, func(a, b *session.Exchange) int { return cmp.Compare(a.End, b.End) })
	}
	for _, s := range p.t.Sessions {
		if s.Upgrade != session.UpgradeNotTried || s.Opened == 0 || len(s.Exchanges) == 0 || s.Exchanges[0].Kind != session.Handshake {
			continue
		}
		first := s.Exchanges[0]
		list := refused[of(first)]
		i := sort.Search(len(list), func(i int) bool { return list[i].End > first.Start }) - 1
		for ; i >= 0 && first.Start-list[i].End < untilFallback; i-- {
			if p.fellBack[list[i]] == nil && oneAgent(list[i], first) {
				p.fellBack[list[i]] = s
				break
			}
		}
	}
	return p.fellBack
}

// oneAgent says whether two requests may be of one client by their User-Agents; Node's WebSockets send none.
func oneAgent(a, b *session.Exchange) bool {
	return a.Request.UserAgent == "" || b.Request.UserAgent == "" || a.Request.UserAgent == b.Request.UserAgent
}

// withFallbacks adds the sessions with which clients went on after handshakes that were refused.
func (p *picture) withFallbacks(sessions []*session.Session, refused []*session.Exchange) []*session.Session {
	fallbacks := p.fallbacks()
	if len(fallbacks) == 0 {
		return sessions
	}
	in := amongst(sessions)
	sessions = slices.Clone(sessions)
	for _, e := range refused {
		if s := fallbacks[e]; s != nil && !in[s] {
			in[s] = true
			sessions = append(sessions, s)
		}
	}
	return sessions
}

// askedBefore are the sessions whose clients had asked for WebSocket before they opened them with polling.
func (p *picture) askedBefore() map[*session.Session]bool {
	return amongst(slices.Collect(maps.Values(p.fallbacks())))
}

// stay is why WebSocket requests were refused, and what became of it: of a handshake nothing but connect_error.
func (p *picture) stay(why string, sessions []*session.Session, refused []*session.Exchange) string {
	if len(p.withFallbacks(sessions, refused)) == 0 {
		return p.S("%s No session comes about: clients with no transport but WebSocket get a connect_error, and try again.", why)
	}
	return p.S("%s The session stays on polling, and the application is told nothing.", why)
}
