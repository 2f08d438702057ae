package report

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/proof"
)

// TestEvidence: it is JSON by its schema, has the session, what proves its transport and nothing of what it carried.
func TestEvidence(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ state, packet, request string }{
		"direct-v4":              {"websocket", `"engineio":"upgrade"`, `"switched":true`},
		"haproxy-per-connection": {"polling", `"engineio":"open"`, `"status":400`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := recorded(t, name)
			d := diagnose.Diagnose(tr)
			p := proof.Of(proof.Input{Tracker: tr, Diagnosis: &d, Session: 0, Record: true, Over: true})
			var out bytes.Buffer
			x := Exhibit{Proof: p, Saved: time.Date(2026, 11, 27, 9, 0, 0, 0, time.FixedZone("JST", 9*3600)), Files: []EvidenceFile{{"a.pcap", 3, "abc"}}, Picture: "a.png"}
			if err := Evidence(&out, Input{Tracker: tr, Diagnosis: d, Source: "a.pcap", By: "sioscope 1"}, x); err != nil {
				t.Fatal(err)
			}
			var doc map[string]any
			if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
				t.Fatal(err, out.String())
			}
			if doc["schema"] != EvidenceSchema || doc["savedLocal"] != "2026-11-27T09:00:00+09:00" || doc["zone"] != "JST" {
				t.Errorf("it begins %v %v %v", doc["schema"], doc["savedLocal"], doc["zone"])
			}
			if s, _ := doc["session"].(map[string]any); s == nil || s["sid"] != tr.Sessions[0].SID {
				t.Errorf("the session is %v", doc["session"])
			}
			for _, has := range []string{`"state":"` + want.state + `"`, want.packet, want.request, `"sha256":"abc"`, `"secrets":"masked"`} {
				if !strings.Contains(out.String(), has) {
					t.Errorf("it lacks %s: %s", has, out.String())
				}
			}
		})
	}
}

// recorded reads a recording, with the rows that a window keeps.
func recorded(t *testing.T, name string) *session.Tracker {
	t.Helper()
	list, err := filepath.Glob("../../internal/recordings/testdata/" + name + "/capture.pcap*")
	if err != nil || len(list) == 0 {
		t.Fatalf("no recording %s: %v", name, err)
	}
	tr := &session.Tracker{Options: session.Options{KeepRows: true, KeepPayloads: true}}
	files := capture.Files{Inputs: []capture.Input{{Path: list[0]}}}
	if err := files.Run(t.Context(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	return tr
}
