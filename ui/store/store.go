// Package store stands between the reader, which adds facts, and the window, which reads what became of them: one
// tracker, locks for which nobody who reads waits long, and a signal that something is new. It knows no widget and pushes
// nothing.
package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
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

// A Store is a capture being read, or read.
type Store struct {
	past      diagnose.Past // of a live source; writing guards it
	unpressed time.Time     // until when press does nothing; likewise

	// writing is held while facts are added or settled: who waits for it keeps out no reader. Who holds it may read the
	// tracker for as long as that takes; mu is for the moments in which it changes, and for those who read beside.
	writing sync.Mutex
	added   bool // facts came since it was settled; writing guards it
	mu      sync.RWMutex
	tracker session.Tracker
	memory  atomic.Int64 // what Keep asked for last; 0: nothing
	changed chan struct{}

	telling  sync.Mutex // guards what follows, and is never held for long; of mu and it, mu comes first
	state    State
	diagnose func(*session.Tracker) diagnose.Diagnosis
	asked    int // how often another diagnosis was asked for
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
	if s.told().Live {
		s.memory.Store(memory)
	}
}

// Rename has the source shown under another name.
func (s *Store) Rename(name string) {
	s.tell(func(st *State) { st.Name = name })
}

// write changes what others read.
func (s *Store) write(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
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
	s.settle((*session.Tracker).FinishBeside)
	s.end(err)
	s.signal()
}

// end tells that the source has ended, and how. It writes, so that it waits for who studies without anybody waiting for it.
func (s *Store) end(err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.told().Stale { // another verdict was asked for while the last one was found
		s.judge()
	}
	s.tell(func(st *State) {
		st.ended = st.Now()
		st.Done, st.held = true, 0
		st.Cancelled = errors.Is(err, context.Canceled)
		if !st.Cancelled {
			st.Err = err
		}
	})
}

// Hold tells that a live source is held for a while: time stands still, and nobody is late meanwhile.
func (s *Store) Hold(on bool) {
	s.tell(func(st *State) {
		st.held = 0
		if on {
			st.held = time.Now().UnixNano()
		}
	})
}

// Reopen tells that another source is about to go on in this picture.
func (s *Store) Reopen() {
	s.tell(func(st *State) { st.Done, st.Cancelled, st.Err = false, false, nil })
}

// begin makes ready for a source, whose connections and counts come after those of the ones before.
func (s *Store) begin() fact.Emit {
	s.Reopen()
	s.writing.Lock()
	defer s.writing.Unlock()
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
	if m := s.memory.Load(); m != 0 {
		s.tracker.Options.Memory = m
	}
	s.tracker.Add(f)
	s.mu.Unlock()
	s.added = true
	if s.tracker.Pressed() {
		s.press()
	}
	s.writing.Unlock()
	s.signal()
}

func (s *Store) signal() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Changed delivers after something is new; several changes may be one signal.
func (s *Store) Changed() <-chan struct{} { return s.changed }

// Study calls f as Read does, for as long as it takes: nobody writes meanwhile, and nobody who reads waits for it. What is
// live waits, so it is not for what can be had in pieces, and never for the goroutine that shows.
func (s *Store) Study(f func(t *session.Tracker, st *State)) {
	s.writing.Lock()
	defer s.writing.Unlock()
	st := s.told()
	f(&s.tracker, &st)
}

// StudyBoth studies two stores at once, whoever studies the same two the other way round.
func StudyBoth(a, b *Store, f func(t [2]*session.Tracker, st [2]*State)) {
	first, second := a, b
	for first.writing.Lock(); !second.writing.TryLock(); first.writing.Lock() {
		first.writing.Unlock()
		first, second = second, first
	}
	defer a.writing.Unlock()
	defer b.writing.Unlock()
	sa, sb := a.told(), b.told()
	f([2]*session.Tracker{&a.tracker, &b.tracker}, [2]*State{&sa, &sb})
}

// Read calls f with the tracker, which nobody changes meanwhile, and the state as it was when it began. f must be quick and
// keep no slice.
func (s *Store) Read(f func(t *session.Tracker, st *State)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st := s.told()
	f(&s.tracker, &st)
}
