package recordings

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/internal/bench"
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

// TestResolveBeside: what others read of a picture changes when it is said to, and never else.
func TestResolveBeside(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"lb-and-nodes", "haproxy-per-request", "python-workers", "restart-nginx", "lossy", "cut-file"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files, err := filepath.Glob(filepath.Join("testdata", name, "capture.pcap*"))
			if err != nil || len(files) == 0 {
				t.Fatalf("no capture: %v", err)
			}
			l := onlooker{T: t}
			inputs := []capture.Input{{Path: files[0]}}
			if err := (&capture.Files{Inputs: inputs}).Run(t.Context(), func(f fact.Fact) {
				if l.Add(f); l.n%20 == 0 {
					l.resolve((*session.Tracker).ResolveBeside)
				}
				l.n++
			}); err != nil {
				t.Fatal(err)
			}
			l.resolve((*session.Tracker).FinishBeside)
			if l.changes < 2 {
				t.Errorf("it changed %d times", l.changes)
			}
		})
	}
}

// TestReleaseBeside: likewise where what is over makes room.
func TestReleaseBeside(t *testing.T) {
	t.Parallel()
	l := onlooker{T: t}
	l.Options = session.Options{}.Live()
	l.Options.Memory = 1 << 19
	var past diagnose.Past
	if err := (bench.Crowd{Sessions: 120, Packets: 4000}).Run(t.Context(), func(f fact.Fact) {
		if l.Add(f); l.Over() && l.n%50 == 0 {
			l.Resolve()
			d := past.Diagnose(&l.Tracker)
			l.resolve(func(tr *session.Tracker, write func(func())) { past.ForgetBeside(tr, &d, write) })
		}
		l.n++
	}); err != nil {
		t.Fatal(err)
	}
	if l.Freed.Sessions == 0 || l.Freed.Conns == 0 || l.changes < 4 {
		t.Errorf("in %d changes it let go of %+v", l.changes, l.Freed)
	}
}

// An onlooker reads a tracker while it is resolved.
type onlooker struct {
	*testing.T
	session.Tracker
	n, changes int
	seen       string
}

func (l *onlooker) resolve(by func(*session.Tracker, func(func()))) {
	l.seen = seen(&l.Tracker)
	by(&l.Tracker, func(change func()) {
		l.same()
		change()
		if now := seen(&l.Tracker); now != l.seen {
			l.seen = now
			l.changes++
		}
	})
	l.same()
}

func (l *onlooker) same() {
	if seen(&l.Tracker) != l.seen {
		l.Fatal("something changed that others may be reading")
	}
}

// seen is what others read of a tracker and Resolve may change.
func seen(t *session.Tracker) string {
	var b strings.Builder
	for i := range t.Nodes {
		n := &t.Nodes[i]
		fmt.Fprintln(&b, n.ID, n.Label, n.Letter, n.Basis, n.Sessions, n.Restarts, n.Counts, n.Confidence)
	}
	for _, c := range t.Conns {
		fmt.Fprintln(&b, c.ID, len(c.Exchanges), c.Session != nil, c.WebSocket != nil)
	}
	fmt.Fprintln(&b, t.Freed, t.Undecrypted(nil))
	fmt.Fprintln(&b, len(t.Nodes), len(t.Restarts), t.Signals, len(t.Refused), len(t.Lost), len(t.Rows), len(t.Exchanges))
	for _, s := range t.Sessions {
		fmt.Fprintln(&b, s.Index, s.Node, s.NodeBasis, s.Closed, s.Close, s.History, s.Upgrade, s.Dark, s.LastSeen, s.HeardAtEnd, s.BeatAtEnd,
			len(s.Exchanges), len(s.Hops), len(s.Reused), len(s.Conns), s.Thinned, s.Shared, t.Session(s.SID) == s)
	}
	for _, e := range t.Exchanges {
		fmt.Fprintln(&b, e.Index, e.Node, e.WrongNode, e.Crossed, e.Silence, e.Unanswered, e.Outer != nil, e.GotSID)
	}
	return b.String()
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
