// Package pair holds two sources against each other for the window: which of their sessions are laid beside each other,
// what differs, the most telling first, and where in each of them that is seen. What differs and what explains a fault
// protocol/compare finds; how it looks is the window's. It knows no widget.
package pair

import (
	"sioscope/protocol/compare"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/store"
)

// A Side is one of two sources.
type Side struct {
	Name   string       // what sentences call it: "Production"
	Source string       // where it comes from: a file, an address, a session
	Store  *store.Store // of what was read; it may belong to both sides
	Only   int32        // the number of the one session that it is; -1: it is all of the store
	// Part is what of the store the side is, where its diagnosis is about that alone; nil, or giving nil: all of it.
	Part func(*session.Tracker) *session.Tracker
	// Results gives what experiments told, once they are over; nil: there were none.
	Results func() []compare.Result
}

// A Pair is what came of holding two sides against each other. Its sessions and requests are numbers in the trackers of
// the sides' stores.
type Pair struct {
	lang.Words
	Sides      [2]Side
	Comparison compare.Comparison
	Entries    []Entry  // all that was held against each other, the most telling first
	Chosen     [2]int32 // the sessions that are laid beside each other; -1: none

	parts     [2]*session.Tracker // of sides that are a part of their store; else nil
	diagnoses [2]diagnose.Diagnosis
}

// A Diagnosis says what is wrong in a tracker.
type Diagnosis func(*session.Tracker) diagnose.Diagnosis

// Of holds two sides against each other, in a language. It takes as long as a diagnosis of both: that is nothing for the
// goroutine that draws.
func Of(w lang.Words, sides [2]Side, of Diagnosis) *Pair {
	p := &Pair{Words: w, Sides: sides, Chosen: [2]int32{-1, -1}}
	p.study(func(trackers [2]*session.Tracker, states [2]*store.State) {
		for i := range sides {
			p.diagnose(i, trackers[i], states[i], of)
		}
		seen := p.seen(trackers)
		var held [2]compare.Side
		for i, s := range seen {
			held[i] = compare.Side{Name: sides[i].Name, Tracker: s.Tracker, Diagnosis: s.Diagnosis}
			if r := sides[i].Results; r != nil {
				held[i].Results = r()
			}
		}
		p.Comparison = compare.Compare(w, held[0], held[1])
		p.choose(seen)
		p.entries(seen)
	})
	return p
}

func (p *Pair) diagnose(i int, t *session.Tracker, st *store.State, of Diagnosis) {
	only := p.Sides[i].Only
	if only < 0 || !t.HasSession(only) {
		p.diagnoses[i] = st.Diagnosis
		if of := p.Sides[i].Part; of != nil {
			p.parts[i] = of(t)
		}
		return
	}
	p.parts[i] = part(t, t.SessionAt(only))
	p.diagnoses[i] = of(p.parts[i])
}

// Choose lays another session of a side beside that of the other.
func (p *Pair) Choose(side int, sess int32) {
	p.Chosen[side] = sess
	p.Read(p.entries)
}

// Verdict is that of a side.
func (p *Pair) Verdict(side int) diagnose.Verdict { return p.diagnoses[side].Verdict }

// Warned says whether a side has a fault or a warning.
func (p *Pair) Warned(side int) bool {
	f := p.diagnoses[side].Findings
	return len(f) > 0 && f[0].Severity != diagnose.Info
}

// Seen is what is known of a side.
type Seen struct {
	Tracker   *session.Tracker // the side's part of All
	All       *session.Tracker // the store's
	Diagnosis diagnose.Diagnosis
}

// Read calls f with what both sides are; nobody changes either meanwhile, and f keeps nothing of it.
func (p *Pair) Read(f func([2]Seen)) {
	p.read(func(trackers [2]*session.Tracker, _ [2]*store.State) { f(p.seen(trackers)) })
}

// Study calls f as Read does, for as long as it takes: nobody who reads waits for it.
func (p *Pair) Study(f func([2]Seen)) {
	p.study(func(trackers [2]*session.Tracker, _ [2]*store.State) { f(p.seen(trackers)) })
}

// Copy is what the pair is now, for another goroutine: Choose does not change it.
func (p *Pair) Copy() *Pair {
	c := *p
	return &c
}

func (p *Pair) seen(trackers [2]*session.Tracker) (seen [2]Seen) {
	for i, t := range trackers {
		seen[i] = Seen{t, t, p.diagnoses[i]}
		if p.parts[i] != nil {
			seen[i].Tracker = p.parts[i]
		}
	}
	return seen
}

// read takes a store that both sides share once: to ask for it again could wait for a writer who waits for this.
func (p *Pair) read(f func([2]*session.Tracker, [2]*store.State)) {
	a, b := p.Sides[0].Store, p.Sides[1].Store
	a.Read(func(ta *session.Tracker, sa *store.State) {
		if a == b {
			f([2]*session.Tracker{ta, ta}, [2]*store.State{sa, sa})
			return
		}
		b.Read(func(tb *session.Tracker, sb *store.State) { f([2]*session.Tracker{ta, tb}, [2]*store.State{sa, sb}) })
	})
}

// study is read for what takes long: whoever reads meanwhile does not wait, though a side may be written to.
func (p *Pair) study(f func([2]*session.Tracker, [2]*store.State)) {
	a, b := p.Sides[0].Store, p.Sides[1].Store
	if a == b {
		a.Study(func(t *session.Tracker, st *store.State) { f([2]*session.Tracker{t, t}, [2]*store.State{st, st}) })
		return
	}
	store.StudyBoth(a, b, f)
}

// part is one session of a tracker. What else its connections carried belongs to others.
func part(t *session.Tracker, s *session.Session) *session.Tracker {
	in := map[*session.Conn]bool{}
	for _, c := range s.Conns {
		in[c] = true
	}
	p := t.Part(func(c *session.Conn) bool { return in[c] })
	p.Sessions, p.Refused, p.Legacy = []*session.Session{s}, nil, nil
	p.Options.Trials = p.Options.Trials || s.Trial()
	mine := p.Exchanges[:0]
	for _, e := range p.Exchanges {
		if e.Session == s {
			mine = append(mine, e)
		}
	}
	p.Exchanges = mine
	return p
}
