package diagnose

import (
	"sort"

	"sioscope/protocol/session"
)

// A client with tryAllTransports that is refused at its first transport, polling, goes on with WebSocket at once, as it is
// meant to: nothing is wrong with it, where the server offers WebSocket alone.

// onward are the handshakes for polling that were refused, by the session that the same client opened on WebSocket at once.
// Both lists are in the order of the refusals.
func (p *picture) onward(refused []*session.Exchange) (over []*session.Exchange, sessions []*session.Session) {
	type caller struct{ client, server, host, path string }
	of := func(e *session.Exchange) caller {
		return caller{e.Conn.Client.Addr().String(), e.Conn.Server.String(), e.Request.Host, e.Path}
	}
	direct := map[caller][]*session.Session{}
	for _, s := range p.t.Sessions {
		if s.Upgrade == session.UpgradeDirect && len(s.Exchanges) > 0 && s.Exchanges[0].Kind == session.Handshake {
			c := of(s.Exchanges[0])
			direct[c] = append(direct[c], s)
		}
	}
	taken := map[*session.Session]bool{}
	for _, e := range refused {
		if e.Kind != session.Handshake || e.TransportParam != "polling" || e.End == 0 {
			continue
		}
		list := direct[of(e)]
		i := sort.Search(len(list), func(i int) bool { return list[i].Exchanges[0].Start >= e.End })
		for ; i < len(list) && list[i].Exchanges[0].Start-e.End < untilFallback; i++ {
			if first := list[i].Exchanges[0]; !taken[list[i]] && oneAgent(e, first) && oneOrigin(e, first) {
				taken[list[i]] = true
				over, sessions = append(over, e), append(sessions, list[i])
				break
			}
		}
	}
	return over, sessions
}

// oneOrigin says whether two requests may be of one page; a browser names it of polling to another origin only.
func oneOrigin(a, b *session.Exchange) bool {
	return a.Request.Origin == "" || b.Request.Origin == "" || a.Request.Origin == b.Request.Origin
}

// wentOnToWebSocket tells of clients that went on after a refusal of polling, and takes what it explains out of the list.
func (p *picture) wentOnToWebSocket(list []*session.Exchange) []*session.Exchange {
	over, sessions := p.onward(list)
	if len(over) == 0 {
		return list
	}
	for _, e := range over {
		p.overcome[e], p.explained[e] = true, true
	}
	p.add(Finding{ID: "server-websocket-only", Severity: Info, Confidence: "likely", Title: p.S("The server accepts WebSocket only, and clients that begin with polling go on to it"),
		Explanation: p.S("The handshake asks for transport=polling and is refused (code 0, Transport unknown), and the same client opens its session on WebSocket at once, as one with tryAllTransports is meant to. It costs such a client one request, and nothing else."),
		Sessions:    sessions, Refused: over, Evidence: p.shown(over),
		Fixes: []Fix{p.websocketOnly()}})
	rest := make([]*session.Exchange, 0, len(list))
	for _, e := range list {
		if !p.overcome[e] {
			rest = append(rest, e)
		}
	}
	return rest
}
