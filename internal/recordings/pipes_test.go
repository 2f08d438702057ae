//go:build unix

package recordings

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sioscope/capture"
	"sioscope/internal/apart"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// TestAllGrow: captures that are all read as they come, by clocks that are not the same.
func TestAllGrow(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{0, 5 * time.Millisecond, -5 * time.Millisecond, 700 * time.Millisecond, -time.Hour} {
		inputs, _ := take(t, both, apart.Part{Label: "lb", Ports: []uint16{7410}}, apart.Part{Label: "node-a", Ports: []uint16{7411}, Skew: skew},
			apart.Part{Label: "node-b", Ports: []uint16{7412}, Skew: -skew})
		for i := range inputs {
			pipe := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Skip(err)
			}
			from, err := os.ReadFile(inputs[i].Path)
			if err != nil {
				t.Fatal(err)
			}
			go os.WriteFile(pipe, from, 0o600)
			inputs[i].Path = pipe
		}
		tr := track(t, inputs...)
		checkSame(t, tr)
		checkTold(t, tr, skew)
		if t.Failed() {
			t.Fatalf("skew %v", skew)
		}
	}
}

// checkTold: the clocks are told against the first that was named, and that nothing was put right.
func checkTold(t *testing.T, tr *session.Tracker, skew time.Duration) {
	t.Helper()
	if skew == 0 {
		checkBases(t, tr, fact.ClockReference, fact.ClockRequests, fact.ClockRequests)
		checkNoNotes(t, tr)
		return
	}
	checkBases(t, tr, fact.ClockReference, fact.ClockUnknown, fact.ClockUnknown)
	if len(tr.Notes) != 2 {
		t.Errorf("notes %+v", tr.Notes)
	}
	for i, want := range []time.Duration{0, skew, -skew} {
		c := tr.Files[i].Clock
		if wrong := c.Ahead - int64(want); c.Reference != 1 || max(wrong, -wrong) > c.Uncertainty {
			t.Errorf("file %d: clock %+v, was ahead by %v", i+1, c, want)
		}
	}
}

// TestOneFileAndAPipe: the file is what the pipe is compared with, whichever is named first.
func TestOneFileAndAPipe(t *testing.T) {
	t.Parallel()
	for _, first := range []int{0, 1} {
		inputs, _ := take(t, both, apart.Part{Label: "lb", Ports: []uint16{7410}}, apart.Part{Label: "nodes", Ports: []uint16{7411, 7412}, Skew: time.Hour})
		b, err := os.ReadFile(inputs[1].Path)
		if err != nil {
			t.Fatal(err)
		}
		inputs[1].Path = "-"
		if first == 1 {
			inputs[0], inputs[1] = inputs[1], inputs[0]
		}
		tr := &session.Tracker{}
		f := capture.Files{Inputs: inputs, Stdin: bytes.NewReader(b)}
		if err := f.Run(context.Background(), tr.Add); err != nil {
			t.Fatal(err)
		}
		tr.Finish()
		file, pipe := tr.Files[first].Clock, tr.Files[1-first].Clock
		if file.Basis != fact.ClockReference || pipe.Basis != fact.ClockUnknown || pipe.Pairs == 0 || len(tr.Notes) != 1 || !strings.Contains(tr.Notes[0].Text, "nodes was read as it came") {
			t.Errorf("file: %+v, pipe: %+v, notes %+v", file, pipe, tr.Notes)
		}
		checkOnce(t, tr)
	}
}
