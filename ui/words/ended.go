package words

import (
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// Cut is what a headline has to add of the sessions that did not end by their client's will; "" where there are none.
func Cut(w lang.Words, t *session.Tracker) string {
	n := 0
	for _, s := range t.Sessions {
		if cut(s) {
			n++
		}
	}
	switch {
	case n == 0:
		return ""
	case len(t.Sessions) == 1:
		return w.S("cut off")
	}
	return w.S("%d of them cut off", lang.Amount(n))
}

// cut says whether a session was ended, and not by its client's will.
func cut(s *session.Session) bool {
	return s.Closed != 0 && (s.Close.By == "server" || s.Close.By == "network")
}

// Ended says which sessions did not end by their client's will, and when the first of them did; "" where all did, or
// go on.
func Ended(w lang.Words, t *session.Tracker) string {
	var first *session.Session
	n := 0
	for _, s := range t.Sessions {
		if !cut(s) {
			continue
		}
		n++
		if first == nil || s.Closed < first.Closed {
			first = s
		}
	}
	if n == 0 {
		return ""
	}
	side, after := session.Side(w, first.Close.By), timeline.Span(first.Lasted())
	text := w.S("The %s ended the session after %s", side, after)
	if all := len(t.Sessions); all > 1 || t.Freed.Sessions > 0 {
		which := w.S("%d of %d sessions", lang.Amount(n), lang.Amount(all))
		if t.Freed.Sessions > 0 {
			which = w.S("%d of the latest %d sessions", lang.Amount(n), lang.Amount(all))
		}
		text = w.S("The %s ended %s, after %s", side, which, after)
		if n > 1 {
			text = w.S("The %s ended %s, the first after %s", side, which, after)
		}
	}
	if first.Close.Reason != "" {
		text = w.S("%s: %s", text, first.Close.Why(w))
	}
	return w.S("%s.", text)
}
