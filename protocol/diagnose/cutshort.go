package diagnose

import (
	"math"

	"sioscope/protocol/session"
)

const comparable = 2000 // exchanges that others are compared with, so that a long capture takes no square of its length

// pollCutShort finds polls that a proxy answered in the server's place after a wait: its time-out is shorter than the
// time to the server's next packet.
func pollCutShort(p *picture) {
	var all, list []*session.Exchange
	for e := range p.outer {
		if e.Kind == session.Poll && e.Session != nil && !e.HasError && e.Status >= 502 && e.Status <= 504 && waited(e) >= 1e9 && !unheard(e) && !unserved(e) {
			all = append(all, e)
		}
	}
	some := all[:min(len(all), comparable)]
	for _, e := range all {
		if e.Status == 504 || roundSeconds(waited(e)) && alongside(some, e) == 1 || sameWait(some, e) > alongside(some, e) {
			list = append(list, e)
		}
	}
	sure, tell := confidence(len(list) > 1), ""
	switch {
	case len(list) == 1 && list[0].Status != 504: // 504 says itself that it is a time-out
		sure, tell = "possible", p.S("More polls: whether others are cut after the same wait. Once alone it may be chance.")
	case len(list) == 0:
		list = longRound(all)
		sure, tell = "possible", p.S("More polls that began at other moments: whether they are cut after the same wait. These ended together, as polls do when a node goes down.")
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	p.claimAfter(list)
	sessions, _ := sessionsOf(list)
	e := list[0]
	took := p.span(waited(e))
	p.add(Finding{
		ID: "poll-cut-short", Confidence: sure, WouldTell: tell, Title: p.S("A proxy cuts the poll short after %s: %d", took, e.Status),
		Explanation: p.S("A poll waits until the server has something to say, at the latest its next heartbeat (pingInterval %s). A proxy answered %d after %s instead. The server ends the session with the poll, and the client starts over.", p.span(e.Session.Open.PingInterval*1e6), e.Status, took),
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut: []string{p.S("answered by a node: the body is not one that Engine.IO writes"), p.S("wrong node: the sid was unknown only after the poll was cut")},
		Fixes:    p.fixesFor(answerTime, e.Path)})
}

const longWait = 5e9 // ns: a poll that is cut after a whole number of seconds above it is hardly so by chance

// longRound are polls that were cut together, each after a long and whole number of seconds.
func longRound(list []*session.Exchange) []*session.Exchange {
	var out []*session.Exchange
	for _, e := range list {
		if waited(e) >= longWait && roundSeconds(waited(e)) {
			out = append(out, e)
		}
	}
	if len(out) < len(list) {
		return nil
	}
	return out
}

// waited is how long a request waited for its answer, in ns.
func waited(e *session.Exchange) int64 { return e.Answered - e.Start }

// sameWait counts the exchanges that waited as long as e, itself among them.
func sameWait(list []*session.Exchange, e *session.Exchange) int {
	n := 0
	for _, o := range list {
		if d := math.Abs(float64(waited(o) - waited(e))); d <= max(100e6, 0.02*float64(waited(e))) {
			n++
		}
	}
	return n
}

// alongside counts the exchanges that were answered at the same time as e, itself among them: a node that goes down
// takes all polls with it, however long they waited.
func alongside(list []*session.Exchange, e *session.Exchange) int {
	n := 0
	for _, o := range list {
		if d := o.Answered - e.Answered; -500e6 < d && d < 500e6 {
			n++
		}
	}
	return n
}

// roundSeconds says whether a length of time is a whole number of seconds, as time-outs are configured.
func roundSeconds(ns int64) bool {
	off := math.Abs(float64(ns) - math.Round(float64(ns)/1e9)*1e9)
	return off < 25e6 || off < 0.002*float64(ns)
}
