package diagnose

import (
	"slices"

	"sioscope/protocol/session"
)

// sessionExpired finds sids that were refused after a silence long enough for the server to have dropped them.
func sessionExpired(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		if !e.UnknownSID() || e.WrongNode || e.Session == nil || e.Session.Index < 0 || e.Session.Opened == 0 {
			continue
		}
		if e.Session.Open.PingTimeout > 0 && (e.Silence >= e.Session.Silence() || e.Overdue() || e.Kind == session.Preflight && !livedThen(e)) {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, _ := sessionsOf(list)
	why := p.S("Nothing was heard of the client for longer than pingInterval + pingTimeout, so the server dropped the session; the next request found it unknown. Typical of a sleeping laptop, a phone in the background or a throttled tab.")
	if e := list[0]; e.Silence < e.Session.Silence() && e.Overdue() {
		why = p.S("The server's heartbeat had been without an answer for %s, longer than pingInterval + pingTimeout, so the server dropped the session; the next request found it unknown. Typical of a sleeping laptop, a phone in the background or a throttled tab.", p.span(e.Unanswered))
	}
	p.add(Finding{
		ID: "session-expired", Severity: Warning, Confidence: "likely", Title: p.S("The session had timed out on the server"),
		Explanation: why,
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut: []string{p.S("wrong node: the silence before is enough to explain it")},
		Fixes:    []Fix{{For: "server", Text: p.S("a longer pingTimeout, and connectionStateRecovery so that a returning client misses nothing")}},
	})
}

// sessionLost takes the refusals of a sid that nothing else explains.
func sessionLost(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		if e.UnknownSID() && !e.Crossed && !lateClose(e) && !endedBefore(e) {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, _ := sessionsOf(list)
	p.add(Finding{
		ID: "session-lost", Severity: Warning, Confidence: "possible", Title: p.S("A sid was not known any more"),
		Explanation: p.S("The server answered \"Session ID unknown\", and the capture does not show why: the session may have timed out, its node may have restarted, or the request may have reached another node."),
		Sessions:    sessions, Evidence: p.shown(list),
		Fixes:     nil,
		WouldTell: p.S("A capture that begins before the session does, or one on the node's side."),
	})
}

// endedBefore says whether the session was seen to end before a request for it.
func endedBefore(e *session.Exchange) bool {
	s := e.Session
	return s != nil && s.Closed != 0 && s.Closed <= e.Start && s.Close.Reason != session.RefusedSince
}

// lateClose says whether a refused request is only the farewell that a client sends to a session it has given up.
func lateClose(e *session.Exchange) bool {
	return e.Kind == session.Post && e.Session != nil && e.RequestBytes <= 4 && !(e.RequestBytes == 0 && e.Incomplete)
}

// answeredForNode takes the polls and posts that a proxy answered in the node's place, with which their sessions broke, and
// that nothing else explains.
func answeredForNode(p *picture) {
	var list []*session.Exchange
	failed := map[*session.Session]bool{} // by what is said already
	known := 0                            // the status with which a proxy is said to cut polls short
	for i := range p.findings {
		f := &p.findings[i]
		if f.Severity == Error {
			for _, s := range f.Sessions {
				failed[s] = true
			}
		}
		if f.ID == "poll-cut-short" && len(f.Evidence) > 0 && f.Evidence[0].Exchange != nil {
			known = f.Evidence[0].Exchange.Status
		}
	}
	for e := range p.outer {
		if (e.Kind == session.Poll || e.Kind == session.Post) && !e.HasError && e.Status >= 502 && e.Status <= 504 && e.Status != known && e.Session != nil && e.Session.Index >= 0 && !failed[e.Session] && !closeOnly(e) && brokeWith(e) {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	p.claimAfter(list)
	sessions, _ := sessionsOf(list)
	e := list[0]
	why := p.S("A poll or post was answered %d by a proxy, not by a node, and the client ends a session with that. The capture does not show why: a node may be down or out of places, one of several servers behind the proxy may be dead and get its share of the requests, or a node may have closed the connection without an answer.", e.Status)
	if byNginx(e) {
		why = p.selfAnswered()
	}
	p.add(Finding{
		ID: "session-lost", Severity: Warning, Confidence: "possible", Title: p.S("A proxy answers %d in the node's place, and the session breaks with it", e.Status),
		Explanation: why,
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut:  []string{p.S("wrong node or expired session: that is answered \"Session ID unknown\"")},
		WouldTell: p.S("The log of what answers %d: which server it asked, and what became of that. Or a capture between proxy and nodes.", e.Status),
	})
}

// brokeWith says whether a session ended with a request: it was on polling, and nothing was honoured any more but what was
// under way when it ended.
func brokeWith(e *session.Exchange) bool {
	s := e.Session
	ended := s.Closed != 0 && s.Closed-e.End < 1e9
	return s.Transport() == session.Polling && !slices.ContainsFunc(s.Exchanges, func(o *session.Exchange) bool {
		return o.Start > e.End && honoured(o) && !closeOnly(o) && !(ended && o.Start <= s.Closed)
	})
}
