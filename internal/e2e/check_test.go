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
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

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
			right, requests, sent, took := 0, 0, 0, time.Duration(0)
			n := runs(t)
			for range n {
				began := time.Now()
				x := checked(t, st.url, check.Options{Client: s.client, Idle: s.idle})
				took += time.Since(began)
				requests, sent = max(requests, x.requests), sent+x.requests
				wrong := append(s.judge(x), x.against(t, st.nodes)...)
				if s.want == "" || s.want == "protocol-version-mismatch" {
					wrong = append(wrong, left(t, st.nodes)...)
				}
				if len(wrong) == 0 {
					right++
					continue
				}
				t.Errorf("%s\n%s", strings.Join(wrong, "\n"), x)
			}
			if got := reached(t, st.nodes); got > sent {
				t.Errorf("%d requests reached the nodes, and the checks tell of %d", got, sent)
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
	if s.idle > 0 && s.want != "" && !strings.Contains(d.Verdict.Summary, ", but: ") {
		wrong = append(wrong, fmt.Sprintf("the first sentence does not say it: %q", d.Verdict.Summary))
	}
	if s.idle > 0 && s.want != "" && !strings.Contains(x.experiment(check.Idle).Tells, "cut from the other side") && !strings.Contains(x.experiment(check.Idle).Tells, "ended by a proxy (504") {
		wrong = append(wrong, fmt.Sprintf("silence tells %q", x.experiment(check.Idle).Tells))
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

// reached counts the requests that the nodes saw.
func reached(t *testing.T, nodes []*Node) (requests int) {
	t.Helper()
	for _, n := range nodes {
		for _, e := range n.Log(t) {
			if e.Event == "request" || e.Event == "upgrade-request" {
				requests++
			}
		}
	}
	return requests
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
