package ui

import "testing"

// TestCausesThatAreNotCertain: the verdict says of a cause that it is likely or possible, as Meaning below it does, and of
// one that is certain it says nothing.
func TestCausesThatAreNotCertain(t *testing.T) {
	for name, want := range map[string]string{
		"idle-timeout":   "Possibly: The WebSocket is cut after 2.0 s of silence.",
		"seed-elb-tcp":   "Most likely: The WebSocket request opened a new connection, reached another node, and was refused: 400 Session ID unknown. Polling went on unnoticed.",
		"elb-http-strip": "A proxy dropped the Upgrade header of the WebSocket request, and the server refused it. Polling went on unnoticed.",
		"node-restart":   "A node restarted",
	} {
		t.Run(name, func(t *testing.T) {
			u := open(t)
			u.w.Open([]string{recording(t, name)})
			u.picture()
			if got := u.w.verdict.says; got != want {
				t.Errorf("the verdict says %q, want %q", got, want)
			}
		})
	}
}

// TestRedTitleNamesWhatIsWrong: beside how many sessions are on WebSocket the title says how many broke and were refused.
func TestRedTitleNamesWhatIsWrong(t *testing.T) {
	u := open(t)
	u.w.Open([]string{recording(t, "mixed-fleet")})
	u.picture()
	if got, want := u.w.verdict.title.full, "8 of 17 sessions on WebSocket, 4 broke, 5 refused"; got != want {
		t.Errorf("the title is %q, want %q", got, want)
	}
}
