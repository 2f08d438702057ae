package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/engineio"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// Subject is the part of a tracker of the check's facts that the verdict is about: what the default clients did.
func (c *Check) Subject(t *session.Tracker) *session.Tracker { return c.part(t, Default) }

func (c *Check) part(t *session.Tracker, ids ...string) *session.Tracker {
	c.mu.Lock()
	defer c.mu.Unlock()
	return t.Part(func(conn *session.Conn) bool { return slices.Contains(ids, c.of[conn.ID]) })
}

// Diagnose gives the verdict over the default clients, and what the experiments add to it. t holds the facts of Run and
// is resolved; it may be called while Run is under way.
func (c *Check) Diagnose(t *session.Tracker) diagnose.Diagnosis {
	d := diagnose.Diagnose(c.Subject(t))
	c.mu.Lock()
	x := examiner{c: c, t: t, d: &d, findings: c.found}
	c.mu.Unlock()
	x.routing()
	x.stopped()
	x.upgrade()
	x.revisions()
	x.pages()
	x.others()
	x.tries()
	return d
}

// An examiner adds to a diagnosis what the experiments found.
type examiner struct {
	findings
	c *Check
	t *session.Tracker
	d *diagnose.Diagnosis
}

// seen is an answer as evidence.
func (x *examiner) seen(a answer, remark string) []diagnose.Evidence {
	if a.conn < 1 || a.conn > len(x.t.Conns) {
		return nil
	}
	for _, e := range x.t.Conns[a.conn-1].Exchanges {
		if e.Serial == a.exchange {
			return []diagnose.Evidence{diagnose.Seen(e, remark)}
		}
	}
	return nil
}

// said is evidence in our own words, as of an answer's time.
func (x *examiner) said(a answer, format string, args ...any) diagnose.Evidence {
	ev := diagnose.Evidence{Time: x.t.Last, Text: fmt.Sprintf(format, args...)}
	if s := x.seen(a, ""); s != nil {
		ev.Time, ev.Conn = s[0].Time, s[0].Conn
	}
	return ev
}

// whole says whether every request of a tally was honoured, and there were some.
func (t *tally) whole() bool { return t.run && t.asked > 0 && t.honoured == t.asked }

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
	switch {
	case known == "" || cookie || x.d.Find("handshake-cached") != nil:
	case f == nil:
		f = x.discovered(known == routingIDs[0])
	case f.ID != known:
		if better, ok := diagnose.Routing(x.c.part(x.t, Default), mixed); ok {
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

// spread says whether sessions were refused for where their requests went: more than one of them, or one that was
// honoured again. A node that restarts loses a session once and for good.
func (t *tally) spread() bool { return t.lost > 1 || t.returned }

// once is what a few default clients met, and no other experiment: no balancer that spreads requests.
func (x *examiner) once(f *diagnose.Finding) {
	x.d.Replace(f.ID, diagnose.Finding{
		ID: "session-lost", Severity: diagnose.Warning, Confidence: "possible", Title: fmt.Sprintf("A sid was not known any more in %d of %d sessions", len(f.Sessions), len(x.visits)),
		Explanation: "The server answered \"Session ID unknown\" to a living session, and to no other that was tried the same way. A node may have restarted at that moment, or was taken out of the balancer.",
		Sessions:    f.Sessions, Evidence: f.Evidence,
		RuledOut: []string{
			fmt.Sprintf("balancing without affinity: %d of %d requests on connections of their own were honoured, and %d of %d on kept ones", x.loose.honoured, x.loose.asked, x.kept.honoured, x.kept.asked),
		},
		WouldTell: "The same check again, and the log of the nodes at that time.",
	})
	v := &x.d.Verdict
	v.Cause = "A few sessions were not known any more, and the experiments rule a balancer without affinity out."
	before, _, _ := strings.Cut(v.Summary, ": ")
	v.Summary = fmt.Sprintf("%s: %d of %d sessions on WebSocket: a sid was not known any more, once", before, x.d.Census.WebSocket, x.d.Census.Sessions)
}

// discovered is what the default clients did not meet, and sessions of the experiments did.
func (x *examiner) discovered(perRequest bool) *diagnose.Finding {
	from := NewConnections
	if perRequest {
		from = KeepAlive
	}
	f, ok := diagnose.Routing(x.c.part(x.t, from), perRequest)
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
		v.Cause = f.Title + "."
		v.Lead = f.ID
		v.Summary += ", but: " + f.Title
	}
}

func (x *examiner) proveRouting(f *diagnose.Finding) {
	if x.kept.whole() {
		f.RuledOut = appendOnce(f.RuledOut, fmt.Sprintf("balancing per request: %d of %d requests on one kept connection were honoured", x.kept.honoured, x.kept.asked))
		f.RuledOut = slices.DeleteFunc(f.RuledOut, func(s string) bool { return s == "balancing per request: no connection changed its node" })
	}
	if x.kept.unknown > 0 {
		f.Evidence = append(f.Evidence, x.said(*x.kept.first, "experiment: %d of %d requests of a session on its one connection were answered %q", x.kept.unknown, x.kept.asked, "Session ID unknown"))
	}
	if x.loose.unknown > 0 {
		text := "experiment: with a connection for every request, %d of %d were answered \"Session ID unknown\""
		if x.kept.whole() {
			text += "; on one kept connection none was: polling lives by kept connections alone"
		}
		f.Evidence = append(f.Evidence, x.said(*x.loose.first, text, x.loose.unknown, x.loose.asked))
	}
	if x.census.nodes > 1 && x.census.basis != "" {
		f.Evidence = append(f.Evidence, x.said(answer{}, "experiment: at least %d nodes opened the %d sessions of this check, told apart by %s", x.census.nodes, x.census.sessions, x.census.basis))
	}
	if x.arrival.known && x.arrival.arrives {
		f.RuledOut = slices.DeleteFunc(f.RuledOut, func(s string) bool { return strings.HasPrefix(s, "Upgrade header stripped") })
		f.RuledOut = append(f.RuledOut, "Upgrade header stripped: "+lower(x.arrival.why))
	}
	if len(x.set) == 0 && x.loose.run {
		f.RuledOut = appendOnce(f.RuledOut, "affinity by cookie: no answer sets a cookie")
	}
}

func appendOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// lower is a sentence as it goes on after a colon.
func lower(s string) string {
	s = strings.TrimSuffix(s, ".")
	if strings.HasPrefix(s, "WebSocket") || s == "" {
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
	for _, f := range diagnose.Diagnose(x.c.part(x.t, WebSocket)).Findings {
		if (f.ID == "upgrade-header-stripped" || f.ID == "upgrade-refused-by-proxy") && x.d.Find(f.ID) == nil {
			if old := x.d.Find("upgrade-failed"); old != nil {
				v := &x.d.Verdict
				v.Summary = strings.Replace(v.Summary, lower(old.Title), lower(f.Title), 1)
				v.Cause = f.Title + "."
				f.Sessions, f.Evidence = old.Sessions, append(f.Evidence, old.Evidence...)
				x.d.Replace("upgrade-failed", f)
				continue
			}
			x.d.Add(f)
			x.blame(f)
		}
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
			f.RuledOut = append(f.RuledOut, fmt.Sprintf("another node: %d of %d requests on connections of their own were honoured", x.loose.honoured, x.loose.asked))
		case x.loose.whole():
			f.RuledOut = append(f.RuledOut, fmt.Sprintf("another node: %d of %d requests on connections of their own, with cookies, were honoured", x.loose.honoured, x.loose.asked))
		}
		if id == "server-offers-no-upgrade" || !x.arrival.known {
			continue
		}
		switch {
		case id == "upgrade-header-stripped" && !x.arrival.arrives && x.arrival.ws.said.Dialect == engineio.Node,
			id == "upgrade-refused-by-proxy" && x.arrival.byProxy:
			f.Evidence = append(f.Evidence, x.seen(x.arrival.ws, "experiment, with a made-up sid")...)
			f.Evidence = append(f.Evidence, x.seen(x.arrival.poll, "the same sid, asked for by a poll")...)
			f.Confidence = "certain"
		case id == "frames-blocked" && x.arrival.arrives:
			f.RuledOut = append(f.RuledOut, "Upgrade header stripped: "+lower(x.arrival.why))
		}
	}
}

// revisions adds which versions the server takes.
func (x *examiner) revisions() {
	f := x.d.Find("protocol-version-mismatch")
	if f == nil || !x.spoken.run {
		return
	}
	for _, eio := range [...]int{3, 4} {
		if x.spoken.takes[eio] {
			f.Evidence = append(f.Evidence, x.seen(x.spoken.answer[eio], fmt.Sprintf("experiment: Engine.IO %d is accepted", eio))...)
			f.Confidence = "certain"
			f.Tried = append(f.Tried, diagnose.Trial{For: "client", Works: string(Yes), Text: fmt.Sprintf("a client of Engine.IO %d (Socket.IO %s) opens a session here", eio, map[int]string{3: "2 or older", 4: "3 or 4"}[eio])})
		}
	}
}

// pages adds what pages of other origins meet.
func (x *examiner) pages() {
	p := x.policy
	if p.run && p.answered && x.c.o.Client.Origin != "" && !p.allowed && x.d.Find("cors-refused") == nil {
		f := diagnose.Finding{
			ID: "cors-refused", Title: "Pages of " + p.origin + " are not allowed to poll: CORS",
			Explanation: "A handshake from a page of that origin is answered without Access-Control-Allow-Origin for it, so a browser throws the answer away and no session begins by polling. WebSocket requests are not subject to CORS.",
			Evidence:    x.seen(p.where, "experiment, from "+p.origin),
			Fixes: []diagnose.Fix{
				{For: "server", Text: `new Server({ cors: { origin: ["` + p.origin + `"] } }), with credentials: true where cookies are needed`},
				{For: "client", Text: `io(url, { transports: ["websocket"] }) is not subject to CORS`},
			},
			Tried: []diagnose.Trial{x.webSocketTrial()},
		}
		x.d.Add(f)
		x.blame(f)
	}
	with, without := x.byJar()
	if !with.whole() || without.unknown == 0 {
		return
	}
	for _, k := range x.set {
		x.cookieOf(k, p)
	}
}

// cookieOf tells of an affinity cookie that browsers do not send where it is needed.
func (x *examiner) cookieOf(k cookie, p policy) {
	if why := k.astray(x.c.place.URL.Path); why != "" {
		x.d.Add(diagnose.Finding{
			ID: "sticky-cookie-refused", Severity: diagnose.Warning, Title: "Browsers do not send the affinity cookie " + k.name + " back: " + why,
			Explanation: "The balancer keeps a session on its node by this cookie. A browser sends a cookie to the paths below its Path alone.",
			Evidence:    x.seen(k.where, "sets "+k.name+" with "+k.attributes()),
			Fixes:       []diagnose.Fix{{For: "balancer", Text: "Path=/ for the cookie, such as ingress-nginx session-cookie-path: /"}},
		})
		return
	}
	why := k.crossSite()
	if !p.allowed || why == "" && p.creds {
		return
	}
	title := "Pages of other sites lose the affinity cookie " + k.name + ": " + why
	if why == "" {
		title = "Pages of other origins cannot send the affinity cookie " + k.name + ": CORS allows no credentials"
	}
	x.d.Add(diagnose.Finding{
		ID: "sticky-cookie-refused", Severity: diagnose.Warning, Confidence: "likely", Title: title,
		Explanation: "The balancer keeps a session on its node by this cookie, and the server lets pages of other origins in. Their browsers do not send the cookie, so their requests reach any node, and nodes that did not issue the sid refuse it.",
		Evidence:    append(x.seen(k.where, "sets "+k.name+" with "+k.attributes()), x.seen(p.where, "allows pages of other origins")...),
		Fixes: []diagnose.Fix{
			{For: "balancer", Text: "the cookie with SameSite=None; Secure, or a host of the page's own site for the service"},
			{For: "server", Text: "cors: { origin: [the page's origin], credentials: true }, and withCredentials: true in the client"},
		},
		Tried: []diagnose.Trial{x.webSocketTrial()},
	})
}

// others adds what stands beside the question of WebSocket.
func (x *examiner) others() {
	if b := x.bulk; b.size > 0 && (b.asked && !b.bySocket || b.post.status == 413) && x.d.Find("payload-too-large") == nil {
		title := fmt.Sprintf("A message of %d bytes, which maxPayload allows, does not pass", b.size)
		ev := x.seen(b.post, "")
		if b.asked && !b.bySocket {
			ev = append(ev, x.said(answer{}, "experiment: after a WebSocket message of %d bytes nothing was heard any more", b.size))
		}
		x.d.Add(diagnose.Finding{ID: "payload-too-large", Severity: diagnose.Warning, Confidence: "likely", Title: title,
			Explanation: "The server takes messages of that size, and something before it does not: a limit on request bodies or on WebSocket frames.",
			Evidence:    ev,
			Fixes:       []diagnose.Fix{{For: "nginx", Text: "client_max_body_size of at least the server's maxHttpBufferSize"}, {For: "server", Text: "a smaller maxHttpBufferSize, so that clients split what they send"}}})
	}
	if len(x.deaf) > 0 && len(x.deaf) < x.asked && !x.c.local() {
		x.d.Add(diagnose.Finding{ID: "address-without-sessions", Severity: diagnose.Warning, Title: fmt.Sprintf("%d of the %d addresses behind the name open no session", len(x.deaf), x.asked),
			Explanation: "Clients that are given such an address fail, or lose time until they try another: " + strings.Join(x.deaf, "; ") + ".",
			Evidence:    []diagnose.Evidence{x.said(answer{}, "experiment: %s", strings.Join(x.deaf, "; "))},
			Fixes:       []diagnose.Fix{{For: "DNS", Text: "only addresses where the service listens"}}})
	}
	quiet := diagnose.Diagnose(x.c.part(x.t, Idle))
	for _, f := range quiet.Findings {
		if f.Severity != diagnose.Info && x.d.Find(f.ID) == nil && (f.ID == "idle-timeout" || f.ID == "heartbeat-missed" || f.ID == "poll-cut-short") {
			x.d.Add(f)
		}
	}
	x.cutSilence()
}

// cutSilence tells of quiet sessions that ended though their heartbeats were in order.
func (x *examiner) cutSilence() {
	f := diagnose.Finding{
		ID: "idle-timeout", Severity: diagnose.Warning, Confidence: "likely", Title: "Quiet sessions are cut",
		Explanation: "Sessions in which nothing but heartbeats was sent were ended from the server's side, sooner than a heartbeat was due. A proxy's time-out for idle connections is shorter than the server's pingInterval.",
		RuledOut:    []string{"heartbeat missed: the client answered every one that came"},
		Fixes: []diagnose.Fix{
			{For: "nginx", Text: "proxy_read_timeout above pingInterval + pingTimeout"},
			{For: "HAProxy", Text: "timeout client, timeout server and timeout tunnel above pingInterval + pingTimeout"},
			{For: "AWS ALB", Text: "idle_timeout.timeout_seconds above pingInterval"},
			{For: "server", Text: "a pingInterval below the time-out"},
		},
	}
	for _, s := range x.silences {
		if s.by != "" && s.quiet < s.interval+s.interval/2 {
			f.Title = fmt.Sprintf("Quiet sessions are cut after %s", span(s.quiet))
			f.Evidence = append(f.Evidence, x.said(s.where, "experiment: the %s session was ended by the %s after %s, %s after its last packet; pingInterval is %s", s.transport, s.by, span(s.ended), span(s.quiet), span(s.interval)))
		}
	}
	if len(f.Evidence) > 0 && x.d.Find(f.ID) == nil {
		x.d.Add(f)
	}
}

// local says whether the URL names this machine.
func (c *Check) local() bool {
	h := c.url.Hostname()
	return h == "localhost" || strings.HasSuffix(h, ".localhost")
}

// tries adds to the first finding of how sessions fare what the experiments show of its fixes.
func (x *examiner) tries() {
	for i := range x.d.Findings {
		f := &x.d.Findings[i]
		switch f.ID {
		case "no-affinity-per-request", "no-affinity-per-connection", "affinity-lost", "inner-layer-not-sticky", "session-lost":
			f.Tried = append(f.Tried, x.webSocketTrial(), x.cookieTrial(), diagnose.Trial{For: "balancer", Works: string(Unknown), Text: "affinity by source address cannot be tried from here: all requests of this check come from one address"})
		case "sticky-cookie-not-returned":
			f.Tried = append(f.Tried, x.webSocketTrial(), x.cookieTrial())
		case "upgrade-header-stripped", "upgrade-refused-by-proxy", "frames-blocked", "upgrade-failed", "server-websocket-only", "server-offers-no-upgrade", "handshake-cached", "two-upgrade-handlers":
			f.Tried = append(f.Tried, x.webSocketTrial())
		}
		f.Tried = slices.DeleteFunc(f.Tried, func(t diagnose.Trial) bool { return t.Text == "" })
	}
	x.certain()
}

// certain makes sure of findings that only lacked the experiment that was made since.
func (x *examiner) certain() {
	if f := x.d.Find("connection-forbidden"); f != nil {
		f.WouldTell = "The same check with what clients are let in with: --auth, --header, --query or --origin."
	}
	ok, all := x.onWebSocket()
	if f := x.d.Find("server-websocket-only"); f != nil && all > 0 && ok == all {
		f.Confidence, f.WouldTell = "certain", ""
		f.RuledOut = append(f.RuledOut, fmt.Sprintf("query removed on the way: transport=websocket arrives, %d of %d sessions came about", ok, all))
	}
	if f := x.d.Find("handshake-cached"); f != nil {
		f.RuledOut = append(f.RuledOut, "one request sent twice: every handshake of this check has a t parameter of its own")
	}
}

// onWebSocket counts the sessions that WebSocket alone brought.
func (x *examiner) onWebSocket() (ok, all int) {
	for _, d := range x.directs {
		all++
		if d.sid != "" {
			ok++
		}
	}
	return ok, all
}

// webSocketTrial says whether transports: ["websocket"] works; without text where it was not tried.
func (x *examiner) webSocketTrial() diagnose.Trial {
	ok, all := x.onWebSocket()
	t := diagnose.Trial{For: "client"}
	const option = `transports: ["websocket"]`
	switch {
	case all == 0:
	case ok == all:
		on := ""
		if x.census.nodes > 1 {
			on = fmt.Sprintf(", with at least %d nodes", x.census.nodes)
		}
		t.Works, t.Text = string(Yes), fmt.Sprintf("%s works here: %d of %d sessions%s; polling is lost as the fallback, and CORS is no longer needed", option, ok, all, on)
	case ok == 0:
		t.Works, t.Text = string(No), fmt.Sprintf("%s does not help: 0 of %d sessions came about: %s", option, all, x.directs[len(x.directs)-1].why)
	default:
		t.Works, t.Text = string(Some), fmt.Sprintf("%s helps some: %d of %d sessions came about", option, ok, all)
	}
	return t
}

// cookieTrial says whether affinity by cookie works; without text where it was not tried.
func (x *examiner) cookieTrial() diagnose.Trial {
	with, without := x.byJar()
	t := diagnose.Trial{For: "cookie affinity"}
	names := strings.Join(cookieNames(x.set), ", ")
	switch {
	case len(x.set) == 0 && x.loose.run:
		t.Works, t.Text = string(Unknown), "affinity by cookie cannot be tried: no answer sets a cookie"
	case !with.run || with.asked == 0:
	case with.whole() && without.unknown > 0:
		t.Works, t.Text = string(Yes), fmt.Sprintf("the cookie %s comes back and keeps the node: %d of %d requests, for clients that keep cookies", names, with.honoured, with.asked)
	case with.unknown > 0:
		t.Works, t.Text = string(No), fmt.Sprintf("the cookie %s comes back and does not keep the node: %d of %d requests were lost", names, with.unknown, with.asked)
	}
	return t
}

// mask takes secrets out of a URL.
func (c *Check) mask(url string) string { return redact.Redactor{}.Text(cmp.Or(url, "")) }
