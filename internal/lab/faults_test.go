package lab

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sioscope/capture/dial"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// A watch is a lab that runs, and what sioscope makes of it.
type watch struct {
	*Lab
	t       *testing.T
	mu      sync.Mutex
	tracker session.Tracker
	cancel  context.CancelFunc
	ended   chan struct{}
}

// run runs a lab.
func run(t *testing.T, o Options) *watch {
	t.Helper()
	w := &watch{Lab: start(t, o), t: t, ended: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	go func() {
		defer close(w.ended)
		_ = w.Run(ctx, func(f fact.Fact) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.tracker.Add(f)
		})
	}()
	t.Cleanup(func() { cancel(); <-w.ended })
	return w
}

// look reads what is known so far.
func (w *watch) look(f func(t *session.Tracker, d diagnose.Diagnosis) bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tracker.Resolve()
	return f(&w.tracker, diagnose.Diagnose(&w.tracker))
}

// until waits until something is known.
func (w *watch) until(what string, f func(t *session.Tracker, d diagnose.Diagnosis) bool) {
	w.t.Helper()
	for end := time.Now().Add(60 * time.Second); !w.look(f); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("%s: it does not come about; %s", what, w.told())
		}
	}
}

// told is what the findings are so far.
func (w *watch) told() (text string) {
	w.look(func(t *session.Tracker, d diagnose.Diagnosis) bool {
		text = d.Verdict.Title + "; " + strings.Join(troubles(d), ", ")
		return true
	})
	return text
}

// end ends the run and gives the diagnosis of the whole.
func (w *watch) end() diagnose.Diagnosis {
	w.cancel()
	<-w.ended
	w.tracker.Finish()
	return diagnose.Diagnose(&w.tracker)
}

// troubles are the errors and warnings of a diagnosis.
func troubles(d diagnose.Diagnosis) []string {
	var ids []string
	for _, f := range d.Findings {
		if f.Severity < diagnose.Info {
			ids = append(ids, f.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// found says whether a cause was found in so many sessions, or handshakes.
func found(id string, n int) func(*session.Tracker, diagnose.Diagnosis) bool {
	return func(_ *session.Tracker, d diagnose.Diagnosis) bool {
		for _, f := range d.Findings {
			if f.ID == id && len(f.Sessions)+len(f.Refused) >= n {
				return true
			}
		}
		return false
	}
}

// onWebSocket says whether so many sessions are.
func onWebSocket(n int) func(*session.Tracker, diagnose.Diagnosis) bool {
	return func(t *session.Tracker, _ diagnose.Diagnosis) bool {
		on := 0
		for _, s := range t.Sessions {
			if s.Transport() == session.WebSocket {
				on++
			}
		}
		return on >= n
	}
}

// TestFaultsAreFound runs the lab with each fault, and holds what sioscope concludes against what was switched on.
func TestFaultsAreFound(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		faults string
		nodes  int
		want   string // ids of errors and warnings, "": none, for all is well
		n      int    // sessions or handshakes that the first must touch; 0: 3
		eio3   bool   // allowEIO3
	}{
		{faults: "per-connection", want: "no-affinity-per-connection"},
		{faults: "per-connection", nodes: 3, want: "no-affinity-per-connection"},
		{faults: "per-connection shared-messages", want: "no-affinity-per-connection"},
		{faults: "per-connection cookie-dropped", want: "no-affinity-per-connection"},
		{faults: "per-request", want: "no-affinity-per-request"},
		{faults: "per-request", nodes: 3, want: "no-affinity-per-request"},
		{faults: "cookie", want: ""},
		{faults: "cookie", nodes: 3, want: ""},
		{faults: "source", want: ""},
		{faults: "single-node", want: ""},
		{faults: "cookie shared-messages", want: ""},
		{faults: "cookie cookie-dropped", want: "sticky-cookie-not-returned"},
		{faults: "source upgrade-stripped", want: "upgrade-header-stripped"},
		{faults: "cookie upgrade-stripped", want: "upgrade-header-stripped"},
		{faults: "source upgrade-403", want: "upgrade-refused-by-proxy"},
		{faults: "cookie upgrade-503", want: "upgrade-refused-by-proxy"},
		{faults: "source frames-swallowed", want: "frames-blocked"},
		{faults: "source polling-only", want: "server-offers-no-upgrade"},
		{faults: "source forbidden", want: "connection-forbidden"},
		{faults: "source old-clients", want: "protocol-version-mismatch"},
		{faults: "source old-clients", want: "", eio3: true},
		{faults: "cookie old-clients", want: "", eio3: true},
		{faults: "per-connection old-clients", want: "no-affinity-per-connection", eio3: true},
		{faults: "source handshake-cached", want: "handshake-cached", n: 1},
		{faults: "single-node handshake-cached", want: "handshake-cached", n: 1},
		{faults: "source idle-timeout", want: "idle-timeout", n: 2},
		{faults: "source node-restarts", want: "node-restarted", n: 1},
		{faults: "cookie node-restarts", want: "node-restarted", n: 1},
		{faults: "single-node node-restarts", want: "node-restarted", n: 1},
	} {
		t.Run(strings.ReplaceAll(tt.faults, " ", "+"), func(t *testing.T) {
			t.Parallel()
			w := run(t, Options{Nodes: tt.nodes, AllowEIO3: tt.eio3, Faults: strings.Fields(tt.faults), ChatEvery: -1, PingInterval: 3 * time.Second, Idle: time.Second, RestartEvery: 1300 * time.Millisecond})
			if tt.want == "" {
				w.until("sessions on WebSocket", onWebSocket(3))
			} else {
				w.until(tt.want, found(tt.want, cmp.Or(tt.n, 3)))
			}
			d := w.end()
			if got := strings.Join(troubles(d), " "); got != tt.want {
				t.Errorf("found %q, want %q; %s", got, tt.want, d.Verdict.Title)
			}
			t.Log(d.Verdict.Title)
		})
	}
}

// TestRestartsAreFound switches the restarts on while clients run: all had left by then in good order, and come back.
func TestRestartsAreFound(t *testing.T) {
	t.Parallel()
	for _, how := range []string{SourceAffinity, CookieAffinity, SingleNode} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := run(t, Options{Faults: []string{how}, ChatEvery: 300 * time.Millisecond}) // silent since they came, they may be cut after a second
			w.until("sessions on WebSocket", onWebSocket(3))
			if err := w.Set(NodeRestarts, true); err != nil {
				t.Fatal(err)
			}
			w.until("a restart", found("node-restarted", 1))
			w.until("all clients back", func(t *session.Tracker, _ diagnose.Diagnosis) bool { // one that leaves amid its upgrade is another story
				n := 0
				for _, s := range t.Sessions {
					if s.Closed == 0 && s.Transport() == session.WebSocket {
						n++
					}
				}
				return n == 3
			})
			d := w.end()
			if got := strings.Join(troubles(d), " "); got != "node-restarted" {
				t.Errorf("found %q; %s", got, d.Verdict.Title)
			}
		})
	}
}

// TestFlipping switches everything on and off while the clients run, and ends with a service that is well.
func TestFlipping(t *testing.T) {
	t.Parallel()
	w := run(t, Options{Clients: 4, ChatEvery: 20 * time.Millisecond, PingInterval: 50 * time.Millisecond, PingTimeout: 500 * time.Millisecond, RestartEvery: 30 * time.Millisecond, Idle: 40 * time.Millisecond, UpgradeTimeout: 50 * time.Millisecond})
	sessions := func() (n int) {
		w.look(func(t *session.Tracker, _ diagnose.Diagnosis) bool { n = len(t.Sessions) + len(t.Refused); return true })
		return n
	}
	for _, f := range Faults() {
		before := sessions()
		if err := w.Set(f.ID, true); err != nil {
			t.Fatal(err)
		}
		w.until("new sessions with "+f.ID, func(t *session.Tracker, _ diagnose.Diagnosis) bool {
			return f.ID == PerConnection || len(t.Sessions)+len(t.Refused) > before
		})
		if f.Group != Balancing {
			if err := w.Set(f.ID, false); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Set(CookieAffinity, true); err != nil {
		t.Fatal(err)
	}
	began := time.Now().UnixNano()
	w.until("sessions on WebSocket at the end", func(t *session.Tracker, _ diagnose.Diagnosis) bool {
		n := 0
		for _, s := range t.Sessions {
			if s.Opened > began && s.Transport() == session.WebSocket && s.Acks[fact.In] > 3 {
				n++
			}
		}
		return n >= 4
	})
}

// TestOthersAreSeen: a client that is none of the lab's is seen as they are.
func TestOthersAreSeen(t *testing.T) {
	t.Parallel()
	for _, listen := range []string{"127.0.0.1:0", "[::1]:0", "localhost:0", "0.0.0.0:0"} {
		w := run(t, Options{Clients: 1, Listen: listen, ChatEvery: -1, Faults: []string{SingleNode}})
		w.until("the lab's own at "+listen, onWebSocket(1))
		c, err := dial.New(w.URL(), dial.Options{Until: dial.Decided})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Run(context.Background(), func(fact.Fact) {}); err != nil {
			t.Fatal(err)
		}
		w.until("another client at "+listen, onWebSocket(2))
		if err := w.Run(context.Background(), nil); err == nil {
			t.Error("the lab runs twice")
		}
		w.end()
	}
}
