package report

import (
	"cmp"
	"slices"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// reconnectWithin is how long after a loss a client may open another session for it to be a reconnect: the longest pause
// of socket.io-client (5 s, and half as much again by chance) and its time-out to connect (20 s).
const reconnectWithin = 30e9 // ns

// A reconnect is a session that a client opened after it had lost another one.
type reconnect struct{ lost, again *session.Session }

// A caller is what clients are told apart by: several of one kind behind one address look like one.
type caller struct{ address, agent, origin, host, path string }

func callerOf(s *session.Session) caller {
	c := caller{address: s.RealClient, host: s.Host, path: s.Path}
	if c.address == "" && s.Client.IsValid() {
		c.address = s.Client.Addr().String()
	}
	if len(s.Exchanges) > 0 && s.Exchanges[0].Request.RequestFields != nil {
		r := s.Exchanges[0].Request
		c.agent, c.origin = r.UserAgent, r.Origin
	}
	return c
}

// lost is when a session was lost, 0 where it was not: ended by the server or the network, refused from some time on, or
// given up by its client after a refusal or a silence. A client that leaves has lost nothing.
func lost(s *session.Session) int64 {
	switch {
	case s.Closed == 0 || s.Close.By == "unknown" || s.Close.By == "":
		return 0
	case s.Close.By != "client" || s.Close.Reason == session.RefusedSince:
		return s.Closed
	case refusedBefore(s):
		return s.Closed
	case s.HeardAtEnd[fact.In] != 0 && s.Closed-s.HeardAtEnd[fact.In] >= s.Silence():
		return s.Closed
	}
	return 0
}

// refusedBefore says whether a poll or post of a session was refused before its client closed it. The last POST may be the
// farewell, a close packet alone: that one is no reason for itself.
func refusedBefore(s *session.Session) bool {
	const farewell = int64(len("1:1"))
	last := -1
	for i, e := range s.Exchanges {
		if e.Kind == session.Post && e.RequestBytes <= farewell {
			last = i
		}
	}
	for i, e := range s.Exchanges {
		if (e.Kind == session.Poll || e.Kind == session.Post) && e.Status >= 400 && e.Start <= s.Closed && i != last {
			return true
		}
	}
	return false
}

// reconnects pairs every session that was lost with the first that the same client opened after it, in time.
func (in *Input) reconnects() []reconnect {
	type end struct {
		s  *session.Session
		at int64
	}
	open := make(map[caller][]end) // losses that nothing has followed yet
	var losses []end
	for _, s := range in.Sessions {
		if at := lost(s); at != 0 {
			losses = append(losses, end{s, at})
		}
	}
	slices.SortStableFunc(losses, func(a, b end) int { return cmp.Compare(a.at, b.at) })
	starts := slices.Clone(in.Sessions)
	slices.SortStableFunc(starts, func(a, b *session.Session) int { return cmp.Compare(a.FirstSeen, b.FirstSeen) })
	var out []reconnect
	for _, s := range starts {
		for len(losses) > 0 && losses[0].at <= s.FirstSeen {
			c := callerOf(losses[0].s)
			open[c] = append(open[c], losses[0])
			losses = losses[1:]
		}
		if s.Opened == 0 {
			continue // its beginning was not seen
		}
		c := callerOf(s)
		for len(open[c]) > 0 {
			e := open[c][0]
			open[c] = open[c][1:]
			if s.FirstSeen-e.at <= reconnectWithin {
				out = append(out, reconnect{e.s, s})
				break
			}
		}
	}
	return out
}
