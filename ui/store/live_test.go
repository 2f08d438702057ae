package store

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// watched fills a live store with one fact, and then nothing more until ctx ends. It counts diagnoses.
func watched(ctx context.Context, diagnosed *int) *Store {
	s := NewLive("x", func(*session.Tracker) diagnose.Diagnosis {
		*diagnosed++
		return diagnose.Diagnosis{}
	})
	go s.Fill(ctx, source(func(ctx context.Context, emit fact.Emit) error {
		emit(&fact.Opened{Conn: &fact.Conn{ID: 1}, Time: time.Now().UnixNano()})
		<-ctx.Done()
		return ctx.Err()
	}))
	return s
}

func TestVerdictCatchesUpWithTheLastFact(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		diagnosed := 0
		s := watched(ctx, &diagnosed)
		<-s.Changed() // the fact
		<-s.Changed() // the diagnosis, though no other fact comes
		s.Read(func(_ *session.Tracker, st *State) {
			if diagnosed != 1 || st.Done {
				t.Errorf("diagnosed %d times; over: %v", diagnosed, st.Done)
			}
		})
		cancel()
		synctest.Wait()
		s.Read(func(_ *session.Tracker, st *State) {
			if diagnosed != 2 || !st.Done || !st.Cancelled {
				t.Errorf("at the end: diagnosed %d times, %+v", diagnosed, st)
			}
		})
	})
}

func TestTimeGoesOnWithoutAFact(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began, n := time.Now().UnixNano(), 0
		s := watched(ctx, &n)
		time.Sleep(90 * time.Second)
		s.Read(func(tr *session.Tracker, st *State) {
			if passed := tr.Last - began; passed < 89e9 || st.Now()-began != 90e9 {
				t.Errorf("after 90 s the tracker is at %d ns, and now is %d", passed, st.Now()-began)
			}
		})
		cancel()
		synctest.Wait()
		time.Sleep(time.Hour)
		s.Read(func(_ *session.Tracker, st *State) {
			if got := st.Now() - began; got != 90e9 {
				t.Errorf("an hour after it was stopped, it lasted %d ns", got)
			}
		})
	})
}

func TestTimeStandsStillWhileHeld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began, n := time.Now().UnixNano(), 0
		s := watched(ctx, &n)
		now := func() (at int64) {
			s.Read(func(_ *session.Tracker, st *State) { at = st.Now() - began })
			return at
		}
		time.Sleep(10 * time.Second)
		s.Hold(true)
		s.Read(func(_ *session.Tracker, st *State) {
			if !st.Held() {
				t.Error("it does not say that it is held")
			}
		})
		time.Sleep(time.Hour)
		if at := now(); at != 10e9 {
			t.Errorf("held at 10 s, it is at %d ns", at)
		}
		s.Read(func(tr *session.Tracker, _ *State) {
			if tr.Last-began > 10e9 {
				t.Errorf("held at 10 s, the tracker is at %d ns", tr.Last-began)
			}
		})
		s.Hold(false)
		if at := now(); at != 3610e9 {
			t.Errorf("an hour later, it is at %d ns", at)
		}
		cancel()
		synctest.Wait()
	})
}

// TestAnotherVerdictIsNotLate: however long a diagnosis takes, the one that was asked for comes at the next look, and
// the old one is not taken for it.
func TestAnotherVerdictIsNotLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		slow := func(title string) func(*session.Tracker) diagnose.Diagnosis {
			return func(*session.Tracker) diagnose.Diagnosis {
				time.Sleep(2 * time.Second)
				return diagnose.Diagnosis{Verdict: diagnose.Verdict{Title: title}}
			}
		}
		s := NewLive("x", slow("old"))
		go s.Fill(ctx, source(func(ctx context.Context, emit fact.Emit) error {
			emit(&fact.Opened{Conn: &fact.Conn{ID: 1}, Time: time.Now().UnixNano()})
			<-ctx.Done()
			return ctx.Err()
		}))
		says := func(title string, stale bool) {
			t.Helper()
			s.Read(func(_ *session.Tracker, st *State) {
				if st.Diagnosis.Verdict.Title != title || st.Stale != stale {
					t.Errorf("it says %q, stale %v; want %q, %v", st.Diagnosis.Verdict.Title, st.Stale, title, stale)
				}
			})
		}
		time.Sleep(3 * time.Second)
		says("old", false)
		s.Rediagnose(slow("new"))
		says("old", true)
		time.Sleep(2*time.Second + 2*settleLook)
		says("new", false)
		cancel()
		synctest.Wait()
		time.Sleep(10 * time.Second)
	})
}
