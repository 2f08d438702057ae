package check

import (
	"testing"
	"time"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
)

// TestInterval: a server may name any pingInterval, and is not flooded with heartbeats for it.
func TestInterval(t *testing.T) {
	t.Parallel()
	for ms, want := range map[int64]time.Duration{25000: 25 * time.Second, 0: defaultInterval, -5: defaultInterval, 1: leastInterval, 1 << 62: mostInterval} {
		if got := interval(engineio.Handshake{PingInterval: ms}); got != want {
			t.Errorf("%d ms: %s, want %s", ms, got, want)
		}
	}
}

// TestHurriedServer: a server of revision 3 whose pingInterval is 0 is watched like any other.
func TestHurriedServer(t *testing.T) {
	t.Parallel()
	url := start(t, lab.Options{Nodes: 1, Faults: []string{lab.SingleNode}, AllowEIO3: true, PingInterval: time.Microsecond})
	_, _, tracker := carryOut(t, url, Options{Client: dial.Options{EIO: 3}, Idle: time.Second, Only: []string{Idle}})
	most := int64(0)
	for _, s := range tracker.Sessions {
		most = max(most, s.Packets[fact.Out])
	}
	if most < 1 || most > 100 {
		t.Errorf("%d packets in a second of silence", most)
	}
}
