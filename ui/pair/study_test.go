package pair

import (
	"context"
	"testing"
	"time"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/store"
)

// A late source has one fact, once it runs and is asked for.
type late struct{ runs, ask chan struct{} }

func (l late) Run(_ context.Context, emit fact.Emit) error {
	close(l.runs)
	<-l.ask
	emit(&fact.Note{Text: "late"})
	return nil
}

// TestStudyKeepsNoReaderOut: while two sessions of one live source are told of, what comes waits, and who shows it does not.
func TestStudyKeepsNoReaderOut(t *testing.T) {
	t.Parallel()
	s, source, filled := store.NewLive("live", nil), late{make(chan struct{}), make(chan struct{})}, make(chan struct{})
	go func() {
		s.Fill(t.Context(), source)
		close(filled)
	}()
	p := &Pair{Sides: [2]Side{{Store: s, Only: -1}, {Store: s, Only: -1}}}
	<-source.runs
	p.Study(func([2]Seen) {
		close(source.ask)
		time.Sleep(50 * time.Millisecond) // for the fact to wait
		read := make(chan struct{})
		go func() {
			s.Read(func(*session.Tracker, *store.State) {})
			close(read)
		}()
		select {
		case <-read:
		case <-time.After(10 * time.Second):
			t.Error("who shows it waits")
		}
	})
	<-filled
}
