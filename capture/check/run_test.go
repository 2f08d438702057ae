package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/internal/lab/rawclient"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/store"
)

// TestMain fails when goroutines are left over.
func TestMain(m *testing.M) { rawclient.Main(m) }

func start(t *testing.T, o lab.Options) string {
	t.Helper()
	o.Clients = -1
	l, err := lab.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l.URL()
}

// TestBudget: no more requests are sent than are allowed, and what is left out is said.
func TestBudget(t *testing.T) {
	t.Parallel()
	url := start(t, lab.Options{})
	for _, n := range []int{1, 5, 12, 30, 60} {
		c, d, tracker := carryOut(t, url, Options{MaxRequests: n})
		sent, skipped := 0, 0
		for _, e := range c.Experiments() {
			sent += e.Requests
			if e.State == Skipped && strings.Contains(e.Reason, "--max-requests") {
				skipped++
			}
		}
		if tells := c.Experiments()[0].Tells; n == 1 && !strings.HasPrefix(tells, "The requests that are allowed do not suffice for one client") {
			t.Errorf("of 1 request it is told: %s", tells)
		}
		if sent > n || sent != seen(tracker.Conns) || skipped == 0 {
			t.Errorf("%d allowed: %d counted, %d seen, %d experiments left out", n, sent, seen(tracker.Conns), skipped)
		}
		if n >= 5 && d.Verdict.State == "none" {
			t.Errorf("%d allowed: no verdict", n)
		}
	}
}

// TestTold: every change is told, in order, and Experiments may be read meanwhile.
func TestTold(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	states := map[string][]State{}
	var c *Check
	o := Options{Only: []string{WebSocket, Nodes}, Changed: func(e Experiment) {
		mu.Lock()
		states[e.ID] = append(states[e.ID], e.State)
		mu.Unlock()
		c.Experiments()
	}}
	c, err := New(start(t, lab.Options{}), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(context.Background(), func(fact.Fact) {}); err != nil {
		t.Fatal(err)
	}
	for _, e := range c.Experiments() {
		want := "[]"
		switch e.ID {
		case Default, WebSocket, Nodes:
			want = "[running done]"
		}
		if got := fmt.Sprint(states[e.ID]); got != want {
			t.Errorf("%s was %s, want %s", e.ID, got, want)
		}
	}
}

// TestWatched: a window diagnoses what it has while the check is under way, and says in the end what a terminal says.
func TestWatched(t *testing.T) {
	t.Parallel()
	c, err := New(start(t, lab.Options{}), Options{Client: dial.Options{Timeout: 20 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	s, ended := store.New("check", c.Diagnose), make(chan struct{})
	go func() {
		defer close(ended)
		s.Fill(context.Background(), c)
	}()
	for watching := true; watching; {
		select {
		case <-ended:
			watching = false
		case <-s.Changed():
			c.Experiments()
		}
		s.Read(func(tracker *session.Tracker, st *store.State) { c.Diagnose(tracker) })
	}
	s.Read(func(tracker *session.Tracker, st *store.State) {
		if st.Err != nil || st.Diagnosis.Lead() == nil || st.Diagnosis.Lead().ID != "no-affinity-per-connection" || len(tracker.Sessions) <= visitors {
			t.Errorf("%v, %d sessions, findings %v", st.Err, len(tracker.Sessions), ids(st.Diagnosis))
		}
	})
}

// TestInterrupted: a check that is called off ends at once, leaves nothing open and says what was not done.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	o := Options{Idle: 5 * time.Minute, Client: dial.Options{Timeout: time.Hour}, Changed: func(e Experiment) {
		if e.ID == Idle && e.State == Running {
			cancel()
		}
	}}
	c, err := New(start(t, lab.Options{Nodes: 1, Faults: []string{lab.SingleNode}}), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(ctx, func(fact.Fact) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	for _, e := range c.Experiments() {
		if e.ID == Idle && (e.State != Failed || e.Reason != "interrupted") {
			t.Errorf("idle is %s: %s", e.State, e.Reason)
		}
		if e.ID == Default && e.State != Done {
			t.Errorf("default is %s: %s", e.State, e.Reason)
		}
	}
}

// TestSilence: a time-out that cuts quiet sessions is seen, with its length; where there is none they stay open.
func TestSilence(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		lab    lab.Options
		result Result
	}{
		{"kept", lab.Options{Nodes: 1, Faults: []string{lab.SingleNode}, PingInterval: 300 * time.Millisecond}, Yes},
		{"cut", lab.Options{Nodes: 1, Faults: []string{lab.SingleNode, lab.IdleTimeout}, Idle: 400 * time.Millisecond}, No},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, d, _ := carryOut(t, start(t, tt.lab), Options{Idle: 1500 * time.Millisecond, Only: []string{Idle}})
			e := c.Experiments()[11]
			if e.Result != tt.result {
				t.Errorf("%s: %s; %v", e.Result, e.Tells, e.Figures)
			}
			if tt.result == No && !strings.Contains(e.Tells, "after its last packet") {
				t.Errorf("it tells %q", e.Tells)
			}
			if (d.Find("idle-timeout") != nil) != (tt.result == No) {
				t.Errorf("findings %v", ids(d))
			}
		})
	}
}

// TestRestarts: a node that is replaced every moment loses sessions, and no balancer is accused of it.
func TestRestarts(t *testing.T) {
	t.Parallel()
	url := start(t, lab.Options{Nodes: 1, Faults: []string{lab.SingleNode, lab.NodeRestarts}, RestartEvery: 250 * time.Millisecond})
	for range 8 {
		c, err := New(url, Options{Client: dial.Options{Timeout: 20 * time.Second}})
		if err != nil {
			t.Fatal(err)
		}
		tracker := &session.Tracker{}
		if err := c.Run(context.Background(), tracker.Add); cutAtOnce(err) {
			continue // nobody was there
		} else if err != nil {
			t.Fatal(err)
		}
		tracker.Finish()
		d := c.Diagnose(tracker)
		for _, id := range append(routingIDs, "affinity-lost", "inner-layer-not-sticky", "sticky-cookie-not-returned") {
			if d.Find(id) != nil {
				t.Errorf("findings %v, verdict %+v", ids(d), d.Verdict)
			}
		}
		t.Log(ids(d), d.Verdict.Summary)
	}
}

// TestTurnedAway: that clients reach WebSocket and are let into no namespace is said, and what to try.
func TestTurnedAway(t *testing.T) {
	t.Parallel()
	_, d, _ := carryOut(t, start(t, lab.Options{Faults: []string{"cookie"}}), Options{Client: dial.Options{Cookies: true, Namespace: "/nowhere"}})
	want := `but let into no namespace: the namespace /nowhere refused the client: "Invalid namespace"`
	if v := d.Verdict; v.State != "websocket" || v.Healthy || !strings.Contains(v.Summary, want) {
		t.Errorf("the verdict is %q, healthy: %v; want %q", v.Summary, v.Healthy, want)
	}
	if f := d.Find("namespace-refused"); f == nil || !strings.Contains(f.WouldTell, "--auth") {
		t.Errorf("it does not say what to try: %+v", f)
	}
}

// TestPlanIsKept: no experiment sends more than was planned for it, whatever else is left out, and so the check sends no
// more than it said before.
func TestPlanIsKept(t *testing.T) {
	t.Parallel()
	url := start(t, lab.Options{Faults: []string{lab.CookieAffinity}})
	for _, o := range []Options{
		{Only: []string{Cookies}}, {Only: []string{Messages}}, {Skip: []string{NewConnections}}, {MaxRequests: 90}, {MaxRequests: 45},
	} {
		c, err := New(url, o)
		if err != nil {
			t.Fatal(err)
		}
		said := c.Planned()
		if err := c.Run(context.Background(), func(fact.Fact) {}); err != nil {
			t.Fatal(err)
		}
		sent := 0
		for _, e := range c.Experiments() {
			sent += e.Requests
			if e.Requests > e.MaxRequests && e.ID != Default {
				t.Errorf("%+v: %s sent %d requests of %d", o, e.ID, e.Requests, e.MaxRequests)
			}
			if strings.Contains(e.Tells, errBudget.Error()) {
				t.Errorf("%+v: %s ran out of requests: %s", o, e.ID, e.Tells)
			}
		}
		if sent > said {
			t.Errorf("%+v: %d requests were sent, %d were said before", o, sent, said)
		}
	}
}

// TestQuickPolls: a server that answers every poll at once is asked no more often for it than was planned.
func TestQuickPolls(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case q.Get("transport") != "polling":
			w.WriteHeader(http.StatusBadRequest)
		case q.Get("sid") == "":
			io.WriteString(w, `0{"sid":"lv_VI97HAXpY6yYWAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}`)
		case r.Method == http.MethodPost:
			io.WriteString(w, "ok")
		default:
			io.WriteString(w, `40{"sid":"a"}`)
		}
	}))
	t.Cleanup(s.Close)
	c, _, _ := carryOut(t, s.URL, Options{Idle: 2 * time.Second, Only: []string{Idle}})
	if e := c.Experiments()[11]; e.Requests > e.MaxRequests {
		t.Errorf("%d requests, %d were planned", e.Requests, e.MaxRequests)
	}
}
