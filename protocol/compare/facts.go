package compare

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// facts are a side, and what is read from it more than once.
type facts struct {
	lang.Words
	*Side
	outer     []*session.Exchange // of the hop nearest to the client
	asks      []*session.Exchange // for a WebSocket, among them
	proxies   tally               // by name and sign
	wrong     int                 // requests that reached a node which did not issue their sid
	sids      int                 // requests that named a sid and were answered
	nodes     int                 // at least so many issued sids or answered, 0 where the side does not tell
	few       bool                // nodes is what is proven: there may be more
	kept      int                 // sessions that were honoured on two connections or more
	direct    int                 // sessions that were on WebSocket from the start
	cookies   []cookie
	answering tally // what handshakes were answered
	accepting tally // what requests for a WebSocket were answered
	eio       tally // revisions asked for
	origins   tally // of pages, by kind
	allowed   tally // Access-Control-Allow-Origin, of answers to pages of another origin
}

func factsOf(w lang.Words, s *Side) *facts {
	f := &facts{Words: w, Side: s}
	for _, e := range s.Tracker.Exchanges {
		if e.Outer == nil {
			f.outer = append(f.outer, e)
			f.exchange(e)
		}
	}
	for _, s := range s.Tracker.Sessions {
		if s.Upgrade == session.UpgradeDirect {
			f.direct++
		}
		if honouredOn(s) > 1 {
			f.kept++
		}
	}
	f.nodes = len(s.Tracker.Nodes)
	if f.wrong > 0 && f.nodes < 2 {
		f.nodes, f.few = 2, true
	}
	f.cookies = cookiesOf(f)
	return f
}

// exchange counts what a request and its answer tell.
func (f *facts) exchange(e *session.Exchange) {
	if asksWebSocket(e) {
		f.asks = append(f.asks, e)
		f.accepting.add(f.answerKey(e), f.answerText(e))
	}
	if e.Kind == session.Handshake {
		f.answering.add(f.answerKey(e), f.answerText(e))
		if e.EIO != 0 {
			f.eio.add(digit(e.EIO), digit(e.EIO))
		}
	}
	f.page(e)
	if e.Status == 0 {
		return
	}
	if name, sign := diagnose.ProxyOf(e); sign != "" {
		f.proxy(name, sign)
	}
	if e.WrongNode {
		f.wrong++
	}
	if e.SID != "" && e.Kind != session.Preflight {
		f.sids++
	}
}

// proxy takes note of one, by its name; its version belongs to it, the cookie it is known by does not.
func (f *facts) proxy(name, sign string) {
	switch {
	case name == "":
		f.proxies.add(sign, f.Said(sign))
	case strings.HasPrefix(sign, "Server: "):
		f.proxies.add(name+" "+sign, f.S("%s (%s)", name, f.Said(sign)))
	default:
		f.proxies.add(name, f.S("%s (%s)", name, f.Said(sign)))
	}
}

// page counts what concerns CORS: who asks, and what the answer allows.
func (f *facts) page(e *session.Exchange) {
	origin := e.Request.Origin
	if e.Kind == session.OtherRequest || e.Method == "" {
		return
	}
	_, host, ok := strings.Cut(origin, "://")
	switch {
	case !ok || host == "":
		f.origins.add("none", f.S("no page"))
	case strings.EqualFold(host, e.Request.Host):
		f.origins.add("same", f.S("the page's own server"))
	default:
		f.origins.add("other", f.S("another origin, %s", origin))
		if e.Status != 0 && !asksWebSocket(e) {
			f.allowed.add(allowKey(e), f.allowText(e))
		}
	}
}

// allowKey is what an answer allows the page that asks, whatever the page's name.
func allowKey(e *session.Exchange) string {
	r := &e.Response
	key := "other"
	switch {
	case !r.HasAllowOrigin:
		return "none"
	case r.AllowOrigin == "*":
		key = "*"
	case strings.EqualFold(r.AllowOrigin, e.Request.Origin):
		key = "page"
	}
	return key + " " + strings.ToLower(r.AllowCredentials)
}

func (f *facts) allowText(e *session.Exchange) string {
	r := &e.Response
	if !r.HasAllowOrigin {
		return f.S("no Access-Control-Allow-Origin")
	}
	if strings.EqualFold(r.AllowCredentials, "true") {
		return f.S("%s, with credentials", r.AllowOrigin)
	}
	return r.AllowOrigin
}

// asksWebSocket says whether a request asks for a WebSocket, with a sid or without.
func asksWebSocket(e *session.Exchange) bool {
	return e.AsksWebSocket()
}

// answerText is what came back, alike for all answers that say the same.
func (f *facts) answerText(e *session.Exchange) string {
	if e.Status == 0 {
		switch at, by := e.Cut(); {
		case at == 0 || by == "":
		case by == "unknown":
			return f.S("no answer (connection closed)")
		default:
			return f.S("no answer (closed by the %s)", session.Side(f.Words, by))
		}
		return f.S("no answer")
	}
	if !e.HasError && strings.HasPrefix(e.BodyText, "<") { // a page for people says what the status does
		if e.Response.Server != "" {
			return f.S("%d and a page (Server: %s)", e.Status, e.Response.Server)
		}
		return f.S("%d and a page", e.Status)
	}
	return diagnose.Answered(f.Words, e, redact.Redactor{Off: true})
}

// answerKey leaves out of an answer what changes from one to the next, such as the number of a request in a page.
func (f *facts) answerKey(e *session.Exchange) string {
	switch {
	case e.Status == 0:
		return f.answerText(e)
	case e.HasError && e.Error.Code >= 0: // python-engineio names the sid in the message
		return fmt.Sprintf("%d code %d %s", e.Status, e.Error.Code, e.Response.ContentType)
	case e.HasError:
		return digit(e.Status) + " " + e.Error.Message
	case e.SecondAnswer != 0:
		return digit(e.Status) + " " + digit(e.SecondAnswer)
	}
	if e.Status < 400 {
		return digit(e.Status)
	}
	return digit(e.Status) + " " + e.Response.Server
}

// honoured says whether an answer took the sid for good.
func honoured(e *session.Exchange) bool {
	return !e.HasError && e.Succeeded() && e.Kind != session.Preflight
}

// honouredOn is on how many connections requests of a session were honoured.
func honouredOn(s *session.Session) int {
	var conns []*session.Conn
	for _, e := range s.Exchanges {
		if honoured(e) && !slices.Contains(conns, e.Conn) {
			conns = append(conns, e.Conn)
		}
		if len(conns) > 1 {
			break
		}
	}
	return len(conns)
}

// addresses is from how many addresses clients came.
func (f *facts) addresses() int {
	seen := map[netip.Addr]bool{}
	for _, s := range f.Tracker.Sessions {
		seen[s.Client.Addr()] = true
	}
	return len(seen)
}

// finding is the side's finding of that id, nil where it has none.
func (f *facts) finding(id string) *diagnose.Finding {
	for i := range f.Diagnosis.Findings {
		if o := &f.Diagnosis.Findings[i]; o.ID == id || diagnose.Base(o.ID) == id {
			return o
		}
	}
	return nil
}

// upgraded says whether a session of the side came from polling to WebSocket.
func (f *facts) upgraded() bool {
	return slices.ContainsFunc(f.Tracker.Sessions, func(s *session.Session) bool { return s.Upgrade == session.UpgradeDone })
}
