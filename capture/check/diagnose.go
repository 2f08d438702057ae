package check

import (
	"slices"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// Subject is the part of a tracker of the check's facts that the verdict is about: what the default clients did.
func (c *Check) Subject(t *session.Tracker) *session.Tracker { return c.part(t, Default) }

// Trial says whether a request was sent to see what becomes of it, whatever it is: no client of the service sends such a
// one, and that it is refused is no fault.
func (c *Check) Trial(e *session.Exchange) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.of[e.Conn.ID] {
	case UpgradeHeader, CORS, Versions:
		return true
	case Cookies: // what becomes of a session's requests that leave its cookies out
		return len(e.Request.Cookies) == 0
	}
	return false
}

func (c *Check) part(t *session.Tracker, ids ...string) *session.Tracker {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := t.Part(func(conn *session.Conn) bool { return slices.Contains(ids, c.of[conn.ID]) })
	p.Options.Trials = true
	return p
}

// Diagnose gives the verdict over the default clients, and what the experiments add to it. t holds the facts of Run and
// is resolved; it may be called while Run is under way.
func (c *Check) Diagnose(t *session.Tracker) diagnose.Diagnosis {
	d := diagnose.In(c.o.Words, c.Subject(t))
	c.mu.Lock()
	x := examiner{Words: c.o.Words, c: c, t: t, d: &d, findings: c.found}
	c.mu.Unlock()
	x.routing()
	x.stopped()
	x.letIn()
	x.upgrade()
	x.revisions()
	x.pages()
	x.bridges()
	x.others()
	x.tries()
	d.Doubt(c.o.Words)
	return d
}

// An examiner adds to a diagnosis what the experiments found.
type examiner struct {
	findings
	lang.Words
	c *Check
	t *session.Tracker
	d *diagnose.Diagnosis
}

// seen is an answer as evidence.
func (x *examiner) seen(a answer, remark string) []diagnose.Evidence {
	if a.conn < 1 || a.conn > len(x.t.Conns) {
		return nil
	}
	for _, e := range x.t.Conns[a.conn-1].Exchanges {
		if e.Serial == a.exchange {
			return []diagnose.Evidence{diagnose.Seen(x.Words, e, remark)}
		}
	}
	return nil
}

// said is evidence in our own words, as of an answer's time.
func (x *examiner) said(a answer, text string) diagnose.Evidence {
	ev := diagnose.Evidence{Time: x.t.Last, Text: text}
	if s := x.seen(a, ""); s != nil {
		ev.Time, ev.Conn = s[0].Time, s[0].Conn
	}
	return ev
}
