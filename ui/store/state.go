package store

import (
	"slices"
	"time"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// A State is what is known besides the tracker.
type State struct {
	Name      string // of the source, as shown
	Live      bool   // it is watched as it happens: time goes on without a fact
	Version   uint64 // rises with everything that is not just one more row
	Done      bool
	Cancelled bool
	Err       error // why reading stopped early; nil also when cancelled
	Diagnosis diagnose.Diagnosis
	Stale     bool // Diagnosis is not yet by the function that Rediagnose was given last

	trouble map[*session.Session]int
	ended   int64 // when a live source did
	held    int64 // since when a live source is held; 0: it is not
}

// Now is until when a live source was watched, in ns since the epoch; 0 for a capture.
func (st *State) Now() int64 {
	switch {
	case !st.Live:
		return 0
	case st.Done:
		return st.ended
	case st.held != 0:
		return st.held
	}
	return time.Now().UnixNano()
}

// Held says whether a live source is held.
func (st *State) Held() bool { return st.held != 0 }

// Trouble is 0 for a session that no error or warning touches, and the higher the worse it is off.
func (st *State) Trouble(s *session.Session) int { return st.trouble[s] }

// weigh counts errors and warnings of each session; an error outweighs any number of warnings.
func weigh(d *diagnose.Diagnosis) map[*session.Session]int {
	m := map[*session.Session]int{}
	for _, f := range slices.Concat(d.Findings, d.Former) {
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

// tell changes the state. Nobody waits for it who reads, and it waits for nobody.
func (s *Store) tell(change func(st *State)) {
	s.telling.Lock()
	defer s.telling.Unlock()
	change(&s.state)
}

// told is the state as it is now.
func (s *Store) told() State {
	s.telling.Lock()
	defer s.telling.Unlock()
	return s.state
}
