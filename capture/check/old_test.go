package check

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"sioscope/protocol/diagnose"
)

// TestOldServer: a server of Socket.IO 2, which answers everybody in Engine.IO 3, is none for the clients of today; all
// others speak its revision, and what is opened is closed.
func TestOldServer(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	open, n := map[string]bool{}, 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		sid := q.Get("sid")
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case q.Get("transport") != "polling":
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(400)
			io.WriteString(w, `{"code":0,"message":"Transport unknown"}`)
		case sid == "" && r.Method != http.MethodGet:
			w.WriteHeader(400)
			io.WriteString(w, `{"code":2,"message":"Bad handshake method"}`)
		case sid == "":
			sid = fmt.Sprintf("lv_VI97HAXpY6yYWAA%02d", n)
			n++
			open[sid] = true
			packet := `0{"sid":"` + sid + `","upgrades":[],"pingInterval":25000,"pingTimeout":5000}`
			fmt.Fprintf(w, "%d:%s2:40", len(packet), packet)
		case !open[sid]:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(400)
			io.WriteString(w, `{"code":1,"message":"Session ID unknown"}`)
		default:
			if strings.Contains(string(body), "1:1") {
				delete(open, sid)
			}
			io.WriteString(w, "ok")
		}
	}))
	defer s.Close()
	c, d, _ := carryOut(t, s.URL, Options{})
	f := d.Find("protocol-version-mismatch")
	if f == nil || f.Severity != diagnose.Warning || f.Confidence != "certain" || len(f.Tried) != 1 || len(f.Evidence) < 2 {
		t.Errorf("findings %v: %+v", ids(d), f)
	}
	if want := "polling: 6 of 6 sessions never upgraded: the server offers no upgrade; clients of Socket.IO 3 and 4 cannot connect"; d.Verdict.Summary != want {
		t.Errorf("the verdict is %q, want %q", d.Verdict.Summary, want)
	}
	for _, e := range c.Experiments() {
		switch e.ID {
		case KeepAlive, NewConnections:
			if e.Result != Yes {
				t.Errorf("%s: %s", e.ID, e.Tells)
			}
		case Versions:
			if e.Result != Some || !strings.Contains(e.Tells, "Engine.IO 3 is accepted, 4 is not") {
				t.Errorf("%s: %s", e.ID, e.Tells)
			}
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(open) > 0 || n == 0 {
		t.Errorf("%d of %d sessions were left open: %v", len(open), n, open)
		for _, e := range c.Experiments() {
			t.Logf("%s %s %v", e.ID, e.Tells, e.Sessions)
		}
	}
}
