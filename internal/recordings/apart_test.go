package recordings

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sioscope/capture"
	"sioscope/internal/apart"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/report"
)

// take takes a capture apart.
func take(t *testing.T, path string, parts ...apart.Part) (inputs []capture.Input, from int64) {
	t.Helper()
	inputs, from, err := apart.Take(t.TempDir(), path, parts)
	if err != nil {
		t.Fatal(err)
	}
	return inputs, from
}

func track(t *testing.T, inputs ...capture.Input) *session.Tracker {
	return trackWith(t, nil, inputs...)
}

func trackWith(t *testing.T, keys []string, inputs ...capture.Input) *session.Tracker {
	t.Helper()
	tr := &session.Tracker{}
	f := capture.Files{Inputs: inputs, Keys: keys}
	if err := f.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	return tr
}

// An outcome is what must not depend on whose clocks a capture was made by.
type outcome struct {
	Verdict  struct{ State, Summary string }
	Sessions []struct {
		SID, Transport, Upgrade string
		Packets, Events, Acks   struct{ In, Out int64 }
		History                 []struct{ Transport string }
		Requests                []struct {
			Kind      string
			Status    int
			WrongNode bool
		}
		Hops     []struct{ Kind string }
		Findings []string
	}
	Refused  []struct{ Status int }
	Findings []struct {
		ID, Severity string
		Sessions     []string
	}
	Nodes []struct{ Sessions int }
}

func outcomeOf(t *testing.T, tr *session.Tracker) (o outcome) {
	t.Helper()
	var out bytes.Buffer
	if err := report.JSON(&out, report.Input{Tracker: tr, Diagnosis: diagnose.Diagnose(tr)}); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &o); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(o.Nodes, func(a, b struct{ Sessions int }) int { return b.Sessions - a.Sessions })
	return o
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// compareOutcomes holds a capture taken apart against the whole one. Every request beyond the first hop is seen in so many
// captures.
func compareOutcomes(t *testing.T, whole, parts *session.Tracker, hops int) {
	t.Helper()
	want, got := outcomeOf(t, whole), outcomeOf(t, parts)
	for i := range got.Sessions {
		if i < len(want.Sessions) && len(got.Sessions[i].Hops) != hops*len(want.Sessions[i].Hops) {
			t.Errorf("session %s has %d requests on further hops, want %d×%d", got.Sessions[i].SID, len(got.Sessions[i].Hops), hops, len(want.Sessions[i].Hops))
		}
		got.Sessions[i].Hops = nil
	}
	for i := range want.Sessions {
		want.Sessions[i].Hops = nil
	}
	if w, g := text(t, want), text(t, got); w != g {
		t.Errorf("it is not what it was in one capture (-):\n%s", difference(w, g))
	}
}

// difference lists the lines that one text has more often than the other.
func difference(want, got string) string {
	var b strings.Builder
	counts := map[string]int{}
	for line := range strings.Lines(got) {
		counts[line]++
	}
	for line := range strings.Lines(want) {
		if counts[line]--; counts[line] < 0 {
			b.WriteString("-" + line)
		}
	}
	for line := range strings.Lines(got) {
		if counts[line] > 0 {
			counts[line]--
			b.WriteString("+" + line)
		}
	}
	if b.Len() == 0 {
		return "the same lines in another order"
	}
	return b.String()
}

// checkClock holds what is said of a file's clock, that of the middle of the file, against what it was.
func checkClock(t *testing.T, f *fact.File, p, reference *apart.Part, from int64) {
	t.Helper()
	middle := f.First/2 + f.Last/2 - int64(p.Skew) // but for the drift, which changes in hours
	want := p.At(middle, from) - reference.At(middle, from)
	if f.Clock.Basis != fact.ClockRequests || f.Clock.Pairs == 0 {
		t.Errorf("%s: clock %+v", f.Label, f.Clock)
		return
	}
	wrong := f.Clock.Ahead - want
	if math.Abs(float64(wrong)) > float64(f.Clock.Uncertainty) {
		t.Errorf("%s: ahead by %v ± %v, was %v", f.Label, time.Duration(f.Clock.Ahead), time.Duration(f.Clock.Uncertainty), time.Duration(want))
	}
	if f.Clock.Uncertainty > 10e6 {
		t.Errorf("%s: the uncertainty is %v", f.Label, time.Duration(f.Clock.Uncertainty))
	}
}

// bothSides are recordings of both sides of a balancer: its port, and the nodes'.
var bothSides = map[string][]uint16{
	"lb-and-nodes":         {7410, 7411, 7412},
	"both-haproxy-cookie":  {41653, 45745, 38061},
	"both-nginx-prefix":    {37839, 36503},
	"both-nginx-keepalive": {36755, 33237, 39445},
	"both-h2-tls":          {34875, 45193},
}

// TestApart: both sides of a balancer, captured by machines whose clocks differ, are what they are in one capture.
func TestApart(t *testing.T) {
	t.Parallel()
	skews := [][2]time.Duration{{0, 0}, {-time.Hour, 800 * time.Millisecond}, {800 * time.Millisecond, 3 * time.Hour}, {-3 * time.Second, -2500 * time.Millisecond}}
	for name, ports := range bothSides {
		for _, skew := range skews {
			for _, ppm := range []float64{0, 50} {
				for _, all := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s %v %g ppm both=%v", name, skew, ppm, all), func(t *testing.T) {
						t.Parallel()
						lb := apart.Part{Label: "lb", Ports: ports[:1]}
						hops := 1
						if all { // what passes between balancer and node is in two captures
							lb.Ports, hops = ports, 2
						}
						parts := []apart.Part{lb}
						for i := range ports[1:] {
							parts = append(parts, apart.Part{Label: "node-" + string(rune('a'+i)), Ports: ports[i+1 : i+2], Skew: skew[i], PPM: ppm * float64(1-2*i)})
						}
						checkApart(t, name, hops, parts)
					})
				}
			}
		}
	}
}

// checkApart takes a recording apart and holds the parts against the whole.
func checkApart(t *testing.T, name string, hops int, parts []apart.Part) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join("testdata", name, "capture.pcap*"))
	inputs, from := take(t, files[0], parts...)
	log := keys(filepath.Dir(files[0]))
	tr := trackWith(t, log, inputs...)
	compareOutcomes(t, trackWith(t, log, capture.Input{Path: files[0]}), tr, hops)
	for i := 1; i < len(parts); i++ {
		if f := &tr.Files[i]; f.Packets > 0 {
			checkClock(t, f, &parts[i], &parts[0], from)
		}
	}
	for _, n := range tr.Nodes {
		if n.Basis != "named" {
			t.Errorf("node %s is known by %s", n.Label, n.Basis)
		}
	}
}

// TestApartFromLog: what a browser logged, and a capture by a machine whose clock differs from the browser's, are one picture.
func TestApartFromLog(t *testing.T) {
	t.Parallel()
	logs, err := filepath.Glob("testdata/*/*.har")
	if err != nil || len(logs) == 0 {
		t.Fatalf("no HAR files: %v", err)
	}
	for _, log := range logs {
		dir := filepath.Dir(log)
		for _, skew := range []time.Duration{-time.Hour, 90 * time.Second, 2 * time.Second} {
			for _, first := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %v first=%v", filepath.Base(dir)+"/"+filepath.Base(log), skew, first), func(t *testing.T) {
					t.Parallel()
					files, _ := filepath.Glob(filepath.Join(dir, "capture.pcap*"))
					part := apart.Part{Skew: skew}
					inputs, _ := take(t, files[0], part)
					har := capture.Input{Path: log}
					if first {
						inputs = append([]capture.Input{har}, inputs...)
					} else {
						inputs = append(inputs, har)
					}
					want := trackWith(t, keys(dir), capture.Input{Path: files[0]}, har)
					got := trackWith(t, keys(dir), inputs...)
					if w, g := totals(want), totals(got); !slices.Equal(w, g) {
						t.Errorf("by two clocks:\n%s\nby one:\n%s", strings.Join(g, "\n"), strings.Join(w, "\n"))
					}
					checkOnce(t, got)
					c := got.Files[1].Clock
					if want.Files[1].Clock.Basis == fact.ClockUnknown && c.Basis == fact.ClockUnknown && c.Ahead == 0 {
						return // the browser did not get the answer
					}
					ahead := int64(skew)
					if !first {
						ahead = -ahead
					}
					ahead += want.Files[1].Clock.Ahead * map[bool]int64{true: -1, false: 1}[first]
					if wrong := c.Ahead - ahead; c.Basis != fact.ClockRequests || max(wrong, -wrong) > c.Uncertainty {
						t.Errorf("clock %+v, want %v", c, time.Duration(ahead))
					}
				})
			}
		}
	}
}
