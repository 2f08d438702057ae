package diagnose

import (
	"cmp"
	"net/netip"
	"slices"

	"sioscope/protocol/session"
)

// Where sids have no counter that begins anew, a restart shows in three things together: all sessions end at once, then
// nothing is answered for a while, or only by a proxy that reaches no node, and then handshakes are answered again.

// A goner is a session that was ended from the server's side, and when.
type goner struct {
	s  *session.Session
	at int64
	e  *session.Exchange // the poll that told; nil on WebSocket
	ok bool              // it was closed in good order
}

// nodesGone finds restarts of nodes whose sids do not count.
func nodesGone(p *picture) {
	var list []goner
	for _, s := range p.t.Sessions {
		if g, ok := p.gone(s); ok {
			list = append(list, g)
		}
	}
	slices.SortStableFunc(list, func(a, b goner) int { return cmp.Compare(a.at, b.at) })
	for _, g := range p.goneAtOnce(list) {
		p.outage(g)
	}
	p.serverAway(list)
}

// goneAtOnce are groups of sessions that ended within atOnce, nearly all that lived then. They are listed in the order they
// ended.
func (p *picture) goneAtOnce(list []goner) [][]goner {
	var begins, ends []int64
	for _, s := range p.t.Sessions {
		begins = append(begins, s.FirstSeen)
		if s.Closed != 0 {
			ends = append(ends, s.Closed)
		}
	}
	slices.Sort(begins)
	slices.Sort(ends)
	var out [][]goner
	for from, to := 0, 0; from < len(list) && len(out) < mostMass; {
		for to < len(list) && list[to].at-list[from].at <= atOnce {
			to++
		}
		at := list[from].at
		began, _ := slices.BinarySearch(begins, at)
		ended, _ := slices.BinarySearch(ends, at)
		if n := to - from; n >= leastMass && 10*n >= 9*(began-ended) {
			out = append(out, list[from:to])
			from = to
			continue
		}
		from++
	}
	return out
}

// gone says when the server's side ended a session that nobody has explained the end of: its WebSocket was cut, or a poll
// of it was cut or answered by a proxy that reached no node.
func (p *picture) gone(s *session.Session) (goner, bool) {
	if p.ended[s] || gaps(s) {
		return goner{}, false
	}
	if s.Transport() == session.WebSocket {
		return goner{s: s, at: s.Closed}, s.Closed != 0 && s.CutWithoutClose && s.Close.By != "client"
	}
	for _, e := range s.Exchanges {
		if e.Kind != session.Poll || p.explained[e] {
			continue
		}
		if at, by := e.Cut(); at != 0 && by == "server" && e.Reset == 0 {
			return goner{s: s, at: at, e: e}, true
		}
		if (e.Status == 502 || e.Status == 503) && !e.HasError { // 504 is a time-out of its own
			return goner{s: s, at: e.End, e: e}, true
		}
	}
	return goner{}, false
}

// outage tells of a group of sessions that ended at once, where nothing was answered after it for a while.
func (p *picture) outage(g []goner) {
	from := g[0].at
	back := p.answeredAgain(g[len(g)-1].at)
	if back == nil {
		return
	}
	ended := map[*session.Session]bool{}
	var sessions []*session.Session
	for _, o := range g {
		ended[o.s] = true
		sessions = append(sessions, o.s)
	}
	if m := p.survived(sessions); len(m.proofs) > 0 {
		return // the nodes lived on
	}
	var claimed, vain []*session.Exchange
	unknown := map[*session.Session]bool{}
	byProxy, handshakes := false, false
	for e := range p.outer {
		at := e.End
		if at == 0 {
			at, _ = e.Cut()
		}
		switch {
		case ended[e.Session] && e.UnknownSID() && at >= from:
			claimed = append(claimed, e)
			unknown[e.Session] = true
		case gateway(e) && at >= from && at <= back.Opened:
			claimed, vain = append(claimed, e), append(vain, e)
			byProxy = byProxy || e.Status != 0
			handshakes = handshakes || e.Kind == session.Handshake
		}
	}
	refused := p.refusedConn(g[0].s.Server, from, back.Opened)
	if !handshakes && refused == nil && (sameWaits(g) || len(vain) == 0 && len(unknown) < 2) {
		return
	}
	f := Finding{
		ID: "node-restarted", Severity: Warning, Confidence: "possible", Title: p.S("All sessions ended at once, and were not known any more: a restart"),
		Explanation: p.S("%s ended within %s, nothing was answered after that, or only by a proxy that reached no node, or their sids were not known any more; %s later sessions were opened again. What they were on was restarted, the nodes or all of it. Expected once for each deployment; clients come back with new sessions.", p.Count(len(g), "session"), p.span(g[len(g)-1].at-from), p.span(back.Opened-from)),
		Sessions:    sessions,
		RuledOut:    []string{p.S("idle time-out: the sessions ended together, not each after its own silence"), p.S("wrong node: the sids were unknown only after all had ended")},
		Fixes:       p.restartFixes(),
		WouldTell:   p.S("The log of nodes and balancer at that time. Their sids have no counter that would tell whether the processes are new."),
	}
	if byProxy {
		f.Confidence = "likely" // the proxy lived on
	}
	for _, o := range g[:min(len(g), maxEvidence-3)] {
		f.Evidence = append(f.Evidence, p.leftWith(o))
	}
	if len(vain) > 0 {
		f.Evidence = append(f.Evidence, p.told(vain[0], p.S("nothing answered meanwhile")))
	}
	if refused != nil {
		f.Evidence = append(f.Evidence, Evidence{Time: refused.Closed, Conn: refused, Text: p.S("a connection was refused")})
	}
	f.Evidence = append(f.Evidence, Evidence{Time: back.Opened, Conn: lastConn(back), Text: p.S("new session %s: sessions are opened again", back.SID)})
	_, f.Refused = sessionsOf(vain)
	p.claim(claimed)
	for _, s := range sessions {
		p.ended[s] = true
	}
	p.add(f)
}

// leftWith is what ended a session.
func (p *picture) leftWith(o goner) Evidence {
	if o.e != nil {
		return p.told(o.e, p.S("session %s ended with it", o.s.SID))
	}
	return Evidence{Time: o.at, Conn: lastConn(o.s), Text: p.S("session %s ended by the %s: %s", o.s.SID, p.side(o.s.Close.By), o.s.Close.Why(p.Words))}
}

// sameWaits says whether all ended with polls that had waited equally long, a whole number of seconds: then it may be a proxy's time-out.
func sameWaits(g []goner) bool {
	for _, o := range g {
		if o.e == nil || o.e.Status == 0 {
			return false
		}
	}
	least, most := waited(g[0].e), waited(g[0].e)
	for _, o := range g {
		least, most = min(least, waited(o.e)), max(most, waited(o.e))
	}
	return least >= 1e9 && roundSeconds(least) && float64(most-least) <= max(100e6, 0.02*float64(least))
}

// answeredAgain is the first session that was opened after a time.
func (p *picture) answeredAgain(after int64) *session.Session {
	var first *session.Session
	for _, s := range p.t.Sessions {
		if s.Opened > after && (first == nil || s.Opened < first.Opened) {
			first = s
		}
	}
	return first
}

// refusedConn is a connection to a server's address that was refused, or ended by it before anything was said.
func (p *picture) refusedConn(server netip.AddrPort, from, to int64) *session.Conn {
	for _, c := range p.t.Conns {
		if c.Opened >= from && c.Closed <= to && c.Conn.Server == server && c.RefusedAtOnce() {
			return c
		}
	}
	return nil
}

func (p *picture) restartFixes() []Fix {
	return []Fix{
		{For: "deployment", Text: p.S("drain before stopping: stop new handshakes, close sockets with io.close(), let clients move on")},
		{For: "server", Text: p.S("connectionStateRecovery with an adapter that keeps packets, so that clients miss nothing")},
	}
}
