package store

import (
	"slices"
	"time"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// When sessions are resolved and diagnosed while facts still come: every second, and sooner where they pause, so that the
// verdict catches up with the last fact of a burst; but for no more than a twentieth of the time.
const (
	settleEvery = time.Second
	settleLook  = 250 * time.Millisecond
	settleShare = 20
	settleLive  = 3 * time.Second // but of a live source no longer than this is waited: somebody looks on
)

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
		added, last, st := s.added, s.tracker.Last, s.told()
		s.writing.Unlock()
		since := time.Since(settled)
		quiet := added && last == before
		before = last
		wait := took * settleShare
		if st.Live {
			wait = min(wait, settleLive)
		}
		if !st.Stale && (since < wait || !quiet && since < settleEvery || !added && !st.Live) {
			continue
		}
		s.settle((*session.Tracker).ResolveBeside)
		took, settled = time.Since(settled)-since, time.Now()
		s.signal()
	}
}

// settle brings nodes, upgrades and the diagnosis up to date. Nobody writes meanwhile, so that what takes long needs to
// keep out nobody who reads.
func (s *Store) settle(resolve func(t *session.Tracker, write func(change func()))) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.added = false
	if st := s.told(); st.Live && s.tracker.First != 0 {
		s.write(func() { s.tracker.Pass(st.Now()) })
	}
	resolve(&s.tracker, s.write)
	s.tell(func(st *State) { st.Version++ })
	s.relieve()
	s.judge()
}

// judge brings the diagnosis up to date; the caller holds writing.
func (s *Store) judge() {
	s.telling.Lock()
	by, asked := s.diagnose, s.asked
	s.telling.Unlock()
	if by == nil {
		return
	}
	d := by(&s.tracker)
	trouble := weigh(&d)
	s.tell(func(st *State) {
		st.Diagnosis, st.trouble = d, trouble
		st.Stale = st.Stale && asked != s.asked // it was asked for another one meanwhile
		st.Version++
	})
}

// press makes room at once, where so much comes that it cannot wait: what no longer fits in would be counted alone. It
// takes no more than a fifth of the time.
func (s *Store) press() {
	began := time.Now()
	if began.Before(s.unpressed) {
		return
	}
	s.tracker.ResolveBeside(s.write)
	s.relieve()
	s.tell(func(st *State) { st.Version++ })
	s.unpressed = time.Now().Add(4 * time.Since(began))
}

// relieve has sessions that are over make room, where a live source has come to take more than it may.
func (s *Store) relieve() {
	if !s.tracker.Over() {
		return
	}
	d := s.past.Diagnose(&s.tracker)
	s.past.ForgetBeside(&s.tracker, &d, s.write)
}

// NodesAfter has nodes that were seen before keep their letters and colours here, see session.Options.Before. It returns
// once all that is told here calls them so, which may take long.
func (s *Store) NodesAfter(before []session.Node) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if slices.Equal(names(before), names(s.tracker.Options.Before)) {
		return
	}
	s.tracker.Options.Before = before
	if len(s.tracker.Nodes) == 0 {
		return
	}
	s.tracker.ResolveBeside(s.write)
	s.tell(func(st *State) { st.Version++ })
	s.judge()
	s.signal()
}

// names are what nodes are called, and by what.
func names(nodes []session.Node) (list [][3]string) {
	for _, n := range nodes {
		list = append(list, [3]string{n.Letter, n.Label, n.Basis})
	}
	return list
}

// Rediagnose has the verdict given by another function from now on. Until it was, State tells that it is Stale.
func (s *Store) Rediagnose(by func(*session.Tracker) diagnose.Diagnosis) {
	s.tell(func(st *State) {
		s.diagnose = by
		s.asked++
		st.Stale = !st.Done
		st.Version++
	})
	s.signal()
}

// Reword has the diagnosis said in other words from now on, by a function that does so; nil: what NewWatched made does.
// It returns once the diagnosis is in these words, which may take long.
func (s *Store) Reword(words lang.Words, by func(*session.Tracker) diagnose.Diagnosis) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.past.Words = words
	if by == nil {
		by = s.past.Diagnose
	}
	s.tell(func(*State) { s.diagnose = by })
	s.judge()
	s.signal()
}
