package diagnose

import (
	"slices"

	"sioscope/protocol/session"
)

// leastVain is how many connections in a row have to be refused before a server is said to be away: one is refused while
// a node restarts.
const leastVain = 2

// serverAway tells of sessions that a server's side ended, after which that server refused every connection until the
// capture ended: its process is gone. Where it answers again it was a restart, which outage tells.
func (p *picture) serverAway() {
	var cut []goner
	for _, s := range p.t.Sessions {
		if g, ok := p.gone(s); ok {
			cut = append(cut, g)
		}
	}
	for len(cut) > 0 {
		server := cut[0].s.Server
		here := func(g goner) bool { return g.s.Server == server }
		var of []goner
		for _, g := range cut {
			if here(g) {
				of = append(of, g)
			}
		}
		cut = slices.DeleteFunc(cut, here)
		slices.SortStableFunc(of, func(a, b goner) int { return int(min(max(a.at-b.at, -1), 1)) })
		if vain := p.refusedConns(server.String(), of[len(of)-1].at); len(vain) >= leastVain && !p.answeredAfter(server.String(), vain[0].Opened) {
			p.away(of, vain)
		}
	}
}

// refusedConns are the connections to a server's address that were refused after a time, in the order they were tried.
func (p *picture) refusedConns(server string, after int64) []*session.Conn {
	var out []*session.Conn
	for _, c := range p.t.Conns {
		if c.Opened >= after && refusedAtOnce(c, server) {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b *session.Conn) int { return int(min(max(a.Opened-b.Opened, -1), 1)) })
	return out
}

// answeredAfter says whether a server said anything after a time, on whatever connection.
func (p *picture) answeredAfter(server string, at int64) bool {
	return slices.ContainsFunc(p.t.Conns, func(c *session.Conn) bool {
		return c.Conn.Server.String() == server && c.LastByte > at
	})
}

func (p *picture) away(cut []goner, vain []*session.Conn) {
	from, first, last := cut[len(cut)-1].at, vain[0], vain[len(vain)-1]
	f := Finding{
		ID: "node-restarted", Severity: Error, passing: true, Confidence: "likely", Title: p.S("The server cut its sessions, and refuses connections since"),
		Explanation: p.S("%s ended from the server's side. After that %s to %s were refused at once, the last %s later, and nothing was answered until the capture ended: no process listens there any more. Clients go on trying and stay without a connection.", p.Count(len(cut), "session"), p.Count(len(vain), "connection"), first.Conn.Server.String(), p.span(last.Opened-from)),
		RuledOut:    []string{p.S("network lost: the refusals are answers of that host"), p.S("wrong node: nothing was said about any sid")},
		Fixes: append([]Fix{
			{For: "server", Text: p.S("see whether the process runs and listens at that port; its log and exit code say why it ended")},
			{For: "deployment", Text: p.S("a supervisor that starts it again (systemd Restart=always, a container restart policy), and two nodes or more behind a balancer")},
		}, p.restartFixes()...),
		WouldTell: p.S("The server's log at that time, and what listens at that port now. It may also have been stopped on purpose."),
	}
	for _, g := range cut {
		f.Sessions = append(f.Sessions, g.s)
		p.ended[g.s] = true
		if len(f.Evidence) < maxEvidence-2 {
			f.Evidence = append(f.Evidence, p.leftWith(g))
		}
	}
	for _, c := range []*session.Conn{first, last} {
		f.Evidence = append(f.Evidence, Evidence{Time: c.Closed, Conn: c, Text: p.S("a connection was refused")})
	}
	p.add(f)
}
