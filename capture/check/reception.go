package check

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A reception is how default clients fared: so many reached WebSocket, got no session, broke on polling, or stay there.
type reception struct {
	n, up, none, broke, stay int
	whyNone, whyBroke, why   string // of the last of each kind
	slowest                  time.Duration
}

func (c *reception) count(v *visit) {
	c.n++
	switch {
	case v.sid == "":
		c.none++
		c.whyNone = "answered " + v.shake.outcome()
		if v.rev != 0 {
			c.whyNone = fmt.Sprintf("answered in Engine.IO %d, which these clients do not read", v.rev)
		}
	case v.upgraded:
		c.up++
		c.slowest = max(c.slowest, v.took)
	case v.broke != nil:
		c.broke++
		c.whyBroke = v.broke.outcome()
	default:
		c.stay++
		c.why = v.stays()
	}
}

// stays says why a session that works stays on polling.
func (v *visit) stays() string {
	switch {
	case !v.offered:
		return "the server offers no upgrade"
	case timedOut(v.ws.err):
		return "the WebSocket request got no answer"
	case v.ws.err != nil || v.ws.status != http.StatusSwitchingProtocols:
		return "the WebSocket request is answered " + v.ws.outcome()
	case !v.probed:
		return "the WebSocket is accepted, and carries no answer to the probe"
	}
	return "the WebSocket is accepted, and the upgrade does not come to its end"
}

// judgeVisits says what the default clients met.
func (r *run) judgeVisits(visits []*visit) {
	var c reception
	for _, v := range visits {
		c.count(v)
	}
	r.figure("sessions", "%d", c.n)
	r.figure("upgraded", "%d", c.up)
	if visits[0].starved() {
		r.tell(Unknown, "The requests that are allowed do not suffice for one client, which sends up to %d: --max-requests allows more.", visitCost)
		return
	}
	if c.slowest > 0 {
		r.figure("slowest upgrade", "%s", span(c.slowest))
	}
	res := Some
	if c.up == 0 {
		res = No
	}
	switch {
	case c.none == c.n:
		r.tell(No, "No session comes about: the handshake is %s.", c.whyNone)
	case c.up == c.n:
		r.tell(Yes, "%d of %d sessions upgraded to WebSocket, the slowest in %s.", c.up, c.n, span(c.slowest))
	case c.broke == c.n:
		r.tell(No, "All %d sessions broke on polling: %s.", c.n, c.whyBroke)
	case c.stay == c.n:
		r.tell(No, "None of %d sessions upgraded, all stay on polling: %s.", c.n, c.why)
	case c.none == 0 && c.broke == 0:
		r.tell(res, "%d of %d sessions upgraded, the others stay on polling: %s.", c.up, c.n, c.why)
	default:
		r.tell(res, "%s.", c.mixed())
	}
}

// mixed tells of clients that did not all fare alike.
func (c *reception) mixed() string {
	parts := []string{fmt.Sprintf("%d of %d clients reached WebSocket", c.up, c.n)}
	if c.none > 0 {
		parts = append(parts, fmt.Sprintf("%d got no session: the handshake is %s", c.none, c.whyNone))
	}
	if c.broke > 0 {
		parts = append(parts, fmt.Sprintf("%d broke on polling: %s", c.broke, c.whyBroke))
	}
	if c.stay > 0 {
		parts = append(parts, fmt.Sprintf("%d stay on polling: %s", c.stay, c.why))
	}
	return strings.Join(parts, "; ")
}
