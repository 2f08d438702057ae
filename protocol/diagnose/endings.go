package diagnose

import (
	"cmp"
	"math"
	"slices"

	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
)

// nodeRestarted finds processes that lost all their sessions at once and began to count anew.
func nodeRestarted(p *picture) {
	if len(p.t.Restarts) == 0 {
		return
	}
	var ev []Evidence
	var sessions []*session.Session
	var refused []*session.Exchange
	since := map[*session.Session]int64{}
	for _, r := range p.t.Restarts {
		for _, s := range p.t.Sessions {
			went := s.Node == r.Before.Node && s.Closed != 0 && s.Closed >= r.Down && s.Closed <= r.At && s.Opened < r.At && s.Close.By != "client"
			if went || p.cutBeside(r, s) || p.cutAmidUpgrade(r, s) {
				sessions, since[s] = append(sessions, s), cmp.Or(p.goneAt(s), r.Down)
			}
		}
		ev = append(ev,
			Evidence{Time: r.Before.Closed, Conn: lastConn(r.Before), Text: p.S("session %s ended by the %s: %s", r.Before.SID, p.side(r.Before.Close.By), r.Before.Close.Why(p.Words))},
			Evidence{Time: r.At, Conn: lastConn(r.After), Text: p.S("new session %s: its sid's counter begins anew, and no session of the old count is heard of again", r.After.SID)})
	}
	for e := range p.outer {
		if at, gone := since[e.Session]; gone && e.UnknownSID() && e.End >= at {
			ev = append(ev, p.told(e, p.S("the old sid is gone")))
			p.explained[e] = true
		}
	}
	for _, s := range sessions {
		p.ended[s] = true
	}
	for e := range p.outer {
		if gateway(e) && duringRestart(p.t.Restarts, e) {
			p.explained[e] = true
			refused = append(refused, e)
		}
	}
	if len(refused) > 0 {
		ev = append(ev, p.told(refused[0], p.S("nothing answered behind the proxy meanwhile")))
	}
	_, refused = sessionsOf(refused)
	earlier := p.past.counts("node-restarted").Earlier
	f := Finding{ID: "node-restarted", Severity: Warning, Confidence: confidence(len(sessions) > 1), Title: p.S("A node restarted"),
		Explanation: p.S("The node ended %s, and the handshakes after that got sids whose counter begins anew: its process was restarted. Expected once for each deployment; clients come back with new sessions.", p.Count(len(sessions)+earlier, "session")),
		Sessions:    sessions, Refused: refused, Evidence: ev[:min(len(ev), maxEvidence)],
		RuledOut: []string{p.S("another node: nothing was heard of the old one again"), p.S("idle time-out: the sessions ended together, not each after its own silence")},
		Fixes:    p.restartFixes(),
	}
	if len(sessions)+earlier == 1 {
		f.RuledOut = nil // one session is heard of no more, and ends with no other, in any case
		if p.proxied() {
			f.Confidence = "possible"
			f.Explanation = p.S("The session was ended, and the next handshake got a sid whose counter begins anew: the node's process was restarted, or it ended and another node took its place behind the proxy. Expected once for each deployment; clients come back with new sessions.")
			f.WouldTell = p.S("More sessions: whether sids of the old count come again; then both nodes live. Or the log of nodes and balancer at that time.")
		}
	}
	p.add(f)
}

// proxied says whether something in the path is known to be no node.
func (p *picture) proxied() bool {
	return slices.ContainsFunc(p.hops, func(h Hop) bool { return h.Kind != Server })
}

// cutBeside says whether a session whose counter may be of several nodes was cut at once with the last of the restarted one's.
func (p *picture) cutBeside(r session.Restart, s *session.Session) bool {
	if s.Node >= 0 || s.Server != r.Before.Server || s.Close.By == "client" {
		return false
	}
	if _, counts := engineio.Counter(s.SID); !counts {
		return false
	}
	at, before := p.goneAt(s), p.goneAt(r.Before)
	return at != 0 && at >= before-atOnce && at <= before+atOnce
}

// goneAt is when a session ended: when its connection or its poll was cut, where it is said to be refused since.
func (p *picture) goneAt(s *session.Session) int64 {
	if g, ok := p.gone(s); ok {
		return g.at
	}
	return s.Closed
}

// cutAmidUpgrade says whether the end of the node's process cut an upgrade of the session, after the last that was heard of
// its first life and before the second, and claims the attempt.
func (p *picture) cutAmidUpgrade(r session.Restart, s *session.Session) bool {
	cut := false
	for _, pr := range s.Probes {
		if s.Node == r.Before.Node && pr.Upgrade == 0 && pr.ClosedBy != "client" && pr.Failed >= r.Down && pr.Failed <= r.At {
			p.explained[pr.Exchange] = true
			cut = true
		}
	}
	return cut
}

// gateway says whether a proxy answered that it reached no server, or the server's side just closed.
func gateway(e *session.Exchange) bool {
	if e.Status == 0 {
		_, by := e.Cut()
		return e.Kind == session.Handshake && by == "server"
	}
	return !e.HasError && e.Status >= 502 && e.Status <= 504
}

// duringRestart says whether an answer came between the end of a process and the first session of its second life.
func duringRestart(restarts []session.Restart, e *session.Exchange) bool {
	end := e.End
	if end == 0 {
		end, _ = e.Cut()
	}
	for _, r := range restarts {
		if r.Down <= end && end <= r.At {
			return true
		}
	}
	return false
}

func confidence(certain bool) string {
	if certain {
		return "certain"
	}
	return "likely"
}

func lastConn(s *session.Session) *session.Conn {
	if len(s.Conns) == 0 {
		return nil
	}
	return s.Conns[len(s.Conns)-1]
}

// socketOf is the connection of a session's WebSocket, the last that had one; polls that were under way when it was asked
// for may have had connections after it.
func socketOf(s *session.Session) *session.Conn {
	for _, c := range slices.Backward(s.Conns) {
		if c.WebSocket != nil && c.Session == s {
			return c
		}
	}
	return nil
}

// pollOverlap finds a second poll that was refused while the first was waiting.
func pollOverlap(p *picture) {
	var list []*session.Exchange
	for e := range p.outer {
		if e.Kind == session.Poll && e.EmptyBody && !e.Incomplete && (e.Status == 400 || e.Status == 500) && p.overlapped(e) {
			list = append(list, e)
		}
	}
	f := Finding{ID: "poll-overlap", Title: p.S("Two polls of one session at once"),
		Explanation: p.S("A session may have one poll waiting. A second one came with the same sid, so the server refused it and ended the session: a proxy repeated the request, or two clients use one sid."),
		RuledOut:    []string{p.S("wrong node: the refusal has no body, an unknown sid is answered with one")}}
	if len(list) == 0 {
		if list = p.overlappedUnseen(); len(list) == 0 {
			return
		}
		f.Confidence = "likely"
		f.Explanation = p.S("A poll was refused 400 without a body, and its session was gone after that. A server does so where another poll with the same sid is waiting. None is in this capture: a proxy behind it sent the request twice (a retry, a mirror), or another client uses the sid.")
		f.WouldTell = p.S("A capture on the node's side: the other poll, and where it comes from.")
	}
	p.claim(list)
	sessions, _ := sessionsOf(list)
	p.doubled = amongst(sessions)
	for e := range p.outer {
		if e.UnknownSID() && p.doubled[e.Session] && e.Start >= list[0].Start {
			p.explained[e] = true
		}
	}
	f.Sessions, f.Evidence, f.Fixes = sessions, p.shown(list), p.fixesFor(unrepeated, list[0].Path)
	p.add(f)
}

// overlappedUnseen are polls that were refused as one beside another is, and whose sessions were unknown after that.
func (p *picture) overlappedUnseen() (list []*session.Exchange) {
	for e := range p.outer {
		if e.Kind != session.Poll || !e.EmptyBody || e.Incomplete || e.Status != 400 || e.Session == nil {
			continue
		}
		if slices.ContainsFunc(e.Session.Exchanges, func(o *session.Exchange) bool { return o.UnknownSID() && o.Start >= e.End }) {
			list = append(list, e)
		}
	}
	return list
}

// overlapped says whether another poll of the session was waiting while a poll was: of two that leave together, either may
// be the first to arrive. It goes over all polls once, in the order of their start.
func (p *picture) overlapped(e *session.Exchange) bool {
	if p.overlaps == nil {
		p.overlaps = map[*session.Exchange]bool{}
		for _, s := range p.t.Sessions {
			busy := int64(0) // until when an earlier poll waited
			var waiting *session.Exchange
			for _, o := range s.Exchanges {
				if o.Kind != session.Poll && !o.EmptyBody {
					continue
				}
				if o.Start <= busy {
					p.overlaps[o], p.overlaps[waiting] = true, true
				}
				end := o.End
				if end == 0 {
					end = math.MaxInt64
				}
				if o.Kind == session.Poll && end > busy {
					busy, waiting = end, o
				}
			}
		}
	}
	return p.overlaps[e]
}

// idleTimeout finds WebSockets that were cut without a Close frame after a silence that is the same each time, or a
// round number of seconds, while the heartbeat was not due yet.
func idleTimeout(p *picture) {
	cuts := idleCuts(p)
	var chosen []cut
	certain, weak := false, true
	lived := map[cutGroup]bool{}
	var group []cut
	for _, c := range cuts {
		group = alike(group[:0], cuts[:min(len(cuts), comparable)], c)
		apart := !together(group)
		leaves := c.s.Close.By == "client" || c.conn.Reset // as a program does that ends, or a proxy on the node's side
		plain := apart || spaced(group) || c.round() && alone(cuts, c)
		id := cutGroup{group[0].s, group[len(group)-1].s, len(group)}
		if _, asked := lived[id]; !asked && !leaves && !plain {
			lived[id] = p.livedOn(group)
		}
		switch {
		case leaves && !(apart && c.round() && (c.conn.Reset || c.silence >= 4975e6)), !leaves && !plain && !lived[id]:
			continue
		}
		chosen = append(chosen, c)
		certain, weak = certain || apart && !leaves, weak && !plain
	}
	if len(chosen) == 0 {
		return
	}
	var sessions []*session.Session
	var ev []Evidence
	for _, c := range chosen {
		sessions = append(sessions, c.s)
		p.ended[c.s] = true
		if len(ev) < maxEvidence {
			ev = append(ev, Evidence{Time: c.s.Closed, Conn: c.conn, Text: p.S("%s of silence, then the %s's side closed the connection without a Close frame", p.span(c.silence), p.side(c.s.Close.By))})
		}
	}
	c := slices.MaxFunc(alike(nil, chosen, chosen[0]), func(a, b cut) int { return cmp.Compare(a.silence, b.silence) })
	sure, tell := confidence(certain), ""
	once := p.S("A longer capture: these sessions were silent and ended together, as when what is in the path goes down. A time-out cuts others after the same silence.")
	severity := Error
	switch {
	case len(chosen) == 1:
		sure, tell = "possible", p.S("More sessions, or a longer capture: whether others are cut after the same silence. Once alone it may be chance.")
	case weak:
		severity, sure, tell = Warning, "possible", once
	}
	ruled := []string{p.S("closed in good order by the server or the client: both send a Close frame"), p.S("ping time-out: no heartbeat was overdue")}
	slices.SortStableFunc(sessions, func(a, b *session.Session) int { return cmp.Compare(a.Closed, b.Closed) })
	switch {
	case !together(chosen) || spaced(chosen):
		ruled = append(ruled, p.S("node restarted: the sessions did not end together"))
	case len(p.survived(sessions).proofs) > 0:
		ruled = append(ruled, p.S("node restarted: its counter of handshakes would begin anew"))
	case len(chosen) > 1:
		tell = once
	}
	p.add(Finding{ID: "idle-timeout", Severity: severity, Confidence: sure, WouldTell: tell, Title: p.S("The WebSocket is cut after %s of silence", p.span(c.silence)),
		Explanation: p.S("Nothing was sent for %s, and the connection was closed without a Close frame. The heartbeat (every %s) would have come too late: a balancer or proxy in the path closes connections that are silent for so long.", p.span(c.silence), p.span(c.s.Open.PingInterval*1e6)),
		Sessions:    sessions, Evidence: ev,
		RuledOut: ruled,
		Fixes:    p.fixesFor(idleTime, c.s.Path)})
}

// A cut is a WebSocket that ended without a Close frame before its next heartbeat was due. Where nothing was said on it once
// it was opened, its age is another measure of its silence: what counts may have looked at one direction alone, and nginx
// does not set its timers again for less than 300 ms.
type cut struct {
	s            *session.Session
	conn         *session.Conn
	silence, age int64
	unused       bool // since it was opened
}

func idleCuts(p *picture) []cut {
	var out []cut
	for _, s := range p.t.Sessions {
		if !s.CutWithoutClose {
			continue
		}
		c := lastConn(s)
		for _, k := range s.Conns {
			if k.Session == s && k.WebSocket != nil && k.Closed == s.Closed {
				c = k
			}
		}
		unheard := s.Close.By == "client" && s.Open.PingTimeout != 0 && serverOverdue(s)
		if unheard || p.ended[s] || p.wentWith(s) || p.past.elsewhere(s, "idle-timeout") || c == nil || c.Gaps > 0 {
			continue
		}
		silence := s.Closed - max(c.LastMessage[0], c.LastMessage[1])
		interval := s.Open.PingInterval * 1e6
		if silence < 1e9 || interval > 0 && silence > interval+interval/2 {
			continue
		}
		age := s.Closed - s.FirstSeen
		if c.WebSocket != nil && c.WebSocket.Start != 0 {
			age = s.Closed - c.WebSocket.Start
		}
		out = append(out, cut{s, c, silence, age, age-silence <= nearAge(age)})
	}
	return out
}

// wentWith says whether a session was cut when its node's process ended, as far as counters that begin anew tell of it.
func (p *picture) wentWith(s *session.Session) bool {
	return s.Node >= 0 && slices.ContainsFunc(p.t.Restarts, func(r session.Restart) bool {
		return r.After.Node == s.Node && r.Down <= s.Closed && s.Closed <= r.At
	})
}

// alike adds the cuts that came after the same length of silence as c to a list.
func alike(list, cuts []cut, c cut) []cut {
	near := func(a, b int64) bool { return math.Abs(float64(a-b)) <= max(100e6, 0.02*float64(b)) }
	for _, o := range cuts {
		if near(o.silence, c.silence) || o.unused && c.unused && near(o.age, c.age) {
			list = append(list, o)
		}
	}
	return list
}

// spaced says whether cuts that came within a second are plainly further apart than their lengths of silence differ: those
// of sessions that were opened and fell silent one soon after the other.
func spaced(group []cut) bool {
	ends, differ := spreads(group)
	return len(group) >= leastMass && ends > atOnce/5 && ends >= 5*differ
}

// A cutGroup names a group of cuts that are alike: its first, its last, and how many they are.
type cutGroup struct {
	first, last *session.Session
	n           int
}

// spreads is how far apart cuts are, and by how much their lengths of silence differ.
func spreads(group []cut) (ends, differ int64) {
	var at, silences, ages []int64
	unused := true
	for _, c := range group {
		at, silences, ages = append(at, c.s.Closed), append(silences, c.silence), append(ages, c.age)
		unused = unused && c.unused
	}
	width := func(list []int64) int64 { return slices.Max(list) - slices.Min(list) }
	if unused {
		return width(at), min(width(silences), width(ages))
	}
	return width(at), width(silences)
}

// livedOn says whether the node's process outlived cuts that came together, where their silences differ no more than the
// moments do.
func (p *picture) livedOn(group []cut) bool {
	if ends, differ := spreads(group); len(group) < 2 || differ > max(ends, atOnce/5) {
		return false
	}
	var sessions []*session.Session
	for _, c := range group {
		sessions = append(sessions, c.s)
	}
	slices.SortStableFunc(sessions, func(a, b *session.Session) int { return cmp.Compare(a.Closed, b.Closed) })
	return len(p.survived(sessions).proofs) > 0
}

// round says whether the silence is a whole number of seconds, as time-outs are configured.
func (c cut) round() bool {
	return roundSeconds(c.silence)
}

// together says whether all ended within a second: then something took them down at once.
func together(group []cut) bool {
	first, last := group[0].s.Closed, group[0].s.Closed
	for _, c := range group {
		first, last = min(first, c.s.Closed), max(last, c.s.Closed)
	}
	return last-first < 1e9
}

// alone says whether no other session was cut at the same time after another length of silence: one that differs by more
// than the moments do is not from the same time-out.
func alone(cuts []cut, c cut) bool {
	for _, o := range cuts[:min(len(cuts), comparable)] {
		if d := o.s.Closed - c.s.Closed; o.s == c.s || d <= -200e6 || d >= 200e6 {
			continue // most are
		}
		if apart, differ := spreads([]cut{o, c}); differ > 50e6 || differ > 10e6 && differ >= 5*apart {
			return false
		}
	}
	return true
}
