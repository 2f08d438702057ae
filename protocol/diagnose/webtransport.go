package diagnose

import (
	"slices"

	"sioscope/protocol/session"
)

// webTransportNotReached tells of sessions that were offered WebTransport and are on another transport. A client that
// lists it opens it first; that it is not reached is no fault of the session's.
func webTransportNotReached(p *picture) {
	var list, moved []*session.Session
	for _, s := range p.t.Sessions {
		switch {
		case s.Open.SID == "" || !slices.Contains(s.Open.Upgrades, "webtransport"):
		case p.movedAway(s):
			moved = append(moved, s)
		default:
			list = append(list, s)
		}
	}
	p.onWebTransport(moved)
	if len(list) == 0 {
		return
	}
	f := Finding{
		ID: "webtransport-not-reached", Severity: Info, Confidence: "possible", Title: p.S("The server offers WebTransport, and these sessions are not on it"),
		Explanation: p.S("The open packet lists webtransport, and all that was seen of these sessions goes over TCP. No QUIC packet is in the capture: the clients do not list WebTransport among their transports (the default does not), or UDP was not captured. socket.io-client does not move from WebSocket to WebTransport later."),
		Sessions:    list, Evidence: p.opened(list),
		Fixes: []Fix{
			{For: "client", Text: p.S(`transports: ["polling", "websocket", "webtransport"], in a browser that has it`)},
			{For: "network", Text: p.S("UDP port 443 open, a certificate that the browser trusts, and a server of HTTP/3 that hands its sessions to io.engine.onWebTransportSession()")},
		},
		WouldTell: p.S("A capture that has UDP (no filter for TCP alone): whether QUIC packets go to the server, and whether any come back."),
	}
	if p.t.Stats.QUIC > 0 {
		f.Explanation = p.S("The open packet lists webtransport, and all that was seen of these sessions goes over TCP. The capture has QUIC packets, which are not decoded: perhaps WebTransport was tried and not answered (UDP port 443 closed, no HTTP/3 at the server, a certificate that is not trusted, or server middlewares, io.engine.use(), with which it is refused), and WebSocket won.")
		f.WouldTell = p.S("Whether QUIC packets come back from the server in this capture; and the browser's console.")
	}
	p.add(f)
}

// movedAway says whether a session goes on where it was not seen, or was offered WebTransport and fell silent on polling in
// the way that an upgrade to it does: the last poll was let go, and no other came.
func (p *picture) movedAway(s *session.Session) bool {
	if s.OffPolling {
		return true
	}
	if s.Upgrade != session.UpgradeNotTried || s.Transport() != session.Polling || s.Closed != 0 {
		return false
	}
	var last *session.Exchange
	for _, e := range s.Exchanges {
		if e.Kind == session.Poll {
			last = e
		}
	}
	return last != nil && last.Status == 200 && last.End != 0 && p.t.Last-last.End > patience && p.lastAlive(s) <= last.End+released
}

const released = 1e9 // ns: what a client still posts when its last poll was let go

// onWebTransport tells of sessions that cannot be followed any further.
func (p *picture) onWebTransport(list []*session.Session) {
	if len(list) == 0 {
		return
	}
	p.add(Finding{
		ID: "webtransport", Severity: Info, Confidence: "possible", Title: p.S("Sessions fell silent that were offered WebTransport: they may be on it"),
		Explanation: p.S("These sessions began with polling, were offered WebTransport, and ask for nothing more, neither for a poll nor for a WebSocket. Clients do so that moved to WebTransport, which goes over QUIC (HTTP/3) and is not decoded. Nothing is concluded from their silence."),
		Sessions:    list, Evidence: p.opened(list),
		WouldTell: p.S("The client: socket.io.engine.transport.name says the transport it is on."),
	})
}
