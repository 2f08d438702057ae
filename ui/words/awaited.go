package words

import (
	"time"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// Awaited says what servers owe at a moment of what is watched, and since when; "" where they owe nothing. Until a silence
// is longer than heartbeats allow nothing is wrong, but who looks on wants to know.
func Awaited(w lang.Words, t *session.Tracker, now int64) string {
	a, n := t.Awaits(now)
	switch {
	case n == 0:
		return ""
	case n == 1:
		return w.S("%s.", awaited(w, a))
	}
	return w.S("%s.", w.N(n-1, "%s; %d more waits, too", "%s; %d more wait, too", awaited(w, a), n-1))
}

// AwaitedIn is Awaited of one session.
func AwaitedIn(w lang.Words, s *session.Session, now int64) string {
	a := s.Awaits(now)
	if a.Since == 0 {
		return ""
	}
	return w.S("%s.", awaited(w, a))
}

func awaited(w lang.Words, a session.Awaited) string {
	at := time.Unix(0, a.Since).Format("15:04:05")
	switch {
	case a.Exchange == nil:
		return w.S("The server's heartbeat has been awaited since %s in session %s", at, timeline.Name(w, a.Session))
	case a.Session == nil:
		return w.S("The answer to %s has been awaited since %s", asked(w, a.Exchange), at)
	}
	return w.S("The answer to %s has been awaited since %s in session %s", asked(w, a.Exchange), at, timeline.Name(w, a.Session))
}

// asked names a request as the timeline does: its method, and what it is for where that says more.
func asked(w lang.Words, e *session.Exchange) string {
	switch e.Kind {
	case session.Handshake, session.Poll:
		return e.Method + " " + e.Kind.Word(w)
	case session.UpgradeRequest:
		return e.Method + " websocket"
	}
	return e.Method
}
