package diagnose

import (
	"net/netip"

	"sioscope/protocol/session"
)

// untilRefused is how long a proxy takes at most to find that nothing listens at a node, ns. It waits longer for answers.
const untilRefused = 4e9

// downInRotation finds proxies that answer some requests of every kind in a node's place, and pass others on meanwhile: one of
// the servers behind them is down and gets its share all the same. That WebSocket requests are among them says nothing of WebSocket.
func downInRotation(p *picture) {
	type door struct {
		server netip.AddrPort
		status int
	}
	byDoor := map[door][]*session.Exchange{}
	var order []door
	for e := range p.outer {
		if e.Status == 0 || !gateway(e) || e.Kind == session.OtherRequest || e.Kind == session.Preflight || e.End-e.Start > untilRefused || duringRestart(p.t.Restarts, e) {
			continue
		}
		d := door{e.Conn.Server, e.Status}
		if byDoor[d] == nil {
			order = append(order, d)
		}
		byDoor[d] = append(byDoor[d], e)
	}
	for _, d := range order {
		list := byDoor[d]
		var others []*session.Exchange // which ask for no WebSocket
		for _, e := range list {
			if !asksWebSocket(e) {
				others = append(others, e)
			}
		}
		if len(others) < 2 || len(others) == len(list) || !p.servedBetween(others) {
			continue
		}
		p.claim(list)
		p.claimAfter(list)
		sessions, refused := sessionsOf(list)
		p.add(Finding{
			ID: "session-lost", Confidence: "likely", Title: p.S("Some requests of every kind are answered %d by the proxy: a node that is down stays in rotation", d.status),
			Explanation: p.S("Handshakes, polls, posts and WebSocket requests alike are answered %d by a proxy and not by a node, and between them others are answered as they should be. One of several servers behind the proxy is down or not reachable, and gets its share of the requests all the same. A session breaks with the first of its polls or posts that goes there.", d.status),
			Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
			RuledOut: []string{
				p.S("WebSocket switched off in the path: requests that ask for no WebSocket are answered the same"),
				p.S("wrong node or expired session: that is answered \"Session ID unknown\""),
			},
			Fixes:     []Fix{{For: "balancer", Text: p.S("a health check for every node, so that one that is down gets no requests (HAProxy: check; nginx: max_fails)")}},
			WouldTell: p.S("The log of what answers %d: which server it asked, and what became of that. Or a capture between proxy and nodes.", d.status),
		})
	}
}

// servedBetween says whether a node answered at the same door between the first and the last of the refusals: it was no outage.
func (p *picture) servedBetween(list []*session.Exchange) bool {
	first, last := list[0].End, list[len(list)-1].Start
	n := 0
	for _, e := range p.t.Exchanges {
		if e.Outer == nil && e.Conn.Server == list[0].Conn.Server && e.Start > first && e.End != 0 && e.End < last && e.Session != nil && honoured(e) {
			n++
		}
	}
	return n >= 2
}
