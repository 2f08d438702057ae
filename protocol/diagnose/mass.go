package diagnose

import (
	"cmp"
	"slices"

	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
)

const (
	atOnce    = 2e9 // ns within which all connections of a balancer that goes down end
	leastMass = 3   // sessions: fewer end together by chance, or are one client's
)

// balancerRestarted finds moments in which all WebSockets were cut, those of several nodes, while the nodes' processes
// lived on: the sids of later handshakes go on with the old count.
func balancerRestarted(p *picture) {
	for _, g := range massEnds(p) {
		p.massEnd(g)
	}
}

func (p *picture) massEnd(g []*session.Session) {
	last := g[len(g)-1].Closed
	nodes, proofs := map[int]bool{}, map[int]*session.Session{}
	highest := map[int]uint32{}
	for _, s := range g {
		nodes[s.Node] = true
		if n, ok := engineio.Counter(s.SID); ok {
			highest[s.Node] = max(highest[s.Node], n)
		}
	}
	for _, s := range p.t.Sessions {
		n, ok := engineio.Counter(s.SID)
		if h, known := highest[s.Node]; ok && known && s.Node >= 0 && s.Opened > last && n > h && n-h < 10_000 && proofs[s.Node] == nil {
			proofs[s.Node] = s
		}
	}
	delete(nodes, -1)
	if len(proofs) == 0 {
		return // nothing says that the nodes lived on
	}
	f := Finding{
		ID: "balancer-restarted", Severity: Warning, Confidence: "possible", Title: p.S("All WebSockets were cut at once, and the nodes lived on"),
		Explanation: p.S("%s ended within %s, without a word of the application, and the nodes' processes went on: the sids of later handshakes go on with the old count. Something in front of the nodes was restarted or changed its configuration (a balancer, a CDN, a gateway), or the network broke. Clients come back all at once.", p.Count(len(g), "session"), p.span(last-g[0].Closed)),
		Sessions:    g,
		RuledOut:    []string{p.S("node restarted: its counter of handshakes would begin anew"), p.S("idle time-out: the sessions ended together, not each after its own silence")},
		Fixes:       jitterFixes(p.Words),
		WouldTell:   p.S("The log of what is in front of the nodes at that time."),
	}
	if len(proofs) >= 2 {
		f.Confidence = "likely"
	}
	for _, s := range g {
		p.ended[s] = true
		if len(f.Evidence) < maxEvidence-2 {
			f.Evidence = append(f.Evidence, Evidence{Time: s.Closed, Conn: lastConn(s), Text: p.S("session %s ended by the %s: %s", s.SID, p.side(s.Close.By), s.Close.Why(p.Words))})
		}
	}
	for _, s := range p.t.Sessions {
		if proofs[s.Node] == s && len(f.Evidence) < maxEvidence {
			f.Evidence = append(f.Evidence, Evidence{Time: s.Opened, Conn: lastConn(s), Text: p.S("new session %s: its sid's counter goes on", s.SID)})
		}
	}
	p.add(f)
}

// massEnds are groups of sessions on WebSocket that were cut within atOnce, from the server's side and without the
// application's word, where they were nearly all that lived then.
func massEnds(p *picture) [][]*session.Session {
	var cut []*session.Session
	for _, s := range p.t.Sessions {
		if s.Closed != 0 && s.Transport() == session.WebSocket && s.Close.By != "client" && (s.CutWithoutClose || s.CloseCode == 1001 || s.CloseCode == 1012) && !p.ended[s] && !gaps(s) {
			cut = append(cut, s)
		}
	}
	slices.SortStableFunc(cut, func(a, b *session.Session) int { return cmp.Compare(a.Closed, b.Closed) })
	var out [][]*session.Session
	for from := 0; from < len(cut); {
		to := from
		for to < len(cut) && cut[to].Closed-cut[from].Closed <= atOnce {
			to++
		}
		if g := cut[from:to]; len(g) >= leastMass && 10*len(g) >= 9*p.onSocketAt(g[0].Closed) {
			out = append(out, g)
			from = to
			continue
		}
		from++
	}
	return out
}

// onSocketAt counts the sessions on WebSocket that lived at a time.
func (p *picture) onSocketAt(at int64) int {
	n := 0
	for _, s := range p.t.Sessions {
		if s.Transport() == session.WebSocket && s.FirstSeen < at && (s.Closed == 0 || s.Closed >= at) {
			n++
		}
	}
	return n
}
