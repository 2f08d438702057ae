package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/internal/lab"
)

// TestACheckIsOpenedAgain: a HAR of a check tells of its default clients what the check told, and not of its experiments.
func TestACheckIsOpenedAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		lab     lab.Options
		state   string
		finding string // "": none
		code    int
	}{
		{"healthy", lab.Options{Nodes: 1, Faults: []string{lab.SingleNode}}, "websocket", "", ok},
		{"dealt out in turn", lab.Options{}, "polling", "no-affinity-per-connection", unmet},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "check.har")
			if code, out, errs := checkLab(t, tt.lab, "-o", path); code != ok {
				t.Fatalf("exit %d\n%s\n%s", code, out, errs)
			}
			code, out, errs := saving(t.Context(), strings.NewReader(""), "open", "--format", "json", "--expect", "websocket", path)
			var report struct {
				Verdict  struct{ State, Summary string }
				Sessions []struct{ SID string }
				Refused  []struct{ Status int }
				Findings []struct{ ID string }
				Nodes    []struct{ Sessions int }
			}
			if err := json.Unmarshal([]byte(out), &report); err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, f := range report.Findings {
				found = append(found, f.ID)
			}
			if code != tt.code || report.Verdict.State != tt.state || strings.Join(found, " ") != tt.finding || len(report.Sessions) != 6 || len(report.Refused) != 0 {
				t.Errorf("exit %d, %q, findings %v, %d sessions, %d refused\n%s", code, report.Verdict.Summary, found, len(report.Sessions), len(report.Refused), errs)
			}
			on := 0
			for _, n := range report.Nodes {
				on += n.Sessions
			}
			if on != 6 {
				t.Errorf("the nodes have %d sessions", on)
			}
			_, out, _ = saving(t.Context(), strings.NewReader(""), "open", path)
			if !strings.Contains(out, "i The experiments of a check (sio check) are left out: sessions ") {
				t.Errorf("nothing says what is left out:\n%s", out)
			}
		})
	}
}

// TestAClientBesideACheck: of a client that is captured while a check runs, all is told.
func TestAClientBesideACheck(t *testing.T) {
	t.Parallel()
	l, err := lab.Start(lab.Options{Clients: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	dir := t.TempDir()
	check, client := filepath.Join(dir, "check.har"), filepath.Join(dir, "client.har")
	for _, args := range [][]string{{"check", "-o", check, l.URL()}, {"connect", "--transports", "websocket", "--for", "100ms", "-o", client, l.URL()}} {
		if code, out, errs := saving(t.Context(), strings.NewReader(""), args...); code != ok {
			t.Fatalf("%v: exit %d\n%s\n%s", args, code, out, errs)
		}
	}
	_, out, _ := saving(t.Context(), strings.NewReader(""), "open", check, client)
	for _, want := range []string{"1 of 7 sessions on WebSocket, 6 on polling: the WebSocket request reached another node", "Findings (1)", "no-affinity-per-connection", "are left out"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
