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

// TestNodesSeenBeforeKeepTheirLetters: a node that was seen before keeps its letter and its colour, whoever answers first,
// and another gets neither.
func TestNodesSeenBeforeKeepTheirLetters(t *testing.T) {
	t.Parallel()
	seen := func(before []Node, names ...string) []Node {
		w := newWire(Options{NodeHeader: "X-Pod", Before: before})
		for i, name := range names {
			w.handshake(fmt.Sprint(i), sid(fmt.Sprint(i), byte(i/2)), "X-Pod: "+name)
		}
		w.t.Finish()
		return w.t.Nodes
	}
	first := seen(nil, "web-a", "web-b", "web-a", "web-b")
	got := ""
	for _, n := range seen(first, "web-b", "web-c", "web-a", "web-c") {
		got += fmt.Sprint(n.Letter, n.Color, ":", n.Label, " ")
	}
	if want := "B1:web-b C2:web-c A0:web-a "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
