package session

import "slices"

// Part is what of a resolved Tracker happened on some connections: the sessions that were opened there, the exchanges,
// the refused handshakes. Nodes are those of the whole, which knows more of them, with the sessions of the part. It shares
// everything else with t: it is for reading, until t changes.
func (t *Tracker) Part(of func(*Conn) bool) *Tracker {
	p := &Tracker{Options: t.Options, Conns: t.Conns, Nodes: slices.Clone(t.Nodes), Rows: t.Rows, Stats: t.Stats, Notes: t.Notes, First: t.First, Last: t.Last, kept: t.kept, FirstRow: t.FirstRow, Freed: t.Freed, conns: t.conns, trials: t.trials}
	in := map[*Session]bool{}
	for _, s := range t.Sessions {
		if len(s.Conns) > 0 && of(s.Conns[0]) {
			in[s] = true
			p.Sessions = append(p.Sessions, s)
		} else if s.Node >= 0 {
			p.Nodes[s.Node].Sessions--
		}
	}
	for _, r := range t.Restarts {
		if in[r.Before] || in[r.After] {
			p.Restarts = append(p.Restarts, r)
		}
	}
	for to, list := range map[*[]*Exchange][]*Exchange{&p.Exchanges: t.Exchanges, &p.Refused: t.Refused, &p.Lost: t.Lost} {
		for _, e := range list {
			if of(e.Conn) {
				*to = append(*to, e)
			}
		}
	}
	for _, l := range t.Legacy {
		if of(l.Conn) {
			p.Legacy = append(p.Legacy, l)
		}
	}
	for _, u := range t.Tunnels {
		if of(u.Conn) {
			p.Tunnels = append(p.Tunnels, u)
		}
	}
	p.bySID = t.bySID
	return p
}
