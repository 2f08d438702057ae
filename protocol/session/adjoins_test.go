package session

import (
	"fmt"
	"strings"
	"testing"
)

// TestNamedForAWhile: a balancer that names its nodes from some time on, or until some time, has the same nodes then as
// without; a process whose counters go on elsewhere, or nowhere, is another one.
func TestNamedForAWhile(t *testing.T) {
	t.Parallel()
	type shake struct {
		counter byte
		cookie  string
	}
	for _, tt := range []struct {
		name  string
		in    []shake
		want  string // the node of each session
		nodes string
	}{
		{"from some time on", []shake{{0, ""}, {1, ""}, {0, ""}, {2, "s1"}, {1, "s2"}, {3, "s1"}, {2, "s2"}}, "AABABAB", "s1 s2"},
		{"until some time", []shake{{0, "s1"}, {0, "s2"}, {1, "s1"}, {1, "s2"}, {2, "s1"}, {3, ""}, {2, ""}, {4, ""}}, "ABABAABA", "s1 s2"},
		{"for a part of it", []shake{{0, ""}, {1, ""}, {0, ""}, {2, "s1"}, {1, "s2"}, {3, "s1"}, {2, "s2"}, {4, ""}, {5, ""}}, "AABABABAA", "s1 s2"},
		{"another process", []shake{{9, ""}, {10, ""}, {2, "s1"}, {1, "s2"}, {3, "s1"}, {2, "s2"}}, "CCABAB", "s1 s2 node C"},
		{"either of two", []shake{{0, ""}, {1, "s1"}, {1, "s2"}, {2, "s1"}, {2, "s2"}}, "CABAB", "s1 s2 node C"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(Options{})
			for i, s := range tt.in {
				var lines []string
				if s.cookie != "" {
					lines = append(lines, "Set-Cookie: SERVERID="+s.cookie)
				}
				w.handshake(fmt.Sprint(i), sid(fmt.Sprint(i), s.counter), lines...)
			}
			w.t.Finish()
			got, labels := "", []string(nil)
			for _, s := range w.t.Sessions {
				if s.Node < 0 {
					got += "?"
					continue
				}
				got += w.t.Nodes[s.Node].Letter
			}
			for _, n := range w.t.Nodes {
				labels = append(labels, n.Label)
			}
			if nodes := strings.Join(labels, " "); got != tt.want || nodes != tt.nodes {
				t.Errorf("sessions on %s of %q, want %s of %q", got, nodes, tt.want, tt.nodes)
			}
		})
	}
}
