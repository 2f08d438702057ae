// Package rows is the packet table without a toolkit: which rows are shown, in which order, and what stands in their
// cells.
package rows

import (
	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/protocol/socketio"
	"sioscope/ui/timeline"
)

// Only says which kind of rows is shown.
type Only uint8

const (
	AllKinds Only = iota
	OnlyEvents
	OnlyRequests // HTTP requests and their answers, without what they carried
)

// Way says which direction is shown.
type Way uint8

const (
	BothWays Way = iota
	OnlyOut      // from the client
	OnlyIn
)

// A Filter says which rows are shown. The zero value shows all.
type Filter struct {
	Session   int32 // number + 1; 0 is any
	Conn      int32 // its ID; 0 is any
	Refused   bool  // only rows of requests that have no session
	HidePings bool  // heartbeats are left out; the probe stays
	Problems  bool  // only what went wrong
	Only      Only
	Way       Way
	Text      string // see NewQuery
	// Kept are the sessions whose rows are shown where neither a session, a connection nor what was refused is asked for;
	// nil: all, and what has no session.
	Kept *timeline.Kept
}

// scope says whether a row is of what the filter is about.
func (f *Filter) scope(r *session.Row) bool {
	if f.Conn == 0 && f.Session == 0 && !f.Refused && !f.Kept.Has(r.Session) {
		return false
	}
	return (f.Conn == 0 || r.Conn == f.Conn-1) && (f.Session == 0 || r.Session == f.Session-1) && (!f.Refused || r.Session < 0)
}

func (o Only) has(r *session.Row) bool {
	if o == OnlyEvents {
		return r.HasSIO && (r.SIO == socketio.Event || r.SIO == socketio.BinaryEvent) || r.Attachment
	}
	return r.Kind == session.RequestRow || r.Kind == session.RefusalRow || r.Kind == session.SwitchRow
}

func (way Way) omits(r *session.Row) bool {
	return way == OnlyOut && r.Dir != fact.Out || way == OnlyIn && r.Dir != fact.In
}

// Heartbeat says that a row is a ping or pong that only keeps the connection alive.
func Heartbeat(t *session.Tracker, r *session.Row) bool {
	if r.Kind == session.ControlRow {
		return true
	}
	if r.Kind != session.PacketRow || r.Type != engineio.Ping && r.Type != engineio.Pong {
		return false
	}
	return !Probe(t, r)
}

// Probe says that a ping or pong is one that tries the new transport.
func Probe(t *session.Tracker, r *session.Row) bool { return string(t.Payload(r.Data)) == "probe" }
