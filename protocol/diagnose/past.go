package diagnose

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// A Past is what was diagnosed of sessions that a tracker has let go of since (session.Tracker.Release): verdict and
// counts are of all sessions that there were. The zero value is one of which nothing is gone. Causes that compare sessions
// with each other ask it besides, so that those which are left are not accused for the lack of the others.
type Past struct {
	Words lang.Words // what findings are said in

	census    census
	findings  []Finding
	again     int64                                // when Relieve looks again
	untold    string                               // see picture.untold
	used      map[string]bool                      // origins of pages whose sessions were used
	polled    map[netip.AddrPort]bool              // see picture.polled
	settled   map[*session.Session]map[string]bool // keys of what was found of sessions that are over and still there
	until     int64                                // see horizon
	templates map[string]Finding                   // such findings, by key
}

// maxPastFindings is how many findings are kept of sessions that are gone, beside which others are added to.
const maxPastFindings = 64

// Diagnose is Diagnose of all sessions, those that are gone and those that t has.
func (a *Past) Diagnose(t *session.Tracker) Diagnosis { return diagnose(a.Words, t, a) }

// Forget has t let go of what it has no room for, if that is so. d is what Diagnose gave, and t is unchanged since.
func (a *Past) Forget(t *session.Tracker, d *Diagnosis) {
	a.ForgetBeside(t, d, func(change func()) { change() })
}

// ForgetBeside is Forget beside others who read the Tracker: see session.Tracker.ResolveBeside.
func (a *Past) ForgetBeside(t *session.Tracker, d *Diagnosis, write func(change func())) {
	if d.picture == nil || !t.Over() {
		return
	}
	a.settle(d.picture)
	refusals := clientsRefused(t)
	sessions, strays := t.ReleaseBeside(held(d), write)
	sessions = slices.DeleteFunc(sessions, (*session.Session).Trial)
	a.census.refusals += refusals - clientsRefused(t)
	a.take(d, sessions, strays)
}

// clientsRefused counts the refused handshakes that Tracker.Clients has, without making it: this is for live sources.
func clientsRefused(t *session.Tracker) (n int) {
	for _, e := range t.Refused {
		if t.Options.Trials || !e.Trial() {
			n++
		}
	}
	return n
}

// Relieve has t let go of what it has no room for, where it is so, looking at most once a second of packet time. It is for
// who asks for no diagnosis until the end.
func (a *Past) Relieve(t *session.Tracker) {
	if !t.Over() || t.Last < a.again {
		return
	}
	a.again = t.Last + 1e9
	t.Resolve()
	d := a.Diagnose(t)
	a.Forget(t, &d)
}

// held is what findings stand on: their evidence, and the first sessions and handshakes that they touch.
func held(d *Diagnosis) session.Hold {
	h := session.Hold{Sessions: map[*session.Session]bool{}, Exchanges: map[*session.Exchange]bool{}, Conns: map[*session.Conn]bool{}}
	exchange := func(e *session.Exchange) {
		for ; e != nil; e = e.Inner {
			h.Exchanges[e] = true
		}
	}
	kinds := map[string]int{}
	for i := range d.Findings {
		f := &d.Findings[i]
		if kinds[f.key()]++; kinds[f.key()] > 2 {
			continue // of a kind that comes again and again the first few
		}
		for _, s := range f.Sessions[:min(len(f.Sessions), maxEvidence)] {
			h.Sessions[s] = true
		}
		for _, e := range f.Refused[:min(len(f.Refused), maxEvidence)] {
			exchange(e)
		}
		for _, e := range f.Evidence {
			exchange(e.Exchange)
			if e.Conn != nil {
				h.Conns[e.Conn] = true
			}
		}
	}
	return h
}

// take counts what is gone.
func (a *Past) take(d *Diagnosis, sessions []*session.Session, strays []*session.Exchange) {
	p := d.picture
	a.census.add(p.censusOf(sessions))
	for _, s := range sessions {
		if a.untold == "" && p.unexplained(s) {
			a.untold = p.S("sessions were too short to tell why")
		}
		if a.untold == "" && p.before(s) {
			a.untold = p.begunBefore()
		}
		a.useOf(s)
	}
	gone, lost := amongst(sessions), map[*session.Exchange]bool{}
	for _, e := range strays {
		lost[e] = true
		if p.checks[e] {
			a.census.refusals--
			a.census.bare++
		}
		if p.overcome[e] {
			a.census.refusals--
		}
	}
	for i := range d.Findings {
		f := &d.Findings[i]
		var n Finding
		for _, s := range f.Sessions {
			if gone[s] {
				n.Earlier++
				stayed, broke := p.wentOn(s)
				n.stayed += stayed
				n.broke += broke
			}
		}
		for _, e := range f.Refused {
			if lost[e] {
				n.EarlierRefused++
			}
		}
		if n.Earlier+n.EarlierRefused > 0 {
			n.others = f.ID == "no-affinity-per-connection" && !p.onlyUpgrades(f)
			a.add(f, &n)
		}
	}
}

// add counts to a finding what is gone of it.
func (a *Past) add(f, n *Finding) {
	at := slices.IndexFunc(a.findings, func(o Finding) bool { return o.key() == f.key() })
	if at < 0 && len(a.findings) >= maxPastFindings {
		at = slices.IndexFunc(a.findings, func(o Finding) bool { return o.ID == f.ID })
	}
	if at < 0 {
		if len(a.findings) > 2*maxPastFindings {
			return
		}
		first := *f
		first.Sessions, first.Refused, first.Earlier, first.EarlierRefused, first.stayed, first.broke = nil, nil, 0, 0, 0, 0
		a.findings = append(a.findings, first)
		at = len(a.findings) - 1
	}
	o := &a.findings[at]
	o.Earlier += n.Earlier
	o.EarlierRefused += n.EarlierRefused
	o.stayed += n.stayed
	o.broke += n.broke
	o.others = o.others || n.others
	if f.Confidence == "certain" {
		o.Confidence, o.WouldTell = "certain", ""
	}
}

// useOf notes what says something of other sessions, too.
func (a *Past) useOf(s *session.Session) {
	const most = 10_000
	for _, e := range s.Exchanges {
		if polls(e) && len(a.polled) < most {
			if a.polled == nil {
				a.polled = map[netip.AddrPort]bool{}
			}
			a.polled[e.Conn.Server] = true
		}
		if e.Kind == session.Handshake && e.Request.Origin != "" && (!unused(s) || asksWebSocket(e)) && len(a.used) < most {
			if a.used == nil {
				a.used = map[string]bool{}
			}
			a.used[e.Request.Origin] = true
		}
	}
}

// settle notes what was found of sessions that have been over for a while, and whose fellows may go: what is found of them
// later, with less at hand, does not count.
func (a *Past) settle(p *picture) {
	found := map[*session.Session]map[string]bool{}
	templates := map[string]Finding{}
	for _, s := range p.t.Sessions {
		if s.Over(p.t.Last - settled) {
			found[s] = map[string]bool{}
		}
	}
	for i := range p.findings {
		f := &p.findings[i]
		if f.passing {
			continue
		}
		key := f.key()
		for _, s := range f.Sessions {
			if found[s] == nil {
				continue
			}
			found[s][key] = true
			if templates[key].ID == "" {
				templates[key] = *f
			}
		}
	}
	a.settled, a.templates, a.until = found, templates, p.t.Last-settled
}

const settled = 60e9 // ns after a session's end in which others that tell of it come

// retroactive are findings that come to light when a session may be over for long: with the first one after it.
func retroactive(f *Finding) bool { return f.ID == "node-restarted" || f.ID == "balancer-restarted" }

// key is what findings of one kind have in common.
func (f *Finding) key() string { return f.ID + "\x00" + digitless(f.Title) }

func digitless(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' {
			return -1
		}
		return r
	}, text)
}

// attribute has settled sessions stay with what was found of them.
func (p *picture) attribute() {
	missing := map[string]map[*session.Session]bool{}
	for _, s := range p.t.Sessions {
		for key := range p.past.settled[s] {
			if missing[key] == nil {
				missing[key] = map[*session.Session]bool{}
			}
			missing[key][s] = true
		}
	}
	kept := p.findings[:0]
	for _, f := range p.findings {
		key, had := f.key(), len(f.Sessions)
		f.Sessions = slices.DeleteFunc(f.Sessions, func(s *session.Session) bool {
			found, over := p.past.settled[s]
			delete(missing[key], s)
			return over && !found[key] && !retroactive(&f)
		})
		if had == 0 || len(f.Sessions)+len(f.Refused) > 0 {
			kept = append(kept, f)
		}
	}
	p.findings = kept
	for _, s := range p.t.Sessions {
		for _, key := range slices.Sorted(maps.Keys(p.past.settled[s])) {
			if !missing[key][s] {
				continue
			}
			at := slices.IndexFunc(p.findings, func(f Finding) bool { return f.key() == key })
			if at < 0 {
				f := p.past.templates[key]
				f.Sessions, f.Refused, f.Earlier, f.EarlierRefused, f.stayed, f.broke = nil, nil, 0, 0, 0, 0
				at = len(p.findings)
				p.findings = append(p.findings, f)
			}
			p.findings[at].Sessions = append(p.findings[at].Sessions, s)
			p.named[s] = p.named[s] || p.findings[at].Severity < Info
		}
	}
}

// found says whether a session is over for long and was found to have a cause.
func (a *Past) found(s *session.Session, id string) bool {
	if a == nil {
		return false
	}
	for key := range a.settled[s] {
		if strings.HasPrefix(key, id+"\x00") {
			return true
		}
	}
	return false
}

// horizon is until when others that were there at the same time may be gone, in ns since the epoch.
func (a *Past) horizon() int64 {
	if a == nil {
		return 0
	}
	return a.until
}

// elsewhere says whether a session is over for long and was found to have other causes, and not this one.
func (a *Past) elsewhere(s *session.Session, id string) bool {
	return a != nil && len(a.settled[s]) > 0 && !a.found(s, id)
}

// any says whether anything is gone.
func (a *Past) any() bool { return a != nil && a.census.all+a.census.refusals > 0 }

// counts are what is gone of findings with an id.
func (a *Past) counts(id string) (sum Finding) {
	if a == nil {
		return sum
	}
	for i := range a.findings {
		if f := &a.findings[i]; f.ID == id {
			sum.Earlier += f.Earlier
			sum.EarlierRefused += f.EarlierRefused
			sum.stayed += f.stayed
			sum.broke += f.broke
			sum.others = sum.others || f.others
		}
	}
	return sum
}

// addPast adds what is gone to the findings.
func (p *picture) addPast() {
	if p.past == nil {
		return
	}
	p.attribute()
	for i := range p.past.findings {
		o := &p.past.findings[i]
		at := slices.IndexFunc(p.findings, func(f Finding) bool { return f.key() == o.key() })
		switch {
		case at < 0 && o.passing:
			continue // something was answered since
		case at < 0:
			p.findings = append(p.findings, *o)
			continue
		}
		f := &p.findings[at]
		f.Earlier += o.Earlier
		f.EarlierRefused += o.EarlierRefused
		f.stayed, f.broke, f.others = f.stayed+o.stayed, f.broke+o.broke, f.others || o.others
		if o.Confidence == "certain" && f.Confidence != "certain" {
			f.Confidence, f.WouldTell = "certain", ""
		}
	}
}

// Touched is how many sessions a finding touches, those that are no longer kept, too.
func (f *Finding) Touched() int { return len(f.Sessions) + f.Earlier }

// RefusedInAll is how many handshakes without a session it explains, those that are no longer kept, too.
func (f *Finding) RefusedInAll() int { return len(f.Refused) + f.EarlierRefused }
