package diagnose

import (
	"strings"

	"sioscope/protocol/session"
)

// fieldsRemoved finds WebSocket requests whose fields did not arrive as they were sent, as the server's WebSocket library
// says, and posts that arrive without any query.
func fieldsRemoved(p *picture) {
	var fields, queries []*session.Exchange
	for e := range p.outer {
		switch {
		case !e.HasError:
		case asksWebSocket(e) && (strings.Contains(e.Error.Message, "Sec-WebSocket-") || e.Error.Message == "Invalid Upgrade header"):
			fields = append(fields, e)
		case e.Kind == session.Post && e.SID == "" && !strings.Contains(e.Target, "?"):
			queries = append(queries, e)
		}
	}
	p.removedFields(fields)
	p.removedQuery(queries)
}

func (p *picture) removedFields(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	f := Finding{
		ID: "query-or-headers-removed", Title: p.S("Fields of the WebSocket request are lost on the way"),
		Explanation: p.S("The server's WebSocket library refused the request: \"%s\". Upgrade arrived, and a field that goes with it did not, or not as it was sent: something in the path takes it away. The session stays on polling, and the application is told nothing.", list[0].Error.Message),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{
			p.S("wrong node: that is answered \"Session ID unknown\""),
			p.S("Upgrade header stripped: that is answered with Engine.IO's JSON code 3"),
		},
		Fixes: p.fixesFor(queryForwarded, list[0].Path),
	}
	for _, e := range list {
		if !e.Request.WebSocketKey && e.Request.ForwardedFor == "" && e.Request.Proto != "HTTP/2" {
			f.Confidence = "possible"
			f.WouldTell = p.S("The request has no Sec-WebSocket-Key here already. If this is the client's side, the client is no WebSocket client and nobody took anything away.")
		}
	}
	p.add(f)
}

func (p *picture) removedQuery(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	p.claim(list)
	_, refused := sessionsOf(list)
	p.add(Finding{
		ID: "query-or-headers-removed", Confidence: "likely", Title: p.S("Posts arrive without their query"),
		Explanation: p.S("Requests to %s have no query at all, and without it the server sees neither transport nor sid. Every client of Socket.IO sends one, so a CDN, gateway or proxy in the path removes it.", list[0].Path),
		Refused:     refused, Evidence: p.shown(list),
		RuledOut:  []string{p.S("wrong node or expired session: the request names no session, or was refused for its transport")},
		Fixes:     p.fixesFor(queryForwarded, list[0].Path),
		WouldTell: p.S("A capture on the client's side: whether the query is there."),
	})
}
