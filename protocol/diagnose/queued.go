package diagnose

import (
	"slices"
	"strings"

	"sioscope/protocol/session"
)

// noServer is what HAProxy's page says of a request that no server was given: where one has it and does not answer, it
// answers 504, and 502 where one answers nothing of use.
const noServer = "No server is available to handle this request"

// unserved says whether a request waited at HAProxy for a server in vain.
func unserved(e *session.Exchange) bool {
	return e.Status == 503 && !e.HasError && waited(e) >= 1e9 && strings.Contains(e.BodyText, noServer)
}

// requestsQueued finds requests that waited in HAProxy's queue until it gave them up, while the nodes answered others: they
// have as many as maxconn lets them.
func requestsQueued(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		if unserved(e) {
			list = append(list, e)
		}
	}
	other := func(e *session.Exchange) bool { return !asksWebSocket(e) && p.servedMeanwhile(e) } // WebSockets may have servers of their own
	if !slices.ContainsFunc(list[:min(len(list), maxEvidence)], other) {
		return
	}
	p.claim(list)
	p.claimAfter(list)
	sessions, refused := sessionsOf(list)
	e := list[0]
	p.add(Finding{
		ID: "connection-limit", Confidence: onceOr("likely", len(list)), Title: p.S("Requests wait %s for a place at a server, and HAProxy gives them up: %d", p.span(waited(e)), e.Status),
		Explanation: p.S("HAProxy answered %d after %s with a page of its own: these requests never reached a node. It answers so what has waited in its queue for as long as timeout queue lets it (where that is not set, timeout connect), because the servers have as many connections as their maxconn: each WebSocket takes one, and each poll that waits. Where it could not connect to a server it says the same. A session on polling breaks with it.", e.Status, p.span(waited(e))),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{
			p.S("poll cut short: HAProxy answers 504 where a server has the request and does not answer"),
			p.S("node restarted or down: others were answered meanwhile"),
		},
		Fixes:     p.order(limitFixes(p.Words)...),
		WouldTell: p.S("HAProxy's log: sQ in a line is a time-out in the queue, sC or SC a connection to the server that did not come about. Or its statistics: sessions and queue of each server."),
	})
}

// onceOr is the confidence in what was seen so many times: once alone it is possible.
func onceOr(confidence string, n int) string {
	if n == 1 {
		return "possible"
	}
	return confidence
}

// servedMeanwhile says whether other requests were answered as they should while one waited, or soon after.
func (p *picture) servedMeanwhile(e *session.Exchange) bool {
	at := len(p.t.Exchanges) - len(p.t.ExchangesFrom(e.Index))
	for _, o := range p.t.Exchanges[max(0, at-comparable):min(len(p.t.Exchanges), at+comparable)] {
		if o != e && o.Outer == nil && honoured(o) && o.Answered > e.Start && o.Answered < e.Answered+down {
			return true
		}
	}
	return false
}

// claimAfter claims the refusals of sessions that broke with requests: nothing is unknown but what went with them.
func (p *picture) claimAfter(list []*session.Exchange) {
	cut := map[*session.Session]int64{}
	for _, e := range slices.Backward(list) {
		cut[e.Session] = e.End
	}
	for e := range p.outer {
		if at := cut[e.Session]; e.Session != nil && at != 0 && e.UnknownSID() && at <= e.End {
			p.explained[e] = true
		}
	}
}
