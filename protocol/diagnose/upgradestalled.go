package diagnose

import (
	"sioscope/protocol/session"
)

const releasing = 1e9 // ns: a server lets the waiting poll go at once, and repeats its noop every 100 ms

// upgradeStalled finds upgrades whose probe was answered and that went no further, because a poll or a post of the
// session stayed open: the client waits for it before it sends the upgrade packet.
func upgradeStalled(p *picture) {
	var list []*session.Exchange
	held := map[*session.Exchange]*session.Exchange{}
	for _, s := range p.t.Sessions {
		for _, pr := range s.Probes {
			over := pr.Failed
			if over == 0 {
				over = p.t.Last
			}
			e := pr.Exchange
			if p.explained[e] || pr.Pong == 0 || pr.Upgrade != 0 || gaps(s) || over-pr.Pong < 2*releasing {
				continue
			}
			if o := heldOpen(s, pr.Pong, over); o != nil && (o.Kind == session.Poll || pr.Failed != 0) {
				list = append(list, e)
				held[e] = o
			}
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, _ := sessionsOf(list)
	e := list[0]
	o := held[e]
	p.add(Finding{
		ID: "upgrade-stalled", Confidence: "likely", Title: p.S("The upgrade stalls: the waiting poll is not released"),
		Explanation: p.S("The probe was answered (3probe), and then a client waits for its open requests to end before it sends the upgrade packet. A %s of the session stayed open, which the server answers at once: something in the path holds the answer back, or another client took it. Until the attempt is given up nothing passes either way.", o.Method),
		Sessions:    sessions, Evidence: append([]Evidence{p.told(o, p.S("open while the upgrade waits for it"))}, p.shown(list)...),
		RuledOut: []string{
			p.S("frames blocked: 2probe and 3probe passed"),
			p.S("wrong node: the node accepted the sid"),
		},
		Fixes:     p.fixesFor(unbuffered, e.Path),
		WouldTell: p.S("A capture on the node's side: whether the noop packet (6) leaves there, and when."),
	})
}

// heldOpen is a poll or post of the session that was open when its probe was answered and was not answered for long after
// that, nil where there is none.
func heldOpen(s *session.Session, pong, over int64) *session.Exchange {
	for _, o := range s.Exchanges {
		if o.Kind != session.Poll && o.Kind != session.Post || o.Start > pong || o.Status != 0 && o.End <= pong+releasing {
			continue
		}
		if at, _ := o.Cut(); o.Status == 0 && at != 0 && at <= min(pong+releasing, over) {
			continue
		}
		return o
	}
	return nil
}
