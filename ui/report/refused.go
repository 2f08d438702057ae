package report

import (
	"fmt"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
)

// A refusalGroup is handshakes that were refused in the same words: a client that comes again and again is one line.
type refusalGroup struct {
	what    string
	finding string
	n       int
	first   int64
	last    int64
	clients map[string]bool // by address without port
}

// refused prints the handshakes that got no sid.
func (p *printer) refused() {
	if len(p.in.refusals()) == 0 {
		return
	}
	p.heading(p.in.S("Refused before a session began (%d)", lang.Amount(len(p.in.refusals())+p.in.Diagnosis.Earlier.Refusals)))
	groups := p.refusalGroups()
	for i, g := range groups {
		if i == maxGroups && !p.opt.All {
			p.line("  ", p.in.S("and %s; --all lists them.", p.in.Count(len(groups)-i, "more kind")))
			break
		}
		when := p.since(g.first)
		if g.n > 1 {
			when = p.in.S("%s to %s", when, p.since(g.last))
		}
		text := p.in.S("%d× %s, from %s, %s", lang.Amount(g.n), g.what, p.in.Count(len(g.clients), "client"), when)
		if g.finding != "" {
			text = p.in.S("%s: %s", text, g.finding)
		}
		p.hang("  "+p.paint(red, p.glyphs.refused)+" ", p.say(text))
	}
}

func (p *printer) refusalGroups() []*refusalGroup {
	by := p.in.refusedBy()
	index := make(map[string]*refusalGroup)
	var list []*refusalGroup
	for _, e := range p.in.refusals() {
		what := p.refusalText(e)
		g := index[what+"\x00"+by[e]]
		if g == nil {
			g = &refusalGroup{what: what, finding: by[e], first: started(e), clients: make(map[string]bool)}
			index[what+"\x00"+by[e]] = g
			list = append(list, g)
		}
		g.n++
		g.last = started(e)
		if e.Conn != nil && e.Conn.Conn != nil {
			g.clients[e.Conn.Client.Addr().String()] = true
		}
	}
	return list
}

// refusalText is "GET /socket.io/?EIO=3&transport=polling → 400 Unsupported protocol version (code 5)". The client's
// stamp is left out, so that repetitions are seen as such.
func (p *printer) refusalText(e *session.Exchange) string {
	code, message := refusal(e)
	text := e.Method + " " + e.Path
	if e.EIO != 0 {
		text += fmt.Sprintf(" EIO=%d", e.EIO)
	}
	if e.TransportParam != "" {
		text += " " + e.TransportParam
	}
	if e.Status == 0 {
		return p.in.S("%s → no answer", text)
	}
	text += fmt.Sprintf(" → %d", e.Status)
	if e.Switched() && e.SecondAnswer == 0 {
		text = p.in.S("%s, and no open packet", text)
	}
	if message != "" {
		text += " " + shorten(clean(message), maxMessage, p.more)
	}
	if code >= 0 {
		text += fmt.Sprintf(" (code %d)", code)
	}
	return text
}

// nodes prints who issued sids, and how that is known.
func (p *printer) nodes() {
	if len(p.in.Nodes) == 0 {
		return
	}
	p.heading(p.in.S("Nodes (%d)", len(p.in.Nodes)))
	for i := range p.in.Nodes {
		if i == maxGroups && !p.opt.All {
			p.line("  ", p.in.S("and %s; --all lists them.", p.in.Count(len(p.in.Nodes)-i, "more node")))
			break
		}
		n := &p.in.Nodes[i]
		text := p.in.S("%s: %s, %s", p.nodeText(i), p.in.Count(n.Sessions, "session"), plain.Known(p.in.Words, n))
		if n.Restarts > 0 {
			text = p.in.S("%s, %s", text, p.in.Count(n.Restarts, "restart"))
		}
		p.hang("  ", p.say(text))
	}
	p.signals()
}

// signals tells why nodes are told apart by a header or a cookie, and which balancers' cookies cannot do that.
func (p *printer) signals() {
	for i := range p.in.Signals {
		s := &p.in.Signals[i]
		if s.Chosen || s.Class == session.ClientClass && s.Prior == session.ClientClass {
			p.dimmed("  ", p.say(p.in.S("%s: %s", s.Called(p.in.Words), s.Why(p.in.Words))))
		}
	}
}
