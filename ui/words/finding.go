package words

import (
	"fmt"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
)

// Findings is everything found, worst first: what "Why and fix" shows.
func (w *Writer) Findings() Text {
	d := w.Diagnosis
	t := Text{Title: d.Verdict.Title, Bad: !d.Verdict.Healthy && (d.Verdict.State != diagnose.StateNone || d.Verdict.Lead != "")}
	if t.Title == "" {
		t.Title = d.Verdict.Summary
	}
	cause := d.Verdict.Cause
	if w.Live {
		t.Title, cause = Now(w.Words, t.Title, w.Over), Now(w.Words, cause, w.Over)
	}
	if len(d.Findings) == 0 || strings.TrimSuffix(d.Verdict.Cause, ".") != d.Findings[0].Title {
		t.add(Para, Fields(w.Words, cause))
	}
	switch {
	case len(d.Findings) > 0:
	case d.Verdict.State == diagnose.StateNone && w.Live && w.Over:
		t.Title = w.S("No session came about")
		t.add(Para, w.S("No request and no WebSocket of Engine.IO was seen until the end."))
	case d.Verdict.State == diagnose.StateNone && w.Live:
		t.Title = w.S("No session yet")
		t.add(Para, w.S("No request and no WebSocket of Engine.IO was seen so far. What comes is shown as it comes."))
	case d.Verdict.State == diagnose.StateNone && cause != "":
	case d.Verdict.State == diagnose.StateNone:
		t.add(Para, w.S("No request and no WebSocket of Engine.IO was seen, so nothing can be said. Was the capture made where the traffic passes, and is the traffic unencrypted there?"))
	case d.Verdict.State == diagnose.StateWebSocket:
		w.healthy(&t)
	default:
		t.add(Para, w.S("Nothing that was seen says why. A session's own line, and its requests, tell what it did."))
	}
	for i := range d.Findings {
		w.finding(&t, &d.Findings[i], number(i, len(d.Findings)))
	}
	w.path(&t)
	return t
}

// path says who was recognised between client and node, from the client on, and by what.
func (w *Writer) path(t *Text) {
	if len(w.Diagnosis.Path) == 0 {
		return
	}
	t.add(Section, w.S("In the path, from the client on"))
	for i := range w.Diagnosis.Path {
		t.add(Item, w.quote(plain.Hop(w.Words, &w.Diagnosis.Path[i])))
	}
}

// Unreadable is what there is to say of input that is no capture.
func Unreadable(w lang.Words, err error) Text {
	t := Text{Title: w.S("This could not be read"), Bad: true}
	t.add(Bad, w.Told(err))
	t.add(Para, w.S("sioscope reads captures of network traffic: pcap and pcapng files, as tcpdump and Wireshark write them, also compressed with gzip, and HAR files that browsers save."))
	t.add(Item, w.S("tcpdump -i any -s 0 -w capture.pcap tcp port 80 writes one."))
	return t
}

// Denied is what there is to say of a file that may not be read: allow is the command with which everybody may, and copied
// that which makes a copy of one's own. Both are "" where there are none.
func Denied(w lang.Words, err error, allow, copied string) Text {
	t := Text{Title: w.S("This could not be read"), Bad: true}
	t.add(Bad, w.Told(err))
	if allow == "" {
		return t
	}
	t.add(Para, w.S("What root or another user captures can often be read by nobody else. One of these, typed in a terminal, changes that:"))
	t.add(Item, w.S("%s lets everybody on this computer read it.", allow))
	t.add(Item, w.S("%s makes a copy of your own, in the directory of the terminal.", copied))
	return t
}

// Nothing is what there is to say where a live source gave no session, and why where it says so.
func Nothing(w lang.Words, title string, err error) Text {
	t := Text{Title: title, Bad: err != nil}
	if err != nil {
		t.add(Bad, Quoting(w, w.Told(err)))
	}
	return t
}

// Reading is what there is to say of a capture while nothing is known of it.
func Reading(w lang.Words, title string) Text {
	t := Text{Title: w.S("Reading %s", title)}
	t.add(Para, w.S("What is seen appears as it is read. What it shows, why, and what would help is told here once it is read."))
	return t
}

// Checking is what there is to say of a check that has shown nothing so far.
func Checking(w lang.Words, title string) Text {
	t := Text{Title: title}
	t.add(Para, w.S("Experiments are run against the service. The panel at the left lists them, each with what it asks and, once it is over, what it tells."))
	t.add(Para, w.S("What they show together, why, and what would help is told here as soon as it is known."))
	return t
}

// Cancelled is what there is to say of a check that was cancelled: what was found until then.
func (w *Writer) Cancelled(title string) Text {
	t := Text{Title: title}
	t.add(Para, w.S("This check was cancelled before all experiments were over. What follows was seen until then, and may be only half of it."))
	if w.Diagnosis.Verdict.State != diagnose.StateNone && w.Diagnosis.Verdict.State != "" {
		t.Parts = append(t.Parts, w.Findings().Parts...)
		return t
	}
	t.Parts[0].Text = w.S("This check was cancelled before an experiment told something. Check again runs all of them.")
	return t
}

// number is what stands before the heading of one of several findings.
func number(i, of int) string {
	if of < 2 {
		return ""
	}
	return fmt.Sprintf("%d. ", i+1)
}

// finding writes one cause under its heading: what, proof, what it is not, and what to do.
func (w *Writer) finding(t *Text, f *diagnose.Finding, number string) {
	style, word := w.severity(f.Severity)
	t.add(style, number+w.S("%s: %s", word, Fields(w.Words, f.Title)))
	t.add(Para, Fields(w.Words, f.Explanation))
	if f.Confidence != "" && f.Confidence != "certain" {
		t.add(Dim, w.S("This is %s, not certain.", diagnose.Confidence(w.Words, f.Confidence)))
	}
	switch {
	case len(f.Sessions) > 0 && f.Earlier > 0:
		t.add(Dim, w.S("%s, and %s that were over and made room.", w.sessions(f.Sessions), w.Count(f.Earlier, "session")))
	case len(f.Sessions) > 0:
		t.add(Dim, w.sessions(f.Sessions))
	case f.Earlier > 0:
		t.add(Dim, w.S("%s that were over and made room.", w.Count(f.Earlier, "session")))
	}
	w.evidence(t, f.Evidence)
	if len(f.RuledOut) > 0 {
		t.add(Head, w.S("Ruled out"))
		for _, r := range f.RuledOut {
			t.add(Item, Fields(w.Words, r))
		}
	}
	if len(f.Fixes) > 0 {
		t.add(Head, w.S("Fix"))
		for _, x := range f.Fixes {
			t.add(Item, Fields(w.Words, w.fix(x)))
			t.add(Code, x.Snippet)
		}
	}
	if len(f.Tried) > 0 {
		t.add(Head, w.S("Tried here"))
		for _, x := range f.Tried {
			t.add(Item, Fields(w.Words, w.tried(x)))
		}
	}
	if f.WouldTell != "" {
		t.add(Dim, w.S("To be sure: %s", Fields(w.Words, f.WouldTell)))
	}
}

// tried is what an experiment showed of a fix, with the answer first: whether it would help.
func (w *Writer) tried(x diagnose.Trial) string {
	switch x.Works {
	case "yes":
		return w.S("Works: %s", x.Text)
	case "no":
		return w.S("Does not work: %s", x.Text)
	case "some":
		return w.S("Works in part: %s", x.Text)
	}
	return w.S("Not known: %s", x.Text)
}

func (w *Writer) severity(s diagnose.Severity) (Style, string) {
	switch s {
	case diagnose.Warning:
		return Caution, w.S("Warning")
	case diagnose.Info:
		return Section, w.S("Note")
	}
	return Problem, w.S("Error")
}

func (w *Writer) fix(x diagnose.Fix) string {
	if x.For == "" {
		return x.Text
	}
	return w.S("%s: %s", w.Said(x.For), x.Text)
}

// maxNamed is how many sessions or pieces of evidence are listed one by one.
const maxNamed = 6

func (w *Writer) sessions(list []*session.Session) string {
	var names []string
	for _, s := range list[:min(len(list), maxNamed)] {
		names = append(names, w.name(s))
	}
	text := w.List(names)
	if n := len(list) - maxNamed; n > 0 {
		text = w.S("%s and %d more", text, lang.Amount(n))
	}
	return w.N(len(list), "Session: %s", "Sessions: %s", text)
}

func (w *Writer) name(s *session.Session) string {
	if s.SID == "" {
		return w.S("number %d (its sid was not seen)", s.Index+1)
	}
	return s.SID
}

func (w *Writer) evidence(t *Text, list []diagnose.Evidence) {
	if len(list) == 0 {
		return
	}
	t.add(Head, w.S("Seen"))
	for _, e := range list[:min(len(list), maxNamed)] {
		where := w.at(e.Time)
		if e.Conn != nil {
			where = strings.TrimSpace(where + " " + w.S("conn %d", e.Conn.ID))
		}
		text := w.quote(e.Text)
		if where != "" {
			text = w.S("%s: %s", where, text)
		}
		t.Parts = append(t.Parts, Part{Style: Item, Text: text, Place: place(&e, where)})
	}
	if n := len(list) - maxNamed; n > 0 {
		t.add(Dim, w.S("and %d more like these", lang.Amount(n)))
	}
}

// place is where a piece of evidence was seen; none where that made room for what came later.
func place(e *diagnose.Evidence, label string) Place {
	p := Place{Label: label, Time: e.Time}
	if e.Conn != nil {
		p.Conn = e.Conn.ID
	}
	if e.Exchange != nil {
		p.Exchange = e.Exchange.Index + 1
	}
	if label == "" || p.Conn == 0 && p.Exchange == 0 {
		return Place{}
	}
	return p
}

// about adds the findings that name an exchange as proof, or else those of its session.
func (w *Writer) about(t *Text, e *session.Exchange, s *session.Session) {
	if w.Diagnosis == nil {
		return
	}
	if w.proved(t, e) {
		return
	}
	for _, f := range w.all() {
		if s != nil && touches(f, s) && f.Severity == diagnose.Error {
			w.finding(t, f, "")
			return
		}
	}
}

// all are the findings, and those of what was before.
func (w *Writer) all() (list []*diagnose.Finding) {
	for _, of := range [...][]diagnose.Finding{w.Diagnosis.Findings, w.Diagnosis.Former} {
		for i := range of {
			list = append(list, &of[i])
		}
	}
	return list
}

// proved adds the finding that names an exchange as proof, where one does.
func (w *Writer) proved(t *Text, e *session.Exchange) bool {
	if w.Diagnosis == nil || e == nil {
		return false
	}
	for _, f := range w.all() {
		if proves(f, e) {
			w.finding(t, f, "")
			return true
		}
	}
	return false
}

func proves(f *diagnose.Finding, e *session.Exchange) bool {
	for i := range f.Evidence {
		if f.Evidence[i].Exchange == e {
			return true
		}
	}
	for _, r := range f.Refused {
		if r == e {
			return true
		}
	}
	return false
}

func touches(f *diagnose.Finding, s *session.Session) bool {
	for _, x := range f.Sessions {
		if x == s {
			return true
		}
	}
	return false
}
