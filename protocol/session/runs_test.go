package session

import (
	"fmt"
	"testing"
)

// TestGapsInCounters: a counter that goes on in another chain is that chain's, and where handshakes that were not captured
// leave gaps, which process a session is of is a guess.
func TestGapsInCounters(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		counters []byte
		want     string // the node of each session
		sure     Confidence
	}{
		{"no gap", []byte{0, 1, 0, 2, 1, 3, 2}, "AABABAB", Likely},
		{"gaps of one process", []byte{0, 5, 6, 11}, "AAAA", Likely},
		{"those before the first that falls go on in its chain", []byte{0, 5, 6, 8, 9, 11, 13, 10, 11}, "AAABBAABB", Possible},
		{"the first of all goes on in another", []byte{7, 20, 8, 21, 9, 22}, "ABABAB", Likely},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(Options{})
			for i, n := range tt.counters {
				w.handshake(fmt.Sprint(i), sid(fmt.Sprint(i), n))
			}
			w.t.Finish()
			got := ""
			for _, s := range w.t.Sessions {
				got += w.t.Nodes[s.Node].Letter
			}
			if got != tt.want {
				t.Errorf("nodes %s, want %s", got, tt.want)
			}
			for _, n := range w.t.Nodes {
				if n.Confidence != tt.sure {
					t.Errorf("%s is %s, want %s", n.Label, n.Confidence, tt.sure)
				}
			}
		})
	}
}
