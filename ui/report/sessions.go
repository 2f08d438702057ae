package report

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// sessions prints a line per session, trouble first where there are too many for all.
func (p *printer) sessions() {
	list := p.in.Sessions
	if len(list) == 0 {
		return
	}
	p.heading(p.in.S("Sessions (%s), times since %s UTC, counts in/out", p.in.listed(), time.Unix(0, p.in.First).UTC().Format("2006-01-02 15:04:05.000")))
	shown := p.in.shown(p.opt.All)
	p.table(p.sessionColumns(shown))
	if n := p.in.offeredWebTransport(); n > 0 {
		p.hang("  "+p.paint(yellow, "!")+" ", p.in.S("WebTransport was offered to %s: it goes over QUIC (HTTP/3), which is not decoded.", p.in.Count(n, "session")))
	}
	if left := len(list) - len(shown); left > 0 {
		p.hang("  "+p.paint(yellow, "!")+" ", p.in.S("%s with less trouble; --all lists every one.", p.in.Count(left, "more session")))
	}
}

// listed says how many sessions there are, and of how many of them more is known than that.
func (in *Input) listed() string {
	if in.Freed.Sessions > 0 {
		return in.S("the latest %d of %d", lang.Amount(len(in.Sessions)), lang.Amount(in.AllSessions()))
	}
	return fmt.Sprint(len(in.Sessions))
}

// offeredWebTransport counts the sessions that may move to where they cannot be followed.
func (in *Input) offeredWebTransport() int {
	n := 0
	for _, s := range in.Sessions {
		if slices.Contains(s.Open.Upgrades, "webtransport") {
			n++
		}
	}
	return n
}

// shown are the sessions a text report lists: all of them up to a number, and above it those with most trouble.
func (in *Input) shown(all bool) []*session.Session {
	if all || len(in.Sessions) <= maxSessions {
		return in.Sessions
	}
	trouble := in.trouble()
	list := append([]*session.Session(nil), in.Sessions...)
	sort.SliceStable(list, func(i, j int) bool { return trouble(list[i]) < trouble(list[j]) })
	return list[:maxSessions]
}

// trouble ranks sessions: with an error, with a warning, not on WebSocket, with a remark, in order.
func (in *Input) trouble() func(*session.Session) int {
	worst := make(map[*session.Session]diagnose.Severity)
	for _, f := range slices.Concat(in.Diagnosis.Findings, in.Diagnosis.Former) {
		for _, s := range f.Sessions {
			if w, ok := worst[s]; !ok || f.Severity < w {
				worst[s] = f.Severity
			}
		}
	}
	return func(s *session.Session) int {
		w, ok := worst[s]
		switch {
		case ok && w == diagnose.Error:
			return 0
		case ok && w == diagnose.Warning:
			return 1
		case s.Transport() != session.WebSocket:
			return 2
		case ok:
			return 3
		}
		return 4
	}
}

func (p *printer) sessionColumns(list []*session.Session) []column {
	trouble := p.in.trouble()
	number := p.findingNumbers()
	col := func(head string, cell func(*session.Session) string) column {
		c := column{head: head}
		for _, s := range list {
			c.cells = append(c.cells, cell(s))
		}
		return c
	}
	sid := col("sid", func(s *session.Session) string { return p.show(p.in.name(s)) })
	transport := col(p.in.S("transport"), func(s *session.Session) string { return s.Transport().String() })
	transport.paint = func(row int) style { return transportStyle(list[row].Transport()) }
	upgrade := col(p.in.S("upgrade"), func(s *session.Session) string { return p.show(p.in.upgradeText(s)) })
	upgrade.paint = func(row int) style { return upgradeStyle(list[row].Upgrade) }
	eio := col("EIO", func(s *session.Session) string { return known(s.EIO) })
	eio.right, eio.drop = true, 4
	node := col(p.in.S("node"), func(s *session.Session) string { return p.nodeText(s.Node) })
	node.drop = 8
	client := col(p.in.S("client"), func(s *session.Session) string { return clientText(s) })
	client.drop = 1
	opened := col(p.in.S("opened"), func(s *session.Session) string { return p.openedText(s) })
	opened.right, opened.drop = true, 6
	took := col(p.in.S("duration"), func(s *session.Session) string { return p.show(duration(s.Lasted())) })
	took.right, took.drop = true, 7
	packets := col(p.in.S("packets"), func(s *session.Session) string { return inOut(s.Packets) })
	packets.right, packets.drop = true, 5
	events := col(p.in.S("events"), func(s *session.Session) string { return inOut(s.Events) })
	events.right, events.drop = true, 9
	finding := col(p.in.S("finding"), func(s *session.Session) string { return strings.Join(p.in.Diagnosis.BySession[s], ", ") })
	finding.drop = 2
	closed := col(p.in.S("closed by"), func(s *session.Session) string { return p.show(session.Side(p.in.Words, s.Close.By)) })
	closed.drop = 3
	for _, s := range list {
		finding.short = append(finding.short, numbers(p.in.Diagnosis.BySession[s], number))
	}
	finding.paint = func(row int) style { return troubleStyle(trouble(list[row])) }
	return []column{sid, transport, upgrade, eio, node, client, opened, took, packets, events, closed, finding}
}

// findingNumbers numbers the findings as the list of findings does.
func (p *printer) findingNumbers() map[string]int {
	n := make(map[string]int)
	for i, f := range p.in.Diagnosis.Findings {
		if n[f.ID] == 0 {
			n[f.ID] = i + 1
		}
	}
	return n
}

func numbers(ids []string, number map[string]int) string {
	var out []string
	for _, id := range ids {
		out = append(out, "["+strconv.Itoa(number[id])+"]")
	}
	return strings.Join(out, " ")
}

func known(n int) string {
	if n == 0 {
		return "?"
	}
	return strconv.Itoa(n)
}

func inOut(n [2]int64) string {
	return lang.Number(n[fact.In]) + "/" + lang.Number(n[fact.Out])
}

func (in *Input) upgradeText(s *session.Session) string {
	if took, ok := s.UpgradeTime(); ok {
		return in.S("done, %s", duration(took))
	}
	return s.Upgrade.Word(in.Words)
}

func (p *printer) openedText(s *session.Session) string {
	if s.Opened == 0 {
		return p.in.S("before")
	}
	return p.since(s.Opened)
}

func (p *printer) nodeText(index int) string {
	n := p.in.node(index)
	if n == nil {
		return "?"
	}
	return p.say(n.Titled())
}

// clientText is the client as a proxy named it, or the address of the connection.
func clientText(s *session.Session) string {
	if s.RealClient != "" {
		return clean(s.RealClient)
	}
	return address(s.Client)
}

func transportStyle(t session.Transport) style {
	switch t {
	case session.WebSocket, session.WebTransport:
		return green
	case session.Polling:
		return yellow
	}
	return normal
}

func upgradeStyle(u session.Upgrade) style {
	if u == session.UpgradeFailed {
		return red
	}
	return normal
}

func troubleStyle(rank int) style {
	switch rank {
	case 0:
		return red
	case 1:
		return yellow
	}
	return normal
}
