package words

import (
	"strings"
	"testing"

	"sioscope/protocol/session"
)

// TestAnsweredByThoseWhoAnsweredWhatIsMeant: where the verdict is of what came since a switch, so is who answered.
func TestAnsweredByThoseWhoAnsweredWhatIsMeant(t *testing.T) {
	t.Parallel()
	all := &session.Tracker{
		Nodes:    []session.Node{{Letter: "A", Label: "node-a", Sessions: 1}, {Letter: "B", Label: "node-b", Sessions: 1}},
		Sessions: []*session.Session{{SID: "before", Node: 1}, {SID: "since", Node: 0}},
	}
	since := &session.Tracker{Nodes: all.Nodes, Sessions: all.Sessions[1:]}
	for _, tt := range []struct {
		about *session.Tracker
		both  bool
	}{{nil, true}, {since, false}} {
		w := Writer{Tracker: all, About: tt.about, Live: true}
		var text Text
		w.healthy(&text)
		said := ""
		for _, p := range text.Parts {
			said += p.Text + "\n"
		}
		if !strings.Contains(said, "node-a") || strings.Contains(said, "node-b") != tt.both {
			t.Errorf("it says %q", said)
		}
	}
}
