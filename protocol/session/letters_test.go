package session

import (
	"fmt"
	"testing"
)

// TestNodesCalledByLetters: a node that is called by a letter has that one, and no other node has it.
func TestNodesCalledByLetters(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		names [4]string
		want  string
	}{
		{[4]string{"B", "A", "B", "A"}, "B:B A:A "},
		{[4]string{"b", "a", "b", "a"}, "B:b A:a "},
		{[4]string{"node B", "node A", "node B", "node A"}, "B:node B A:node A "},
		{[4]string{"B", "web", "B", "web"}, "B:B C:web "},
		{[4]string{"web", "A", "web", "A"}, "A:web B:A "},
		{[4]string{"web-b", "web-a", "web-b", "web-a"}, "A:web-b B:web-a "},
	} {
		w := newWire(Options{NodeHeader: "X-Pod"})
		for i, name := range tt.names {
			w.handshake(fmt.Sprint(i), sid(fmt.Sprint(i), byte(i/2)), "X-Pod: "+name)
		}
		w.t.Finish()
		got := ""
		for _, n := range w.t.Nodes {
			got += n.Letter + ":" + n.Label + " "
		}
		if got != tt.want {
			t.Errorf("%q are %q, want %q", tt.names, got, tt.want)
		}
	}
}
