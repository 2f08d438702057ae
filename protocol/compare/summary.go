package compare

import (
	"fmt"
	"slices"
	"strings"

	"sioscope/protocol/diagnose"
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
		return "Neither side shows a Socket.IO session, so there is nothing to compare."
	case c.a.standing() == unseen:
		return c.oneUnseen(c.a, c.b)
	}
	return c.oneUnseen(c.b, c.a)
}

func (c *comparison) oneUnseen(x, o *facts) string {
	c.WouldTell = wouldShow(x)
	why := ""
	if n := x.Tracker.Stats.Encrypted; n > 0 {
		why = fmt.Sprintf(" (%s encrypted %s)", count(int(n), "connection"), x.Tracker.Undecrypted(nil))
	}
	return fmt.Sprintf("%s shows no Socket.IO session%s, so there is nothing to compare; %s.", x.Name, why, o.stands())
}

// wouldShow says how to get a side's sessions to be seen.
func wouldShow(x *facts) string {
	if x.Tracker.Stats.Encrypted > 0 {
		return fmt.Sprintf("The keys of %s (--keylog), a capture of it between the balancer and the nodes, where the traffic is plain, or a HAR of the browser.", x.Name)
	}
	return fmt.Sprintf("A capture of %s that begins before a client connects.", x.Name)
}

// stands says how a side is: "A is on WebSocket", "on B sessions break".
func (f *facts) stands() string {
	c := f.Diagnosis.Census
	switch f.standing() {
	case well:
		return f.Name + " is on WebSocket"
	case faulty:
		return f.Name + " is on WebSocket with a fault"
	case mixed:
		return fmt.Sprintf("%s is on WebSocket only in part (%d of %s)", f.Name, c.WebSocket, count(c.Sessions, "session"))
	case polling:
		return f.Name + " is on polling"
	case failing:
		switch c.Sessions {
		case 0:
			if c.Refusals == 0 {
				return "on " + f.Name + " no session comes about"
			}
			return fmt.Sprintf("on %s no session comes about (%s refused)", f.Name, count(c.Refusals, "handshake"))
		case c.Unused:
			return "on " + f.Name + " sessions are opened and never used"
		case c.TurnedAway:
			return "on " + f.Name + " clients are let into no namespace"
		}
		return "on " + f.Name + " sessions break"
	}
	return f.Name + " shows no session"
}

// falls says the same beside a side that is on WebSocket.
func (f *facts) falls() string {
	c := f.Diagnosis.Census
	switch f.standing() {
	case polling:
		return f.Name + " is not"
	case faulty:
		return f.Name + " too, but with a fault"
	case mixed:
		return fmt.Sprintf("%s only in part (%d of %s)", f.Name, c.WebSocket, count(c.Sessions, "session"))
	}
	return f.stands()
}

func (c *comparison) oneWell(o, x *facts) string {
	text := o.Name + " is on WebSocket, " + x.falls()
	lead := c.lead(x)
	if lead == nil {
		cause := strings.TrimSuffix(x.Diagnosis.Verdict.Cause, ".")
		if x.Diagnosis.Verdict.Lead == "" && x.standing() == polling && len(c.Explains) > 0 {
			cause = "" // it names what ended sessions besides, which is explained below
		}
		c.WouldTell = fmt.Sprintf("A longer capture of %s, from before a client connects until after its upgrade.", x.Name)
		if f := x.finding(x.Diagnosis.Verdict.Lead); f != nil && cause != "" { // o has it too, and is well all the same
			c.WouldTell = f.WouldTell
			return text + ": " + lowerThe(cause) + "; " + o.Name + " has that too and is on WebSocket all the same, so no difference explains it."
		}
		if cause == "" {
			return text + ", and nothing that was seen tells why." + c.besides(x, nil)
		}
		return text + ": " + lowerThe(cause) + "; nothing that was seen tells more."
	}
	f := x.finding(lead.Finding)
	if lead.Confidence != "certain" {
		c.WouldTell = f.WouldTell
	}
	return text + joined(lead) + c.besides(x, lead)
}

// joined is an explanation after a clause, with how sure it is.
func joined(e *Explanation) string {
	switch e.Confidence {
	case "likely":
		return ", most likely because " + e.clause + "."
	case "possible":
		return ", possibly because " + e.clause + "."
	}
	return ": " + e.clause + "."
}

// besides tells how many more faults of x are explained below.
func (c *comparison) besides(x *facts, lead *Explanation) string {
	n := 0
	for i := range c.Explains {
		e := &c.Explains[i]
		if e != lead && c.side(e) == x {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return " One more fault differs, see below."
	}
	return fmt.Sprintf(" %d more faults differ, see below.", n)
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
			return fmt.Sprintf("Both are on WebSocket, and nothing that both sides show differs; %s shown by one side only.", areShown(lone))
		}
		return "Both are on WebSocket, and nothing that was seen differs."
	case n > namedInSummary:
		names = append(names[:namedInSummary-1], fmt.Sprintf("%d more", n-namedInSummary+1))
	}
	return "Both are on WebSocket; what differs does not matter to the transport: " + strings.Join(names, "; ") + "."
}

// neither compares two sides that both have a fault.
func (c *comparison) neither() string {
	a, b := c.a, c.b
	la, lb := a.Diagnosis.Verdict.Lead, b.Diagnosis.Verdict.Lead
	head := "Neither is on WebSocket"
	if a.standing() >= mixed || b.standing() >= mixed {
		head = upperOn(a.stands()) + ", " + b.stands()
	}
	switch {
	case la != "" && la == lb && a.Diagnosis.Verdict.Cause == b.Diagnosis.Verdict.Cause:
		return head + ", for the same reason: " + lowerThe(a.Diagnosis.Verdict.Cause)
	case la != "" && la == lb:
		return head + ", and both have the finding " + la + ". " + c.reason(a) + " " + c.reason(b)
	case la == "" && lb == "":
		return head + ", and nothing that was seen tells why."
	}
	return head + ", for different reasons. " + c.reason(a) + " " + c.reason(b)
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
		cause = "Nothing that was seen tells why."
	}
	return x.Name + ": " + cause
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

func areShown(n int) string {
	if n == 1 {
		return "1 property is"
	}
	return fmt.Sprintf("%d properties are", n)
}
