package ui

import (
	"strings"

	"sioscope/capture/extract"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/report"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// A choosing is which sessions something that is saved is of. The zero value is all of them, and what belongs to none.
type choosing struct {
	by      chosenBy
	name    string // "the session abc"
	file    string // of the name of a file
	session int32
	keep    timeline.Keep
	finding string // its id
}

type chosenBy uint8

const (
	byAll chosenBy = iota
	bySession
	byFilter
	byFinding
)

// maxFindings is how many findings can be chosen.
const maxFindings = 20

// choosings are what can be chosen of what is open now.
func (w *Window) choosings() (list []choosing, labels []string) {
	add := func(c choosing, label string) {
		list, labels = append(list, c), append(labels, label)
	}
	w.with(func(t *session.Tracker, st *store.State) {
		add(choosing{}, w.S("Everything: %s", w.Count(t.AllSessions(), "session")))
		if i := w.about.session; i >= 0 && t.HasSession(i) {
			name := nameOfSession(t.SessionAt(i))
			add(choosing{by: bySession, session: i, name: w.S("the session %s", name), file: short(name)}, w.S("The selected session: %s", name))
		}
		keep := w.chart.Keep()
		if keep != (timeline.Keep{}) {
			c := choosing{by: byFilter, keep: keep, name: w.S("the sessions that the filter shows"), file: "shown"}
			sessions, _ := c.of(t, st)
			add(c, w.S("What the filter shows: %s", w.Count(len(sessions), "session")))
		}
		for i := range min(len(st.Diagnosis.Findings), maxFindings) {
			f := &st.Diagnosis.Findings[i]
			if n := len(f.Sessions); n+len(f.Refused) > 0 {
				add(choosing{by: byFinding, finding: f.ID, name: w.S("what “%s” touches", f.ID), file: f.ID}, w.S("What “%s” touches: %s", f.ID, w.Count(n, "session")))
			}
		}
	})
	return list, labels
}

func nameOfSession(s *session.Session) string {
	if s.SID == "" {
		return s.Transport().String()
	}
	return s.SID
}

// of are the sessions, and the handshakes that were refused. It is for what is not all.
func (c *choosing) of(t *session.Tracker, st *store.State) (sessions []*session.Session, refused []*session.Exchange) {
	switch c.by {
	case bySession:
		if t.HasSession(c.session) {
			sessions = append(sessions, t.SessionAt(c.session))
		}
	case byFilter:
		for _, i := range c.keep.Touched(t, timeline.Order(t, timeline.Sorting{}, c.keep), st.Diagnosis.Causes) {
			sessions = append(sessions, t.SessionAt(i))
		}
	case byFinding:
		for i := range st.Diagnosis.Findings {
			if f := &st.Diagnosis.Findings[i]; f.ID == c.finding {
				sessions, refused = append(sessions, f.Sessions...), append(refused, f.Refused...)
			}
		}
	}
	return sessions, refused
}

// input is that of a report of what is chosen.
func (c *choosing) input(in report.Input, st *store.State, masked bool) report.Input {
	in.Redact = redact.Redactor{Off: !masked}
	if c.by == byAll {
		if in.Experiments == nil {
			in.Tracker = in.Tracker.Clients()
		}
		return in
	}
	chosen := report.Chosen{Name: c.name, Sessions: map[*session.Session]bool{}, Refused: map[*session.Exchange]bool{}}
	sessions, refused := c.of(in.Tracker, st)
	for _, s := range sessions {
		chosen.Sessions[s] = true
	}
	for _, e := range refused {
		chosen.Refused[e] = true
	}
	return in.Part(chosen)
}

// what is the same for packets and facts. That of a finding has what proves it, too.
func (c *choosing) what(t *session.Tracker, st *store.State) extract.What {
	if c.by == byFinding {
		return extract.What{Findings: []string{c.finding}}
	}
	sessions, refused := c.of(t, st)
	return extract.What{Of: sessions, Refused: refused}
}

// short is the beginning of a sid, as a file name.
func short(sid string) string { return fileable(sid[:min(len(sid), 8)]) }

// fileable is a text as it can stand in the name of a file.
func fileable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r == '\\' || r == '|' || r == '?' || r == ':' || r == '<' || r == '>' {
			return '_'
		}
		return r
	}, text)
}
