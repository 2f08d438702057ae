package session

import "sioscope/protocol/fact"

const (
	probeWithin = 1e9 // ns: a client begins its upgrade right after the handshake, and ends it right after its last poll
	probeAmong  = 256 // sessions looked back through
)

// probing returns the session that a message on a WebSocket without its request can only be of: a probe or an upgrade packet
// of the one session of that client that is about to send it, another of the one that has left polling. nil where there is none, or more than one.
func (t *Tracker) probing(c *Conn, f *fact.Message) *Session {
	due := func(s *Session) bool { return s.probesAt(c, f.Start) }
	switch {
	case probes(f):
	case string(f.Payload) == "5" && f.Dir == fact.Out:
		due = func(s *Session) bool { return within(s.released, f.Start) }
	case looksLikeEngineIO(f):
		due = func(s *Session) bool { return s.movedTo(c) }
	default:
		return nil
	}
	var found *Session
	for _, s := range t.Sessions[max(0, len(t.Sessions)-probeAmong):] {
		if s.Closed != 0 && !s.concluded || s.UpgradedAt != 0 || len(s.Probes) > 0 || s.Transport() != Polling || !due(s) {
			continue
		}
		if s.Client.Addr() != c.Client.Addr() || s.Server != c.Server {
			continue
		}
		if found != nil {
			return nil
		}
		found = s
	}
	return found
}

// probesAt says whether the client of a session may send its probe about now: the session was opened a moment ago, or its
// handshake is among the bytes that the capture lost, as the WebSocket's request is.
func (s *Session) probesAt(c *Conn, now int64) bool {
	if s.Opened != 0 {
		return within(s.Opened, now)
	}
	return c.SYN && c.Gaps > 0 && within(s.FirstSeen, now)
}

// movedTo says whether a session has left polling for a WebSocket that was there by then, on which its upgrade packet was
// not seen: its last poll was let go for that, and it did not poll again.
func (s *Session) movedTo(c *Conn) bool {
	there := !c.SYN || c.Gaps > 0 && c.Opened <= s.released
	return s.released != 0 && there && !s.polled(s.released)
}

func within(from, now int64) bool { return from != 0 && from <= now && now-from < probeWithin }
