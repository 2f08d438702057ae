package report

import (
	"strings"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// TestOneWay: a capture of one direction is named as such, and one that merely lost a packet is not.
func TestOneWay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		conn session.Conn
		want bool
	}{
		{"requests alone", session.Conn{Gaps: 2, LastMessage: [2]int64{fact.Out: 5}}, true},
		{"answers alone", session.Conn{Gaps: 2, LastMessage: [2]int64{fact.In: 5}}, true},
		{"both, and a loss", session.Conn{Gaps: 2, LastMessage: [2]int64{5, 6}}, false},
		{"not answered", session.Conn{LastMessage: [2]int64{fact.Out: 5}}, false},
		{"both, cut short", session.Conn{Gaps: 3, Cut: [2]int{1, 1}, LastMessage: [2]int64{fact.Out: 5}}, false},
		{"answers cut short, and their requests before the capture", session.Conn{Gaps: 1, Cut: [2]int{fact.In: 1}, LastMessage: [2]int64{fact.In: 5}}, false},
		{"requests alone, cut short", session.Conn{Gaps: 3, Cut: [2]int{fact.Out: 1}, LastMessage: [2]int64{fact.Out: 5}}, true},
		{"nothing read", session.Conn{Gaps: 2}, false},
	} {
		in := Input{Tracker: &session.Tracker{Conns: []*session.Conn{&tt.conn}}}
		got := strings.Contains(strings.Join(in.inputNotes(), "\n"), "only one direction")
		if got != tt.want {
			t.Errorf("%s: said %v, want %v", tt.name, got, tt.want)
		}
	}
}
