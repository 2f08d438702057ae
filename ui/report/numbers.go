package report

import (
	"slices"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/protocol/stats"
)

// A number is a line of the section Numbers.
type number struct{ name, text string }

// numbers prints what many sessions come to, where there are several.
func (p *printer) numbers() {
	n := stats.Of(p.in.Tracker, p.in.Trial)
	if !n.Worth() {
		return
	}
	list := p.in.numbers(&n)
	heading := p.in.S("Numbers")
	if p.in.Freed.Sessions > 0 {
		heading = p.in.S("Numbers of the latest %d sessions", lang.Amount(len(p.in.Sessions)))
	}
	p.heading(heading)
	wide := 0
	for _, l := range list {
		wide = max(wide, textWidth(l.name))
	}
	for _, l := range list {
		lead := "  " + l.name + strings.Repeat(" ", wide-textWidth(l.name)) + "  "
		p.hang(lead, p.say(l.text))
	}
}

// numbers says the numbers that were had, a line each.
func (in *Input) numbers(n *stats.Numbers) []number {
	var out []number
	say := func(name, text string) {
		if text != "" {
			out = append(out, number{name, text})
		}
	}
	say(in.S("Time to upgrade"), in.upgradeTimes(n))
	say(in.S("On WebSocket"), in.S("%d of %d", lang.Amount(n.All.WebSocket), lang.Amount(n.All.Sessions)))
	if len(n.Clients) > 1 || len(n.Clients) == 1 && n.Clients[0].Name != "" {
		say(in.S("by client"), in.groups(n.Clients, in.S("no User-Agent")))
	}
	if len(n.Nodes) > 1 {
		say(in.S("by node"), in.groups(n.Nodes, in.S("unknown node")))
		say(in.S("Node balance"), in.balance(n))
	}
	say(in.S("Lifetimes"), in.lifetimes(n))
	for _, k := range n.Peaks {
		say(in.S("Peak"), in.peak(k))
	}
	say(in.S("Heartbeats"), in.heartbeats(n))
	say(in.S("Handshakes"), in.handshakes(n))
	say(in.S("Largest message"), in.largest(n))
	return out
}

func (in *Input) upgradeTimes(n *stats.Numbers) string {
	u := n.Upgrade
	switch {
	case u.N == 0:
		return ""
	case u.N < 10: // too few for a share of them to be a number of its own
		return in.S("%s: %s", in.Count(u.N, "session"), in.between(u))
	}
	return in.S("%s: %s, nine of ten within %s, 99 of 100 within %s", in.Count(u.N, "session"), in.between(u), duration(u.P90), duration(u.P99))
}

func (in *Input) between(s stats.Spread) string {
	least, most := duration(s.Min), duration(s.Max)
	if least == most {
		return least
	}
	return in.S("from %s to %s, median %s", least, most, duration(s.Median))
}

// maxNumbers is how many groups are listed.
const maxNumbers = 8

func (in *Input) groups(list []stats.Group, nameless string) string {
	var parts []string
	for i, g := range list {
		if i == maxNumbers {
			parts = append(parts, in.S("%d more", lang.Amount(len(list)-i)))
			break
		}
		name := g.Name
		if name == "" {
			name = nameless
		}
		parts = append(parts, in.S("%s %d of %d", name, lang.Amount(g.WebSocket), lang.Amount(g.Sessions)))
	}
	return strings.Join(parts, " · ")
}

// balance says what share of the sessions the fullest and the emptiest of the known nodes have, where it is certain which
// node a session is on.
func (in *Input) balance(n *stats.Numbers) string {
	if slices.ContainsFunc(in.Nodes, func(n session.Node) bool { return n.Sessions > 0 && n.Confidence != session.Certain }) {
		return ""
	}
	var least, most *stats.Group
	known, all := 0, 0
	for i := range n.Nodes {
		g := &n.Nodes[i]
		if g.Name == "" {
			continue
		}
		known, all = known+1, all+g.Sessions
		if most == nil || g.Sessions > most.Sessions {
			most = g
		}
		if least == nil || g.Sessions < least.Sessions {
			least = g
		}
	}
	switch {
	case known < 2 || all < 3*known: // chance alone makes few sessions uneven
		return ""
	case most.Sessions == least.Sessions:
		return in.S("even: %s on each of %s", in.Count(most.Sessions, "session"), in.Count(known, "node"))
	}
	return in.S("%s has %d %% of the sessions, %s has %d %%; even would be %d %%", most.Name, percent(most.Sessions, all), least.Name, percent(least.Sessions, all), percent(1, known))
}

func percent(n, all int) int { return (200*n + all) / (2 * all) }

func (in *Input) lifetimes(n *stats.Numbers) string {
	ended := 0
	var by []string
	for _, s := range n.Ended {
		ended += s.Sessions
		by = append(by, in.S("%s %d", in.closer(s.Name), lang.Amount(s.Sessions)))
	}
	if ended == 0 {
		return ""
	}
	text := in.S("%s ended, closed first by: %s", in.Count(ended, "session"), in.List(by))
	if l := n.Lifetimes; l.N > 0 {
		text = in.S("%s; %s", text, in.between(l))
	}
	return text
}

func (in *Input) closer(by string) string {
	switch by {
	case "client":
		return in.S("the client")
	case "server":
		return in.S("the server's side")
	case "network":
		return in.S("the network")
	}
	return in.S("not known")
}

func (in *Input) peak(k stats.Peak) string {
	text := in.S("%s ended %s after they were opened, within %s of each other", in.Count(k.Sessions, "session"), duration(k.Length), duration(k.Width))
	if k.Since == stats.SinceMessage {
		text = in.S("%s ended %s after their last message, within %s of each other", in.Count(k.Sessions, "session"), duration(k.Length), duration(k.Width))
	}
	text = in.S("%s; %s", text, in.S("closed first by: %s", in.closer(k.By)))
	if k.Usual > 0 {
		text = in.S("%s; %s", text, in.S("%d s is a usual time-out", k.Usual))
	}
	return text
}

// heartbeats says how long sessions went without one, and which node was the slowest where nodes differ.
func (in *Input) heartbeats(n *stats.Numbers) string {
	all := n.All.PingGap
	if all.N == 0 {
		return ""
	}
	text := in.S("longest gap of a session: median %s, at most %s", duration(all.Median), duration(all.Max))
	for _, g := range slow(n.Nodes) {
		text = in.S("%s; %s", text, in.S("node %s: median %s", g.Name, duration(g.PingGap.Median)))
	}
	for _, g := range slow(n.Clients) {
		text = in.S("%s; %s", text, in.S("%s: median %s", g.Name, duration(g.PingGap.Median)))
	}
	return text
}

// slow are the groups whose heartbeats take half as long again as those of the quickest, or longer.
func slow(list []stats.Group) []stats.Group {
	quickest := int64(0)
	for _, g := range list {
		if m := g.PingGap.Median; g.PingGap.N > 1 && (quickest == 0 || m < quickest) {
			quickest = m
		}
	}
	var out []stats.Group
	for _, g := range list {
		if g.Name != "" && g.PingGap.N > 1 && g.PingGap.Median > quickest*3/2 {
			out = append(out, g)
		}
	}
	return out
}

func (in *Input) handshakes(n *stats.Numbers) string {
	h := n.Handshakes
	if h.All == 0 {
		return ""
	}
	parts := []string{lang.Number(int64(h.All))}
	if h.Refused > 0 {
		parts = append(parts, in.S("%d of them refused", lang.Amount(h.Refused)))
	}
	if h.Retried > 0 {
		parts = append(parts, in.S("%d of them within 10 s after the last session of the same client had ended, or was refused", lang.Amount(h.Retried)))
	}
	return in.List(parts)
}

func (in *Input) largest(n *stats.Numbers) string {
	out, back := n.Largest[fact.Out], n.Largest[fact.In]
	if out.Bytes == 0 && back.Bytes == 0 {
		return ""
	}
	text := in.S("to the server %s, from the server %s", bytesText(out.Bytes), bytesText(back.Bytes))
	if out.Limit > 0 {
		text = in.S("to the server %s of %s that it takes (maxPayload), from the server %s", bytesText(out.Bytes), bytesText(out.Limit), bytesText(back.Bytes))
	}
	return text
}
