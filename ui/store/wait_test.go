package store

import (
	"sync"
	"testing"
	"time"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// TestNobodyWaitsForAReport: however long a source is studied, or read, the window can be told another name of it, hold
// it, bound its memory and ask for another verdict.
func TestNobodyWaitsForAReport(t *testing.T) {
	t.Parallel()
	window := map[string]func(*Store){
		"read":   func(s *Store) { s.Read(func(*session.Tracker, *State) {}) },
		"rename": func(s *Store) { s.Rename("y") },
		"hold":   func(s *Store) { s.Hold(true) },
		"keep":   func(s *Store) { s.Keep(1e6) },
		"rediagnose": func(s *Store) {
			s.Rediagnose(func(*session.Tracker) diagnose.Diagnosis { return diagnose.Diagnosis{} })
		},
	}
	for how, long := range map[string]func(*Store, func(*session.Tracker, *State)){"studied": (*Store).Study, "read": (*Store).Read} {
		s := NewLive("x", nil)
		long(s, func(_ *session.Tracker, st *State) {
			for what, call := range window {
				done := make(chan struct{})
				go func() {
					call(s)
					close(done)
				}()
				select {
				case <-done:
				case <-time.After(10 * time.Second):
					t.Errorf("while it is %s, %s waits", how, what)
				}
			}
			if st.Name != "x" || st.Held() {
				t.Errorf("what is told changed while it was %s: %+v", how, st)
			}
		})
		s.Read(func(_ *session.Tracker, st *State) {
			if st.Name != "y" || !st.Held() || !st.Stale {
				t.Errorf("after it was %s: %+v", how, st)
			}
		})
	}
}

// TestVerdictAskedForWhileAnotherIsFound: what was found by then is told, and that it is not what was asked for.
func TestVerdictAskedForWhileAnotherIsFound(t *testing.T) {
	t.Parallel()
	titled := func(title string) diagnose.Diagnosis {
		return diagnose.Diagnosis{Verdict: diagnose.Verdict{Title: title}}
	}
	var s *Store
	s = New("x", func(*session.Tracker) diagnose.Diagnosis {
		s.Rediagnose(func(*session.Tracker) diagnose.Diagnosis { return titled("new") })
		return titled("old")
	})
	s.judge()
	says := func(title string, stale bool) {
		t.Helper()
		s.Read(func(_ *session.Tracker, st *State) {
			if st.Diagnosis.Verdict.Title != title || st.Stale != stale {
				t.Errorf("it says %q, stale %v; want %q, %v", st.Diagnosis.Verdict.Title, st.Stale, title, stale)
			}
		})
	}
	says("old", true)
	s.end(nil)
	says("new", false)
}

// TestStudyBothWays: two stores are studied together from both sides, and nobody waits for ever.
func TestStudyBothWays(t *testing.T) {
	t.Parallel()
	a, b := New("a", nil), New("b", nil)
	var both sync.WaitGroup
	for _, pair := range [][2]*Store{{a, b}, {b, a}} {
		both.Go(func() {
			for range 1000 {
				StudyBoth(pair[0], pair[1], func(_ [2]*session.Tracker, st [2]*State) {
					if pair[0].told().Name != st[0].Name || st[0].Name == st[1].Name {
						t.Errorf("the states are of %q and %q", st[0].Name, st[1].Name)
					}
				})
			}
		})
	}
	both.Wait()
}
