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
