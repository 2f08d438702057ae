package timeline

import (
	"cmp"
	"slices"

	"sioscope/protocol/session"
)

// Sort is the order of sessions.
type Sort uint8

const (
	ByStart Sort = iota
	ByTrouble
	ByDuration
	ByNode
)

// Keep says which sessions are shown; zero fields do not restrict.
type Keep struct {
	Transport session.Transport
	Node      int    // index + 1; 0 is any
	Client    string // address, of the connection or as a proxy names it
	Session   int32  // index + 1; 0 is any
}

// Order gives the numbers of the sessions to show, sorted. trouble is how many findings touch a session, worst first.
func Order(t *session.Tracker, by Sort, keep Keep, trouble func(*session.Session) int) []int32 {
	list := make([]*session.Session, 0, len(t.Sessions))
	for _, s := range t.Sessions {
		if keep.has(s) {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(x, y *session.Session) int {
		return cmp.Or(compare(by, x, y, trouble), cmp.Compare(x.FirstSeen, y.FirstSeen))
	})
	order := make([]int32, len(list))
	for i, s := range list {
		order[i] = int32(s.Index)
	}
	return order
}

func compare(by Sort, x, y *session.Session, trouble func(*session.Session) int) int {
	switch by {
	case ByTrouble:
		return cmp.Compare(trouble(y), trouble(x))
	case ByDuration:
		return cmp.Compare(y.LastSeen-y.FirstSeen, x.LastSeen-x.FirstSeen)
	case ByNode:
		return cmp.Compare(uint(x.Node), uint(y.Node)) // unknown, -1, comes last
	}
	return 0
}

func (k Keep) has(s *session.Session) bool {
	return (k.Transport == session.NoTransport || s.Transport() == k.Transport) &&
		(k.Node == 0 || s.Node == k.Node-1) &&
		(k.Session == 0 || int32(s.Index) == k.Session-1) &&
		(k.Client == "" || s.Client.Addr().String() == k.Client || s.RealClient == k.Client)
}
