package diagnose

import (
	"maps"
	"math"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// versionMismatch finds clients and servers of different Engine.IO revisions.
func versionMismatch(p *picture) {
	var older, newer []*session.Exchange // by their clients
	for e := range p.outer {
		said := strings.ToLower(e.Error.Message)
		refused := e.HasError && (e.Error.Code == 5 || strings.Contains(said, "unsupported protocol version") || strings.Contains(said, "unsupported version of the socket.io"))
		s := e.Session
		taken := e.GotSID != "" && e.EIO == 4 && s != nil && s.EIO == 3 && !adapted(s)
		switch {
		case !refused && !taken:
		case e.EIO == 4:
			newer = append(newer, e)
		default:
			older = append(older, e)
		}
	}
	if len(newer) > 0 {
		p.mismatched(newer, p.S("Clients of Socket.IO 3 or 4 meet a server of 2 or older"), p.S("The handshakes come from a client of Socket.IO 3 or 4 (EIO=4) and are answered by a server of Socket.IO 2 or older. The two revisions of Engine.IO do not understand each other, so no session comes about."), Fix{For: "client", Text: p.S("bring the server to version 4, or use socket.io-client 2")})
	}
	if len(older) > 0 {
		p.mismatched(older, p.S("Clients of Socket.IO 2 or older meet a server of 3 or 4"), p.S("The handshakes come from a client of Socket.IO 2 or older (EIO=3) and are answered by a server of Socket.IO 3 or 4. The two revisions of Engine.IO do not understand each other, so no session comes about."), Fix{For: "server", Text: p.S("new Server({ allowEIO3: true }), or bring the client to version 4")})
	}
}

// mismatched adds the finding of handshakes whose clients are all older than their servers, or all newer.
func (p *picture) mismatched(list []*session.Exchange, title, who string, fix Fix) {
	p.claim(list)
	sessions, refused := sessionsOf(list)
	p.add(Finding{
		ID: "protocol-version-mismatch", Title: title,
		Explanation: who,
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{p.S("balancer or proxy: the answer is Engine.IO's own")},
		Fixes:    []Fix{fix},
	})
}

// adapted says whether a client that asked for revision 4 went on in revision 3, as its server answered: its later
// requests say so, or on WebSocket that it did not ask for the namespace, or sends heartbeats of its own, or events.
func adapted(s *session.Session) bool {
	for _, e := range s.Exchanges {
		if e.EIO == 3 {
			return true
		}
	}
	direct := s.Upgrade == session.UpgradeDirect || s.Transport() == session.WebSocket && s.UpgradedAt == 0
	return direct && (s.Asked == 0 || s.LastBeat[fact.Out] != 0 || s.Events[fact.Out] > 0)
}

// forbidden finds connections that the application or a filter before it refused.
func forbidden(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		if e.Kind == session.Preflight || e.Status == 0 || e.Status < 400 {
			continue
		}
		own := e.HasError && (e.Error.Code == 4 || e.Status == 401 || e.Error.Code < 0 && (e.SID == "" || asksWebSocket(e)) && custom(e.Error.Message))
		wall := !e.HasError && e.SID == "" && !asksWebSocket(e) && (e.Status == 401 || e.Status == 403)
		if own || wall {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	e := list[0]
	who := p.S("The server's allowRequest (or its authentication middleware) refused these connections. No session comes about, on any transport.")
	ruled := p.S("refused by a proxy or firewall: the body is Engine.IO's own")
	if !e.HasError {
		who = p.S("Something in front of Engine.IO (a firewall, an authentication proxy) refused these connections. No session comes about, on any transport.")
		ruled = p.S("refused by allowRequest: the body is not one that Engine.IO writes")
	}
	p.add(Finding{
		ID: "connection-forbidden", Title: p.S("Connections are refused: %s", p.answer(e)),
		Explanation: who,
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list), RuledOut: []string{ruled},
		Fixes: []Fix{
			{For: "server", Text: p.S("look at what allowRequest, or the middleware before it, checks: Origin, cookie, token in the query")},
			{For: "firewall, WAF", Text: p.S("allow GET and POST below %s", e.Path)},
		},
	})
}

// custom says whether an error's text is the application's own and none of Engine.IO's.
func custom(message string) bool {
	for _, known := range [...]string{"Session ID unknown", "Transport unknown", "Bad handshake method", "Bad request", "Unsupported protocol version", "Sec-WebSocket", "Invalid session", "Invalid transport", "Invalid websocket upgrade", "Not an accepted origin", "is not an accepted origin", "invalid sid"} {
		if strings.Contains(message, known) {
			return false
		}
	}
	return message != ""
}

// corsRefused finds handshakes from pages of another origin whose answers the browser threw away.
func corsRefused(p *picture) {
	var list []*session.Exchange
	inVain := p.needsCredentials()
	for e := range p.outer {
		if e.Kind != session.Handshake || asksWebSocket(e) || e.Status == 0 || !crossOrigin(e) {
			continue
		}
		said := e.HasError && strings.Contains(strings.ToLower(e.Error.Message), "not an accepted origin")
		silent := e.Status == 200 && (e.Session == nil || unused(e.Session)) && (!originAllowed(e) || inVain(e))
		if said || silent {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	e := list[0]
	sure := !originAllowed(e) || len(e.Request.Cookies) > 0
	why := p.S("The page comes from %s and asks %s. The server answered without allowing that origin (Access-Control-Allow-Origin), so the browser discards the answer and the session is never used. WebSocket requests are not subject to CORS.", e.Request.Origin, e.Request.Host)
	if originAllowed(e) {
		why = p.S("The page comes from %s and asks %s. The server allows every origin (Access-Control-Allow-Origin: *), which does not hold for a page that asks withCredentials, so the browser discards the answer and the session is never used. WebSocket requests are not subject to CORS.", e.Request.Origin, e.Request.Host)
	}
	p.add(Finding{
		ID: "cors-refused", Confidence: confidence(sure), Title: p.S("The browser throws the answers away: CORS"),
		Explanation: why,
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{p.S("server unreachable or refusing: it answered"), p.S("wrong node: no later request was made")},
		Fixes: []Fix{
			{For: "server", Text: p.S(`new Server({ cors: { origin: ["%s"] } }), with credentials: true where cookies are needed`, e.Request.Origin)},
			{For: "client", Text: p.S(`io(url, { transports: ["websocket"] }) is not subject to CORS`)},
		},
	})
}

// needsCredentials says of a handshake whether its page asks with credentials, for which "*" allows nothing: it brings
// a cookie, or all handshakes of that page are answered and none is ever used.
func (p *picture) needsCredentials() func(*session.Exchange) bool {
	vain := map[string]int{} // by Origin; far below 0 once one was used
	if p.past != nil {
		for origin := range p.past.used {
			vain[origin] = math.MinInt32
		}
	}
	for e := range p.outer {
		if e.Kind != session.Handshake || e.Session == nil || e.Request.Origin == "" {
			continue
		}
		if !unused(e.Session) || asksWebSocket(e) {
			vain[e.Request.Origin] = math.MinInt32
		}
		vain[e.Request.Origin]++
	}
	return func(e *session.Exchange) bool {
		star := e.Response.AllowOrigin == "*" && !strings.EqualFold(e.Response.AllowCredentials, "true")
		browser := strings.HasPrefix(e.Request.UserAgent, "Mozilla/") // a monitor with an Origin is none, and uses no session
		return star && (len(e.Request.Cookies) > 0 || browser && vain[e.Request.Origin] > 1)
	}
}

func originAllowed(e *session.Exchange) bool {
	return e.Response.HasAllowOrigin && (e.Response.AllowOrigin == "*" || strings.EqualFold(e.Response.AllowOrigin, e.Request.Origin))
}

// unused says whether no request ever named the session's sid, but for a farewell.
func unused(s *session.Session) bool {
	for _, e := range s.Exchanges {
		if e.SID != "" && !closeOnly(e) {
			return false
		}
	}
	return true
}

// preflight finds refused preflights: the browser then never sends the request itself.
func preflight(p *picture) {
	var list, astray []*session.Exchange
	refused := false
	for e := range p.outer {
		if e.Kind != session.Preflight || e.Status < 300 && (e.Status == 0 || e.Response.HasAllowOrigin) {
			continue
		}
		refused = true
		switch {
		case e.UnknownSID() && e.Session != nil && !livedThen(e):
		case e.UnknownSID():
			astray = append(astray, e)
		default:
			list = append(list, e)
		}
	}
	if !refused {
		p.preflightInVain()
	}
	p.preflightAstray(astray)
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, handshakes := sessionsOf(list)
	p.add(Finding{ID: "preflight-unanswered", Title: p.S("The CORS preflight is refused"),
		Explanation: p.S("The browser asks with OPTIONS before it sends the real request, and the server did not allow it, so the real request is never sent."),
		Sessions:    sessions, Refused: handshakes, Evidence: p.shown(list), Fixes: p.preflightFixes()})
}

// preflightAstray tells of preflights for sessions that live, at nodes that do not know them.
func (p *picture) preflightAstray(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	p.add(Finding{ID: "preflight-not-sticky", Title: p.S("The CORS preflight reaches another node"),
		Explanation: p.S("The browser asks with OPTIONS, which carries no cookie, before it sends the real request. The preflight reached a node that does not know the session and refused it, so the real request is never sent."),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{p.S("session expired: it was heard of shortly before, or again after that")},
		Fixes:    p.preflightFixes()})
}

func (p *picture) preflightFixes() []Fix {
	return []Fix{
		{For: "server", Text: p.S("the cors option on every node: then any node answers the preflight (204) before it looks at the sid"), Snippet: snippet("cors.server.js")},
		{For: "client", Text: p.S("no extraHeaders, which are what makes the browser ask first")},
	}
}

// livedThen says whether a request's session must have been alive on its node: it was heard of shortly before, or later.
func livedThen(e *session.Exchange) bool {
	s := e.Session
	if s.Closed != 0 && s.Closed < e.Start && s.Close.Reason != session.RefusedSince {
		return false
	}
	heard := s.Opened
	for _, o := range s.Exchanges {
		if honoured(o) {
			if o.Start >= e.Start {
				return true
			}
			heard = max(heard, o.Start, min(o.End, e.Start))
		}
	}
	return heard != 0 && e.Start-heard < s.Silence()
}

// preflightInVain finds preflights that are answered well, and no request that ever comes of them.
func (p *picture) preflightInVain() {
	if p.past.any() {
		return // something was asked, earlier
	}
	var list, kept []*session.Exchange
	for e := range p.outer {
		switch {
		case e.Kind == session.Handshake && keptBack(e):
			kept = append(kept, e)
		case e.Kind != session.Preflight:
			return // something was asked: preflights come to something here
		case e.Status != 0 && e.End+session.Farewell < p.t.Last:
			list = append(list, e)
		}
	}
	if len(list) < 2 {
		return
	}
	list = append(list, kept...)
	p.claim(list)
	sessions, refused := sessionsOf(list)
	p.add(Finding{ID: "preflight-unanswered", Confidence: "likely", Title: p.S("The CORS preflight is answered, and the browser sends nothing after it"),
		Explanation: p.S("The browser asks with OPTIONS before it sends the real request. The server answered, and no real request ever came: the answer does not allow what the browser means to send, mostly a header that Access-Control-Allow-Headers does not name."),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		Fixes: []Fix{
			{For: "server", Text: p.S("cors.allowedHeaders with all of the client's extraHeaders, or without the option: then what is asked for is allowed")},
			{For: "client", Text: p.S("no extraHeaders, which are what makes the browser ask first")},
		},
		WouldTell: p.S("The browser's console names the header or the method that is not allowed.")})
}

// keptBack says whether a browser's log has a request that failed, which no capture beside it has: it never left, or its
// answer was thrown away.
func keptBack(e *session.Exchange) bool {
	return e.Status == 0 && e.Failure == failedSomehow && hides(e, fact.Logged) && e.Inner == nil
}

// transportUnknown finds servers that do not speak the transport asked for, or never saw which one it was.
func transportUnknown(p *picture) {
	var list []*session.Exchange
	polled := sync.OnceValue(p.polled)
	for e := range p.outer {
		switch {
		case !e.HasError || e.Error.Code != 0:
		case e.Kind == session.Handshake && e.Bare() && polled()[e.Conn.Server]:
			p.checks[e], p.explained[e] = true, true // queries arrive there: this one never had any
		default:
			list = append(list, e)
		}
	}
	if list = p.wentOnToWebSocket(list); len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	e := list[0]
	other := slices.ContainsFunc(list, func(o *session.Exchange) bool { return o.TransportParam != e.TransportParam })
	switch {
	case other:
	case e.TransportParam == "polling":
		p.add(Finding{ID: "server-websocket-only", Title: p.S("The server accepts WebSocket only, the client begins with polling"),
			Explanation: p.S("The handshake asks for transport=polling and the server answers code 0, Transport unknown: it does not offer polling, or a proxy removed the query and the server did not see what was asked for."),
			Sessions:    sessions, Refused: refused, Evidence: p.shown(list), Confidence: "likely",
			RuledOut:  []string{p.S("wrong node or expired session: the request names no session, or was refused for its transport")},
			Fixes:     slices.Concat([]Fix{p.websocketOnly()}, only(fixesOf(p.Words, bothTransports), "server"), p.recognisedOf(queryForwarded, e.Path, "CDN, gateway")),
			WouldTell: p.S("A request with transport=websocket: where it is taken, the query arrives and the server is WebSocket only.")})
		return
	case asksWebSocket(e):
		p.add(Finding{ID: "server-offers-no-upgrade", Title: p.S("The server does not accept WebSocket"),
			Explanation: p.S("The request asks for transport=websocket and the server does not offer it (code 0, Transport unknown). It is the server's configuration, or it has no WebSocket library; or a proxy removed the query, so that the server did not see what was asked for."),
			Sessions:    sessions, Refused: refused, Evidence: p.shown(list), Confidence: "likely",
			RuledOut:  []string{p.S("refused by a proxy: the answer is Engine.IO's own")},
			Fixes:     append(p.offerFixes(), Fix{For: "client", Text: p.S(`transports that begin with "polling"`)}),
			WouldTell: p.S("A handshake with transport=polling: where it is answered, the query arrives and its open packet says what the server offers.")})
		return
	}
	p.queryRemoved(list)
}

// queryRemoved tells of requests whose transport the server did not see.
func (p *picture) queryRemoved(list []*session.Exchange) {
	sessions, refused := sessionsOf(list)
	p.add(Finding{ID: "query-or-headers-removed", Confidence: "likely", Title: p.S("The server does not see which transport is asked for"),
		Explanation: p.S("The server answered code 0, Transport unknown. The request's transport is missing or was lost on the way: a proxy or CDN may remove the query."),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		Fixes: p.fixesFor(queryForwarded, list[0].Path)})
}

// polled are the servers at which a handshake for polling arrived with its query.
func (p *picture) polled() map[netip.AddrPort]bool {
	at := map[netip.AddrPort]bool{}
	if p.past != nil {
		maps.Copy(at, p.past.polled)
	}
	for _, s := range p.t.Sessions {
		if len(s.Exchanges) > 0 && polls(s.Exchanges[0]) {
			at[s.Exchanges[0].Conn.Server] = true
		}
	}
	return at
}

// polls says whether a request is a handshake for polling that was taken.
func polls(e *session.Exchange) bool {
	return e.Kind == session.Handshake && e.TransportParam == "polling" && honoured(e)
}

// handshakeRefused takes the refused handshakes that nothing else explains.
func handshakeRefused(p *picture) {
	var list []*session.Exchange
	for _, e := range p.t.Refused {
		if !p.explained[e] {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	_, refused := sessionsOf(list)
	if e := list[0]; e.Status == 0 && (e.Failure == failedSomehow || unreachable(e.Failure)) {
		p.handshakeFailed(list)
		return
	}
	title, why := p.S("Handshakes are refused: %s", p.answer(list[0])), p.S("The request that should open a session was answered with an error, so no session came about.")
	switch e := list[0]; {
	case e.Status == 0:
		title = p.S("Handshakes are not answered: the connection is closed")
		why = p.S("The request that should open a session got no answer before its connection was closed, so no session came about.")
	case byNginx(e):
		title, why = p.S("nginx answers handshakes %d itself", e.Status), p.selfAnswered()
	case gateway(e):
		title = p.S("The proxy reaches no node: handshakes are answered %d", e.Status)
		why = p.S("A proxy answered the requests that should open a session, because no node answered it: all were down, restarting or not reachable at that time.")
	}
	p.add(Finding{ID: "handshake-refused", Title: title,
		Explanation: why,
		Refused:     refused, Evidence: p.shown(list),
		WouldTell: p.S("The server's log of engine \"connection_error\" events, or the proxy's log.")})
}

// failedSomehow is what Chromium says of a request where it keeps the reason to its console.
const failedSomehow = "net::ERR_FAILED"

// unreachable says whether Chromium's reason is one for which nothing can have been answered (net_error_list.h).
func unreachable(failure string) bool {
	name, ok := strings.CutPrefix(failure, "net::ERR_")
	return ok && slices.ContainsFunc([]string{"CONNECTION_REFUSED", "CONNECTION_TIMED_OUT", "CONNECTION_FAILED", "NAME_NOT_RESOLVED", "ADDRESS_", "INTERNET_DISCONNECTED", "CERT_", "SSL_", "PROXY_"}, func(kind string) bool {
		return strings.HasPrefix(name, kind)
	})
}

// handshakeFailed tells of handshakes of which a browser's log has nothing but why they failed.
func (p *picture) handshakeFailed(list []*session.Exchange) {
	e := list[0]
	_, refused := sessionsOf(list)
	f := Finding{ID: "handshake-refused", Refused: refused, Evidence: p.shown(list)}
	if e.Failure != failedSomehow {
		f.Title = p.S("The browser could not carry out the handshake: %s", e.Failure)
		f.Explanation = p.S("The browser says %s of the requests that should open a session: they came to nothing before anything was answered, so it is about the address, the network or the certificate, and not about Socket.IO.", e.Failure)
		f.WouldTell = p.S("The same URL in a tab of its own, and what listens at %s.", e.Request.Host)
		p.add(f)
		return
	}
	f.Confidence, f.Title = "possible", p.S("Handshakes failed in the browser: probably CORS")
	f.Explanation = p.S("The browser says %s and no more of the requests that should open a session. It says so where it throws an answer away because the server does not allow the page's origin (CORS), and seldom of other failures. Whether the server answered is not in this log.", e.Failure)
	f.Fixes = []Fix{
		{For: "server", Text: p.S("allow the page's origin: cors: { origin: … } of Socket.IO's options")},
		{For: "client", Text: p.S(`io(url, { transports: ["websocket"] }) is not subject to CORS`)},
	}
	f.WouldTell = p.S("The browser's console: it names CORS where that is it, and the header that is missing.")
	p.add(f)
}

// legacy tells of Socket.IO 0.9, which has no Engine.IO and is not decoded.
func legacy(p *picture) {
	if len(p.t.Legacy) == 0 {
		return
	}
	var ev []Evidence
	for _, l := range p.t.Legacy[:min(len(p.t.Legacy), maxEvidence)] {
		ev = append(ev, Evidence{Time: l.Time, Conn: l.Conn, Text: "GET " + redact.Redactor{}.Target(l.Target), Unmasked: "GET " + l.Target})
	}
	p.add(Finding{ID: "socket.io-0.9", Severity: Info, Title: p.S("Socket.IO 0.9 was seen, which is not decoded"),
		Explanation: p.S("These requests are Socket.IO 0.9's, which is older than Engine.IO and has another protocol. Nothing is concluded from them."),
		Evidence:    ev})
}

// keysOfOthers is why a connection is not decrypted though there are keys.
const keysOfOthers = "the keys given are of other connections"

// inKeyLog is what to look for in a key log, where that is of use.
func inKeyLog(t *fact.TLS) string {
	if t.Reason != keysOfOthers || len(t.Random) < 16 {
		return ""
	}
	return " (" + t.Random[:16] + "…)"
}

// encrypted tells what the capture holds and sioscope could not read.
func encrypted(p *picture) {
	n := p.t.Stats.Encrypted
	if n == 0 {
		return
	}
	var ev []Evidence
	foreign := false
	for _, c := range p.t.Conns {
		if c.TLS == nil || c.TLS.Reason == "" || len(ev) >= maxEvidence {
			continue
		}
		foreign = foreign || c.TLS.Reason == keysOfOthers
		text := "TLS " + c.TLS.Version
		if c.TLS.SNI != "" {
			text = p.S("%s, to %s", text, c.TLS.SNI)
		}
		if len(c.TLS.ALPN) > 0 {
			text = p.S("%s, ALPN %s", text, strings.Join(c.TLS.ALPN, ", "))
		}
		ev = append(ev, Evidence{Time: c.TLS.Time, Conn: c, Text: p.S("%s: %s", text, p.Said(c.TLS.Reason)+inKeyLog(c.TLS))})
	}
	if more := int(n) - len(ev); more > 0 && len(ev) > 0 {
		ev[len(ev)-1].Text = p.S("%s (and %d more)", ev[len(ev)-1].Text, lang.Amount(more))
	}
	would := p.S("The keys, in a file that SSLKEYLOGFILE named while the client or the server ran (--keylog), a capture between the balancer and the nodes, where the traffic is plain, or a HAR of the browser.")
	if foreign {
		would = p.S("The keys of these very connections: the file that SSLKEYLOGFILE named while they were made. The one that was given holds keys of others.")
	}
	p.add(Finding{ID: "encrypted", Severity: Info, Title: p.S("%s encrypted: nothing in them could be read", p.Plural(int(n), "connection is", "connections are")),
		Explanation: p.S("Sessions inside these connections are not in this report. Nothing is concluded from them."),
		Evidence:    ev,
		WouldTell:   would})
}
