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

// PlausibleCounter is above what most processes count; a sid whose end is random is mostly above it.
const PlausibleCounter = 1 << 20

// coarse says whether one value of a signal stands for several processes that lived at the same time.
func (t *Tracker) coarse(value func(*Exchange) string) bool {
	groups := t.counting(value)
	for _, g := range groups {
		if contradicts(g) {
			return true
		}
	}
	return false
}

// counting are the sessions whose sids count, by what a signal says of their handshakes, in the order of their answers.
func (t *Tracker) counting(value func(*Exchange) string) map[string][]*Session {
	groups := map[string][]*Session{}
	for _, s := range t.Sessions {
		n, ok := engineio.Counter(s.SID)
		h := s.handshake()
		if !ok || h == nil || n >= PlausibleCounter {
			continue
		}
		if v := value(h); v != "" {
			groups[v] = append(groups[v], s)
		}
	}
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b *Session) int { return cmp.Compare(a.Opened, b.Opened) })
	}
	return groups
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

// fine says whether several values of a signal stand for one process: its handshakes count on from one value to another
// and back.
func (t *Tracker) fine(value func(*Exchange) string) bool {
	switches := 0
	for _, g := range t.counting(func(*Exchange) string { return "all" }) {
		seen := map[uint32]bool{}
		for i, s := range g {
			n, _ := engineio.Counter(s.SID)
			if seen[n] {
				return false // two processes have given out the same number
			}
			seen[n] = true
			if i == 0 {
				continue
			}
			before, _ := engineio.Counter(g[i-1].SID)
			v, w := value(s.handshake()), value(g[i-1].handshake())
			if n == before+1 && v != "" && w != "" && v != w {
				switches++
			}
		}
	}
	return switches >= 2
}

// counted is how many values of a signal have handshakes that count on by themselves, while another value's have some of
// the same numbers: processes that are not one.
func (t *Tracker) counted(value func(*Exchange) string) (n int) {
	groups := t.counting(value)
	given := map[uint32]int{} // by how many values
	for _, g := range groups {
		for _, s := range g {
			n, _ := engineio.Counter(s.SID)
			given[n]++
		}
	}
	for _, g := range groups {
		twice := slices.ContainsFunc(g, func(s *Session) bool {
			n, _ := engineio.Counter(s.SID)
			return given[n] > 1
		})
		if twice && len(g) >= 2 && len(chains(g, true)) == 1 {
			n++
		}
	}
	return n
}
