package diagnose

import (
	"slices"

	"sioscope/protocol/session"
)

// noSessionBegins finds WebSockets that should open a session, were accepted, and ended without an open packet:
// no refusal, for nothing says no.
func noSessionBegins(p *picture) {
	var version, held, ended []*session.Exchange
	for _, e := range p.t.Refused {
		if p.explained[e] || !e.Switched() || e.SecondAnswer != 0 {
			continue
		}
		waited := e.Conn.Closed-e.End >= proving
		switch silent := e.Conn.LastMessage[1] <= e.End; {
		case silent && e.EIO == 3 && !p.speaks(3):
			version = append(version, e)
		case silent && waited && e.Conn.ClosedBy != "server":
			held = append(held, e)
		default:
			ended = append(ended, e)
		}
	}
	p.silentVersion(version)
	p.silentPath(held)
	p.endedUnopened(ended)
}

const proving = 2e9 // ns of silence prove that nothing comes

// speaks says whether a server opened a session of a revision.
func (p *picture) speaks(eio int) bool {
	return slices.ContainsFunc(p.t.Sessions, func(s *session.Session) bool { return s.EIO == eio && s.Opened != 0 })
}

// silentVersion tells of servers of Socket.IO 3.0 to 4.0 that were asked for revision 3: they accept the WebSocket, find
// the revision wrong, and say nothing.
func (p *picture) silentVersion(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	p.claim(list)
	_, refused := sessionsOf(list)
	p.add(Finding{
		ID: "protocol-version-mismatch", Confidence: "likely", Title: p.S("The WebSocket is accepted, and the server never opens a session: it may not speak Engine.IO 3"),
		Explanation: p.S("The client asked for Engine.IO 3 (EIO=3, a client of Socket.IO 2 or older), got its WebSocket, and then no packet. Servers of Socket.IO 3.0 to 4.0 without allowEIO3 do so; later ones say that the version is not supported. Something in the path that holds frames back looks the same."),
		Refused:     refused, Evidence: p.shown(list),
		RuledOut:  []string{p.S("refused: the answer was %s", p.accepted(list[0]))},
		Fixes:     []Fix{{For: "server", Text: p.S("new Server({ allowEIO3: true }), or bring the client to version 4")}},
		WouldTell: p.S("The same request with EIO=4, as a client of Socket.IO 3 or 4 sends it: where that opens a session, it is the version. Or the handshake over polling, whose answer names the error."),
	})
}

// silentPath tells of WebSockets that a client waited on in vain.
func (p *picture) silentPath(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	p.claim(list)
	_, refused := sessionsOf(list)
	p.add(Finding{
		ID: "frames-blocked", Confidence: "likely", Title: p.S("The WebSocket is accepted, and the server's open packet never comes"),
		Explanation: p.S("The request that should open a session was granted, and nothing came through the WebSocket until the client gave up. Something in the path lets the handshake through and holds the frames (a buffering proxy, an antivirus, a corporate gateway), or what listens there is no Socket.IO server."),
		Refused:     refused, Evidence: p.shown(list),
		RuledOut:  []string{p.S("refused: the answer was %s", p.accepted(list[0]))},
		Fixes:     []Fix{{For: "network", Text: p.S("wss on port 443, which such devices do not read; clients that begin with polling")}, {For: "client and server", Text: p.S("the same path option on both sides; it is %s here", list[0].Path)}},
		WouldTell: p.S("A capture on the node's side: whether its open packet leaves there."),
	})
}

// endedUnopened tells of the rest.
func (p *picture) endedUnopened(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	p.claim(list)
	_, refused := sessionsOf(list)
	p.add(Finding{
		ID: "handshake-refused", Title: p.S("WebSockets are accepted, and end before a session begins"),
		Explanation: p.S("The request that should open a session was granted, and the WebSocket ended without an open packet, so no session came about."),
		Refused:     refused, Evidence: p.shown(list),
		RuledOut:  []string{p.S("refused with an answer: it was %s", p.accepted(list[0]))},
		WouldTell: p.S("The server's log of engine \"connection_error\" events, or the proxy's log."),
	})
}
