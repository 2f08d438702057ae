package session

import (
	"slices"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// maybeReal says whether a sid that no answer honoured was a session's all the same: one whose answers are not in
// the capture, or whose handshake is among the bytes that are missing from it.
func (t *Tracker) maybeReal(s *Session) bool {
	if t.Stats.Gaps > 0 {
		return true
	}
	for _, e := range s.Exchanges {
		if at, _ := e.Cut(); e.Status == 0 && at == 0 {
			return true
		}
	}
	return false
}

func transportOf(s *Session) Transport {
	if len(s.Exchanges) > 0 && s.Exchanges[0].TransportParam == "websocket" && s.Exchanges[0].SID == "" {
		return WebSocket
	}
	return Polling
}

// refusedHandshake says whether a request that should open a session was answered and opened none.
func (e *Exchange) refusedHandshake() bool {
	if e.SID != "" || e.GotSID != "" || e.Kind != Handshake && e.Kind != Post {
		return false
	}
	if e.Switched() {
		return e.SecondAnswer != 0 || e.Conn.Closed != 0 && e.Conn.Gaps == 0
	}
	if e.Status != 0 {
		return e.Status != 200 || !e.Incomplete && e.Conn.Gaps == 0 // with holes it may be the answer to another request
	}
	if in := e.Inner; in != nil && in.unlogged {
		return in.refusedHandshake()
	}
	if e.Incomplete && !e.logged() {
		return false // nobody can have answered it
	}
	at, by := e.Cut()
	return at != 0 && e.Conn.Gaps == 0 && (by != "client" || at-e.Start > hung)
}

const hung = 5e9 // ns: a client that leaves sooner did not leave because it got no answer

// RefusedSince is the Close.Reason of a session that no answer honoured any more, from some time on.
const RefusedSince = "refused from then on"

// Farewell is how long after giving a session up a client may still send something of it, in ns: it comes at once.
const Farewell = 500e6

// GivenUp says whether a poll or post of the session reached another node, or was answered in its place, and the client
// left because of it. The farewell of such a client may reach the right node and be honoured.
func (s *Session) GivenUp() bool {
	var refused int64
	for _, e := range s.Exchanges {
		if (e.WrongNode || e.turnedAway()) && (e.Kind == Poll || e.Kind == Post && !e.goodbye()) && refused == 0 {
			refused = e.End
		}
		if refused != 0 && e.honouredSID() && e.Kind != Preflight && e.Start > refused+Farewell {
			return false
		}
	}
	return refused != 0
}

// goodbye says whether the client says that it leaves. It does so on any connection, and the answer changes nothing for it.
func (e *Exchange) goodbye() bool { return e.closes || e.leaves }

// turnedAway says whether a limit or a proxy answered that there is no place for the request now.
func (e *Exchange) turnedAway() bool { return !e.HasError && (e.Status == 429 || e.Status == 503) }

// resolveClose decides how a session on polling ended that sent no close packet.
func (s *Session) resolveClose() {
	if s.Closed != 0 || s.Transport() == WebSocket {
		return
	}
	if s.refusedAt != 0 && s.honoured < s.refusedAt {
		s.end(s.refusedAt, "server", lang.Mark(RefusedSince))
		s.cutAt, s.concluded = s.firstCut(), true
		return
	}
	if e := s.unheard; e != nil && s.honoured < e.End {
		if cut := s.firstCut(); cut == 0 || cut >= e.Start {
			s.end(e.Start, "client", lang.Mark("left, and another node was told"))
		} else {
			s.end(e.End, "server", lang.Mark(RefusedSince))
			s.cutAt = cut
		}
		s.concluded = true
		return
	}
	var last *Exchange
	for _, e := range s.Exchanges {
		if e.Kind == Poll {
			last = e
		}
	}
	if last == nil || last.Status != 0 || last.pollEnd() != 0 {
		return
	}
	if at, by := last.Cut(); at != 0 {
		reason := lang.Mark("connection closed during a poll")
		if last.Reset != 0 {
			reason = lang.Mark("a poll was given up")
		}
		s.end(at, by, reason)
		s.concluded = true
	}
}

// firstCut is when the last poll was cut that no honoured request followed, 0 where none was.
func (s *Session) firstCut() int64 {
	cut := int64(0)
	for _, e := range s.Exchanges {
		_, by := e.Cut()
		byServer := e.Status != 0 || by != "client"
		if at := e.pollCut(); at >= max(1, s.honoured) && byServer && (cut == 0 || at < cut) {
			cut = at
		}
	}
	return cut
}

// Uncertain says whether bytes that would decide what became of an upgrade request are missing from the capture.
func (e *Exchange) Uncertain() bool {
	return e.Conn.Gaps > 0 && (e.Status == 0 || e.Switched() && e.SecondAnswer == 0)
}

// mute says whether the messages of a WebSocket are not in the log.
func (e *Exchange) mute() bool { return e.Conn.Hidden&fact.HidesMessages != 0 }

const (
	released = 1e9  // ns: within it a server lets the last poll go once the WebSocket is there
	rounding = 10e6 // ns by which the times of a log are inexact
)

// resolveMute decides what became of an upgrade whose WebSocket was accepted and whose messages are not in the log: the
// last poll of a client that moves to it is let go at once, and it polls no more. One that had a poll or post refused gave
// the session up. Where no poll was let go then, one may wait on: browsers leave out requests that are under way.
func (s *Session) resolveMute(e *Exchange) {
	settled := e.Answered + released
	s.Upgrade = UpgradeUnknown
	open := false
	for _, o := range s.Exchanges {
		if o.Kind != Poll && o.Kind != Post {
			continue
		}
		cut, _ := o.Cut()
		waited := o.Kind == Poll && max(o.End, cut) > settled
		switch {
		case o.Start > settled || o.Status >= 400 || waited:
			s.Upgrade = UpgradeFailed
			return
		case o.Kind == Poll && o.Status == 0 || cut != 0:
			open = true
		case o.Kind == Poll && o.End >= e.Answered-rounding:
			s.Upgrade = UpgradeDone
		}
	}
	switch {
	case open:
		s.Upgrade = UpgradeUnknown
	case s.Upgrade == UpgradeDone && s.Transport() != WebSocket:
		s.enter(WebSocket, e.Answered)
		s.assumed = true
	}
}

// Unsaid says whether the session was granted a WebSocket of which the log has no message, and nothing else tells whether
// it moved there.
func (s *Session) Unsaid() bool {
	n := len(s.Probes)
	return s.Upgrade == UpgradeUnknown && n > 0 && s.Probes[n-1].Exchange.mute() && s.Probes[n-1].Exchange.Switched()
}

// polled says whether the client polled, or posted, after a time.
func (s *Session) polled(after int64) bool {
	return slices.ContainsFunc(s.Exchanges, func(e *Exchange) bool { return (e.Kind == Poll || e.Kind == Post) && e.Start > after })
}

// unheardOf is how old a WebSocket request without an answer must be in a log to have failed, ns: browsers leave out that of
// one that was refused.
const unheardOf = 3e9

// unheard says whether a log has neither an answer to a request nor why there is none.
func (e *Exchange) unheard() bool { return e.logged() && e.Status == 0 && e.Failure == "" }

const upgradeTimeout = 10e9 // ns; engine.io's default, after which it closes a WebSocket that does not finish

// UpgradeTime is how long the upgrade took, from the answer to the handshake to the upgrade packet, in ns; ok is false where
// one of the two was not seen.
func (s *Session) UpgradeTime() (took int64, ok bool) {
	if s.Upgrade != UpgradeDone || s.Opened == 0 || s.UpgradedAt < s.Opened || s.upgradeImplied {
		return 0, false
	}
	return s.UpgradedAt - s.Opened, true
}

// resolveCloser has nobody be the first to close where one side alone was seen: a Close frame may be the answer to another.
func (s *Session) resolveCloser() {
	if s.Closed != 0 && s.Close.Reason != closedByPacket && s.Close.Reason != RefusedSince && s.OneWay() {
		s.Close.By = "unknown"
	}
}

func (s *Session) resolveUpgrade(last int64) {
	direct := len(s.Exchanges) > 0 && s.Exchanges[0].Kind == Handshake && s.Exchanges[0].TransportParam == "websocket"
	switch {
	case s.UpgradedAt != 0:
		s.Upgrade = UpgradeDone
	case direct:
		s.Upgrade = UpgradeDirect
	case len(s.Probes) > 0:
		s.Upgrade = UpgradePending
		p := &s.Probes[len(s.Probes)-1]
		if p.Failed == 0 && p.Over != 0 && s.polled(p.Over) {
			p.Failed = p.Over
		}
		if p.Exchange.unheard() && last-p.Request > unheardOf {
			s.Upgrade = UpgradeFailed
		}
		if p.Failed != 0 || last-p.Request > upgradeTimeout || s.Closed != 0 {
			s.Upgrade = UpgradeFailed
		}
		if p.Exchange.Uncertain() {
			s.Upgrade = UpgradeUnknown
		}
		if p.Exchange.mute() && p.Exchange.Switched() {
			s.resolveMute(p.Exchange)
		}
	case s.Opened == 0 || s.joined || s.OffPolling, s.Dark > 0 && slices.Contains(s.Open.Upgrades, "websocket"):
		s.Upgrade = UpgradeUnknown
	default:
		s.Upgrade = UpgradeNotTried
	}
	if s.Upgrade > UpgradeDone && s.OneWay() {
		s.Upgrade = UpgradeUnknown
	}
}
