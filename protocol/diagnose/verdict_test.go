package diagnose

import (
	"strings"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

func TestHowManyAreSaidAsPeopleDo(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "the one session", 2: "both sessions", 3: "all 3 sessions"} {
		if got := ofAll(nil, n); got != want {
			t.Errorf("%d are said as %q, want %q", n, got, want)
		}
	}
}

func TestTheHeadlineTellsOfTheSessionsInTrouble(t *testing.T) {
	t.Parallel()
	a, b := &session.Session{}, &session.Session{}
	for _, tt := range []struct {
		name     string
		all      int
		findings []Finding
		want     string
	}{
		{"none", 2, nil, ""},
		{"what is worth knowing is no trouble", 2, []Finding{{Severity: Info, Sessions: []*session.Session{a}}}, ""},
		{"one of them, found twice", 2, []Finding{{Severity: Error, Sessions: []*session.Session{a}}, {Severity: Warning, Sessions: []*session.Session{a}}}, "but 1 of them with a problem"},
		{"both", 2, []Finding{{Severity: Error, Sessions: []*session.Session{a, b}}}, "but all of them with a problem"},
		{"what is of no session", 2, []Finding{{Severity: Warning}}, "but a problem was found"},
		{"the only one", 1, []Finding{{Severity: Warning, Sessions: []*session.Session{a}}}, "but with a problem"},
	} {
		got := strings.Join((&picture{findings: tt.findings}).troubled(tt.all), "|")
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestOfFilesWithNothingInThemNoQuestionIsAsked: they are told to be empty, and one that is does not say so of others.
func TestOfFilesWithNothingInThemNoQuestionIsAsked(t *testing.T) {
	t.Parallel()
	for packets, want := range map[int64]string{0: "There is nothing in it: no packet and no request.", 5: ""} {
		tr := &session.Tracker{}
		tr.Add(&fact.File{Number: 1})
		tr.Add(&fact.File{Number: 2, Packets: packets})
		tr.Finish()
		if got := In(nil, tr).Verdict.Cause; got != want {
			t.Errorf("%d packets: %q, want %q", packets, got, want)
		}
		if tr.OfLogs() {
			t.Error("captures are counted as HARs")
		}
	}
}

// TestAHeadlineThatAllIsWellIsDoubtedOnce: where something was found since, and it does not tell of anything yet.
func TestAHeadlineThatAllIsWellIsDoubtedOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		well  bool
		found []Finding
		want  string
	}{
		{"nothing was found", true, nil, "On WebSocket: both sessions"},
		{"what is worth knowing is no problem", true, []Finding{{Severity: Info}}, "On WebSocket: both sessions"},
		{"a problem", true, []Finding{{Severity: Warning}}, "On WebSocket: both sessions, but a problem was found"},
		{"it is told", false, []Finding{{Severity: Error}}, "On WebSocket: both sessions"},
	} {
		d := Diagnosis{Findings: tt.found, Verdict: Verdict{Title: "On WebSocket: both sessions", allWell: tt.well}}
		d.Doubt(nil)
		d.Doubt(nil)
		if d.Verdict.Title != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, d.Verdict.Title, tt.want)
		}
	}
}

// TestWhatBrokeMostLeads: of a mixed capture the cause is that of most sessions that are not well.
func TestWhatBrokeMostLeads(t *testing.T) {
	t.Parallel()
	polls, cut := Finding{ID: "client-never-upgrades", Severity: Warning, Sessions: make([]*session.Session, 1)}, Finding{ID: "idle-timeout", Severity: Warning, Sessions: make([]*session.Session, 4)}
	for _, tt := range []struct {
		broke, polling int
		lead, besides  string
	}{{3, 1, cut.ID, polls.ID}, {1, 3, polls.ID, cut.ID}} {
		p := &picture{findings: []Finding{polls, cut}, counted: &census{all: 22, ws: 22 - tt.broke - tt.polling, broke: tt.broke, polling: tt.polling}}
		if lead, besides := p.lead(StateMixed).ID, p.besides(StateMixed).ID; lead != tt.lead || besides != tt.besides {
			t.Errorf("%d broke, %d poll: %s, besides %s", tt.broke, tt.polling, lead, besides)
		}
	}
}
