package diagnose

import (
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// payloadTooLarge finds messages that the server or a proxy would not take.
func payloadTooLarge(p *picture) {
	var list []*session.Exchange
	var ev []Evidence
	sure, byProxy := true, false
	for e := range p.outer {
		if e.Status == 413 {
			list = append(list, e)
			ev = append(ev, p.told(e, p.bodyOf(e)))
			byProxy = byProxy || !e.EmptyBody && !e.Incomplete
		} else if e.Status == 502 && e.Kind == session.Post && overLimit(e) {
			list = append(list, e)
			ev = append(ev, p.told(e, p.bodyOf(e)))
			sure = false
		} else if cutPost(e) {
			list = append(list, e)
			ev = append(ev, p.told(e, p.S("the body had %d bytes, and the server ended the session with it", lang.Amount(e.RequestBytes))))
			sure = false
		}
	}
	p.claim(list)
	sessions, _ := sessionsOf(list)
	posted := amongst(sessions)
	for _, s := range p.t.Sessions {
		if s.CloseCode == 1009 && !posted[s] {
			sessions = append(sessions, s)
			p.ended[s] = true
			ev = append(ev, Evidence{Time: s.Closed, Conn: lastConn(s), Text: p.S("the %s closed the WebSocket of %s with code 1009, message too big", p.side(s.Close.By), s.SID)})
		}
	}
	if len(ev) == 0 {
		return
	}
	f := Finding{ID: "payload-too-large", Confidence: confidence(sure), Title: p.S("A message was too large"),
		Explanation: p.S("A message was longer than the server (maxHttpBufferSize) or a proxy allows. The client sees a transport error and starts over."),
		Sessions:    sessions, Evidence: ev[:min(len(ev), maxEvidence)], Fixes: p.fixesFor(bodySize, "")}
	switch {
	case len(list) > 0:
		f.Fixes = p.fixesFor(bodySize, list[0].Path)
	case len(sessions) > 0: // no proxy's limit of bodies is one of WebSockets, which these clients are on already
		f.Fixes = only(p.fixesFor(bodySize, sessions[0].Path), "server")
	}
	if byProxy {
		f.RuledOut = []string{p.S("the server's own limit (maxHttpBufferSize): Engine.IO answers 413 without a body, this came with a page")}
	}
	p.add(f)
}

// overLimit says whether a body is larger than the server said it takes: engine.io before 6.2 cuts the connection for
// it, and a proxy answers 502 in its place.
func overLimit(e *session.Exchange) bool {
	return e.Session != nil && e.Session.Open.MaxPayload > 0 && e.RequestBytes > e.Session.Open.MaxPayload
}

// bodyOf says how large a refused body was, and how large the server lets it be.
func (p *picture) bodyOf(e *session.Exchange) string {
	if e.Session != nil && e.Session.Open.MaxPayload > 0 {
		return p.S("the body had %d bytes; the server takes %d (maxPayload)", lang.Amount(e.RequestBytes), lang.Amount(e.Session.Open.MaxPayload))
	}
	return p.S("the body had %d bytes", lang.Amount(e.RequestBytes))
}

const packetSize = 1000 // bytes: a POST below it is hardly too large for anyone

// cutPost says whether the server cut a POST's connection instead of answering it and ended the session with it, as
// engine.io before 6.2 does with one that is too large.
func cutPost(e *session.Exchange) bool {
	s := e.Session
	at, by := e.Cut()
	if e.Kind != session.Post || e.Status != 0 || by != "server" || e.RequestBytes < packetSize || s == nil || s.Close.By != "server" {
		return false
	}
	d := s.Closed - at
	return -500e6 < d && d < 500e6
}
