package check

import (
	"slices"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/engineio"
)

// whole says whether every request of a tally was honoured, and there were some.
func (t *tally) whole() bool { return t.run && t.asked > 0 && t.honoured == t.asked }

// spread says whether sessions were refused for where their requests went: more than one of them, or one that was
// honoured again. A node that restarts loses a session once and for good.
func (t *tally) spread() bool { return t.lost > 1 || t.returned }

var routingIDs = []string{"no-affinity-per-request", "no-affinity-per-connection"}

// routing adds what is known of how requests are spread over nodes.
func (x *examiner) routing() {
	mixed := x.kept.spread() // on one connection: only a balancer that reads HTTP does that
	loose := x.loose.spread()
	known := ""
	switch {
	case mixed:
		known = routingIDs[0]
	case loose && x.kept.whole():
		known = routingIDs[1]
	}
	f := x.d.Find(routingIDs[0])
	if f == nil {
		f = x.d.Find(routingIDs[1])
	}
	cookie := slices.ContainsFunc(x.d.Findings, func(f diagnose.Finding) bool {
		return f.ID == "sticky-cookie-not-returned" || f.ID == "affinity-lost" || f.ID == "inner-layer-not-sticky"
	})
	if f != nil && known == "" && x.kept.whole() && x.loose.whole() && len(f.Sessions)*2 < len(x.visits) {
		x.once(f)
		return
	}
	if f != nil && known == "" && x.kept.whole() && x.loose.whole() && !x.anyBroke() {
		x.apart(f)
		return
	}
	switch {
	case known == "" || cookie || x.d.Find("handshake-cached") != nil:
	case f == nil:
		f = x.discovered(known == routingIDs[0])
	case diagnose.Base(f.ID) != known:
		if better, ok := diagnose.Routing(x.Words, x.c.part(x.t, Default), mixed); ok {
			x.d.Replace(f.ID, better)
			f = x.d.Find(known)
		}
	default:
		f.Confidence, f.WouldTell = "certain", ""
	}
	if f == nil {
		return
	}
	x.proveRouting(f)
}

// once is what a few default clients met, and no other experiment: no balancer that spreads requests.
func (x *examiner) once(f *diagnose.Finding) {
	x.d.Replace(f.ID, diagnose.Finding{
		ID: "session-lost", Severity: diagnose.Warning, Confidence: "possible", Title: x.S("A sid was not known any more in %d of %d sessions", len(f.Sessions), len(x.visits)),
		Explanation: x.S("The server answered \"Session ID unknown\" to a living session, and to no other that was tried the same way. A node may have restarted at that moment, or was taken out of the balancer."),
		Sessions:    f.Sessions, Evidence: f.Evidence,
		RuledOut: []string{
			x.S("balancing without affinity: %d of %d requests on connections of their own were honoured, and %d of %d on kept ones", x.loose.honoured, x.loose.asked, x.kept.honoured, x.kept.asked),
		},
		WouldTell: x.S("The same check again, and the log of the nodes at that time."),
	})
	v := &x.d.Verdict
	v.Cause = x.S("A few sessions were not known any more, and the experiments rule a balancer without affinity out.")
	before, _, _ := strings.Cut(v.Summary, ": ")
	v.Summary = x.S("%s: %d of %d sessions on WebSocket: a sid was not known any more, once", before, x.d.Census.WebSocket, x.d.Census.Sessions)
}

// discovered is what the default clients did not meet, and sessions of the experiments did.
func (x *examiner) discovered(perRequest bool) *diagnose.Finding {
	from := NewConnections
	if perRequest {
		from = KeepAlive
	}
	f, ok := diagnose.Routing(x.Words, x.c.part(x.t, from), perRequest)
	if !ok {
		return nil
	}
	x.d.Add(f)
	x.blame(f)
	return x.d.Find(f.ID)
}

// blame lets the verdict name a finding that the picture of the default clients does not have.
func (x *examiner) blame(f diagnose.Finding) {
	v := &x.d.Verdict
	if v.Cause == "" {
		v.Cause = x.S("%s.", f.Title)
		v.Lead = f.ID
		v.Summary = x.S("%s, but: %s", v.Summary, f.Title)
	}
}

func (x *examiner) proveRouting(f *diagnose.Finding) {
	if x.kept.whole() {
		f.RuledOut = appendOnce(f.RuledOut, x.S("balancing per request: %d of %d requests on one kept connection were honoured", x.kept.honoured, x.kept.asked))
		f.RuledOut = slices.DeleteFunc(f.RuledOut, func(s string) bool { return s == x.S("balancing per request: no connection changed its node") })
	}
	if x.kept.unknown > 0 {
		f.Evidence = append(f.Evidence, x.said(*x.kept.first, x.S("experiment: %d of %d requests of a session on its one connection were answered \"Session ID unknown\"", x.kept.unknown, x.kept.asked)))
	}
	if x.loose.unknown > 0 {
		text := x.S("experiment: with a connection for every request, %d of %d were answered \"Session ID unknown\"", x.loose.unknown, x.loose.asked)
		if x.kept.whole() {
			text = x.S("%s; on one kept connection none was: polling lives by kept connections alone", text)
		}
		f.Evidence = append(f.Evidence, x.said(*x.loose.first, text))
	}
	if x.census.nodes > 1 && x.census.basis != "" {
		f.Evidence = append(f.Evidence, x.said(answer{}, x.S("experiment: at least %d nodes opened the %d sessions of this check, told apart by %s", x.census.nodes, x.census.sessions, x.census.by(x.Words))))
	}
	if x.arrival.known && x.arrival.arrives {
		f.RuledOut = slices.DeleteFunc(f.RuledOut, func(s string) bool {
			return s == x.S("Upgrade header stripped: that is answered with JSON code 3, this with \"Session ID unknown\"")
		})
		f.RuledOut = append(f.RuledOut, x.S("Upgrade header stripped: %s", x.lower(x.arrival.why)))
	}
	if len(x.set) == 0 && x.loose.run {
		f.RuledOut = appendOnce(f.RuledOut, x.S("affinity by cookie: no answer sets a cookie"))
	}
}

func appendOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// lower is a sentence as it goes on after a colon.
func (x *examiner) lower(s string) string {
	s = strings.TrimSuffix(s, x.S("."))
	if x.Words != nil || strings.HasPrefix(s, "WebSocket") || s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// stopped adds what keeps every WebSocket request from the server, where the default clients did not come so far.
func (x *examiner) stopped() {
	ok, all := x.onWebSocket()
	if all == 0 || ok > 0 || !x.arrival.known || x.arrival.arrives || x.d.Find("connection-forbidden") != nil || x.d.Find("handshake-refused") != nil {
		return
	}
	for _, f := range diagnose.In(x.Words, x.c.part(x.t, WebSocket)).Findings {
		if (f.ID == "upgrade-header-stripped" || f.ID == "upgrade-refused-by-proxy") && x.d.Find(f.ID) == nil {
			if old := x.d.Find("upgrade-failed"); old != nil {
				v := &x.d.Verdict
				v.Summary = strings.Replace(v.Summary, x.lower(old.Title), x.lower(f.Title), 1)
				v.Cause = x.S("%s.", f.Title)
				f.Sessions, f.Evidence = old.Sessions, append(f.Evidence, old.Evidence...)
				x.d.Replace("upgrade-failed", f)
				continue
			}
			x.d.Add(f)
			x.blame(f)
		}
	}
}

// letIn looks at WebSocket requests of the default clients that were refused beside those of the sessions that begin as a
// WebSocket, where some of these were let in: then WebSocket is not switched off, and a limit on it shows itself.
func (x *examiner) letIn() {
	if ok, _ := x.onWebSocket(); ok == 0 {
		return
	}
	for _, id := range [...]string{"upgrade-refused-by-proxy", "connection-limit"} {
		found := x.d.Find(id)
		if found == nil {
			continue
		}
		old, wider := *found, diagnose.In(x.Words, x.c.part(x.t, Default, WebSocket))
		f := wider.Find("connection-limit")
		if f == nil && id == "upgrade-refused-by-proxy" {
			f = wider.Find(id)
		}
		if f == nil {
			return
		}
		f.Sessions, f.Refused = old.Sessions, old.Refused
		x.d.Replace(id, *f)
		v := &x.d.Verdict
		v.Summary = strings.Replace(v.Summary, x.lower(old.Title), x.lower(f.Title), 1)
		v.Cause = x.S("%s.", f.Title)
		return
	}
}

// upgrade adds to findings about the WebSocket request what a made-up sid and kept sessions tell.
func (x *examiner) upgrade() {
	for _, id := range [...]string{"upgrade-header-stripped", "upgrade-refused-by-proxy", "frames-blocked", "upgrade-failed", "server-offers-no-upgrade", "two-upgrade-handlers"} {
		f := x.d.Find(id)
		if f == nil {
			continue
		}
		switch {
		case x.loose.whole() && (!x.loose.jar || len(x.set) == 0):
			f.RuledOut = append(f.RuledOut, x.S("another node: %d of %d requests on connections of their own were honoured", x.loose.honoured, x.loose.asked))
		case x.loose.whole():
			f.RuledOut = append(f.RuledOut, x.S("another node: %d of %d requests on connections of their own, with cookies, were honoured", x.loose.honoured, x.loose.asked))
		}
		if i := slices.IndexFunc(x.directs, func(d *direct) bool { return d.sid != "" && !d.heard }); id == "frames-blocked" && i >= 0 {
			f.Evidence = append(f.Evidence, x.seen(x.directs[i].answer, x.S("experiment: the server's open packet comes over this WebSocket, and what the client sends has no answer"))...)
		}
		if id == "server-offers-no-upgrade" || !x.arrival.known {
			continue
		}
		switch {
		case id == "upgrade-header-stripped" && !x.arrival.arrives && x.arrival.ws.said.Dialect == engineio.Node,
			id == "upgrade-refused-by-proxy" && x.arrival.byProxy:
			f.Evidence = append(f.Evidence, x.seen(x.arrival.ws, x.S("experiment, with a made-up sid"))...)
			f.Evidence = append(f.Evidence, x.seen(x.arrival.poll, x.S("the same sid, asked for by a poll"))...)
			f.Confidence = "certain"
		case id == "frames-blocked" && x.arrival.arrives:
			f.RuledOut = append(f.RuledOut, x.S("Upgrade header stripped: %s", x.lower(x.arrival.why)))
		}
	}
}
