package diagnose

import (
	"cmp"
	"slices"

	"sioscope/protocol/session"
)

const (
	leastLimit = 2 // WebSockets open: a limit of one is none that anybody configures
	leastShut  = 3 // refusals without another one let in after them: fewer are a server that is busy for a moment
)

// A door is a WebSocket request as a limit on connections sees it: let in or refused, while so many were open.
type door struct {
	e    *session.Exchange
	in   bool
	open int
}

// connectionLimit finds WebSocket requests that are refused whenever a number of WebSockets is open, and let in again
// when some have ended; or, as what may be, that were let in until so many were open, and refused from then on.
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
	shut := refusals >= leastShut && most == least-1 && p.pollsPass()
	if refusals < 2 || !again && !shut || least < leastLimit || most >= least {
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
	f := Finding{
		ID: "connection-limit", Confidence: "likely", Title: p.S("No more than %d WebSockets are let in at a time, others are answered %d", least, list[0].Status),
		Explanation: p.S("WebSocket requests were refused whenever %d or more WebSockets were open, and let in again when some had ended. A plan or a setting limits how many there may be: Azure App Service's plans, nginx's worker_connections, HAProxy's maxconn, a limit on open files. Sessions that are refused stay on polling.", least),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut: []string{
			p.S("WebSocket switched off in the path: others are let in"),
			p.S("wrong node, Upgrade header stripped: those are answered by Engine.IO"),
		},
		Fixes:     p.order(limitFixes(p.Words)...),
		WouldTell: p.S("The log of what answers %d, or its count of open connections at that time.", list[0].Status),
	}
	if !again {
		f.Confidence, f.Title = "possible", p.S("WebSockets may be limited to %d at a time: others are answered %d", least, list[0].Status)
		f.Explanation = p.S("%d WebSockets were let in and stayed open; every WebSocket request after them was refused, and polls are answered. A plan or a setting may limit how many there may be (nginx's limit_conn and worker_connections, HAProxy's maxconn, Azure App Service's plans, a limit on open files), or something changed just then. Sessions that are refused stay on polling.", least)
		f.WouldTell = p.S("Whether a WebSocket request is let in again when one of those %d has ended: a longer capture, or the log of what answers %d.", least, list[0].Status)
	}
	p.add(f)
}

// pollsPass says whether no poll and no post was answered in the server's place: then it is no server that is down.
func (p *picture) pollsPass() bool {
	return !slices.ContainsFunc(p.asked, func(e *session.Exchange) bool {
		return (e.Kind == session.Poll || e.Kind == session.Post || e.Kind == session.Handshake && !asksWebSocket(e)) && e.Status >= 500 && !e.HasError
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
	var begins []int64 // of those let in
	for _, d := range list {
		if d.in {
			begins = append(begins, d.e.Start)
		}
	}
	slices.Sort(begins)
	in := 0
	for i, d := range list {
		ended, _ := slices.BinarySearch(ends, d.e.Start)
		if list[i].open = in - ended; d.in {
			in++
		} else if began, _ := slices.BinarySearch(begins, d.e.Answered); began > in { // what waits for its 101 has its place
			list[i].open = began - ended
		}
	}
	return list
}
