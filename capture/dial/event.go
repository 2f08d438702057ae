package dial

import (
	"net/netip"
	"strings"
	"time"

	"sioscope/capture/tap"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// EventKind says what an Event is.
type EventKind uint8

const (
	Resolved  EventKind = iota // a name has addresses
	Connected                  // a connection is open, TLS included
	Revision                   // another revision of Engine.IO is tried, or spoken
	Joined                     // the namespace was entered
	Upgraded                   // the session is on WebSocket now
	Stuck                      // the session stays on polling: its WebSocket was refused or failed
	Acked                      // an event of ours was acknowledged
	Unacked                    // and another was not, until the session ended
	Left                       // the session is over
	Waiting                    // before connecting again
)

// An Event is what happens below or beside the facts: what names resolve to, how long connecting took, what the client
// makes of what it sees.
type Event struct {
	Time      time.Time
	Kind      EventKind
	Host      string        // Resolved, Connected
	Addresses []netip.Addr  // Resolved
	Took      time.Duration // Resolved, Connected, Acked
	Conn      *fact.Conn    // Connected
	TLS       *tap.TLS      // Connected; nil: not encrypted
	Mark      int           // Acked, Unacked: the Emission's
	Said      lang.Sentence // the other kinds: a clause for people
}

// String is the event in a line, in English.
func (e Event) String() string { return e.In(nil) }

// In is the event in a line, for people, in their language.
func (e Event) In(w lang.Words) string {
	switch e.Kind {
	case Resolved:
		list := make([]string, len(e.Addresses))
		for i, a := range e.Addresses {
			list[i] = a.String()
		}
		return w.S("%s is %s", e.Host, strings.Join(list, ", "))
	case Connected:
		text := w.S("connection %d: %s to %s", e.Conn.ID, e.Conn.Client, e.Conn.Server)
		if e.TLS != nil {
			text += ", TLS " + e.TLS.Version
			for _, p := range e.TLS.ALPN {
				text += ", ALPN " + p
			}
		}
		return text
	}
	return e.Said.In(w)
}
