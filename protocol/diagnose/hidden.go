package diagnose

import (
	"slices"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// What a source cannot show (fact.Hidden) was perhaps there: no cause may be concluded from its absence, and none may
// be ruled out by it.

func hides(e *session.Exchange, what fact.Hidden) bool { return e.Conn.Hidden&what != 0 }

// anyHides says whether one of the exchanges was seen by a source that cannot show something.
func anyHides(list []*session.Exchange, what fact.Hidden) bool {
	for _, e := range list {
		if hides(e, what) {
			return true
		}
	}
	return false
}

// hiddenRefusal says whether a WebSocket request was refused and the refusal's body, which tells the causes apart, is
// not in the source.
func hiddenRefusal(e *session.Exchange) bool {
	return asksWebSocket(e) && e.Incomplete && e.Status != 0 && e.Status != 101 && hides(e, fact.HidesRefusal)
}

// byEngine says whether a status may be an Engine.IO server's own answer to a WebSocket request that it refuses.
func byEngine(status int) bool {
	return status == 400 || status == 401 || status == 403 || status == 500
}

// refusedUnread takes the polls and posts that were refused 400 where the source has neither the body nor its length.
func refusedUnread(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		if e.Unread() && !e.HasError && !closeOnly(e) && !endedBefore(e) {
			list = append(list, e)
		}
	}
	sessions, _ := sessionsOf(list)
	if len(sessions) == 0 {
		return
	}
	p.claim(list)
	p.add(Finding{
		ID: "session-lost", Confidence: "likely", Title: p.S("Requests with a sid are refused 400, and the HAR does not have the answers"),
		Explanation: p.S("Polls or posts were refused 400, which ends a session. The bodies of these answers tell the causes apart, and they are not in the HAR. " +
			"Most often the sid is not known where such a request arrives: the balancer sent it to another node, or the session was over. " +
			"A proxy that changed the request, a second poll at once or a rule in front of the server are answered 400 as well."),
		Sessions: sessions, Evidence: p.shown(list),
		WouldTell: p.S("The same HAR exported with content, or sio check with the same URL: it reads the answers."),
	})
}

// upgradeFailedUnsaid takes the attempts of which the source shows that they failed, and cannot show why.
func upgradeFailedUnsaid(p *picture, list []*session.Exchange) {
	sessions, _ := sessionsOf(list)
	e := list[0]
	p.add(Finding{
		ID: "upgrade-failed", Confidence: "certain", Title: p.S("The upgrade failed, and a HAR cannot say why"),
		Explanation: p.S("The client asked for WebSocket, was answered %d, and the session stayed on polling. "+
			"The body of that answer tells the causes apart, and browsers keep it to themselves. "+
			"It may be that the request reached another node (\"Session ID unknown\": the balancer sends every connection elsewhere, and a WebSocket opens a new one), "+
			"that a proxy dropped the Upgrade header (JSON code 3), or that the application or something in front of it refused.", e.Status),
		Sessions: sessions, Evidence: p.shown(list),
		RuledOut:  []string{p.S("the server offers no WebSocket, or the client does not ask for it: it did ask"), p.S("server unreachable: the polls of the same session were answered")},
		WouldTell: p.S("sio check with the same URL: it asks for the same and reads the answer. Or a capture of packets on the client's side."),
	})
}

// logsOnly says whether all that was seen is out of logs of requests.
func (p *picture) logsOnly() bool {
	for _, c := range p.t.Conns {
		if c.Hidden&fact.Logged == 0 {
			return false
		}
	}
	return len(p.t.Conns) > 0
}

// cookieUnseen says whether an affinity cookie was set, and the source does not show whether requests brought it.
func (p *picture) cookieUnseen(list []*session.Exchange) bool {
	return slices.ContainsFunc(list, func(e *session.Exchange) bool {
		return hides(e, fact.HidesCookies) && e.Session != nil && p.cookieSetter(e.Session) != nil
	})
}
