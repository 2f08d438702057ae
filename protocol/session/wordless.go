package session

import (
	"cmp"
	"slices"
	"strings"
)

// A log may have the answer to a handshake without its body: the sid is that of the first request with one that comes right
// after it, where no other handshake may have given it.

const (
	followsWithin = 5e9   // ns after its handshake, within which a client uses its session
	followsBefore = 100e6 // ns by which the times of a log may have it before
	leastOpen     = 60    // bytes: no open packet is shorter
	maxWordless   = 64
)

// wordless takes a handshake that was answered, and of whose answer the log does not have the body.
func (t *Tracker) wordless(e *Exchange, size int64) {
	if e.Outer != nil || e.Inner != nil || size > 0 && size < leastOpen || strings.Contains(e.Response.ContentType, "html") {
		return
	}
	t.unnamed = append(t.unnamed[max(0, len(t.unnamed)-maxWordless+1):], e)
	for _, s := range t.unproven[max(0, len(t.unproven)-maxWordless):] {
		if len(s.Exchanges) > 0 && t.nameBy(s, s.Exchanges[0]) {
			return
		}
	}
}

// nameBy finds the handshake of a session that was made for the sid of a request, and says whether there is one.
func (t *Tracker) nameBy(s *Session, first *Exchange) bool {
	if s.Opened != 0 || !first.logged() {
		return false
	}
	var found *Exchange
	for _, h := range t.unnamed {
		d := first.Start - h.End
		if h.Path != first.Path || h.Request.Host != first.Request.Host || h.Conn.Source != first.Conn.Source || d < -followsBefore || d > followsWithin {
			continue
		}
		if found != nil {
			return false
		}
		found = h
	}
	if found == nil {
		return false
	}
	t.unnamed = slices.DeleteFunc(t.unnamed, func(h *Exchange) bool { return h == found })
	found.GotSID, found.Session = s.SID, s
	s.Opened = found.End
	t.honour(s, found)
	t.takeRows(s, found)
	t.attach(found)
	slices.SortStableFunc(s.Exchanges, func(a, b *Exchange) int { return cmp.Compare(a.Start, b.Start) })
	if s.untouched() {
		s.enter(Polling, found.End)
	}
	return true
}
