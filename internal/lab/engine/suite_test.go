package engine_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sioscope/internal/lab/engine"
	"sioscope/internal/lab/rawclient"
	"sioscope/protocol/engineio"
)

func TestMain(m *testing.M) { rawclient.Main(m) }

// A pace is how often a server's heartbeats come, and for how long it waits for an answer.
type pace struct{ interval, timeout time.Duration }

// The official suites want 300 ms and 200 ms for every check. On a busy machine a heartbeat comes between any two messages
// then, and is not answered in time. So here each check has the pace that it is about.
var (
	calm    = pace{25 * time.Second, 20 * time.Second}             // no heartbeat comes
	beating = pace{300 * time.Millisecond, 20 * time.Second}       // they come, and are answered in time
	silence = pace{300 * time.Millisecond, 200 * time.Millisecond} // one comes, and is not answered
)

const maxPayload = 1e6

// paceOf is that of a check.
func paceOf(name string) pace {
	switch {
	case strings.HasSuffix(name, "/silent"), name == "close/websocket": // engine.io overlooks a close packet there
		return silence
	case strings.HasPrefix(name, "heartbeat"), name == "disconnect":
		return beating
	}
	return calm
}

// echo sends every message back.
type echo struct{ session *engine.Session }

func (e echo) Receive(p engineio.Packet) { e.session.Send(p) }
func (echo) Ended(string)                {}

// A service is a server for one test, and a client of it.
type service struct {
	*rawclient.Client
	engine   *engine.Server
	socketIO bool
}

// suite adds what the suites want to options.
func suite(o engine.Options, p pace) engine.Options {
	o.PingInterval, o.PingTimeout, o.MaxPayload, o.CORS.Origins = p.interval, p.timeout, maxPayload, []string{"*"}
	return o
}

// serve starts a server.
func serve(t *testing.T, o engine.Options) service {
	t.Helper()
	e := engine.New(o)
	s := httptest.NewServer(e)
	t.Cleanup(func() {
		e.Kill()
		s.Close()
	})
	return service{rawclient.New(t, s.URL+o.Path), e, o.Path == "/socket.io/"}
}

// echoing are the options of the suites for Engine.IO.
func echoing() engine.Options {
	return engine.Options{Path: "/engine.io/", Accept: func(s *engine.Session) engine.Peer { return echo{s} }}
}

// waits says whether a poll of the session is waiting. query is the session's.
func (s service) waits(query string) func() bool {
	_, sid, _ := strings.Cut(query, "&sid=")
	return func() bool { return s.engine.Waits(sid) }
}

// gone says whether no session is left.
func (s service) gone() bool { return s.engine.Sessions() == 0 }

// A check is one of a suite's.
type check struct {
	name string
	run  func(t *testing.T, s service)
}

// conform runs the checks of a suite, each against a server of its own with the options for it. want is how many the suite
// has.
func conform(t *testing.T, want int, options func(check string) engine.Options, checks []check) {
	if len(checks) != want {
		t.Errorf("%d checks, and the suite has %d", len(checks), want)
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, serve(t, suite(options(c.name), paceOf(c.name))))
		})
	}
}

func ok(t *testing.T, a rawclient.Answer, body string) {
	t.Helper()
	if a.Status != 200 || a.Body != body {
		t.Fatalf("got %d %q %v, want 200 %q", a.Status, a.Body, a.Err, body)
	}
}

func status(t *testing.T, a rawclient.Answer, want ...int) {
	t.Helper()
	for _, w := range want {
		if a.Status == w {
			return
		}
	}
	t.Fatalf("got %d %q %v, want %v", a.Status, a.Body, a.Err, want)
}

// wantRefusal fails the test unless a request was refused in engine.io's words.
func wantRefusal(t *testing.T, a rawclient.Answer, code int) {
	t.Helper()
	body := [...]string{
		`{"code":0,"message":"Transport unknown"}`, `{"code":1,"message":"Session ID unknown"}`, `{"code":2,"message":"Bad handshake method"}`,
		`{"code":3,"message":"Bad request"}`, `{"code":4,"message":"Forbidden"}`, `{"code":5,"message":"Unsupported protocol version"}`,
	}[code]
	if a.Status != 400 || a.Body != body || a.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("got %d %q %q, want 400 %s", a.Status, a.Header.Get("Content-Type"), a.Body, body)
	}
}

// open opens a session on polling and gives the query of its further requests.
func open(t *testing.T, s service, query string) string {
	t.Helper()
	a := s.Get(query)
	_, text, found := strings.Cut(a.Body, "0{")
	if a.Status != 200 || !found {
		t.Fatalf("the handshake was answered %d %q %v", a.Status, a.Body, a.Err)
	}
	return query + "&sid=" + handshake(t, "{"+text).SID
}

func handshake(t *testing.T, text string) engineio.Handshake {
	t.Helper()
	h, err := engineio.ParseOpen([]byte(text))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return h
}

// openSocket opens a session on WebSocket.
func openSocket(t *testing.T, s service, query string) *rawclient.Socket {
	t.Helper()
	c := s.Dial(query)
	if text := c.Text(); !strings.HasPrefix(text, "0{") {
		t.Fatalf("the first message is %q", text)
	}
	return c
}

// fiveKeys fails the test unless the open packet says what it must, and nothing else.
func fiveKeys(t *testing.T, text string, upgrades string) {
	t.Helper()
	var got map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	want := map[string]string{"upgrades": upgrades, "pingInterval": "25000", "pingTimeout": "20000", "maxPayload": "1000000"}
	for key, value := range want {
		if string(got[key]) != value {
			t.Errorf("%s is %s, want %s", key, got[key], value)
		}
	}
	if len(got) != 5 || len(got["sid"]) != 22 {
		t.Errorf("got %s", text)
	}
}

// until waits for something to become true.
func until(t *testing.T, true func() bool) {
	t.Helper()
	rawclient.Until(t, true)
}

// upgraded moves a session to a WebSocket. query is the session's on polling.
func upgraded(t *testing.T, s service, query, ws string) *rawclient.Socket {
	t.Helper()
	_, sid, _ := strings.Cut(query, "&sid=")
	c := s.Dial(ws + "&sid=" + sid)
	c.Send("2probe")
	c.Want("3probe")
	c.Send("5")
	until(t, func() bool { return s.engine.OnWebSocket(sid) })
	return c
}

// talks fails the test unless the WebSocket carries something both ways. The Engine.IO server sends messages back; the
// Socket.IO server answers that there is no such namespace.
func talks(s service, c *rawclient.Socket) {
	if s.socketIO {
		c.Send("40/random")
		c.Want(`44/random,{"message":"Invalid namespace"}`)
		return
	}
	c.Send("4hello")
	c.Want("4hello")
}
