package e2e

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// A stage is real nodes and what is in front of them.
type stage struct {
	url   string
	nodes []*Node
}

// lone is a node that clients reach directly.
func lone(o Options) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		n := Serve(t, o)
		return stage{n.URL(), []*Node{n}}
	}
}

// starter is a HAProxy or Nginx.
type starter interface {
	Start(t testing.TB, nodes ...*Node) *Balancer
}

// behind is n nodes behind a balancer.
func behind(b starter, n int, o Options) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		nodes := Cluster(t, n, o)
		return stage{b.Start(t, nodes...).URL(), nodes}
	}
}

var (
	cookieAffinity = HAProxy{Backend: []string{"balance roundrobin", "cookie SERVERID insert indirect nocache"}}
	blocked        = "http-request deny deny_status %d if { hdr(upgrade) -i websocket }"
	origin         = "https://app.example.org"
)

// A scene is a stage, who comes, and what must be said: the verdict, and every finding that is no info.
type scene struct {
	name    string
	stage   func(t *testing.T) stage
	client  dial.Options
	states  string // those that are right, with blanks between
	want    string // ids, worst first; "": healthy
	results string // of experiments, id=result
}

var scenes = []scene{
	{name: "one node", stage: lone(Options{}), states: "websocket"},
	{name: "one node behind HAProxy", stage: behind(HAProxy{}, 1, Options{}), states: "websocket"},
	{name: "one node behind nginx", stage: behind(Nginx{}, 1, Options{}), states: "websocket"},
	{name: "HAProxy, affinity by cookie", stage: behind(cookieAffinity, 3, Options{}), states: "websocket", results: "cookies=yes nodes=yes"},
	{name: "HAProxy, affinity by source", stage: behind(HAProxy{Backend: []string{"balance source"}}, 3, Options{}), states: "websocket"},
	{name: "HAProxy TCP, affinity by source", stage: behind(HAProxy{TCP: true, Backend: []string{"balance source"}}, 3, Options{}), states: "websocket"},
	{name: "nginx, ip_hash", stage: behind(Nginx{Upstream: []string{"ip_hash;"}}, 3, Options{}), states: "websocket"},
	{name: "nginx TCP, hash of the address", stage: behind(Nginx{TCP: true, Upstream: []string{"hash $remote_addr;"}}, 3, Options{}), states: "websocket"},
	{name: "one node with CORS", stage: lone(Options{Engine: map[string]any{"cors": map[string]any{"origin": origin, "credentials": true}}}),
		client: dial.Options{Origin: origin}, states: "websocket", results: "cors=yes"},
	{name: "2.5.1 for its own clients", stage: lone(Options{Version: 2}), client: dial.Options{EIO: 3}, states: "websocket"},
	{name: "4.8.4 with allowEIO3 for clients of 2", stage: lone(Options{Engine: map[string]any{"allowEIO3": true}}), client: dial.Options{EIO: 3}, states: "websocket", results: "versions=yes"},

	{name: "HAProxy TCP, round robin", stage: behind(HAProxy{TCP: true}, 2, Options{}), states: "polling mixed failing", want: "no-affinity-per-connection",
		results: "websocket=yes keep-alive=yes new-connections=no nodes=yes"},
	{name: "HAProxy TCP, round robin, 3 nodes", stage: behind(HAProxy{TCP: true}, 3, Options{}), states: "polling mixed failing", want: "no-affinity-per-connection",
		results: "websocket=yes keep-alive=yes new-connections=no nodes=yes"},
	{name: "nginx TCP, round robin", stage: behind(Nginx{TCP: true}, 3, Options{}), states: "polling mixed failing", want: "no-affinity-per-connection",
		results: "websocket=yes keep-alive=yes new-connections=no nodes=yes"},
	{name: "HAProxy HTTP, round robin", stage: behind(HAProxy{}, 2, Options{}), states: "failing mixed", want: "no-affinity-per-request",
		results: "websocket=yes keep-alive=no nodes=yes"},
	{name: "HAProxy HTTP, round robin, 3 nodes", stage: behind(HAProxy{}, 3, Options{}), states: "failing mixed", want: "no-affinity-per-request",
		results: "websocket=yes keep-alive=no nodes=yes"},
	{name: "nginx HTTP, round robin", stage: behind(Nginx{}, 3, Options{}), states: "failing mixed", want: "no-affinity-per-request",
		results: "websocket=yes keep-alive=no nodes=yes"},
	{name: "HAProxy, affinity by cookie, no jar", stage: behind(cookieAffinity, 3, Options{}), client: dial.Options{Cookies: false}, states: "failing mixed",
		want: "sticky-cookie-not-returned", results: "websocket=yes cookies=yes"},
	{name: "HAProxy strips Upgrade", stage: behind(HAProxy{Frontend: []string{"http-request del-header upgrade"}, Backend: []string{"balance source"}}, 2, Options{}),
		states: "polling", want: "upgrade-header-stripped", results: "websocket=no upgrade-header=no"},
	{name: "nginx strips Upgrade", stage: behind(Nginx{NoUpgrade: true}, 1, Options{}), states: "polling", want: "upgrade-header-stripped", results: "websocket=no upgrade-header=no"},
	{name: "HAProxy, WebSocket 403", stage: behind(HAProxy{Frontend: []string{fmt.Sprintf(blocked, 403)}}, 1, Options{}), states: "polling", want: "upgrade-refused-by-proxy", results: "websocket=no upgrade-header=no"},
	{name: "HAProxy, WebSocket 503", stage: behind(HAProxy{Frontend: []string{fmt.Sprintf(blocked, 503)}}, 1, Options{}), states: "polling", want: "upgrade-refused-by-proxy", results: "websocket=no"},
	{name: "nginx, WebSocket 403", stage: behind(Nginx{Location: []string{"if ($http_upgrade) { return 403; }"}}, 1, Options{}), states: "polling", want: "upgrade-refused-by-proxy", results: "websocket=no upgrade-header=no"},
	{name: "server without WebSocket", stage: lone(Options{Engine: map[string]any{"transports": []string{"polling"}}}), states: "polling", want: "server-offers-no-upgrade", results: "websocket=no"},
	{name: "2.5.1, clients of today", stage: lone(Options{Version: 2}), states: "failing", want: "protocol-version-mismatch"},
	{name: "4.8.4, clients of 2", stage: lone(Options{}), client: dial.Options{EIO: 3}, states: "failing", want: "protocol-version-mismatch"},
	{name: "forbidden", stage: lone(Options{Forbid: "members only"}), states: "failing", want: "connection-forbidden"},
	{name: "no CORS", stage: lone(Options{}), client: dial.Options{Origin: origin}, states: "websocket polling failing", want: "cors-refused", results: "cors=no"},
}

// runs is how often each scene is checked: a few times, or SIOSCOPE_E2E_RUNS.
func runs(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("SIOSCOPE_E2E_RUNS")); err == nil {
		return n
	}
	return 2
}

// TestCheck: what is wrong between real clusters and their clients is named, nothing else is, and what is well is not
// accused.
func TestCheck(t *testing.T) {
	t.Parallel()
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			st := s.stage(t)
			s.client.Cookies = !strings.HasSuffix(s.name, "no jar")
			right, requests, took := 0, 0, time.Duration(0)
			n := runs(t)
			for range n {
				began := time.Now()
				x := checked(t, st.url, check.Options{Client: s.client})
				took += time.Since(began)
				requests = max(requests, x.requests)
				wrong := append(s.judge(x), x.against(t, st.nodes)...)
				if s.want == "" {
					wrong = append(wrong, left(t, st.nodes)...)
				}
				if len(wrong) == 0 {
					right++
					continue
				}
				t.Errorf("%s\n%s", strings.Join(wrong, "\n"), x)
			}
			want := s.want
			if want == "" {
				want = "healthy"
			}
			t.Logf("| %s | %s | %d of %d | %d | %.1f s |", s.name, want, right, n, requests, (took / time.Duration(n)).Seconds())
		})
	}
}

// judge says what was said wrongly.
func (s *scene) judge(x *examined) (wrong []string) {
	d := x.diagnosis
	if !slices.Contains(strings.Fields(s.states), string(d.Verdict.State)) {
		wrong = append(wrong, fmt.Sprintf("the verdict is %s, want %s", d.Verdict.State, s.states))
	}
	var got []string
	for _, f := range d.Findings {
		if f.Severity != diagnose.Info {
			got = append(got, f.ID)
		}
	}
	if strings.Join(got, " ") != s.want {
		wrong = append(wrong, fmt.Sprintf("the findings are %q, want %q", got, s.want))
	}
	if s.want == "" && !d.Verdict.Healthy {
		wrong = append(wrong, "it is not called healthy")
	}
	for want := range strings.FieldsSeq(s.results) {
		id, result, _ := strings.Cut(want, "=")
		if e := x.experiment(id); string(e.Result) != result {
			wrong = append(wrong, fmt.Sprintf("the experiment %s says %q, want %s", id, e.Result, result))
		}
	}
	return wrong
}

// examined is a check that was carried out.
type examined struct {
	diagnosis diagnose.Diagnosis
	list      []check.Experiment
	requests  int
	planned   int
}

func checked(t *testing.T, url string, o check.Options) *examined {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := check.New(url, o)
	if err != nil {
		t.Fatal(err)
	}
	x := &examined{planned: c.Planned()}
	tracker := &session.Tracker{}
	if err := c.Run(ctx, func(f fact.Fact) { tracker.Add(f) }); err != nil {
		t.Fatal(err)
	}
	tracker.Finish()
	x.diagnosis, x.list = c.Diagnose(tracker), c.Experiments()
	for _, e := range x.list {
		x.requests += e.Requests
	}
	return x
}

func (x *examined) experiment(id string) check.Experiment {
	i := slices.IndexFunc(x.list, func(e check.Experiment) bool { return e.ID == id })
	if i < 0 {
		return check.Experiment{}
	}
	return x.list[i]
}

// against holds what the check says it did against what the nodes saw.
func (x *examined) against(t *testing.T, nodes []*Node) (wrong []string) {
	t.Helper()
	if x.requests > x.planned || x.planned >= 200 {
		wrong = append(wrong, fmt.Sprintf("it sent %d requests of %d planned", x.requests, x.planned))
	}
	opened := map[string]bool{}
	for _, n := range nodes {
		for _, e := range n.Sessions(t) {
			opened[e.SID] = true
		}
	}
	for _, e := range x.list {
		for _, sid := range e.Sessions {
			if !opened[sid] {
				wrong = append(wrong, fmt.Sprintf("%s tells of the session %s, which no node opened", e.ID, sid))
			}
		}
	}
	return wrong
}

// left says which sessions were not ended by the check, but by their server's patience.
func left(t *testing.T, nodes []*Node) (wrong []string) {
	t.Helper()
	for _, n := range nodes {
		for _, open := range n.Sessions(t) {
			end := n.Await(t, "end of "+open.SID, func(e Event) bool { return e.Event == "close" && e.SID == open.SID })
			if strings.Contains(end.Reason, "timeout") {
				wrong = append(wrong, fmt.Sprintf("the session %s, opened with %s, was left open: %s", open.SID, open.URL, end.Reason))
			}
		}
	}
	return wrong
}

// String is what a person would see.
func (x *examined) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, x.diagnosis.Verdict.Summary)
	for _, f := range x.diagnosis.Findings {
		fmt.Fprintf(&b, "  %s %s (%s): %s\n", f.Severity, f.ID, f.Confidence, f.Title)
		for _, e := range f.Evidence {
			fmt.Fprintf(&b, "      %s\n", e.Text)
		}
	}
	for _, e := range x.list {
		fmt.Fprintf(&b, "  %-16s %-8s %-8s %3d of %3d, %4d ms: %s%s\n", e.ID, e.State, e.Result, e.Requests, e.MaxRequests, e.Took.Milliseconds(), e.Tells, e.Reason)
	}
	return b.String()
}
