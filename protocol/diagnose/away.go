package diagnose

import (
	"cmp"
	"net/netip"
	"slices"

	"sioscope/protocol/session"
)

// leastVain is how many connections in a row have to be refused before a server is said to be away: one is refused while
// a node restarts, and that is all that is said of one.
const leastVain = 2

// serverAway tells of sessions that a server's side ended, after which that server said nothing any more and refused every
// connection until the capture ended: its process is gone. Where it answers again it was a restart, which outage tells;
// where it went on for a while, and was stopped then, they have reasons of their own.
func (p *picture) serverAway(all []goner) {
	all = append(all, p.closed()...)
	slices.SortStableFunc(all, func(a, b goner) int { return cmp.Compare(a.at, b.at) })
	type address struct {
		cut  []goner
		vain []*session.Conn // refused since
		said int64           // when it last said anything
	}
	at := map[netip.AddrPort]*address{}
	var order []netip.AddrPort
	for _, g := range all {
		if p.ended[g.s] || g.e != nil && p.explained[g.e] {
			continue
		}
		a := at[g.s.Server]
		if a == nil {
			a = &address{}
			at[g.s.Server], order = a, append(order, g.s.Server)
		}
		a.cut = append(a.cut, g)
	}
	if len(order) == 0 {
		return
	}
	for _, c := range p.t.Conns {
		a := at[c.Conn.Server]
		if a == nil {
			continue
		}
		a.said = max(a.said, c.LastByte)
		if c.Opened >= a.cut[len(a.cut)-1].at && c.RefusedAtOnce() {
			a.vain = append(a.vain, c)
		}
	}
	for _, server := range order {
		a := at[server]
		last := a.cut[len(a.cut)-1].at
		a.cut = slices.DeleteFunc(a.cut, func(g goner) bool { return g.at < last-soon }) // what ended before has its own reasons
		slices.SortStableFunc(a.vain, func(x, y *session.Conn) int { return cmp.Compare(x.Opened, y.Opened) })
		if len(a.vain) > 0 && a.said <= min(last+soon, a.vain[0].Opened) && !p.serves(server, a.vain[0].Opened) {
			p.away(a.cut, a.vain)
		}
	}
}

// closed are the sessions that the server's side closed in good order, as it does with all when it is stopped.
func (p *picture) closed() (list []goner) {
	for _, s := range p.t.Sessions {
		if s.Closed != 0 && s.Close.By == "server" && !s.CutWithoutClose && s.Close.Reason != session.RefusedSince && !p.ended[s] && !gaps(s) {
			if _, cut := p.gone(s); !cut {
				list = append(list, goner{s: s, at: s.Closed, ok: true})
			}
		}
	}
	return list
}

// serves says whether a session at a server's address has an open WebSocket at a time, or a poll that waits: a process that
// is gone has none. At a balancer's it may be another process than that of the sessions that were cut.
func (p *picture) serves(server netip.AddrPort, at int64) bool {
	for _, s := range p.t.Sessions {
		if s.Server != server || s.FirstSeen > at || s.Closed != 0 && s.Closed <= at {
			continue
		}
		if slices.ContainsFunc(s.Conns, func(c *session.Conn) bool {
			return c.Session == s && c.Protocol == "websocket" && (c.Closed == 0 || c.Closed > at) // its request may be from before the capture
		}) {
			return true
		}
		for _, e := range slices.Backward(s.Exchanges) {
			if e.Kind != session.Poll {
				continue
			}
			end, _ := e.Cut()
			if end = max(end, e.End); e.Start <= at && (end == 0 || end > at) {
				return true
			}
			break
		}
	}
	return false
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
	if len(vain) < leastVain {
		f.Severity, f.Confidence, f.Title = Warning, "possible", p.S("The server cut its sessions, and refused the connection that came next")
		f.Explanation = p.S("%s ended from the server's side. The next connection to %s was refused at once, %s later, and then the capture ends: the process was gone at that moment, for good or for a restart.", p.Count(len(cut), "session"), first.Conn.Server.String(), p.span(first.Opened-from))
		f.WouldTell = p.S("A longer capture, which shows whether it answers again, or the server's log at that time. It may also have been stopped on purpose.")
	}
	if !slices.ContainsFunc(cut, func(g goner) bool { return !g.ok }) {
		f.Title = p.S("The server closed its sessions, and refuses connections since")
		if len(vain) < leastVain {
			f.Title = p.S("The server closed its sessions, and refused the connection that came next")
		}
	}
	for _, g := range cut {
		f.Sessions = append(f.Sessions, g.s)
		p.ended[g.s] = true
		if len(f.Evidence) < maxEvidence-2 {
			f.Evidence = append(f.Evidence, p.leftWith(g))
		}
	}
	for _, c := range slices.Compact([]*session.Conn{first, last}) {
		f.Evidence = append(f.Evidence, Evidence{Time: c.Closed, Conn: c, Text: p.S("a connection was refused")})
	}
	p.add(f)
}
