package diagnose

import (
	"net/netip"
	"slices"

	"sioscope/protocol/session"
)

// A service is what clients ask: the sessions, and the nodes that opened and answered them.
type service struct {
	sessions []*session.Session
	nodes    []session.Node
	asked    []*session.Exchange // of those that are looked at
}

// services divides exchanges by the service that they ask, in order of appearance. One service is what has a host's name or
// a server's address in common, also by way of others: a name with several addresses, an address with several names, the
// nodes that the sessions of a balancer were seen at. An interface mostly has several, which share neither nodes nor
// balancer.
func (p *picture) services(list []*session.Exchange) (all []*service) {
	of := joined{}
	for _, s := range p.t.Sessions {
		of.session(s)
	}
	at := map[any]*service{}
	for _, e := range list {
		root := of.root(e.Session)
		if at[root] == nil {
			at[root] = &service{}
			all = append(all, at[root])
		}
		at[root].asked = append(at[root].asked, e)
	}
	for _, s := range p.t.Sessions {
		if v := at[of.root(s)]; v != nil {
			v.sessions = append(v.sessions, s)
		}
	}
	for _, v := range all {
		v.nodes = p.nodesOf(v.sessions)
	}
	return all
}

// nodesOf are the nodes that opened sessions, or answered what was asked in them.
func (p *picture) nodesOf(sessions []*session.Session) (list []session.Node) {
	seen := map[int]bool{}
	for _, s := range sessions {
		seen[s.Node] = true
		for _, e := range s.Exchanges {
			seen[e.Node] = true
		}
	}
	for i, n := range p.t.Nodes {
		if seen[i] {
			list = append(list, n)
		}
	}
	return list
}

// joined finds what belongs together: each thing, a session, a host or an address, leads to another, or to none.
type joined map[any]any

func (j joined) root(thing any) any {
	for next, ok := j[thing]; ok; next, ok = j[thing] {
		if further, ok := j[next]; ok { // halves the way for those who come after
			j[thing] = further
		}
		thing = next
	}
	return thing
}

func (j joined) join(a, b any) {
	if a, b = j.root(a), j.root(b); a != b {
		j[a] = b
	}
}

// session joins a session with what it asked for, and where.
func (j joined) session(s *session.Session) {
	if s.Host != "" {
		j.join(s, s.Host)
	}
	if s.Server.IsValid() {
		j.join(s, s.Server)
	}
	var last netip.AddrPort
	for _, e := range s.Exchanges {
		if at := e.Conn.Server; at != last && at.IsValid() {
			j.join(s, at)
			last = at
		}
	}
}

// merge puts the findings from some index on together with those of the same cause before them.
func (p *picture) merge(from int) {
	for i := from; i < len(p.findings); {
		f := p.findings[i]
		before := slices.IndexFunc(p.findings[:from], func(o Finding) bool { return o.ID == f.ID })
		if before < 0 {
			i++
			continue
		}
		o := &p.findings[before]
		o.Sessions, o.Refused, o.Evidence = append(o.Sessions, f.Sessions...), append(o.Refused, f.Refused...), append(o.Evidence, f.Evidence...)
		if o.Confidence == "certain" || f.Confidence == "possible" {
			o.Confidence, o.WouldTell = f.Confidence, f.WouldTell
		}
		p.findings = slices.Delete(p.findings, i, i+1)
	}
}
