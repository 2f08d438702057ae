package rows

import (
	"strings"
	"unicode/utf8"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// Part is where in a row's packet or request a text is.
type Part uint8

const (
	Nowhere Part = iota
	InPayload
	InTarget
	InRequest // a field of the request's head
	InAnswer  // a field of the answer's head
	InStatus
	InNode
	InSID
)

// A Found tells where a row has what is searched for, for a row that does not show it by itself.
type Found struct {
	Part   Part
	Name   string // of the header field
	Text   string // what stands around it
	Masked bool   // it is within what is masked, and Text does not show it
	at     int    // where it is in Text
}

// Short is f with less of what stands before it.
func (f Found) Short() Found {
	const before = 6
	if f.at > before+len("…") {
		from := f.at - before
		for from < f.at && !utf8.RuneStart(f.Text[from]) {
			from++
		}
		f.Text, f.at = "…"+f.Text[from:], before+len("…")
	}
	return f
}

// around is how much is shown before and after what was found, in bytes.
const around = 24

// Find tells where in a row the first term of a query is that the given texts, which are shown, do not show. mask is
// what masks secrets: within what it takes out a text is found, and not shown.
func (q *Query) Find(t *session.Tracker, r *session.Row, mask redact.Redactor, shown ...string) Found {
	for _, tm := range q.terms {
		if tm.shownIn(shown) {
			continue
		}
		if f := tm.find(t, r, mask); f.Part != Nowhere {
			return f
		}
	}
	return Found{}
}

func (t *term) shownIn(texts []string) bool {
	for _, s := range texts {
		if t.at([]byte(s)).To > 0 {
			return true
		}
	}
	return false
}

// at is the first place of the text, an empty one where there is none.
func (t *term) at(p []byte) Span {
	for _, raw := range t.raw {
		if i := indexFold(p, raw); i >= 0 {
			return Span{i, i + len(raw)}
		}
	}
	return Span{}
}

func (tm *term) find(t *session.Tracker, r *session.Row, mask redact.Redactor) Found {
	sid := t.SessionAt(r.Session).SID
	switch tm.in {
	case bySID:
		return tm.within(InSID, "", sid, sid)
	case byStatus, byNode:
		return Found{}
	}
	if data := t.Payload(r.Data); tm.at(data).To > 0 {
		return tm.within(InPayload, "", string(data), masked(r, string(data), mask))
	}
	if f := tm.within(InSID, "", sid, sid); f.Part != Nowhere || tm.in == byEvent {
		return f
	}
	if e := carrier(t, r); e != nil {
		if f := tm.head(t, e, mask); f.Part != Nowhere {
			return f
		}
	}
	if n := nodeOf(t, r); n >= 0 {
		return tm.within(InNode, "", t.Nodes[n].Label, t.Nodes[n].Label)
	}
	return Found{}
}

// head looks through the head of a request and of its answer.
func (tm *term) head(t *session.Tracker, e *session.Exchange, mask redact.Redactor) (f Found) {
	if f = tm.within(InTarget, "", e.Target, mask.Target(e.Target)); f.Part != Nowhere {
		return f
	}
	for i, head := range [...]session.Ref{e.RequestHead, e.ResponseHead} {
		fact.Header(t.Payload(head)).Each(func(name, value []byte) bool {
			raw, shown := string(name)+": "+string(value), string(name)+": "+mask.Header(string(name), string(value))
			f = tm.within(InRequest+Part(i), string(name), raw, shown)
			return f.Part == Nowhere
		})
		if f.Part != Nowhere {
			return f
		}
	}
	if e.Status >= 400 {
		return tm.within(InStatus, "", e.Reason, e.Reason)
	}
	return Found{}
}

// within is a Found in a text, of which shown is what may be seen.
func (tm *term) within(p Part, name, raw, shown string) Found {
	if tm.at([]byte(raw)).To == 0 {
		return Found{}
	}
	at := tm.at([]byte(shown))
	if at.To == 0 {
		return Found{Part: p, Name: name, Text: Clean([]byte(shown), 2*around), Masked: true}
	}
	f := Found{Part: p, Name: name, Text: excerpt(shown, at)}
	f.at = tm.at([]byte(f.Text)).From
	return f
}

// excerpt is a piece of a text with some of what stands around it.
func excerpt(s string, at Span) string {
	from, to := max(at.From-around, 0), min(at.To+2*around, len(s))
	text := Clean([]byte(strings.ToValidUTF8(s[from:to], "")), to-from)
	if from > 0 {
		text = "…" + text
	}
	if to < len(s) {
		text += "…"
	}
	return text
}

// Secret says whether what is searched for is a secret, by its looks or by where it was found: in one of these rows
// within what is masked.
func (l *List) Secret(t *session.Tracker) bool {
	if plain := (redact.Redactor{}).Text(l.Filter.Text); plain != l.Filter.Text {
		return true
	}
	for _, i := range l.Index[:min(len(l.Index), 64)] {
		if l.query.Find(t, t.RowAt(i), redact.Redactor{}).Masked {
			return true
		}
	}
	return false
}
