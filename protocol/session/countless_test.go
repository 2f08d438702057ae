package session

import (
	"fmt"
	"testing"
)

// TestCountless: sids that all end with the same number are nobody's count, and cost no more than others.
func TestCountless(t *testing.T) {
	t.Parallel()
	for sessions, nodes := range map[int]int{30: 30, maxProcesses + 30: 0} {
		w := newWire(Options{})
		for i := range sessions {
			w.handshake(fmt.Sprint(i), sid(fmt.Sprint(i), 0))
		}
		w.t.Finish()
		if n := len(w.t.Nodes); n != nodes || len(w.t.Sessions) != sessions {
			t.Errorf("%d sessions have %d nodes, want %d", len(w.t.Sessions), n, nodes)
		}
	}
}
