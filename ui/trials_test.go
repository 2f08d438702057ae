package ui

import (
	"strings"
	"testing"

	"sioscope/capture/check"
	"sioscope/internal/lab"
	"sioscope/protocol/session"
	"sioscope/ui/store"
)

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
	w.selectRefused()
	if text := w.detail.text; text.Bad || !strings.Contains(text.Title, "own trials") {
		t.Errorf("it is told as %q", text.Title)
	}
}
