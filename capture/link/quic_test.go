package link

import (
	"strings"
	"testing"
)

// TestQUICFlows: short headers are QUIC's where a long one went between the same ports before, on whatever port, and on
// port 443 as long as nothing else did.
func TestQUICFlows(t *testing.T) {
	t.Parallel()
	const initial = "\xc3\x00\x00\x00\x01\x08\x00 and so on"
	short, tiny, dtls := "\x4b"+strings.Repeat("p", 40), "\x4bp", "\x16\xfe\xfd"+strings.Repeat("r", 40)
	for _, tt := range []struct {
		name string
		in   []string // "> BODY" to port, "< BODY" from it
		port uint16
		want string // a letter each: q or n
	}{
		{"another port, from the beginning", []string{">" + initial, "<" + initial, ">" + short, "<" + short, ">" + tiny}, 8443, "qqqqq"},
		{"another port, begun late", []string{">" + short, "<" + short}, 8443, "nn"},
		{"port 443, begun late", []string{">" + short, "<" + short}, 443, "qq"},
		{"port 443, something else that looks like it now and then", []string{">" + dtls, "<" + short, ">" + short}, 443, "nnn"},
		{"port 443, something else before", []string{">" + dtls, ">" + initial, "<" + short}, 443, "nqq"},
	} {
		var d Decoder
		var seg Segment
		got := ""
		for _, p := range tt.in {
			src, dst := uint16(40000), tt.port
			packet := ip4(protoUDP, "", udp(src, dst, p[1:]))
			if p[0] == '<' {
				packet = ip4(protoUDP, "", udp(dst, src, p[1:]))
				copy(packet[12:20], append(append([]byte(nil), packet[16:20]...), packet[12:16]...))
			}
			got += map[Kind]string{QUIC: "q", NotTCP: "n"}[d.Decode(Raw, 1, packet, len(packet), &seg)]
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	var f flows
	for i := range 3 * maxFlows {
		f.set(udpFlow{low: Endpoint{Port: uint16(i)}}, sureQUIC)
	}
	if len(f.now) > maxFlows || len(f.before) > maxFlows {
		t.Errorf("%d and %d flows are remembered", len(f.now), len(f.before))
	}
}
