package check

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"sioscope/internal/lab"
)

// TestRateLimited: a service whose limit answers is asked no more, and that is what is told; nginx says 503 by itself.
func TestRateLimited(t *testing.T) {
	t.Parallel()
	const page = "<html><head><title>503 Service Temporarily Unavailable</title></head><body><hr><center>nginx</center></body></html>"
	for _, tt := range []struct {
		status     int
		page, says string
	}{
		{http.StatusTooManyRequests, "", "the service limits how often it is asked: 429"},
		{http.StatusServiceUnavailable, page, "nginx limits how often it is asked: 503"},
	} {
		t.Run(strconv.Itoa(tt.status), func(t *testing.T) {
			t.Parallel()
			server, err := url.Parse(start(t, lab.Options{Faults: []string{lab.SingleNode}}))
			if err != nil {
				t.Fatal(err)
			}
			pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(server) }, FlushInterval: -1}
			var asked, refused atomic.Int32
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if asked.Add(1) > 9 {
					refused.Add(1)
					w.Header().Set("Content-Type", "text/html")
					w.WriteHeader(tt.status)
					io.WriteString(w, tt.page)
					return
				}
				pass.ServeHTTP(w, r)
			}))
			defer s.Close()
			c, d, _ := carryOut(t, s.URL, Options{})
			if f := d.Lead(); f == nil || f.ID != "rate-limited" || !strings.Contains(d.Verdict.Summary, tt.says) || !strings.Contains(f.WouldTell, "--max-requests 20") {
				t.Errorf("%s\n%+v", d.Verdict.Summary, f)
			}
			for i, e := range c.Experiments() {
				switch {
				case i == 0 && (e.State != Done || !strings.Contains(e.Tells, strconv.Itoa(tt.status)) || strings.Contains(e.Tells, ": .") || strings.Contains(e.Tells, "does not come to its end")):
					t.Errorf("%s tells %q", e.ID, e.Tells)
				case i > 0 && (e.State != Skipped || e.ID != Idle && !strings.Contains(e.Reason, strconv.Itoa(tt.status))):
					t.Errorf("%s is %s: %s", e.ID, e.State, e.Reason)
				}
			}
			if n := refused.Load(); n > 8 {
				t.Errorf("it was asked %d times after it had said %d", n, tt.status)
			}
		})
	}
}

// TestMixedReception: every kind of fate has its reason.
func TestMixedReception(t *testing.T) {
	t.Parallel()
	c := reception{n: 6, up: 3, none: 2, whyNone: "the handshake is answered 503", broke: 1, whyBroke: "400 Session ID unknown"}
	if got, want := c.mixed(), "3 of 6 clients reached WebSocket; 2 got no session: the handshake is answered 503; 1 broke on polling: 400 Session ID unknown"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAlone: one session is told as one.
func TestAlone(t *testing.T) {
	t.Parallel()
	stay := reception{n: 1, stay: 1, why: "the server offers no upgrade"}
	if got, want := stay.alone(), "The one session that was tried did not upgrade and stays on polling: the server offers no upgrade."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	broke := reception{n: 1, broke: 1, whyBroke: "400 Bad handshake method"}
	if got, want := broke.alone(), "The one session that was tried broke on polling: 400 Bad handshake method."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSomeLetIn: where a proxy refuses some WebSockets and lets others in, WebSocket is not said to be switched off.
func TestSomeLetIn(t *testing.T) {
	t.Parallel()
	server, err := url.Parse(start(t, lab.Options{Faults: []string{lab.SingleNode}}))
	if err != nil {
		t.Fatal(err)
	}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(server) }, FlushInterval: -1}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" && r.URL.Query().Get("sid") != "" {
			http.Error(w, "<html>503</html>", http.StatusServiceUnavailable)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	defer s.Close()
	_, d, _ := carryOut(t, s.URL, Options{})
	f := d.Lead()
	if f == nil || f.ID != "upgrade-refused-by-proxy" || strings.Contains(f.Explanation, "or WebSocket is switched off") || len(f.Sessions) == 0 {
		t.Errorf("%s\n%+v", d.Verdict.Summary, f)
	}
}
