package diagnose

import (
	"net/netip"
	"strings"

	"sioscope/protocol/session"
)

// Balancers that do keep clients on their nodes, by something that changes: the client's address, or what the first
// request of a connection was. What tells them from those that do not keep anyone is that requests of which it did not
// change were honoured, one and all.

const (
	sameAddress  = 3 // connections from the handshake's address that were honoured; by chance at one in eight on two nodes
	sameBeginner = 5 // connections that begin with the sid and were honoured; by chance at one in thirty-two
	fewBeginners = 3 // the same behind a proxy, whose connections are known to be used for anyone: enough for a guess
)

// addressChanged tells of a balancer that chooses by the client's address, and says whether it did.
func (p *picture) addressChanged(list []*session.Exchange) bool {
	for _, e := range list {
		if a, b := clientAddr(e), homeOf(e.Session); a == "" || b == "" || a == b {
			return false
		}
	}
	type trial struct {
		s *session.Session
		c *session.Conn
	}
	trials := map[trial]bool{}
	for _, s := range p.t.Sessions {
		for i, e := range s.Exchanges {
			if home := homeOf(s); i > 0 && home != "" && honoured(e) && clientAddr(e) == home && e.Conn != s.Exchanges[0].Conn {
				trials[trial{s, e.Conn}] = true
			}
		}
	}
	if len(trials) < sameAddress {
		return false
	}
	sessions, _ := sessionsOf(list)
	p.add(Finding{
		ID: "ip-affinity-unstable", Confidence: "likely", Title: p.S("The balancer chooses the node by an address that changes"),
		Explanation: p.S("Requests reached a node that did not issue their sid when they came from another address than the handshake of their session, and on %s from the same address none did. So the balancer chooses by the client's address, and that changes: phones and company networks leave through several, IPv4 and IPv6 are two, and behind another proxy the balancer may see that proxy's.", p.Plural(len(trials), "new connection", "new connections")),
		Sessions:    sessions, Evidence: append(p.movedEvidence(list), p.shown(list)...),
		RuledOut: []string{
			p.soonest(list),
			p.S("no affinity at all: new connections from the same address reached the right node"),
		},
		Fixes:     p.fixesFor(clientAddress, list[0].Path),
		WouldTell: p.S("The balancer's configuration: whether it hashes an address (ip_hash, balance source, source_ip), and which one it sees."),
	})
	return true
}

// clientAddr is where a request came from, as far as the capture tells: as a proxy names it, else the connection's end.
func clientAddr(e *session.Exchange) string {
	switch {
	case e.Request.ForwardedFor != "":
		return e.Request.ForwardedFor
	case e.Conn.Via.IsValid():
		return e.Conn.Via.Addr().String()
	case e.Conn.Client.IsValid() && e.Conn.Client.Addr() != (netip.Addr{}):
		return e.Conn.Client.Addr().String()
	}
	return ""
}

// homeOf is where the handshake of a session came from, "" where it was not seen.
func homeOf(s *session.Session) string {
	if s == nil || s.Opened == 0 || len(s.Exchanges) == 0 || s.Exchanges[0].GotSID != s.SID {
		return ""
	}
	return clientAddr(s.Exchanges[0])
}

// movedEvidence says from where the first refused request came, and from where its session.
func (p *picture) movedEvidence(list []*session.Exchange) []Evidence {
	e := list[0]
	return []Evidence{p.told(e, p.S("from %s; the handshake of its session came from %s", clientAddr(e), homeOf(e.Session)))}
}

// firstChose tells of a balancer that sends a connection where its first request belongs, as @socket.io/sticky does, and
// says whether it did. Where the capture has the connections behind a proxy, it is those that count.
func (p *picture) firstChose(list []*session.Exchange) bool {
	at := nearest(list[0]).Conn
	for _, e := range list {
		o := nearest(e)
		first, ok := beginsWith(o.Conn)
		elsewhere := o.Conn.Server != at.Server || o.Conn.File != at.File // several processes have an address each
		if !ok || first == e.SID || o.Serial == 1 || o.Conn.Inner != at.Inner || elsewhere {
			return false
		}
	}
	trials := 0
	for _, c := range p.t.Conns {
		first, ok := beginsWith(c)
		if !ok || first == "" || len(c.Exchanges) == 0 || c.Inner != at.Inner || c.Server != at.Server {
			continue
		}
		switch e := c.Exchanges[0]; {
		case e.UnknownSID():
			return false
		case honoured(e):
			trials++
		}
	}
	sure := "likely"
	if trials < sameBeginner {
		sure = "possible"
	}
	if trials < fewBeginners || trials < sameBeginner && !at.Inner {
		return false
	}
	sessions, _ := sessionsOf(list)
	p.add(Finding{
		ID: "sticky-by-first-request", Confidence: sure, Title: p.S("The node is chosen by the first request of a connection"),
		Explanation: p.S("Sids were unknown only on connections whose first request was for something else, and on %s that began with the sid none was. @socket.io/sticky works so: it looks at the first request of a connection and sends the whole connection to that worker, so a connection that is used again, by a page or by a proxy for its clients, carries sids to workers that do not know them.", p.Plural(trials, "connection", "connections")),
		Sessions:    sessions, Evidence: append(p.nodeEvidence(), p.shown(list)...),
		RuledOut: []string{
			p.soonest(list),
			p.S("no affinity at all: connections that begin with the sid reached the right node"),
		},
		Fixes:     stickyFixes(p.Words),
		WouldTell: p.S("More connections to the node that begin with a request for a session: where one of them is refused, no first request chooses."),
	})
	return true
}

// nearest is the same request on the hop nearest to the node.
func nearest(e *session.Exchange) *session.Exchange {
	for e.Inner != nil {
		e = e.Inner
	}
	return e
}

// beginsWith is the sid of the first request on a connection, "" where it has none or is not Engine.IO's. ok is false
// where the beginning of the connection is not known.
func beginsWith(c *session.Conn) (sid string, ok bool) {
	if !c.SYN || c.Gaps > 0 || c.Over != nil || c.Hidden != 0 || len(c.Exchanges) == 0 || c.Protocol == "h2" {
		return "", false
	}
	if e := c.Exchanges[0]; e.Serial == 1 {
		return e.SID, true
	}
	return "", true
}

// outerStayed says by which field the requests reached the same outer node as the handshake of their session did, ""
// where none says so. A field of which there is one value alone says nothing.
func (p *picture) outerStayed(list []*session.Exchange) string {
	for _, f := range list[0].Response.NodeHeaders {
		if session.NamesNode(f.Name) && p.severalValues(f.Name) && stayed(list, f.Name) {
			return f.Name
		}
	}
	return ""
}

func stayed(list []*session.Exchange, name string) bool {
	for _, e := range list {
		s := e.Session
		if len(s.Exchanges) == 0 || s.Exchanges[0].GotSID != s.SID {
			return false
		}
		v := field(e, name)
		if v == "" || v != field(s.Exchanges[0], name) || strings.HasPrefix(v, "cache-") { // an edge of a CDN's
			return false
		}
	}
	return true
}

func field(e *session.Exchange, name string) string {
	for _, f := range e.Response.NodeHeaders {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

func (p *picture) severalValues(name string) bool {
	first := ""
	for _, s := range p.t.Sessions {
		if len(s.Exchanges) == 0 || s.Exchanges[0].GotSID != s.SID {
			continue
		}
		switch v := field(s.Exchanges[0], name); {
		case v == "" || v == first:
		case first == "":
			first = v
		default:
			return true
		}
	}
	return false
}
