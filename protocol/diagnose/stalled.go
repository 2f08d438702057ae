package diagnose

import (
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// A late is a session whose server's ping was overdue from a time to a time.
type late struct {
	s        *session.Session
	from, to int64
}

const leastLate = 3 // sessions of a node: fewer may have their networks in common

// nodeStalled finds nodes whose heartbeats all came late at once: one session's may be its network's doing.
func nodeStalled(p *picture) {
	lates := map[int][]late{}
	alive := map[int][]*session.Session{}
	for _, s := range p.t.Sessions {
		if s.EIO != 4 || s.Transport() != session.WebSocket || s.Node < 0 || s.Open.PingInterval == 0 || gaps(s) {
			continue
		}
		alive[s.Node] = append(alive[s.Node], s)
		if l, ok := pingLate(s); ok {
			lates[s.Node] = append(lates[s.Node], l)
		}
	}
	for node := range p.t.Nodes {
		p.stalled(node, lates[node], alive)
	}
}

// pingLate says from when to when the server's ping was overdue: by more than a fifth of pingInterval and more than a
// second, which no way takes.
func pingLate(s *session.Session) (late, bool) {
	interval := s.Open.PingInterval * 1e6
	slack := max(interval/5, 1e9)
	if s.PingGaps[fact.In] > interval+slack {
		return late{s, s.GapEnds[fact.In] - s.PingGaps[fact.In] + interval, s.GapEnds[fact.In]}, true
	}
	last := max(s.LastBeat[fact.In], s.UpgradedAt, s.Opened)
	if s.Closed != 0 && s.Close.By == "client" && s.Closed-last > interval+slack {
		return late{s, last + interval, s.Closed}, true
	}
	return late{}, false
}

func (p *picture) stalled(node int, list []late, alive map[int][]*session.Session) {
	if len(list) < leastLate {
		return
	}
	from, to := list[0].from, list[0].to
	for _, l := range list {
		from, to = max(from, l.from), min(to, l.to)
	}
	if from >= to || 10*len(list) < 9*during(alive[node], from, to) {
		return // not at one time, or not all
	}
	others := 0 // on time meanwhile, at other nodes
	for n, sessions := range alive {
		for _, s := range sessions {
			if _, isLate := pingLate(s); n != node && !isLate && during([]*session.Session{s}, from, to) > 0 {
				others++
			}
		}
	}
	f := Finding{
		ID: "server-stalled", Severity: Warning, Confidence: "possible", Title: p.S("All heartbeats of node %s came late at once", p.t.Nodes[node].Titled()),
		Explanation: p.S("The server pings every %s. For %s no ping of this node came on any of its sessions. Its event loop was blocked (a long synchronous job, an overloaded machine), or its network was gone; clients give up after pingInterval + pingTimeout.", p.span(list[0].s.Open.PingInterval*1e6), p.span(to-from)),
		RuledOut:    []string{p.S("a client or its network: all sessions of the node were late at the same time")},
		Fixes:       []Fix{{For: "server", Text: p.S("look for what blocks the event loop at that time; a longer pingTimeout")}},
		WouldTell:   p.S("The node's own measure of its event loop's lag at that time (perf_hooks.monitorEventLoopDelay), or sessions of another node in the same capture: whether theirs came on time."),
	}
	if others > 0 {
		f.Confidence = "likely"
		f.WouldTell = p.S("The node's own measure of its event loop's lag at that time (perf_hooks.monitorEventLoopDelay).")
		f.RuledOut = append(f.RuledOut, p.S("the network at the capture: the heartbeats of other nodes came on time meanwhile"))
	}
	for _, l := range list {
		f.Sessions = append(f.Sessions, l.s)
		if l.s.Closed == l.to {
			p.ended[l.s] = true
		}
		if len(f.Evidence) < maxEvidence {
			f.Evidence = append(f.Evidence, Evidence{Time: l.to, Conn: lastConn(l.s), Text: p.S("the ping of %s was %s late", l.s.SID, p.span(l.to-l.from))})
		}
	}
	p.add(f)
}

// during counts the sessions that lived from a time to a time.
func during(list []*session.Session, from, to int64) int {
	n := 0
	for _, s := range list {
		if s.FirstSeen < from && (s.Closed == 0 || s.Closed >= to) && s.LastSeen >= from {
			n++
		}
	}
	return n
}

// unheard says whether a poll waited in vain for longer than the server's heartbeat takes: it is not too long for the
// proxy that gave it up, the server did not answer.
func unheard(e *session.Exchange) bool {
	interval := e.Session.Open.PingInterval * 1e6
	return interval > 0 && waited(e) > interval+max(interval/5, 1e9)
}

// pollsUnheard finds polls that a proxy gave up after the server's heartbeat was due on them.
func pollsUnheard(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		if e.Kind == session.Poll && e.Session != nil && !e.HasError && e.Status >= 502 && e.Status <= 504 && unheard(e) {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, _ := sessionsOf(list)
	given := amongst(sessions)
	for e := range p.outer {
		if e.UnknownSID() && given[e.Session] && e.End >= list[0].End {
			p.explained[e] = true
		}
	}
	e := list[0]
	p.add(Finding{
		ID: "server-stalled", Severity: Warning, Confidence: "likely", Title: p.S("Polls wait for a heartbeat in vain, and a proxy gives them up: %d", e.Status),
		Explanation: p.S("A poll is answered with a heartbeat after pingInterval (%s) at the latest. These waited for %s and got nothing, so a proxy answered %d in the server's place: the node was stalled, or not to be reached.", p.span(e.Session.Open.PingInterval*1e6), p.span(waited(e)), e.Status),
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut:  []string{p.S("a proxy that waits too short: the heartbeat had been due before")},
		Fixes:     []Fix{{For: "server", Text: p.S("look for what blocks the event loop at that time; a longer pingTimeout")}},
		WouldTell: p.S("A capture between proxy and node: whether the node answers."),
	})
}
