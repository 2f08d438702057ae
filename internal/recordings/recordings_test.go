package recordings

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/report"
)

// A document is what these tests read of sioscope.report/1.
type document struct {
	Schema   string
	Verdict  struct{ State, Summary string }
	Sessions []struct {
		SID     string
		EIO     int `json:"eio"`
		History []struct{ Transport string }
		Node    *string
		Events  struct{ In, Out int64 }
		Acks    struct{ In, Out int64 }
	}
	Findings []struct {
		ID, Severity string
		Evidence     []struct{ Text string }
		RuledOut     []string
		Fixes        []struct{ For, Text string }
	}
	Capture struct {
		Packets, Connections, Gaps, LostBytes, CutPackets, Encrypted int64
		Notes                                                        []json.RawMessage
	}
}

func TestRecordings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*/capture.pcap*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	both, _ := filepath.Glob("testdata/*/both.pcap*")
	for _, file := range append(files, both...) {
		dir := filepath.Dir(file)
		name, _, _ := strings.Cut(strings.TrimPrefix(file, "testdata/"), ".")
		t.Run(strings.TrimSuffix(name, "/capture"), func(t *testing.T) {
			t.Parallel()
			var truth Truth
			b, err := os.ReadFile(filepath.Join(dir, "truth.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, &truth); err != nil {
				t.Fatal(err)
			}
			doc := read(t, file, keys(dir)...)
			for _, c := range [...]func(*testing.T, *Truth, *document){checkSIDs, checkSessions, checkCounts, checkNodes, checkFindings, checkCapture} {
				c(t, &truth, doc)
			}
		})
	}
}

// keys are the key log beside a recording, where it has one.
func keys(dir string) []string {
	path := filepath.Join(dir, "keys.log")
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	return []string{path}
}

func read(t *testing.T, file string, keys ...string) *document {
	t.Helper()
	tr := &session.Tracker{}
	f := capture.Files{Inputs: []capture.Input{{Path: file}}, Keys: keys}
	if err := f.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	var out bytes.Buffer
	if err := report.JSON(&out, report.Input{Tracker: tr, Diagnosis: diagnose.Diagnose(tr)}); err != nil {
		t.Fatal(err)
	}
	var doc document
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Schema != "sioscope.report/1" {
		t.Errorf("schema is %q", doc.Schema)
	}
	return &doc
}

// TestWithoutKeys: nothing can be read, and that is said.
func TestWithoutKeys(t *testing.T) {
	t.Parallel()
	doc := read(t, "testdata/tls13-keylog/capture.pcap")
	if doc.Capture.Encrypted == 0 || len(doc.Sessions) != 0 || doc.Verdict.State != "none" {
		t.Errorf("encrypted %d, sessions %d, verdict %s; want encrypted connections counted and nothing concluded",
			doc.Capture.Encrypted, len(doc.Sessions), doc.Verdict.State)
	}
	if !strings.Contains(doc.Verdict.Summary, "encrypted and no key") {
		t.Errorf("the summary does not say that keys are missing: %s", doc.Verdict.Summary)
	}
}

func checkSIDs(t *testing.T, truth *Truth, doc *document) {
	var got, want []string
	for _, s := range doc.Sessions {
		if s.SID != "" {
			got = append(got, s.SID)
		}
	}
	for _, s := range truth.Sessions {
		want = append(want, s.SID)
	}
	slices.Sort(got)
	slices.Sort(want)
	switch truth.Expect.SIDs {
	case "count":
		if len(doc.Sessions) != len(want) {
			t.Errorf("%d sessions, %d were there", len(doc.Sessions), len(want))
		}
	case "some":
		if len(got) == 0 || slices.ContainsFunc(got, func(s string) bool { return !slices.Contains(want, s) }) {
			t.Errorf("sids %v of %v", got, want)
		}
	default:
		if !slices.Equal(got, want) || len(doc.Sessions) != len(want) {
			t.Errorf("sids %v, want %v, of %d sessions", got, want, len(doc.Sessions))
		}
	}
}

func checkSessions(t *testing.T, truth *Truth, doc *document) {
	if truth.Expect.Lossy != "" {
		return
	}
	for _, w := range truth.Sessions {
		for _, s := range doc.Sessions {
			if s.SID != w.SID {
				continue
			}
			var history []string
			for _, p := range s.History {
				history = append(history, p.Transport)
			}
			if !slices.Equal(history, w.Transports) {
				t.Errorf("%s: history %v, was %v", s.SID, history, w.Transports)
			}
			if w.EIO != 0 && s.EIO != w.EIO {
				t.Errorf("%s: eio %d, was %d", s.SID, s.EIO, w.EIO)
			}
		}
	}
}

// checkCounts holds events and acknowledgements against what the clients counted that stayed connected.
func checkCounts(t *testing.T, truth *Truth, doc *document) {
	if truth.Expect.Lossy != "" {
		return
	}
	for _, c := range truth.Clients {
		broken := slices.ContainsFunc(c.Errors, func(e string) bool { return strings.Contains(e, "connect_error") })
		if c.SID == nil || c.Disconnect != "" || !c.Connected || broken {
			continue
		}
		for _, s := range doc.Sessions {
			if s.SID != *c.SID {
				continue
			}
			got, want := [3]int64{s.Events.Out, s.Events.In, s.Acks.In}, [3]int64{c.Sent, c.Recv, c.Acks}
			if got != want {
				t.Errorf("%s: events out, in and acks in %v, were %v", s.SID, got, want)
			}
		}
	}
}

func checkNodes(t *testing.T, truth *Truth, doc *document) {
	if truth.Expect.Nodes != "exact" {
		return
	}
	named := map[string]string{}
	for _, w := range truth.Sessions {
		for _, s := range doc.Sessions {
			if s.SID != w.SID {
				continue
			}
			if s.Node == nil {
				t.Errorf("%s: no node, was %s", s.SID, w.Node)
				continue
			}
			if old, ok := named[w.Node]; ok && old != *s.Node {
				t.Errorf("%s is both %s and %s", w.Node, old, *s.Node)
			}
			named[w.Node] = *s.Node
		}
	}
	ids := map[string]bool{}
	for _, id := range named {
		ids[id] = true
	}
	if len(ids) != len(named) {
		t.Errorf("two nodes have one name: %v", named)
	}
}

func checkFindings(t *testing.T, truth *Truth, doc *document) {
	var ids, errors []string
	for _, f := range doc.Findings {
		ids = append(ids, f.ID)
		if f.Severity == "error" {
			errors = append(errors, f.ID)
			if len(f.Evidence) == 0 {
				t.Errorf("%s names no evidence", f.ID)
			}
		}
	}
	for _, f := range doc.Findings {
		if only := truth.Expect.Only; only != nil && f.Severity != "info" && !slices.Contains(*only, f.ID) {
			t.Errorf("%s is said, and only %v may be", f.ID, *only)
		}
	}
	if len(truth.Expect.State) > 0 && !slices.Contains(truth.Expect.State, doc.Verdict.State) {
		t.Errorf("verdict %q, want one of %v", doc.Verdict.State, truth.Expect.State)
	}
	switch {
	case truth.Causes == nil:
	case len(*truth.Causes) == 0:
		if len(errors) > 0 {
			t.Errorf("a healthy recording is accused of %v", errors)
		}
	case !slices.ContainsFunc(*truth.Causes, func(c string) bool { return slices.Contains(ids, c) }):
		t.Errorf("findings %v, want one of %v", ids, *truth.Causes)
	}
}

func checkCapture(t *testing.T, truth *Truth, doc *document) {
	c := doc.Capture
	switch truth.Expect.Lossy {
	case "gaps":
		if c.Gaps == 0 || c.LostBytes == 0 {
			t.Errorf("missing bytes are not reported: %+v", c)
		}
	case "cut":
		if c.CutPackets == 0 {
			t.Errorf("cut packets are not reported: %+v", c)
		}
	case "file":
		if len(c.Notes) == 0 {
			t.Error("that the file is cut is not reported")
		}
	default:
		if c.Gaps != 0 {
			t.Errorf("%d gaps in a recording that has none", c.Gaps)
		}
	}
}

// TestOneCause: a recording of one fault yields that fault and no other error beside it.
func TestOneCause(t *testing.T) {
	t.Parallel()
	for _, name := range [...]string{"seed-elb-tcp", "elb-http-strip", "nginx-noupgrade", "nginx-rr-v4", "ws-503", "ws-blocked-403",
		"forbidden", "eio-mismatch", "cors-blocked", "haproxy-cookie-nojar", "idle-timeout", "lb-and-nodes", "node-header",
		"redis-does-not-help", "mixed-fleet", "client-polling-only", "server-polling-only", "node-restart",
		"two-layers-cookie", "poll-cut-short", "new-client-old-server", "idle-timeout-node-side", "forbidden-websocket",
		"client-stopped", "server-stopped", "browser-rr", "path-websocket", "cors-credentials",
		"preflight-header", "websocket-at-polling-server", "rr-farewell", "handshake-cached"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := read(t, fmt.Sprintf("testdata/%s/capture.pcap", name))
			n := 0
			for _, f := range doc.Findings {
				if f.Severity != "info" {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%d findings, want the one cause: %+v", n, doc.Findings)
			}
		})
	}
}
