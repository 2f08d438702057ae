package recordings

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/report"
)

// FuzzOpen goes the whole way with any bytes: no capture, however broken, stops the program, costs more than the
// limits, or yields a report that is not JSON.
func FuzzOpen(f *testing.F) {
	files, err := filepath.Glob("testdata/*/capture.pcap*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if len(b) < 20<<10 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		tr := &session.Tracker{Options: session.Options{KeepRows: true, KeepPayloads: true, MaxKept: 1 << 20, MaxRows: 1 << 16}}
		files := capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: bytes.NewReader(b)}
		if err := files.Run(context.Background(), tr.Add); err != nil {
			return
		}
		tr.Finish()
		checkTracker(t, tr)
		var out bytes.Buffer
		in := report.Input{Tracker: tr, Diagnosis: diagnose.Diagnose(tr)}
		if err := report.JSON(&out, in); err != nil {
			t.Fatal(err)
		}
		if !json.Valid(out.Bytes()) {
			t.Fatalf("the report is not JSON: %s", out.Bytes())
		}
		if err := report.Text(io.Discard, in, report.Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
	})
}

// checkTracker holds what must be true of any picture.
func checkTracker(t *testing.T, tr *session.Tracker) {
	for i, s := range tr.Sessions {
		if s.Index != i {
			t.Errorf("session %d has index %d", i, s.Index)
		}
		if s.Node >= len(tr.Nodes) {
			t.Errorf("session %d is of node %d of %d", i, s.Node, len(tr.Nodes))
		}
		for _, p := range s.History {
			if p.To != 0 && p.To < p.From {
				t.Errorf("session %d has a phase from %d to %d", i, p.From, p.To)
			}
		}
	}
	for i, r := range tr.Rows {
		if int(r.Session) >= len(tr.Sessions) || int(r.Exchange) >= len(tr.Exchanges) || int(r.Conn) >= len(tr.Conns) {
			t.Errorf("row %d points nowhere: %+v", i, r)
		}
		if got := len(tr.Payload(r.Data)); got != int(r.Data.Len) {
			t.Errorf("row %d has %d bytes of %d", i, got, r.Data.Len)
		}
	}
}
