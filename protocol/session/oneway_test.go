package session_test

import (
	"testing"

	"sioscope/internal/stories"
	"sioscope/protocol/session"
)

// TestOneDirection: of a session of which one side alone was seen, neither when its upgrade packet came nor who closed first
// is known; of the same with both sides it is.
func TestOneDirection(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, by string
		timed    bool
		lines    []string
	}{
		{"the server's", "unknown", false, []string{"gaps 3", "1 missing 200", "1 < 200 OPEN(aaaaaaaaaaaaaaaaAAAA)", "2 missing 200", "2 in 3probe", "+2s", `2 in 42["a"]`, "2 in CLOSE1005",
			"3 missing 100", "3 < 200 OPEN(bbbbbbbbbbbbbbbbAAAB)"}},
		{"both, and a packet is lost", "client", false, []string{"gaps 1", "1 > GET /socket.io/?EIO=4&transport=polling&t=1", "1 < 200 OPEN(aaaaaaaaaaaaaaaaAAAA)",
			"2 > GET /socket.io/?EIO=4&transport=websocket&sid=aaaaaaaaaaaaaaaaAAAA | Upgrade: websocket", "2 < 101", "2 out 2probe", "2 in 3probe", "2 missing 7", "+2s", `2 in 42["a"]`, "2 out CLOSE1005"}},
		{"both", "server", true, []string{"1 > GET /socket.io/?EIO=4&transport=polling&t=1", "1 < 200 OPEN(aaaaaaaaaaaaaaaaAAAA)",
			"2 > GET /socket.io/?EIO=4&transport=websocket&sid=aaaaaaaaaaaaaaaaAAAA | Upgrade: websocket", "2 < 101", "2 out 2probe", "2 in 3probe", "2 out 5", "+2s", `2 in 42["a"]`, "2 in CLOSE1005"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			st := stories.New()
			for _, line := range tt.lines {
				if err := st.Play(line); err != nil {
					t.Fatal(line, err)
				}
			}
			st.Finish()
			closed := 0
			for _, s := range st.Sessions {
				if _, ok := s.UpgradeTime(); ok != tt.timed && s.Transport() == session.WebSocket {
					t.Errorf("%s: the time of its upgrade is known: %v", s.SID, ok)
				}
				if s.Closed != 0 {
					closed++
					if s.Close.By != tt.by {
						t.Errorf("closed by %s (%s), want %s", s.Close.By, s.Close.Reason, tt.by)
					}
				}
				if !tt.timed && s.HealthCheck() {
					t.Error("it is a health check's")
				}
			}
			if closed != 1 {
				t.Errorf("%d sessions are over", closed)
			}
		})
	}
}
