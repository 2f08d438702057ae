package session

import "slices"

const (
	farewells = 1e9   // ns: what a client still posts when its last poll was let go
	nextPoll  = 1.5e9 // ns after an answer within which a client that stays on polling polls again
)

// offPolling says whether the client of a session on polling polls no more, and no farewell was seen of either side: it has left
// for a WebSocket, most likely, that is not in the capture. One that stays on polling always has a poll open; a log has it
// when it is over, so of one that ends early there is no telling.
func (s *Session) offPolling(last int64) bool {
	if slices.Contains(s.Open.Upgrades, "webtransport") { // for that, perhaps
		return false
	}
	if s.Closed != 0 || len(s.Probes) > 0 || s.joined || s.Transport() == WebSocket || s.refusedAt != 0 || s.unheard != nil ||
		s.Open.SID != "" && !slices.Contains(s.Open.Upgrades, "websocket") {
		return false
	}
	var p *Exchange
	for _, e := range s.Exchanges {
		switch {
		case e.Kind == Poll && e.pollEnd() == 0:
			return false // it is open, or was cut or refused
		case e.Kind == Poll && (p == nil || e.Start >= p.Start):
			p = e
		}
	}
	if p == nil || p.EmptyBody {
		return false
	}
	end := p.pollEnd()
	if slices.ContainsFunc(s.Exchanges, func(e *Exchange) bool { return e.Start > end+farewells }) {
		return false
	}
	if s.released >= p.Start { // by a noop, which is what servers do while a session moves
		return true
	}
	polled := end - s.Opened // where the handshake was not seen, longer than any upgrade takes
	if !p.logged() {
		return last-end > nextPoll && (polled < upgradeTimeout || s.Opened == 0)
	}
	return polled < nextPoll || polled < upgradeTimeout && last-end > s.heartbeatDue()
}

// pollEnd is when a poll was answered, at the latest where the answer is among the bytes that the capture lost; 0 where it
// was not.
func (e *Exchange) pollEnd() int64 {
	switch {
	case e.Status == 200:
		return e.End
	case e.Status == 0 && e.Reset == 0 && e.Conn.Gaps > 0:
		return e.Conn.Closed
	}
	return 0
}

// Untold says whether a session was seen on polling only, and may have gone on where nothing of it could be read.
func (s *Session) Untold() bool {
	return (s.Dark > 0 || s.Unsaid() || s.OneWay() || s.OffPolling) && s.Upgrade == UpgradeUnknown && s.Transport() == Polling
}

// Logged says whether what is known of the session comes from a log of requests, not from a wire.
func (s *Session) Logged() bool {
	return len(s.Exchanges) > 0 && s.Exchanges[0].logged()
}

// heartbeatDue is after how long a poll is answered at the latest, ns: a log has those that are under way no sooner.
func (s *Session) heartbeatDue() int64 {
	const ordinary, slack = 25e9, 5e9
	if ms := s.Open.PingInterval; ms > 0 {
		return ms*1e6 + slack
	}
	return ordinary + slack
}
