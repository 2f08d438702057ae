package check

import (
	"context"
	"strings"
	"testing"
	"time"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// TestLab: every fault of the lab is named first, with what the fix would do, and what is well is not accused.
func TestLab(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name           string
		lab            lab.Options
		client         dial.Options
		verdict        diagnose.State
		first          string // the first finding that is no info, "" for none
		also           string
		results        string // of experiments, id=result
		websocketWorks Result // as tried; "" where it is not said
	}{
		{name: "one node", lab: lab.Options{Nodes: 1, Faults: []string{lab.SingleNode}}, verdict: diagnose.StateWebSocket,
			results: "default=yes websocket=yes keep-alive=yes new-connections=yes cookies=no nodes=no upgrade-header=yes cors=no versions=some messages=yes"},
		{name: "affinity by cookie", lab: lab.Options{Faults: []string{lab.CookieAffinity}}, client: dial.Options{Cookies: true}, verdict: diagnose.StateWebSocket,
			results: "default=yes websocket=yes keep-alive=yes new-connections=yes cookies=yes nodes=yes"},
		{name: "affinity by source address", lab: lab.Options{Faults: []string{lab.SourceAffinity}}, verdict: diagnose.StateWebSocket,
			results: "default=yes new-connections=yes nodes=no"},
		{name: "three nodes, cookie, CORS, EIO 3", lab: lab.Options{Nodes: 3, Faults: []string{lab.CookieAffinity}, Origins: []string{"https://app.example.org"}, AllowEIO3: true},
			client: dial.Options{Cookies: true, Origin: "https://app.example.org"}, verdict: diagnose.StateWebSocket, results: "cors=yes versions=yes nodes=yes cookies=yes", first: "sticky-cookie-refused"},
		{name: "per connection", verdict: diagnose.StatePolling, first: "no-affinity-per-connection", websocketWorks: Yes,
			results: "default=no websocket=yes keep-alive=yes new-connections=no cookies=no nodes=yes upgrade-header=yes"},
		{name: "per connection, five nodes", lab: lab.Options{Nodes: 5}, verdict: diagnose.StatePolling, first: "no-affinity-per-connection", websocketWorks: Yes,
			results: "default=no keep-alive=yes new-connections=no"},
		{name: "per request", lab: lab.Options{Faults: []string{lab.PerRequest}}, verdict: diagnose.StateFailing, first: "no-affinity-per-request", websocketWorks: Yes,
			results: "default=no websocket=yes keep-alive=no nodes=yes"},
		{name: "cookie and no jar", lab: lab.Options{Faults: []string{lab.CookieAffinity}}, verdict: diagnose.StateFailing, first: "sticky-cookie-not-returned", websocketWorks: Yes,
			results: "websocket=yes cookies=yes"},
		{name: "Upgrade stripped", lab: lab.Options{Faults: []string{lab.UpgradeStripped, lab.SingleNode}}, verdict: diagnose.StatePolling, first: "upgrade-header-stripped", websocketWorks: No,
			results: "default=no websocket=no new-connections=yes upgrade-header=no"},
		{name: "Upgrade stripped and per request", lab: lab.Options{Faults: []string{lab.UpgradeStripped, lab.PerRequest}}, verdict: diagnose.StateFailing, first: "no-affinity-per-request", also: "upgrade-header-stripped", websocketWorks: No},
		{name: "403", lab: lab.Options{Faults: []string{lab.Upgrade403, lab.SingleNode}}, verdict: diagnose.StatePolling, first: "upgrade-refused-by-proxy", websocketWorks: No,
			results: "upgrade-header=no"},
		{name: "503", lab: lab.Options{Faults: []string{lab.Upgrade503, lab.SingleNode}}, verdict: diagnose.StatePolling, first: "upgrade-refused-by-proxy", websocketWorks: No},
		{name: "frames swallowed", lab: lab.Options{Faults: []string{lab.FramesSwallowed, lab.SingleNode}}, verdict: diagnose.StatePolling, first: "frames-blocked", websocketWorks: No,
			results: "upgrade-header=yes websocket=no"},
		{name: "polling only", lab: lab.Options{Faults: []string{lab.PollingOnly, lab.SingleNode}}, verdict: diagnose.StatePolling, first: "server-offers-no-upgrade", websocketWorks: No,
			results: "default=no websocket=no keep-alive=yes new-connections=yes upgrade-header=unknown"},
		{name: "forbidden", lab: lab.Options{Faults: []string{lab.Forbidden}}, verdict: diagnose.StateFailing, first: "connection-forbidden"},
		{name: "clients of Socket.IO 2", lab: lab.Options{Faults: []string{lab.SingleNode}}, client: dial.Options{EIO: 3}, verdict: diagnose.StateFailing, first: "protocol-version-mismatch"},
		{name: "handshakes cached", lab: lab.Options{Faults: []string{lab.HandshakeCached, lab.SingleNode}}, first: "handshake-cached", results: "nodes=unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.lab.Clients = -1
			l, err := lab.Start(tt.lab)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			c, d, _ := carryOut(t, l.URL(), Options{Client: tt.client})
			said := ids(d)
			if tt.verdict != "" && d.Verdict.State != tt.verdict {
				t.Errorf("verdict %q, want %s; findings %v", d.Verdict.Summary, tt.verdict, said)
			}
			first := ""
			if f := d.Lead(); f != nil {
				first = f.ID
			}
			if first != tt.first || tt.also != "" && d.Find(tt.also) == nil {
				t.Errorf("findings %v, want %q first, and %q", said, tt.first, tt.also)
			}
			if tt.first == "" && !d.Verdict.Healthy {
				t.Errorf("not healthy: %+v", d.Verdict)
			}
			if works := tried(d, "client"); works != tt.websocketWorks && tt.websocketWorks != "" {
				t.Errorf("WebSocket alone was tried: %q, want %q", works, tt.websocketWorks)
			}
			list := c.Experiments()
			for want := range strings.FieldsSeq(tt.results) {
				id, result, _ := strings.Cut(want, "=")
				for _, e := range list {
					if e.ID == id && string(e.Result) != result {
						t.Errorf("%s: %s (%s), want %s", id, e.Result, e.Tells, result)
					}
				}
			}
			for _, e := range list {
				if e.Requests > e.MaxRequests {
					t.Errorf("%s sent %d requests, and %d were planned", e.ID, e.Requests, e.MaxRequests)
				}
				if e.State == Done && (e.Tells == "" || e.Result == "" || !strings.HasSuffix(e.Tells, ".")) {
					t.Errorf("%s tells %q", e.ID, e.Tells)
				}
			}
			if t.Failed() {
				for _, e := range list {
					t.Logf("%-16s %-8s %-8s %3d %s %s", e.ID, e.State, e.Result, e.Requests, e.Tells, e.Reason)
				}
			}
		})
	}
}

// carryOut runs a check and diagnoses it as a window and a terminal do.
func carryOut(t *testing.T, url string, o Options) (*Check, diagnose.Diagnosis, *session.Tracker) {
	t.Helper()
	o.Client.Timeout = 20 * time.Second
	c, err := New(url, o)
	if err != nil {
		t.Fatal(err)
	}
	tracker := carry(t, c)
	return c, c.Diagnose(tracker), tracker
}

func carry(t *testing.T, c *Check) *session.Tracker {
	t.Helper()
	tracker := &session.Tracker{}
	if err := c.Run(context.Background(), func(f fact.Fact) { tracker.Add(f) }); err != nil {
		t.Fatal(err)
	}
	tracker.Finish()
	return tracker
}

func ids(d diagnose.Diagnosis) []string {
	var out []string
	for _, f := range d.Findings {
		out = append(out, f.ID)
	}
	return out
}

// tried is whether a fix of the first finding works, as tried.
func tried(d diagnose.Diagnosis, of string) Result {
	if f := d.Lead(); f != nil {
		for _, t := range f.Tried {
			if t.For == of {
				return Result(t.Works)
			}
		}
	}
	return ""
}

// seen counts the requests that facts tell of.
func seen(conns []*session.Conn) int {
	n := 0
	for _, c := range conns {
		n += c.Requests
	}
	return n
}
