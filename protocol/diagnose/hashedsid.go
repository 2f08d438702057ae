package diagnose

import (
	"net/netip"

	"sioscope/protocol/session"
)

// wholly is how many requests beyond the first of their sessions must have fared as that one, where each could have gone
// either way.
const wholly = 8

// hashedSID makes of a finding of balancing per request the case that the node is chosen by the sid: of no session some
// requests were honoured and others refused, on whatever connection, and one client has sessions of both kinds.
func (p *picture) hashedSID(f *Finding) {
	honouredOf, refusedOf := map[netip.Addr]bool{}, map[netip.Addr]bool{}
	well, ill, alike := 0, 0, 0
	both := false
	for _, s := range p.t.Sessions {
		good, bad, conns := s.Thinned, 0, map[*session.Conn]bool{}
		for _, e := range s.Exchanges {
			switch {
			case e.SID == "":
			case e.WrongNode:
				bad++
			case honoured(e):
				good++
				conns[e.Conn] = true
			}
		}
		at := s.Client.Addr()
		switch {
		case good > 0 && bad > 0:
			return
		case bad > 0:
			ill, alike, refusedOf[at] = ill+1, alike+bad-1, true
		case len(conns) > 1:
			well, alike, honouredOf[at] = well+1, alike+good-1, true
		}
		both = both || honouredOf[at] && refusedOf[at]
	}
	if well < 2 || ill < 2 || alike < wholly || !both {
		return
	}
	f.hashed, f.Confidence = true, "likely"
	f.Title = p.S("The balancer seems to choose the node by the sid, which the handshake does not have yet")
	f.Explanation = p.S("A Socket.IO session lives on the node that issued its sid. Of %s every request was honoured, of %d every request was refused, whatever the connection, and of none only some: a sid always leads to the same node. A balancer that hashes the sid does so (nginx: hash $arg_sid). The handshake has no sid yet and goes to any node, which is by chance alone the one that its sid leads to. A Redis adapter does not help: it shares messages between nodes, not handshakes.", p.Count(well, "session"), ill)
	f.RuledOut = append(f.RuledOut, p.S("another node for every request: no session was honoured at one time and refused at another"))
	f.WouldTell = p.S("The balancer's configuration: by what it chooses the node.")
}
