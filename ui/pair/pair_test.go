package pair

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"sioscope/capture"
	"sioscope/protocol/compare"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// side reads a recording of real servers.
func side(t *testing.T, name, recording string) Side {
	t.Helper()
	files, err := filepath.Glob("../../internal/recordings/testdata/" + recording + "/capture.pcap*")
	if err != nil || len(files) != 1 {
		t.Fatalf("recording %s: %v %v", recording, files, err)
	}
	s := store.New(name, diagnose.Diagnose)
	s.Fill(context.Background(), &capture.Files{Inputs: []capture.Input{{Path: files[0]}}})
	return Side{Name: name, Store: s, Only: -1}
}

func of(t *testing.T, a, b string) *Pair {
	t.Helper()
	return Of(nil, [2]Side{side(t, "A", a), side(t, "B", b)}, diagnose.Diagnose)
}

// TestMostTellingFirst: a fault of one side, then what explains it, then what differs; what does not has no number.
func TestMostTellingFirst(t *testing.T) {
	t.Parallel()
	p := of(t, "direct-v4", "nginx-noupgrade")
	var kinds []int
	for i, e := range p.Entries {
		kind := 2
		switch {
		case e.Fault:
			kind = 0
		case e.Explains:
			kind = 1
		case e.Number == 0:
			kind = 3
		}
		kinds = append(kinds, kind)
		if e.Number != 0 && e.Number != i+1 || (e.Number != 0) != (e.Same == compare.Different) {
			t.Errorf("%s is number %d in place %d", e.ID, e.Number, i)
		}
	}
	if !slices.IsSorted(kinds) || kinds[0] != 0 || kinds[1] != 1 || !slices.Contains(kinds, 2) {
		t.Errorf("the order is %v", kinds)
	}
	if n := len(p.Differing()); n == 0 || n == len(p.Entries) || p.Entries[n].Number != 0 {
		t.Errorf("%d of %d differ", n, len(p.Entries))
	}
}

// TestPlacesAreRequestsOfTheChosenSessions, of the kind that the difference is about.
func TestPlacesAreRequestsOfTheChosenSessions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b, id string
		kind     session.Kind
	}{
		{"direct-v4", "nginx-noupgrade", "accepted", session.UpgradeRequest},
		{"direct-v4", "nginx-noupgrade", "upgrade-header-stripped", session.UpgradeRequest},
		{"direct-v4", "server-polling-only", "upgrades", session.Handshake},
		{"allow-eio3", "eio-mismatch", "handshake", session.Handshake},
		{"allow-eio3", "eio-mismatch", "refused", session.Handshake},
	} {
		p := of(t, tt.a, tt.b)
		i := slices.IndexFunc(p.Entries, func(e Entry) bool { return e.ID == tt.id })
		if i < 0 {
			t.Errorf("%s and %s do not show %s", tt.a, tt.b, tt.id)
			continue
		}
		p.Read(func(seen [2]Seen) {
			at := p.Entries[i].Places[1]
			if !at.Seen() {
				t.Errorf("%s is nowhere in %s", tt.id, tt.b)
				return
			}
			e := seen[1].All.ExchangeAt(at.Exchange)
			if e.Kind != tt.kind || at.Time != timeline.Begin(e) || at.Session >= 0 && at.Session != p.Chosen[1] {
				t.Errorf("%s of %s is a %v of session %d at %d, want %v", tt.id, tt.b, e.Kind, at.Session, at.Time, tt.kind)
			}
		})
	}
}

// TestChosenSessions: where something is wrong the one that proves it, else one that was seen from its handshake on.
func TestChosenSessions(t *testing.T) {
	t.Parallel()
	p := of(t, "direct-v4", "nginx-noupgrade")
	p.Read(func(seen [2]Seen) {
		for i, want := range []session.Upgrade{session.UpgradeDone, session.UpgradeFailed} {
			s := seen[i].All.SessionAt(p.Chosen[i])
			if s.Upgrade != want || handshake(s) == nil {
				t.Errorf("side %d has session %d, %v", i, p.Chosen[i], s.Upgrade)
			}
			if zero := Zero(seen[i].Tracker, p.Chosen[i]); zero != timeline.Begin(handshake(s)) {
				t.Errorf("side %d counts from %d", i, zero)
			}
		}
	})
	p = of(t, "direct-v4", "eio-mismatch") // no session comes about
	p.Read(func(seen [2]Seen) {
		if p.Chosen[1] != -1 || Zero(seen[1].Tracker, -1) != timeline.Begin(seen[1].Tracker.Refused[0]) {
			t.Errorf("of a side without sessions %d is chosen", p.Chosen[1])
		}
	})
}

// TestOtherSessionMovesThePlaces: what differs is then shown by that session's requests.
func TestOtherSessionMovesThePlaces(t *testing.T) {
	t.Parallel()
	p := of(t, "direct-v4", "nginx-noupgrade")
	other := int32(1)
	if p.Chosen[0] == other {
		other = 0
	}
	p.Choose(0, other)
	for _, e := range p.Entries {
		if at := e.Places[0]; at.Session >= 0 && at.Session != other {
			t.Errorf("%s is shown by session %d, want %d", e.ID, at.Session, other)
		}
	}
}

// A writer adds a fact, and says that it is about to.
type writer struct{ comes chan struct{} }

func (w writer) Run(_ context.Context, emit fact.Emit) error {
	close(w.comes)
	emit(&fact.Note{Text: "more"})
	return nil
}

// TestSessionsOfOneStore: both sides are of one store, which is asked once, while somebody waits to write.
func TestSessionsOfOneStore(t *testing.T) {
	t.Parallel()
	s := side(t, "A", "lb-and-nodes")
	a, b := s, s
	a.Only, b.Only, b.Name = 0, 1, "B"
	p := Of(nil, [2]Side{a, b}, diagnose.Diagnose)
	written := make(chan struct{})
	p.Read(func(seen [2]Seen) {
		for i := range seen {
			if len(seen[i].Tracker.Sessions) != 1 || p.Chosen[i] != int32(i) {
				t.Errorf("side %d has %d sessions, and shows %d", i, len(seen[i].Tracker.Sessions), p.Chosen[i])
			}
			for _, e := range seen[i].Tracker.Exchanges {
				if e.Session == nil || e.Session.Index != i {
					t.Errorf("side %d has a request of another session", i)
				}
			}
		}
		waits := make(chan struct{})
		go func() {
			a.Store.Fill(t.Context(), writer{waits}) // waits until this read is over
			close(written)
		}()
		<-waits
	})
	p.Choose(0, 0) // hangs where the store is asked twice
	<-written
}

func TestBesideIsTheSameKindOfRequest(t *testing.T) {
	t.Parallel()
	p := of(t, "direct-v4", "nginx-noupgrade")
	var polls []int32
	p.Read(func(seen [2]Seen) {
		for _, e := range seen[1].All.SessionAt(p.Chosen[1]).Exchanges {
			if e.Kind == session.Poll {
				polls = append(polls, int32(e.Index))
			}
		}
	})
	for n, i := range polls {
		at := p.Beside(1, i)
		p.Read(func(seen [2]Seen) {
			if at[1].Exchange != i || at[0].Exchange >= 0 && seen[0].All.ExchangeAt(at[0].Exchange).Kind != session.Poll {
				t.Errorf("beside poll %d are %+v", n, at)
			}
		})
	}
}

// TestFields: names in the order of the first side, and of each whether it differs, and whether that says anything.
func TestFields(t *testing.T) {
	t.Parallel()
	a := []field{{"Host", "a"}, {"Connection", "Keep-Alive, Upgrade"}, {"Cookie", "io=1; s=2"}, {"Accept", "*/*"}, {"Upgrade", "websocket"}, {"Authorization", "Bearer one"}}
	b := []field{{"host", "b"}, {"Via", "1.1 x"}, {"Connection", "keep-alive,upgrade"}, {"Cookie", "io=7; s=8"}, {"Accept", "text/html"}, {"Authorization", "Bearer two"}, {"Accept", "again"}}
	want := map[string]Mark{"Host": Varies, "Via": Lacking, "Connection": Alike, "Cookie": Varies, "Upgrade": Lacking, "Authorization": Differs}
	got := merge([2][]field{a, b}, redact.Redactor{})
	var order []string
	for _, f := range got {
		order = append(order, f.Name)
		if m, is := want[f.Name]; is && m != f.Mark {
			t.Errorf("%s is marked %d, want %d", f.Name, f.Mark, m)
		}
		if f.Name == "Authorization" && (f.Values[0] == "Bearer one" || f.Values[0] != f.Values[1]) {
			t.Errorf("secrets are shown: %q", f.Values)
		}
	}
	if !slices.Equal(order, []string{"Host", "Via", "Connection", "Cookie", "Accept", "Upgrade", "Authorization", "Accept"}) {
		t.Errorf("the order is %q", order)
	}
	if f := held(Field{Has: [2]bool{true}}, merge([2][]field{a, nil}, redact.Redactor{})); f[0].Mark != Alike {
		t.Error("a side without the request is said to lack its fields")
	}
}

// TestFaultOfTheSummaryComesFirst, whatever else one side has.
func TestFaultOfTheSummaryComesFirst(t *testing.T) {
	t.Parallel()
	p := &Pair{Comparison: compare.Comparison{Summary: "A is well, B is not: on B a proxy drops it. One more fault differs, see below.",
		Explains: []compare.Explanation{{Finding: "a", Text: "B has two nodes."}, {Finding: "b", Text: "On B a proxy drops it."}}}}
	if list := p.explained(); len(list) != 2 || list[0].Finding != "b" || list[1].Finding != "a" {
		t.Errorf("first is %q", list[0].Finding)
	}
}
