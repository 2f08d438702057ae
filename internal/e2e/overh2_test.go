package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	"sioscope/capture/tlskeys"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// TestNodeOverHTTP2: Node's own HTTP/2 in front of Socket.IO, and Chromium. Where the server's settings promise to take an
// extended CONNECT, it asks for its WebSocket so, and Socket.IO does not know it; where they do not, it opens HTTP/1.1.
func TestNodeOverHTTP2(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		connect bool
		want    string // of every finding but infos; "": healthy
		state   diagnose.State
	}{
		{"extended CONNECT is promised", true, "websocket-over-h2-unsupported", diagnose.StatePolling},
		{"HTTP/1.1 for the WebSocket", false, "", diagnose.StateWebSocket},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			config, err := json.Marshal(map[string]any{"pem": bundle(t, certificate(t)), "connect": test.connect})
			if err != nil {
				t.Fatal(err)
			}
			d := newDiary()
			node(t, &d, "http2.js", string(config))
			port := d.Await(t, "listening", func(e Event) bool { return e.Event == "listening" }).Port
			addr := fmt.Sprintf("127.0.0.1:%d", port)
			x := checked(t, "https://"+addr, check.Options{Client: dial.Options{Insecure: true}})
			if lead := x.diagnosis.Lead(); (lead == nil) != (test.want == "") || lead != nil && lead.ID != test.want {
				t.Errorf("a check says: %s", x)
			}
			tracker := browsed(t, addr, &d)
			got := diagnose.Diagnose(tracker)
			said := ""
			for _, f := range got.Findings {
				if f.Severity != diagnose.Info {
					said += f.ID
				}
			}
			if said != test.want || got.Verdict.State != test.state {
				t.Errorf("%s, found %q, want %q", got.Verdict.Summary, said, test.want)
			}
		})
	}
}

// browsed opens the page at addr in a browser, waits for the end of its session, and reads what passed.
func browsed(t *testing.T, addr string, d *diary) *session.Tracker {
	t.Helper()
	wire := new(relay)
	front, end := wire.start(t, addr)
	log := filepath.Join(t.TempDir(), "keys.log")
	chromium(t) // a subtest alone would be skipped
	t.Run("browser", func(t *testing.T) {
		Browse(t, "https://"+front+"/page", log)
		d.Await(t, "a page that leaves", func(e Event) bool { return e.Event == "left" })
	})
	end()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	keys := new(tlskeys.Keys)
	keys.AddLog(text)
	tracker := new(session.Tracker)
	wire.facts(t, keys, tracker.Add)
	tracker.Finish()
	return tracker
}
