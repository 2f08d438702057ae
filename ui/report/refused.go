package report

import (
	"fmt"

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
	if len(p.in.Refused) == 0 {
		return
	}
	p.heading(fmt.Sprintf("Refused before a session began (%d)", len(p.in.Refused)))
	groups := p.refusalGroups()
	for i, g := range groups {
		if i == maxGroups && !p.opt.All {
			p.line("  and ", count(len(groups)-i, "more kind"), "; --all lists them.")
			break
		}
		when := p.since(g.first)
		if g.n > 1 {
			when += " to " + p.since(g.last)
		}
		text := fmt.Sprintf("%d× %s, from %s, %s", g.n, g.what, count(len(g.clients), "client"), when)
		if g.finding != "" {
			text += ": " + g.finding
		}
		p.hang("  "+p.paint(red, p.glyphs.refused)+" ", p.say(text))
	}
}

func (p *printer) refusalGroups() []*refusalGroup {
	by := p.in.refusedBy()
	index := make(map[string]*refusalGroup)
	var list []*refusalGroup
	for _, e := range p.in.Refused {
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
		return text + " → no answer"
	}
	text += fmt.Sprintf(" → %d", e.Status)
	if e.Switched() && e.SecondAnswer == 0 {
		text += ", and no open packet"
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
	p.heading(fmt.Sprintf("Nodes (%d)", len(p.in.Nodes)))
	for i := range p.in.Nodes {
		if i == maxGroups && !p.opt.All {
			p.line("  and ", count(len(p.in.Nodes)-i, "more node"), "; --all lists them.")
			break
		}
		n := &p.in.Nodes[i]
		text := fmt.Sprintf("%s: %s, %s", p.nodeText(i), count(n.Sessions, "session"), plain.Basis(n.Basis))
		if n.Restarts > 0 {
			text += ", " + count(n.Restarts, "restart")
		}
		p.hang("  ", p.say(text))
	}
}
