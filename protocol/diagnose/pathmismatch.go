package diagnose

import (
	"slices"
	"strings"

	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// untaken says whether a WebSocket request was closed without a byte after the second that engine.io leaves to others
// (destroyUpgradeTimeout) for upgrades that are not below its path. One that names a session must go to another path
// than the session's polls do.
func untaken(e *session.Exchange) bool {
	at, by := e.Cut()
	after := at - e.Start
	strayed := e.SID == "" || e.Session != nil && e.Session.Opened != 0 && e.Session.Path != e.Path
	return asksWebSocket(e) && strayed && e.Status == 0 && by == "server" && e.Conn.Gaps == 0 && after > 950e6 && after < 1200e6
}

func (p *picture) untakenUpgrades(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	e := list[0]
	why := p.S("The request arrived, and its path is none that Socket.IO listens on.")
	if e.SID != "" {
		why = p.S("The request went to %s, and the polls of its session, which are answered, go to %s.", e.Path, e.Session.Path)
	}
	p.add(Finding{ID: "path-mismatch", Confidence: "likely", Title: p.S("The WebSocket request is closed after a second without an answer: the path may be wrong"),
		Explanation: p.S("A Node server with Socket.IO closes a WebSocket request that nobody takes after one second, without a byte. %s", why),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{p.S("refused by Engine.IO or by a proxy: both answer")},
		Fixes:    p.fixesFor(samePath, e.Path)})
}

// pathMismatch finds requests that Engine.IO never saw: 404, or a redirect, which makes a GET of a POST.
func pathMismatch(p *picture) {
	var list, moved, hung []*session.Exchange
	for e := range p.outer {
		switch {
		case untaken(e):
			hung = append(hung, e)
		case e.HasError:
		case (e.Kind == session.Handshake || e.Kind == session.Post) && redirect(e.Status) && e.Response.Location != "":
			moved = append(moved, e)
		case e.Kind == session.Handshake && (e.Status == 404 || e.Status/100 == 3):
			list = append(list, e)
		}
	}
	p.untakenUpgrades(hung)
	p.redirected(moved)
	if len(list) == 0 {
		return
	}
	p.claim(list)
	_, refused := sessionsOf(list)
	e := list[0]
	f := Finding{ID: "path-mismatch", Confidence: "likely", Title: p.S("The handshake is answered %d: the path may be wrong", e.Status),
		Explanation: p.S("Something other than Engine.IO answered the handshake. The server listens on another path, a proxy changed it, or the trailing slash is missing."),
		Refused:     refused, Evidence: p.shown(list),
		RuledOut: []string{p.S("refused by Engine.IO: the body is not its own")},
		Fixes:    p.fixesFor(samePath, e.Path)}
	if !slices.ContainsFunc(list, func(e *session.Exchange) bool { return !byExpress(e) }) {
		f.Title = p.S("An application without Socket.IO at that path answers the handshake: %d", e.Status)
		f.Explanation = p.S("The handshake was answered %d in the words of Express, which has no such route: an application was reached, and Socket.IO does not listen there. Its path is another one, or it was given another HTTP server than the one that listens, or it runs on another port.", e.Status)
		f.Evidence[0] = p.told(e, poweredBy(e))
		f.Fixes = append([]Fix{{For: "server", Text: p.S("new Server(httpServer) and httpServer.listen(): app.listen() of Express makes an HTTP server of its own, which Socket.IO does not know")}}, f.Fixes...)
	}
	p.add(f)
}

func redirect(status int) bool {
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308
}

// redirected tells of requests that are sent elsewhere.
func (p *picture) redirected(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	e := list[0]
	to := pathOf(redact.Redactor{}.Target(e.Response.Location))
	why := p.S("Something in front of the server, or another service, sends requests for Socket.IO elsewhere: a rule for the slash at the end, for a prefix or for a sign-in.")
	if p.onlyTLS(e) {
		why = p.S("Something in front of the server sends everyone from http to https. Clients that are given the https address need no redirect.")
	}
	p.add(Finding{ID: "path-mismatch", Confidence: "likely", Title: p.S("Requests are redirected (%d) to %s", e.Status, to),
		Explanation: p.S("%s A redirect makes a GET of a POST, may lose the query, and no WebSocket follows one, so sessions do not come about or do not last.", why),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{p.S("refused by Engine.IO: the body is not its own")},
		Fixes:    append([]Fix{{For: "client", Text: p.S("io() with the address and the path that the redirect names")}}, p.fixesFor(samePath, e.Path)...)})
}

// onlyTLS says whether a redirect leads to the same place over https.
func (p *picture) onlyTLS(e *session.Exchange) bool {
	rest, ok := strings.CutPrefix(e.Response.Location, "https://")
	host, _, _ := strings.Cut(rest, "/")
	return ok && hostname(host) == hostname(e.Request.Host) && pathOf(strings.TrimPrefix(rest, host)) == e.Path
}

func pathOf(target string) string {
	path, _, _ := strings.Cut(target, "?")
	return path
}
