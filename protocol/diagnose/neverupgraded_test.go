package diagnose

import (
	"net/netip"
	"slices"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// TestMute: connections that nothing was said on are found by when they were opened, in whatever order they are listed.
func TestMute(t *testing.T) {
	t.Parallel()
	client, server := netip.MustParseAddrPort("10.0.0.9:4000"), netip.MustParseAddrPort("10.0.0.1:80")
	p := &picture{t: &session.Tracker{}}
	for _, at := range []int64{30, 10, 20} {
		p.t.Conns = append(p.t.Conns, &session.Conn{Conn: &fact.Conn{Client: client, Server: server}, Opened: at})
	}
	times := p.mute()[pair{client.Addr(), server}]
	if !slices.Equal(times, []int64{10, 20, 30}) {
		t.Fatalf("got %v", times)
	}
	for _, tt := range []struct {
		first, last int64
		want        bool
	}{{10, 10, true}, {11, 19, false}, {11, 20, true}, {31, 99, false}, {0, 9, false}} {
		if got := anyWithin(times, tt.first, tt.last); got != tt.want {
			t.Errorf("%d to %d: %v", tt.first, tt.last, got)
		}
	}
}
