package report

import (
	"fmt"
	"strings"

	"sioscope/protocol/session"
)

// expectShown is how many sessions the reason names before it counts the rest.
const expectShown = 5

// Expect tells whether every session is on the transport of that name ("websocket") at the end of what was seen, and
// if not, which are not and why. No session at all is no.
func Expect(in Input, transport string) (ok bool, why string) {
	if len(in.Sessions) == 0 {
		return false, nothingSeen(&in)
	}
	var off []*session.Session
	for _, s := range in.Sessions {
		if s.Transport().String() != transport {
			off = append(off, s)
		}
	}
	if len(off) == 0 {
		return unshared(in.Sessions)
	}
	verb := "are"
	if len(in.Sessions) == 1 {
		verb = "is"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %s %s not on %s: ", len(off), count(len(in.Sessions), "session"), verb, transport)
	for i, s := range off[:min(len(off), expectShown)] {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s (%s)", clean(name(s)), state(&in, s))
	}
	if more := len(off) - expectShown; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return false, b.String()
}

// unshared says whether every client that got a sid got one of its own.
func unshared(sessions []*session.Session) (ok bool, why string) {
	n := 0
	for _, s := range sessions {
		n += len(s.Reused)
	}
	if n == 0 {
		return true, ""
	}
	return false, were(n, "handshake") + " answered with the sid of another client: handshake-cached"
}

func nothingSeen(in *Input) string {
	why := "no Socket.IO session was seen"
	if n := len(in.Refused); n > 0 {
		why += fmt.Sprintf("; %s refused", were(n, "handshake"))
	}
	if n := in.Stats.Encrypted; n > 0 {
		why += fmt.Sprintf("; %s encrypted and could not be read", were(int(n), "connection"))
	}
	return why
}

// state is a session's transport and the finding that says why: "polling: no-affinity-per-connection".
func state(in *Input, s *session.Session) string {
	text := s.Transport().String()
	if ids := in.Diagnosis.BySession[s]; len(ids) > 0 {
		return text + ": " + ids[0]
	}
	if s.Upgrade == session.UpgradeUnknown {
		return text
	}
	return text + ", upgrade " + s.Upgrade.String()
}
