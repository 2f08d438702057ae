package diagnose

import (
	"cmp"
	"slices"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// asksWebSocket says whether a request asks for a WebSocket, with a sid or without.
func asksWebSocket(e *session.Exchange) bool {
	return e.AsksWebSocket()
}

// lostUpgrade says whether a request had its Upgrade header on one hop and not on the next.
func lostUpgrade(e *session.Exchange) bool {
	return e.Inner != nil && e.Request.Upgrade && !e.Inner.Request.Upgrade
}

// upgradeStripped finds WebSocket requests that reached the server as plain GETs: engine.io says so with code 3. A sid
// that it does not know it refuses in JSON then, and in plain text where the request did carry Upgrade.
func upgradeStripped(p *picture) {
	var list, kept, unknown []*session.Exchange
	for e := range p.outer {
		if !asksWebSocket(e) || e.Switched() {
			continue
		}
		switch {
		case !e.HasError && e.Status == 200 && lostUpgrade(e): // python-engineio takes it for a poll
			list = append(list, e)
			kept = append(kept, e)
		case !e.HasError:
		case e.Error.Code == 3 && isJSON(e), strings.Contains(e.Error.Message, "Invalid transport"),
			strings.Contains(e.Error.Message, "Invalid websocket upgrade"): // python-engineio, of a handshake
			list = append(list, e)
			kept = append(kept, e)
		case e.Error.Code == 1 && isJSON(e) && e.Error.Dialect == engineio.Node:
			unknown = append(unknown, e)
		}
	}
	if !slices.ContainsFunc(unknown, anyInJSON) && (len(kept) > 0 || !p.letIn(unknown)) {
		list = append(list, unknown...)
	}
	if len(list) == 0 {
		return
	}
	p.claim(kept) // the others reached a wrong node besides
	sessions, refused := sessionsOf(list)
	ev := p.shown(list)
	for _, e := range list {
		if in := e.Inner; lostUpgrade(e) {
			ev = append([]Evidence{p.told(in, p.S("behind the balancer, the same request without its Upgrade header"))}, ev...)
			break
		}
	}
	where := cmp.Or(p.someone(), p.S("A proxy"))
	f := Finding{
		ID: "upgrade-header-stripped", Title: p.S("The Upgrade header does not reach the server"),
		Explanation: p.stay(p.S("%s between client and node dropped Upgrade or Connection from the WebSocket request. The server saw a plain GET for transport=websocket and refused it.", where), sessions, refused),
		Sessions:    sessions, Refused: refused, Evidence: ev,
		RuledOut: []string{
			p.S("wrong node: the answer is JSON (code 3, or an error the server gives to plain requests); a WebSocket request that arrives whole is refused in plain text"),
			p.S("refused by a proxy: the answer is Engine.IO's own"),
		},
		Fixes: p.fixesFor(upgradeForwarded, list[0].Path),
	}
	if !list[0].HasError {
		f.Explanation = p.S("%s between client and node dropped Upgrade or Connection from the WebSocket request. The server took it for a poll and answered 200 with packets, which the client throws away; the session stays on polling.", where)
		f.RuledOut = []string{p.S("wrong node: the answer knew the sid"), p.S("refused by a proxy: the body is Engine.IO's own")}
	}
	if len(kept) == 0 {
		f.Confidence = "likely"
		f.WouldTell = p.S("What the server is: engine.io on Node's HTTP server refuses an unknown sid in JSON if the request has no Upgrade header, some others always do. sio check with the same URL tells whether the header arrives.")
	}
	if !slices.ContainsFunc(list, meantUpgrade) {
		f.Confidence = "likely"
		f.WouldTell = p.S("The requests have no Upgrade field where this capture was made. On the nodes' side that is what the proxy left; on the client's side the client is no WebSocket client, and nobody took anything away.")
	}
	p.add(f)
}

// anyInJSON says whether the server that refused a sid may be one that refuses all requests in JSON, with Upgrade or
// without: those of other sids than Node's, engine.io on uWebSockets.js, and @socket.io/bun-engine, whose sids end at random.
func anyInJSON(e *session.Exchange) bool {
	n, _ := engineio.Counter(e.SID)
	return engineio.KindOf(e.SID) != engineio.Counter24 || n >= session.PlausibleCounter || e.Response.Marks&session.MarkUWebSockets != 0
}

// meantUpgrade says whether a request was a WebSocket client's before something in the path changed it, as far as it shows:
// it still has Upgrade or the key, or it came through a proxy.
func meantUpgrade(e *session.Exchange) bool {
	r := &e.Request
	return r.Upgrade || r.WebSocketKey || r.ForwardedFor != "" || e.Connect || e.Inner != nil
}

func isJSON(e *session.Exchange) bool { return strings.Contains(e.Response.ContentType, "json") }

// upgradeRefused finds WebSocket requests that something other than Engine.IO answered.
func upgradeRefused(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		if gateway(e) && duringRestart(p.t.Restarts, e) {
			continue // nothing answered behind the proxy, whatever was asked for
		}
		if asksWebSocket(e) && !e.HasError && (!e.Incomplete || hiddenRefusal(e) && !byEngine(e.Status)) && e.Status != 0 && !e.Switched() && !strings.HasPrefix(e.BodyText, "0{") {
			if e.Status == 200 && !strings.Contains(e.Response.ContentType, "html") && (e.SID == "" || e.BodyText == "") || e.SID == "" && e.Status == 404 {
				continue
			}
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	e := list[0]
	who := cmp.Or(p.someone(), p.S("Something between client and node"))
	if name, text := ProxyOf(e); name != "" {
		who = p.S("%s (%s)", name, p.Said(text))
	} else if e.Response.Server != "" {
		who += " (Server: " + e.Response.Server + ")"
	}
	why, sure := p.S("%s answered the WebSocket request with %d. The body is not one that Engine.IO writes, so the request never reached a node, or WebSocket is switched off in the path.", who, e.Status), "certain"
	if hiddenRefusal(e) {
		why, sure = p.S("%s answered the WebSocket request with %d. Engine.IO does not refuse a WebSocket request with that status, so the request never reached a node, or WebSocket is switched off in the path.", who, e.Status), "likely"
	}
	f := Finding{
		ID: "upgrade-refused-by-proxy", Confidence: sure, Title: p.S("A proxy answers the WebSocket request itself: %d", e.Status),
		Explanation: p.stay(why, sessions, refused),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{
			p.S("wrong node: that is answered \"Session ID unknown\""),
			p.S("Upgrade header stripped: that is answered with Engine.IO's JSON code 3"),
			p.S("refused by the application (allowRequest): that is answered in plain text by the node"),
		},
		Fixes:     p.fixesFor(upgradeAllowed, e.Path),
		WouldTell: p.S("The proxy's log for that request."),
	}
	if !slices.ContainsFunc(list, func(e *session.Exchange) bool { return !byExpress(e) }) {
		f.Title = p.S("An application without Socket.IO answers the WebSocket request: %d", e.Status)
		f.Explanation = p.S("The WebSocket request was answered %d in the words of Express, which has no such route, while polls of the session reach Socket.IO. A development server in Node that passes polls on and not WebSocket does so, or a rule in front that sends WebSocket to another service. The session stays on polling, and the application is told nothing.", e.Status)
		f.Fixes = append(only(fixesOf(p.Words, samePath), "development server"), f.Fixes...)
		f.Evidence[0] = p.told(e, poweredBy(e))
		f.WouldTell = p.S("The log of what listens at that address, or of what is in front of it, for that request.")
	}
	if p.letIn(list) {
		f.Explanation = p.S("%s answered some WebSocket requests with %d, and let others in, so WebSocket is not switched off there: a limit on connections or a rule concerns some of them, or a backend that they were meant for is down. Those sessions stay on polling, and the application is told nothing.", who, e.Status)
		f.RuledOut = append(f.RuledOut, p.S("WebSocket switched off in the path: others are let in"))
		f.Fixes = append(only(fixesOf(p.Words, upgradeAllowed), "balancer", "firewall, WAF"), p.order(limitFixes(p.Words)...)...)
	}
	p.add(f)
}

// byExpress says whether Express answered that it has no such route, as its finalhandler puts it; before Express 4 in plain
// text.
func byExpress(e *session.Exchange) bool {
	return e.Status == 404 && (strings.Contains(e.BodyText, "<pre>Cannot GET /") || strings.HasPrefix(e.BodyText, "Cannot GET /"))
}

// poweredBy is the header by which Express names itself, as a remark; "" where the answer has none.
func poweredBy(e *session.Exchange) string {
	if e.Response.PoweredBy == "" {
		return ""
	}
	return "X-Powered-By: " + firstLine(e.Response.PoweredBy)
}

// letIn says whether other WebSocket requests to the same path of the same server were granted.
func (p *picture) letIn(refused []*session.Exchange) bool {
	return slices.ContainsFunc(p.asked, func(e *session.Exchange) bool {
		return e.Switched() && slices.ContainsFunc(refused, func(r *session.Exchange) bool { return r.Path == e.Path && r.Conn.Server == e.Conn.Server })
	})
}

// twoUpgradeHandlers finds WebSockets on which a second answer follows the first.
func twoUpgradeHandlers(p *picture) {
	var list, misread []*session.Exchange
	for e := range p.outer {
		switch {
		case e.Misread:
			misread = append(misread, e)
		case e.Switched() && e.SecondAnswer != 0 || refusedByWS(e):
			list = append(list, e)
		}
	}
	p.framesMisread(misread)
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	how := p.S("After 101 Switching Protocols the server wrote another HTTP answer into the same connection, where frames belong.")
	if refusedByWS(list[0]) {
		how = p.S("The WebSocket request was refused in the words of the ws library (400, text/html, nothing but \"Bad Request\"), which Engine.IO does not use for it: another WebSocket server took the request before Socket.IO did.")
	}
	p.add(Finding{
		ID: "two-upgrade-handlers", Confidence: "likely", Title: p.S("Two handlers answer the WebSocket request"),
		Explanation: p.S(`%s Two upgrade handlers listen on one HTTP server: a second Socket.IO, ws, a development server's reload socket. Browsers report "Invalid frame header".`, how),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{p.S("protocol version refused: the second answer does not say so")},
		Fixes:    fixesOf(p.Words, oneHandler),
	})
}

// framesMisread tells of WebSockets whose first frame something else read as HTTP.
func (p *picture) framesMisread(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	p.claim(list)
	evidence, sure := p.shown(list), "possible"
	for _, e := range list {
		o := nearest(e)
		if first := o.Conn.Exchanges[0]; o.Conn.SYN && first != o && first.Method == "POST" {
			evidence, sure = append(evidence, p.told(first, p.S("on this connection the WebSocket request came later"))), "likely"
			break
		}
	}
	sessions, refused := sessionsOf(list)
	p.add(Finding{
		ID: "two-upgrade-handlers", Confidence: sure, Title: p.S("An HTTP server reads the frames of the WebSocket"),
		Explanation: p.S("After 101 Switching Protocols the client's first frame was answered with 400 and nothing else, as Node.js answers what is no HTTP request: beside Socket.IO, something on the node still reads this connection. @socket.io/sticky does so where a connection began with a POST and is used again for a WebSocket, by a proxy that keeps its connections to the node."),
		Sessions:    sessions, Refused: refused, Evidence: evidence,
		RuledOut:  []string{p.S("a second upgrade handler: it would have answered the request, and this answers a frame")},
		Fixes:     append(stickyFixes(p.Words), fixesOf(p.Words, oneHandler)...),
		WouldTell: p.S("A capture between the proxy and the node: whether these connections began with another request. Without a proxy that keeps connections, look for a second HTTP server that is given the same sockets."),
	})
}

// refusedByWS says whether a WebSocket request was refused as the ws library refuses one that is not for its path: the
// status line's words as the body, and no field that a proxy or an application sets.
func refusedByWS(e *session.Exchange) bool {
	return asksWebSocket(e) && e.Status == 400 && !e.HasError && e.BodyText == "Bad Request" &&
		e.Response.ContentType == "text/html" && e.Response.Server == "" && e.Response.Via == ""
}

// accepted is how a WebSocket request was granted.
func (p *picture) accepted(e *session.Exchange) string {
	if e.Connect {
		return p.S("%d to a CONNECT", e.Status)
	}
	return "101"
}

// noUpgradeOffered finds sessions whose open packet offers no WebSocket.
func noUpgradeOffered(p *picture) {
	var list []*session.Session
	for _, s := range p.t.Sessions {
		if s.Open.SID != "" && s.Upgrade == session.UpgradeNotTried && !slices.Contains(s.Open.Upgrades, "websocket") {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return
	}
	p.add(Finding{
		ID: "server-offers-no-upgrade", Severity: Warning, Title: p.S("The server offers no upgrade"),
		Explanation: p.S("The open packet says \"upgrades\":[]: the server does not let these sessions leave polling, so no client tries. It is the server's configuration, or it has no WebSocket library."),
		Sessions:    list, Evidence: p.opened(list),
		RuledOut: []string{p.S("balancer or proxy: the first answer decided it, before any WebSocket request")},
		Fixes:    p.offerFixes(),
	})
}

// offerFixes are those of servers that offer no WebSocket; of Python's where one was recognised.
func (p *picture) offerFixes() []Fix {
	switch dialect(p.t) {
	case engineio.Python:
		return only(fixesOf(p.Words, bothTransports), "Python")
	case engineio.Node:
		return only(fixesOf(p.Words, bothTransports), "server")
	}
	return only(fixesOf(p.Words, bothTransports), "server", "Python")
}

// opened is the evidence of open packets.
func (p *picture) opened(list []*session.Session) []Evidence {
	var out []Evidence
	for _, s := range list[:min(len(list), maxEvidence)] {
		ev := Evidence{Time: s.Opened, Text: p.S("open packet of %s: upgrades %q", s.SID, s.Open.Upgrades)}
		if s.Open.SID == "" {
			ev.Text = p.S("the handshake of %s, whose answer is not in the HAR", s.SID)
		}
		if len(s.Exchanges) > 0 {
			ev.Conn, ev.Exchange = s.Exchanges[0].Conn, s.Exchanges[0]
		}
		out = append(out, ev)
	}
	return out
}

// touched says whether an error or a warning names the session already.
func (p *picture) touched(s *session.Session) bool { return p.named[s] }

// upgradeFailed takes the attempts that ended without WebSocket and without an explanation.
func upgradeFailed(p *picture) {
	var list []*session.Exchange
	for _, s := range p.t.Sessions {
		if s.Upgrade != session.UpgradeFailed || p.touched(s) {
			continue
		}
		for _, pr := range s.Probes {
			if !p.explained[pr.Exchange] && !pr.Exchange.UnknownSID() && !abandoned(s, pr) && !wentDown(s, pr) && !p.cutOff(pr) {
				list = append(list, pr.Exchange)
			}
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	if !slices.ContainsFunc(list, func(e *session.Exchange) bool { return !hiddenRefusal(e) }) {
		upgradeFailedUnsaid(p, list)
		return
	}
	sessions, _ := sessionsOf(list)
	f := Finding{
		ID: "upgrade-failed", Confidence: "certain", Title: p.S("The upgrade failed, and nothing says why"),
		Explanation: p.S("The client asked for WebSocket and the session stayed on polling. %s", p.missingStep(sessions[0])),
		Sessions:    sessions, Evidence: p.shown(list),
		WouldTell: p.S("A capture on the node's side at the same time, or the server's log of engine \"connection_error\" events."),
	}
	switch {
	case !slices.ContainsFunc(list, func(e *session.Exchange) bool { return !e.Switched() || !hides(e, fact.HidesMessages) }):
		f.Title = p.S("The upgrade failed, and a HAR cannot say why")
		f.WouldTell = p.S("The same HAR exported with content, from Chrome or Edge: it has the WebSocket's messages.")
	case !slices.ContainsFunc(list, func(e *session.Exchange) bool { return !closedAtOnce(e) }):
		f.Title = p.S("The WebSocket is accepted, and closed by the server at once")
		f.Explanation = p.S("The server granted the WebSocket request and closed the WebSocket before it answered the probe, so the session stayed on polling. A second listener for upgrades on the same HTTP server does so, or the session had a WebSocket already.")
		f.Confidence = "possible"
		f.Fixes = fixesOf(p.Words, oneHandler)
	case slices.ContainsFunc(list, func(e *session.Exchange) bool { return e.Status != 0 }):
	case list[0].Failure != "" && list[0].Failure != failedSomehow && !slices.ContainsFunc(list, func(e *session.Exchange) bool { return e.Failure != list[0].Failure }):
		f.Title = p.S("The WebSocket request failed in the browser: %s", list[0].Failure)
		f.Explanation = p.S("The browser says %s of its WebSocket request, which got no answer, and the session stayed on polling. Polls reach the server, so something treats the new connection or the request otherwise: a firewall or proxy that knows no WebSocket, another address or port, or a server that ends the connection.", list[0].Failure)
		f.WouldTell = p.S("sio check with the same URL: it asks for the same and reads the answer. Or a capture of packets on the client's side.")
	case !slices.ContainsFunc(list, func(e *session.Exchange) bool { return !hides(e, fact.Logged) }):
		f.Confidence = "likely" // it may have been under way when the HAR was saved
		f.Title = p.S("The upgrade failed, and a HAR cannot say why")
		f.Explanation = p.S("The browser asked for WebSocket and got none, and the session stayed on polling. The HAR has no answer: browsers leave out that of a WebSocket request that was refused, so it was refused (400 \"Session ID unknown\", 403 and others) or never answered.")
		f.WouldTell = p.S("sio check with the same URL: it asks for the same and reads the answer. Or a capture of packets on the client's side.")
	case slices.ContainsFunc(list, func(e *session.Exchange) bool { return e.Conn.ClosedBy != "server" }):
		f.Title = p.S("The WebSocket request is never answered")
		if p.t.Stats.Gaps > 0 {
			f.Confidence = "possible" // the answer, or what made the client leave, may be among the missing bytes
		}
		f.Explanation = p.S("The client asked for WebSocket, no answer ever came, and the session stayed on polling, of which every request is answered. Something swallows the request: a firewall or proxy that knows no WebSocket, or on the server a listener for upgrades that takes it and does nothing.")
		f.WouldTell = p.S("A capture on the node's side at the same time: whether the request arrives there.")
	default:
		f.Confidence = "likely"
		f.Title = p.S("WebSocket requests are cut off without an answer")
		f.Explanation = p.S("The client asked for WebSocket, and the connection was closed from the other side after %s, without a byte; polls are answered. A rule of a firewall or a proxy does so, or a server that closes what it takes for no business of its own.", p.span(list[0].Conn.Closed-list[0].Start))
		f.RuledOut = []string{p.S("wrong node, Upgrade header stripped, refused by the application: all of them are answered")}
		f.Fixes = []Fix{{For: "firewall, WAF, proxy", Text: p.S("let requests with Upgrade: websocket pass below %s", list[0].Path)}}
		f.WouldTell = p.S("A capture on the node's side at the same time: whether the request arrives there, or the log of what is in between.")
	}
	p.add(f)
}

// closedAtOnce says whether the server closed an accepted WebSocket within a second.
func closedAtOnce(e *session.Exchange) bool {
	left := e.Session != nil && slices.ContainsFunc(e.Session.Probes, func(pr session.Probe) bool { return pr.Exchange == e && pr.ClosedBy == "client" })
	return !left && e.Switched() && !hides(e, fact.Logged) && e.Conn.Gaps == 0 && e.Conn.Closed != 0 && e.Conn.ClosedBy == "server" && e.Conn.Closed-e.End < 1e9
}

const patient = 2e9 // ns: who waits so long for an upgrade did not leave in the middle of it

// abandoned says whether an attempt ended because the client left altogether.
func abandoned(s *session.Session, pr session.Probe) bool {
	end := s.LastSeen
	if s.Closed != 0 {
		end = s.Closed
	}
	e := pr.Exchange
	if pr.Failed-pr.Request >= patient {
		return false
	}
	by := cmp.Or(pr.ClosedBy, e.Conn.ClosedBy) // whose Close frame it was answers it, and often ends the connection
	if e.Reset != 0 {
		by = e.ResetBy
	}
	left := s.Left()
	byClient := by == "client" || by == "" || left != 0 && left <= pr.Failed // what the server ends then, it ends because of it
	return byClient && !e.HasError && (e.Status == 0 || e.Switched()) && pr.Failed >= end-500e6
}

// cutOff says whether what was seen ends soon after an attempt began, while its connection is open: its answer may be to come,
// whatever became of the session meanwhile.
func (p *picture) cutOff(pr session.Probe) bool {
	return pr.Failed == 0 && pr.Exchange.Status == 0 && pr.Exchange.Conn.Closed == 0 && p.t.Last-pr.Request < patience
}

// wentDown says whether an attempt ended because the server's side closed all connections of the session at once, that of
// its polls too, and nothing was heard of it after that: it was not the upgrade that failed.
func wentDown(s *session.Session, pr session.Probe) bool {
	others := 0
	for _, c := range s.Conns {
		switch {
		case c == pr.Exchange.Conn || c.Closed != 0 && c.Closed < pr.Failed-atOnce:
		case c.Closed == 0 || c.Closed > pr.Failed+atOnce || c.ClosedBy != "server":
			return false
		default:
			others++
		}
	}
	return others > 0 && pr.Exchange.Switched() && pr.ClosedBy != "client" && s.LastSeen <= pr.Failed+atOnce
}

// refusedPoll is the first poll or post of a session that was refused, nil where none was.
func refusedPoll(s *session.Session) *session.Exchange {
	for _, e := range s.Exchanges {
		if (e.Kind == session.Poll || e.Kind == session.Post) && e.Status >= 400 {
			return e
		}
	}
	return nil
}

// missingStep names the first step of the upgrade that was not seen.
func (p *picture) missingStep(s *session.Session) string {
	pr := s.Probes[len(s.Probes)-1]
	switch {
	case pr.Exchange.Status == 0:
		return p.S("The request was never answered.")
	case !pr.Exchange.Switched():
		return p.S("It was answered %s.", p.answer(pr.Exchange))
	case hides(pr.Exchange, fact.HidesMessages) && refusedPoll(s) != nil:
		return p.S("The WebSocket was accepted, and a poll or post of the session was refused (%d), upon which its client gives the session up; the HAR does not have the WebSocket's messages.", refusedPoll(s).Status)
	case hides(pr.Exchange, fact.HidesMessages):
		return p.S("The WebSocket was accepted, and the client went on polling all the same; the HAR does not have the WebSocket's messages.")
	case pr.Ping == 0:
		return p.S("The WebSocket was accepted, and the client's probe (2probe) was not seen.")
	case pr.Pong == 0:
		return p.S("The client's probe (2probe) was not answered (3probe).")
	}
	return p.S("The probe was answered, and the client's upgrade packet (5) never came: a held-back poll may have stalled it.")
}
