package recordings

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/proof"
)

// TestCauseOfEverySession: what is said to be the cause of a session is a finding that names it, and what is said to be the
// cause of all, of how many it is one where it does not name each that is on polling.
func TestCauseOfEverySession(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/*/*.pcap*")
	hars, _ := filepath.Glob("testdata/*/*.har")
	if len(files) < 50 || len(hars) < 7 {
		t.Fatalf("%d recordings, %d HARs", len(files), len(hars))
	}
	for _, file := range append(files, hars...) {
		t.Run(strings.TrimPrefix(file, "testdata/"), func(t *testing.T) {
			t.Parallel()
			tr := &session.Tracker{}
			f := capture.Files{Inputs: []capture.Input{{Path: file}}, Keys: keys(filepath.Dir(file))}
			if err := f.Run(t.Context(), tr.Add); err != nil {
				t.Skip(err) // two files in one are cut short
			}
			tr.Finish()
			d := diagnose.Diagnose(tr)
			polling := 0
			for _, s := range tr.Sessions {
				p := proof.Of(proof.Input{Tracker: tr, Diagnosis: &d, Session: int32(s.Index), Record: true})
				if p.Finding != "" && !slices.Contains(d.Causes(s), p.Finding) {
					t.Errorf("session %s is said to have %s, which does not name it", s.SID, p.Finding)
				}
				if s.Transport() == session.Polling {
					polling++
				}
			}
			lead := d.Find(d.Verdict.Lead)
			if lead == nil || len(tr.Sessions) == 0 {
				return
			}
			if lead.Touched()+lead.RefusedInAll() == 0 {
				t.Errorf("the cause is %s, which names no session: %s", lead.ID, d.Verdict.Summary)
			}
			part := lead.Touched() < polling && !strings.Contains(d.Verdict.Summary, "had just begun") && !strings.Contains(d.Verdict.Summary, "too shortly to tell")
			if part && !strings.Contains(d.Verdict.Cause, "Seen in ") {
				t.Errorf("%s names %d sessions of %d on polling: %s", lead.ID, lead.Touched(), polling, d.Verdict.Cause)
			}
		})
	}
}
