package timeline

import (
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
)

// Describe says in a line what was hit, for the label beside the mouse; "" for nothing. live: it is watched, see Input.Now.
func Describe(w lang.Words, t *session.Tracker, h Hit, live bool) string {
	switch h.Kind {
	case HitExchange:
		text := barText(w, t.ExchangeAt(h.Exchange), h.Count, live)
		if h.Count <= 1 {
			text += on(w, t, t.ExchangeAt(h.Exchange))
		}
		return text
	case HitRow:
		if h.Count > 1 {
			return w.S("%d packets", lang.Amount(h.Count))
		}
		if h.Row < t.FirstRow {
			return ""
		}
		r := t.RowAt(h.Row)
		return w.S("%s %s, %d bytes", r.Dir.Word(w), r.Type, r.Size)
	case HitPhase:
		if s := t.SessionAt(h.Session); h.Index < len(s.History) {
			return phaseName(w, s, h.Index)
		}
	case HitProbe:
		if s := t.SessionAt(h.Session); h.Index < len(s.Probes) {
			return describeProbe(w, t, &s.Probes[h.Index])
		}
	case HitSession:
		if s := t.SessionAt(h.Session); s.SID == "" {
			return Name(w, s)
		}
		return w.S("session %s", t.SessionAt(h.Session).SID)
	case HitConn:
		return describeConn(w, t, t.ConnAt(h.Conn))
	case HitRefused:
		return w.S("handshakes refused: %d", lang.Amount(h.Count))
	}
	return ""
}

// on names connection and node of a request.
func on(w lang.Words, t *session.Tracker, e *session.Exchange) string {
	text := w.S(", conn %d", e.Conn.ID)
	if place := Place(t, e.Conn); place != "" {
		text = w.S(", conn %d in %s", e.Conn.ID, place)
	}
	if name := NodeTitle(w, t, e.Node); name != "" {
		text = w.S("%s, %s", text, name)
	}
	return text + wrongNode(w, t, e)
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

func describeProbe(w lang.Words, t *session.Tracker, p *session.Probe) string {
	switch {
	case p.Upgrade != 0:
		return w.S("upgrade to WebSocket, done")
	case p.Failed != 0:
		return Refusal(w, t, p)
	}
	return w.S("upgrade to WebSocket, under way")
}

func describeConn(w lang.Words, t *session.Tracker, c *session.Conn) string {
	text := w.S("conn %d, %s to %s, %s", c.ID, c.Client, c.Server, w.Count(len(c.Exchanges), "request"))
	if c.Over != nil {
		text = w.S("conn %d, HTTP/2 stream %d of conn %d", c.ID, c.Stream, c.Over.ID)
	}
	if place := Place(t, c); place != "" {
		text = w.S("%s, in %s", text, place)
	}
	switch {
	case c.Closed == 0:
		return w.S("%s, open to the end", text)
	case c.ClosedBy == "unknown":
		return w.S("%s, %s", text, w.S("closed, by whom is not known"))
	case c.Reset:
		return w.S("%s, reset by %s", text, session.Side(w, c.ClosedBy))
	}
	return w.S("%s, closed by %s", text, session.Side(w, c.ClosedBy))
}
