package diagnose

import (
	"cmp"
	"slices"

	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
)

const (
	atOnce    = 100e6 // ns within which all connections of a balancer that goes down end
	soon      = 2e9   // ns, likewise of one that takes its time; that it is one moment must then be plain from the ages
	leastMass = 3     // sessions: fewer end together by chance, or are one client's
	mostMass  = 50    // moments that are looked into
)

// balancerRestarted finds moments in which all WebSockets were cut, those of several nodes, while the nodes' processes
// lived on: the sids of later handshakes go on with the old count.
func balancerRestarted(p *picture) {
	var moments []mass
	cuts := map[*session.Session]cut{}
	for _, c := range idleCuts(p) {
		cuts[c.s] = c
	}
	for _, g := range massEnds(p) {
		if m := p.survived(g); len(m.proofs) > 0 && !alikeSince(cuts, g) {
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

// alikeSince says whether all of some sessions were opened at once and silent since: a time-out of silence ends them at
// once, too.
func alikeSince(cuts map[*session.Session]cut, g []*session.Session) bool {
	var group []cut
	for _, s := range g {
		c, ok := cuts[s]
		if !ok || !c.unused {
			return false
		}
		group = append(group, c)
	}
	ends, differ := spreads(group)
	return differ <= max(ends, atOnce/5)
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

// massEnds are groups of sessions on WebSocket that were cut at one moment, from the server's side and without the
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
	nearlyAll := func(g []*session.Session) bool {
		return len(g) >= leastMass && 10*len(g) >= 9*alive(g[0].Closed) && oneMoment(g)
	}
	for from, near, to := 0, 0, 0; from < len(cut) && len(out) < mostMass; {
		for near < len(cut) && cut[near].Closed-cut[from].Closed <= atOnce {
			near++
		}
		for to < len(cut) && cut[to].Closed-cut[from].Closed <= soon {
			to++
		}
		switch {
		case nearlyAll(cut[from:near]):
			out = append(out, cut[from:near])
			from = near
		case nearlyAll(cut[from:to]):
			out = append(out, cut[from:to])
			from, near = to, to
		default:
			from++
		}
	}
	return out
}

// oneMoment says whether sessions that ended soon after one another have that moment in common, and not their age: one that
// is the same for all ends them as far apart as they began.
func oneMoment(g []*session.Session) bool {
	ends := g[len(g)-1].Closed - g[0].Closed
	youngest, oldest := age(g[0]), age(g[0])
	for _, s := range g {
		youngest, oldest = min(youngest, age(s)), max(oldest, age(s))
	}
	switch ages := oldest - youngest; {
	case ends <= atOnce/5: // as far apart as what ends at once is under load
		return true
	case ends <= atOnce:
		return 3*ages >= ends
	default:
		return ages >= 10*ends
	}
}

// age is how old the WebSocket of a session was when it ended.
func age(s *session.Session) int64 {
	if c := socketOf(s); c != nil && c.WebSocket.Start != 0 {
		return s.Closed - c.WebSocket.Start
	}
	return s.Closed - s.FirstSeen
}
