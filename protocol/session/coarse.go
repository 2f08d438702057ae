package session

import (
	"cmp"
	"slices"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
)

// A cookie or header tells the nodes of the layer that made it. Where that layer's node is a balancer itself, or a
// process that shares its port with others, one value stands for several processes. Their sids' counters show it: a
// process that has given out a number gives out none below it later.

// plausibleCounter is above what a process counts; a sid whose end is random is mostly above it.
const plausibleCounter = 1 << 20

// coarse says whether one value of a signal stands for several processes that lived at the same time.
func (t *Tracker) coarse(value func(*Exchange) string) bool {
	groups := map[string][]*Session{}
	for _, s := range t.Sessions {
		n, ok := engineio.Counter(s.SID)
		h := s.handshake()
		if !ok || h == nil || n >= plausibleCounter {
			continue
		}
		if v := value(h); v != "" {
			groups[v] = append(groups[v], s)
		}
	}
	for _, g := range groups {
		if contradicts(g) {
			return true
		}
	}
	return false
}

// contradicts says whether the handshakes of sessions cannot all be one process's, restarts included.
func contradicts(g []*Session) bool {
	slices.SortStableFunc(g, func(a, b *Session) int { return cmp.Compare(a.Opened, b.Opened) })
	for _, c := range chains(g, true) {
		first := c.sessions[0]
		n, _ := engineio.Counter(first.SID)
		start := first.handshake().Start
		for _, o := range g {
			m, _ := engineio.Counter(o.SID)
			if m >= n && o.Opened < start && o.heardAfter(start) {
				return true
			}
		}
	}
	return false
}

// handshake is the request that opened the session, nil where it was not seen.
func (s *Session) handshake() *Exchange {
	for _, e := range s.Exchanges {
		if e.Kind == Handshake && e.GotSID == s.SID {
			return e
		}
	}
	return nil
}

// heardAfter says whether the server said anything of a living session after a time.
func (s *Session) heardAfter(at int64) bool {
	return s.honoured > at || s.LastPacket[fact.In] > at
}
