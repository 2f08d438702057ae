package diagnose

import (
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// envoyRefused finds WebSocket requests that Envoy refused without a word, while the polls of their sessions pass.
func envoyRefused(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		silent := e.EmptyBody && !e.HasError && !e.Incomplete && !hides(e, fact.HidesRefusal)
		if asksWebSocket(e) && silent && (e.Status == 400 || e.Status == 403 || e.Status == 426) &&
			strings.Contains(strings.ToLower(e.Response.Server), "envoy") && e.Session != nil && e.Session.Opened != 0 {
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
		ID: "envoy-upgrade-failed", Confidence: "likely", Title: p.S("Envoy refuses the upgrade: %d", e.Status),
		Explanation: p.S("Envoy (Server: %s) answered the WebSocket request with %d and without a body, while it passes polls on. Upgrades are not configured for the route, or a filter on it, buffer for one, does not get along with them. The session stays on polling, and the application is told nothing.", e.Response.Server, e.Status),
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut: []string{
			p.S("wrong node: that is answered \"Session ID unknown\""),
			p.S("refused by the application (allowRequest): that is answered in plain text by the node"),
		},
		Fixes:     p.recognisedOf(upgradeForwarded, e.Path, "Envoy"),
		WouldTell: p.S("Envoy's access log for that request: response_code_details says upgrade_failed."),
	})
}
