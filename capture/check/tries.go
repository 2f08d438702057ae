package check

import (
	"slices"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/engineio"
)

// tries adds to the first finding of how sessions fare what the experiments show of its fixes.
func (x *examiner) tries() {
	x.anyTransport()
	for i := range x.d.Findings {
		f := &x.d.Findings[i]
		switch diagnose.Base(f.ID) {
		case "no-affinity-per-request", "no-affinity-per-connection", "affinity-lost", "inner-layer-not-sticky", "session-lost":
			f.Tried = append(f.Tried, x.webSocketTrial(), x.cookieTrial(), diagnose.Trial{For: "balancer", Works: string(Unknown), Text: x.S("affinity by source address cannot be tried from here: all requests of this check come from one address")})
		case "sticky-cookie-not-returned":
			f.Tried = append(f.Tried, x.webSocketTrial(), x.cookieTrial())
		case "upgrade-header-stripped", "upgrade-refused-by-proxy", "frames-blocked", "path-mismatch", "upgrade-failed", "server-websocket-only", "server-offers-no-upgrade", "handshake-cached", "two-upgrade-handlers", "query-or-headers-removed":
			f.Tried = append(f.Tried, x.webSocketTrial())
		}
		f.Tried = slices.DeleteFunc(f.Tried, func(t diagnose.Trial) bool { return t.Text == "" })
	}
	x.certain()
}

// anyTransport has a server that refuses WebSocket for its transport, too, be no server that takes WebSocket alone.
func (x *examiner) anyTransport() {
	const id = "server-websocket-only"
	refused := func(d *direct) bool { return d.answer.isError && d.answer.said.Code == engineio.TransportUnknown }
	old := x.d.Find(id)
	if old == nil || len(x.directs) == 0 || slices.ContainsFunc(x.directs, func(d *direct) bool { return !refused(d) }) {
		return
	}
	f, ok := diagnose.QueryRemoved(x.Words, x.c.Subject(x.t))
	if !ok {
		return
	}
	f.RuledOut = append(f.RuledOut, x.S("a server that accepts WebSocket only: transport=websocket is answered Transport unknown as well"))
	f.Evidence = append(f.Evidence, x.seen(x.directs[0].answer, x.S("experiment, WebSocket only"))...)
	title, v := old.Title, &x.d.Verdict
	x.d.Replace(id, f)
	v.Summary = strings.Replace(v.Summary, x.lower(title), x.lower(f.Title), 1)
	v.Cause = x.S("%s.", f.Title)
}

// certain makes sure of findings that only lacked the experiment that was made since.
func (x *examiner) certain() {
	if f := x.d.Find("connection-forbidden"); f != nil {
		f.WouldTell = x.S("The same check with what clients are let in with: --auth, --header, --query or --origin.")
	}
	f := x.d.Find("rate-limited")
	if f == nil && x.limited != 0 {
		f = x.d.Find("connection-limit")
	}
	if f != nil {
		f.WouldTell = x.S("The same check later, or with fewer requests, as with --max-requests 20: this one stopped here.")
	}
	if f := x.d.Find("namespace-refused"); f != nil && !f.Unanswered() {
		f.WouldTell = x.S("The same check with what clients are let in with: --auth, and the namespace they use, --namespace or in the URL's path.")
	}
	ok, all := x.onWebSocket()
	if f := x.d.Find("server-websocket-only"); f != nil && all > 0 && ok == all {
		f.Confidence, f.WouldTell = "certain", ""
		f.RuledOut = append(f.RuledOut, x.S("query removed on the way: transport=websocket arrives, %d of %d sessions came about", ok, all))
	}
	if f := x.d.Find("handshake-cached"); f != nil {
		f.RuledOut = append(f.RuledOut, x.S("one request sent twice: every handshake of this check has a t parameter of its own"))
	}
}

// onWebSocket counts the sessions that WebSocket alone brought.
func (x *examiner) onWebSocket() (ok, all int) {
	for _, d := range x.directs {
		all++
		if d.works() {
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
		t.Works, t.Text = string(Yes), x.S("%s works here: %d of %d sessions; polling is lost as the fallback, and CORS is no longer needed", option, ok, all)
		if x.census.nodes > 1 {
			t.Text = x.S("%s works here: %d of %d sessions, with at least %d nodes; polling is lost as the fallback, and CORS is no longer needed", option, ok, all, x.census.nodes)
		}
	case ok == 0:
		t.Works, t.Text = string(No), x.S("%s does not help: 0 of %d sessions came about: %s", option, all, x.directs[len(x.directs)-1].why)
	default:
		t.Works, t.Text = string(Some), x.S("%s helps some: %d of %d sessions came about", option, ok, all)
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
		t.Works, t.Text = string(Unknown), x.S("affinity by cookie cannot be tried: no answer sets a cookie")
	case !with.run || with.asked == 0:
	case with.whole() && without.unknown > 0:
		t.Works, t.Text = string(Yes), x.S("the cookie %s comes back and keeps the node: %d of %d requests, for clients that keep cookies", names, with.honoured, with.asked)
	case with.unknown > 0:
		t.Works, t.Text = string(No), x.S("the cookie %s comes back and does not keep the node: %d of %d requests were lost", names, with.unknown, with.asked)
	}
	return t
}
