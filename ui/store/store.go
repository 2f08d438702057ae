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
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// A Source gives facts until it ends, fails or ctx is cancelled.
type Source interface {
	Run(ctx context.Context, emit fact.Emit) error
}

// When sessions are resolved and diagnosed while facts still come: every second, and sooner where they pause, so that the
// verdict catches up with the last fact of a burst; but for no more than a twentieth of the time.
const (
	settleEvery = time.Second
	settleLook  = 250 * time.Millisecond
	settleShare = 20
	settleLive  = 3 * time.Second // but of a live source no longer than this is waited: somebody looks on
)

// A Store is a capture being read, or read.
type Store struct {
	diagnose  func(*session.Tracker) diagnose.Diagnosis
	past      diagnose.Past // of a live source; writing guards it
	unpressed time.Time     // until when press does nothing; likewise

	writing sync.Mutex // held while facts are added or settled: who waits for it keeps out no reader
	added   bool       // facts came since it was settled; writing guards it
	mu      sync.RWMutex
	tracker session.Tracker
	state   State
	changed chan struct{}
}

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

// NewLive is an empty Store for a source that happens now.
func NewLive(name string, diagnose func(*session.Tracker) diagnose.Diagnosis) *Store {
	s := New(name, diagnose)
	s.state.Live = true
	s.tracker.Options = s.tracker.Options.Live()
	return s
}

// NewWatched is an empty Store for a source that happens now, and of which everything is diagnosed, also what made room
// since, in the language of the words.
func NewWatched(name string, words lang.Words) *Store {
	s := NewLive(name, nil)
	s.past.Words = words
	s.diagnose = s.past.Diagnose
	return s
}

// Keep bounds the memory of a live source, in bytes; see session.Options.Memory. Less than there is takes effect as more
// comes.
func (s *Store) Keep(memory int64) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.Live {
		s.tracker.Options.Memory = memory
	}
}

// Rename has the source shown under another name.
func (s *Store) Rename(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Name = name
}

// NodesNamedBy says in which response header nodes name themselves; "": in none that is known. It comes before Fill.
func (s *Store) NodesNamedBy(header string) { s.tracker.Options.NodeHeader = header }

// Fill runs src to its end, in the calling goroutine. What was read stays, however it ended; another source may then go
// on in the same picture.
func (s *Store) Fill(ctx context.Context, src Source) {
	emit := s.begin()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		s.keepSettled(stop)
		close(stopped)
	}()
	err := src.Run(ctx, emit)
	close(stop)
	<-stopped
	s.settle((*session.Tracker).Finish)
	s.end(err)
	s.signal()
}

// end tells that the source has ended, and how. It writes, so that it waits for who studies without anybody waiting for it.
func (s *Store) end(err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.ended = s.state.Now()
	s.state.Done, s.state.held = true, 0
	s.state.Cancelled = errors.Is(err, context.Canceled)
	if !s.state.Cancelled {
		s.state.Err = err
	}
}

// Hold tells that a live source is held for a while: time stands still, and nobody is late meanwhile.
func (s *Store) Hold(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.held = 0
	if on {
		s.state.held = time.Now().UnixNano()
	}
}

// Reopen tells that another source is about to go on in this picture.
func (s *Store) Reopen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Done, s.state.Cancelled, s.state.Err = false, false, nil
}

// begin makes ready for a source, whose connections and counts come after those of the ones before.
func (s *Store) begin() fact.Emit {
	s.Reopen()
	s.mu.RLock()
	defer s.mu.RUnlock()
	conns, before := s.tracker.LastConn(), s.tracker.Stats
	if conns == 0 {
		return s.add
	}
	return func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Opened:
			f.Conn.ID += conns
		case *fact.Stats:
			f.Connections += before.Connections
			f.Packets += before.Packets
			f.Bytes += before.Bytes
		}
		s.add(f)
	}
}

// add takes in a fact, from whichever goroutine of the source.
func (s *Store) add(f fact.Fact) {
	s.writing.Lock()
	s.mu.Lock()
	s.tracker.Add(f)
	s.mu.Unlock()
	s.added = true
	if s.tracker.Pressed() {
		s.press()
	}
	s.writing.Unlock()
	s.signal()
}

// keepSettled settles while facts come, until it is stopped. A live source is settled also when none come: what waits
// too long has failed.
func (s *Store) keepSettled(stop <-chan struct{}) {
	tick := time.NewTicker(settleLook)
	defer tick.Stop()
	settled, took := time.Now(), time.Duration(0)
	before := int64(0)
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		s.writing.Lock()
		added, last, stale := s.added, s.tracker.Last, s.state.Stale
		s.writing.Unlock()
		since := time.Since(settled)
		quiet := added && last == before
		before = last
		wait := took * settleShare
		if s.state.Live {
			wait = min(wait, settleLive)
		}
		if !stale && (since < wait || !quiet && since < settleEvery || !added && !s.state.Live) {
			continue
		}
		s.settle((*session.Tracker).Resolve)
		took, settled = time.Since(settled)-since, time.Now()
		s.signal()
	}
}

// settle brings nodes, upgrades and the diagnosis up to date. Nobody writes meanwhile, so that the diagnosis, which takes
// longest, needs to keep out nobody who reads.
func (s *Store) settle(resolve func(*session.Tracker)) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.added = false
	s.mu.Lock()
	if s.state.Live && s.tracker.First != 0 {
		s.tracker.Pass(s.state.Now())
	}
	resolve(&s.tracker)
	s.state.Version++
	s.mu.Unlock()
	s.relieve()
	s.judge()
}

// judge brings the diagnosis up to date; the caller holds writing.
func (s *Store) judge() {
	if s.diagnose == nil {
		return
	}
	s.mu.RLock()
	d := s.diagnose(&s.tracker)
	trouble := weigh(&d)
	s.mu.RUnlock()
	s.mu.Lock()
	s.state.Diagnosis, s.state.trouble, s.state.Stale = d, trouble, false
	s.state.Version++
	s.mu.Unlock()
}

// press makes room at once, where so much comes that it cannot wait: what no longer fits in would be counted alone. It
// takes no more than a fifth of the time.
func (s *Store) press() {
	began := time.Now()
	if began.Before(s.unpressed) {
		return
	}
	s.mu.Lock()
	s.tracker.Resolve()
	s.mu.Unlock()
	s.relieve()
	s.mu.Lock()
	s.state.Version++
	s.mu.Unlock()
	s.unpressed = time.Now().Add(4 * time.Since(began))
}

// relieve has sessions that are over make room, where a live source has come to take more than it may.
func (s *Store) relieve() {
	if !s.tracker.Over() {
		return
	}
	s.mu.RLock()
	d := s.past.Diagnose(&s.tracker)
	s.mu.RUnlock()
	s.mu.Lock()
	s.past.Forget(&s.tracker, &d)
	s.mu.Unlock()
}

func (s *Store) signal() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Rediagnose has the verdict given by another function from now on. Until it was, State tells that it is Stale.
func (s *Store) Rediagnose(by func(*session.Tracker) diagnose.Diagnosis) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.diagnose, s.added = by, true
	s.mu.Lock()
	s.state.Stale = !s.state.Done
	s.state.Version++
	s.mu.Unlock()
	s.signal()
}

// Reword has the diagnosis said in other words from now on, by a function that does so; nil: what NewWatched made does.
// It returns once the diagnosis is in these words, which may take long.
func (s *Store) Reword(words lang.Words, by func(*session.Tracker) diagnose.Diagnosis) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.past.Words = words
	if s.diagnose = by; by == nil {
		s.diagnose = s.past.Diagnose
	}
	s.judge()
	s.signal()
}

// Changed delivers after something is new; several changes may be one signal.
func (s *Store) Changed() <-chan struct{} { return s.changed }

// Study calls f as Read does, for as long as it takes: nobody writes meanwhile, and nobody who reads waits for it. What is
// live waits, so it is not for what can be had in pieces, and never for the goroutine that shows.
func (s *Store) Study(f func(t *session.Tracker, st *State)) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.RLock()
	defer s.mu.RUnlock()
	f(&s.tracker, &s.state)
}

// Read calls f with the tracker, which nobody changes meanwhile. f must be quick and keep no slice.
func (s *Store) Read(f func(t *session.Tracker, st *State)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f(&s.tracker, &s.state)
}
