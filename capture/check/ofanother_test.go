package check

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// alike is a server that gives every request the same refusal, as a cache does that keeps one and heeds no query, or a
// server to which no query comes.
func alike(t *testing.T, body string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Server", "nginx/1.22.1")
		w.WriteHeader(400)
		w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestAnswersToAnother: where handshakes are told of a sid that they do not name, no header is accused.
func TestAnswersToAnother(t *testing.T) {
	t.Parallel()
	c, d, _ := carryOut(t, alike(t, `{"code":1,"message":"Session ID unknown"}`), Options{})
	if len(d.Findings) == 0 || d.Findings[0].ID != "handshake-cached" {
		t.Errorf("found %+v", d.Findings)
	}
	for _, e := range c.Experiments() {
		if e.ID == UpgradeHeader && (e.Result != Unknown || !strings.Contains(e.Tells, "which is the answer to another one")) {
			t.Errorf("%s is %s: %s", e.ID, e.Result, e.Tells)
		}
	}
}

// TestNoTransportIsKnown: a server that refuses WebSocket for its transport as well does not take WebSocket alone.
func TestNoTransportIsKnown(t *testing.T) {
	t.Parallel()
	_, d, _ := carryOut(t, alike(t, `{"code":0,"message":"Transport unknown"}`), Options{})
	f := d.Find("query-or-headers-removed")
	if f == nil || d.Find("server-websocket-only") != nil || d.Verdict.Lead != f.ID || !strings.Contains(d.Verdict.Summary, "does not see which transport") {
		t.Fatalf("%s: found %+v", d.Verdict.Summary, d.Findings)
	}
	if !strings.Contains(strings.Join(f.RuledOut, "\n"), "accepts WebSocket only") {
		t.Errorf("ruled out: %q", f.RuledOut)
	}
}
