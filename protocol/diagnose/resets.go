package diagnose

import (
	"cmp"
	"net/netip"
	"slices"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

const (
	leastResets = 3     // connections in a row: fewer may be reset for reasons of their own
	oneRow      = 10e9  // ns in which so many are a row; a server that is reloaded resets one now and then
	resetWithin = 500e6 // ns: what is reset later waited for something
)

// connectionsReset finds servers that reset connections as soon as they are open, while one that was open before goes on to be
// answered: who accepts them lives, and sends some clients away.
func connectionsReset(p *picture) {
	at := map[netip.AddrPort][]*session.Conn{}
	var order []netip.AddrPort
	for _, c := range p.t.Conns {
		if resetAtOnce(c) {
			if at[c.Server] == nil {
				order = append(order, c.Server)
			}
			at[c.Server] = append(at[c.Server], c)
		}
	}
	for _, server := range order {
		list := at[server]
		slices.SortStableFunc(list, func(a, b *session.Conn) int { return cmp.Compare(a.Opened, b.Opened) })
		bare := slices.IndexFunc(list, (*session.Conn).RefusedAtOnce)
		if inRow(list) && bare >= 0 && p.answersOn(list[bare]) {
			p.sentAway(list)
		}
	}
}

// inRow says whether so many of connections, which are in order, were reset in a row.
func inRow(list []*session.Conn) bool {
	for i := leastResets - 1; i < len(list); i++ {
		if list[i].Opened-list[i-leastResets+1].Opened <= oneRow {
			return true
		}
	}
	return false
}

// resetAtOnce says whether a connection was accepted, and reset by the server's side before a byte of it came.
func resetAtOnce(c *session.Conn) bool {
	return c.SYN && c.Reset && !c.Refused && !c.Inner && c.ClosedBy == "server" && c.TLS == nil && c.Gaps == 0 && c.LastMessage[fact.In] == 0 && c.Closed-c.Opened < resetWithin &&
		!slices.ContainsFunc(c.Exchanges, func(e *session.Exchange) bool { return e.Status != 0 })
}

// answersOn says whether a connection of Engine.IO to the server that was open when one was reset brought something after
// that. What other services do on the host is no matter of sessions.
func (p *picture) answersOn(reset *session.Conn) bool {
	return slices.ContainsFunc(p.t.Conns, func(c *session.Conn) bool {
		return c.Server == reset.Server && c.Opened < reset.Opened && c.LastMessage[fact.In] > reset.Closed && (c.Session != nil || len(c.Exchanges) > 0)
	})
}

func (p *picture) sentAway(list []*session.Conn) {
	first := list[0]
	resets := map[netip.Addr][]int64{} // of a client, in order
	var claimed []*session.Exchange
	var ev []Evidence
	for _, c := range list {
		resets[c.Client.Addr()] = append(resets[c.Client.Addr()], c.Opened)
		claimed = append(claimed, c.Exchanges...)
		if len(ev) < maxEvidence {
			what := p.S("a connection was reset as soon as it was open")
			if len(c.Exchanges) > 0 {
				what = p.S("a connection was reset, its request without an answer")
			}
			ev = append(ev, Evidence{Time: c.Closed, Conn: c, Text: what})
		}
	}
	p.claim(claimed)
	sessions, refused := sessionsOf(claimed)
	known := amongst(sessions)
	for _, s := range p.t.Sessions {
		if s.Server == first.Server && s.Transport() != session.WebSocket && !known[s] && struck(s, resets[s.Client.Addr()]) {
			sessions = append(sessions, s)
		}
	}
	f := Finding{
		ID: "rate-limited", Confidence: "possible", Title: p.S("Connections are reset as soon as they are open, while others are answered"),
		Explanation: p.S("%s to %s were accepted and reset before a byte was answered, while a connection that was open before went on to be answered: what listens there lives, and sends these away. It may limit how often or how many connections a client opens (HAProxy: tcp-request connection reject), it may be a firewall, or a balancer of connections one of whose servers is down. A session opens several connections, so it breaks where one of them is sent away.", p.Count(len(list), "connection"), first.Server.String()),
		Sessions:    sessions, Refused: refused, Evidence: ev,
		RuledOut: []string{p.S("nothing listens: the connections were accepted first"), p.S("node restarted or down: others were answered meanwhile")},
		Fixes: []Fix{
			{For: "HAProxy", Text: p.S("a higher limit in the tcp-request connection rules (sc_conn_rate, sc_conn_cur), or none for clients of Socket.IO")},
			{For: "client", Text: p.S(`transports: ["websocket"]: one request for a session instead of one for every few messages`)},
		},
		WouldTell: p.S("The log of what listens there: whether a rule rejects these connections, or a server behind it does not answer. Clients at other addresses: whether they get in at the same time."),
	}
	p.add(f)
}

// struck says whether a connection that was reset may have been a session's, going by when: it opens most as it begins, and
// breaks with one that it needs.
func struck(s *session.Session, resets []int64) bool {
	within := func(from, to int64) bool {
		i, _ := slices.BinarySearch(resets, from)
		return i < len(resets) && resets[i] <= to
	}
	return within(s.FirstSeen, s.FirstSeen+patience) || within(s.LastSeen-patience, s.LastSeen+patience)
}
