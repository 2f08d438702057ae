package session

import (
	"slices"

	"sioscope/protocol/fact"
	"sioscope/protocol/socketio"
)

// maxAsked is how many events of a direction are remembered until they are acknowledged. An application that answers fewer
// than it is asked for gets no exact count.
const maxAsked = 256

// An ask is an event that asks for an acknowledgement.
type ask struct {
	namespace string
	id        int64
}

// ack notes an event that asks for an acknowledgement, or that one came.
func (s *Session) ack(dir fact.Dir, at int64, h *socketio.Header) {
	if h.ID < 0 {
		return
	}
	key := ask{withoutQuery(h.Namespace), h.ID}
	switch h.Type {
	case socketio.Event, socketio.BinaryEvent:
		if s.unacked[dir] == nil {
			s.unacked[dir] = map[ask]int64{}
		}
		if len(s.unacked[dir]) < maxAsked {
			s.unacked[dir][key] = at
		}
	case socketio.Ack, socketio.BinaryAck:
		delete(s.unacked[1-dir], key)
	}
}

// Unacknowledged is how many events that went in a direction asked for an acknowledgement of which none was seen, 0 where
// it may be among what is missing.
func (s *Session) Unacknowledged(dir fact.Dir) int {
	if len(s.unacked[dir]) == 0 || s.lacks() {
		return 0
	}
	return len(s.unacked[dir])
}

// Awaiting says whether a packet is such an event.
func (s *Session) Awaiting(r *Row) bool {
	if r.ID < 0 || !r.HasSIO || r.SIO != socketio.Event && r.SIO != socketio.BinaryEvent || s.Unacknowledged(r.Dir) == 0 {
		return false
	}
	for key, at := range s.unacked[r.Dir] {
		if key.id == r.ID && at == r.Time {
			return true
		}
	}
	return false
}

// Unadmitted is how long a session waited in vain for a namespace that it had asked for, as far as was seen, ns; 0 where
// one let it in or refused it, or where the answer may be among what is missing.
func (s *Session) Unadmitted(last int64) int64 {
	heard := len(s.Entered) + len(s.ConnectErrors)
	if s.Asked == 0 || heard > 0 || s.Packets[fact.In] == 0 || s.Events[fact.In]+s.Acks[fact.In] > 0 || s.lacks() {
		return 0
	}
	if s.Closed != 0 {
		last = min(last, s.Closed)
	}
	return max(0, last-s.Asked)
}

// Ignored are the namespaces that a session asked for and waited for in vain for longer than some time, as far as was seen,
// ns, while it got other packets; none where an answer may be among what is missing.
func (s *Session) Ignored(last, longer int64) (asks []Ask) {
	if s.Closed != 0 {
		last = min(last, s.Closed)
	}
	for _, a := range s.Asks {
		if last-a.Time > longer && s.LastPacket[fact.In] > a.Time {
			asks = append(asks, a)
		}
	}
	if asks != nil && s.lacks() {
		return nil
	}
	return asks
}

// lacks says whether bytes of the session are missing: of its connections, bodies that a log does not have, or what could
// not be decoded.
func (s *Session) lacks() bool {
	return s.Undecodable > 0 || s.Dark > 0 || s.OffPolling || s.Unsaid() ||
		slices.ContainsFunc(s.Conns, func(c *Conn) bool { return c.Gaps > 0 }) ||
		slices.ContainsFunc(s.Exchanges, func(e *Exchange) bool { return (e.Kind == Poll || e.Kind == Post) && e.Incomplete })
}
