package ui

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
)

// A gate is a source that emits a note whenever it is let to, and ends with its context.
type gate struct{ open chan struct{} }

func (g gate) Run(ctx context.Context, emit fact.Emit) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-g.open:
			emit(&fact.Note{Text: "one more"})
		}
	}
}

// loop runs what is posted to the main goroutine, as the real driver does, until done.
func loop(t *testing.T, posted chan func(), done func() bool) {
	t.Helper()
	for !done() {
		select {
		case f := <-posted:
			f()
		case <-t.Context().Done():
			t.Fatal("the window never got there")
		}
	}
}

func liveWindow(t *testing.T) (*Window, chan func()) {
	t.Helper()
	posted := make(chan func(), 1024)
	app := test.NewApp()
	w, err := New(app, Options{Files: files, Demo: demo, Diagnose: diagnose.Diagnose, Theme: look.Dark, Do: func(f func()) { posted <- f }})
	if err != nil {
		t.Fatal(err)
	}
	w.Fyne().Resize(fyne.NewSize(1280, 800))
	t.Cleanup(w.Fyne().Close)
	return w, posted
}

func TestDemoIsReadAside(t *testing.T) {
	w, posted := liveWindow(t)
	w.OpenDemo()
	loop(t, posted, func() bool { return w.verdict.buttons.Visible() && len(w.table.rows.Index) == 16 })
	if got := w.verdict.title.full; got != "On polling, not WebSocket: the one session never upgraded" {
		t.Errorf("the verdict says %q", got)
	}
}

func TestCancelEndsTheReader(t *testing.T) {
	w, posted := liveWindow(t)
	g := gate{make(chan struct{})}
	w.read("endless", g)
	g.open <- struct{}{}
	loop(t, posted, func() bool { return w.verdict.notes.Text == "one more" })
	if !w.verdict.busy.Visible() || w.verdict.buttons.Visible() {
		t.Error("while it is read there is no Cancel")
	}
	w.verdict.cancel.OnTapped()
	loop(t, posted, func() bool { return w.verdict.buttons.Visible() })
	w.with(func(_ *session.Tracker, st *store.State) {
		if !st.Cancelled || st.Err != nil {
			t.Errorf("the store says %+v", st)
		}
	})
}

func TestOpeningAnotherEndsTheOneBefore(t *testing.T) {
	w, posted := liveWindow(t)
	g := gate{make(chan struct{})}
	w.read("endless", g)
	first := w.store
	w.OpenDemo()
	ended := func() (done bool) {
		first.Read(func(_ *session.Tracker, st *store.State) { done = st.Done })
		return done
	}
	loop(t, posted, func() bool { return ended() && len(w.table.rows.Index) == 16 })
}
