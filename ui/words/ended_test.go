package words

import (
	"testing"

	"sioscope/protocol/session"
)

func TestEndedTellsOfThoseThatWereCut(t *testing.T) {
	t.Parallel()
	cut := &session.Session{FirstSeen: 1e9, Closed: 2.2e9, Close: session.Close{By: "server", Reason: "connection closed without a Close frame"}}
	left := &session.Session{FirstSeen: 1e9, Closed: 2e9, Close: session.Close{By: "client", Reason: "close packet"}}
	open := &session.Session{FirstSeen: 1e9}
	for _, tt := range []struct {
		name     string
		sessions []*session.Session
		want     string
		headline string
	}{
		{"none was", []*session.Session{left, open}, "", ""},
		{"the only one", []*session.Session{cut}, "The server ended the session after 1.2 s: connection closed without a Close frame.", "cut off"},
		{"one of them", []*session.Session{left, cut, open}, "The server ended 1 of 3 sessions, after 1.2 s: connection closed without a Close frame.", "1 of them cut off"},
		{"two of them", []*session.Session{cut, cut}, "The server ended 2 of 2 sessions, the first after 1.2 s: connection closed without a Close frame.", "2 of them cut off"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Ended(nil, &session.Tracker{Sessions: tt.sessions}); got != tt.want {
				t.Errorf("it says %q, want %q", got, tt.want)
			}
			if got := Cut(nil, &session.Tracker{Sessions: tt.sessions}); got != tt.headline {
				t.Errorf("the headline adds %q, want %q", got, tt.headline)
			}
		})
	}
}
