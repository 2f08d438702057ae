package diagnose

import (
	"cmp"
	"slices"

	"sioscope/protocol/session"
)

const leastLimit = 2 // WebSockets open: a limit of one is none that anybody configures

// A door is a WebSocket request as a limit on connections sees it: let in or refused, while so many were open.
type door struct {
	e    *session.Exchange
	in   bool
	open int
}

// connectionLimit finds WebSocket requests that are refused whenever a number of WebSockets is open, and let in again
// when some have ended.
func connectionLimit(p *picture) {
	doors := p.doors()
	most, least := -1, -1 // open at most when one was let in, at least when one was refused
	refusals, again := 0, false
	for _, d := range doors {
		switch {
		case !d.in:
			refusals++
			if d.e.End > p.past.horizon() && (least < 0 || d.open < least) { // of what was open earlier some is gone
				least = d.open
			}
		default:
			most = max(most, d.open)
			again = again || refusals > 0
		}
	}
	if refusals < 2 || !again || least < leastLimit || most >= least {
		return
	}
	var list []*session.Exchange
	for _, d := range doors {
		if !d.in {
			list = append(list, d.e)
		}
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	p.add(Finding{
		ID: "connection-limit", Confidence: "likely", Title: p.S("No more than %d WebSockets are let in at a time, others are answered %d", least, list[0].Status),
		Explanation: p.S("WebSocket requests were refused whenever %d or more WebSockets were open, and let in again when some had ended. A plan or a setting limits how many there may be: Azure App Service's plans, nginx's worker_connections, HAProxy's maxconn, a limit on open files. Sessions that are refused stay on polling.", least),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{
			p.S("WebSocket switched off in the path: others are let in"),
			p.S("wrong node, Upgrade header stripped: those are answered by Engine.IO"),
		},
		Fixes:     p.order(limitFixes(p.Words)...),
		WouldTell: p.S("The log of what answers %d, or its count of open connections at that time.", list[0].Status),
	})
}

// doors are all WebSocket requests that were let in or refused for no reason of their own, in the order of the answers.
func (p *picture) doors() []door {
	var list []door
	for e := range p.outer {
		if !asksWebSocket(e) {
			continue
		}
		if in := e.Switched(); in || e.Status == 503 && !e.HasError {
			list = append(list, door{e: e, in: in})
		}
	}
	if !slices.ContainsFunc(list, func(d door) bool { return !d.in }) {
		return nil
	}
	slices.SortStableFunc(list, func(a, b door) int { return cmp.Compare(a.e.Answered, b.e.Answered) })
	var ends []int64 // of those let in that ended
	for _, d := range list {
		if d.in && d.e.Conn.Closed != 0 {
			ends = append(ends, d.e.Conn.Closed)
		}
	}
	slices.Sort(ends)
	in := 0
	for i := range list {
		ended, _ := slices.BinarySearch(ends, list[i].e.Start)
		list[i].open = in - ended
		if list[i].in {
			in++
		}
	}
	return list
}
