package recordings

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sioscope/capture"
	"sioscope/internal/apart"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// both is a balancer's both sides in one capture: 7410 in front, 7411 and 7412 behind.
const both = "testdata/lb-and-nodes/capture.pcap"

func bases(t *session.Tracker) (all []fact.ClockBasis) {
	for _, f := range t.Files {
		all = append(all, f.Clock.Basis)
	}
	return all
}

func checkBases(t *testing.T, tr *session.Tracker, want ...fact.ClockBasis) {
	t.Helper()
	if got := bases(tr); !slices.Equal(got, want) {
		t.Errorf("clocks are known by %q, want %q", got, want)
	}
}

func checkNoNotes(t *testing.T, tr *session.Tracker) {
	t.Helper()
	for _, n := range tr.Notes {
		t.Errorf("note: %s %s", n.File, n.Text)
	}
}

// TestRing: one capture in several files is one capture, and has one clock.
func TestRing(t *testing.T) {
	t.Parallel()
	for _, label := range []string{"", "lb"} {
		for _, skew := range []time.Duration{0, time.Hour} {
			inputs, _ := take(t, both,
				apart.Part{Label: label, To: 40 * time.Millisecond, Skew: skew},
				apart.Part{Label: label, From: 40 * time.Millisecond, To: 900 * time.Millisecond, Skew: skew},
				apart.Part{Label: label, From: 900 * time.Millisecond, Skew: skew})
			tr := track(t, inputs...)
			if w, g := text(t, outcomeOf(t, track(t, capture.Input{Path: both}))), text(t, outcomeOf(t, tr)); w != g {
				t.Errorf("label %q: %s", label, difference(w, g))
			}
			// In another order than they were made in it is the same.
			slices.Reverse(inputs)
			if w, g := text(t, outcomeOf(t, tr)), text(t, outcomeOf(t, track(t, inputs...))); w != g {
				t.Errorf("label %q, in another order: %s", label, difference(w, g))
			}
			checkNoNotes(t, tr)
			if tr.Files[1].Clock.Basis != fact.ClockContinued || tr.Files[2].Clock.Basis != fact.ClockContinued {
				t.Errorf("label %q: clocks are known by %q", label, bases(tr))
			}
		}
	}
}

// TestRingBesideNodes: the balancer's ring and the nodes' captures, which another clock made.
func TestRingBesideNodes(t *testing.T) {
	t.Parallel()
	for _, label := range []string{"", "lb"} {
		inputs, _ := take(t, both,
			apart.Part{Label: label, Ports: []uint16{7410}, To: 50 * time.Millisecond},
			apart.Part{Label: "node-a", Ports: []uint16{7411}, Skew: -2 * time.Hour},
			apart.Part{Label: label, Ports: []uint16{7410}, From: 50 * time.Millisecond},
			apart.Part{Label: "node-b", Ports: []uint16{7412}, Skew: 3 * time.Second, To: 100 * time.Millisecond},
			apart.Part{Label: "node-b", Ports: []uint16{7412}, Skew: 3 * time.Second, From: 100 * time.Millisecond})
		tr := track(t, inputs...)
		compareOutcomes(t, track(t, capture.Input{Path: both}), tr, 1)
		checkNoNotes(t, tr)
		for _, n := range tr.Nodes {
			if n.Label != "node-a" && n.Label != "node-b" {
				t.Errorf("label %q: node %+v", label, n)
			}
		}
	}
}

// TestUnnamed: captures without names are put right as well; the nodes are known by their addresses then.
func TestUnnamed(t *testing.T) {
	t.Parallel()
	inputs, _ := take(t, both,
		apart.Part{Ports: []uint16{7411}, Skew: -2 * time.Hour},
		apart.Part{Ports: []uint16{7410}},
		apart.Part{Ports: []uint16{7412}, Skew: 3 * time.Second})
	tr := track(t, inputs...)
	compareOutcomes(t, track(t, capture.Input{Path: both}), tr, 1)
	checkBases(t, tr, fact.ClockReference, fact.ClockRequests, fact.ClockRequests)
	for _, n := range tr.Nodes {
		if n.Basis != "address" {
			t.Errorf("node %+v", n)
		}
	}
}

// TestOneNodeMissing: of a node without a capture nothing is claimed but its address, where the balancer's own side shows it.
func TestOneNodeMissing(t *testing.T) {
	t.Parallel()
	inputs, _ := take(t, both, apart.Part{Label: "lb", Ports: []uint16{7410}}, apart.Part{Label: "node-a", Ports: []uint16{7411}, Skew: time.Minute})
	tr := track(t, inputs...)
	for _, n := range tr.Nodes {
		if n.Label == "lb" {
			t.Errorf("the balancer is taken for a node: %+v", tr.Nodes)
		}
	}
	if got, want := sids(tr), sids(track(t, capture.Input{Path: both})); !slices.Equal(got, want) {
		t.Errorf("sessions %v, want %v", got, want)
	}
}

func sids(t *session.Tracker) (list []string) {
	for _, s := range t.Sessions {
		list = append(list, s.SID)
	}
	slices.Sort(list)
	return list
}

// TestSamePointTwice: packets that two files have are there once.
func TestSamePointTwice(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{0, 5 * time.Minute, -time.Hour} {
		inputs, _ := take(t, both, apart.Part{Ports: []uint16{7410}}, apart.Part{Ports: []uint16{7410}, Skew: skew, PPM: 20})
		one, _ := take(t, both, apart.Part{Ports: []uint16{7410}})
		tr, want := track(t, inputs...), track(t, one...)
		if w, g := totals(want), totals(tr); !slices.Equal(w, g) {
			t.Errorf("%v: twice\n%s\nonce\n%s", skew, strings.Join(g, "\n"), strings.Join(w, "\n"))
		}
		checkOnce(t, tr)
		checkBases(t, tr, fact.ClockReference, fact.ClockRequests)
	}
}

// TestNoTraffic: files that have nothing to tell disturb nobody, and it is not said that their clocks matter.
func TestNoTraffic(t *testing.T) {
	t.Parallel()
	inputs, _ := take(t, both, apart.Part{Label: "lb", Ports: []uint16{7410}}, apart.Part{Label: "node-a", Ports: []uint16{7411}, Skew: time.Hour},
		apart.Part{Label: "node-b", Ports: []uint16{7412}}, apart.Part{Label: "idle", Ports: []uint16{1}})
	tr := track(t, inputs...)
	compareOutcomes(t, track(t, capture.Input{Path: both}), tr, 1)
	checkBases(t, tr, fact.ClockReference, fact.ClockRequests, fact.ClockRequests, fact.ClockUnknown)
	if len(tr.Notes) != 0 {
		t.Errorf("notes %+v", tr.Notes)
	}
}

// TestNothingInCommon: nodes without the balancer have clocks that nobody can compare, which is said, and no end of a
// session is made up from times of two clocks.
func TestNothingInCommon(t *testing.T) {
	t.Parallel()
	inputs, _ := take(t, both, apart.Part{Label: "node-a", Ports: []uint16{7411}, Skew: time.Hour}, apart.Part{Label: "node-b", Ports: []uint16{7412}})
	tr := track(t, inputs...)
	checkBases(t, tr, fact.ClockUnknown, fact.ClockUnknown)
	if len(tr.Notes) != 1 || !strings.Contains(tr.Notes[0].Text, "cannot be compared") || !strings.Contains(tr.Notes[0].Text, "node-b") {
		t.Errorf("notes %+v", tr.Notes)
	}
	for _, s := range tr.Sessions {
		for _, e := range s.Exchanges {
			if e.UnknownSID() && !e.WrongNode && e.Node != s.Node {
				t.Errorf("%s %s at node %d of a session at node %d reached no wrong node", e.Kind, e.Target, e.Node, s.Node)
			}
		}
	}
}

// TestStandardInput: what is read as it comes cannot be put right, and its clock is told at the end.
func TestStandardInput(t *testing.T) {
	t.Parallel()
	for _, zipped := range []bool{false, true} {
		inputs, _ := take(t, both, apart.Part{Label: "lb", Ports: []uint16{7410}}, apart.Part{Label: "node-a", Ports: []uint16{7411}, Skew: -90 * time.Second},
			apart.Part{Label: "node-b", Ports: []uint16{7412}, Skew: time.Hour})
		b, err := os.ReadFile(inputs[1].Path)
		if err != nil {
			t.Fatal(err)
		}
		if zipped {
			zip(t, inputs[0].Path)
			zip(t, inputs[2].Path)
		}
		inputs[1].Path = "-"
		tr := &session.Tracker{}
		f := capture.Files{Inputs: inputs, Stdin: bytes.NewReader(b)}
		if err := f.Run(context.Background(), tr.Add); err != nil {
			t.Fatal(err)
		}
		tr.Finish()
		checkBases(t, tr, fact.ClockReference, fact.ClockUnknown, fact.ClockRequests)
		c := tr.Files[1].Clock
		if wrong := c.Ahead + int64(90*time.Second); c.Pairs == 0 || c.Reference != 1 || max(wrong, -wrong) > c.Uncertainty {
			t.Errorf("clock %+v", c)
		}
		if len(tr.Notes) != 1 || !strings.Contains(tr.Notes[0].Text, "90.000 s behind that of lb") {
			t.Errorf("notes %+v", tr.Notes)
		}
		checkSame(t, tr)
	}
}

// checkSame holds captures by clocks that were not compared against the whole: no session or event is there twice, and nodes
// are known by their files.
func checkSame(t *testing.T, tr *session.Tracker) {
	t.Helper()
	want := track(t, capture.Input{Path: both})
	checkOnce(t, tr)
	for _, w := range want.Sessions {
		s := tr.Session(w.SID)
		if s == nil || s.Packets != w.Packets || s.Events != w.Events || len(s.Exchanges) != len(w.Exchanges) {
			t.Errorf("session %s: %+v", w.SID, s)
			continue
		}
		label := map[string]string{"127.0.0.1:7411": "node-a", "127.0.0.1:7412": "node-b"}[want.Nodes[w.Node].Label]
		if s.Node < 0 || tr.Nodes[s.Node].Label != label {
			t.Errorf("session %s is at %d of %+v, want %s", s.SID, s.Node, tr.Nodes, label)
		}
	}
	if len(tr.Sessions) != len(want.Sessions) {
		t.Errorf("%d sessions, want %d", len(tr.Sessions), len(want.Sessions))
	}
}

func zip(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestBalancerAlone: the name of a capture that was made at a balancer is no node's.
func TestBalancerAlone(t *testing.T) {
	t.Parallel()
	for _, parts := range [][]apart.Part{
		{{Label: "lb"}},
		{{Label: "lb", Ports: []uint16{7410}}, {Ports: []uint16{7411}, Skew: time.Hour}, {Ports: []uint16{7412}, Skew: -time.Hour}},
	} {
		inputs, _ := take(t, both, parts...)
		tr := track(t, inputs...)
		compareOutcomes(t, track(t, capture.Input{Path: both}), tr, 1)
		for _, n := range tr.Nodes {
			if n.Basis != "address" {
				t.Errorf("%d files: node %+v", len(parts), n)
			}
		}
	}
}

// TestBehindNAT: client and server captured both ends of the same connections, between which addresses are translated.
func TestBehindNAT(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"direct-v4", "namespaces", "deflate", "client-polling-only", "direct-v2"} {
		for _, labels := range [][2]string{{"", ""}, {"client", "server"}} {
			for i, skew := range []time.Duration{time.Millisecond, -time.Hour, 26 * time.Hour, 3 * time.Second} {
				whole := "testdata/" + name + "/capture.pcap"
				nat := [...]apart.NAT{apart.OfClients, apart.OfBothEnds}[i%2]
				inputs, _ := take(t, whole, apart.Part{Label: labels[0]}, apart.Part{Label: labels[1], Skew: skew, PPM: -30, Delay: 40 * time.Microsecond, NAT: nat})
				tr, want := track(t, inputs...), track(t, capture.Input{Path: whole})
				if w, g := totals(want), totals(tr); !slices.Equal(w, g) {
					t.Errorf("%s %q %v: at both ends\n%s\nonce\n%s", name, labels, skew, strings.Join(g, "\n"), strings.Join(w, "\n"))
				}
				for i, s := range tr.Sessions {
					if s.Client != want.Sessions[i].Client || len(s.Exchanges) != len(want.Sessions[i].Exchanges) || len(s.Hops) != len(s.Exchanges) {
						t.Errorf("%s %v: session %s of client %s has %d requests, %d on the further hop", name, skew, s.SID, s.Client, len(s.Exchanges), len(s.Hops))
					}
				}
			}
		}
	}
}

// TestPartly: captures that began later, or ended sooner, than others tell what they can, and nothing twice.
func TestPartly(t *testing.T) {
	t.Parallel()
	lb, a, b := []uint16{7410}, []uint16{7411}, []uint16{7412}
	want := track(t, capture.Input{Path: both})
	for i, parts := range [][]apart.Part{
		{{Label: "lb", Ports: lb, From: 30 * time.Millisecond}, {Label: "node-a", Ports: a, Skew: time.Hour}, {Label: "node-b", Ports: b, Skew: -time.Hour}},
		{{Label: "lb", Ports: lb}, {Label: "node-a", Ports: a, Skew: time.Hour, From: 40 * time.Millisecond}, {Label: "node-b", Ports: b, Skew: -time.Hour, To: 60 * time.Millisecond}},
	} {
		inputs, _ := take(t, both, parts...)
		tr := track(t, inputs...)
		if w, g := totals(want), totals(tr); !slices.Equal(w, g) {
			t.Errorf("%d: in parts\n%s\nwhole\n%s", i, strings.Join(g, "\n"), strings.Join(w, "\n"))
		}
		checkOnce(t, tr)
		for k, s := range tr.Sessions {
			if s.NodeBasis != "named" || tr.Nodes[s.Node].Label != map[string]string{"127.0.0.1:7411": "node-a", "127.0.0.1:7412": "node-b"}[want.Nodes[want.Sessions[k].Node].Label] {
				t.Errorf("%d: session %s is at %+v, by %s", i, s.SID, tr.Nodes[s.Node], s.NodeBasis)
			}
		}
	}
}
