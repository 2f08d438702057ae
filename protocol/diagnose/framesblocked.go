package diagnose

import (
	"cmp"
	"slices"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// An unheardProbe is an attempt to upgrade whose probe was not answered.
type unheardProbe struct {
	session.Probe
	s *session.Session
}

// framesBlocked finds WebSockets that were accepted and then carried nothing back. Who withholds the answer is told by the
// hop nearest to the node, where that is in the capture; and a client that left while everything was silent proves nothing.
func framesBlocked(p *picture) {
	var held, atNode, doubtful []unheardProbe
	for _, s := range p.t.Sessions {
		for _, pr := range s.Probes {
			e := pr.Exchange
			if p.explained[e] || !e.Switched() || pr.Ping == 0 || pr.Pong != 0 || pr.Failed == 0 || pr.Failed-pr.Ping < proving || e.Conn.Gaps > 0 {
				continue
			}
			switch u := (unheardProbe{pr, s}); {
			case leftInSilence(s, pr):
				doubtful = append(doubtful, u)
			case pr.Arrived != 0 && pr.Replied == 0 && nodeSide(e).Conn.Gaps == 0:
				atNode = append(atNode, u)
			default:
				held = append(held, u)
			}
		}
	}
	p.heldFrames(held)
	p.deafNode(atNode)
	p.leftUnheard(doubtful)
}

// leftInSilence says whether it was the client that ended an attempt, its session with it, and nothing at all came from the
// server since the probe: a node that is busy is as silent as a path that holds frames.
func leftInSilence(s *session.Session, pr session.Probe) bool {
	if by := cmp.Or(pr.ClosedBy, pr.Exchange.Conn.ClosedBy); by == "server" {
		return false // it gave the upgrade up, so it was not busy
	}
	return !slices.ContainsFunc(s.Exchanges, func(e *session.Exchange) bool {
		if e == pr.Exchange {
			return false
		}
		between := e.Answered > pr.Ping+releasing && e.Answered < pr.Failed
		wentOn := e.Start >= pr.Failed && (e.Kind == session.Poll || e.Kind == session.Post) && !closeOnly(e)
		return between || wentOn
	})
}

// nodeSide is a request on the hop nearest to the node.
func nodeSide(e *session.Exchange) *session.Exchange {
	for e.Inner != nil {
		e = e.Inner
	}
	return e
}

func exchangesOf(list []unheardProbe) (out []*session.Exchange) {
	for _, u := range list {
		out = append(out, u.Exchange)
	}
	return out
}

// heldFrames tells of probes that something in the path withholds, or may.
func (p *picture) heldFrames(found []unheardProbe) {
	if len(found) == 0 {
		return
	}
	list := exchangesOf(found)
	p.claim(list)
	sessions, _ := sessionsOf(list)
	f := Finding{
		ID: "frames-blocked", Confidence: "likely", Title: p.S("WebSocket frames do not pass"),
		Explanation: p.S("The WebSocket was accepted, the client sent its probe, and no answer came. Something in the path lets the handshake through and holds the frames: a buffering proxy, an antivirus, a corporate gateway."),
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut:  []string{p.S("refused: the answer was %s", p.accepted(list[0])), p.S("wrong node: the node accepted the sid")},
		Fixes:     append([]Fix{{For: "network", Text: p.S("wss on port 443, which such devices do not read; keep polling as the fallback")}, {For: "server", Text: p.S("a shorter upgradeTimeout, so that the attempt ends sooner")}}, p.recognisedOf(unbuffered, list[0].Path, "nginx")...),
		WouldTell: p.S("A capture on the node's side: whether the probe arrives there, and whether 3probe leaves."),
	}
	switch n := p.probesAnswered(found); {
	case !slices.ContainsFunc(found, func(u unheardProbe) bool { return u.seenInside() != beforeNode }):
		f.Confidence, f.WouldTell = "certain", ""
		f.RuledOut = append(f.RuledOut, p.S("the node: the probe did not arrive there"))
	case !slices.ContainsFunc(found, func(u unheardProbe) bool { return u.seenInside() != afterNode }):
		f.Confidence, f.WouldTell = "certain", ""
		f.RuledOut = append(f.RuledOut, p.S("the node: its answer (3probe) left there"))
	case n > 0:
		f.Explanation = p.S("The WebSocket was accepted, the client sent its probe, and no answer came. Other probes to the same server were answered (%d), so nothing holds every frame: something in the path does with some clients, or on the server the frame is lost where one process hands the connection to another, as the primary process of a Node.js cluster does (@socket.io/sticky).", n)
		f.Fixes = append(f.Fixes, handedOn(p.Words))
	}
	p.add(f)
}

// deafNode tells of probes that arrived at the node and were not answered there.
func (p *picture) deafNode(found []unheardProbe) {
	if len(found) == 0 {
		return
	}
	list := exchangesOf(found)
	p.claim(list)
	sessions, _ := sessionsOf(list)
	var ev []Evidence
	for _, u := range found[:min(len(found), maxEvidence)] {
		in := nodeSide(u.Exchange)
		ev = append(ev, Evidence{Time: u.Arrived, Conn: in.Conn, Exchange: in, Text: p.S("the probe of %s (2probe) arrives at %s, and no 3probe leaves there for %s", u.s.SID, in.Conn.Server.String(), p.span(u.Failed-u.Arrived))})
	}
	p.add(Finding{
		ID: "frames-blocked", Confidence: "likely", Title: p.S("The probe arrives at the node, and the node does not answer it"),
		Explanation: p.S("The WebSocket was accepted, and the client's probe came as far as the node's port. No answer left there, so the session stayed on polling. Where one process hands the connection to another, as the primary process of a Node.js cluster does (@socket.io/sticky), it reads on until the other has confirmed, and a frame that comes in between is lost; the busier the machine, the more often. Or the node was busy for all that time."),
		Sessions:    sessions, Evidence: ev,
		RuledOut:  []string{p.S("refused: the answer was %s", p.accepted(list[0])), p.S("wrong node: the node accepted the sid"), p.S("something in the path: the frame came through to the node")},
		Fixes:     []Fix{handedOn(p.Words), {For: "server", Text: p.S("a shorter upgradeTimeout, so that the attempt ends sooner")}},
		WouldTell: p.S("The node's system calls (strace -f): which of its processes reads the frame. And its own measure of its event loop's lag at that time (perf_hooks.monitorEventLoopDelay)."),
	})
}

// leftUnheard tells of clients that left while their probe was unanswered.
func (p *picture) leftUnheard(found []unheardProbe) {
	if len(found) == 0 {
		return
	}
	list := exchangesOf(found)
	p.claim(list)
	sessions, _ := sessionsOf(list)
	p.add(Finding{
		ID: "frames-blocked", Severity: Warning, Confidence: "possible", Title: p.S("The client left before its WebSocket's probe was answered"),
		Explanation: p.S("The WebSocket was accepted, and for %s nothing answered the client's probe; then the client left. Nothing else came from the server in that time either, so the node may have been busy, and have answered later. Or something in the path holds the frames.", p.span(found[0].Failed-found[0].Ping)),
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut:  []string{p.S("refused: the answer was %s", p.accepted(list[0])), p.S("wrong node: the node accepted the sid")},
		WouldTell: p.S("A session that stays for longer: whether 3probe comes late, or never while polls are answered."),
	})
}

// handedOn is what keeps a frame from being lost between two processes.
func handedOn(w lang.Words) Fix {
	return Fix{For: "Node cluster", Text: w.S("one worker for each process and port, and a balancer with affinity in front of them")}
}

// whereTo is how far a probe is known to have come.
type whereTo uint8

const (
	unknownWhere whereTo = iota
	beforeNode           // it did not reach the node
	afterNode            // the node's answer did not reach the client
)

func (u *unheardProbe) seenInside() whereTo {
	switch in := nodeSide(u.Exchange); {
	case in == u.Exchange || in.Conn.Gaps > 0 || !in.Switched():
		return unknownWhere
	case u.Replied != 0:
		return afterNode
	case u.Arrived == 0 && in.Conn.Closed != 0:
		return beforeNode
	}
	return unknownWhere
}

// probesAnswered counts the probes to the servers of some that were answered.
func (p *picture) probesAnswered(some []unheardProbe) int {
	n := 0
	for _, s := range p.t.Sessions {
		for _, pr := range s.Probes {
			if pr.Pong != 0 && slices.ContainsFunc(some, func(u unheardProbe) bool { return u.Exchange.Conn.Server == pr.Exchange.Conn.Server }) {
				n++
			}
		}
	}
	return n
}
