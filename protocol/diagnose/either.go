package diagnose

import (
	"slices"

	"sioscope/protocol/session"
)

// perEither tells of requests that reached other nodes on connections of their own each: whether a node is chosen for
// every request or for every connection looks alike there. That a proxy reads HTTP does not decide it, since it may be
// the second layer.
func (p *picture) perEither(list []*session.Exchange) {
	sessions, _ := sessionsOf(list)
	before := p.past.counts("no-affinity-per-request")
	proxy, _ := p.readsHTTP()
	f := Finding{
		ID: "no-affinity-per-request", Confidence: "possible",
		Title:       p.S("The balancer sends requests of one session to several nodes"),
		Explanation: p.S("A Socket.IO session lives on the node that issued its sid. The balancer chooses a node anew for every request, or for every connection: here each request came on a connection of its own, so both look alike. %s A Redis adapter does not help: it shares messages between nodes, not handshakes.", p.fates(len(sessions)+before.Earlier, stillPolling(sessions)+before.stayed)),
		Sessions:    sessions, Evidence: slices.Concat(p.nodeEvidence(), p.ratioEvidence(sessions), p.shown(list)),
		RuledOut: []string{
			p.soonest(list),
			p.S("cookie not returned: no answer set an affinity cookie"),
		},
		Fixes:     p.eitherFixes(list[0].Path),
		WouldTell: p.S("A client that keeps its connections, as browsers do: refused and honoured requests on one connection prove balancing per request. An HTTP proxy answered (%s); it may be the one that chooses the node, or stand behind a balancer of connections.", proxy),
	}
	if behind(list) {
		f.Explanation = p.S("A Socket.IO session lives on the node that issued its sid. The balancer chooses a node anew for every request, or for every connection: the capture is from the nodes' side, where a connection ends at one node whatever the balancer does, so both look alike. %s A Redis adapter does not help: it shares messages between nodes, not handshakes.", p.fates(len(sessions)+before.Earlier, stillPolling(sessions)+before.stayed))
		f.WouldTell = p.S("A capture on the clients' side: refused and honoured requests on one connection prove balancing per request. An HTTP proxy passed the requests on (X-Forwarded-For); it may be the one that chooses the node, or stand behind a balancer of connections.")
	}
	p.special(&f, list)
	p.add(f)
}

// eitherFixes are those of a balancer that chooses for every request, and then those that only one of connections has.
func (p *picture) eitherFixes(path string) []Fix {
	fixes := p.fixesFor(affinity, path)
	for _, f := range p.fixesFor(connectionAffinity, path) {
		if !slices.ContainsFunc(fixes, func(o Fix) bool { return o.For == f.For }) {
			fixes = append(fixes, f)
		}
	}
	return fixes
}

// stillPolling counts the sessions that went on with polling.
func stillPolling(sessions []*session.Session) int {
	n := 0
	for _, s := range sessions {
		if s.Transport() == session.Polling && s.Close.Reason != session.RefusedSince && !s.GivenUp() {
			n++
		}
	}
	return n
}
