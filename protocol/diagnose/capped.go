package diagnose

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"sioscope/protocol/session"
)

// Something in the path that ends a connection counts either from its last byte or from its first. Where the time since
// the last message is the same at every end, it is a time-out of silence (idleTimeout); where the age is, while messages
// went on, it is a cap.

// An aged is a WebSocket that was ended from the server's side, or reset, and how old it was, from when it was asked for or
// its connection was opened.
type aged struct {
	s            *session.Session
	conn         *session.Conn
	age, silence int64
	unused       bool // see cut
}

const (
	leastAge    = 1e9 // ns: what ends sooner is no cap on anything
	shortAge    = 5e9 // ns: what ends sooner ends for many reasons, of which most must be this one
	leastCapped = 3   // sessions: fewer may be alike by chance
	leastShort  = 6   // sessions of a short age
)

// connectionCapped finds WebSockets that were ended at the same age, whatever was said on them.
func connectionCapped(p *picture) {
	list := agedCuts(p)
	group := sameAge(slices.Clone(list[:min(len(list), comparable)]))
	opened := sinceOpened(list)
	g := sameAge(slices.Clone(opened[:min(len(opened), comparable)]))
	byConn := len(g) > len(group) || len(g) > 0 && len(g) == len(group) && g[len(g)-1].age-g[0].age < group[len(group)-1].age-group[0].age
	if byConn {
		list, group = opened, g
	}
	if len(group) == 0 {
		group = p.platformCap(list[:min(len(list), comparable)])
	} else if len(list) > comparable {
		youngest, oldest := group[0].age, group[len(group)-1].age
		group = slices.DeleteFunc(list, func(c aged) bool { return c.age < youngest || c.age > oldest })
	}
	if len(group) == 0 {
		return
	}
	sure := len(group) >= leastCapped && roundLength(group[0].age)
	var sessions []*session.Session
	var ev []Evidence
	for _, c := range group {
		sessions = append(sessions, c.s)
		p.ended[c.s] = true
		if len(ev) < maxEvidence {
			ev = append(ev, Evidence{Time: c.s.Closed, Conn: c.conn, Text: p.endedAt(c, byConn)})
		}
	}
	f := Finding{
		ID: "connection-capped", Severity: Warning, Confidence: "possible", Title: p.S("WebSockets are ended at the age of %s, whatever is said on them", p.span(group[0].age)),
		Explanation: p.S("The connections were cut when they were %s old, each at another moment, while messages went on. Something in the path lets no connection live longer: a balancer or platform whose time-out counts from the request (Google's load balancer, Cloud Run, API gateways), or a proxy's limit. Clients come back with new sessions; what was sent meanwhile is lost.", p.span(group[0].age)),
		Sessions:    sessions, Evidence: ev,
		RuledOut: []string{
			p.S("idle time-out: the time since the last message differs, or a message had just come"),
			p.S("node or balancer restarted: the sessions did not end together"),
		},
		Fixes: p.order(capFixes(p.Words)...),
	}
	if sure {
		f.Confidence = "likely"
	}
	f.WouldTell = p.S("A capture on the node's side: whether the node closes too, as an application that limits its sessions does. Or more sessions, with more or less traffic: whether they end at the same age.")
	p.add(f)
}

func (p *picture) endedAt(c aged, byConn bool) string {
	if byConn {
		return p.S("%s: closed by the %s %s after its connection was opened, and %s after its last message", c.s.SID, p.side(c.s.Close.By), p.span(c.age), p.span(c.silence))
	}
	return p.S("%s: closed by the %s %s after its WebSocket was asked for, and %s after its last message", c.s.SID, p.side(c.s.Close.By), p.span(c.age), p.span(c.silence))
}

// sinceOpened are the cuts whose connection was seen to be opened, with the age of that.
func sinceOpened(list []aged) []aged {
	var out []aged
	for _, c := range list {
		if c.conn.SYN && c.conn.Opened != 0 {
			c.age = c.s.Closed - c.conn.Opened
			out = append(out, c)
		}
	}
	return out
}

func agedCuts(p *picture) []aged {
	unused := map[*session.Session]bool{}
	for _, c := range idleCuts(p) {
		unused[c.s] = c.unused
	}
	var out []aged
	for _, s := range p.t.Sessions {
		if s.Closed == 0 || p.ended[s] || p.past.elsewhere(s, "connection-capped") || s.Transport() != session.WebSocket || !s.CutWithoutClose && !(s.CloseCode == 1001 && s.Close.By == "server") {
			continue
		}
		c := socketOf(s)
		if c == nil || c.Gaps > 0 || s.Close.By == "client" && !c.Reset {
			continue
		}
		age := s.Closed - c.WebSocket.Start
		if c.WebSocket.Start == 0 || age < leastAge {
			continue
		}
		out = append(out, aged{s, c, age, s.Closed - max(c.LastMessage[0], c.LastMessage[1]), unused[s]})
	}
	return out
}

// sameAge is the largest group of one age that are no time-outs of silence and did not end together.
func sameAge(list []aged) []aged {
	slices.SortStableFunc(list, func(a, b aged) int { return cmp.Compare(a.age, b.age) })
	var best []aged
	for from, to := 0, 0; to < len(list); to++ {
		for list[to].age-list[from].age > nearAge(list[from].age) {
			from++
		}
		if g := list[from : to+1]; len(g) > len(best) && enough(g, list) && spreadOut(g) && !silent(g) {
			best = g
		}
	}
	return best
}

func nearAge(age int64) int64 { return max(min(500e6, age/10), age/100) }

// enough says whether so many of one age are no chance: of a short age most must be, and the age one that is configured.
func enough(g, all []aged) bool {
	if g[0].age >= shortAge {
		return len(g) >= leastCapped
	}
	return len(g) >= leastShort && 3*len(g) >= 2*len(all) && roundLength(g[0].age)
}

// spreadOut says whether the ends are further apart than the ages are: then it is not one moment that they have in common.
func spreadOut(g []aged) bool {
	first, last := g[0].s.Closed, g[0].s.Closed
	for _, c := range g {
		first, last = min(first, c.s.Closed), max(last, c.s.Closed)
	}
	return last-first > 2*nearAge(g[0].age)
}

// silent says whether a time-out of silence explains the ends as well: nothing was said on any since it was opened, or all
// came after the same silence, and the silence is not the less round of the two.
func silent(g []aged) bool {
	if !slices.ContainsFunc(g, func(c aged) bool { return !c.unused }) {
		return true
	}
	least, most := g[0].silence, g[0].silence
	for _, c := range g {
		least, most = min(least, c.silence), max(most, c.silence)
	}
	if least < 1e9 || float64(most-least) > max(200e6, 0.02*float64(least)) {
		return false
	}
	return roundSeconds(least) || !roundLength(g[0].age)
}

// roundLength says whether a length is one that people configure: whole seconds, from half a minute on steps of five,
// from five minutes on of thirty.
func roundLength(ns int64) bool {
	step := 1e9
	switch {
	case ns >= 300e9:
		step = 30e9
	case ns >= 30e9:
		step = 5e9
	}
	off := math.Abs(float64(ns) - math.Round(float64(ns)/step)*step)
	return off < max(50e6, min(0.004*float64(ns), 3e9))
}

// platformCap is one end alone, at an age that a platform in the path is known to end connections at.
func (p *picture) platformCap(list []aged) []aged {
	if !slices.ContainsFunc(p.hops, func(h Hop) bool { return strings.Contains(h.Name, "Google") }) {
		return nil
	}
	for _, c := range list {
		for _, s := range [...]int64{30, 300, 3600} {
			if d := c.age - s*1e9; d > -500e6 && d < 1500e6 && c.silence < c.age/4 && endedAlone(list, c) {
				return []aged{c}
			}
		}
	}
	return nil
}

// endedAlone says whether nothing else ended within a second.
func endedAlone(list []aged, c aged) bool {
	for _, o := range list {
		if d := o.s.Closed - c.s.Closed; o.s != c.s && d > -1e9 && d < 1e9 {
			return false
		}
	}
	return true
}
