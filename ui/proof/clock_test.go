package proof

import (
	"strings"
	"testing"

	"sioscope/protocol/session"
)

// TestClockThatIsBehind: where the packets have later times than this computer, it is no time yet, and not nothing.
func TestClockThatIsBehind(t *testing.T) {
	t.Parallel()
	in := Input{Now: 5e9, Diagnosis: nil}
	s := &session.Session{Opened: 6e9}
	if text := in.since(s, &Proof{State: WebSocket, From: 6e9}); strings.HasSuffix(text, "for ") {
		t.Errorf("it says %q", text)
	}
}

// TestWhatBeganBeforeTheCaptureIsNotSinceItsBeginning: the fact says so as the banner does.
func TestWhatBeganBeforeTheCaptureIsNotSinceItsBeginning(t *testing.T) {
	t.Parallel()
	for opened, want := range map[int64]bool{0: true, 6e9: false} {
		in := Input{Tracker: &session.Tracker{}}
		s := &session.Session{Opened: opened, Node: -1, FirstSeen: 6e9}
		if text := in.facts(s, &Proof{From: 6e9})[0].Text; strings.HasSuffix(text, " or earlier") != want {
			t.Errorf("of a session opened at %d it says %q", opened, text)
		}
	}
}

// TestWhoGoesOnIsNotOnWebSocketForIt: of sessions that go on it is said how many of those are there.
func TestWhoGoesOnIsNotOnWebSocketForIt(t *testing.T) {
	t.Parallel()
	in := living(func(*session.Session) {}) // on polling, and goes on
	over := living(func(s *session.Session) { upgraded(s); s.Closed = s.LastSeen })
	in.Tracker.Sessions = append(in.Tracker.Sessions, over.Tracker.Sessions...)
	if text := in.counted(in.count(in.Tracker)); text != "1 of 2 sessions; 1 go on, 0 of those on WebSocket" {
		t.Errorf("it says %q", text)
	}
}
