package session

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"sioscope/protocol/lang"
)

const maxPorts = 3 // named

// Aborted says how many TLS connections ended before a request, "" where none did.
func (t *Tracker) Aborted(w lang.Words) string {
	n := int(t.Stats.Aborted)
	if n == 0 {
		return ""
	}
	return w.N(n, "%s ended before a request can have been sent in it, as where the client does not trust the certificate",
		"%s ended before a request can have been sent in them, as where the client does not trust the certificate", w.Count(n, "TLS connection"))
}

// RefusedPorts says which servers refused connections, and answered none since, "" where none did: "connections were refused, since nothing listens
// there: 3 to 192.0.2.1:80".
func (t *Tracker) RefusedPorts(w lang.Words) string {
	counts := map[netip.AddrPort]int{}
	var ports []netip.AddrPort
	served := map[netip.AddrPort]int64{} // until when
	for _, c := range t.Conns {
		if !c.Refused && !c.RefusedAtOnce() {
			served[c.Server] = max(served[c.Server], c.Opened, c.LastByte)
		}
	}
	for _, c := range t.Conns {
		if c.Refused && !c.Inner && c.copyOf == nil && c.Opened >= served[c.Server] {
			if counts[c.Server]++; counts[c.Server] == 1 {
				ports = append(ports, c.Server)
			}
		}
	}
	if len(ports) == 0 {
		return ""
	}
	slices.SortStableFunc(ports, func(a, b netip.AddrPort) int { return cmp.Compare(counts[b], counts[a]) })
	var parts []string
	for _, p := range ports[:min(len(ports), maxPorts)] {
		parts = append(parts, w.S("%d to %s", lang.Amount(counts[p]), p.String()))
	}
	if more := len(ports) - len(parts); more > 0 {
		parts = append(parts, w.N(more, "%d other address", "%d other addresses", lang.Amount(more)))
	}
	return w.S("connections were refused, since nothing listens there: %s", strings.Join(parts, ", "))
}
