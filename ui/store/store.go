// Package store stands between the reader, which adds facts, and the window, which reads what became of them: one
// tracker, one lock, and a signal that something is new. It knows no widget and pushes nothing.
package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// A Source gives facts until it ends, fails or ctx is cancelled.
type Source interface {
	Run(ctx context.Context, emit fact.Emit) error
}

// settleEvery is how often sessions are resolved and diagnosed while facts still come.
const settleEvery = time.Second

// A Store is a capture being read, or read.
type Store struct {
	diagnose func(*session.Tracker) diagnose.Diagnosis

	mu      sync.RWMutex
	tracker session.Tracker
	state   State
	changed chan struct{}
}

// A State is what is known besides the tracker.
type State struct {
	Name      string // of the source, as shown
	Version   uint64 // rises with everything that is not just one more row
	Done      bool
	Cancelled bool
	Err       error // why reading stopped early; nil also when cancelled
	Diagnosis diagnose.Diagnosis

	trouble map[*session.Session]int
}

// Trouble is 0 for a session that no error or warning touches, and the higher the worse it is off.
func (st *State) Trouble(s *session.Session) int { return st.trouble[s] }

// weigh counts errors and warnings of each session; an error outweighs any number of warnings.
func weigh(d *diagnose.Diagnosis) map[*session.Session]int {
	m := map[*session.Session]int{}
	for i := range d.Findings {
		f := &d.Findings[i]
		weight := map[diagnose.Severity]int{diagnose.Error: 1000, diagnose.Warning: 1}[f.Severity]
		if weight == 0 {
			continue
		}
		for _, s := range f.Sessions {
			m[s] += weight
		}
	}
	return m
}

// New is an empty Store for the named source. diagnose may be nil.
func New(name string, diagnose func(*session.Tracker) diagnose.Diagnosis) *Store {
	s := &Store{diagnose: diagnose, changed: make(chan struct{}, 1)}
	s.state.Name = name
	s.tracker.Options = session.Options{KeepRows: true, KeepPayloads: true}
	return s
}

// Fill runs src to its end, in the calling goroutine. What was read stays, however it ended.
func (s *Store) Fill(ctx context.Context, src Source) {
	settled := time.Now()
	n := 0
	err := src.Run(ctx, func(f fact.Fact) {
		s.mu.Lock()
		s.tracker.Add(f)
		s.mu.Unlock()
		if n++; n%1024 == 0 && time.Since(settled) > settleEvery {
			s.settle((*session.Tracker).Resolve)
			settled = time.Now()
		}
		s.signal()
	})
	s.settle((*session.Tracker).Finish)
	s.mu.Lock()
	s.state.Done = true
	s.state.Cancelled = errors.Is(err, context.Canceled)
	if !s.state.Cancelled {
		s.state.Err = err
	}
	s.mu.Unlock()
	s.signal()
}

// settle brings nodes, upgrades and the diagnosis up to date. Only the filling goroutine writes, so that the diagnosis,
// which takes longest, needs to keep out nobody who reads.
func (s *Store) settle(resolve func(*session.Tracker)) {
	s.mu.Lock()
	resolve(&s.tracker)
	s.state.Version++
	s.mu.Unlock()
	if s.diagnose == nil {
		return
	}
	s.mu.RLock()
	d := s.diagnose(&s.tracker)
	trouble := weigh(&d)
	s.mu.RUnlock()
	s.mu.Lock()
	s.state.Diagnosis, s.state.trouble = d, trouble
	s.state.Version++
	s.mu.Unlock()
}

func (s *Store) signal() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Changed delivers after something is new; several changes may be one signal.
func (s *Store) Changed() <-chan struct{} { return s.changed }

// Read calls f with the tracker, which nobody changes meanwhile. f must be quick and keep no slice.
func (s *Store) Read(f func(t *session.Tracker, st *State)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f(&s.tracker, &s.state)
}
