package diagnose

import (
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// overHTTP2 finds WebSockets that were asked for over HTTP/2 where nobody knows how: as an extended CONNECT (RFC 8441)
// that no Engine.IO server answered, or, behind a balancer that speaks HTTP/2 to its nodes, as a GET to which no
// Upgrade can be added.
func overHTTP2(p *picture) {
	var list []*session.Exchange
	var live map[*fact.Conn]bool
	for e := range p.outer {
		if !asksWebSocket(e) || !refusedConnect(e) && !plainOverHTTP2(e) {
			continue
		}
		if live == nil {
			live = p.answering()
		}
		if live[e.Conn.TCP()] || e.Session != nil && e.Session.Opened != 0 {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	e := list[0]
	why := p.S("The WebSocket was asked for over HTTP/2, as an extended CONNECT (RFC 8441), and the server does not take it, while it answers polls over the same HTTP/2. Browsers ask so only where the server's settings say that it can.")
	if !e.Connect {
		why = p.S("The WebSocket request arrives over HTTP/2, where Upgrade does not exist, so the server takes it for a poll and refuses it. A balancer in front speaks HTTP/2 to this server.")
	}
	p.add(Finding{
		ID: "websocket-over-h2-unsupported", Confidence: "likely", Title: p.S("The WebSocket is asked for over HTTP/2, which the way does not support"),
		Explanation: p.stay(why, sessions, refused),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{
			p.S("wrong node: that is answered \"Session ID unknown\""),
			p.S("server unreachable: it answers polls"),
		},
		Fixes:     p.fixesFor(http1Upgrade, e.Path),
		WouldTell: p.S("The same WebSocket request over HTTP/1.1, as sio check sends it: where that is accepted, it is HTTP/2."),
	})
}

// refusedConnect says whether an extended CONNECT was reset by the server, or refused with a status that says that it is
// not understood.
func refusedConnect(e *session.Exchange) bool {
	if !e.Connect || e.HasError {
		return false
	}
	switch e.Status {
	case 0:
		return e.Reset != 0 && e.ResetBy == "server"
	case 400, 404:
		return e.EmptyBody
	case 405, 501:
		return true
	}
	return false
}

// plainOverHTTP2 says whether a WebSocket request came as a plain GET over HTTP/2 and was refused by Engine.IO as one.
func plainOverHTTP2(e *session.Exchange) bool {
	return !e.Connect && e.Request.Proto == "HTTP/2" && !hides(e, fact.Logged) && e.HasError && e.Error.Code == 3
}

// answering are the connections on which the server honoured a request.
func (p *picture) answering() map[*fact.Conn]bool {
	live := map[*fact.Conn]bool{}
	for _, e := range p.t.Exchanges {
		if honoured(e) {
			live[e.Conn.TCP()] = true
		}
	}
	return live
}
