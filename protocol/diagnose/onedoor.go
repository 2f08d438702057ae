package diagnose

import (
	"sioscope/protocol/session"
)

// oneDoor tells of a proxy that sends everything to one address, behind which are several processes, and says whether it
// is so: requests that reached that same address were honoured and refused. Then it is not the proxy that spreads them.
func (p *picture) oneDoor(list []*session.Exchange) bool {
	door := nearest(list[0])
	for _, e := range list {
		if o := nearest(e); o == e || o.Conn.Server == e.Conn.Server || o.Conn.Server != door.Conn.Server || o.Conn.File != door.Conn.File {
			return false
		}
	}
	sessions, _ := sessionsOf(list)
	var proof *session.Exchange
	for _, s := range sessions {
		for _, e := range s.Exchanges {
			o := nearest(e)
			if !honoured(e) || o == e {
				continue
			}
			if o.Conn.Server != door.Conn.Server || o.Conn.File != door.Conn.File {
				return false
			}
			proof = o
		}
	}
	if proof == nil {
		return false
	}
	p.add(Finding{
		ID: "no-affinity-per-connection", Confidence: "likely", Title: p.S("Several processes behind one address share no sessions"),
		Explanation: p.S("The proxy in front sends everything to %s, and requests that it sent there were honoured and refused: behind that address are several processes, and each knows only the sessions that it opened. So it is not the proxy that spreads requests, but who deals its connections out there: another balancer, a Kubernetes Service, or a Node cluster, pm2 or several workers on one port.", door.Conn.Server),
		Sessions:    sessions,
		Evidence:    append(append(p.nodeEvidence(), p.told(proof, p.S("honoured at %s", proof.Conn.Server)), p.told(door, p.S("refused at %s", door.Conn.Server))), p.shown(list)...),
		RuledOut: []string{
			p.soonest(list),
			p.S("the proxy in front chooses another node: it has one address to send to"),
		},
		Fixes:     append([]Fix{everyLayer(p.Words)}, p.connectionFixes(list[0].Path)...),
		WouldTell: p.S("One process alone behind that address: then the refusals must end."),
	})
	return true
}
