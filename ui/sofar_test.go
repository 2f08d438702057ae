package ui

import (
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// TestWhatHasNoPacketsIsCountedOtherwise: a HAR by its entries, a check by its connections.
func TestWhatHasNoPacketsIsCountedOtherwise(t *testing.T) {
	t.Parallel()
	har, own := &session.Tracker{}, &session.Tracker{}
	har.Add(&fact.File{Number: 1, Log: true})
	own.Conns = []*session.Conn{{}, {}}
	for want, tr := range map[string]*session.Tracker{"0 HAR entries, 0 sessions so far": har, "2 connections, 0 sessions so far": own, "0 packets, 0 sessions so far": {}} {
		if got := soFar(nil, tr); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
