package timeline

import (
	"testing"

	"sioscope/protocol/session"
)

// TestRefusalNamesTheSidThatWasUnknown: where WebSocket was opened, and a poll was refused meanwhile, that is why.
func TestRefusalNamesTheSidThatWasUnknown(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		start, end int64
		want       string
	}{
		{15, 18, "refused during the upgrade: 400 Session ID unknown (not node A)"},
		{5, 8, "WebSocket opened, upgrade not finished"},
		{35, 38, "WebSocket opened, upgrade not finished"},
	} {
		s := &session.Session{SID: "abc"}
		up := &session.Exchange{Session: s, Status: 101, Start: 10, End: 12}
		poll := &session.Exchange{Session: s, Kind: session.Poll, Status: 400, SID: "abc", HasError: true, WrongNode: true, Start: tt.start, End: tt.end}
		poll.Error.Code, poll.Error.Message = 1, "Session ID unknown"
		s.Exchanges = []*session.Exchange{up, poll}
		tr := &session.Tracker{Sessions: []*session.Session{s}, Nodes: []session.Node{{Letter: "A"}}}
		p := &session.Probe{Exchange: up, Request: 10, Answered: 12, Ping: 13, Pong: 14, Failed: 30}
		if got := Refusal(nil, tr, p); got != tt.want {
			t.Errorf("a poll from %d to %d: %q, want %q", tt.start, tt.end, got, tt.want)
		}
	}
}
