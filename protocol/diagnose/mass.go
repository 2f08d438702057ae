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
	mostMass  = 50  // moments that are looked into
)

// balancerRestarted finds moments in which all WebSockets were cut, those of several nodes, while the nodes' processes
// lived on: the sids of later handshakes go on with the old count.
func balancerRestarted(p *picture) {
	var moments []mass
	for _, g := range massEnds(p) {
		if m := p.survived(g); len(m.proofs) > 0 {
			moments = append(moments, m)
		}
	}
	if len(moments) == 0 {
		return
	}
	first := moments[0]
	took := first.sessions[len(first.sessions)-1].Closed - first.sessions[0].Closed
	f := Finding{
		ID: "balancer-restarted", Severity: Warning, Confidence: "possible", Title: p.S("All WebSockets were cut at once, and the nodes lived on"),
		Explanation: p.S("%s ended within %s, without a word of the application, and the nodes' processes went on: the sids of later handshakes go on with the old count. Something in front of the nodes was restarted or changed its configuration (a balancer, a CDN, a gateway), or the network broke. Clients come back all at once.", p.Count(len(first.sessions), "session"), p.span(took)),
		RuledOut:    []string{p.S("node restarted: its counter of handshakes would begin anew"), p.S("idle time-out: the sessions ended together, not each after its own silence")},
		Fixes:       jitterFixes(p.Words),
		WouldTell:   p.S("The log of what is in front of the nodes at that time."),
	}
	for _, m := range moments {
		f.Sessions = append(f.Sessions, m.sessions...)
		if len(m.proofs) >= 2 {
			f.Confidence = "likely"
		}
		for _, s := range m.sessions {
			p.ended[s] = true
		}
	}
	for _, s := range first.sessions[:min(len(first.sessions), maxEvidence-2)] {
		f.Evidence = append(f.Evidence, Evidence{Time: s.Closed, Conn: lastConn(s), Text: p.S("session %s ended by the %s: %s", s.SID, p.side(s.Close.By), s.Close.Why(p.Words))})
	}
	for _, s := range first.proofs[:min(len(first.proofs), 2)] {
		f.Evidence = append(f.Evidence, Evidence{Time: s.Opened, Conn: lastConn(s), Text: p.S("new session %s: its sid's counter goes on", s.SID)})
	}
	p.add(f)
}

// A mass is sessions that were cut at once, and for each node that is proven to have lived on the session that proves it.
type mass struct{ sessions, proofs []*session.Session }

const (
	plausible = 10_000 // handshakes that a node answers until its next one is seen, at most
	adjoining = 16     // the same, and the sessions that come back, where the count alone says that it is the node
)

// survived looks for handshakes after a moment whose sids go on with the count of the nodes that lost their sessions in it.
func (p *picture) survived(g []*session.Session) mass {
	m := mass{sessions: g}
	last := g[len(g)-1].Closed
	highest, proven := map[int]uint32{}, map[int]bool{}
	for _, s := range g {
		if n, ok := engineio.Counter(s.SID); ok && s.Node >= 0 {
			highest[s.Node] = max(highest[s.Node], n)
		}
	}
	for _, s := range p.t.Sessions {
		h, known := highest[s.Node]
		n, ok := engineio.Counter(s.SID)
		far := uint32(plausible)
		if s.NodeBasis == "sid counter" {
			far = adjoining + uint32(len(g))
		}
		if known && ok && s.Opened > last && n > h && n-h < far && !proven[s.Node] {
			proven[s.Node] = true
			m.proofs = append(m.proofs, s)
		}
	}
	return m
}

// massEnds are groups of sessions on WebSocket that were cut within atOnce, from the server's side and without the
// application's word, where they were nearly all that lived then.
func massEnds(p *picture) [][]*session.Session {
	var cut []*session.Session
	var begins, ends []int64 // of all sessions on WebSocket
	for _, s := range p.t.Sessions {
		if s.Transport() != session.WebSocket {
			continue
		}
		begins = append(begins, s.FirstSeen)
		if s.Closed == 0 {
			continue
		}
		ends = append(ends, s.Closed)
		if s.Close.By != "client" && (s.CutWithoutClose || s.CloseCode == 1001 || s.CloseCode == 1012) && !p.ended[s] && !gaps(s) {
			cut = append(cut, s)
		}
	}
	slices.SortStableFunc(cut, func(a, b *session.Session) int { return cmp.Compare(a.Closed, b.Closed) })
	slices.Sort(begins)
	slices.Sort(ends)
	alive := func(at int64) int {
		began, _ := slices.BinarySearch(begins, at)
		ended, _ := slices.BinarySearch(ends, at)
		return began - ended
	}
	var out [][]*session.Session
	for from, to := 0, 0; from < len(cut) && len(out) < mostMass; {
		for to < len(cut) && cut[to].Closed-cut[from].Closed <= atOnce {
			to++
		}
		if g := cut[from:to]; len(g) >= leastMass && 10*len(g) >= 9*alive(g[0].Closed) {
			out = append(out, g)
			from = to
			continue
		}
		from++
	}
	return out
}
