package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sioscope/internal/lab"
)

// checkLab runs sio check against a lab.
func checkLab(t *testing.T, o lab.Options, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	o.Clients = -1
	l, err := lab.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var out, errs bytes.Buffer
	p := &Program{Stdout: &out, Stderr: &errs, Columns: func(io.Writer) int { return 0 },
		Getenv: func(name string) string { return map[string]string{"LANG": "en_US.UTF-8"}[name] }}
	code = p.Run(context.Background(), append([]string{"check", "--timeout", "20s", l.URL() + "/?token=s3cr3t-0123456789abcdef"}, args...))
	return code, out.String(), errs.String()
}

func TestCheckText(t *testing.T) {
	t.Parallel()
	code, out, errs := checkLab(t, lab.Options{}, "--expect", "websocket")
	if code != unmet || !strings.Contains(errs, "6 of 6 sessions are not on websocket") {
		t.Errorf("exit %d, stderr %q", code, errs)
	}
	at := 0
	for _, want := range []string{
		"at most ", "✗  1 Default client", "✓  2 WebSocket only", "✗  4 Polling, new connections", "–  5 Cookies", "12 Silence", "requests in ",
		"polling: 6 of 6 sessions never upgraded", "Findings (1)", "no-affinity-per-connection, certain", "experiment: ", "Ruled out",
		"Tried here", `✓ transports: ["websocket"] works here: 8 of 8 sessions`, "? affinity by cookie cannot be tried",
	} {
		i := strings.Index(out[at:], want)
		if i < 0 {
			t.Fatalf("%q does not follow in\n%s", want, out)
		}
		at += i
	}
	if strings.Contains(out+errs, "s3cr3t") {
		t.Error("the query's secret is printed")
	}
}

func TestCheckJSON(t *testing.T) {
	t.Parallel()
	code, out, errs := checkLab(t, lab.Options{Faults: []string{lab.CookieAffinity}}, "--format", "json", "--expect", "websocket")
	var report struct {
		Schema      string
		Verdict     struct{ State string }
		Sessions    []struct{ SID, Transport string }
		Nodes       []struct{ Sessions int }
		Experiments []struct {
			ID, Title, Question, State, Result, Tells string
			Number, Requests, MaxRequests             int
			Seconds                                   float64
			Figures                                   []struct{ Name, Value string }
			Sessions                                  []string
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if code != ok || report.Schema != "sioscope.report/1" || report.Verdict.State != "websocket" || len(report.Sessions) != 6 || len(report.Experiments) != 12 {
		t.Errorf("exit %d, %+v, stderr %s", code, report.Verdict, errs)
	}
	on := 0
	for _, n := range report.Nodes {
		on += n.Sessions
	}
	if len(report.Nodes) != 2 || on != 6 {
		t.Errorf("nodes of the default clients: %+v", report.Nodes)
	}
	for i, e := range report.Experiments {
		if e.Number != i+1 || e.ID == "" || e.Title == "" || e.Question == "" || e.State == "" || e.State == "done" && (e.Result == "" || e.Tells == "") {
			t.Errorf("experiment %+v", e)
		}
	}
	if c := report.Experiments[4]; c.ID != "cookies" || c.Result != "yes" || len(c.Figures) < 3 || len(c.Sessions) != 3 || c.Seconds <= 0 {
		t.Errorf("cookies: %+v", c)
	}
	if !strings.Contains(errs, "✓  1 Default client") || strings.Contains(out+errs, "s3cr3t") {
		t.Errorf("stderr %q", errs)
	}
}

func TestCheckBadInput(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, args, says string
	}{
		{"no URL", "", "want one URL"},
		{"no scheme", "localhost:3000", "http://localhost:3000"},
		{"nothing listens", "http://127.0.0.1:1", "nothing listens"},
		{"no experiment", "--only all http://127.0.0.1:1", `no experiment "all"`},
		{"no request", "--max-requests 0 http://127.0.0.1:1", "--max-requests 0 allows nothing"},
		{"no time", "--idle soon http://127.0.0.1:1", "want a time"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			code := Run(context.Background(), append([]string{"check"}, strings.Fields(tt.args)...), strings.NewReader(""), &out, &errs)
			if code != failed || strings.Count(errs.String(), "\n") != 1 || !strings.Contains(errs.String(), tt.says) || strings.Contains(out.String(), "Not run") {
				t.Errorf("exit %d, stdout %q, stderr %q; want %q", code, out.String(), errs.String(), tt.says)
			}
		})
	}
}

// TestCheckUnserved: where a proxy answers for a server that is down, there is a report, and the exit code is that of a
// service that could not be asked, as connect's is.
func TestCheckUnserved(t *testing.T) {
	t.Parallel()
	for _, status := range []int{500, 502, 503} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) }))
		for _, verb := range []string{"check", "connect"} {
			code, stdout, stderr := ran(t.Context(), nil, verb, s.URL)
			if want := fmt.Sprintf("answered %d without a body; the service behind it may be down\n", status); code != failed || strings.Count(stderr, "\n") != 1 || !strings.HasSuffix(stderr, want) {
				t.Errorf("%s, %d: exit %d: %s%s", verb, status, code, stdout, stderr)
			}
		}
		s.Close()
	}
}
