package diagnose

import (
	"cmp"
	"strings"

	"sioscope/protocol/session"
)

// tunnelRefused finds sessions on polling through a forward proxy that refuses the tunnel which their WebSocket needs.
func tunnelRefused(p *picture) {
	var list []*session.Session
	var proof []session.Tunnel
	for _, s := range p.t.Sessions {
		if s.Upgrade != session.UpgradeNotTried || s.Transport() != session.Polling {
			continue
		}
		if u := p.tunnelOf(s); u != nil {
			list, proof = append(list, s), append(proof, *u)
		}
	}
	if len(list) == 0 {
		return
	}
	status := proof[0].Status
	f := Finding{
		ID: "upgrade-refused-by-proxy", Title: p.S("The forward proxy refuses the tunnel that WebSocket needs: %d", status),
		Explanation: p.S("The clients reach the server through a forward proxy, %s. It passes polls on, and a WebSocket goes through a tunnel (CONNECT), which it answered with %d. The session stays on polling, and the application is told nothing.", proof[0].Conn.Server.String(), status),
		Sessions:    list,
		RuledOut:    []string{p.S("the client does not ask for WebSocket: it asked its proxy for the tunnel"), p.S("refused by the server or a balancer: the request never left the proxy")},
		Fixes: []Fix{
			{For: "forward proxy", Text: p.S("allow CONNECT to that host and port; many proxies allow it to port 443 alone: then the service over https and wss")},
			{For: "client", Text: p.S("no proxy for that host (NO_PROXY, a proxy auto-config), where it can be reached directly")},
		},
		WouldTell: p.S("The proxy's log for that CONNECT."),
	}
	if status == 407 {
		f.Fixes = []Fix{{For: "client", Text: p.S("the proxy's user name and password also for WebSocket")}}
	}
	for _, u := range proof[:min(len(proof), maxEvidence)] {
		f.Evidence = append(f.Evidence, Evidence{Time: u.Time, Conn: u.Conn, Text: p.S("CONNECT %s → %d", u.To, u.Status)})
	}
	p.add(f)
}

// tunnelOf is the first tunnel to a session's host that its client was refused by the proxy through which it polls, from
// the session's beginning on; nil where there is none.
func (p *picture) tunnelOf(s *session.Session) *session.Tunnel {
	for i := range p.t.Tunnels {
		u := &p.t.Tunnels[i]
		if u.Time >= s.FirstSeen && u.Time <= cmp.Or(s.Closed, p.t.Last) && u.Conn.Server == s.Server && u.Conn.Client.Addr() == s.Client.Addr() &&
			withPort(u.To) == withPort(s.Host) {
			return u
		}
	}
	return nil
}

// withPort is a host with its port, that of HTTP where it names none.
func withPort(host string) string {
	if strings.LastIndexByte(host, ':') > strings.LastIndexByte(host, ']') {
		return host
	}
	return host + ":80"
}
