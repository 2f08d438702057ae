package diagnose

import (
	"strconv"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
)

// One sid in the answers to two handshakes is an old answer out of a cache, or the doing of servers that make sids which
// are not unique.

// sidCollision finds sids that several processes give out, or one gives to whoever brings its cookie.
func sidCollision(p *picture) {
	var list []*session.Exchange
	counted := false
	for _, s := range p.t.Sessions {
		for _, e := range s.Reused {
			if e.Outer == nil && !p.rightly(s, e) && p.collides(s, e) {
				list = append(list, e)
				counted = counted || engineio.KindOf(s.SID) == engineio.Sequential
			}
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, _ := sessionsOf(list)
	shared := amongst(sessions)
	for e := range p.outer {
		if e.UnknownSID() && shared[e.Session] {
			p.explained[e] = true
		}
	}
	f := Finding{
		ID: "sid-collision", Confidence: "likely", Title: p.S("One sid is valid for two clients"),
		Explanation: p.S("Two handshakes were answered by the server itself with the same sid. Requests are told apart by their sid alone, so these clients get each other's packets, or stall: nothing is refused, and nothing says so."),
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut: []string{p.S("a cache: the form of the sid, its cookie or the answering node say that a server made it anew")},
		Fixes: []Fix{
			{For: "server", Text: p.S("session ids that are unique over all nodes: a custom IDGenerator (googollee/go-socket.io), no sid out of a cookie (netty-socketio: randomSession)")},
			{For: "balancer", Text: p.S("affinity: a client's connections go to one node, by its address or by a cookie")},
		},
		WouldTell: p.S("A capture on the nodes' side: whether the sid comes from two processes."),
	}
	if counted {
		f.Explanation = p.S("Two handshakes were answered with the same sid, a short number, as googollee/go-socket.io counts them in every process: the same sid exists on every node. Requests that reach another node are not refused there but served from another client's session, so clients get each other's packets, or stall.")
	}
	p.add(f)
}

// collides says whether a sid that two handshakes got was made twice: it is a mere count, it came out of the client's
// cookie, or two nodes gave it. A cache keeps an answer's header, and with it the node's name.
func (p *picture) collides(s *session.Session, e *session.Exchange) bool {
	if fromCache(e) {
		return false
	}
	first := opener(s)
	nodes := first != nil && first.Node >= 0 && e.Node >= 0 && first.Node != e.Node
	return engineio.KindOf(s.SID) == engineio.Sequential || bringsSID(e) || nodes
}

// opener is the first handshake that got the session's sid.
func opener(s *session.Session) *session.Exchange {
	for _, e := range s.Exchanges {
		if e.GotSID == s.SID {
			return e
		}
	}
	return nil
}

// bringsSID says whether a handshake brought its sid along in a cookie, as netty-socketio lets clients do.
func bringsSID(e *session.Exchange) bool {
	for _, c := range e.Request.Cookies {
		if e.GotSID != "" && c.Value == e.GotSID {
			return true
		}
	}
	return false
}

// resumed says whether a client that brought its sid in a cookie went on with a session that was over: nobody shares it.
func resumed(s *session.Session, e *session.Exchange) bool {
	return bringsSID(e) && (s.Closed != 0 && s.Closed <= e.End || lastBefore(s, e)+s.Silence() <= e.Start)
}

// rightly says whether a sid that was given before is given again without any harm: to the client that brings it, once
// its session was over, or by a process that was restarted and counts anew.
func (p *picture) rightly(s *session.Session, e *session.Exchange) bool {
	return resumed(s, e) || p.recounted(e)
}

// recounted says whether a restart explains a sid that is a mere count and was given before: a process counts from 1, so
// that it gives smaller ones first.
func (p *picture) recounted(e *session.Exchange) bool {
	if engineio.KindOf(e.GotSID) != engineio.Sequential {
		return false
	}
	if p.anew == nil {
		p.anew = p.countsAnew()
	}
	return p.anew[e]
}

// countsAnew goes over all sids that are counts, in the order they were given. smaller holds those before which none
// that is as small has been given since, so that its last one below a count is the latest that is smaller.
func (p *picture) countsAnew() map[*session.Exchange]bool {
	type given struct {
		n  uint64
		at int
	}
	anew := map[*session.Exchange]bool{}
	last := map[uint64]int{}
	var smaller []given
	at := 0
	for e := range p.outer {
		if engineio.KindOf(e.GotSID) != engineio.Sequential {
			continue
		}
		n, _ := strconv.ParseUint(e.GotSID, 36, 64)
		for len(smaller) > 0 && smaller[len(smaller)-1].n >= n {
			smaller = smaller[:len(smaller)-1]
		}
		if before, again := last[n]; again {
			anew[e] = n <= 1 || len(smaller) > 0 && smaller[len(smaller)-1].at > before
		}
		at++
		last[n] = at
		smaller = append(smaller, given{n, at})
	}
	return anew
}

// lastBefore is when the session was last asked for before a handshake.
func lastBefore(s *session.Session, e *session.Exchange) int64 {
	last := s.Opened
	for _, o := range s.Exchanges {
		if o.Start < e.Start && o != e {
			last = max(last, o.Start, o.End)
		}
	}
	return last
}

// handshakeCached finds one sid that was given to several clients, and answers that a cache says are its own.
func handshakeCached(p *picture) {
	var list, hits []*session.Exchange
	for _, s := range p.t.Sessions {
		for _, e := range s.Reused {
			if e.Outer == nil && !p.explained[e] && !p.rightly(s, e) {
				list = append(list, e)
			}
		}
	}
	for e := range p.outer {
		if e.Method == "GET" && e.Kind != session.OtherRequest && e.Status == 200 && fromCache(e) {
			hits = append(hits, e)
		}
	}
	p.handshakeRepeated()
	p.answerOfAnother()
	if len(list) == 0 {
		p.cacheAnswers(hits)
		return
	}
	sessions, _ := sessionsOf(list)
	shared := amongst(sessions)
	for e := range p.outer { // whoever got the sid second may well be sent to another node than the first
		if e.UnknownSID() && shared[e.Session] {
			p.explained[e] = true
		}
	}
	ev := p.shown(list)
	for _, e := range hits[:min(len(hits), 2)] {
		ev = append(ev, p.told(e, p.S("out of a cache: %s", cacheSign(e))))
	}
	p.add(Finding{ID: "handshake-cached", Title: p.S("Several handshakes were answered with the same sid"),
		Explanation: p.S("Every handshake must get a sid of its own. A cache answered later handshakes with an old answer, so that several clients share one session and break each other's polls; or two nodes give out the same sids."),
		Sessions:    sessions, Evidence: ev,
		Fixes: p.fixesFor(uncached, list[0].Path)})
}

// handshakeRepeated finds requests with a sid that got the answer to the handshake once more, whatever they asked.
func (p *picture) handshakeRepeated() {
	var list []*session.Exchange
	for e := range p.outer {
		if e.Reopened != "" {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, _ := sessionsOf(list)
	p.add(Finding{ID: "handshake-cached", Confidence: confidence(len(list) > 1), Title: p.S("Requests of a session are answered with its handshake, again and again"),
		Explanation: p.S("A server opens a session once. Here requests that named the session's sid got the open packet another time: a cache keeps the answer to the handshake and does not heed the query, so it gives it to polls and WebSocket requests too. The client asks again at once, and never gets its packets."),
		Sessions:    sessions, Evidence: p.shown(list),
		Fixes: p.fixesFor(uncached, list[0].Path)})
}

// answerOfAnother finds handshakes that are told that their sid is not known: they name none.
func (p *picture) answerOfAnother() {
	var list []*session.Exchange
	for e := range p.outer {
		if e.Kind == session.Handshake && e.SID == "" && e.HasError && e.Error.Code == engineio.SessionUnknown && !custom(e.Error.Message) {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	p.add(Finding{ID: "handshake-cached", Confidence: "likely", Title: p.S("Handshakes get the answer to another request: %s", p.answer(list[0])),
		Explanation: p.S("A handshake names no sid, and here it is told that its sid is not known. Engine.IO never answers so: the answer is one to another request, which a cache that does not heed the query keeps and gives to everybody; or something on the way rewrites the query and puts a sid in."),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut:  []string{p.S("wrong node or expired session: the request names no session")},
		Fixes:     p.fixesFor(uncached, list[0].Path),
		WouldTell: p.S("A capture between the proxy and the server: the handshakes do not get there, or come there with a sid.")})
}

// cacheAnswers tells of answers that a cache says it gave: no sid was given twice, as far as was seen.
func (p *picture) cacheAnswers(hits []*session.Exchange) {
	if len(hits) == 0 {
		return
	}
	sessions, _ := sessionsOf(hits)
	e := hits[0]
	p.add(Finding{ID: "handshake-cached", Severity: Warning, Confidence: "likely", Title: p.S("A cache answers requests of Socket.IO: %s", cacheSign(e)),
		Explanation: p.S("The answer says of itself that it came out of a cache (%s) and not from the server. A handshake that does so gives a second client the sid of the first, and a poll repeats packets that were delivered already.", cacheSign(e)),
		Sessions:    sessions, Evidence: p.shown(hits),
		Fixes: p.fixesFor(uncached, e.Path), WouldTell: p.S("A second handshake with the same URL: whether it gets the same sid.")})
}

// fromCache says whether an answer names itself one out of a cache.
func fromCache(e *session.Exchange) bool { return cacheSign(e) != "" }

func cacheSign(e *session.Exchange) string {
	r := e.Response.ResponseFields
	if r == nil {
		return ""
	}
	if strings.Contains(strings.ToUpper(r.XCache), "HIT") {
		return r.XCache
	}
	if n, err := strconv.Atoi(r.Age); err == nil && n > 0 { // RFC 9111 §5.1: seconds since it was made
		return "Age: " + r.Age
	}
	return ""
}
