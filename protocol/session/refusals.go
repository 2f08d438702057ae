package session

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"sioscope/protocol/lang"
)

const maxPorts = 3 // named

// RefusedPorts says which servers refused connections, "" where none did: "connections were refused, since nothing listens
// there: 3 to 192.0.2.1:80".
func (t *Tracker) RefusedPorts(w lang.Words) string {
	counts := map[netip.AddrPort]int{}
	var ports []netip.AddrPort
	for _, c := range t.Conns {
		if c.Refused && !c.Inner && c.copyOf == nil {
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
