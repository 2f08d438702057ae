package diagnose

import "sioscope/protocol/session"

// rateLimited finds requests that were refused because there were too many (429, RFC 6585 §4).
func rateLimited(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		if e.Status == 429 && e.Kind != session.Preflight {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	p.add(Finding{
		ID: "rate-limited", Title: p.S("The service limits how often it is asked: 429"),
		Explanation: p.S("Something in front of the service, or the service, answered 429 Too Many Requests. A session on polling asks again and again, and one that loses a request to the limit starts over, which asks more still; all clients behind one address may count as one."),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{p.S("wrong node or expired session: those are answered 400")},
		Fixes: p.order(
			Fix{For: "nginx", Text: p.S("limit_req with a larger rate and burst for %s, or none", list[0].Path)},
			Fix{For: "firewall, WAF, CDN", Text: p.S("an exception from rate limits for %s", list[0].Path)},
			Fix{For: "client", Text: p.S(`transports: ["websocket"]: one request for a session instead of one for every few messages`)},
		),
	})
}
