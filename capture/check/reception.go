package check

import (
	"strings"
	"time"

	"sioscope/protocol/lang"
)

// A reception is how default clients fared: so many reached WebSocket, got no session, broke on polling, or stay there.
type reception struct {
	lang.Words

	n, up, none, broke, stay int
	whyNone, whyBroke, why   string // of the last of each kind
	slowest                  time.Duration
}

func (c *reception) count(v *visit) {
	c.n++
	switch {
	case v.sid == "":
		c.none++
		c.whyNone = c.S("the handshake is answered %s", v.shake.outcome(c.Words))
		if v.rev != 0 {
			c.whyNone = c.S("the handshake is answered in Engine.IO %d, which these clients do not read", v.rev)
		}
	case v.upgraded:
		c.up++
		c.slowest = max(c.slowest, v.took)
	case v.broke != nil:
		c.broke++
		c.whyBroke = v.broke.outcome(c.Words)
	default:
		c.stay++
		c.why = v.stays(c.Words)
	}
}

// stays says why a session that works stays on polling.
func (v *visit) stays(w lang.Words) string {
	switch {
	case !v.offered:
		return w.S("the server offers no upgrade")
	case timedOut(v.ws.err):
		return w.S("the WebSocket request got no answer")
	case v.socket == nil:
		return w.S("the WebSocket request is answered %s", v.ws.outcome(w))
	case v.instead != "":
		return w.S("the WebSocket is accepted, and the probe is answered with %s", lang.Quoted(cut(v.instead, 40)))
	case !v.probed:
		return w.S("the WebSocket is accepted, and carries no answer to the probe")
	}
	return w.S("the WebSocket is accepted, and the upgrade does not come to its end")
}

// judgeVisits says what the default clients met.
func (r *run) judgeVisits(visits []*visit) {
	c := reception{Words: r.Words}
	for _, v := range visits {
		c.count(v)
	}
	r.figure("sessions", "%d", c.n)
	r.figure("upgraded", "%d", c.up)
	if visits[0].starved() {
		r.tell(Unknown, r.S("The requests that are allowed do not suffice for one client, which sends up to %d: --max-requests allows more.", visitCost))
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
		r.tell(No, r.S("No session comes about: %s.", c.whyNone))
	case c.up == c.n:
		r.tell(Yes, r.S("%d of %d sessions upgraded to WebSocket, the slowest in %s.", c.up, c.n, span(c.slowest)))
	case c.n == 1:
		r.tell(No, c.alone())
	case c.broke == c.n:
		r.tell(No, r.S("All %d sessions broke on polling: %s.", c.n, c.whyBroke))
	case c.stay == 1 && c.n == 1:
		r.tell(No, r.S("The one session did not upgrade and stays on polling: %s.", c.why))
	case c.stay == c.n:
		r.tell(No, r.S("None of %d sessions upgraded, all stay on polling: %s.", c.n, c.why))
	case c.none == 0 && c.broke == 0:
		r.tell(res, r.S("%d of %d sessions upgraded, the others stay on polling: %s.", c.up, c.n, c.why))
	default:
		r.tell(res, r.S("%s.", c.mixed()))
	}
}

// alone tells of a session that was the only one, and did not upgrade.
func (c *reception) alone() string {
	if c.broke > 0 {
		return c.S("The one session that was tried broke on polling: %s.", c.whyBroke)
	}
	return c.S("The one session that was tried did not upgrade and stays on polling: %s.", c.why)
}

// mixed tells of clients that did not all fare alike.
func (c *reception) mixed() string {
	parts := []string{c.S("%d of %d clients reached WebSocket", c.up, c.n)}
	if c.none > 0 {
		parts = append(parts, c.S("%d got no session: %s", c.none, c.whyNone))
	}
	if c.broke > 0 {
		parts = append(parts, c.S("%d broke on polling: %s", c.broke, c.whyBroke))
	}
	if c.stay > 0 {
		parts = append(parts, c.S("%d stay on polling: %s", c.stay, c.why))
	}
	return strings.Join(parts, c.S("; "))
}
