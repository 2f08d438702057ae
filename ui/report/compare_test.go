package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sioscope/protocol/compare"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// pair is the fleet of picture beside one of which all went well.
func pair() Pair {
	a, b := picture(), picture()
	a.Tracker.Sessions = a.Tracker.Sessions[1:2]
	a.Tracker.Refused, a.Tracker.Notes, a.Tracker.Nodes = nil, nil, a.Nodes[:1]
	for _, e := range a.Exchanges {
		e.WrongNode = false
	}
	a.Diagnosis = diagnose.Diagnosis{
		Verdict: diagnose.Verdict{State: diagnose.StateWebSocket, Summary: "websocket: the one session is on WebSocket", Healthy: true},
		Census:  diagnose.Census{Sessions: 1, WebSocket: 1}, BySession: map[*session.Session][]string{},
	}
	b.Diagnosis.Verdict.Lead = "no-affinity-per-connection"
	b.Diagnosis.Census = diagnose.Census{Sessions: 3, WebSocket: 2, Polling: 1, Refusals: 4}
	for _, in := range [...]*Input{&a, &b} {
		for _, e := range in.Exchanges {
			fields, answer := session.RequestFields{Proto: "HTTP/1.1"}, session.ResponseFields{}
			e.Request.RequestFields, e.Response.ResponseFields = &fields, &answer
		}
	}
	a.Exchanges[0].Response.Server = "nginx/1.22.1"
	b.Exchanges[0].Response.Server = "evil\x1b]0;owned\x07 token=s3cr3ts3cr3t"
	p := Pair{A: a, B: b, Names: [2]string{"development", "production"}, Sources: [2]string{"dev.pcap", "prod.pcap"}}
	p.Comparison = compare.Compare(nil, compare.Side{Name: p.Names[0], Tracker: a.Tracker, Diagnosis: a.Diagnosis},
		compare.Side{Name: p.Names[1], Tracker: b.Tracker, Diagnosis: b.Diagnosis})
	return p
}

func TestTextPair(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]Options{
		"pair-100.txt": {Width: 100}, "pair-60.txt": {Width: 60}, "pair-all.txt": {Width: 120, All: true},
		"pair-ascii.txt": {Width: 80, ASCII: true}, "pair-color.txt": {Color: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := TextPair(&out, pair(), opt); err != nil {
				t.Fatal(err)
			}
			golden(t, name, out.Bytes())
			width := opt.Width
			if width == 0 {
				width = defaultWidth
			}
			for _, l := range strings.Split(out.String(), "\n") {
				if textWidth(l) > width {
					t.Errorf("%d columns: %s", textWidth(l), l)
				}
			}
			if s := out.String(); strings.Contains(s, "s3cr3t") || strings.ContainsAny(s, "\x07") || opt.ASCII && strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) {
				t.Error("a secret, a control character or a sign outside ASCII is printed")
			}
		})
	}
}

func TestJSONPair(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := JSONPair(&out, pair()); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Schema, Summary string
		Names, Sources  struct{ A, B string }
		Explains        []struct {
			Side, Finding, Text string
			Rows                []string
		}
		Rows []struct {
			ID       string
			A, B     *string
			Same     *bool
			Explains bool
			Why      string
		}
		A, B struct{ Schema string }
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}
	if doc.Schema != CompareSchema || doc.A.Schema != Schema || doc.B.Schema != Schema || doc.Names.B != "production" || doc.Sources.A != "dev.pcap" {
		t.Errorf("envelope: %+v", doc)
	}
	if strings.Contains(out.String(), "s3cr3t") {
		t.Error("a secret is printed")
	}
	seen := map[string]string{}
	for _, r := range doc.Rows {
		seen[r.ID] = fmt.Sprint(r.Same == nil, r.Explains, r.Why != "")
		if (r.Same == nil) != (r.A == nil || r.B == nil) {
			t.Errorf("row %s: %+v", r.ID, r)
		}
	}
	if seen["affinity"] != "false true true" || seen["nodes"] != "false true true" || seen["server-header"] != "true false false" {
		t.Errorf("nothing explains: %v", seen)
	}
	if len(doc.Explains) == 0 || doc.Explains[0].Side != "b" || doc.Explains[0].Finding != "no-affinity-per-connection" {
		t.Errorf("explains: %+v", doc.Explains)
	}
	// each side is what JSON prints of it alone
	for _, in := range [...]Input{pair().A, pair().B} {
		var alone bytes.Buffer
		if err := JSON(&alone, in); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(out.Bytes(), bytes.TrimSpace(alone.Bytes())) {
			t.Error("a side's report is not the one it has alone")
		}
	}
	p := pair()
	p.Redact.Off, p.A.Redact.Off, p.B.Redact.Off = true, true, true
	out.Reset()
	if err := JSONPair(&out, p); err != nil || !strings.Contains(out.String(), "s3cr3t") {
		t.Errorf("unmasked: %v, %v", err, strings.Contains(out.String(), "s3cr3t"))
	}
}

func TestPairWriteError(t *testing.T) {
	t.Parallel()
	if err := TextPair(brokenPipe{}, pair(), Options{}); err == nil {
		t.Error("text: no error")
	}
	if err := JSONPair(brokenPipe{}, pair()); err == nil {
		t.Error("JSON: no error")
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, fmt.Errorf("broken pipe") }
