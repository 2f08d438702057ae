package diagnose

import (
	"cmp"
	"net/netip"
	"slices"

	"sioscope/protocol/session"
)

const (
	soonAge     = 10e9 // ns: a WebSocket that is cut before is cut soon
	leastRounds = 4    // times in a row that a client loses its WebSocket soon; a rolling update may do it twice or thrice
)

// cutAgain finds clients whose WebSockets are cut soon, come back, and are cut soon again, at whatever age.
func cutAgain(p *picture) {
	type pair struct{ client, server netip.Addr }
	of := map[pair][]aged{}
	var order []pair
	for _, s := range p.t.Sessions {
		c := socketOf(s)
		if s.Transport() != session.WebSocket || c == nil || c.WebSocket.Start == 0 || c.Gaps > 0 {
			continue
		}
		at, over := pair{s.Client.Addr(), s.Server.Addr()}, s.Closed
		if over == 0 {
			over = p.t.Last
		}
		if of[at] == nil {
			order = append(order, at)
		}
		of[at] = append(of[at], aged{s: s, conn: c, age: over - c.WebSocket.Start})
	}
	var all []aged
	most := 0
	for _, at := range order {
		for _, run := range p.soonCuts(of[at]) {
			if n := rounds(run); n >= leastRounds || slices.ContainsFunc(run, p.foundCut) { // of those that were found some may be gone
				all = append(all, run...)
				most = max(most, n, leastRounds)
			}
		}
	}
	if len(all) > 0 {
		p.toldCutAgain(all, most)
	}
}

// soonCuts are the WebSockets of a client that were cut soon, in the order they began, parted where one lived longer.
func (p *picture) soonCuts(list []aged) [][]aged {
	slices.SortStableFunc(list, func(a, b aged) int { return cmp.Compare(a.s.FirstSeen, b.s.FirstSeen) })
	runs := [][]aged{nil}
	oldest, lasts := int64(0), int64(0) // in the run; until when one lives that was not cut soon
	for _, c := range list {
		cut := c.s.CutInSilence() && c.age < soonAge && !p.ended[c.s] && (c.s.Closed > p.past.horizon() || p.foundCut(c))
		switch {
		case cut && c.s.FirstSeen >= lasts:
			runs[len(runs)-1] = append(runs[len(runs)-1], c)
			oldest = max(oldest, c.age)
		case !cut && c.age > oldest:
			runs, oldest = append(runs, nil), 0
			lasts = max(lasts, c.s.FirstSeen+c.age)
		}
	}
	return runs
}

// foundCut says whether a session is over for long and was found to be cut.
func (p *picture) foundCut(c aged) bool { return p.past.found(c.s, "connection-capped") }

// rounds is how often in a row WebSockets were opened after others of them had ended, the first time included.
func rounds(list []aged) int {
	n, until := 0, int64(0)
	for _, c := range list {
		if c.s.FirstSeen >= until {
			n++
			until = c.s.Closed
		}
	}
	return n
}

func (p *picture) toldCutAgain(list []aged, most int) {
	slices.SortStableFunc(list, func(a, b aged) int { return cmp.Compare(a.s.Closed, b.s.Closed) })
	oldest := list[0].age
	var sessions []*session.Session
	var ev []Evidence
	for _, c := range list {
		oldest = max(oldest, c.age)
		sessions = append(sessions, c.s)
		p.ended[c.s] = true
		if len(ev) < maxEvidence {
			ev = append(ev, Evidence{Time: c.s.Closed, Conn: c.conn, Text: p.S("%s: closed by the %s %s after its WebSocket was asked for, without a Close frame", c.s.SID, p.side(c.s.Close.By), p.span(c.age))})
		}
	}
	p.add(Finding{
		ID: "connection-capped", Confidence: "possible", Title: p.S("WebSockets are cut again and again, none older than %s", p.span(oldest)),
		Explanation: p.S("The WebSockets of %s were cut from the server's side, none later than %s after it was asked for, without a word of the application. The clients came back, and it happened again, up to %d times in a row. Something in the path lets no WebSocket live (a balancer, gateway, firewall or antivirus), or the node's process ends them, or ends itself.", p.Count(len(list), "session"), p.span(oldest), most),
		Sessions:    sessions, Evidence: ev,
		RuledOut: []string{
			p.S("closed in good order by the server or the client: both send a Close frame"),
			p.S("ended by the application: it leaves the namespace first, or sends a close packet"),
		},
		Fixes: []Fix{
			{For: "balancer, proxy", Text: p.S("no limit on how long a connection may last, or a longer one (HAProxy: timeout tunnel counts silence; Envoy: max_connection_duration and the route's timeout count age)")},
			{For: "network", Text: p.S("wss on port 443, which such devices cannot read, or an exception for the host")},
		},
		WouldTell: p.S("A capture on the node's side: whether the node closes them, or what is before it. The logs of both at these times: a process that crashes, an application that terminates sockets."),
	})
}
