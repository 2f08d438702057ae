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
