package diagnose

import (
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// A census counts sessions by what became of them.
type census struct {
	lang.Words

	all, ws, polling, idle int // idle are among polling
	brief                  int // those of them whose fate nothing tells
	late                   int // those on polling whose beginning was not seen, with what they tried then
	begun                  int // those of the idle ones that the end of what was seen cut off
	veiled                 int // on polling as far as it was seen; what they did further could not be read
	dark                   int // connections over which they may have gone on
	broke, refused, unused int // see fate
	away, awayOnWS         int // let into no namespace; those on WebSocket are among ws
	unasked                int // on WebSocket, in "/" unasked and in no namespace that they asked for
	refusals               int // handshakes that got no sid
	oneWay                 int // those of them of which only one direction was seen
	left, leftLog          int // those of them that polled no more, see session.Session.OffPolling, on the wire and in logs
	unheard                int // handshakes that may have opened some, or were refused, see session.Tracker.Unheard
	cut                    int // connections that may hide some, see session.Tracker.CutShort
	shared                 int // handshakes that got the sid of a session that another one had opened
	checks                 int // those that health checks opened, among the idle ones and the veiled
	checksBegun            int // of them the begun ones
	checksVeiled           int // of them the veiled ones
	checked                int // of them those that are in no other count, because there are other sessions
	bare                   int // requests of health checks that were refused, see transportUnknown
	stale                  int // attempts with a sid whose session was over, see handshakeOutlived
}

// outside is how many sessions were let into no namespace that they asked for.
func (c *census) outside() int { return c.away + c.awayOnWS + c.unasked }

// census counts once: it is asked for when all causes have been.
func (p *picture) census() census {
	if p.counted == nil {
		c := p.censusOf(p.t.Sessions)
		c.refusals, c.cut, c.unheard = len(p.t.Refused)-len(p.checks)-len(p.overcome), p.t.CutShort(), p.t.Unheard()
		c.bare = len(p.checks)
		for _, s := range p.staleSIDs() {
			if s.Index < 0 {
				_, tries := outlives(s)
				c.stale += tries
			}
		}
		if p.past != nil {
			c.add(p.past.census)
		}
		c.leaveOut()
		p.counted = &c
	}
	return *p.counted
}

// leaveOut takes the sessions of health checks out of the others: nobody waits for them to be on WebSocket.
func (c *census) leaveOut() {
	if c.checks == c.all {
		return
	}
	c.checked = c.checks
	c.all -= c.checks
	c.veiled -= c.checksVeiled
	idle := c.checks - c.checksVeiled
	c.polling -= idle
	c.idle -= idle
	c.brief -= idle
	c.begun -= c.checksBegun
}

func (c *census) add(o census) {
	c.all += o.all
	c.ws += o.ws
	c.polling += o.polling
	c.idle += o.idle
	c.brief += o.brief
	c.begun += o.begun
	c.late += o.late
	c.veiled += o.veiled
	c.dark = max(c.dark, o.dark)
	c.oneWay += o.oneWay
	c.left += o.left
	c.leftLog += o.leftLog
	c.broke += o.broke
	c.refused += o.refused
	c.unused += o.unused
	c.away += o.away
	c.awayOnWS += o.awayOnWS
	c.unasked += o.unasked
	c.refusals += o.refusals
	c.shared += o.shared
	c.checks += o.checks
	c.checksBegun += o.checksBegun
	c.checksVeiled += o.checksVeiled
	c.bare += o.bare
	c.stale += o.stale
}

func (p *picture) censusOf(sessions []*session.Session) census {
	c := census{Words: p.Words, all: len(sessions)}
	for _, s := range sessions {
		c.shared += p.sharers(s)
		_, tries := outlives(s)
		c.stale += tries
		if s.Transport() == session.WebSocket || s.Transport() == session.WebTransport {
			c.ws++
			switch {
			case !p.leftOut(s):
			case len(s.Entered) > 0:
				c.unasked++
			default:
				c.awayOnWS++
			}
			continue
		}
		switch p.fate(s) {
		case broke:
			c.broke++
		case refused:
			c.refused++
		case neverUsed:
			c.unused++
		case leftOutside:
			c.away++
		case lives:
			if p.veiled(s) {
				c.veiled++
				if s.HealthCheck() {
					c.checks++
					c.checksVeiled++
				}
				c.dark = max(c.dark, s.Dark)
				switch {
				case s.OneWay():
					c.oneWay++
				case s.OffPolling && s.Dark == 0 && s.Logged():
					c.leftLog++
				case s.OffPolling && s.Dark == 0:
					c.left++
				}
				break
			}
			c.polling++
			if s.Upgrade == session.UpgradeUnknown && s.Opened == 0 {
				c.late++
			}
			if p.begun(s) {
				c.begun++
			}
			if s.HealthCheck() {
				c.checks++
				if p.begun(s) {
					c.checksBegun++
				}
			}
			if idle(s) || p.unexplained(s) {
				c.brief++
			}
		}
		if idle(s) {
			c.idle++
		}
	}
	return c
}

// veiled says whether a session was seen on polling only, and may have gone on where nothing could be read.
func (p *picture) veiled(s *session.Session) bool {
	return s.Untold() && !p.touched(s)
}

// unread tells of the connections over which sessions may have gone on, or that may hide some, "" where there are none.
func (c *census) unread() string {
	switch {
	case c.veiled == 0 && c.cut > 0:
		return c.S("the capture cut requests or answers of %s short, so whether there are more sessions, or refusals, cannot be told: record with full length (tcpdump -s 0)", c.Count(c.cut, "connection"))
	case c.veiled == 0 && c.unheard > 0:
		return c.S("only one direction is in the capture, so what became of %s cannot be told: capture where both pass", c.Count(c.unheard, "handshake"))
	case c.veiled == 0:
		return ""
	case c.oneWay > 0:
		return c.S("only one direction is in the capture, so what they did further cannot be told: capture where both pass")
	case c.left > 0:
		return c.S("polls end without another one, and without a close: the client left polling, most likely for a WebSocket that was not recorded; all connections between client and server would tell, or a HAR from Chrome or Edge")
	case c.leftLog > 0:
		return c.S("polls end early, and a HAR has neither those that are under way nor every WebSocket: a HAR that is saved a minute later, from Chrome or Edge, would tell, or a capture of packets")
	case c.dark == 0:
		return c.S("a WebSocket was granted, and the HAR does not have its messages: export the HAR with content, from Chrome or Edge")
	}
	return c.N(c.dark, "%s to the same server is encrypted and could not be read, so what they did further cannot be told",
		"%s to the same server are encrypted and could not be read, so what they did further cannot be told", c.Count(c.dark, "connection"))
}

func (c *census) state() State {
	switch {
	case c.all == 0 && c.refusals == 0:
		return StateNone
	case c.all > 0 && c.veiled == c.all, c.cut+c.unheard > 0 && c.ws == c.all && c.ws > 0 && c.refusals+c.shared+c.stale == 0:
		return StateUnknown
	case c.all == 0 || c.ws == 0 && c.polling == 0, c.breaks():
		return StateFailing
	case c.ws == c.all && c.refusals+c.shared+c.stale == 0:
		return StateWebSocket
	case c.ws > 0:
		return StateMixed
	}
	return StatePolling
}

// breaks says whether sessions break, and the odd one that did not was seen too shortly to tell: that the capture ends
// there, or its client left, does not make a service live on polling.
func (c *census) breaks() bool {
	return c.ws == 0 && c.brief == c.polling && 4*c.polling <= c.broke+c.refused
}

// fates says how sessions that are not on WebSocket came to an end: "3 of 4 sessions broke, 1 was refused".
func (c *census) fates() string {
	var parts []string
	who := func(n int) string { // the first says of how many
		if len(parts) == 0 {
			return c.outOf(n)
		}
		return c.S("%d", lang.Amount(n))
	}
	if c.broke > 0 {
		parts = append(parts, c.S("%s broke", who(c.broke)))
	}
	if c.refused > 0 {
		parts = append(parts, c.N(c.refused, "%s was refused", "%s were refused", who(c.refused)))
	}
	if c.unused > 0 {
		parts = append(parts, c.N(c.unused, "%s was opened and never used", "%s were opened and never used", who(c.unused)))
	}
	if c.away > 0 {
		parts = append(parts, c.N(c.away, "%s was let into no namespace", "%s were let into no namespace", who(c.away)))
	}
	if c.polling > 0 && c.breaks() {
		parts = append(parts, c.N(c.polling, "%s was seen too shortly to tell", "%s were seen too shortly to tell", who(c.polling)))
	}
	return c.List(parts)
}

// outOf is "3 of 4 sessions", "the one session".
func (c *census) outOf(n int) string {
	if c.all == 1 {
		return c.S("the one session")
	}
	return c.S("%d of %s", lang.Amount(n), c.Count(c.all, "session"))
}

// neverUpgraded says it of sessions on polling; of those that were seen late it is not known.
func (c *census) neverUpgraded() string {
	if c.late == c.all {
		return c.S("only polling was seen of %s", c.outOf(c.all))
	}
	return c.S("%s never upgraded", c.outOf(c.all))
}

// onWebSocket is "3 of 4 sessions on WebSocket".
func (c *census) onWebSocket() string {
	if c.all == 1 {
		return c.S("%s is on WebSocket", c.outOf(1))
	}
	return c.S("%d of %s on WebSocket", lang.Amount(c.ws), c.Count(c.all, "session"))
}

// besideChecks tells of what health checks asked, "" where none was seen.
func (c *census) besideChecks() string {
	var parts []string
	if c.checked > 0 {
		parts = append(parts, c.N(c.checked, "%s that a health check opened is left out", "%s that health checks opened are left out", c.Count(c.checked, "session")))
	}
	if c.bare > 0 {
		parts = append(parts, c.N(c.bare, "%s without a query is a health check's", "%s without a query are health checks'", c.Count(c.bare, "request")))
	}
	return c.List(parts)
}

// sharing tells of clients that got no sid of their own.
func (c *census) sharing() []string {
	var parts []string
	if c.shared > 0 {
		parts = append(parts, c.S("%s got the sid of another client", c.Count(c.shared, "more handshake")))
	}
	if c.stale > 0 {
		parts = append(parts, c.N(c.stale, "%d attempt began with a sid that was over", "%d attempts began with a sid that was over", lang.Amount(c.stale)))
	}
	return parts
}

// amongThem says of sessions on polling how many came to nothing.
func (c *census) amongThem() []string {
	var parts []string
	if c.idle > 0 {
		parts = append(parts, c.S("%d of them opened and never used", lang.Amount(c.idle)))
	}
	if c.broke > 0 {
		parts = append(parts, c.S("%d of them broke", lang.Amount(c.broke)))
	}
	if c.refused > 0 {
		parts = append(parts, c.S("%d of them were refused", lang.Amount(c.refused)))
	}
	if c.veiled > 0 {
		parts = append(parts, c.S("%d of which it cannot be told", lang.Amount(c.veiled)))
	}
	if n := c.outside(); n > 0 {
		parts = append(parts, c.S("%d of them let into no namespace", lang.Amount(n)))
	}
	return parts
}

// mixed says how many sessions are on WebSocket, and what became of the others; those that came to nothing are on nothing.
func (c *census) mixed() []string {
	parts := []string{c.onWebSocket()}
	if c.awayOnWS > 0 {
		parts = append(parts, c.S("%d of them let into no namespace", lang.Amount(c.awayOnWS)))
	}
	idle := c.idle - c.begun
	if n := c.polling + c.unused - c.begun; n > 0 && n == idle {
		parts = append(parts, c.S("%d opened and never used", lang.Amount(n)))
	} else if n > 0 {
		parts = append(parts, c.S("%d on polling", lang.Amount(n)))
		if idle > 0 {
			parts = append(parts, c.S("%d of them opened and never used", lang.Amount(idle)))
		}
	}
	if c.begun > 0 {
		parts = append(parts, c.S("%d had just begun when the capture ended", lang.Amount(c.begun)))
	}
	if c.veiled > 0 {
		parts = append(parts, c.S("%d of which it cannot be told", lang.Amount(c.veiled)))
	}
	return append(parts, c.fallen()...)
}

// fallen says how many sessions came to nothing, and how.
func (c *census) fallen() []string {
	var parts []string
	if c.broke > 0 {
		parts = append(parts, c.S("%d broke", lang.Amount(c.broke)))
	}
	if c.refused > 0 {
		parts = append(parts, c.S("%d refused", lang.Amount(c.refused)))
	}
	if c.away > 0 {
		parts = append(parts, c.S("%d let into no namespace", lang.Amount(c.away)))
	}
	return parts
}

// notAdmitted says of sessions on WebSocket how many were let into no namespace.
func (c *census) notAdmitted() []string {
	switch {
	case c.awayOnWS == 0:
		return nil
	case c.awayOnWS == c.ws:
		return []string{c.S("but let into no namespace")}
	}
	return []string{c.S("but %d of them let into no namespace", lang.Amount(c.awayOnWS))}
}

// sharers counts the handshakes that got the sid of a session that was open already: their clients have none.
func (p *picture) sharers(s *session.Session) int {
	n := s.Shared
	for _, e := range s.Reused {
		if e.Outer == nil && !p.rightly(s, e) {
			n++
		}
	}
	return n
}
