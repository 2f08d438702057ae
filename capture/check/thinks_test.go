package check

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"sioscope/internal/lab"
	"sioscope/protocol/diagnose"
)

// between stands between clients and a server, and takes requests one after another. asks is called before one is passed on
// and may change it, before is called before its answer is; nil does nothing. What a WebSocket's client sends passes where
// frames is true.
func between(t *testing.T, server string, asks, before func(*http.Request), frames bool) string {
	t.Helper()
	return inFront(t, server, func(c net.Conn, server string) {
		defer c.Close()
		s, err := net.Dial("tcp", server)
		if err != nil {
			return
		}
		defer s.Close()
		in, out := bufio.NewReader(c), bufio.NewReader(s)
		for {
			q, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			if asks != nil {
				asks(q)
			}
			if q.Write(s) != nil {
				return
			}
			a, err := http.ReadResponse(out, q)
			if err != nil {
				return
			}
			if before != nil {
				before(q)
			}
			if a.Write(c) != nil {
				return
			}
			if a.StatusCode == http.StatusSwitchingProtocols {
				break
			}
		}
		go func() {
			io.Copy(c, out)
			c.Close()
		}()
		if frames {
			io.Copy(s, in)
		}
		io.Copy(io.Discard, in)
	})
}

// TestServerThinks: a client that is let in late, as where the middleware asks a database, is on WebSocket meanwhile.
func TestServerThinks(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	polled := map[string]bool{}
	late := func(q *http.Request) {
		sid := q.URL.Query().Get("sid")
		mu.Lock()
		first := q.Method == "GET" && sid != "" && !polled[sid]
		polled[sid] = polled[sid] || first
		mu.Unlock()
		if first && q.URL.Query().Get("transport") == "polling" {
			time.Sleep(2500 * time.Millisecond)
		}
	}
	c, d, _ := carryOut(t, between(t, start(t, lab.Options{Faults: []string{lab.SingleNode}}), nil, late, true), Options{Only: []string{WebSocket, KeepAlive}})
	if d.Verdict.State != "websocket" || len(d.Findings) > 0 {
		t.Errorf("the verdict is %q, with %v", d.Verdict.Summary, ids(d))
	}
	for _, e := range c.Experiments() {
		if e.Requests > 0 && e.Result != Yes {
			t.Errorf("%s: %s %s", e.ID, e.Result, e.Tells)
		}
	}
}

// TestFramesOfClientsAreLost: a session that only the server's frames reach did not come about. The default clients show
// that the node is not busy, those that begin as a WebSocket which direction is held, and no limit on messages is blamed.
func TestFramesOfClientsAreLost(t *testing.T) {
	t.Parallel()
	c, d, _ := carryOut(t, between(t, start(t, lab.Options{Faults: []string{lab.SingleNode}}), nil, nil, false), Options{Only: []string{WebSocket, Messages}})
	for _, e := range c.Experiments() {
		switch {
		case e.ID == WebSocket && (e.Result != No || !strings.Contains(e.Tells, "what the client sends over it has no answer within")),
			e.ID == Messages && !strings.Contains(e.Tells, "passes over polling; there is no WebSocket to try"):
			t.Errorf("%s: %s: %s", e.ID, e.Result, e.Tells)
		}
	}
	if len(d.Findings) != 1 {
		t.Fatalf("findings %v", ids(d))
	}
	f := d.Findings[0]
	if f.Title != "WebSocket frames do not pass" || f.Confidence != "likely" || f.Severity != diagnose.Error ||
		len(f.Tried) != 1 || !strings.Contains(f.Tried[0].Text, "does not help: 0 of 8 sessions came about") {
		t.Errorf("%+v", f)
	}
	if last := f.Evidence[len(f.Evidence)-1].Text; !strings.Contains(last, "the server's open packet comes over this WebSocket") {
		t.Errorf("the last evidence is %q", last)
	}
}

// TestServerNeverLetsIn: clients whose CONNECT is taken and never answered are on WebSocket, and nothing is well.
func TestServerNeverLetsIn(t *testing.T) {
	t.Parallel()
	swallow := func(q *http.Request) {
		if q.Method == "POST" {
			io.Copy(io.Discard, q.Body)
			q.Body, q.ContentLength = io.NopCloser(strings.NewReader("6")), 1
		}
	}
	_, d, _ := carryOut(t, between(t, start(t, lab.Options{Faults: []string{lab.SingleNode}}), swallow, nil, true), Options{Only: []string{WebSocket}})
	f := d.Lead()
	if d.Verdict.State != "websocket" || d.Verdict.Healthy || f == nil || f.ID != "namespace-refused" || f.Confidence != "likely" {
		t.Errorf("the verdict is %q, with %v: %+v", d.Verdict.Summary, ids(d), f)
	}
}
