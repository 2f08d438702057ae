package report

import (
	"slices"
	"strconv"
	"strings"

	"sioscope/capture/check"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// A Judgement is what became of an expectation.
type Judgement struct {
	Expectation
	Met   bool
	Why   string // one sentence where it is not met
	Cases []Case // one a session, where it is judged by sessions
}

// A Case is one session held against an expectation.
type Case struct {
	Session *session.Session
	Met     bool
	Skipped bool   // the expectation is not about it: Why says why
	Why     string // where it is not met
	Took    int64  // ns that were judged, 0 where it was no time
}

// Judge holds what was seen against the expectations. What cannot be judged is not met, and said.
func Judge(in Input, list []Expectation) []Judgement {
	out := make([]Judgement, len(list))
	for i, e := range list {
		out[i] = in.judge(e)
	}
	return out
}

func (in *Input) judge(e Expectation) Judgement {
	j := Judgement{Expectation: e}
	if in.AllSessions() == 0 && !(e.about == "no" && len(in.Refused) > 0) {
		j.Why = nothingSeen(in)
		return j
	}
	switch e.about {
	case "websocket":
		in.judgeWebSocket(&j)
	case "upgrade":
		in.judgeUpgrade(&j)
	case "nodes":
		j.Why = in.judgeNodes(&e)
	case "reconnects":
		j.Why = in.judgeReconnects(&e)
	case "no":
		in.judgeCause(&j)
	}
	if j.Why == "" {
		j.Why = in.gone(&e)
	}
	if j.Why == "" {
		j.Why = in.unread(&e)
	}
	j.Met = j.Why == ""
	return j
}

// gone is why an expectation cannot be judged, or is not met, because of sessions that made room for later ones.
func (in *Input) gone(e *Expectation) string {
	n := int(in.Freed.Sessions)
	switch {
	case n == 0:
		return ""
	case e.about == "websocket":
		if gone := in.Diagnosis.Earlier; gone.Sessions-gone.WebSocket-gone.Checks > 0 {
			off := gone.Sessions - gone.WebSocket - gone.Checks
			return in.S("%d of %s that made room for later ones were not on websocket", lang.Amount(off), in.Count(n, "session"))
		}
	case e.about == "upgrade", e.about == "reconnects" && !e.atLeast():
		return in.S("it cannot be told: %s made room for later ones; --memory keeps more", in.Count(n, "session"))
	}
	return ""
}

// unread is why an expectation cannot be judged because of connections to the servers of sessions that could not be read.
func (in *Input) unread(e *Expectation) string {
	n := in.DarkBeside()
	switch {
	case e.atLeast() && (e.about == "nodes" || e.about == "reconnects"):
		return ""
	case n == 0:
		return in.cutShort()
	}
	return in.N(n, "it cannot be told: %s to the same server is encrypted and could not be read",
		"it cannot be told: %s to the same server are encrypted and could not be read", in.Count(n, "connection"))
}

// cutShort says the same of what the capture did not keep all of, or has one direction of, "" where there is nothing.
func (in *Input) cutShort() string {
	if n := in.CutShort(); n > 0 {
		return in.S("it cannot be told: the capture cut requests or answers of %s short; record with full length (tcpdump -s 0)", in.Count(n, "connection"))
	}
	if n := in.Unheard(); n > 0 {
		return in.S("it cannot be told: only one direction is in the capture, without the answer to %s; capture where both pass", in.Count(n, "handshake"))
	}
	return ""
}

func (in *Input) judgeWebSocket(j *Judgement) {
	others := in.notChecks()
	for _, s := range in.Sessions {
		c := Case{Session: s, Met: s.Transport() == session.WebSocket}
		switch {
		case others && s.HealthCheck():
			c.Skipped, c.Why = true, in.S("a health check opened it, and never used it")
		case !c.Met:
			c.Why = in.state(s)
		}
		j.Cases = append(j.Cases, c)
	}
	n := notMet(j.Cases)
	switch {
	case n == 0:
		j.Why = in.shared()
	case !slices.ContainsFunc(j.Cases, func(c Case) bool { return !c.Met && in.untold(c.Session) == "" }):
		j.Why = in.S("it cannot be told: %s", in.unmet(j.Cases))
	case len(j.Cases) == 1:
		j.Why = in.S("1 of 1 session is not on websocket: %s", in.unmet(j.Cases))
	default:
		j.Why = in.S("%d of %d sessions are not on websocket: %s", lang.Amount(n), lang.Amount(len(j.Cases)), in.unmet(j.Cases))
	}
}

// notChecks says whether there are sessions that no health check opened.
func (in *Input) notChecks() bool {
	return in.Freed.Sessions > 0 || slices.ContainsFunc(in.Sessions, func(s *session.Session) bool { return !s.HealthCheck() })
}

// shared says that clients got no sid of their own, "" where each did.
func (in *Input) shared() string {
	n := 0
	for _, s := range in.Sessions {
		n += len(s.Reused)
	}
	if n == 0 {
		if f := in.Diagnosis.Find("handshake-cached"); f != nil && f.Severity == diagnose.Error {
			return in.S("clients got no session of their own: handshake-cached")
		}
		return ""
	}
	return in.Plural(n, "handshake was answered with the sid of another client: handshake-cached",
		"handshakes were answered with the sid of another client: handshake-cached")
}

// state is a session's transport and the finding that says why: "polling: no-affinity-per-connection".
func (in *Input) state(s *session.Session) string {
	text := s.Transport().String()
	if s.OneWay() {
		text = in.S("not known: only one direction of it is in the capture")
	} else if why := in.untold(s); why != "" {
		return in.S("not known: %s", why)
	}
	if ids := in.Diagnosis.BySession[s]; len(ids) > 0 {
		return in.S("%s: %s", text, ids[0])
	}
	if s.Upgrade == session.UpgradeUnknown {
		return text
	}
	return in.S("%s, upgrade %s", text, s.Upgrade.Word(in.Words))
}

// untold says why it is not known what became of a session that was seen on polling only, "" where it is.
func (in *Input) untold(s *session.Session) string {
	switch {
	case !s.Untold() || len(in.Diagnosis.BySession[s]) > 0:
		return ""
	case s.Dark > 0:
		return in.S("no upgrade was seen, and connections to the same server could not be read")
	case s.Unsaid():
		return in.S("a WebSocket was granted, and the HAR does not have its messages")
	case s.OneWay():
		return in.S("only one direction of it is in the capture")
	}
	return in.S("its polls end, and no WebSocket of it was recorded")
}

func (in *Input) judgeUpgrade(j *Judgement) {
	upgraded, others := 0, in.notChecks()
	for _, s := range in.Sessions {
		c := Case{Session: s}
		if others && s.HealthCheck() {
			c.Skipped, c.Why = true, in.S("a health check opened it, and never used it")
			j.Cases = append(j.Cases, c)
			continue
		}
		switch s.Upgrade {
		case session.UpgradeDirect:
			c.Skipped, c.Why = true, in.S("on WebSocket from the start: there was nothing to upgrade")
		case session.UpgradeDone:
			upgraded++
			took, known := s.UpgradeTime()
			if !known {
				c.Why = in.S("it cannot be told how long the upgrade took: the session's beginning is not in the capture")
				if s.Opened != 0 {
					c.Why = in.S("it cannot be told how long the upgrade took: its upgrade packet is not in the capture")
				}
				break
			}
			c.Took = took
			if c.Met = j.holds(c.Took); !c.Met {
				c.Why = in.S("the upgrade took %s", milliseconds(c.Took))
			}
		case session.UpgradePending:
			c.Why = in.S("the upgrade was under way when the capture ended")
		case session.UpgradeUnknown:
			if c.Why = in.untold(s); c.Why == "" {
				c.Why = in.S("no upgrade was seen, and the session's beginning is not in the capture")
			}
		default:
			c.Why = in.S("it never upgraded (%s)", in.state(s))
		}
		j.Cases = append(j.Cases, c)
	}
	switch n := notMet(j.Cases); {
	case n > 0:
		j.Why = in.S("not so of %d of %s: %s", lang.Amount(n), in.Count(len(j.Cases), "session"), in.unmet(j.Cases))
	case upgraded == 0:
		j.Why = in.S("no upgrade was seen: every session was on WebSocket from the start")
	}
}

// milliseconds is a time to compare with a limit: exact to a millisecond, where people would round.
func milliseconds(ns int64) string {
	return strconv.FormatFloat(float64(ns)/1e6, 'f', -1, 64) + " ms"
}

func (in *Input) judgeNodes(e *Expectation) string {
	n, all := in.nodesSeen()
	switch {
	case n == 0:
		return in.S("it cannot be told: nothing that was seen tells nodes apart")
	case e.atLeast() && e.holds(n):
		return ""
	case !e.atLeast() && !all && e.holds(n):
		return in.S("it cannot be told: of some sessions it is not known which node they were on; known are %d", n)
	case e.holds(n):
		return ""
	}
	return in.S("seen: %d", n)
}

// nodesSeen is how many nodes answered, at least, and whether the node of every session is known.
func (in *Input) nodesSeen() (n int64, all bool) {
	for i := range in.Nodes {
		if in.Nodes[i].Sessions > 0 {
			n++
		}
	}
	all = true
	for _, s := range in.Sessions {
		all = all && s.Node >= 0
	}
	if n <= 1 && slices.ContainsFunc(in.Exchanges, func(e *session.Exchange) bool { return e.WrongNode }) {
		n = 2 // the one that issued the sid, and the one that did not know it
	}
	for i := range in.Experiments {
		if x := &in.Experiments[i]; x.ID == check.Nodes && x.State == check.Done && len(x.Figures) > 0 && x.Result != check.Unknown {
			counted, _ := strconv.ParseInt(x.Figures[0].Value, 10, 32)
			n = max(n, counted)
		}
	}
	return n, all
}

func (in *Input) judgeReconnects(e *Expectation) string {
	if in.logsOnly() {
		return in.S("it cannot be told: a HAR does not say how sessions ended")
	}
	list := in.reconnects()
	if e.holds(int64(len(list))) {
		return ""
	}
	if len(list) == 0 {
		return in.S("seen: none")
	}
	var pairs []string
	for _, r := range list[:min(len(list), expectShown)] {
		pairs = append(pairs, in.S("%s after %s", tidy(in.name(r.again), 80), tidy(in.name(r.lost), 80)))
	}
	return in.S("seen: %d (%s)", len(list), in.enumerate(pairs, len(list)))
}

// logsOnly says whether everything that was seen comes from logs of requests, not from a wire.
func (in *Input) logsOnly() bool {
	for _, c := range in.Conns {
		if c.Hidden&fact.Logged == 0 {
			return false
		}
	}
	return len(in.Conns) > 0
}

func (in *Input) judgeCause(j *Judgement) {
	if c, ok := diagnose.Explain(nil, j.cause); ok && in.logsOnly() && len(c.From) > 0 && !slices.Contains(c.From, diagnose.BrowserLog) {
		j.Why = in.S("it cannot be told: a HAR does not show this cause")
		return
	}
	var found []string
	touched := map[*session.Session]bool{}
	for i := range in.Diagnosis.Findings {
		f := &in.Diagnosis.Findings[i]
		if f.ID != j.cause {
			continue
		}
		found = append(found, in.S("found: %s", in.mask(strings.TrimSuffix(f.Title, "."), maxText)))
		for _, s := range f.Sessions {
			touched[s] = true
		}
	}
	for _, s := range in.Sessions {
		c := Case{Session: s, Met: !touched[s]}
		if !c.Met {
			c.Why = found[0]
		}
		j.Cases = append(j.Cases, c)
	}
	if len(found) == 0 {
		return
	}
	j.Why = found[0]
	if n := notMet(j.Cases); n > 0 {
		j.Why = in.S("%s; %d of %s: %s", found[0], n, in.Count(len(j.Cases), "session"), in.namesOf(j.Cases))
	}
}

func notMet(cases []Case) (n int) {
	for i := range cases {
		if !cases[i].Met && !cases[i].Skipped {
			n++
		}
	}
	return n
}

// expectShown is how many sessions a reason names before it counts the rest.
const expectShown = 5

// unmet names the first cases that fail, each with why.
func (in *Input) unmet(cases []Case) string {
	return in.list(cases, func(c *Case) string { return in.S("%s (%s)", tidy(in.name(c.Session), 80), c.Why) })
}

func (in *Input) namesOf(cases []Case) string {
	return in.list(cases, func(c *Case) string { return tidy(in.name(c.Session), 80) })
}

func (in *Input) list(cases []Case, say func(*Case) string) string {
	var out []string
	for i := range cases {
		if c := &cases[i]; !c.Met && !c.Skipped && len(out) < expectShown {
			out = append(out, say(c))
		}
	}
	return in.enumerate(out, notMet(cases))
}

// enumerate joins what is shown, and counts what is not.
func (in *Input) enumerate(shown []string, all int) string {
	text := in.List(shown)
	if more := all - len(shown); more > 0 {
		return in.S("%s and %d more", text, lang.Amount(more))
	}
	return text
}

// name is what a session is called: its sid, or its number where the capture never shows one.
func (in *Input) name(s *session.Session) string {
	if s.SID != "" {
		return s.SID
	}
	return in.S("(no sid, #%d)", s.Index+1)
}

func nothingSeen(in *Input) string {
	why := in.S("no Socket.IO session was seen")
	if n := len(in.Refused); n > 0 {
		why = in.S("%s; %s", why, in.Plural(n, "handshake was refused", "handshakes were refused"))
	}
	if n := in.Stats.Encrypted; n > 0 {
		why = in.S("%s; %s", why, in.Plural(int(n), "connection was encrypted and could not be read", "connections were encrypted and could not be read"))
	}
	if text := in.Aborted(in.Words); text != "" {
		why = in.S("%s; %s", why, text)
	}
	if ports := in.RefusedPorts(in.Words); ports != "" {
		why = in.S("%s; %s", why, ports)
	}
	if cut := in.cutShort(); cut != "" {
		why = in.S("%s; %s", why, cut)
	}
	return why
}
