package diagnose

import (
	"slices"

	"sioscope/protocol/session"
)

// A client asks for a WebSocket once with a sid, and for nothing any more once its session is over. Whoever begins with a sid
// that is gone got it in an old answer.

// handshakeOutlived finds requests with sids that were over when they were first, or again, begun with.
func handshakeOutlived(p *picture) {
	var list []*session.Exchange
	for _, s := range p.staleSIDs() {
		late, _ := outlives(s)
		list = append(list, late...)
	}
	list = slices.DeleteFunc(list, func(e *session.Exchange) bool { return p.explained[e] })
	if len(list) == 0 {
		return
	}
	slices.SortStableFunc(list, func(a, b *session.Exchange) int { return a.Index - b.Index })
	p.claim(list)
	of := map[*session.Session]bool{}
	for _, e := range list {
		of[e.Session] = true
	}
	for e := range p.outer {
		if e.UnknownSID() && of[e.Session] {
			p.explained[e] = true
		}
	}
	sessions, _ := sessionsOf(list)
	p.add(Finding{ID: "handshake-cached", Confidence: "likely", Title: p.S("Clients begin with a sid whose session is over"),
		Explanation: p.S("A WebSocket is asked for once with each sid, and after its end a session is asked for nothing. Here a sid that the server does not know any more comes in new attempts, and its handshake does not come anew: the client has it from an old answer, out of a cache nearer to it (a service worker, the browser's cache, a proxy). All attempts are refused until that answer is gone."),
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut: []string{p.S("wrong node or restart: the session was over, or was asked for a WebSocket again, which no client does with a session of its own")},
		Fixes: append([]Fix{
			{For: "page", Text: p.S("a service worker that leaves /socket.io/ alone: no caches.match() and no put() for it")},
		}, p.fixesFor(uncached, list[0].Path)...),
		WouldTell: p.S("The browser's network panel, or a HAR: the handshake, and whether its answer comes from a service worker or a cache."),
	})
}

// staleSIDs are the sessions, and the sids of none, that clients began with when they were over.
func (p *picture) staleSIDs() (list []*session.Session) {
	seen := map[*session.Session]bool{}
	ask := func(s *session.Session) {
		if _, tries := outlives(s); tries > 0 && !seen[s] {
			list = append(list, s)
		}
		seen[s] = true
	}
	for _, s := range p.t.Sessions {
		ask(s)
	}
	for _, e := range p.t.Lost {
		if e.Session != nil && !seen[e.Session] {
			ask(e.Session)
		}
	}
	return list
}

// outlives are the requests with a sid that came when it was over, in the order they came, and how often a client began so
// anew; 0 where they may be of the client whose session it was. Of a sid that was never honoured it is not known when it was
// over: it must have been begun with twice.
func outlives(s *session.Session) (late []*session.Exchange, tries int) {
	since := int64(0)
	if s.Index >= 0 {
		if s.Closed == 0 || s.Close.Reason == session.RefusedSince {
			return nil, 0
		}
		since = s.Closed + session.Farewell
	}
	posts, last := 0, int64(0)
	for _, e := range slices.Backward(s.Exchanges) {
		switch {
		case e.Start <= since:
			return judged(s, late, tries, posts)
		case e.Kind == session.Preflight || closeOnly(e):
			continue
		case !e.UnknownSID():
			return nil, 0
		case e.Kind == session.UpgradeRequest && (last == 0 || last-e.Start > session.Farewell):
			tries++
			last = e.Start
		case e.Kind == session.Post:
			posts++
		}
		late = append(late, e)
	}
	return judged(s, late, tries, posts)
}

func judged(s *session.Session, late []*session.Exchange, tries, posts int) ([]*session.Exchange, int) {
	slices.Reverse(late)
	switch {
	case s.Index < 0 && tries < 2, tries == 0 && posts < 2, len(late) < 2:
		return nil, 0
	case tries == 1 && posts < 2 && !asksAgain(s, late):
		return nil, 0 // its own, on a slow way
	}
	return late, max(1, tries)
}

// asksAgain says whether a session had asked for a WebSocket before the late requests.
func asksAgain(s *session.Session, late []*session.Exchange) bool {
	return slices.ContainsFunc(s.Exchanges, func(e *session.Exchange) bool {
		return e.Kind == session.UpgradeRequest && e.Start < late[0].Start
	})
}
