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

// handshakes counts them. Each that comes soon after an end, or a refusal, of its client takes one of those: several
// clients behind one address come back each for its own.
func handshakes(t *session.Tracker, trial func(*session.Exchange) bool) Handshakes {
	var h Handshakes
	var list []*session.Exchange
	ends := map[caller][]int64{}
	for _, e := range t.Exchanges {
		if e.Kind != session.Handshake || e.Outer != nil || e.Conn.Inner || trial != nil && trial(e) {
			continue
		}
		list = append(list, e)
		if at := over(e); at != 0 {
			c := callerOf(e)
			ends[c] = append(ends[c], at)
		}
	}
	for _, of := range ends {
		slices.Sort(of)
	}
	slices.SortStableFunc(list, func(a, b *session.Exchange) int { return cmp.Compare(a.Start, b.Start) })
	for _, e := range list {
		h.All++
		if e.GotSID == "" && e.Status != 0 && e.Session == nil && !(e.Status == 200 && e.Incomplete) && !(e.Switched() && e.Conn.Closed == 0) {
			h.Refused++
		}
		c := callerOf(e)
		of := ends[c]
		for len(of) > 0 && of[0] < e.Start-Soon {
			of = of[1:]
		}
		if len(of) > 0 && of[0] <= e.Start {
			h.Retried++
			of = of[1:]
		}
		ends[c] = of
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
