package check

import (
	"net/http"
	"slices"
	"strings"

	"sioscope/protocol/diagnose"
)

// revisions adds which versions the server takes.
func (x *examiner) revisions() {
	if x.stranded != nil && x.d.Find("protocol-version-mismatch") == nil {
		x.strands()
	}
	f := x.d.Find("protocol-version-mismatch")
	if f == nil || !x.spoken.run {
		return
	}
	for _, eio := range [...]int{3, 4} {
		if x.spoken.takes[eio] {
			f.Evidence = append(f.Evidence, x.seen(x.spoken.answer[eio], x.S("experiment: Engine.IO %d is accepted", eio))...)
			f.Confidence = "certain"
			f.Tried = append(f.Tried, diagnose.Trial{For: "client", Works: string(Yes), Text: map[int]string{3: x.S("a client of Engine.IO 3 (Socket.IO 2 or older) opens a session here"), 4: x.S("a client of Engine.IO 4 (Socket.IO 3 or 4) opens a session here")}[eio]})
		}
	}
}

// strands adds who cannot connect to a server that speaks Engine.IO 3 alone: the verdict is about those who can.
func (x *examiner) strands() {
	x.d.Add(diagnose.Finding{
		ID: "protocol-version-mismatch", Severity: diagnose.Warning, Title: x.S("Clients of Socket.IO 3 and 4 cannot connect here, those of 1 and 2 can"),
		Explanation: x.S("The server is one of Socket.IO 1 or 2: it speaks Engine.IO 3, whatever it is asked for, and current clients, which speak 4, do not understand it. The default clients of this check spoke 3 for that; --eio 4 has them be current ones."),
		Evidence:    x.seen(*x.stranded, x.S("a client of Engine.IO 4")),
		RuledOut:    []string{x.S("balancer or proxy: the answer is Engine.IO's own")},
		Fixes:       []diagnose.Fix{{For: "client", Text: x.S("use socket.io-client 2, or bring the server to version 4")}, {For: "server", Text: x.S("version 4 with allowEIO3: true takes clients of both")}},
	})
	v := &x.d.Verdict
	v.Summary = x.S("%s; clients of Socket.IO 3 and 4 cannot connect", v.Summary)
	if v.Cause == "" {
		v.Cause = x.S("Clients of Socket.IO 3 and 4 cannot connect here, those of 1 and 2 can.")
	}
}

// pages adds what pages of other origins meet.
func (x *examiner) pages() {
	p := x.policy
	if p.run && p.answered && x.c.o.Client.Origin != "" && !p.allowed && x.d.Find("cors-refused") == nil {
		f := diagnose.Finding{
			ID: "cors-refused", Title: x.S("Pages of %s are not allowed to poll: CORS", p.origin),
			Explanation: x.S("A handshake from a page of that origin is answered without Access-Control-Allow-Origin for it, so a browser throws the answer away and no session begins by polling. WebSocket requests are not subject to CORS."),
			Evidence:    x.seen(p.where, x.S("experiment, from %s", p.origin)),
			Fixes: []diagnose.Fix{
				{For: "server", Text: x.S(`new Server({ cors: { origin: ["%s"] } }), with credentials: true where cookies are needed`, p.origin)},
				{For: "client", Text: x.S(`io(url, { transports: ["websocket"] }) is not subject to CORS`)},
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
	if why := k.astray(x.Words, x.c.place.URL.Path); why != "" {
		x.d.Add(diagnose.Finding{
			ID: "sticky-cookie-refused", Severity: diagnose.Warning, Title: x.S("Browsers do not send the affinity cookie %s back: %s", k.name, why),
			Explanation: x.S("The balancer keeps a session on its node by this cookie. A browser sends a cookie to the paths below its Path alone."),
			Evidence:    x.seen(k.where, x.S("sets %s with %s", k.name, k.attributes(x.Words))),
			Fixes:       []diagnose.Fix{{For: "balancer", Text: x.S("Path=/ for the cookie, such as ingress-nginx session-cookie-path: /")}},
		})
		return
	}
	why := k.crossSite(x.Words)
	if !p.allowed || why == "" && p.creds {
		return
	}
	title := x.S("Pages of other sites lose the affinity cookie %s: %s", k.name, why)
	if why == "" {
		title = x.S("Pages of other origins cannot send the affinity cookie %s: CORS allows no credentials", k.name)
	}
	x.d.Add(diagnose.Finding{
		ID: "sticky-cookie-refused", Severity: diagnose.Warning, Confidence: "likely", Title: title,
		Explanation: x.S("The balancer keeps a session on its node by this cookie, and the server lets pages of other origins in. Their browsers do not send the cookie, so their requests reach any node, and nodes that did not issue the sid refuse it."),
		Evidence:    append(x.seen(k.where, x.S("sets %s with %s", k.name, k.attributes(x.Words))), x.seen(p.where, x.S("allows pages of other origins"))...),
		Fixes: []diagnose.Fix{
			{For: "balancer", Text: x.S("the cookie with SameSite=None; Secure, or a host of the page's own site for the service")},
			{For: "server", Text: x.S("cors: { origin: [the page's origin], credentials: true }, and withCredentials: true in the client")},
		},
		Tried: []diagnose.Trial{x.webSocketTrial()},
	})
}

// others adds what stands beside the question of WebSocket.
func (x *examiner) others() {
	if b := x.bulk; b.size > 0 && (b.asked && !b.bySocket || b.post.status == 413) && x.d.Find("payload-too-large") == nil {
		title := x.S("A message of %d bytes, which maxPayload allows, does not pass", b.size)
		ev := x.seen(b.post, "")
		if b.asked && !b.bySocket {
			ev = append(ev, x.said(answer{}, x.S("experiment: after a WebSocket message of %d bytes nothing was heard any more", b.size)))
		}
		severity, confidence := diagnose.Warning, "likely"
		if b.post.status != http.StatusRequestEntityTooLarge && !b.tooBig {
			severity, confidence = diagnose.Info, "possible" // two WebSockets ended, and nothing says that it was for the size
		}
		x.d.Add(diagnose.Finding{ID: "payload-too-large", Severity: severity, Confidence: confidence, Title: title,
			Explanation: x.S("The server takes messages of that size, and something before it does not: a limit on request bodies or on WebSocket frames."),
			Evidence:    ev,
			Fixes:       []diagnose.Fix{{For: "nginx", Text: x.S("client_max_body_size of at least the server's maxHttpBufferSize")}, {For: "server", Text: x.S("a smaller maxHttpBufferSize, so that clients split what they send")}}})
	}
	if len(x.deaf) > 0 && len(x.deaf) < x.asked && !x.c.local() {
		x.d.Add(diagnose.Finding{ID: "address-without-sessions", Severity: diagnose.Warning, Title: x.S("%d of the %d addresses behind the name open no session", len(x.deaf), x.asked),
			Explanation: x.S("Clients that are given such an address fail, or lose time until they try another: %s.", strings.Join(x.deaf, x.S("; "))),
			Evidence:    []diagnose.Evidence{x.said(answer{}, x.S("experiment: %s", strings.Join(x.deaf, x.S("; "))))},
			Fixes:       []diagnose.Fix{{For: "DNS", Text: x.S("only addresses where the service listens")}}})
	}
	quiet := diagnose.In(x.Words, x.c.part(x.t, Idle))
	for _, f := range quiet.Findings {
		if f.Severity != diagnose.Info && x.d.Find(f.ID) == nil && slices.Contains([]string{"idle-timeout", "connection-capped", "poll-cut-short", "server-stalled"}, f.ID) {
			x.d.Add(f)
			x.blame(f)
		}
	}
	x.cutSilence()
}

// cutSilence tells of quiet sessions that ended though their heartbeats were in order.
func (x *examiner) cutSilence() {
	f := diagnose.Finding{
		ID: "idle-timeout", Severity: diagnose.Warning, Confidence: "likely", Title: x.S("Quiet sessions are cut"),
		Explanation: x.S("Sessions in which nothing but heartbeats was sent were ended from the server's side, sooner than a heartbeat was due. A proxy's time-out for idle connections is shorter than the server's pingInterval."),
		RuledOut:    []string{x.S("heartbeat missed: the client answered every one that came")},
		Fixes: []diagnose.Fix{
			{For: "nginx", Text: x.S("proxy_read_timeout above pingInterval + pingTimeout")},
			{For: "HAProxy", Text: x.S("timeout client, timeout server and timeout tunnel above pingInterval + pingTimeout")},
			{For: "AWS ALB", Text: x.S("idle_timeout.timeout_seconds above pingInterval")},
			{For: "server", Text: x.S("a pingInterval below the time-out")},
		},
	}
	for _, s := range x.silences {
		if s.end != "" && s.quiet < s.interval+s.interval/2 {
			f.Title = x.S("Quiet sessions are cut after %s", span(s.quiet))
			f.Evidence = append(f.Evidence, x.said(s.where, x.S("experiment: the %s session was %s after %s, %s after its last packet; pingInterval is %s", x.Said(s.transport), s.end, span(s.ended), span(s.quiet), span(s.interval))))
		}
	}
	if len(f.Evidence) > 0 && x.d.Find(f.ID) == nil {
		x.d.Add(f)
		x.blame(f)
	}
}

// local says whether the URL names this machine.
func (c *Check) local() bool {
	h := c.url.Hostname()
	return h == "localhost" || strings.HasSuffix(h, ".localhost")
}
