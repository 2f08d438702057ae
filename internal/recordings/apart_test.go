package recordings

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sioscope/capture"
	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/report"
)

// A part is the packets of some connections, as a machine with a clock of its own would have captured them.
type part struct {
	label string
	takes func(ports [2]uint16) bool
	skew  time.Duration
	ppm   float64
}

// at is what the part's clock shows at a time.
func (p *part) at(t, from int64) int64 { return t + int64(p.skew) + int64(float64(t-from)*p.ppm*1e-6) }

func on(ports ...uint16) func([2]uint16) bool {
	return func(p [2]uint16) bool { return slices.Contains(ports, p[0]) || slices.Contains(ports, p[1]) }
}

// takeApart makes a file of each part of a capture, and returns the inputs.
func takeApart(t *testing.T, path string, parts []part) (inputs []capture.Input, from int64) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := pcapfile.NewReader(file, path)
	if err != nil {
		t.Fatal(err)
	}
	outs := make([]bytes.Buffer, len(parts))
	var d link.Decoder
	for {
		p, err := r.Next()
		if err != nil {
			break
		}
		if from == 0 {
			from = p.Time
			for i := range outs {
				outs[i].Write(binary.LittleEndian.AppendUint32(nil, 0xa1b23c4d))
				outs[i].Write([]byte{2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0})
				outs[i].Write(binary.LittleEndian.AppendUint32(nil, uint32(p.Link)))
			}
		}
		var s link.Segment
		if d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &s) != link.TCP {
			continue
		}
		for i, part := range parts {
			if !part.takes([2]uint16{s.Src.Port, s.Dst.Port}) {
				continue
			}
			at := part.at(p.Time, from)
			for _, v := range [...]int64{at / 1e9, at % 1e9, int64(len(p.Data)), int64(p.OrigLen)} {
				outs[i].Write(binary.LittleEndian.AppendUint32(nil, uint32(v)))
			}
			outs[i].Write(p.Data)
		}
	}
	dir := t.TempDir()
	for i, part := range parts {
		name := filepath.Join(dir, fmt.Sprintf("%d.pcap", i))
		if err := os.WriteFile(name, outs[i].Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, capture.Input{Path: name, Label: part.label})
	}
	return inputs, from
}

func track(t *testing.T, inputs ...capture.Input) *session.Tracker {
	t.Helper()
	tr := &session.Tracker{}
	f := capture.Files{Inputs: inputs}
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
func compareOutcomes(t *testing.T, whole, apart *session.Tracker, hops int) {
	t.Helper()
	want, got := outcomeOf(t, whole), outcomeOf(t, apart)
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
func checkClock(t *testing.T, f *fact.File, p, reference *part, from int64) {
	t.Helper()
	middle := f.First/2 + f.Last/2 - int64(p.skew) // but for the drift, which changes in hours
	want := p.at(middle, from) - reference.at(middle, from)
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

// TestApart: both sides of a balancer, captured by machines whose clocks differ, are what they are in one capture.
func TestApart(t *testing.T) {
	t.Parallel()
	skews := [][2]time.Duration{{0, 0}, {-time.Hour, 800 * time.Millisecond}, {800 * time.Millisecond, 3 * time.Hour}, {-3 * time.Second, -2500 * time.Millisecond}}
	for name, ports := range map[string][3]uint16{"lb-and-nodes": {7410, 7411, 7412}} {
		path := filepath.Join("testdata", name, "capture.pcap")
		for _, skew := range skews {
			for _, ppm := range []float64{0, 50} {
				for _, both := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s %v %g ppm both=%v", name, skew, ppm, both), func(t *testing.T) {
						t.Parallel()
						parts := []part{
							{"lb", on(ports[0]), 0, 0},
							{"node-a", on(ports[1]), skew[0], ppm},
							{"node-b", on(ports[2]), skew[1], -ppm},
						}
						if both {
							parts[0].takes = on(ports[:]...)
						}
						inputs, from := takeApart(t, path, parts)
						tr := track(t, inputs...)
						hops := 1
						if both { // what passes between balancer and node is in two captures
							hops = 2
						}
						compareOutcomes(t, track(t, capture.Input{Path: path}), tr, hops)
						for i := 1; i < 3; i++ {
							checkClock(t, &tr.Files[i], &parts[i], &parts[0], from)
						}
						for _, n := range tr.Nodes {
							if n.Basis != "named" {
								t.Errorf("node %s is known by %s", n.Label, n.Basis)
							}
						}
					})
				}
			}
		}
	}
}
