package diagnose

import (
	"cmp"
	"slices"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// verdict sums the picture up: a word, a line, and the cause in a sentence.
func (p *picture) verdict() Verdict {
	c := p.census()
	v := Verdict{State: c.state()}
	v.Healthy = v.State != StateUnknown && !(v.State == StateNone && p.dark()+int(p.t.Stats.Aborted)+c.cut+c.unheard > 0) && !(v.State == StatePolling && p.untold() != "") && !(v.State == StateMixed && slices.ContainsFunc(p.t.Sessions, p.before)) && (c.all == 0 || c.outside() < c.all) && !slices.ContainsFunc(p.findings, func(f Finding) bool { return f.Severity == Error || f.unanswered })
	switch v.State {
	case StateNone:
		v.Title = p.S("No Socket.IO session in this capture")
		if n := p.dark(); n > 0 {
			v.Title = p.S("%s encrypted: whether there are Socket.IO sessions cannot be told", p.Plural(n, "connection is", "connections are"))
		}
	case StateUnknown:
		v.Title = p.S("It cannot be told whether WebSocket is in use: %s seen", p.Count(c.all, "session"))
		if c.ws > 0 {
			v.Title = p.S("%s, and it cannot be told whether there are others", p.upperFirst(c.onWebSocket()))
		}
	case StateFailing:
		v.Title = p.S("Sessions break: %s", c.fates())
		if c.all == 1 {
			v.Title = p.upperFirst(c.fates())
		}
		if c.all == 0 {
			v.Title = p.S("No session comes about: %s", p.inVain(p.S("%d of %s", lang.Amount(c.refusals), p.Count(c.refusals, "handshake"))))
		}
	case StateWebSocket:
		but := c.notAdmitted()
		if len(but) == 0 {
			but = p.troubled(c.all)
		}
		v.Title = p.List(slices.Concat([]string{p.S("On WebSocket: %s", ofAll(p.Words, c.all))}, but))
		v.allWell = len(but) == 0
	case StateMixed:
		v.Title = p.S("%d of %s on WebSocket", lang.Amount(c.ws), p.Count(c.all, "session"))
		if c.ws == c.all && c.refusals > 0 {
			v.Title = p.S("%s, and %s", v.Title, p.inVain(p.Count(c.refusals, "handshake")))
		} else if c.ws == c.all {
			v.Title = p.S("%s, and %s", v.Title, p.List(c.sharing()))
		} else {
			v.Title = p.List(append([]string{v.Title}, c.fallen()...))
		}
	case StatePolling:
		v.Title = p.S("On polling, not WebSocket: %s", c.neverUpgraded())
		if c.idle == c.all {
			v.Title = p.S("Opened and never used: %s", c.outOf(c.all))
		}
	}
	if share := p.share(v.State); share != "" {
		v.shared, v.reason = p.cause(v.State, share), p.cause(v.State, "")
	}
	v.Cause = cmp.Or(v.shared, p.cause(v.State, ""))
	if u := c.unread(); u != "" && (v.State == StateUnknown || v.Cause == "") {
		v.Cause = p.S("%s.", p.upperFirst(u))
	}
	if v.State == StateNone && v.Cause == "" && p.dark() > 0 {
		v.Cause = p.S("What would tell: a key log (SSLKEYLOGFILE), a capture where TLS ends, or a HAR of the browser.")
	}
	if v.State == StateNone && v.Cause == "" && p.t.Empty() {
		v.Cause = p.S("There is nothing in it: no packet and no request.")
	}
	if text := p.t.Aborted(p.Words); v.State == StateNone && v.Cause == "" && text != "" {
		v.Cause = p.S("%s.", text)
	}
	if ports := p.t.RefusedPorts(p.Words); v.State == StateNone && v.Cause == "" && ports != "" {
		v.Cause = p.S("%s. Does the server run, and is the port the right one?", p.upperFirst(ports))
	}
	if v.State == StateNone && v.Cause == "" && p.waits() {
		v.Cause = p.S("A client asked for a session, and got no answer until the capture ends. Is the path right, and does the server run?")
	}
	if v.State == StateNone && v.Cause == "" && p.logsOnly() {
		v.Cause = p.S("No Socket.IO request is in this HAR. Was it saved from the page that uses Socket.IO, with the network panel open from its beginning? Requests that the browser blocked (CORS, content security policy) may be left out: its console names them.")
	}
	if text := c.besideChecks(); text != "" && v.Cause == "" {
		v.Cause = p.S("%s.", p.upperFirst(text))
	}
	if f := p.lead(v.State); f != nil {
		v.Lead = f.ID
	}
	v.Summary = p.summary(v, &c)
	return v
}

// troubled says of sessions on WebSocket how many a finding is about: a headline that all is well would belie its cause.
func (p *picture) troubled(all int) []string {
	some, found := map[*session.Session]bool{}, false
	for i := range p.findings {
		if f := &p.findings[i]; f.Severity == Error || f.Severity == Warning {
			found = true
			for _, s := range f.Sessions {
				some[s] = true
			}
		}
	}
	switch n := len(some); {
	case n == 0 && found:
		return []string{p.S("but a problem was found")}
	case n == 0:
		return nil
	case n < all:
		return []string{p.S("but %d of them with a problem", lang.Amount(n))}
	case all == 1:
		return []string{p.S("but with a problem")}
	}
	return []string{p.S("but all of them with a problem")}
}

// inVain says what became of the handshakes that got no sid: nobody refused those that were accepted as WebSockets.
func (p *picture) inVain(handshakes string) string {
	if slices.ContainsFunc(p.t.Refused, func(e *session.Exchange) bool { return !unopened(e) }) {
		return p.S("%s refused", handshakes)
	}
	return p.S("%s opened no session", handshakes)
}

// idle says whether nothing but the handshake of a session was seen, though its beginning was.
func idle(s *session.Session) bool {
	return s.Opened != 0 && s.Transport() == session.Polling && s.Upgrade == session.UpgradeNotTried && unused(s)
}

// untilUsed is how long after its handshake a client may take to use a session, ns.
const untilUsed = 1e9

// begun says whether what was seen ends right after the handshake of a session: whether it came to be used cannot be told.
func (p *picture) begun(s *session.Session) bool {
	return idle(s) && p.t.Last-s.Opened < untilUsed
}

func ofAll(w lang.Words, n int) string {
	switch n {
	case 1:
		return w.S("the one session")
	case 2:
		return w.S("both sessions")
	}
	return w.S("all %d sessions", lang.Amount(n))
}

// A fate is what became of a session on polling.
type fate uint8

const (
	lives       fate = iota
	broke            // it worked for a while, and was refused then
	refused          // nothing but its handshake was ever honoured
	neverUsed        // it was opened, and a finding says why nothing came of it
	leftOutside      // it was let into no namespace
)

func (p *picture) fate(s *session.Session) fate {
	switch {
	case s.Close.Reason == session.RefusedSince || s.GivenUp() || p.doubled[s]:
		if worked(s) {
			return broke
		}
		return refused
	case p.leftOut(s):
		return leftOutside
	case p.sharers(s) > 0:
		return broke
	case unused(s) && s.Opened != 0 && p.touched(s):
		return neverUsed
	}
	return lives
}

// worked says whether a poll or post of the session was honoured before, or beside, the first that was refused.
func worked(s *session.Session) bool {
	for _, e := range s.Exchanges {
		switch {
		case e.Kind != session.Poll && e.Kind != session.Post:
		case honoured(e) && !closeOnly(e):
			return true
		case e.WrongNode:
			return honouredUntil(s, e.End)
		}
	}
	return s.Opened == 0
}

// closeOnly says whether a POST is no longer than a close packet alone, "1" or, in revision 3, "1:1".
func closeOnly(e *session.Exchange) bool {
	return e.Kind == session.Post && (e.RequestBytes == 1 || e.RequestBytes == 3)
}

// honouredUntil says whether a poll or post that was sent before some time was honoured.
func honouredUntil(s *session.Session, at int64) bool {
	return slices.ContainsFunc(s.Exchanges, func(e *session.Exchange) bool {
		return (e.Kind == session.Poll || e.Kind == session.Post) && e.Start < at && honoured(e) && !closeOnly(e)
	})
}

// broken says whether a session on polling was refused, or opened and never used.
func (p *picture) broken(s *session.Session) bool { return p.fate(s) != lives }

func (p *picture) summary(v Verdict, c *census) string {
	var parts []string
	switch v.State {
	case StateNone:
		parts = append(parts, p.nothing())
	case StateWebSocket:
		parts = append(append(parts, c.onWebSocket()), c.notAdmitted()...)
	case StateMixed:
		parts = append(parts, c.mixed()...)
	case StateUnknown:
		seen := p.S("%s seen", p.Count(c.all, "session"))
		if c.ws > 0 {
			seen = p.S("%s seen on WebSocket", p.Count(c.ws, "session"))
		}
		parts = append(parts, seen)
	case StatePolling:
		if c.idle == c.all {
			parts = append(parts, (&census{Words: p.Words, all: c.all, unused: c.all}).fates())
			break
		}
		parts = append(parts, c.neverUpgraded())
		parts = append(parts, c.amongThem()...)
	case StateFailing:
		parts = append(parts, c.fates())
		if c.all == 0 {
			parts[0] = p.inVain(p.S("%d of %s", lang.Amount(c.refusals), p.Count(c.refusals, "handshake")))
		}
	}
	parts = append(parts, c.sharing()...)
	if v.State != StateFailing && c.refusals > 0 {
		parts = append(parts, p.inVain(p.Count(c.refusals, "handshake")))
	}
	if beside := c.besideChecks(); beside != "" {
		parts = append(parts, beside)
	}
	text := string(v.State) + ": " + p.List(parts)
	if u := c.unread(); u != "" && (v.State == StateUnknown || p.lead(v.State) == nil) {
		return p.S("%s: %s", text, u)
	}
	if why := p.short(v.State); why != "" {
		return p.S("%s: %s", text, why)
	}
	return text
}

// waits says whether a handshake was seen that nobody answered.
func (p *picture) waits() bool {
	for e := range p.outer {
		if e.Kind == session.Handshake && e.Status == 0 {
			return true
		}
	}
	return false
}

// dark is how many connections may hide sessions where none was seen: without their keys nothing is known of them.
func (p *picture) dark() int {
	if len(p.t.Legacy) > 0 { // which was seen, and is what there is to tell
		return 0
	}
	return int(p.t.Stats.Encrypted)
}

// nothing says that no session was seen, and what may have hidden some.
func (p *picture) nothing() string {
	text := p.S("no Socket.IO session was seen")
	if n := p.dark(); n > 0 {
		text = p.S("%s encrypted %s: whether there are Socket.IO sessions cannot be told", p.Plural(n, "connection is", "connections are"), p.t.Undecrypted(p.Words))
	} else if e := p.t.Stats.Encrypted; e > 0 {
		text = p.S("%s; %s encrypted %s", text, p.Plural(int(e), "connection is", "connections are"), p.t.Undecrypted(p.Words))
	}
	if aborted := p.t.Aborted(p.Words); aborted != "" {
		text = p.S("%s; %s", text, aborted)
	}
	if ports := p.t.RefusedPorts(p.Words); ports != "" {
		text = p.S("%s; %s", text, ports)
	}
	if p.waits() {
		text = p.S("%s; a client asked for one, and got no answer", text)
	}
	if p.logsOnly() {
		text = p.S("%s; a browser may leave requests that it blocked (CORS, content security policy) out of its HAR: its console names them", text)
	}
	if len(p.t.Legacy) > 0 {
		text = p.S("%s; Socket.IO 0.9 was, which is not decoded", text)
	}
	return text
}
