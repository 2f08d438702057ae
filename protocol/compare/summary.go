package compare

import (
	"slices"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
)

// summary says in a sentence which side is on WebSocket, which is not, and which difference explains it.
func (c *comparison) summary() {
	a, b := c.a, c.b
	switch ra, rb := a.standing(), b.standing(); {
	case ra == unseen || rb == unseen:
		c.Summary = c.unseen()
	case ra == well && rb == well:
		c.Summary = c.bothWell()
	case ra == well:
		c.Summary = c.oneWell(a, b)
	case rb == well:
		c.Summary = c.oneWell(b, a)
	default:
		c.Summary = c.neither()
	}
}

// A standing is how a side is, in the sense of its verdict.
type standing uint8

const (
	unseen  standing = iota // no session, nothing refused
	failing                 // sessions break, or do not come about
	polling
	mixed
	faulty // on WebSocket, and an error touches it
	well
)

func (f *facts) standing() standing {
	v := f.Diagnosis.Verdict
	switch v.State {
	case diagnose.StateFailing:
		return failing
	case diagnose.StatePolling:
		return polling
	case diagnose.StateMixed:
		return mixed
	case diagnose.StateWebSocket:
		if v.Healthy {
			return well
		}
		return faulty
	}
	if v.Lead != "" { // the requests that would open one are held back
		return failing
	}
	return unseen
}

func (c *comparison) unseen() string {
	switch {
	case c.a.standing() == c.b.standing():
		c.WouldTell = wouldShow(c.a)
		if c.a.Diagnosis.Verdict.State == diagnose.StateUnknown || c.b.Diagnosis.Verdict.State == diagnose.StateUnknown {
			return c.S("Of neither side it can be told what its sessions did, so there is nothing to compare.")
		}
		return c.S("Neither side shows a Socket.IO session, so there is nothing to compare.")
	case c.a.standing() == unseen:
		return c.oneUnseen(c.a, c.b)
	}
	return c.oneUnseen(c.b, c.a)
}

func (c *comparison) oneUnseen(x, o *facts) string {
	c.WouldTell = wouldShow(x)
	if x.Diagnosis.Verdict.State == diagnose.StateUnknown {
		return c.S("It cannot be told what the sessions of %s did, for most of it is encrypted, so there is nothing to compare; %s.", x.Name, o.stands())
	}
	if n := x.Tracker.Stats.Encrypted; n > 0 {
		return c.S("%s shows no Socket.IO session (%s encrypted %s), so there is nothing to compare; %s.", x.Name, c.Count(int(n), "connection"), x.Tracker.Undecrypted(c.Words), o.stands())
	}
	return c.S("%s shows no Socket.IO session, so there is nothing to compare; %s.", x.Name, o.stands())
}

// wouldShow says how to get a side's sessions to be seen.
func wouldShow(x *facts) string {
	if x.Tracker.Stats.Encrypted > 0 {
		return x.S("The keys of %s (--keylog), a capture of it between the balancer and the nodes, where the traffic is plain, or a HAR of the browser.", x.Name)
	}
	return x.S("A capture of %s that begins before a client connects.", x.Name)
}

// stands says how a side is: "A is on WebSocket", "on B sessions break".
func (f *facts) stands() string {
	c := f.Diagnosis.Census
	switch f.standing() {
	case well:
		return f.S("%s is on WebSocket", f.Name)
	case faulty:
		return f.S("%s is on WebSocket with a fault", f.Name)
	case mixed:
		return f.S("%s is on WebSocket only in part (%d of %s)", f.Name, lang.Amount(c.WebSocket), f.Count(c.Sessions, "session"))
	case polling:
		return f.S("%s is on polling", f.Name)
	case failing:
		switch c.Sessions {
		case 0:
			if c.Refusals == 0 {
				return f.S("on %s no session comes about", f.Name)
			}
			return f.S("on %s no session comes about (%s refused)", f.Name, f.Count(c.Refusals, "handshake"))
		case c.Unused:
			return f.S("on %s sessions are opened and never used", f.Name)
		case c.TurnedAway:
			return f.S("on %s clients are let into no namespace", f.Name)
		}
		return f.S("on %s sessions break", f.Name)
	}
	return f.S("%s shows no session", f.Name)
}

// falls says the same beside a side that is on WebSocket.
func (f *facts) falls() string {
	c := f.Diagnosis.Census
	switch f.standing() {
	case polling:
		return f.S("%s is not", f.Name)
	case faulty:
		return f.S("%s too, but with a fault", f.Name)
	case mixed:
		return f.S("%s only in part (%d of %s)", f.Name, lang.Amount(c.WebSocket), f.Count(c.Sessions, "session"))
	}
	return f.stands()
}

func (c *comparison) oneWell(o, x *facts) string {
	text := c.S("%s is on WebSocket, %s", o.Name, x.falls())
	lead := c.lead(x)
	if lead == nil {
		cause := strings.TrimSuffix(x.Diagnosis.Verdict.Reason(), c.S("."))
		if x.Diagnosis.Verdict.Lead == "" && x.standing() == polling && len(c.Explains) > 0 {
			cause = "" // it names what ended sessions besides, which is explained below
		}
		c.WouldTell = c.S("A longer capture of %s, from before a client connects until after its upgrade.", x.Name)
		if f := x.finding(x.Diagnosis.Verdict.Lead); f != nil && cause != "" { // o has it too, and is well all the same
			c.WouldTell = f.WouldTell
			return c.S("%s: %s; %s has that too and is on WebSocket all the same, so no difference explains it.", text, x.lowerThe(cause), o.Name)
		}
		if cause == "" {
			return c.besides(c.S("%s, and nothing that was seen tells why.", text), x, nil)
		}
		return c.S("%s: %s; nothing that was seen tells more.", text, x.lowerThe(cause))
	}
	f := x.finding(lead.Finding)
	if lead.Confidence != "certain" {
		c.WouldTell = f.WouldTell
	}
	return c.besides(c.joined(text, lead), x, lead)
}

// joined is a clause with what explains it, and how sure that is.
func (c *comparison) joined(text string, e *Explanation) string {
	switch e.Confidence {
	case "likely":
		return c.S("%s, most likely because %s.", text, e.clause)
	case "possible":
		return c.S("%s, possibly because %s.", text, e.clause)
	}
	return c.S("%s: %s.", text, e.clause)
}

// besides tells after a text how many more faults of x are explained below.
func (c *comparison) besides(text string, x *facts, lead *Explanation) string {
	n := 0
	for i := range c.Explains {
		e := &c.Explains[i]
		if e != lead && c.side(e) == x {
			n++
		}
	}
	switch n {
	case 0:
		return text
	case 1:
		return c.S("%s One more fault differs, see below.", text)
	}
	return c.S("%s %d more faults differ, see below.", text, n)
}

func (c *comparison) side(e *Explanation) *facts {
	if e.B {
		return c.b
	}
	return c.a
}

// endings are findings that tell why sessions end, and not why one stays on polling.
var endings = []string{"idle-timeout", "node-restarted", "payload-too-large", "poll-cut-short", "poll-overlap", "server-stalled", "session-expired", "session-lost"}

// lead is the explanation of a side's own verdict, or of another of its faults; nil where the other side has them all.
func (c *comparison) lead(x *facts) *Explanation {
	var first *Explanation
	for i := range c.Explains {
		e := &c.Explains[i]
		switch {
		case c.side(e) != x, x.standing() == polling && slices.Contains(endings, e.Finding):
		case e.Finding == x.Diagnosis.Verdict.Lead:
			return e
		case first == nil && (e.Severity == diagnose.Error || x.standing() == polling):
			first = e
		}
	}
	return first
}

const namedInSummary = 5 // properties

func (c *comparison) bothWell() string {
	var names []string
	for _, r := range c.Rows {
		if r.Same == Different {
			names = append(names, r.Name)
		}
	}
	switch n := len(names); {
	case n == 0:
		if lone := c.count(Unknown); lone > 0 {
			return c.S("Both are on WebSocket, and nothing that both sides show differs; %s shown by one side only.", c.Plural(lone, "property is", "properties are"))
		}
		return c.S("Both are on WebSocket, and nothing that was seen differs.")
	case n > namedInSummary:
		names = append(names[:namedInSummary-1], c.S("%d more", lang.Amount(n-namedInSummary+1)))
	}
	return c.S("Both are on WebSocket; what differs does not matter to the transport: %s.", c.Clauses(names))
}

// neither compares two sides that both have a fault.
func (c *comparison) neither() string {
	a, b := c.a, c.b
	la, lb := a.Diagnosis.Verdict.Lead, b.Diagnosis.Verdict.Lead
	head := c.S("Neither is on WebSocket")
	if a.standing() >= mixed || b.standing() >= mixed {
		head = c.S("%s, %s", upperOn(a.stands()), b.stands())
	}
	switch {
	case la != "" && la == lb && a.Diagnosis.Verdict.Reason() == b.Diagnosis.Verdict.Reason():
		return c.S("%s, for the same reason: %s", head, a.lowerThe(a.Diagnosis.Verdict.Reason()))
	case la != "" && la == lb:
		return c.S("%s, and both have the finding %s. %s %s", head, la, c.reason(a), c.reason(b))
	case la == "" && lb == "":
		return c.S("%s, and nothing that was seen tells why.", head)
	}
	return c.S("%s, for different reasons. %s %s", head, c.reason(a), c.reason(b))
}

// upperOn begins a sentence with "On"; names stay as the user wrote them.
func upperOn(s string) string {
	if rest, ok := strings.CutPrefix(s, "on "); ok {
		return "On " + rest
	}
	return s
}

func (c *comparison) reason(x *facts) string {
	cause := x.Diagnosis.Verdict.Cause
	if cause == "" {
		cause = c.S("Nothing that was seen tells why.")
	}
	return c.S("%s: %s", x.Name, cause)
}

// count is how many rows are alike in that way.
func (c *comparison) count(l Likeness) int {
	n := 0
	for _, r := range c.Rows {
		if r.Same == l {
			n++
		}
	}
	return n
}
