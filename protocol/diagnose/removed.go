package diagnose

import (
	"slices"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
)

// fieldsRemoved finds WebSocket requests whose fields did not arrive as they were sent, as the server's WebSocket library
// says, and posts that arrive without any query.
func fieldsRemoved(p *picture) {
	var answers, quoted, fields, queries []*session.Exchange
	for e := range p.outer {
		switch {
		case e.TurnedDown():
			answers = append(answers, e)
		case e.Status == 0 && asksWebSocket(e) && improper(e.Failure):
			quoted = append(quoted, e)
		case !e.HasError:
		case asksWebSocket(e) && (strings.Contains(e.Error.Message, "Sec-WebSocket-") || e.Error.Message == "Invalid Upgrade header"):
			fields = append(fields, e)
		case e.Kind == session.Post && e.SID == "" && !strings.Contains(e.Target, "?"):
			queries = append(queries, e)
		}
	}
	p.spoiledAnswers(answers)
	p.spoiledInLog(quoted)
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
		Explanation: p.stay(p.S("The server's WebSocket library refused the request: \"%s\". Upgrade arrived, and a field that goes with it did not, or not as it was sent: something in the path takes it away.", list[0].Error.Message), sessions, refused),
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

// sidRemoved finds sessions whose requests reach the server without the sid that they have here: it takes them for
// handshakes, and opens a new session for each or refuses a POST as one. An old answer out of a cache has an old sid.
func sidRemoved(p *picture) {
	var list []*session.Exchange
	anew := p.openedAnew()
	fresh := false
	for e := range p.outer {
		switch {
		case anew[e]:
			fresh = true
		case e.HasError && e.Error.Code == engineio.BadHandshakeMethod && e.SID != "" && e.Kind == session.Post:
		default:
			continue
		}
		list = append(list, e)
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, _ := sessionsOf(list)
	if !slices.ContainsFunc(list, func(e *session.Exchange) bool { return !e.Switched() }) {
		p.add(Finding{
			ID: "query-or-headers-removed", Confidence: "likely", Title: p.S("The sid of the WebSocket request is lost on the way"),
			Explanation: p.S("The WebSocket request names its session here, and the server answers over the WebSocket as if it did not: with the open packet of a new session. Something between this place and the server takes the sid, or the whole query, from WebSocket requests. The client waits for the answer to its probe, and the session stays on polling."),
			Sessions:    sessions, Evidence: p.shown(list),
			RuledOut: []string{
				p.S("frames are held on the way: the open packet came"),
				p.S("wrong node or expired session: that is answered \"Session ID unknown\""),
			},
			Fixes:     p.fixesFor(queryForwarded, list[0].Path),
			WouldTell: p.S("A capture on the node's side: whether the sid is in the WebSocket request there."),
		})
		return
	}
	p.add(Finding{
		ID: "query-or-headers-removed", Confidence: confidence(len(list) > 1), Title: p.S("The sid is lost on the way"),
		Explanation: p.S("These requests name their session here, and the server answers as if they did not: %s. Something between this place and the server takes the sid, or the whole query, away, so no session gets further than its handshake.", p.withoutSID(fresh, len(list) > 1)),
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut: []string{
			p.S("wrong node or expired session: that is answered \"Session ID unknown\""),
			p.S("handshake cached: an old answer would have an old sid"),
		},
		Fixes: p.fixesFor(queryForwarded, list[0].Path),
	})
}

// withoutSID is what a server makes of a request whose sid is lost.
func (p *picture) withoutSID(fresh, several bool) string {
	switch {
	case fresh && several:
		return p.S("it opens a new session for each, or refuses them as handshakes")
	case fresh:
		return p.S("it opens a new session")
	}
	return p.S("it refuses a POST as a handshake (code 2, Bad handshake method)")
}

// openedAnew are requests with a sid that were answered with an open packet of a sid that no other answer had.
func (p *picture) openedAnew() map[*session.Exchange]bool {
	var list []*session.Exchange
	for e := range p.outer {
		if e.Reopened != "" && e.Reopened != e.SID {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return nil
	}
	given := map[string]int{}
	for _, s := range p.t.Sessions {
		if s.Opened != 0 { // else it is known because a client took such an answer for its own
			given[s.SID]++
		}
	}
	for _, e := range list {
		given[e.Reopened]++
	}
	anew := map[*session.Exchange]bool{}
	for _, e := range list {
		anew[e] = given[e.Reopened] == 1 || e.Switched() // over a WebSocket nothing comes out of a cache
	}
	return anew
}
