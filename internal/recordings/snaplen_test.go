package recordings

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/capture/pcapfile"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/report"
)

// cutAt is a recording as it had been made with a snap length.
func cutAt(t *testing.T, file string, length int) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := pcapfile.NewReader(bytes.NewReader(b), file)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := pcapfile.NewWriter(&out, "test")
	if err != nil {
		t.Fatal(err)
	}
	for begun := false; ; begun = true {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if !begun {
			err = w.Interface(pcapfile.Iface{Link: p.Link, SnapLen: length})
		}
		if err = errors.Join(err, w.Packet(0, p.Time, p.Data[:min(len(p.Data), length)], p.OrigLen)); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "cut.pcapng")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// judge holds a capture against an expectation.
func judge(t *testing.T, path, expect string) (report.Judgement, diagnose.Diagnosis) {
	t.Helper()
	tr := &session.Tracker{}
	f := capture.Files{Inputs: []capture.Input{{Path: path}}}
	if err := f.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	list, err := report.Expectations(expect)
	if err != nil {
		t.Fatal(err)
	}
	d := diagnose.Diagnose(tr)
	return report.Judge(report.Input{Tracker: tr, Diagnosis: d}, list)[0], d
}

// TestSnapLength: a capture that was made too short for its requests is not said to have all sessions on WebSocket for
// want of those it hides.
func TestSnapLength(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"mixed-fleet", "nginx-rr-v4", "eio-mismatch", "client-polling-only", "forbidden", "direct-v4", "direct-v2", "namespaces",
		"websocket-at-polling-server"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := "testdata/" + name + "/capture.pcap"
			whole, _ := judge(t, file, "websocket")
			for _, length := range []int{90, 96, 100, 120, 150, 200, 300, 500} {
				got, d := judge(t, cutAt(t, file, length), "websocket")
				if got.Met && !whole.Met {
					t.Errorf("cut at %d: as expected, and whole: %s", length, whole.Why)
				}
				if whole.Met && got.Met != (length >= 200) {
					t.Errorf("cut at %d: met %v: %s", length, got.Met, got.Why)
				}
				if green := d.Verdict.State == diagnose.StateWebSocket; green != got.Met {
					t.Errorf("cut at %d: %s, and %q", length, d.Verdict.Summary, got.Why)
				}
			}
		})
	}
}

// TestHeadersOnly: of a capture of headers alone it is not said flatly that there is no session.
func TestHeadersOnly(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"nginx-rr-v4", "direct-v4", "client-polling-only"} {
		got, d := judge(t, cutAt(t, "testdata/"+name+"/capture.pcap", 54), "websocket")
		if d.Verdict.State != diagnose.StateNone || !strings.Contains(d.Verdict.Summary, "cannot be told") || got.Met {
			t.Errorf("%s: %q, %q", name, d.Verdict.Summary, got.Why)
		}
	}
}

// TestOpenedByWhatWasCut: where the answers that open sessions are there and cut short, their beginning is not said to be
// missing.
func TestOpenedByWhatWasCut(t *testing.T) {
	t.Parallel()
	_, d := judge(t, "testdata/beside/snap200.pcap.gz", "websocket")
	if !strings.Contains(d.Verdict.Summary, "the capture cut the answers that open sessions") {
		t.Errorf("%q", d.Verdict.Summary)
	}
}
