package ui

import (
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/store"
)

// TestHeadTellsWhoseTimesTheyAre: a HAR has no packets.
func TestHeadTellsWhoseTimesTheyAre(t *testing.T) {
	for _, tt := range []struct {
		log  bool
		want string
	}{
		{true, "shop · a HAR: times are those of its requests"},
		{false, "shop · a capture: times are those of its packets"},
	} {
		tr, st := &session.Tracker{Files: []fact.File{{Log: tt.log}}}, &store.State{Name: "shop", Done: true}
		if got := headOf(nil, tr, st); got != tt.want {
			t.Errorf("it says %q, want %q", got, tt.want)
		}
	}
}
