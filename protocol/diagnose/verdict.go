package diagnose

import (
	"fmt"
	"slices"

	"sioscope/protocol/session"
)

// verdict sums the picture up: a word, a line, and the cause in a sentence.
func (p *picture) verdict() Verdict {
	all := p.t.Sessions
	var ws, broken, polling int
	for _, s := range all {
		switch {
		case s.Transport() == session.WebSocket || s.Transport() == session.WebTransport:
			ws++
		case p.broken(s):
			broken++
		default:
			polling++
		}
	}
	refused := len(p.t.Refused)
	v := Verdict{Healthy: !slices.ContainsFunc(p.findings, func(f Finding) bool { return f.Severity == Error })}
	n := len(all)
	switch {
	case n == 0 && refused == 0:
		v.State, v.Title = StateNone, "No Socket.IO session in this capture"
	case n == 0:
		v.State, v.Title = StateFailing, fmt.Sprintf("No session comes about: %d of %s refused", refused, count(refused, "handshake"))
	case ws == n && refused == 0:
		v.State, v.Title = StateWebSocket, fmt.Sprintf("On WebSocket: %s", ofAll(n))
	case ws > 0:
		v.State, v.Title = StateMixed, fmt.Sprintf("%d of %s on WebSocket", ws, count(n, "session"))
		if refused > 0 && ws == n {
			v.Title += fmt.Sprintf(", and %s refused", count(refused, "handshake"))
		}
	case polling == unusedOf(all) && polling > 0 && broken == 0:
		v.State, v.Title = StatePolling, fmt.Sprintf("Opened and never used: %d of %s", polling, count(n, "session"))
	case polling == 0:
		v.State, v.Title = StateFailing, fmt.Sprintf("Sessions break: %d of %s refused or never used", broken, count(n, "session"))
	default:
		v.State, v.Title = StatePolling, fmt.Sprintf("On polling, not WebSocket: %d of %s never upgraded", n-ws, count(n, "session"))
	}
	v.Cause = p.cause(v.State)
	v.Summary = p.summary(v, n, ws, broken, refused)
	return v
}

// unusedOf counts the sessions of which nothing but the handshake was seen, as a health check leaves them.
func unusedOf(all []*session.Session) int {
	n := 0
	for _, s := range all {
		if idle(s) {
			n++
		}
	}
	return n
}

func neverUsed(all []*session.Session) string {
	if n := unusedOf(all); n > 0 {
		return fmt.Sprintf(", %d of them opened and never used", n)
	}
	return ""
}

// idle says whether nothing but the handshake of a session was seen, though its beginning was.
func idle(s *session.Session) bool {
	return s.Opened != 0 && s.Transport() == session.Polling && s.Upgrade == session.UpgradeNotTried && unused(s)
}

func ofAll(n int) string {
	if n == 1 {
		return "the one session"
	}
	return fmt.Sprintf("all %d sessions", n)
}

// broken says whether a session on polling was refused, or opened and never used.
func (p *picture) broken(s *session.Session) bool {
	if s.Close.Reason == session.RefusedSince || givenUp(s) {
		return true
	}
	return unused(s) && s.Opened != 0 && p.touched(s)
}

const farewell = 500e6 // ns: what a client still sends of a session it has given up comes at once

// givenUp says whether a poll or post of the session reached another node, and the client left because of it. The
// farewell of such a client may reach the right node and be honoured.
func givenUp(s *session.Session) bool {
	var refused int64
	for _, e := range s.Exchanges {
		if e.WrongNode && (e.Kind == session.Poll || e.Kind == session.Post) && refused == 0 {
			refused = e.End
		}
		if refused != 0 && honoured(e) && e.Start > refused+farewell {
			return false
		}
	}
	return refused != 0
}

func (p *picture) summary(v Verdict, n, ws, broken, refused int) string {
	text := string(v.State) + ": "
	switch v.State {
	case StateNone:
		text += "no Socket.IO session was seen"
		if e := p.t.Stats.Encrypted; e > 0 {
			text += fmt.Sprintf("; %s encrypted and no key was given", plural(int(e), "connection is", "connections are"))
		}
		if len(p.t.Legacy) > 0 {
			text += "; Socket.IO 0.9 was, which is not decoded"
		}
		if c := p.short(v.State); c != "" {
			text += ": " + c
		}
		return text
	case StateWebSocket:
		text += fmt.Sprintf("%d of %s on WebSocket", ws, count(n, "session"))
	case StateMixed:
		text += fmt.Sprintf("%d of %s on WebSocket, %d on polling", ws, count(n, "session"), n-ws)
		text += neverUsed(p.t.Sessions)
		if broken > 0 {
			text += fmt.Sprintf(", %d of those broke", broken)
		}
	case StatePolling:
		text += fmt.Sprintf("%d of %s never upgraded", n-ws, count(n, "session"))
		text += neverUsed(p.t.Sessions)
		if broken > 0 {
			text += fmt.Sprintf(", %d of them broke", broken)
		}
	case StateFailing:
		if n == 0 {
			text += fmt.Sprintf("%d of %s refused", refused, count(refused, "handshake"))
		} else {
			text += fmt.Sprintf("%d of %s refused or never used", broken, count(n, "session"))
		}
	}
	if v.State != StateFailing && refused > 0 {
		text += fmt.Sprintf(", %s refused", count(refused, "handshake"))
	}
	if c := p.short(v.State); c != "" {
		text += ": " + c
	}
	return text
}

// lead is the finding that explains the verdict: the worst that touches most sessions.
func (p *picture) lead(st State) *Finding {
	var best *Finding
	for i := range p.findings {
		f := &p.findings[i]
		if f.Severity == Info || st == StateWebSocket && f.Severity != Error {
			continue
		}
		if best == nil || f.Severity < best.Severity || f.Severity == best.Severity && weight(f, st) > weight(best, st) {
			best = f
		}
	}
	return best
}

// weight is how many sessions and handshakes a finding touches. What only keeps sessions on polling does not explain
// that they break.
func weight(f *Finding, st State) int {
	if st == StateFailing && f.ID == "upgrade-header-stripped" {
		return 0
	}
	return len(f.Sessions) + len(f.Refused)
}

// short is the cause as a clause, for the one-line summary.
func (p *picture) short(st State) string {
	f := p.lead(st)
	if f == nil {
		return ""
	}
	if c, ok := clauses[f.ID]; ok {
		return c
	}
	return lowerFirst(f.Title)
}

// cause is the cause as a sentence, for the line below the verdict.
func (p *picture) cause(st State) string {
	f := p.lead(st)
	if f == nil {
		return ""
	}
	if c, ok := sentences[f.ID]; ok {
		return c
	}
	return f.Title + "."
}

var clauses = map[string]string{
	"no-affinity-per-connection": "the WebSocket request reached another node (400 Session ID unknown)",
	"no-affinity-per-request":    "requests reached nodes that did not issue the sid (400 Session ID unknown)",
	"upgrade-header-stripped":    "the Upgrade header did not reach the server (400 Bad request, code 3)",
}

var sentences = map[string]string{
	"no-affinity-per-connection": "The WebSocket request opened a new connection, reached another node, and was refused: 400 Session ID unknown. Polling went on unnoticed.",
	"no-affinity-per-request":    "The balancer sends every request to another node, and nodes refuse sids they did not issue: 400 Session ID unknown.",
	"upgrade-header-stripped":    "A proxy dropped the Upgrade header of the WebSocket request, and the server refused it. Polling went on unnoticed.",
	"server-offers-no-upgrade":   "The server's first answer offers no upgrade, so no client tries WebSocket.",
	"client-never-upgrades":      "The server offers WebSocket, and the client never asks for it.",
	"sticky-cookie-not-returned": "The balancer's affinity cookie is not sent back, so requests reach nodes that do not know the session.",
	"cors-refused":               "The server does not allow the page's origin, so the browser throws its answers away.",
	"protocol-version-mismatch":  "Client and server speak different versions of the protocol.",
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	if len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' {
		return s
	}
	b := []byte(s)
	if b[0] >= 'A' && b[0] <= 'Z' {
		b[0] += 'a' - 'A'
	}
	return string(b)
}
