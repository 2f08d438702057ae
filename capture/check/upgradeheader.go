package check

import (
	"net/http"
	"slices"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// An arrival says whether the Upgrade header reaches the server.
type arrival struct {
	known, arrives bool
	byProxy        bool   // something before Engine.IO answers WebSocket requests
	ws, poll       answer // to a WebSocket request and a poll with a made-up sid
	why            string
}

// upgradeHeader asks for a WebSocket with a made-up sid, and without its key: what refuses it, and in which words,
// tells whether the header came through.
func upgradeHeader(r *run) {
	cl := r.client(false)
	var f arrival
	f.poll = cl.do(r.line(), cl.request("GET", "polling", session.MadeUpSID))
	ws, s := cl.socket(r.line(), session.MadeUpSID)
	f.ws = ws
	if s != nil {
		s.end()
	}
	q := cl.request("GET", "websocket", "")
	q.header.Del("Sec-WebSocket-Key")
	q.wait = min(r.c.patience(), r.c.socketWait())
	keyless := cl.do(r.line(), q)
	f.judge(r.Words, r.c.sawSwitch(), keyless)
	if !f.known && r.c.sawPlain() {
		f.say(false, r.S("Upgrade or Connection is lost on the way: the server says so of WebSocket requests (Invalid websocket upgrade)."))
	}
	r.c.mu.Lock()
	r.c.found.arrival = f
	r.c.mu.Unlock()
	r.figure("poll with a made-up sid", "%s", f.poll.outcome(r.Words))
	r.figure("WebSocket with a made-up sid", "%s", f.ws.outcome(r.Words))
	r.figure("WebSocket without its key", "%s", keyless.outcome(r.Words))
	switch {
	case !f.known && ofAnother(keyless):
		r.tell(Unknown, r.S("It cannot be told: a request without a sid is answered %s, which is the answer to another one.", keyless.outcome(r.Words)))
	case !f.known && f.ws.isError && f.ws.said.Code == engineio.TransportUnknown:
		r.tell(Unknown, r.S("It cannot be told: the server itself does not take WebSocket (%s).", f.ws.outcome(r.Words)))
	case !f.known:
		r.tell(Unknown, r.S("It cannot be told: a WebSocket request with a made-up sid is answered %s.", f.ws.outcome(r.Words)))
	case f.arrives:
		r.tell(Yes, f.why)
	default:
		r.tell(No, f.why)
	}
}

// judge reads the answers, causes.md's table: engine.io refuses a WebSocket request in plain text, and one that came as
// a plain GET in JSON.
func (f *arrival) judge(w lang.Words, switched bool, keyless answer) {
	text := func(a answer) bool { return a.isError && a.said.Dialect == engineio.NodeUpgrade }
	json := func(a answer) bool { // one that is forbidden may be so before anything looks at Upgrade
		plain := a.said.Code == engineio.SessionUnknown || a.said.Code == engineio.BadRequest
		return a.isError && plain && a.said.Dialect == engineio.Node && strings.Contains(a.header.Get("Content-Type"), "json")
	}
	switch {
	case f.ws.isError && f.ws.said.Code == engineio.TransportUnknown: // a server without WebSocket takes no upgrade at all
	case ofAnother(keyless): // and so may that be with which json would be misled
	case text(f.ws):
		f.say(true, w.S("The header arrives: a WebSocket request with a made-up sid is refused in plain text, as one that arrives whole is."))
	case f.ws.err == nil && f.ws.status == http.StatusSwitchingProtocols:
		f.say(true, w.S("The header arrives: a WebSocket request is answered 101 Switching Protocols."))
	case switched:
		f.say(true, w.S("The header arrives: WebSocket requests were answered 101 Switching Protocols."))
	case text(keyless):
		f.say(true, w.S("The header arrives: a WebSocket request without its key is refused in the words of the WebSocket library."))
	case json(f.ws):
		f.say(false, w.S("Upgrade or Connection is lost on the way: a WebSocket request with a made-up sid is refused in JSON, as a plain GET is."))
	case f.ws.err == nil && !f.ws.isError && f.poll.isError:
		f.byProxy = true
		f.say(false, w.S("Something before the server answers WebSocket requests: %s, which Engine.IO does not write; polls reach it.", f.ws.outcome(w)))
	}
}

// ofAnother says whether a request that names no sid is told that it is not known: a cache answers, or the query is
// rewritten, and nothing that is answered tells of the request it is for.
func ofAnother(a answer) bool { return a.isError && a.said.Code == engineio.SessionUnknown }

func (f *arrival) say(arrives bool, why string) { f.known, f.arrives, f.why = true, arrives, why }

// sawPlain says whether a server of Python said that a WebSocket request came without its Upgrade header.
func (c *Check) sawPlain() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.found.directs, func(d *direct) bool {
		return d.answer.isError && strings.Contains(d.answer.said.Message, "Invalid websocket upgrade")
	})
}

// sawSwitch says whether any WebSocket request was accepted.
func (c *Check) sawSwitch() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, v := range c.found.visits {
		if v.ws != nil && v.ws.err == nil && v.ws.status == http.StatusSwitchingProtocols {
			return true
		}
	}
	for _, d := range c.found.directs {
		if d.answer.err == nil && d.answer.status == http.StatusSwitchingProtocols {
			return true
		}
	}
	return false
}
