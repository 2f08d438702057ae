package diagnose

import "sioscope/protocol/session"

// otherService finds WebSockets over which something else than Engine.IO speaks.
func otherService(p *picture) {
	var list []*session.Exchange
	for _, s := range p.t.Sessions {
		for _, pr := range s.Probes {
			if e := pr.Exchange; !p.explained[e] && speaksOtherwise(e) && pr.Pong == 0 && pr.Upgrade == 0 && pr.Failed != 0 {
				list = append(list, e)
			}
		}
	}
	for _, e := range p.t.Refused {
		if !p.explained[e] && speaksOtherwise(e) {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	p.add(Finding{
		ID: "two-upgrade-handlers", Confidence: "likely", Title: p.S("Another WebSocket service answers the WebSocket request"),
		Explanation: p.stay(p.S("The WebSocket was accepted, and what the server says over it is none of Engine.IO's packets: another WebSocket service has this request. A rule in the path sends WebSocket requests elsewhere than polls, or another WebSocket server listens for upgrades on the same HTTP server and takes them before Socket.IO does."), sessions, refused),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{
			p.S("frames are held on the way: they come"),
			p.S("refused: the answer was %s", p.accepted(list[0])),
		},
		Fixes:     append(only(fixesOf(p.Words, upgradeAllowed), "balancer", "nginx"), fixesOf(p.Words, oneHandler)...),
		WouldTell: p.S("A capture on the node's side: whether the WebSocket request arrives at the port that answers the polls."),
	})
}

// speaksOtherwise says whether the server's first message over a WebSocket was none of Engine.IO's.
func speaksOtherwise(e *session.Exchange) bool {
	return e.Switched() && e.SecondAnswer == 0 && e.BodyText != "" && e.Conn.Gaps == 0
}
