package diagnose

import (
	"fmt"
	"strings"

	"sioscope/protocol/session"
)

// A census counts sessions by what became of them.
type census struct {
	all, ws, polling, idle int // idle are among polling
	broke, refused, unused int // see fate
	away, awayOnWS         int // let into no namespace; those on WebSocket are among ws
	refusals               int // handshakes that got no sid
	shared                 int // handshakes that got the sid of a session that another one had opened
}

// outside is how many sessions were let into no namespace.
func (c *census) outside() int { return c.away + c.awayOnWS }

func (p *picture) census() census {
	c := census{all: len(p.t.Sessions), refusals: len(p.t.Refused)}
	for _, s := range p.t.Sessions {
		c.shared += sharers(s)
		if s.Transport() == session.WebSocket || s.Transport() == session.WebTransport {
			c.ws++
			if turnedAway(s) {
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
		default:
			c.polling++
		}
		if idle(s) {
			c.idle++
		}
	}
	return c
}

func (c *census) state() State {
	switch {
	case c.all == 0 && c.refusals == 0:
		return StateNone
	case c.all == 0 || c.ws == 0 && c.polling == 0:
		return StateFailing
	case c.ws == c.all && c.refusals+c.shared == 0:
		return StateWebSocket
	case c.ws > 0:
		return StateMixed
	}
	return StatePolling
}

// fates says how sessions that are not on WebSocket came to an end: "3 of 4 sessions broke, 1 was refused".
func (c *census) fates() string {
	var parts []string
	for _, k := range [...]struct {
		n         int
		one, many string
	}{{c.broke, "broke", "broke"}, {c.refused, "was refused", "were refused"}, {c.unused, "was opened and never used", "were opened and never used"}, {c.away, "was let into no namespace", "were let into no namespace"}} {
		word := k.many
		if k.n == 1 {
			word = k.one
		}
		switch {
		case k.n == 0:
		case len(parts) == 0:
			parts = append(parts, outOf(k.n, c.all)+" "+word)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", k.n, word))
		}
	}
	return strings.Join(parts, ", ")
}

// amongThem says of sessions on polling how many came to nothing.
func (c *census) amongThem() []string {
	var parts []string
	if c.idle > 0 {
		parts = append(parts, fmt.Sprintf("%d of them opened and never used", c.idle))
	}
	if c.broke > 0 {
		parts = append(parts, fmt.Sprintf("%d of them broke", c.broke))
	}
	if c.refused > 0 {
		parts = append(parts, fmt.Sprintf("%d of them were refused", c.refused))
	}
	if n := c.outside(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d of them let into no namespace", n))
	}
	return parts
}

// mixed says how many sessions are on WebSocket, and what became of the others; those that came to nothing are on nothing.
func (c *census) mixed() []string {
	parts := []string{fmt.Sprintf("%d of %s on WebSocket", c.ws, count(c.all, "session"))}
	if c.all == 1 {
		parts[0] = outOf(1, 1) + " is on WebSocket"
	}
	if c.awayOnWS > 0 {
		parts = append(parts, fmt.Sprintf("%d of them let into no namespace", c.awayOnWS))
	}
	if n := c.polling + c.unused; n > 0 {
		parts = append(parts, fmt.Sprintf("%d on polling", n))
		if c.idle > 0 {
			parts = append(parts, fmt.Sprintf("%d of them opened and never used", c.idle))
		}
	}
	for _, k := range [...]struct {
		n    int
		word string
	}{{c.broke, "broke"}, {c.refused, "refused"}, {c.away, "let into no namespace"}} {
		if k.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", k.n, k.word))
		}
	}
	return parts
}

// notAdmitted says of sessions on WebSocket how many were let into no namespace.
func (c *census) notAdmitted() []string {
	switch {
	case c.awayOnWS == 0:
		return nil
	case c.awayOnWS == c.ws:
		return []string{"but let into no namespace"}
	}
	return []string{fmt.Sprintf("but %d of them let into no namespace", c.awayOnWS)}
}

// sharers counts the handshakes that got the sid of a session that was open already: their clients have none.
func sharers(s *session.Session) int {
	n := 0
	for _, e := range s.Reused {
		if e.Outer == nil {
			n++
		}
	}
	return n
}
