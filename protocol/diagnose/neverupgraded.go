package diagnose

import (
	"net/netip"
	"slices"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// A client that will upgrade asks for its WebSocket right after the open packet, beside its first poll and post.
const (
	patience = 1.5e9 // ns without a WebSocket request, after which none is expected any more
	ordinary = 3     // requests that were honoured without one beside them: the first poll and post, and what came after
	haste    = 15e6  // ns that a busy client may take to come to its WebSocket, however many requests it makes meanwhile
)

// hadItsChance says whether a session lived long enough for its client to ask for a WebSocket, if ever it would. A
// connection that it opened and has asked for nothing on yet may be the one for that.
func (p *picture) hadItsChance(s *session.Session, mute map[pair][]int64) bool {
	n := 0
	for _, e := range s.Exchanges {
		if (e.Kind == session.Poll || e.Kind == session.Post) && honoured(e) && !closeOnly(e) {
			n++
		}
	}
	end := p.lastAlive(s)
	if s.Closed == 0 && !pollOpen(s) { // its next one was not seen, nor what it would be beside
		n = 0
	}
	return end-s.Opened >= patience || n >= ordinary && end-s.Opened >= haste && !anyWithin(mute[pair{s.Client.Addr(), s.Server}], s.Opened, end)
}

// anyWithin says whether one of the times, which are in order, is from a first one to a last.
func anyWithin(times []int64, first, last int64) bool {
	i, _ := slices.BinarySearch(times, first)
	return i < len(times) && times[i] <= last
}

// A pair is a client's address and a server's.
type pair struct {
	client netip.Addr
	server netip.AddrPort
}

// mute is when connections were opened that nothing was said on, in order: a balancer's checks can be many.
func (p *picture) mute() map[pair][]int64 {
	mute := map[pair][]int64{}
	for _, c := range p.t.Conns {
		if c.Requests == 0 && c.LastByte == 0 && c.TLS == nil && !c.RefusedAtOnce() && c.Gaps == 0 {
			at := pair{c.Conn.Client.Addr(), c.Conn.Server}
			mute[at] = append(mute[at], c.Opened)
		}
	}
	for _, times := range mute {
		slices.Sort(times)
	}
	return mute
}

// neverUpgraded finds sessions that were offered WebSocket, lived on polling, and never asked for it.
func neverUpgraded(p *picture) {
	var list []*session.Session
	asked, mute := p.askedBefore(), p.mute()
	for _, s := range p.t.Sessions {
		if s.Upgrade != session.UpgradeNotTried || !slices.Contains(s.Open.Upgrades, "websocket") && s.Open.SID != "" || p.kept[s] || asked[s] {
			continue
		}
		if !p.hadItsChance(s, mute) || s.Close.Reason == session.RefusedSince || slices.Contains(s.Open.Upgrades, "webtransport") && p.movedAway(s) {
			continue
		}
		list = append(list, s)
	}
	if len(list) == 0 {
		return
	}
	f := Finding{
		ID: "client-never-upgrades", Severity: Warning, Confidence: "likely", Title: p.S("The client never asks for WebSocket"),
		Explanation: p.S("The server offered WebSocket, and these clients never requested it: they are configured for polling, or something inside the browser (content security policy, an extension, mixed content) stopped the request before it reached the network."),
		Sessions:    list, Evidence: p.opened(list),
		RuledOut:  []string{p.S("server offers none: the open packet lists websocket"), p.S("refused on the way: no WebSocket request with these sids is in the capture")},
		Fixes:     only(fixesOf(p.Words, bothTransports), "client", "page"),
		WouldTell: p.S("The browser's console or a HAR of the page: a blocked request is shown there."),
	}
	if p.t.Stats.Encrypted > 0 || p.t.Stats.Gaps > 0 {
		f.Confidence = "possible"
		f.WouldTell = p.S("This capture has encrypted connections or gaps: the WebSocket request may be among them. %s", f.WouldTell)
	}
	if p.othersCome(list[0]) {
		f.Confidence = "possible"
		f.WouldTell = p.S("A capture before the load balancer: the same server refused sids that it was not seen to issue, so part of the traffic may go to other nodes, and the WebSocket request with it.")
	}
	if slices.ContainsFunc(list, func(s *session.Session) bool { return anyHides(s.Exchanges, fact.Logged) }) {
		f.Confidence = "possible"
		f.WouldTell = p.S("The browser's console: browsers leave some WebSocket requests that fail out of their HAR. Or a capture of packets.")
	}
	if slices.ContainsFunc(list, func(s *session.Session) bool { return s.Open.SID == "" }) {
		f.Explanation = p.S("These clients never requested WebSocket: they are configured for polling, something inside the browser (content security policy, an extension, mixed content) stopped the request, or the server does not offer it. What it offers is in the body of its first answer, which the HAR does not have.")
		f.RuledOut = f.RuledOut[1:]
		f.WouldTell = p.S("The same HAR exported with content: the server's first answer says what it offers.")
	}
	p.add(f)
}

// othersCome says whether the server of a session refused sids of sessions that are not in the capture.
func (p *picture) othersCome(s *session.Session) bool {
	return slices.ContainsFunc(p.asked, func(e *session.Exchange) bool {
		return e.UnknownSID() && e.Conn.Server == s.Server && (e.Session == nil || e.Session.Index < 0 || e.Session.Opened == 0)
	})
}

// lastAlive is until when the session is known to have lived: a poll that waits for its answer keeps it alive.
func (p *picture) lastAlive(s *session.Session) int64 {
	if s.Closed != 0 {
		return s.Closed
	}
	if pollOpen(s) {
		return p.t.Last
	}
	return s.LastSeen
}

// pollOpen says whether a poll of the session waits for its answer.
func pollOpen(s *session.Session) bool {
	return slices.ContainsFunc(s.Exchanges, func(e *session.Exchange) bool {
		at, _ := e.Cut()
		return e.Kind == session.Poll && e.Status == 0 && at == 0
	})
}
