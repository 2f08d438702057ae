package diagnose

import (
	"cmp"
	"slices"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// Diagnose reads a tracker that was resolved (session.Tracker.Finish or Resolve) and gives verdict and findings, in
// English.
func Diagnose(t *session.Tracker) Diagnosis { return In(nil, t) }

// In is Diagnose in the language of the words. What a check tried is left out: see session.Tracker.Clients.
//
// Causes are asked in a fixed order. One that explains an exchange claims it, so that no later and vaguer one accuses
// the same bytes; the fallbacks come last and take only what nobody explained.
func In(words lang.Words, t *session.Tracker) Diagnosis { return diagnose(words, t, nil) }

func diagnose(words lang.Words, t *session.Tracker, past *Past) Diagnosis {
	t = t.Clients()
	p := newPicture(words, t)
	p.past = past
	for _, cause := range [...]func(*picture){
		rateLimited, connectionsReset, blockedInBrowser, versionMismatch, fieldsRemoved, forbidden, corsRefused, preflight, transportUnknown, pathMismatch,
		sidCollision, sidRemoved, handshakeCached, overHTTP2, upgradeStripped, twoUpgradeHandlers, answeredAsPoll, uuidUnknown,
		nodeRestarted, limitReached, nodesGone, connectionLimit, requestsQueued, envoyRefused, upgradeRedirected, upgradeUnauthorized, downInRotation, upgradeRefused, deflateBroken, otherService, framesBlocked, upgradeStalled,
		keepaliveRace, pollCutShort, pollsUnheard, sessionExpired, pollOverlap, wrongNode, payloadTooLarge,
		balancerRestarted, connectionCapped, idleTimeout, nodeStalled, backgroundTab, heartbeatMissed, cutAgain,
		noUpgradeOffered, tunnelRefused, webTransportNotReached, neverUpgraded,
		refusedUnread, upgradeFailed, answeredForNode, handshakeOutlived, sessionLost, connectErrors, connectUnanswered, noSessionBegins, handshakeRefused, duplicateConnections, legacy, encrypted,
	} {
		cause(p)
	}
	p.addPast()
	verdict := p.verdict()
	slices.SortStableFunc(p.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), leads(a, &verdict)-leads(b, &verdict))
	})
	d := Diagnosis{Findings: p.findings, BySession: map[*session.Session][]string{}}
	for i := range d.Findings {
		for _, s := range d.Findings[i].Sessions {
			if !slices.Contains(d.BySession[s], d.Findings[i].ID) {
				d.BySession[s] = append(d.BySession[s], d.Findings[i].ID)
			}
		}
	}
	d.Verdict = verdict
	d.Path, d.Server = p.hops, dialect(t)
	c := p.census()
	d.Census = c.exported()
	if past != nil {
		d.Earlier, d.picture = past.census.exported(), p
	}
	return d
}

// leads is less for the finding that the verdict names as the cause: it is read first among those that are as bad.
func leads(f Finding, v *Verdict) int {
	if f.ID == v.Lead {
		return 0
	}
	return 1
}

func (c *census) exported() Census {
	return Census{c.all + c.checked, c.ws, c.polling + c.checked + c.veiled, c.broke, c.refused, c.unused, c.away, c.refusals + c.bare, c.checks}
}

// A picture is what the causes share: the traffic, who is in the path, and what is explained already.
type picture struct {
	lang.Words // says sentences: p.S, p.Count

	t          *session.Tracker
	hops       []Hop               // see trace
	asked      []*session.Exchange // of the hop nearest to the client, but for polls and posts that went as they should
	explained  map[*session.Exchange]bool
	service    *service                               // whose requests were spread; all, where that is not looked into, see wrongNode
	setters    map[*session.Session]*session.Exchange // see cookieSetter
	ended      map[*session.Session]bool              // sessions whose end is explained
	named      map[*session.Session]bool              // by an error or a warning
	kept       map[*session.Session]bool              // likewise, by one that may be why they are not on WebSocket
	overlaps   map[*session.Exchange]bool             // see overlapped
	doubled    map[*session.Session]bool              // sessions that two polls at once ended
	anew       map[*session.Exchange]bool             // see recounted
	unanswered map[*session.Session]bool              // see connectUnanswered
	findings   []Finding
	past       *Past                                  // nil: nothing is gone
	fellBack   map[*session.Exchange]*session.Session // see fallbacks
	counted    *census                                // see census
	checks     map[*session.Exchange]bool             // requests of health checks that were refused
	overcome   map[*session.Exchange]bool             // handshakes that were refused, and whose clients went on to WebSocket at once
}

func newPicture(w lang.Words, t *session.Tracker) *picture {
	return &picture{Words: w, t: t, service: &service{sessions: t.Sessions, nodes: t.Nodes}, hops: trace(w, t), asked: worthAsking(t.Exchanges), explained: map[*session.Exchange]bool{}, ended: map[*session.Session]bool{}, checks: map[*session.Exchange]bool{}, overcome: map[*session.Exchange]bool{}, setters: map[*session.Session]*session.Exchange{}, named: map[*session.Session]bool{}, kept: map[*session.Session]bool{}}
}

// outer gives every exchange of the hop nearest to the client that nobody has explained and that some cause may explain.
func (p *picture) outer(yield func(*session.Exchange) bool) {
	for _, e := range p.asked {
		if !p.explained[e] && !yield(e) {
			return
		}
	}
}

// worthAsking are the exchanges that causes look at: most of a long capture are polls and posts of which there is nothing to
// say. The first of them stays, for those who ask whether anything was.
func worthAsking(list []*session.Exchange) []*session.Exchange {
	var out []*session.Exchange
	first := true
	for _, e := range list {
		well := (e.Kind == session.Poll || e.Kind == session.Post) && e.Status == 200 && !e.HasError && !e.WrongNode
		if e.Outer == nil && (!well || first) {
			out = append(out, e)
		}
		first = first && !well
	}
	return out
}

func (p *picture) claim(list []*session.Exchange) {
	for _, e := range list {
		p.explained[e] = true
	}
}

func (p *picture) add(f Finding) {
	if f.Confidence == "" {
		f.Confidence = "certain"
	}
	if slices.ContainsFunc(f.Evidence, func(e Evidence) bool { return e.Exchange != nil && e.Exchange.ByLength }) {
		if f.Confidence == "certain" {
			f.Confidence = "likely"
		}
		f.WouldTell = cmp.Or(f.WouldTell, p.S("The HAR exported with content: of the refusals it has only the lengths, which are those of \"Session ID unknown\"."))
	}
	if f.Severity < Info {
		f.Sessions = p.withFallbacks(f.Sessions, f.Refused)
		for _, s := range f.Sessions {
			p.named[s] = true
			p.kept[s] = p.kept[s] || !ends(&f)
		}
	}
	p.findings = append(p.findings, f)
}

// has says whether a cause was found already.
func (p *picture) has(id string) bool {
	return slices.ContainsFunc(p.findings, func(f Finding) bool { return f.ID == id })
}

// amongst makes a set of a list.
func amongst(list []*session.Session) map[*session.Session]bool {
	m := make(map[*session.Session]bool, len(list))
	for _, v := range list {
		m[v] = true
	}
	return m
}

// sessionsOf lists the sessions of exchanges, each once, and the handshakes among them that have none.
func sessionsOf(list []*session.Exchange) (sessions []*session.Session, refused []*session.Exchange) {
	seen := map[*session.Session]bool{}
	for _, e := range list {
		s := e.Session
		switch {
		case s == nil || s.Index < 0:
			if e.SID == "" {
				refused = append(refused, e)
			}
		case !seen[s]:
			seen[s] = true
			sessions = append(sessions, s)
		}
	}
	return sessions, refused
}
