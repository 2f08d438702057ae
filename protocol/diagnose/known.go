package diagnose

import (
	"slices"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// Routing is the finding of requests that reached a node which did not issue their sid, for whoever knows from
// experiments, and not from this picture, whether a node is chosen for every request or for every connection. ok is
// false where no request did.
func Routing(w lang.Words, t *session.Tracker, perRequest bool) (f Finding, ok bool) {
	p := newPicture(w, t)
	var list []*session.Exchange
	for e := range p.outer {
		if e.WrongNode {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return f, false
	}
	if perRequest {
		first, _ := honouredAt(list)
		p.perRequest(list, mixedConnection(list, first), "certain")
	} else {
		p.perConnection(list, "certain")
	}
	return p.findings[0], true
}

// QueryRemoved is the finding of handshakes that were refused for their transport, for whoever knows from experiments that
// the server refuses every other one as well. ok is false where none was.
func QueryRemoved(w lang.Words, t *session.Tracker) (f Finding, ok bool) {
	p := newPicture(w, t)
	var list []*session.Exchange
	for e := range p.outer {
		if e.HasError && e.Error.Code == engineio.TransportUnknown {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return f, false
	}
	p.queryRemoved(list)
	return p.findings[0], true
}

// Seen is an exchange as evidence, with a remark.
func Seen(w lang.Words, e *session.Exchange, remark string) Evidence { return told(w, e, remark) }

// Add adds a finding that the picture alone does not give, behind those that are as severe.
func (d *Diagnosis) Add(f Finding) {
	if f.Confidence == "" {
		f.Confidence = "certain"
	}
	at := len(d.Findings)
	for i := range d.Findings {
		if d.Findings[i].Severity > f.Severity {
			at = i
			break
		}
	}
	d.Findings = slices.Insert(d.Findings, at, f)
	for _, s := range f.Sessions {
		d.BySession[s] = append(d.BySession[s], f.ID)
	}
	if f.Severity == Error {
		d.Verdict.Healthy = false
	}
}

// Doubt has a headline that all is well tell of a problem that was added since.
func (d *Diagnosis) Doubt(w lang.Words) {
	if d.Verdict.allWell && slices.ContainsFunc(d.Findings, func(f Finding) bool { return f.Severity == Error || f.Severity == Warning }) {
		d.Verdict.Title, d.Verdict.allWell = w.List([]string{d.Verdict.Title, w.S("but a problem was found")}), false
	}
}

// Replace puts a finding in the place of another, for whoever knows better.
func (d *Diagnosis) Replace(id string, f Finding) {
	d.Findings = slices.DeleteFunc(d.Findings, func(o Finding) bool { return o.ID == id })
	for s, ids := range d.BySession {
		d.BySession[s] = slices.DeleteFunc(ids, func(o string) bool { return o == id })
	}
	d.Add(f)
	v := &d.Verdict
	v.Healthy = !slices.ContainsFunc(d.Findings, func(f Finding) bool { return f.Severity == Error || f.unanswered })
	if v.Lead == id {
		v.Lead = f.ID
	}
}

// Find is the finding with an id, or else one that is a case of it (Base); nil where there is neither.
func (d *Diagnosis) Find(id string) *Finding {
	var special *Finding
	for i := range d.Findings {
		switch f := &d.Findings[i]; {
		case f.ID == id:
			return f
		case Base(f.ID) == id && special == nil:
			special = f
		}
	}
	return special
}

// Lead is the first error, or else warning; nil where there is neither.
func (d *Diagnosis) Lead() *Finding {
	if len(d.Findings) == 0 || d.Findings[0].Severity == Info {
		return nil
	}
	return &d.Findings[0]
}
