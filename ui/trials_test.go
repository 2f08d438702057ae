package ui

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"sioscope/capture/check"
	"sioscope/internal/lab"
	"sioscope/protocol/session"
	"sioscope/ui/report"
	"sioscope/ui/rows"
	"sioscope/ui/store"
)

// reported is a report of all that is open.
func reported(t *testing.T, w *Window, write func(io.Writer, report.Input) error) string {
	t.Helper()
	var b bytes.Buffer
	input := w.reportInput()
	w.store.Study(func(tr *session.Tracker, st *store.State) {
		if err := write(&b, input(tr, st)); err != nil {
			t.Error(err)
		}
	})
	return b.String()
}

// TestTrialsOfACheckAreNoFaults: what a check sends to see it refused is told as its own, and what its clients were refused
// is not.
func TestTrialsOfACheckAreNoFaults(t *testing.T) {
	w, posted := liveWindow(t)
	w.Check(service(t, lab.SingleNode), check.Options{Only: []string{check.Default, check.UpgradeHeader, check.Versions}})
	loop(t, posted, func() bool { return w.checker.next.Visible() && !w.Live() && w.settled })
	refused := 0
	w.with(func(tr *session.Tracker, _ *store.State) {
		refused = len(tr.Refused)
		if !w.opening.trial.All(tr.Refused) {
			t.Error("a trial is drawn as a fault")
		}
		clients := w.opening.subject.about(tr).Exchanges
		if len(clients) == 0 || w.opening.trial.Is(clients[0]) {
			t.Error("what a client did is taken for a trial")
		}
	})
	if refused == 0 {
		t.Fatal("nothing was refused")
	}
	w.SelectAll()
	w.table.restrict(func(f *rows.Filter) { f.Refused = true })
	seen := 0
	for i := range w.table.rows.Index {
		r := newTableRow(w.table)
		w.table.update(i, r)
		if r.cells.Bad {
			t.Errorf("%q of a trial is listed as a problem", r.cells.Packet)
		}
		if strings.HasPrefix(r.cells.Packet, "refused") {
			seen++
		}
	}
	if w.table.restrict(func(f *rows.Filter) { f.Problems = true }); seen == 0 || len(w.table.rows.Index) != 0 {
		t.Errorf("%d refusals are listed, and %d rows are problems", seen, len(w.table.rows.Index))
	}
	w.table.restrict(func(f *rows.Filter) { f.Problems = false })
	report, page := reported(t, w, reportText), reported(t, w, reportPage)
	if !strings.Contains(report, "\n  trials ") || strings.Contains(report, "Refused before a session") {
		t.Errorf("the report tells of trials as of refusals:\n%s", report)
	}
	if !strings.Contains(page, "Trials of the check itself") || strings.Contains(page, "Refused before a session") {
		t.Error("the page tells of trials as of refusals")
	}
	w.selectRefused()
	if text := w.detail.text; text.Bad || !strings.Contains(text.Title, "own trials") {
		t.Errorf("it is told as %q", text.Title)
	}
}

// TestTrialsOfACheckThatIsOpenedAgain: a recording of a check is judged by its default clients, and says what it leaves out;
// a session of an experiment says that it is one, and what is exported of it alone is about it.
func TestTrialsOfACheckThatIsOpenedAgain(t *testing.T) {
	u := open(t)
	run, err := check.New(service(t, lab.SingleNode), check.Options{Only: []string{check.Default, check.UpgradeHeader, check.CORS, check.Versions, check.KeepAlive}})
	if err != nil {
		t.Fatal(err)
	}
	u.w.read("check", run)
	u.sees("the verdict", u.w.verdict.title.full, "On WebSocket: all 6 sessions")
	u.sees("the strip", u.w.verdict.noted.says, "The experiments of a check (sio check) are left out: sessions ")
	trial := int32(-1)
	u.w.with(func(tr *session.Tracker, _ *store.State) {
		for _, s := range tr.Sessions {
			if s.Trial() {
				trial = int32(s.Index)
			}
		}
		if len(tr.Refused) == 0 || !u.w.opening.trial.All(tr.Refused) {
			t.Errorf("of %d refusals, some are no trials", len(tr.Refused))
		}
	})
	if trial < 0 {
		t.Fatal("no session of an experiment is there")
	}
	u.w.SelectSession(trial)
	u.sees("the session", u.meaning(), "An experiment of a check (sio check) opened it")
	if text := chosenReport(t, u.w, choosing{}); !strings.Contains(text, "Sessions (6)") || strings.Contains(text, "Refused before") {
		t.Errorf("the report of all:\n%s", text)
	}
	if text := chosenReport(t, u.w, choosing{by: bySession, session: trial}); !strings.Contains(text, ": the one session") || !strings.Contains(text, "Sessions (1)") {
		t.Errorf("the report of one session:\n%s", text)
	}
}

// chosenReport is the report of what is chosen.
func chosenReport(t *testing.T, w *Window, of choosing) string {
	t.Helper()
	return reported(t, w, func(out io.Writer, in report.Input) (err error) {
		w.store.Read(func(_ *session.Tracker, st *store.State) { err = reportText(out, of.input(in, st, true)) })
		return err
	})
}
