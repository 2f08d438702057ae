package recordings

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// harSays is what the browsers' HARs of a recording must lead to, where that differs from its packets: a browser keeps
// the body of a refused upgrade to itself, and leaves out requests that the page was not allowed to see.
var harSays = map[string][]string{
	"seed-elb-tcp": {"upgrade-failed"}, "elb-http-strip": {"upgrade-failed"}, "cors-blocked": nil,
}

// TestHARs holds the browsers' HARs against what servers and clients logged.
func TestHARs(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*/*.har")
	if err != nil || len(files) < 7 {
		t.Fatalf("%d HARs, %v", len(files), err)
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir)+"/"+filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			truth := truthOf(t, dir)
			doc := read(t, file)
			issued := map[string]bool{}
			for _, s := range truth.Sessions {
				issued[s.SID] = true
			}
			for _, s := range doc.Sessions {
				if !issued[s.SID] {
					t.Errorf("no server issued %q", s.SID)
				}
			}
			if len(doc.Sessions) == 0 && truth.Name != "cors-blocked" {
				t.Error("no session found")
			}
			checkSessions(t, truth, doc)
			checkCounts(t, truth, doc)
			checkCapture(t, truth, doc)
			var got []string
			for _, f := range doc.Findings {
				got = append(got, f.ID)
			}
			if want := harSays[truth.Name]; !slices.Equal(got, want) {
				t.Errorf("findings %v, want %v", got, want)
			}
		})
	}
}

func truthOf(t *testing.T, dir string) *Truth {
	t.Helper()
	var truth Truth
	b, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err == nil {
		err = json.Unmarshal(b, &truth)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &truth
}

// TestHARBesideCapture: a browser's HAR and a capture of the same traffic are one picture: no session, request or event
// counts twice, and what the browser does not tell is taken from the packets. The HARs go on after the captures end.
func TestHARBesideCapture(t *testing.T) {
	t.Parallel()
	for _, name := range [...]string{"seed-elb-tcp", "elb-http-strip", "haproxy-cookie-browser"} {
		for _, label := range [...]string{"", "browser"} {
			t.Run(name+" "+label, func(t *testing.T) {
				t.Parallel()
				dir := filepath.Join("testdata", name)
				pcap := capture.Input{Path: filepath.Join(dir, "capture.pcap")}
				inputs := []capture.Input{pcap}
				hars, _ := filepath.Glob(filepath.Join(dir, "*.har"))
				for _, h := range hars {
					inputs = append(inputs, capture.Input{Path: h, Label: label})
				}
				alone, both := picture(t, pcap), picture(t, inputs...)
				want, got := totals(alone), totals(both)
				if !slices.Equal(got, want) {
					t.Errorf("together:\n%s\nthe capture alone:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
				checkOnce(t, both)
			})
		}
	}
}

// checkOnce: no request of a session is there twice.
func checkOnce(t *testing.T, tr *session.Tracker) {
	for _, s := range tr.Sessions {
		seen := map[string]bool{}
		for _, e := range s.Exchanges {
			if what := e.Method + " " + e.Target; seen[what] {
				t.Errorf("twice: %s", what)
			} else {
				seen[what] = true
			}
		}
	}
}

func picture(t *testing.T, inputs ...capture.Input) *session.Tracker {
	t.Helper()
	tr := &session.Tracker{}
	f := capture.Files{Inputs: inputs}
	if err := f.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	return tr
}

// totals are the sessions of a picture, and its findings.
func totals(t *session.Tracker) (lines []string) {
	for _, s := range t.Sessions {
		lines = append(lines, strings.Join([]string{s.SID, s.Upgrade.String(), jsonOf(s.Events), jsonOf(s.Acks)}, " "))
	}
	slices.Sort(lines)
	for _, f := range diagnose.Diagnose(t).Findings {
		lines = append(lines, f.ID+" "+f.Confidence)
	}
	return lines
}

func jsonOf(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
