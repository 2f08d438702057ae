package diagnose

import (
	"cmp"
	"slices"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// endings are findings of why sessions end, or of what the application said; they keep none from WebSocket.
var endings = []string{"balancer-restarted", "background-tab", "connection-capped", "duplicate-connections", "idle-timeout", "keepalive-race", "node-restarted", "payload-too-large", "poll-cut-short", "poll-overlap", "server-stalled", "session-expired", "namespace-refused"}

func ends(f *Finding) bool { return slices.Contains(endings, f.ID) }

// lead is the finding that explains the verdict: the worst that touches most sessions. Of sessions on polling it is one
// that says why they are, where there is any; where more broke than stay on polling it is one that ended sessions. One that touches
// none explains nothing of those that there are.
func (p *picture) lead(st State) *Finding {
	bears := func(f *Finding) bool { return p.census().all == 0 || !strays(f) }
	keeps := func(f *Finding) bool { return !ends(f) && bears(f) }
	switch f := p.worst(st, keeps); {
	case f != nil && st == StateMixed && f.Severity == Warning && p.census().broke > p.census().polling:
		return p.worst(st, bears)
	case f != nil && (st == StatePolling || st == StateMixed):
		return f
	case st == StatePolling:
		return nil
	}
	return p.worst(st, bears)
}

// strays says whether a finding touches no session of the capture and no handshake: what it is about began before.
func strays(f *Finding) bool { return f.Touched()+f.RefusedInAll() == 0 }

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

// besides is the finding that ended sessions, or turned them away, or is about others, besides what keeps them on polling;
// nil where none did.
func (p *picture) besides(st State) *Finding {
	if st != StatePolling && st != StateMixed {
		return nil
	}
	lead := p.lead(st)
	other := func(f *Finding) bool { return ends(f) || strays(f) }
	if lead != nil && ends(lead) {
		other = func(f *Finding) bool { return !ends(f) }
	}
	if f := p.worst(st, other); f != lead {
		return f
	}
	return nil
}

// weight is how many sessions and handshakes a finding touches. What only keeps sessions on polling does not explain
// that they break, and what only the form of a refusal tells comes after what the refusal says.
func weight(f *Finding, st State) int {
	if f.ID == "upgrade-header-stripped" && (st == StateFailing || f.Confidence != "certain") {
		return 0
	}
	return f.Touched() + f.RefusedInAll()
}

// short is the cause as a clause, and what there is besides, for the one-line summary.
func (p *picture) short(st State) string {
	text := p.clause(st)
	if n := p.share(st); n != "" {
		text = p.S("%s, seen in %s", text, n)
	}
	if f := p.besides(st); f != nil {
		return p.S("%s; besides, %s", text, p.lowerFirst(f.Title))
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
			return p.S("the WebSocket request reached another node (400 Session ID unknown)")
		}
		return p.S("connections reached nodes that did not issue the sid (400 Session ID unknown)")
	case "no-affinity-per-request":
		return p.S("requests reached nodes that did not issue the sid (400 Session ID unknown)")
	case "upgrade-header-stripped":
		if f.Touched() == 0 {
			return p.S("the Upgrade header did not reach the server")
		}
		return p.S("the Upgrade header did not reach the server (400 Bad request, code 3)")
	}
	return p.lowerFirst(f.Title)
}

// share is of how many sessions, or else handshakes, the cause is known to be true: "2 of 8 sessions"; "" where it explains
// all that the verdict is about.
func (p *picture) share(st State) string {
	f, c := p.lead(st), p.census()
	if f == nil || f.ID == "namespace-refused" || f.Touched() >= c.toExplain(st) { // how many a namespace turned away is said anyway
		return ""
	}
	if f.Touched() == 0 {
		return p.Count(f.RefusedInAll(), "handshake")
	}
	return c.outOf(f.Touched())
}

// toExplain is how many sessions the cause of a verdict is asked for. Those that had just begun, and those of which nothing
// is known, may have none.
func (c *census) toExplain(st State) int {
	switch st {
	case StateWebSocket:
		return c.all
	case StateFailing:
		return c.broke + c.refused + c.unused + c.away
	}
	return c.all - c.ws - c.veiled - c.begun
}

// cause is the cause as a sentence, for the line below the verdict, with of how many sessions it is true, and what there is
// besides as another.
func (p *picture) cause(st State, share string) string {
	text := p.sentence(st)
	if share != "" {
		text = p.S("%s Seen in %s.", text, share)
	}
	if f := p.besides(st); f != nil {
		return p.S("%s Besides, %s.", text, p.lowerFirst(f.Title))
	}
	return text
}

func (p *picture) sentence(st State) string {
	f := p.lead(st)
	if f == nil {
		if u := p.without(st); u != "" {
			return p.S("%s.", p.upperFirst(u))
		}
		return ""
	}
	switch f.ID {
	case "no-affinity-per-connection":
		if p.onlyUpgrades(f) {
			return p.after(f, p.S("The WebSocket request opened a new connection, reached another node, and was refused: 400 Session ID unknown."))
		}
		return p.after(f, p.S("The balancer chooses a node for every connection, and nodes refuse sids they did not issue: 400 Session ID unknown."))
	case "no-affinity-per-request":
		if f.hashed {
			return p.S("%s.", f.Title)
		}
		if f.Confidence == "possible" {
			return p.S("The balancer sends requests of one session to several nodes, and nodes refuse sids they did not issue: 400 Session ID unknown.")
		}
	case "client-never-upgrades":
		if slices.ContainsFunc(f.Sessions, func(s *session.Session) bool { return s.Open.SID == "" }) {
			return p.S("%s.", f.Title) // what the server offers is not known
		}
	case "upgrade-header-stripped":
		return p.after(f, p.S("A proxy dropped the Upgrade header of the WebSocket request, and the server refused it."))
	}
	if c := p.known(f.ID); c != "" && (f.Confidence == "certain" || f.ID != "protocol-version-mismatch") {
		return c
	}
	return p.S("%s.", f.Title)
}

// onlyUpgrades says whether nothing but WebSocket requests of the finding's sessions reached a wrong node.
func (p *picture) onlyUpgrades(f *Finding) bool {
	if f.others {
		return false
	}
	for _, s := range f.Sessions {
		if slices.ContainsFunc(s.Exchanges, func(e *session.Exchange) bool { return e.WrongNode && !asksWebSocket(e) && !closeOnly(e) }) {
			return false
		}
	}
	return true
}

// after says the cause, and what became of the sessions of a finding that keeps them from WebSocket.
func (p *picture) after(f *Finding, cause string) string {
	stayed, ended := f.stayed, f.broke
	for _, s := range f.Sessions {
		on, off := p.wentOn(s)
		stayed += on
		ended += off
	}
	switch {
	case stayed > 0 && ended == 0:
		return p.S("%s Polling went on unnoticed.", cause)
	case stayed > 0:
		return p.S("%s %s ended with it; %d went on with polling, unnoticed.", cause, p.Count(ended, "session"), lang.Amount(stayed))
	case ended > 0:
		return p.S("%s %s ended with it.", cause, p.Count(ended, "session"))
	}
	return cause
}

// wentOn says whether a session went on with polling, or ended with what kept it there: 1 for one of both, 0 for neither.
func (p *picture) wentOn(s *session.Session) (stayed, ended int) {
	switch {
	case s.Transport() != session.Polling:
	case p.broken(s):
		return 0, 1
	case len(s.Exchanges) > 0:
		return 1, 0
	}
	return 0, 0
}

// unexplained says whether a session was used, stayed on polling, and is named in no finding.
func (p *picture) unexplained(s *session.Session) bool {
	return s.Upgrade == session.UpgradeNotTried && s.Transport() == session.Polling && !unused(s) && p.fate(s) == lives && !p.touched(s)
}

// untold says why nothing can be said of sessions that were used, stayed on polling, and are named in no finding; ""
// where there are none.
func (p *picture) untold() string {
	for _, s := range p.t.Sessions {
		if p.before(s) {
			return p.begunBefore()
		}
		if !p.unexplained(s) {
			continue
		}
		switch {
		case slices.Contains(s.Open.Upgrades, "webtransport") && p.movedAway(s):
			return p.S("perhaps it is on WebTransport by now, which is not decoded")
		case s.Closed == 0:
			return p.S("the capture is too short to tell why")
		case len(p.t.Sessions) == 1 && !p.past.any():
			return p.S("the session was too short to tell why")
		}
		return p.S("sessions were too short to tell why")
	}
	if p.past != nil {
		return p.past.untold
	}
	return ""
}

// before says whether a session is on polling, and named in no finding, whose beginning would tell why and was not seen.
func (p *picture) before(s *session.Session) bool {
	return s.Opened == 0 && s.Upgrade == session.UpgradeUnknown && s.Transport() == session.Polling && !p.veiled(s) && (!unused(s) || len(s.Exchanges) == 0) && p.fate(s) == lives && !p.touched(s)
}

func (p *picture) begunBefore() string {
	for e := range p.outer {
		if e.Kind == session.Handshake && e.Status == 200 && e.Incomplete && e.GotSID == "" && e.Conn.Cut[fact.In] > 0 {
			return p.S("the capture cut the answers that open sessions, which would tell why, short: record with full length (tcpdump -s 0)")
		}
	}
	return p.S("its beginning, which would tell why, is not in the capture")
}

// underWay says so of upgrades that the end of the capture cut.
func (p *picture) underWay() string {
	if slices.ContainsFunc(p.t.Sessions, func(s *session.Session) bool { return s.Upgrade == session.UpgradePending }) {
		return p.S("an upgrade was under way when the capture ended")
	}
	return ""
}

// without is what is said where no finding explains the verdict.
func (p *picture) without(st State) string {
	text := cmp.Or(p.untold(), p.underWay())
	switch c := p.census(); {
	case text != "":
	case p.besides(st) != nil:
		return p.S("nothing that was seen tells why")
	case st == StateMixed && c.begun > 0 && c.begun == c.polling:
		return p.S("the capture ends right after the handshake of %s", p.Count(c.begun, "session"))
	case st == StateMixed && c.polling > 0 && c.brief == c.polling:
		return p.S("nothing but the handshake was seen of %s, as of a health check, or of one that has just begun", p.Count(c.polling, "session"))
	}
	return text
}

// known is the sentence of a cause that says more than its title; "" where the title says it all.
func (p *picture) known(id string) string {
	switch id {
	case "no-affinity-per-request":
		return p.S("The balancer sends every request to another node, and nodes refuse sids they did not issue: 400 Session ID unknown.")
	case "server-offers-no-upgrade":
		return p.S("The server's first answer offers no upgrade, so no client tries WebSocket.")
	case "client-never-upgrades":
		return p.S("The server offers WebSocket, and the client never asks for it.")
	case "sticky-cookie-not-returned":
		return p.S("The balancer's affinity cookie is not sent back, so requests reach nodes that do not know the session.")
	case "cors-refused":
		return p.S("The server does not allow the page's origin, so the browser throws its answers away.")
	case "protocol-version-mismatch":
		return p.S("Client and server speak different versions of the protocol.")
	}
	return ""
}

// named are words with which titles begin and that keep their capital.
var named = [...]string{"Socket.IO", "Cloud", "Google's", "Envoy", "Node", "Python"}

// lowerFirst is a title as it goes on after a colon; names such as WebSocket and CORS stay what they are, and so does
// all of another language, whose titles are what they are anywhere.
func (p *picture) lowerFirst(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if p.Words != nil || word == "" || strings.ToLower(word[1:]) != word[1:] || slices.Contains(named[:], word) {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// upperFirst is a clause as a sentence or a title.
func (p *picture) upperFirst(s string) string {
	if p.Words != nil {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
