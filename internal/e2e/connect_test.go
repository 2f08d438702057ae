package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sioscope/capture/dial"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// connected runs our client against a server until enough says so, and gives what its facts told.
func connected(t *testing.T, url string, o dial.Options, enough func(*session.Tracker) bool) (*session.Tracker, error) {
	t.Helper()
	c, err := dial.New(url, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tracker := &session.Tracker{Options: session.Options{KeepRows: true, KeepPayloads: true}}
	var once sync.Once
	err = c.Run(ctx, func(f fact.Fact) {
		tracker.Add(f)
		if enough != nil && enough(tracker) {
			once.Do(c.Disconnect)
		}
	})
	tracker.Finish()
	return tracker, err
}

// arrived are the binary messages that came in.
func arrived(tracker *session.Tracker) []string {
	var all []string
	for i := range tracker.Rows {
		if r := &tracker.Rows[i]; r.Kind == session.PacketRow && r.Binary && r.Dir == fact.In {
			all = append(all, fmt.Sprintf("%x", tracker.Payload(r.Data)))
		}
	}
	return all
}

func emission(t *testing.T, event, args string, ack bool) dial.Emission {
	t.Helper()
	e, err := dial.ParseEmission(event, args)
	if err != nil {
		t.Fatal(err)
	}
	e.Acknowledge = ack
	return e
}

// A dialled is a kind of server, and the revisions that our client gets along with it in.
type dialled struct {
	version int
	allow   bool        // allowEIO3
	speaks  map[int]int // what is asked for (0: whatever) and what is spoken then; 0: nothing
}

var dialledServers = []dialled{
	{1, false, map[int]int{0: 3, 3: 3, 4: 0}},
	{2, false, map[int]int{0: 3, 3: 3, 4: 0}},
	{3, false, map[int]int{0: 4, 3: 0, 4: 4}},
	{3, true, map[int]int{0: 4, 3: 3, 4: 4}},
	{4, false, map[int]int{0: 4, 3: 0, 4: 4}},
	{4, true, map[int]int{0: 4, 3: 3, 4: 4}},
}

func (d dialled) serve(t *testing.T) *Node {
	o := Options{Version: d.version}
	if d.allow {
		o.Engine = map[string]any{"allowEIO3": true}
	}
	return Serve(t, o)
}

// TestConnect: our client connects, upgrades, emits with acknowledgement and receives binary on real servers of every
// major version, on every order of transports, in every revision of Engine.IO; and in each case the server saw what the
// facts tell.
func TestConnect(t *testing.T) {
	t.Parallel()
	for _, d := range dialledServers {
		t.Run(fmt.Sprintf("%s, allowEIO3 %v", Versions[d.version], d.allow), func(t *testing.T) {
			t.Parallel()
			n := d.serve(t)
			for _, transports := range []string{"polling,websocket", "websocket,polling", "polling", "websocket"} {
				for asked, spoken := range d.speaks {
					for _, namespace := range []string{"/", "/chat"} {
						t.Run(fmt.Sprintf("%s, EIO %d, %s", transports, asked, namespace), func(t *testing.T) {
							tryConnect(t, n, dial.Options{Transports: strings.Split(transports, ","), EIO: asked, Namespace: namespace}, spoken)
						})
					}
				}
			}
		})
	}
}

func tryConnect(t *testing.T, n *Node, o dial.Options, spoken int) {
	if spoken == 0 {
		o.Timeout = time.Second // Socket.IO 3.1 answers 101 to a revision it does not speak, and then nothing
	}
	o.Emit = []dial.Emission{
		emission(t, "echo", `1 "é😀" {"b":{"$binary":"AQL/"}}`, true),
		emission(t, "send-binary", "4", false),
	}
	upgrades := o.Transports[0] == dial.Polling && len(o.Transports) == 2
	tracker, err := connected(t, n.URL(), o, func(tracker *session.Tracker) bool {
		if len(tracker.Sessions) == 0 || upgrades && tracker.Sessions[0].UpgradedAt == 0 {
			return false
		}
		return len(arrived(tracker)) >= 2
	})
	if spoken == 0 {
		var e *dial.Error
		if !errors.As(err, &e) || e.Reason != dial.WrongRevision && !strings.HasSuffix(e.Error(), "does not speak Engine.IO 3: try --eio 4") {
			t.Fatalf("got %v, want another revision", err)
		}
		return
	}
	if err != nil || len(tracker.Sessions) != 1 {
		t.Fatalf("%v, %d sessions", err, len(tracker.Sessions))
	}
	s := tracker.Sessions[0]
	want := session.Session{EIO: spoken, Upgrade: session.UpgradeDirect}
	switch {
	case upgrades:
		want.Upgrade = session.UpgradeDone
	case o.Transports[0] == dial.Polling:
		want.Upgrade = session.UpgradeNotTried
	}
	if s.EIO != want.EIO || s.Upgrade != want.Upgrade || len(s.Oddities) > 0 || s.Close.By != "client" || s.Acks[fact.In] != 1 || s.Events[fact.Out] != 2 {
		t.Errorf("the session is %+v", s)
	}
	if got := strings.Join(arrived(tracker), " "); got != "0102ff 00010203" {
		t.Errorf("binary that came in: %s", got)
	}
	for _, f := range diagnose.Diagnose(tracker).Findings {
		if f.Severity == diagnose.Error {
			t.Errorf("it is accused of %s: %s", f.ID, f.Title)
		}
	}
	truth(t, n, s, o.Namespace)
}

// truth holds a session against what the server logged of it.
func truth(t *testing.T, n *Node, s *session.Session, namespace string) {
	t.Helper()
	own := func(event string) func(Event) bool {
		return func(e Event) bool { return e.Event == event && e.SID == s.SID && e.Namespace == namespace }
	}
	echoed := n.Await(t, "echo", func(e Event) bool { return own("received")(e) && e.Name == "echo" })
	if want := `[1,"é😀",{"b":{"type":"Buffer","data":[1,2,255]}}]`; string(echoed.Args) != want {
		t.Errorf("the server received %s, want %s", echoed.Args, want)
	}
	if s.Upgrade == session.UpgradeDone {
		n.Await(t, "upgrade", func(e Event) bool { return e.Event == "upgrade" && e.SID == s.SID && e.Transport == "websocket" })
	}
	left := n.Await(t, "disconnect", own("disconnect"))
	if !strings.Contains(left.Reason, "client namespace disconnect") {
		t.Errorf("the server took the leave for %q", left.Reason)
	}
}

// TestConnectAuth: the auth payload reaches the middleware of old and new servers, and a refusal is told in the
// server's words.
func TestConnectAuth(t *testing.T) {
	t.Parallel()
	for _, version := range []int{1, 2, 3, 4} {
		t.Run(Versions[version], func(t *testing.T) {
			t.Parallel()
			n := Serve(t, Options{Version: version, Token: "sesame"})
			for _, namespace := range []string{"/", "/chat"} {
				o := dial.Options{Namespace: namespace, Auth: json.RawMessage(`{"token":"sesame"}`), Until: dial.Decided}
				if tracker, err := connected(t, n.URL(), o, nil); err != nil {
					t.Errorf("%s: %v: %d sessions", namespace, err, len(tracker.Sessions))
				}
				o.Auth = json.RawMessage(`{"token":"guess"}`)
				_, err := connected(t, n.URL(), o, nil)
				var e *dial.Error
				if !errors.As(err, &e) || e.Reason != dial.NotAdmitted || !strings.Contains(e.Error(), `"not authorized"`) {
					t.Errorf("%s: got %v, want a refusal", namespace, err)
				}
			}
		})
	}
}

// TestConnectRefused: what real servers refuse is told in one sentence.
func TestConnectRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		server Options
		client dial.Options
		reason dial.Reason
		want   string
	}{
		{"allowRequest", Options{Forbid: "no"}, dial.Options{}, dial.Forbidden, `the server turned the client away with 403 "no"; `},
		{"allowRequest, WebSocket", Options{Forbid: "no"}, dial.Options{Transports: []string{dial.WebSocket}}, dial.Forbidden, `the server turned the client away with 400 "no"; `},
		{"allowRequest, 2", Options{Version: 2, Forbid: "no"}, dial.Options{}, dial.Forbidden, ""},
		{"no polling", Options{Engine: map[string]any{"transports": []string{"websocket"}}}, dial.Options{}, dial.Refused, `the server does not allow the transport polling (400 "Transport unknown"); try --transports websocket`},
		{"namespace", Options{}, dial.Options{Namespace: "/nobody"}, dial.NotAdmitted, `the namespace /nobody refused the client: "Invalid namespace"; check --namespace`},
		{"namespace, 1", Options{Version: 1}, dial.Options{Namespace: "/nobody"}, dial.NotAdmitted, `the namespace /nobody refused the client: "Invalid namespace"; check --namespace`},
		{"path", Options{}, dial.Options{Path: "/elsewhere"}, dial.NotSocketIO, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := connected(t, Serve(t, test.server).URL(), test.client, nil)
			var e *dial.Error
			if !errors.As(err, &e) || e.Reason != test.reason || !strings.HasPrefix(e.Error(), test.want) {
				t.Errorf("got %v, want %s %s", err, test.reason, test.want)
			}
		})
	}
}

// TestConnectWhereTheServerHasNoWebSocket: the session stays on polling, and that is decided at once.
func TestConnectWhereTheServerHasNoWebSocket(t *testing.T) {
	t.Parallel()
	n := Serve(t, Options{Engine: map[string]any{"transports": []string{"polling"}}})
	tracker, err := connected(t, n.URL(), dial.Options{Until: dial.Decided}, nil)
	if err != nil || len(tracker.Sessions) != 1 || tracker.Sessions[0].Transport() != session.Polling {
		t.Errorf("%v, %+v", err, tracker.Sessions)
	}
}

// TestConnectThroughBalancers: an nginx that drops Upgrade leaves the session on polling with the node's own answer; one
// that passes it, and a HAProxy, let it upgrade.
func TestConnectThroughBalancers(t *testing.T) {
	t.Parallel()
	n := Serve(t, Options{})
	tests := []struct {
		name, url string
		upgrade   session.Upgrade
	}{
		{"nginx without Upgrade", Nginx{NoUpgrade: true}.Start(t, n).URL(), session.UpgradeFailed},
		{"nginx", Nginx{}.Start(t, n).URL(), session.UpgradeDone},
		{"HAProxy", HAProxy{}.Start(t, n).URL(), session.UpgradeDone},
		{"HAProxy, TCP", HAProxy{TCP: true}.Start(t, n).URL(), session.UpgradeDone},
	}
	for _, test := range tests {
		tracker, err := connected(t, test.url, dial.Options{Until: dial.Decided}, nil)
		if err != nil || len(tracker.Sessions) != 1 || tracker.Sessions[0].Upgrade != test.upgrade {
			t.Errorf("%s: %v, %+v", test.name, err, tracker.Sessions)
			continue
		}
		if probes := tracker.Sessions[0].Probes; test.upgrade == session.UpgradeFailed && probes[0].Exchange.Error.Code != 3 {
			t.Errorf("%s: the answer was %+v", test.name, probes[0].Exchange)
		}
	}
}
