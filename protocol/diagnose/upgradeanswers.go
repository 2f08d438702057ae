package diagnose

import (
	"strings"

	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// upgradeRedirected finds WebSocket requests that were sent elsewhere: no WebSocket client goes there (WHATWG, WebSockets
// standard, "establish a WebSocket connection": redirect mode "error").
func upgradeRedirected(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		if e.Kind == session.UpgradeRequest && !e.HasError && redirect(e.Status) && e.Response.Location != "" {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	e := list[0]
	f := Finding{
		ID: "upgrade-refused-by-proxy", Title: p.S("The WebSocket request is redirected: %d", e.Status),
		Explanation: p.S("The WebSocket request was answered %d, to %s, while polls of the session reach Socket.IO. WebSocket clients follow no redirect, so the session stays on polling, and the application is told nothing.", e.Status, firstLine(redact.Redactor{}.Target(e.Response.Location))),
		Sessions:    sessions, Refused: refused,
		RuledOut: []string{
			p.S("wrong node: that is answered \"Session ID unknown\""),
			p.S("Upgrade header stripped: that is answered with Engine.IO's JSON code 3"),
		},
		Fixes:     []Fix{{For: "balancer", Text: p.S("no redirect for requests with Upgrade: websocket below %s: they go the way of the polls", e.Path)}},
		WouldTell: p.S("The proxy's log for that request."),
	}
	for _, e := range list[:min(len(list), maxEvidence)] {
		ev := p.told(e, "Location: "+firstLine(redact.Redactor{}.Target(e.Response.Location)))
		f.Evidence = append(f.Evidence, ev)
	}
	p.add(f)
}

// upgradeUnauthorized finds WebSocket requests that were refused 401 or 403 in words of someone's own, neither Engine.IO's
// nor a proxy's, while no proxy is seen in the path.
func upgradeUnauthorized(p *picture) {
	if p.proxied() {
		return
	}
	var list []*session.Exchange
	for e := range p.outer {
		if e.Kind == session.UpgradeRequest && !e.HasError && (e.Status == 401 || e.Status == 403) && e.BodyText != "" && !strings.Contains(e.BodyText, "<") && e.Response.Server == "" {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, _ := sessionsOf(list)
	e := list[0]
	p.add(Finding{
		ID: "connection-forbidden", Confidence: "likely", Title: p.S("The WebSocket request is refused: %s", p.answer(e)),
		Explanation: p.S("The WebSocket request was answered %d, in words that are not Engine.IO's, and nothing in the path gives itself away as a proxy: the application checks upgrades itself, or an authentication in front of it does. Polls are let in. A browser's WebSocket request has no Authorization and none of extraHeaders, only cookies and the query. The session stays on polling, and the application is told nothing.", e.Status),
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut: []string{
			p.S("wrong node: that is answered \"Session ID unknown\""),
			p.S("Upgrade header stripped: that is answered with Engine.IO's JSON code 3"),
		},
		Fixes: []Fix{
			{For: "server", Text: p.S("look at what the listener for upgrades checks, or what is in front of it: a token that polls have in a header must be in a cookie or in the query for a WebSocket")},
		},
		WouldTell: p.S("The server's log for that request."),
	})
}
