package diagnose

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

const maxEvidence = 6 // pieces of evidence told in a finding; the rest is counted

// shown turns exchanges into evidence, the first few.
func (p *picture) shown(list []*session.Exchange) []Evidence {
	var out []Evidence
	for _, e := range list[:min(len(list), maxEvidence)] {
		out = append(out, told(p.Words, e, ""))
	}
	if n := len(list) - maxEvidence; n > 0 {
		last := &out[len(out)-1]
		if p.past.any() { // of those that are gone nobody knows how many were like these
			last.Text, last.Unmasked = p.S("%s (and more like these)", last.Text), p.S("%s (and more like these)", last.Unmasked)
			return out
		}
		last.Text = p.S("%s (and %d more like these)", last.Text, lang.Amount(n))
		last.Unmasked = p.S("%s (and %d more like these)", last.Unmasked, lang.Amount(n))
	}
	return out
}

// told is one exchange as evidence, with a remark.
func (p *picture) told(e *session.Exchange, remark string) Evidence { return told(p.Words, e, remark) }

// told is one exchange as evidence: what was asked, what came back, and a remark.
func told(w lang.Words, e *session.Exchange, remark string) Evidence {
	at := e.End
	if at == 0 {
		at = max(e.Start, e.Sent)
	}
	say := func(r redact.Redactor) string {
		text := request(w, e, r) + " → " + Answered(w, e, r)
		if remark == "" {
			return text
		}
		return w.S("%s: %s", text, remark)
	}
	return Evidence{Time: at, Conn: e.Conn, Exchange: e, Text: say(redact.Redactor{}), Unmasked: say(redact.Redactor{Off: true})}
}

func request(w lang.Words, e *session.Exchange, r redact.Redactor) string {
	target := e.Target
	if target == "" {
		return w.S("(a request that is not in the capture)")
	}
	return e.Method + " " + r.Target(target)
}

// answer says what came back, in the words of the bytes, secrets masked.
func (p *picture) answer(e *session.Exchange) string { return Answered(p.Words, e, redact.Redactor{}) }

// Answered says what came back for a request, in the words of the bytes.
func Answered(w lang.Words, e *session.Exchange, r redact.Redactor) string {
	switch {
	case e.Status == 0 && improper(e.Failure):
		return w.S("an answer that the browser turned down: %s", firstLine(e.Failure))
	case e.Status == 0 && e.Conn.Closed != 0 && e.Failure != "":
		return w.S("no answer, given up after %s: %s", span(w, e.Conn.Closed-e.Start), firstLine(e.Failure))
	case e.Status == 0 && e.Conn.Closed != 0 && hides(e, fact.Logged):
		return w.S("no answer, given up after %s", span(w, e.Conn.Closed-e.Start))
	case e.Reset != 0:
		return w.S("no answer, given up by the %s after %s", session.Side(w, e.ResetBy), span(w, e.Reset-e.Start))
	case e.Status == 0 && e.Conn.Closed != 0 && e.Conn.ClosedBy == "unknown":
		return w.S("no answer, connection closed after %s", span(w, e.Conn.Closed-e.Start))
	case e.Status == 0 && e.Conn.Closed != 0:
		return w.S("no answer, connection closed by the %s after %s", session.Side(w, e.Conn.ClosedBy), span(w, e.Conn.Closed-e.Start))
	case e.Status == 0:
		return w.S("no answer in the capture")
	}
	if e.TurnedDown() {
		return w.S("%d, but %s; closed by the client after %s, without a frame", e.Status, e.Breach.Said().In(w), span(w, e.Conn.Closed-e.Answered))
	}
	if unopened(e) && e.BodyText == "" {
		return w.S("%d, and no open packet; closed by the %s after %s", e.Status, session.Side(w, e.Conn.ClosedBy), span(w, e.Conn.Closed-e.Start))
	}
	text := strconv.Itoa(e.Status)
	if e.SecondAnswer != 0 {
		text = w.S("%d, then %d where frames belong", e.Status, e.SecondAnswer)
	}
	switch {
	case e.Switched() && e.Reopened != "":
		text = w.S("%s, and over it the open packet of %s", text, e.Reopened)
	case speaksOtherwise(e):
		text = w.S("%s, and over it %s", text, lang.Quoted(r.Text(firstLine(e.BodyText))))
	case e.ByLength:
		text = w.S("%s (a HAR without the body: by its length, %s, the answer to a sid that is not known)", text, w.Count(int(e.ResponseBytes), "byte"))
	case e.Status >= 400 && e.Unread():
		text = w.S("%s (a HAR does not have the body)", text)
	case e.HasError && e.Error.Code >= 0 && strings.Contains(e.Response.ContentType, "json"):
		text += fmt.Sprintf(" JSON code %d %s", e.Error.Code, lang.Quoted(r.Text(e.Error.Message)))
	case e.HasError:
		text += " " + lang.Quoted(r.Text(e.Error.Message))
	case e.Status >= 400 && hiddenRefusal(e):
		text = w.S("%s (a HAR does not have the body)", text)
	case e.Status >= 400 && e.EmptyBody:
		text = w.S("%s without a body", text)
	case e.BodyText != "":
		text += " " + lang.Quoted(r.Text(firstLine(e.BodyText)))
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

func (p *picture) side(by string) string { return session.Side(p.Words, by) }

func (p *picture) span(ns int64) string { return span(p.Words, ns) }

// span is a duration for people: "75 ms", "2.0 s", "1 min 5 s".
func span(w lang.Words, ns int64) string {
	d := time.Duration(ns)
	switch {
	case d < time.Millisecond:
		return w.S("%d µs", d.Microseconds())
	case d < time.Second-time.Millisecond/2:
		return w.S("%d ms", d.Round(time.Millisecond).Milliseconds())
	case d < time.Minute:
		return w.S("%.1f s", d.Seconds())
	}
	return w.S("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}
