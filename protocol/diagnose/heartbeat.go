package diagnose

import (
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// Who pings waits for the answer, who is pinged waits for the ping: both end a WebSocket on which the other is not
// heard of for so long. From revision 4 on the server pings, before it the client does.

// heartbeatMissed finds WebSockets that were closed because one side was not heard of.
func heartbeatMissed(p *picture) {
	var byServer, byClient []*session.Session
	for _, s := range p.t.Sessions {
		switch {
		case s.Transport() != session.WebSocket || s.Closed == 0 || p.ended[s] || p.touched(s) || s.Open.PingTimeout == 0 || gaps(s):
		case s.Close.By == "server" && overdue(s, fact.Out):
			byServer = append(byServer, s)
		case s.Close.By == "client" && serverOverdue(s):
			byClient = append(byClient, s)
		}
	}
	clientSilent(p, byServer)
	serverSilent(p, byClient)
}

// overdue says whether nothing came from one side for as long as the other waits for its heartbeat.
func overdue(s *session.Session, dir fact.Dir) bool {
	wait := s.Open.PingTimeout
	if asked := s.BeatAtEnd[fact.In]; s.EIO == 4 && dir == fact.Out && asked != 0 && s.BeatAtEnd[fact.Out] >= asked {
		return false // it answered the last ping
	}
	if s.EIO == 3 {
		wait += s.Open.PingInterval
	}
	return past(s, s.HeardAtEnd[dir], wait)
}

// serverOverdue says whether a client closed its WebSocket when it had waited for the server's heartbeat for as long as
// clients do. From revision 4 on it waits for a ping, and what else comes does not count for all clients: then nothing at
// all must have come for pingTimeout, too. Before, it waits for the answer to its own ping.
func serverOverdue(s *session.Session) bool {
	heard, asked := s.HeardAtEnd[fact.In], s.BeatAtEnd[fact.Out]
	if c := socketOf(s); c != nil && (c.Hidden&fact.HidesMessages != 0 || s.Undecodable > 0) {
		return false // it may have come
	}
	if s.EIO == 3 {
		return asked >= heard && past(s, asked, s.Open.PingTimeout)
	}
	return past(s, lastPing(s), s.Open.PingInterval+s.Open.PingTimeout) && past(s, heard, s.Open.PingTimeout)
}

// lastPing is when a client of revision 4 began to wait for the ping that it missed.
func lastPing(s *session.Session) int64 { return max(s.BeatAtEnd[fact.In], s.Opened) }

// past says whether a session ended so many milliseconds after a time, as good as.
func past(s *session.Session, since, ms int64) bool {
	return since != 0 && float64(s.Closed-since) >= 0.98*float64(ms)*1e6
}

func gaps(s *session.Session) bool {
	for _, c := range s.Conns {
		if c.Gaps > 0 {
			return true
		}
	}
	return false
}

func clientSilent(p *picture, list []*session.Session) {
	if len(list) == 0 {
		return
	}
	p.add(Finding{
		ID: "session-expired", Severity: Warning, Confidence: "likely", Title: p.S("The client was not heard of, and the server closed the WebSocket"),
		Explanation: p.S("The client did not answer the heartbeat within pingTimeout (%s), so the server closed the WebSocket. Typical of a sleeping laptop, a phone in the background, a page that is busy or a network that is gone.", p.span(list[0].Open.PingTimeout*1e6)),
		Sessions:    list, Evidence: silences(p, list, fact.Out),
		RuledOut: []string{p.S("idle time-out in the path: the server closed after its own time-out")},
		Fixes:    []Fix{{For: "server", Text: p.S("a longer pingTimeout, and connectionStateRecovery so that a returning client misses nothing")}},
	})
}

func serverSilent(p *picture, list []*session.Session) {
	if len(list) == 0 {
		return
	}
	p.add(Finding{
		ID: "server-stalled", Severity: Warning, Confidence: "likely", Title: p.S("The server was not heard of, and the client closed the WebSocket"),
		Explanation: p.S("No heartbeat came from the server for longer than pingInterval + pingTimeout, so the client gave the session up. The server was stalled (a long synchronous job, an overloaded machine), or the network was gone."),
		Sessions:    list, Evidence: silences(p, list, fact.In),
		RuledOut:  []string{p.S("idle time-out in the path: the client closed after its own time-out")},
		Fixes:     []Fix{{For: "server", Text: p.S("look for what blocks the event loop at that time; a longer pingTimeout")}},
		WouldTell: p.S("Whether all sessions of the node fell silent at once: then it is the node; one alone: its network."),
	})
}

func silences(p *picture, list []*session.Session, dir fact.Dir) []Evidence {
	who := map[fact.Dir]string{fact.Out: "client", fact.In: "server"}[dir]
	var ev []Evidence
	for _, s := range list {
		p.ended[s] = true
		if len(ev) == maxEvidence {
			continue
		}
		text := p.S("nothing from the %s for %s, then the %s closed %s", p.side(who), p.span(s.Closed-s.HeardAtEnd[dir]), p.side(s.Close.By), s.SID)
		if dir == fact.In && s.EIO == 4 && lastPing(s) < s.HeardAtEnd[dir] {
			text = p.S("no ping for %s and nothing at all for %s, then the client closed %s", p.span(s.Closed-lastPing(s)), p.span(s.Closed-s.HeardAtEnd[dir]), s.SID)
		}
		ev = append(ev, Evidence{Time: s.Closed, Conn: lastConn(s), Text: text})
	}
	return ev
}
