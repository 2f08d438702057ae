package diagnose

import (
	"slices"
	"strings"

	"sioscope/protocol/session"
)

// nginx's limit_req and limit_conn answer 503 with nginx's own page, unless limit_req_status or limit_conn_status says
// otherwise. A server that it does not reach it answers 502 for, and 504; but ingress-nginx answers the same 503 where no
// endpoint is left, and so does return 503. What tells a limit is that the node answers others in the same moment.

const (
	sameMoment = 500e6 // ns before and after a refusal
	justBefore = 400e6 // ns before the first of them in which that client was answered, where nothing is answered after them
	oneBurst   = 400e6 // ns in which all of them came then
	atOnceIn   = 50e6  // ns after a refusal: a place is free again then, a rate hardly
)

// byNginx says whether nginx answered a request 503 itself, with a page of its own.
func byNginx(e *session.Exchange) bool { return !e.HasError && ByNginx(e.Status, e.BodyText) }

// ByNginx says of an answer whether it is nginx's own 503.
func ByNginx(status int, body string) bool {
	return status == 503 && strings.Contains(body, "503 Service Temporarily Unavailable") &&
		(strings.Contains(body, "<center>nginx") || strings.Contains(body, "<center>openresty"))
}

// limitReached finds requests that nginx answered 503 itself while the node answered others.
func limitReached(p *picture) {
	var list []*session.Exchange
	plain := false // else it is a matter of WebSocket
	for e := range p.outer {
		if byNginx(e) && e.Kind != session.Preflight && !duringRestart(p.t.Restarts, e) {
			list = append(list, e)
			plain = plain || !asksWebSocket(e)
		}
	}
	if !plain {
		return
	}
	between, soon, late := 0, 0, 0
	for _, e := range list[:min(len(list), maxEvidence*10)] {
		before, after, own := p.answeredAround(e)
		if before <= sameMoment && after <= sameMoment {
			between++
		}
		switch {
		case own <= atOnceIn:
			soon++
		case own <= sameMoment:
			late++
		}
	}
	if between == 0 && !p.ownBurst(list) {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	f := Finding{
		ID: "rate-limited", Confidence: "possible", Title: p.S("nginx limits how often it is asked: %d", list[0].Status),
		Explanation: p.S("nginx answered these requests %d itself, while the node answered others in the same moment; for a node that it does not reach it answers 502. limit_req does so with what comes too often, limit_conn with what is too much at a time. A session on polling asks again and again, and one that loses a request to the limit starts over, which asks more still; all clients behind one address may count as one.", list[0].Status),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut:  []string{p.S("wrong node or expired session: those are answered 400")},
		WouldTell: p.S("nginx's error log at that time: \"limiting requests\" or \"limiting connections\"."),
	}
	rate := Fix{For: "nginx", Text: p.S("limit_req with a larger rate and burst for %s, or none", list[0].Path)}
	places := Fix{For: "nginx", Text: p.S("limit_conn with a larger number for %s, or none: a client has a poll waiting while it sends, and its WebSocket beside both", list[0].Path)}
	f.Fixes = []Fix{rate, places, {For: "client", Text: p.S(`transports: ["websocket"]: one request for a session instead of one for every few messages`)}}
	if between > 0 {
		f.Confidence = onceOr("likely", len(list))
		f.RuledOut = append(f.RuledOut, p.S("node restarted or down: others were answered meanwhile"))
	}
	if soon > late {
		f.ID, f.Title = "connection-limit", p.S("nginx limits how many requests a client may have at a time: %d", list[0].Status)
		f.Explanation = p.S("nginx answered these requests %d itself, while the node answered others in the same moment; for a node that it does not reach it answers 502. What the same clients asked next was let in at once, so it looks like limit_conn, which counts what is under way: a client has a poll waiting while it sends, and its WebSocket beside both. limit_req, which counts how often is asked, is possible too. A session on polling breaks with a poll that is refused.", list[0].Status)
		f.Fixes[0], f.Fixes[1] = places, rate
	}
	p.add(f)
}

// ownBurst says whether one client alone was refused, more than once, within a moment and right after it had been answered:
// it may have asked too much itself. Where no node is left, others find that out too, and later.
func (p *picture) ownBurst(list []*session.Exchange) bool {
	first, last := list[0], list[len(list)-1]
	if len(list) < 2 || last.End-first.Start > oneBurst || slices.ContainsFunc(list, func(e *session.Exchange) bool { return e.Conn.Client.Addr() != first.Conn.Client.Addr() }) {
		return false
	}
	at := len(p.t.Exchanges) - len(p.t.ExchangesFrom(first.Index))
	return slices.ContainsFunc(p.t.Exchanges[max(0, at-comparable):at], func(o *session.Exchange) bool {
		return o.Outer == nil && o.Conn.Server == first.Conn.Server && o.Conn.Client.Addr() == first.Conn.Client.Addr() && honoured(o) && o.Answered >= first.End-justBefore
	})
}

// answeredAround is how long before a refused request the node had given its last answer, how long after it the next
// request was sent that it answered, and how long after it one of the same client, in ns; a great number where there is none.
func (p *picture) answeredAround(e *session.Exchange) (before, after, own int64) {
	before, after, own = 1<<62, 1<<62, 1<<62
	at := len(p.t.Exchanges) - len(p.t.ExchangesFrom(e.Index))
	for _, o := range p.t.Exchanges[max(0, at-comparable):min(len(p.t.Exchanges), at+comparable)] {
		if o.Outer != nil || o.Conn.Server != e.Conn.Server || !honoured(o) && !o.HasError {
			continue
		}
		if d := e.End - o.Answered; d >= 0 {
			before = min(before, d)
		}
		if d := o.Start - e.End; d >= 0 {
			after = min(after, d)
			if o.Conn.Client.Addr() == e.Conn.Client.Addr() {
				own = min(own, d)
			}
		}
	}
	return before, after, own
}

// selfAnswered is what is said of refusals by nginx of which nothing tells more.
func (p *picture) selfAnswered() string {
	return p.S("nginx answered with a page of its own and did not ask a node: where it reaches none it answers 502. A limit does so (limit_req, limit_conn), a maintenance page (return 503), or ingress-nginx where a service has no endpoint left.")
}
