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
	Cause     string // id of a finding that touches it
}

// Touched leaves those of the sessions in order that the finding of Keep touches; causes gives the findings of each.
func (k Keep) Touched(t *session.Tracker, order []int32, causes func(*session.Session) []string) []int32 {
	if k.Cause == "" {
		return order
	}
	return slices.DeleteFunc(order, func(i int32) bool { return !slices.Contains(causes(t.SessionAt(i)), k.Cause) })
}

// With is what shows both k and now: in ways that both restrict, as k does. Where k is part of now already, on says so,
// and it is now without k.
func (k Keep) With(now Keep) (next Keep, on bool) {
	next = Keep{cmp.Or(k.Transport, now.Transport), cmp.Or(k.Node, now.Node), cmp.Or(k.Client, now.Client), cmp.Or(k.Session, now.Session), cmp.Or(k.Cause, now.Cause)}
	if next != now {
		return next, false
	}
	return Keep{unless(k.Transport, now.Transport), unless(k.Node, now.Node), unless(k.Client, now.Client), unless(k.Session, now.Session), unless(k.Cause, now.Cause)}, true
}

// unless is now where k is zero, and else zero.
func unless[T comparable](k, now T) T {
	var zero T
	if k != zero {
		return zero
	}
	return now
}

// A Sorting is an order, and what it goes by besides the sessions.
type Sorting struct {
	By      Sort
	Trouble func(*session.Session) int // how many findings touch a session: most first
	Now     int64                      // until when a live source was watched: what goes on lasts until then; 0 of a capture
}

// Order gives the numbers of the sessions to show, sorted, whatever findings touch them.
func Order(t *session.Tracker, by Sorting, keep Keep) []int32 {
	list := make([]*session.Session, 0, len(t.Sessions))
	for _, s := range t.Sessions {
		if keep.has(s) {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(x, y *session.Session) int {
		return cmp.Or(by.compare(x, y), cmp.Compare(x.FirstSeen, y.FirstSeen))
	})
	order := make([]int32, len(list))
	for i, s := range list {
		order[i] = int32(s.Index)
	}
	return order
}

func (by Sorting) compare(x, y *session.Session) int {
	switch by.By {
	case ByTrouble:
		return cmp.Compare(by.Trouble(y), by.Trouble(x))
	case ByDuration:
		return cmp.Compare(by.duration(y), by.duration(x))
	case ByNode:
		return cmp.Compare(uint(x.Node), uint(y.Node)) // unknown, -1, comes last
	}
	return 0
}

// duration is how long a session lasted, or has lasted. Of two that go on it is the older that has lasted longer, whichever
// of them was heard of last.
func (by Sorting) duration(s *session.Session) int64 {
	if by.Now != 0 && Lives(s) {
		return by.Now - s.FirstSeen
	}
	return s.Lasted()
}

func (k Keep) has(s *session.Session) bool {
	return (k.Transport == session.NoTransport || s.Transport() == k.Transport) &&
		(k.Node == 0 || s.Node == k.Node-1) &&
		(k.Session == 0 || int32(s.Index) == k.Session-1) &&
		(k.Client == "" || s.Client.Addr().String() == k.Client || s.RealClient == k.Client)
}
