package store

import (
	"context"
	"errors"
	"sync"
	"testing"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

type source func(context.Context, fact.Emit) error

func (s source) Run(ctx context.Context, emit fact.Emit) error { return s(ctx, emit) }

func note(emit fact.Emit, text string) { emit(&fact.Note{Text: text}) }

func TestFill(t *testing.T) {
	t.Parallel()
	broken := errors.New("not a capture")
	for _, tt := range []struct {
		name      string
		err       error
		want      error
		cancelled bool
	}{
		{"read to the end", nil, nil, false},
		{"unreadable", broken, broken, false},
		{"cancelled", context.Canceled, nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			diagnosed := 0
			s := New("x", func(*session.Tracker) diagnose.Diagnosis {
				diagnosed++
				return diagnose.Diagnosis{Verdict: diagnose.Verdict{Title: "T"}}
			})
			s.Fill(context.Background(), source(func(_ context.Context, emit fact.Emit) error {
				note(emit, "one")
				return tt.err
			}))
			s.Read(func(tr *session.Tracker, st *State) {
				if !st.Done || st.Err != tt.want || st.Cancelled != tt.cancelled || len(tr.Notes) != 1 || st.Diagnosis.Verdict.Title != "T" {
					t.Errorf("got %+v and %d notes", st, len(tr.Notes))
				}
			})
			if diagnosed != 1 {
				t.Errorf("diagnosed %d times, want once", diagnosed)
			}
			<-s.Changed()
		})
	}
}

func TestReadWhileFilling(t *testing.T) {
	t.Parallel()
	const n = 2000
	s := New("x", nil)
	var wg sync.WaitGroup
	wg.Go(func() {
		s.Fill(context.Background(), source(func(_ context.Context, emit fact.Emit) error {
			for range n {
				note(emit, "x")
			}
			return nil
		}))
	})
	last := 0
	for done := false; !done; {
		<-s.Changed()
		s.Read(func(tr *session.Tracker, st *State) {
			if len(tr.Notes) < last {
				t.Errorf("notes went from %d to %d", last, len(tr.Notes))
			}
			last, done = len(tr.Notes), st.Done
		})
	}
	wg.Wait()
	if last != n {
		t.Errorf("%d notes, want %d", last, n)
	}
}
