package check

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"sioscope/internal/lab"
	"sioscope/protocol/wsframe"
)

// TestAnotherService: where another WebSocket service has the WebSocket requests it is said what that answers.
func TestAnotherService(t *testing.T) {
	t.Parallel()
	node, err := lab.Start(lab.Options{Clients: -1, Nodes: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(node.Close)
	to, err := url.Parse(node.URL())
	if err != nil {
		t.Fatal(err)
	}
	polls := httputil.NewSingleHostReverseProxy(to)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" {
			polls.ServeHTTP(w, r)
			return
		}
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n\x81\x07welcome", wsframe.Accept(r.Header.Get("Sec-WebSocket-Key")))
		io.Copy(io.Discard, c)
	}))
	t.Cleanup(s.Close)
	c, d, _ := carryOut(t, s.URL, Options{Only: []string{Default}})
	if e := c.Experiments()[0]; e.Result != No || !strings.Contains(e.Tells, `the probe is answered with "welcome"`) {
		t.Errorf("%s: %s", e.Result, e.Tells)
	}
	if d.Find("two-upgrade-handlers") == nil {
		t.Errorf("the verdict is %q", d.Verdict.Summary)
	}
}
