package dial

//lint:file-ignore SA1019 the WebSocket library lives on under another path, see README.md

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sioscope/protocol/fact"
	sessions "sioscope/protocol/session"
	"sioscope/protocol/socketio"
)

// emission is ParseEmission for what is right.
func emission(t *testing.T, event, args string) Emission {
	t.Helper()
	e, err := ParseEmission(event, args)
	if err != nil {
		t.Fatal(err)
	}
	e.Acknowledge = true
	return e
}

// TestTransports: every order of transports in both revisions ends where socket.io-client's does, with events, binary
// ones too, acknowledged.
func TestTransports(t *testing.T) {
	t.Parallel()
	tests := []struct {
		transports string
		upgrade    sessions.Upgrade
		transport  sessions.Transport
	}{
		{"polling,websocket", sessions.UpgradeDone, sessions.WebSocket},
		{"websocket,polling", sessions.UpgradeDirect, sessions.WebSocket},
		{"websocket", sessions.UpgradeDirect, sessions.WebSocket},
		{"polling", sessions.UpgradeNotTried, sessions.Polling},
	}
	for _, test := range tests {
		for _, rev := range []int{3, 4} {
			for _, asked := range []int{0, rev} {
				t.Run(fmt.Sprintf("%s, EIO %d, asked for %d", test.transports, rev, asked), func(t *testing.T) {
					t.Parallel()
					n := &node{rev: rev, ignore: rev == 3, upgrades: `"websocket"`}
					if rev == 3 {
						n.open = `"pingInterval":25000,"pingTimeout":20000`
					}
					var s seen
					err := run(t, n.start(t).URL, Options{
						Transports: strings.Split(test.transports, ","), EIO: asked, Until: Decided,
						Emit: []Emission{emission(t, "a", `"hé" {"b":{"$binary":"AQID"}}`), emission(t, "b", "")},
					}, &s)
					if err != nil || len(s.tracker.Sessions) != 1 {
						t.Fatalf("%v, %d sessions: %q", err, len(s.tracker.Sessions), s.facts)
					}
					got := s.tracker.Sessions[0]
					if got.EIO != rev || got.Upgrade != test.upgrade || got.Transport() != test.transport ||
						got.Events != [2]int64{2, 0} || got.Acks != [2]int64{0, 2} || got.Close.By != "client" || len(got.Oddities) > 0 {
						t.Errorf("the session is %+v\n%s", got, strings.Join(s.facts, "\n"))
					}
					if acked := s.told(Acked); len(acked) != 2 {
						t.Errorf("acknowledged: %q", acked)
					}
				})
			}
		}
	}
}

// TestRequests: the order of parameters is socket.io-client's, and what the user adds goes with every request.
func TestRequests(t *testing.T) {
	t.Parallel()
	var n node
	n.upgrades = `"websocket"`
	n.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("X-A") != "b" || r.Header.Get("Origin") != "https://page" || r.UserAgent() != "sioscope" {
			t.Errorf("the header of %s is %v", r.URL, r.Header)
		}
		if r.URL.Query().Get("sid") != "" && !strings.Contains(r.Header.Get("Cookie"), "node=1") {
			t.Errorf("%s has no cookie", r.URL)
		}
		http.SetCookie(w, &http.Cookie{Name: "node", Value: "1"})
		return false
	}
	var s seen
	err := run(t, n.start(t).URL+"/app?k=v", Options{
		Until: Decided, Cookies: true, Origin: "https://page", Header: http.Header{"X-A": {"b"}}, Query: url.Values{"q": {"1 2"}},
		Auth: json.RawMessage(`{"token":"é"}`),
	}, &s)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		" GET /socket.io/?k=v&q=1+2&EIO=4&transport=polling&t=???????? ",
		" GET /socket.io/?k=v&q=1+2&EIO=4&transport=polling&t=????????&sid=sid00000000000000001 ",
		" POST /socket.io/?k=v&q=1+2&EIO=4&transport=polling&t=????????&sid=sid00000000000000001 40/app,{\"token\":\"\\u00e9\"}",
		" GET /socket.io/?k=v&q=1+2&EIO=4&transport=websocket&sid=sid00000000000000001 ",
	}
	for _, w := range want {
		found := false
		for _, f := range s.facts {
			if i := strings.Index(f, "&t="); i >= 0 && len(f) >= i+11 {
				f = f[:i+3] + "????????" + f[i+11:]
			}
			found = found || strings.HasSuffix(f, w)
		}
		if !found {
			t.Errorf("no request %q among\n%s", w, strings.Join(s.facts, "\n"))
		}
	}
}

// TestNoCookies: without the jar none goes back.
func TestNoCookies(t *testing.T) {
	t.Parallel()
	n := node{upgrades: `"websocket"`, before: func(w http.ResponseWriter, r *http.Request) bool {
		if c := r.Header.Get("Cookie"); c != "" {
			t.Errorf("a cookie was sent: %s", c)
		}
		http.SetCookie(w, &http.Cookie{Name: "node", Value: "1"})
		return false
	}}
	if err := run(t, n.start(t).URL, Options{Until: Decided}, new(seen)); err != nil {
		t.Error(err)
	}
}

// TestLive: a packet is emitted while the session runs, before the server sends the next one.
func TestLive(t *testing.T) {
	t.Parallel()
	for _, transports := range []string{"polling", "websocket"} {
		t.Run(transports, func(t *testing.T) {
			t.Parallel()
			arrived := make(chan string, 10)
			n := node{received: func(p *peer, packet socketio.Packet) {
				if packet.Type != socketio.Connect {
					return
				}
				go func() {
					for _, event := range []string{`["one"]`, `["two"]`, `["three"]`} {
						p.event(event)
						for got := range arrived {
							if strings.Contains(got, event) {
								break
							}
						}
					}
					p.put(socketio.Packet{Type: socketio.Disconnect, ID: -1})
				}()
			}}
			var s seen
			s.hook = func(f fact.Fact) {
				switch f := f.(type) {
				case *fact.Message:
					if f.Dir == fact.In {
						arrived <- string(f.Payload)
					}
				case *fact.Response:
					arrived <- string(f.Body)
				}
			}
			if err := run(t, n.start(t).URL, Options{Transports: []string{transports}}, &s); err != nil {
				t.Fatal(err)
			}
			if got := s.tracker.Sessions[0].Events; got != [2]int64{0, 3} {
				t.Errorf("events out and in: %v", got)
			}
		})
	}
}

// TestHeartbeats: both revisions keep a session alive over many heartbeats, and notice when they stop.
func TestHeartbeats(t *testing.T) {
	t.Parallel()
	for _, transports := range []string{"polling", "websocket"} {
		for _, rev := range []int{3, 4} {
			t.Run(fmt.Sprintf("EIO %d, %s", rev, transports), func(t *testing.T) {
				t.Parallel()
				n := node{rev: rev, open: `"pingInterval":30,"pingTimeout":2000,"maxPayload":100000`}
				beats := make(chan bool, 1000)
				n.received = func(p *peer, packet socketio.Packet) {
					if rev == 4 && packet.Type == socketio.Connect {
						go func() {
							for range 5 {
								p.send(ping)
								<-beats
							}
							p.put(socketio.Packet{Type: socketio.Disconnect, ID: -1})
						}()
					}
				}
				var s seen
				count := 0
				want := "3"
				if rev == 3 {
					want = "2"
				}
				s.hook = func(f fact.Fact) {
					sent := ""
					switch f := f.(type) {
					case *fact.Request:
						sent = string(f.Body)
					case *fact.Message:
						if f.Dir == fact.Out {
							sent = string(f.Payload)
						}
					}
					if sent == want || sent == "1:"+want {
						beats <- true
						count++
					}
				}
				o := Options{Transports: []string{transports}, EIO: rev}
				if rev == 3 {
					o.For = time.Second
				}
				if err := run(t, n.start(t).URL, o, &s); err != nil {
					t.Fatal(err)
				}
				if count < 3 {
					t.Errorf("%d heartbeats in %q", count, s.facts)
				}
			})
		}
	}
}

// TestSilence: a server whose pings stop is given up after pingInterval and pingTimeout.
func TestSilence(t *testing.T) {
	t.Parallel()
	for _, transports := range []string{"polling", "websocket"} {
		n := node{open: `"pingInterval":400,"pingTimeout":600`}
		var s seen
		if err := run(t, n.start(t).URL, Options{Transports: []string{transports}}, &s); err != nil {
			t.Error(err)
		}
		if left := s.told(Left); len(left) != 1 || !strings.Contains(left[0], "the server fell silent: no ping came for 1 s") {
			t.Errorf("%s: it left with %q", transports, left)
		}
	}
}

// TestLeaving: Disconnect, --for and the context end a session in the proper way, on both transports.
func TestLeaving(t *testing.T) {
	t.Parallel()
	for _, transports := range []string{"polling", "websocket"} {
		for _, how := range []string{"disconnect", "for", "context"} {
			t.Run(transports+", "+how, func(t *testing.T) {
				t.Parallel()
				n := node{}
				var s seen
				o := Options{Transports: []string{transports}}
				if how == "for" {
					o.For = 2 * time.Second
				}
				joined := make(chan bool, 1)
				o.Trace = func(e Event) {
					if e.Kind == Joined {
						joined <- true
					}
				}
				c, err := New(n.start(t).URL, o)
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				done := make(chan error)
				go func() { done <- c.Run(ctx, s.emit) }()
				<-joined
				var want error
				switch how {
				case "disconnect":
					c.Disconnect()
				case "context":
					want = context.Canceled
					cancel()
				}
				if err := <-done; !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
				if c.State() != Over || c.Emit(Emission{Event: "late"}) == nil {
					t.Error("it is not over")
				}
				s.tracker.Finish()
				if got := s.tracker.Sessions[0]; got.Close.By != "client" || !strings.Contains(strings.Join(s.facts, "\n"), "41") {
					t.Errorf("closed by %+v: %q", got.Close, s.facts)
				}
			})
		}
	}
}

// TestEmit: what Emit is given before the namespace is entered, and while it is in it, is sent in order.
func TestEmit(t *testing.T) {
	t.Parallel()
	got := make(chan string, 10)
	n := node{upgrades: `"websocket"`, received: func(_ *peer, p socketio.Packet) {
		if p.Type == socketio.Event {
			got <- string(p.Data)
		}
	}}
	var s seen
	c, err := New(n.start(t).URL, Options{Trace: s.trace})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Emit(emission(t, "before", "")); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- c.Run(context.Background(), s.emit) }()
	if first := <-got; first != `["before"]` {
		t.Errorf("got %s", first)
	}
	for i := range 100 {
		if err := c.Emit(emission(t, "n", itoa(i))); err != nil {
			t.Fatal(err)
		}
		if next := <-got; next != fmt.Sprintf(`["n",%d]`, i) {
			t.Errorf("got %s after %d", next, i)
		}
	}
	c.Disconnect()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestAcknowledges: events of the server that ask for it are acknowledged, unless that is not wanted.
func TestAcknowledges(t *testing.T) {
	t.Parallel()
	for _, no := range []bool{false, true} {
		n := node{received: func(p *peer, packet socketio.Packet) {
			switch {
			case packet.Type == socketio.Connect:
				p.put(socketio.Packet{Type: socketio.Event, ID: 7, Data: []byte(`["ask"]`)})
				if no {
					p.put(socketio.Packet{Type: socketio.Disconnect, ID: -1})
				}
			case packet.Type == socketio.Ack && packet.ID == 7:
				p.put(socketio.Packet{Type: socketio.Disconnect, ID: -1})
			}
		}}
		var s seen
		if err := run(t, n.start(t).URL, Options{NoAck: no}, &s); err != nil {
			t.Fatal(err)
		}
		want := [2]int64{1, 0}
		if no {
			want[0] = 0
		}
		if got := s.tracker.Sessions[0].Acks; got != want {
			t.Errorf("NoAck %v: acknowledgements out and in are %v", no, got)
		}
	}
}

// TestReconnect: after a loss there is another session, and what is to be emitted is emitted again.
func TestReconnect(t *testing.T) {
	t.Parallel()
	var joined atomic.Int32 // each session has a goroutine of its own
	n := node{received: func(p *peer, packet socketio.Packet) {
		if packet.Type != socketio.Event {
			return
		}
		if joined.Add(1) == 1 {
			p.on.CloseNow()
			return
		}
		p.put(socketio.Packet{Type: socketio.Disconnect, ID: -1})
	}}
	var s seen
	err := run(t, n.start(t).URL, Options{Transports: []string{WebSocket}, Reconnect: true, Emit: []Emission{{Event: "hi"}}}, &s)
	if err != nil || len(s.tracker.Sessions) != 2 || len(s.told(Waiting)) != 1 {
		t.Errorf("%v, %d sessions, waits %q", err, len(s.tracker.Sessions), s.told(Waiting))
	}
}

// TestBackOff: a second, doubled up to five, give or take half.
func TestBackOff(t *testing.T) {
	t.Parallel()
	for lost := range 100 {
		base := min(time.Second<<min(lost, 3), 5*time.Second)
		if d := backOff(lost); d < base/2 || d > min(base*3/2, 5*time.Second) {
			t.Errorf("after %d losses it waits %s", lost, d)
		}
	}
}

// TestStuck: a refused upgrade leaves the session on polling, and the whole answer is in the facts.
func TestStuck(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Session ID unknown. ", 5000)
	n := node{upgrades: `"websocket"`, before: func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("transport") != WebSocket {
			return false
		}
		w.Header().Set("X-Proxy", "edge")
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte(long))
		return true
	}}
	var s seen
	var whole string
	s.hook = func(f fact.Fact) {
		if f, ok := f.(*fact.Response); ok && f.Status == 400 {
			name, _ := f.Header.Get("X-Proxy")
			whole = string(name) + " " + string(f.Body)
		}
	}
	if err := run(t, n.start(t).URL, Options{Until: Decided}, &s); err != nil {
		t.Fatal(err)
	}
	if whole != "edge "+long {
		t.Errorf("the answer has %d bytes, %.60q…", len(whole), whole)
	}
	if got := s.tracker.Sessions[0]; got.Upgrade != sessions.UpgradeFailed || got.Transport() != sessions.Polling {
		t.Errorf("the session is on %v, upgrade %v", got.Transport(), got.Upgrade)
	}
	if stuck := s.told(Stuck); len(stuck) != 1 || !strings.Contains(stuck[0], `stays on polling: the WebSocket request was answered with 400 text/plain "Session ID unknown. Session`) {
		t.Errorf("told %q", stuck)
	}
}
