package stats

import (
	"cmp"
	"slices"

	"sioscope/protocol/session"
)

// Soon is how soon after an end a client that starts over comes back, at the latest: clients wait one second at first,
// five at most, and half as long again by chance.
const Soon = 10e9 // ns

// A caller is a client as far as requests tell one from another.
type caller struct{ address, agent, host string }

func callerOf(e *session.Exchange) caller {
	c := caller{address: e.Conn.Client.Addr().String()}
	if f := e.Request.RequestFields; f != nil {
		c.agent, c.host = f.UserAgent, f.Host
		if f.ForwardedFor != "" {
			c.address = f.ForwardedFor
		}
	}
	return c
}

// handshakes counts them in the order they were sent.
func handshakes(t *session.Tracker) Handshakes {
	var h Handshakes
	var list []*session.Exchange
	for _, e := range t.Exchanges {
		if e.Kind == session.Handshake && e.Outer == nil && !e.Conn.Inner {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b *session.Exchange) int { return cmp.Compare(a.Start, b.Start) })
	last := map[caller]*session.Exchange{}
	for _, e := range list {
		h.All++
		if e.GotSID == "" && e.Status != 0 && e.Session == nil {
			h.Refused++
		}
		c := callerOf(e)
		if old := last[c]; old != nil {
			if at := over(old); at != 0 && at <= e.Start && e.Start-at <= Soon {
				h.Retried++
			}
		}
		last[c] = e
	}
	return h
}

// over is when what a handshake began was over, 0 where it was not.
func over(e *session.Exchange) int64 {
	if e.Session != nil {
		return e.Session.Closed
	}
	if e.End != 0 {
		return e.End
	}
	at, _ := e.Cut()
	return at
}
