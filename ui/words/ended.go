package words

import (
	"fmt"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// Ended says which sessions did not end by their client's will, and when the first of them did; "" where all did, or
// go on.
func Ended(w lang.Words, t *session.Tracker) string {
	var first *session.Session
	n := 0
	for _, s := range t.Sessions {
		if s.Closed == 0 || s.Close.By != "server" && s.Close.By != "network" {
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
	which, when := "the session", " after "
	if all := len(t.Sessions); t.Freed.Sessions > 0 {
		which, when = fmt.Sprintf("%d of the latest %d sessions", n, all), ", after "
	} else if all > 1 {
		which, when = fmt.Sprintf("%d of %d sessions", n, all), ", after "
	}
	if n > 1 {
		when = ", the first after "
	}
	text := fmt.Sprintf("The %s ended %s%s%s", first.Close.By, which, when, timeline.Span(first.Closed-first.FirstSeen))
	if first.Close.Reason != "" {
		text += ": " + first.Close.Reason
	}
	return text + "."
}
