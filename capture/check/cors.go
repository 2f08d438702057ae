package check

import (
	"net/http"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/protocol/wsframe"
)

// A policy is what the server lets pages of other origins do.
type policy struct {
	run, answered        bool
	refused              bool // for its origin alone, on every transport
	origin               string
	allowed, star, creds bool
	preflight            bool // it is answered as a browser needs it
	where                answer
}

// cors asks as a page of another origin does: the preflight, the handshake, the WebSocket.
func cors(r *run) {
	c := r.c
	p := policy{run: true, origin: session.ForeignOrigin}
	if c.o.Client.Origin != "" {
		p.origin = c.o.Client.Origin
	}
	cl := r.client(false)
	cl.origin = p.origin
	l := r.line()
	q := cl.request("OPTIONS", "polling", "")
	q.header.Set("Access-Control-Request-Method", "POST")
	q.header.Set("Access-Control-Request-Headers", "content-type")
	pre := cl.do(l, q)
	p.preflight = pre.err == nil && pre.status < 300 && allows(pre, p.origin)
	a, h, rev := cl.handshake(l)
	if cl.keeps(l, h, rev) {
		cl.returning(a).leave(l, h.SID)
	}
	l.close()
	p.where, p.answered = a, a.err == nil && a.status == http.StatusOK
	p.refused = a.err == nil && a.isError && (a.said.Code == engineio.Forbidden || a.status == http.StatusForbidden) && c.letsIn()
	p.star = a.err == nil && a.header.Get("Access-Control-Allow-Origin") == "*"
	p.allowed = p.answered && allows(a, p.origin)
	p.creds = a.err == nil && strings.EqualFold(a.header.Get("Access-Control-Allow-Credentials"), "true")
	ws, s := cl.directly(r.line())
	byWS := false
	if s != nil {
		text, err := s.next(wsframe.Text, c.socketPatience())
		byWS = err == nil && strings.HasPrefix(text, "0{")
		s.end()
	}
	c.mu.Lock()
	c.found.policy = p
	c.mu.Unlock()
	r.figure("origin asked with", "%s", p.origin)
	r.figure("preflight", "%s", pre.outcome(r.Words))
	r.figure("handshake", "%s", a.outcome(r.Words))
	r.figure("Access-Control-Allow-Origin", "%s", orNone(r.Words, a.header.Get("Access-Control-Allow-Origin")))
	r.figure("Access-Control-Allow-Credentials", "%s", orNone(r.Words, a.header.Get("Access-Control-Allow-Credentials")))
	r.figure("WebSocket", "%s", ws.outcome(r.Words))
	switch {
	case p.refused && !byWS:
		r.tell(No, r.S("Pages of %s are refused, by polling and by WebSocket: %s.", p.other(r.Words), a.outcome(r.Words)))
	case !p.answered && !byWS:
		r.tell(Unknown, r.S("A handshake from %s is answered %s.", p.origin, a.outcome(r.Words)))
	case p.allowed && p.creds:
		r.tell(Yes, r.S("Pages of %s may poll, with credentials.", p.other(r.Words)))
	case p.allowed:
		r.tell(Yes, r.S("Pages of %s may poll, without credentials, so cookies are not sent.", p.other(r.Words)))
	case p.origin != session.ForeignOrigin && byWS:
		r.tell(No, r.S("Pages of %s may not poll: the answer does not allow them; their WebSocket is accepted all the same.", p.origin))
	case p.origin != session.ForeignOrigin:
		r.tell(No, r.S("Pages of %s may not poll: the answer does not allow them.", p.origin))
	case byWS:
		r.tell(No, r.S("Only pages of the service's own origin may poll; a WebSocket is accepted from any page."))
	default:
		r.tell(No, r.S("Only pages of the service's own origin may poll."))
	}
}

// letsIn says whether clients without an origin open sessions by polling.
func (c *Check) letsIn() bool { return c.o.Client.Origin == "" && c.polls() }

func allows(a answer, origin string) bool {
	allowed := a.header.Get("Access-Control-Allow-Origin")
	return allowed == "*" || strings.EqualFold(allowed, origin)
}

// other is whose pages are spoken of: any, where an origin was made up.
func (p policy) other(w lang.Words) string {
	if p.origin == session.ForeignOrigin {
		return w.S("other origins")
	}
	return p.origin
}

func orNone(w lang.Words, s string) string {
	if s == "" {
		return w.S("none")
	}
	return cut(s, 80)
}
