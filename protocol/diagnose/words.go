package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sioscope/protocol/session"
)

// endings are findings of why sessions end, or of what the application said; they keep none from WebSocket.
var endings = []string{"idle-timeout", "node-restarted", "payload-too-large", "poll-cut-short", "poll-overlap", "server-stalled", "session-expired", "namespace-refused"}

func ends(f *Finding) bool { return slices.Contains(endings, f.ID) }

// lead is the finding that explains the verdict: the worst that touches most sessions. Of sessions on polling it is one
// that says why they are, where there is any.
func (p *picture) lead(st State) *Finding {
	switch f := p.worst(st, func(f *Finding) bool { return !ends(f) }); {
	case f != nil && (st == StatePolling || st == StateMixed):
		return f
	case st == StatePolling:
		return nil
	}
	return p.worst(st, func(*Finding) bool { return true })
}

// worst is the worst finding of a kind that bears on a verdict.
func (p *picture) worst(st State, kind func(*Finding) bool) *Finding {
	var best *Finding
	for i := range p.findings {
		f := &p.findings[i]
		if f.Severity == Info || st == StateWebSocket && f.Severity != Error && f.ID != "namespace-refused" || !kind(f) {
			continue
		}
		if best == nil || f.Severity < best.Severity || f.Severity == best.Severity && weight(f, st) > weight(best, st) {
			best = f
		}
	}
	return best
}

// besides is the finding that ended sessions, or turned them away, besides what keeps them on polling; nil where none did.
func (p *picture) besides(st State) *Finding {
	if st != StatePolling && st != StateMixed {
		return nil
	}
	lead := p.lead(st)
	if f := p.worst(st, ends); f != lead {
		return f
	}
	return nil
}

// weight is how many sessions and handshakes a finding touches. What only keeps sessions on polling does not explain
// that they break.
func weight(f *Finding, st State) int {
	if st == StateFailing && f.ID == "upgrade-header-stripped" {
		return 0
	}
	return len(f.Sessions) + len(f.Refused)
}

// short is the cause as a clause, and what there is besides, for the one-line summary.
func (p *picture) short(st State) string {
	text := p.clause(st)
	if f := p.besides(st); f != nil {
		text += "; besides, " + lowerFirst(f.Title)
	}
	return text
}

func (p *picture) clause(st State) string {
	f := p.lead(st)
	if f == nil {
		return p.without(st)
	}
	switch f.ID {
	case "no-affinity-per-connection":
		if p.onlyUpgrades(f) {
			return "the WebSocket request reached another node (400 Session ID unknown)"
		}
		return "connections reached nodes that did not issue the sid (400 Session ID unknown)"
	case "no-affinity-per-request":
		return "requests reached nodes that did not issue the sid (400 Session ID unknown)"
	case "upgrade-header-stripped":
		if len(f.Sessions) == 0 {
			return "the Upgrade header did not reach the server"
		}
		return "the Upgrade header did not reach the server (400 Bad request, code 3)"
	}
	return lowerFirst(f.Title)
}

// cause is the cause as a sentence, for the line below the verdict, and what there is besides as another.
func (p *picture) cause(st State) string {
	text := p.sentence(st)
	if f := p.besides(st); f != nil {
		text += " Besides, " + lowerFirst(f.Title) + "."
	}
	return text
}

func (p *picture) sentence(st State) string {
	f := p.lead(st)
	if f == nil {
		if u := p.without(st); u != "" {
			return upperFirst(u) + "."
		}
		return ""
	}
	switch f.ID {
	case "no-affinity-per-connection":
		if p.onlyUpgrades(f) {
			return "The WebSocket request opened a new connection, reached another node, and was refused: 400 Session ID unknown." + p.after(f)
		}
		return "The balancer chooses a node for every connection, and nodes refuse sids they did not issue: 400 Session ID unknown." + p.after(f)
	case "upgrade-header-stripped":
		return "A proxy dropped the Upgrade header of the WebSocket request, and the server refused it." + p.after(f)
	}
	if c, ok := sentences[f.ID]; ok && (f.Confidence == "certain" || f.ID != "protocol-version-mismatch") {
		return c
	}
	return f.Title + "."
}

// onlyUpgrades says whether nothing but WebSocket requests of the finding's sessions reached a wrong node.
func (p *picture) onlyUpgrades(f *Finding) bool {
	for _, s := range f.Sessions {
		if slices.ContainsFunc(s.Exchanges, func(e *session.Exchange) bool { return e.WrongNode && !asksWebSocket(e) && !closeOnly(e) }) {
			return false
		}
	}
	return true
}

// after says what became of the sessions of a finding that keeps them from WebSocket.
func (p *picture) after(f *Finding) string {
	stayed, ended := 0, 0
	for _, s := range f.Sessions {
		switch {
		case s.Transport() != session.Polling:
		case p.broken(s):
			ended++
		case len(s.Exchanges) > 0:
			stayed++
		}
	}
	switch {
	case stayed > 0 && ended == 0:
		return " Polling went on unnoticed."
	case stayed > 0:
		return fmt.Sprintf(" %s ended with it; %d went on with polling, unnoticed.", count(ended, "session"), stayed)
	case ended > 0:
		return fmt.Sprintf(" %s ended with it.", count(ended, "session"))
	}
	return ""
}

// untold says why nothing can be said of sessions that were used, stayed on polling, and are named in no finding; ""
// where there are none.
func (p *picture) untold() string {
	for _, s := range p.t.Sessions {
		if s.Upgrade != session.UpgradeNotTried || s.Transport() != session.Polling || unused(s) || p.fate(s) != lives || p.touched(s) {
			continue
		}
		switch {
		case s.Closed == 0:
			return "the capture is too short to tell why"
		case len(p.t.Sessions) == 1:
			return "the session was too short to tell why"
		}
		return "sessions were too short to tell why"
	}
	return ""
}

// underWay says so of upgrades that the end of the capture cut.
func (p *picture) underWay() string {
	if slices.ContainsFunc(p.t.Sessions, func(s *session.Session) bool { return s.Upgrade == session.UpgradePending }) {
		return "an upgrade was under way when the capture ended"
	}
	return ""
}

// without is what is said where no finding explains the verdict.
func (p *picture) without(st State) string {
	text := cmp.Or(p.untold(), p.underWay())
	if text == "" && p.besides(st) != nil {
		return "nothing that was seen tells why"
	}
	return text
}

var sentences = map[string]string{
	"no-affinity-per-request":    "The balancer sends every request to another node, and nodes refuse sids they did not issue: 400 Session ID unknown.",
	"server-offers-no-upgrade":   "The server's first answer offers no upgrade, so no client tries WebSocket.",
	"client-never-upgrades":      "The server offers WebSocket, and the client never asks for it.",
	"sticky-cookie-not-returned": "The balancer's affinity cookie is not sent back, so requests reach nodes that do not know the session.",
	"cors-refused":               "The server does not allow the page's origin, so the browser throws its answers away.",
	"protocol-version-mismatch":  "Client and server speak different versions of the protocol.",
}

// lowerFirst is s as it goes on after a colon; names such as WebSocket and CORS stay what they are.
func lowerFirst(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if word == "" || strings.ToLower(word[1:]) != word[1:] || strings.HasPrefix(s, "Socket.IO") {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
