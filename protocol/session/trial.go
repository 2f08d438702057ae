package session

import (
	"slices"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// What a check (capture/check) sends beside its default clients says so itself, and is known again in every recording: no
// client of the service sends such requests, and what becomes of them is no fault.
const (
	MadeUpSID     = "sioscope-made-up-sid"     // a sid that no server issued, of the form of Node's: a balancer that reads sids takes it
	ForeignOrigin = "https://sioscope.invalid" // an origin that is nobody's (RFC 2606 §2)

	trialAgent = "sioscope (check: "
)

// TrialAgent is the User-Agent of a check's requests for one of its experiments.
func TrialAgent(experiment string) string { return trialAgent + experiment + ")" }

// Trial says whether a request is one of a check's experiments.
func (e *Exchange) Trial() bool {
	for e.Outer != nil {
		e = e.Outer // a proxy may have changed what it passed on
	}
	f := e.Request.RequestFields
	return e.SID == MadeUpSID || f != nil && (strings.HasPrefix(f.UserAgent, trialAgent) || f.Origin == ForeignOrigin)
}

// Trial says whether a session was opened by one of a check's experiments.
func (s *Session) Trial() bool { return len(s.Exchanges) > 0 && s.Exchanges[0].Trial() }

// Clients is a resolved Tracker without what a check tried, and with a note that says so, or the Tracker itself where
// there is nothing of that kind, or Options.Trials wants it. Nodes are those of the whole, as in Part. It shares everything
// else with t: it is for reading, until t changes.
func (t *Tracker) Clients() *Tracker {
	if t.trials == 0 || t.Options.Trials {
		return t
	}
	p := *t
	p.trials = 0
	p.Nodes = slices.Clone(t.Nodes)
	for _, s := range t.Sessions {
		if s.Node >= 0 && s.Trial() {
			p.Nodes[s.Node].Sessions--
		}
	}
	p.Sessions = chosen(t.Sessions, func(s *Session) bool { return !s.Trial() })
	others := func(e *Exchange) bool { return !e.Trial() }
	p.Exchanges, p.Refused, p.Lost = chosen(t.Exchanges, others), chosen(t.Refused, others), chosen(t.Lost, others)
	p.Restarts = chosen(t.Restarts, func(r Restart) bool { return !r.Before.Trial() || !r.After.Trial() })
	p.Freed.Sessions -= t.past.tried.sessions
	left := t.past.tried
	left.add(t.Sessions, t.Exchanges)
	note := fact.NewNote("", lang.Say("The experiments of a check (sio check) are left out: sessions %d, requests %d; verdict, findings and numbers are about the others", left.sessions, left.requests))
	note.Fine = true
	p.Notes = append(slices.Clone(t.Notes), *note)
	return &p
}

// tried counts what a check tried.
type tried struct{ sessions, requests int64 }

func (n *tried) add(sessions []*Session, exchanges []*Exchange) {
	for _, s := range sessions {
		if s.Trial() {
			n.sessions++
		}
	}
	for _, e := range exchanges {
		if e.Outer == nil && e.Trial() {
			n.requests++
		}
	}
}
