package check

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sioscope/capture/dial"
	"sioscope/capture/tap"
	"sioscope/internal/nowhere"
	"sioscope/protocol/fact"
	"sioscope/protocol/wsframe"
)

// TestNothingToCheck: what is no Socket.IO is said in one sentence, and nothing more is asked.
func TestNothingToCheck(t *testing.T) {
	t.Parallel()
	page := func(status int, header http.Header, body string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for k, v := range header {
				w.Header()[k] = v
			}
			w.WriteHeader(status)
			w.Write([]byte(body))
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	for _, tt := range []struct {
		name, url string
		reason    dial.Reason
		says      string
	}{
		{"a web page", page(200, http.Header{"Content-Type": {"text/html"}}, "<html>hello</html>"), dial.NotSocketIO, "no Socket.IO server"},
		{"another path", page(404, http.Header{"Server": {"nginx"}}, "not found"), dial.NotSocketIO, "--path"},
		{"a redirect", page(301, http.Header{"Location": {"https://example.org/socket.io/"}}, ""), dial.Redirected, "points to"},
		{"nothing listens", "http://" + nowhere.Address(t), dial.PortRefused, "nothing listens"},
		{"it never answers", "http://" + mute(t), dial.NoAnswer, "did not answer within 300 ms"},
		{"it closes in its answer", "http://" + once(t, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n0{\"sid\":"), dial.Garbled, "in the middle of its answer"},
		{"it closes without one", "http://" + once(t, ""), dial.ClosedSilent, "closed the connection without an answer"},
		{"it is asked too often", page(429, nil, "slow down"), dial.Refused, "limits how often"},
		{"TLS spoken to in plain", strings.Replace(secure.URL, "https", "http", 1), dial.TLSPort, "https://"},
		{"a certificate of nobody", secure.URL, dial.Untrusted, "not trusted"},
		{"no scheme", "localhost:3000", dial.BadURL, "http://localhost:3000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			timeout := 20 * time.Second
			if tt.reason == dial.NoAnswer {
				timeout = 300 * time.Millisecond
			}
			c, err := New(tt.url, Options{Client: dial.Options{Timeout: timeout}})
			if err == nil {
				err = c.Run(context.Background(), func(fact.Fact) {})
			}
			var e *dial.Error
			if !errors.As(err, &e) || e.Reason != tt.reason || !strings.Contains(e.Error(), tt.says) {
				t.Fatalf("got %v (%+v), want %s with %q", err, e, tt.reason, tt.says)
			}
			if c == nil {
				return
			}
			n := 0
			for _, x := range c.Experiments() {
				n += x.Requests
				if x.State == Waiting || x.State == Running {
					t.Errorf("%s is still %s", x.ID, x.State)
				}
			}
			if n > 2 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// mute accepts connections and says nothing.
func mute(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().String() // the kernel accepts
}

// TestPlan: no more is planned than is allowed, and what is not wanted is not planned.
func TestPlan(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		o           Options
		most, least int
	}{
		{"as it comes", Options{}, DefaultMaxRequests, 100},
		{"few", Options{MaxRequests: 20}, 20, 5},
		{"one", Options{MaxRequests: 1}, 1, 1},
		{"default alone", Options{Only: []string{Default}}, 40, 10},
		{"without", Options{Skip: []string{Nodes, Cookies}}, 110, 50},
	} {
		c, err := New("http://localhost:1", tt.o)
		if err != nil {
			t.Fatal(err)
		}
		if n := c.Planned(); n > tt.most || n < tt.least {
			t.Errorf("%s: %d requests are planned, want %d to %d", tt.name, n, tt.least, tt.most)
		}
	}
	if _, err := New("http://localhost:1", Options{Skip: []string{"everything"}}); err == nil || !strings.Contains(err.Error(), "everything") {
		t.Errorf("an experiment that is none: %v", err)
	}
}

// once says something and closes.
func once(t *testing.T, text string) string {
	t.Helper()
	return serve(t, func(c net.Conn) { io.WriteString(c, text) })
}

// endless says something, and then something else again and again.
func endless(t *testing.T, first, again string) string {
	t.Helper()
	return serve(t, func(c net.Conn) {
		_, err := io.WriteString(c, first)
		for more := strings.Repeat(again, 500); err == nil; {
			_, err = io.WriteString(c, more)
		}
	})
}

// serve answers the first request of every connection, and closes.
func serve(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				c.Read(make([]byte, 4096))
				answer(c)
			}()
		}
	}()
	return l.Addr().String()
}

// TestEndlessMessage: a WebSocket message without end is given up.
func TestEndlessMessage(t *testing.T) {
	t.Parallel()
	c, err := New("http://"+endless(t, "HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x7f\x00\x00\x00\x00\x40\x00\x00\x00", "x"), Options{Client: dial.Options{Timeout: 20 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	c.tap = tap.New(func(fact.Fact) {})
	defer c.tap.End()
	r := &run{c: c, ctx: context.Background(), id: WebSocket, most: 1}
	defer r.close()
	l := r.line()
	if a := l.do(r.client(false).request("GET", "websocket", "")); a.err != nil {
		t.Fatal(a.err)
	}
	s := &socket{l: l, decoder: wsframe.Decoder{MaxPayload: maxMessage}}
	if _, err := s.next(wsframe.Text, time.Minute); err != errEnded || s.partial > 4*maxMessage {
		t.Errorf("%v after %d bytes", err, s.partial)
	}
}
