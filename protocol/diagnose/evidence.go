package diagnose

import (
	"fmt"
	"strings"
	"time"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

const maxEvidence = 6 // pieces of evidence told in a finding; the rest is counted

// shown turns exchanges into evidence, the first few.
func shown(list []*session.Exchange) []Evidence {
	var out []Evidence
	for _, e := range list[:min(len(list), maxEvidence)] {
		out = append(out, told(e, ""))
	}
	if n := len(list) - maxEvidence; n > 0 {
		last := &out[len(out)-1]
		more := fmt.Sprintf(" (and %d more like these)", n)
		last.Text, last.Unmasked = last.Text+more, last.Unmasked+more
	}
	return out
}

// told is one exchange as evidence: what was asked, what came back, and a remark.
func told(e *session.Exchange, remark string) Evidence {
	at := e.End
	if at == 0 {
		at = max(e.Start, e.Sent)
	}
	if remark != "" {
		remark = ": " + remark
	}
	say := func(r redact.Redactor) string { return request(e, r) + " → " + Answered(e, r) + remark }
	return Evidence{Time: at, Conn: e.Conn, Exchange: e, Text: say(redact.Redactor{}), Unmasked: say(redact.Redactor{Off: true})}
}

func request(e *session.Exchange, r redact.Redactor) string {
	target := e.Target
	if target == "" {
		return "(a request that is not in the capture)"
	}
	return e.Method + " " + r.Target(target)
}

// answer says what came back, in the words of the bytes, secrets masked.
func answer(e *session.Exchange) string { return Answered(e, redact.Redactor{}) }

// Answered says what came back for a request, in the words of the bytes.
func Answered(e *session.Exchange, r redact.Redactor) string {
	switch {
	case e.Status == 0 && e.Conn.Closed != 0 && hides(e, fact.Logged):
		return fmt.Sprintf("no answer, given up after %s", span(e.Conn.Closed-e.Start))
	case e.Reset != 0:
		return fmt.Sprintf("no answer, given up by the %s after %s", e.ResetBy, span(e.Reset-e.Start))
	case e.Status == 0 && e.Conn.Closed != 0:
		return fmt.Sprintf("no answer, connection closed by the %s after %s", e.Conn.ClosedBy, span(e.Conn.Closed-e.Start))
	case e.Status == 0:
		return "no answer in the capture"
	}
	text := fmt.Sprintf("%d", e.Status)
	if unopened(e) {
		return fmt.Sprintf("%d, and no open packet; closed by the %s after %s", e.Status, e.Conn.ClosedBy, span(e.Conn.Closed-e.Start))
	}
	if e.SecondAnswer != 0 {
		text = fmt.Sprintf("%d, then %d where frames belong", e.Status, e.SecondAnswer)
	}
	switch {
	case e.HasError && e.Error.Code >= 0 && strings.Contains(e.Response.ContentType, "json"):
		text += fmt.Sprintf(" JSON code %d %q", e.Error.Code, r.Text(e.Error.Message))
	case e.HasError:
		text += fmt.Sprintf(" %q", r.Text(e.Error.Message))
	case e.Status >= 400 && hiddenRefusal(e):
		text += " (a HAR does not have the body)"
	case e.Status >= 400 && e.EmptyBody:
		text += " without a body"
	case e.BodyText != "":
		text += fmt.Sprintf(" %q", r.Text(firstLine(e.BodyText)))
	}
	if e.Response.Server != "" && e.Status >= 400 {
		text += " (Server: " + e.Response.Server + ")"
	}
	return text
}

// unopened says whether a WebSocket that should open a session was accepted, and ended without one.
func unopened(e *session.Exchange) bool {
	return e.Kind == session.Handshake && e.Switched() && e.GotSID == "" && e.SecondAnswer == 0 && e.Conn.Closed != 0 && e.Conn.Gaps == 0
}

func firstLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

// span is a duration for people: "75 ms", "2.0 s", "1 min 5 s".
func span(ns int64) string {
	d := time.Duration(ns)
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second-time.Millisecond/2:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}

// count is "1 session", "3 sessions".
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
