package timeline

import (
	"fmt"

	"sioscope/protocol/session"
	"sioscope/ui/plain"
)

// Describe says in a line what was hit, for the label beside the mouse; "" for nothing.
func Describe(t *session.Tracker, h Hit) string {
	switch h.Kind {
	case HitExchange:
		text := barText(t.Exchanges[h.Exchange], h.Count)
		if h.Count <= 1 {
			text += on(t, t.Exchanges[h.Exchange])
		}
		return text
	case HitRow:
		if h.Count > 1 {
			return fmt.Sprintf("%d packets", h.Count)
		}
		r := &t.Rows[h.Row]
		return fmt.Sprintf("%s %s, %d bytes", r.Dir, r.Type, r.Size)
	case HitPhase:
		return phaseName(t.Sessions[h.Session], h.Index)
	case HitProbe:
		return describeProbe(t, &t.Sessions[h.Session].Probes[h.Index])
	case HitSession:
		if s := t.Sessions[h.Session]; s.SID == "" {
			return Name(s)
		}
		return "session " + Name(t.Sessions[h.Session])
	case HitConn:
		return describeConn(t, t.Conns[h.Conn])
	case HitRefused:
		return fmt.Sprintf("handshakes refused: %d", h.Count)
	}
	return ""
}

// on names connection and node of a request.
func on(t *session.Tracker, e *session.Exchange) string {
	text := fmt.Sprintf(", conn %d", e.Conn.ID)
	if place := Place(t, e.Conn); place != "" {
		text += " in " + place
	}
	if name := NodeName(t, e.Node); name != "" {
		text += ", " + name
	}
	return text + wrongNode(t, e)
}

// Place is the capture that a connection is in, "" where there is only one.
func Place(t *session.Tracker, c *session.Conn) string {
	if len(t.Files) < 2 || c.Conn == nil {
		return ""
	}
	if f := t.File(c.Source); f != nil {
		return plain.Place(f)
	}
	return ""
}

func describeProbe(t *session.Tracker, p *session.Probe) string {
	switch {
	case p.Upgrade != 0:
		return "upgrade to WebSocket, done"
	case p.Failed != 0:
		return Refusal(t, p)
	}
	return "upgrade to WebSocket, under way"
}

func describeConn(t *session.Tracker, c *session.Conn) string {
	text := fmt.Sprintf("conn %d, %s to %s, %d requests", c.ID, c.Client, c.Server, len(c.Exchanges))
	if c.Over != nil {
		text = fmt.Sprintf("conn %d, HTTP/2 stream %d of conn %d", c.ID, c.Stream, c.Over.ID)
	}
	if place := Place(t, c); place != "" {
		text += ", in " + place
	}
	switch {
	case c.Closed == 0:
		return text + ", open to the end"
	case c.Reset:
		return text + ", reset by " + c.ClosedBy
	}
	return text + ", closed by " + c.ClosedBy
}
