package recordings

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/report"
)

// TestResolveAnyTime: a picture that was looked at while it came in is, in the end, the one that was not.
func TestResolveAnyTime(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*/capture.pcap*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			once, often := told(t, file, false), told(t, file, true)
			if !bytes.Equal(once, often) {
				t.Errorf("looked at after every fact, the report is\n%s\nand else\n%s", often, once)
			}
		})
	}
}

func told(t *testing.T, file string, often bool) []byte {
	tr := &session.Tracker{}
	files := capture.Files{Inputs: []capture.Input{{Path: file}}}
	err := files.Run(context.Background(), func(f fact.Fact) {
		tr.Add(f)
		if often {
			tr.Resolve()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	var out bytes.Buffer
	if err := report.JSON(&out, report.Input{Tracker: tr, Diagnosis: diagnose.Diagnose(tr)}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
