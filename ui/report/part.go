package report

import (
	"slices"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// A Chosen is what of the sessions, and of the handshakes that were refused, a report is to be of.
type Chosen struct {
	Sessions map[*session.Session]bool
	Refused  map[*session.Exchange]bool
	Name     string // what was chosen, for the heading: "the sessions of node A"
}

// Part is the input of a report of what was chosen, with notes that say so.
//
// The verdict counts the chosen sessions alone. The findings are those of all that was read, as far as they touch what was
// chosen, and are not found anew: a part knows less, and would take a node that restarted for one that loses sessions. Of
// what proves them, only what was seen of the chosen sessions goes along; how much more there is, is said.
func (in Input) Part(of Chosen) Input {
	whole := in.Tracker
	out := in
	out.Tracker = whole.Those(of.Sessions, of.Refused)
	out.Source = strings.TrimPrefix(in.S("%s, in part: %s", in.Source, of.Name), ", ")
	out.Notes = append(out.Notes[:len(out.Notes):len(out.Notes)], fact.Note{Text: in.S("This is of %s of %s: %s. Findings are those of all that was read, as far as they touch these; nodes, files and counts of packets are those of all.",
		in.Count(len(out.Sessions), "session"), in.Count(whole.AllSessions(), "session"), of.Name)})
	out.Experiments = nil
	out.Moments = slices.DeleteFunc(slices.Clone(in.Moments), func(m timeline.Note) bool { return m.Time < out.First || m.Time > out.Last })
	out.Diagnosis = in.diagnosed(&out, of)
	return out
}

// diagnosed is the diagnosis of a part.
func (in *Input) diagnosed(part *Input, of Chosen) diagnose.Diagnosis {
	anew := diagnose.In(in.Words, part.Tracker)
	d := diagnose.Diagnosis{Verdict: anew.Verdict, Census: anew.Census, BySession: map[*session.Session][]string{}, Path: in.Diagnosis.Path, Server: in.Diagnosis.Server}
	conns := map[*session.Conn]bool{}
	for _, c := range part.Conns {
		conns[c] = true
	}
	for i := range in.Diagnosis.Findings {
		f := in.Diagnosis.Findings[i] // a copy
		f.Sessions = slices.DeleteFunc(slices.Clone(f.Sessions), func(s *session.Session) bool { return !of.Sessions[s] })
		f.Refused = slices.DeleteFunc(slices.Clone(f.Refused), func(e *session.Exchange) bool { return !of.Refused[e] })
		if len(f.Sessions)+len(f.Refused) == 0 {
			continue
		}
		f.Earlier, f.EarlierRefused = 0, 0
		all := len(f.Evidence)
		f.Evidence = slices.DeleteFunc(slices.Clone(f.Evidence), func(e diagnose.Evidence) bool { return !of.has(e, conns) })
		if left := all - len(f.Evidence); left > 0 {
			part.Notes = append(part.Notes, fact.Note{Text: in.S("What proves “%s” was seen in other sessions, too, or there alone: %d of %d pieces of evidence are not in this.", f.ID, lang.Amount(left), lang.Amount(all))})
		}
		for _, s := range f.Sessions {
			d.BySession[s] = append(d.BySession[s], f.ID)
		}
		d.Findings = append(d.Findings, f)
	}
	d.Verdict = in.verdictOf(&d)
	return d
}

// has says whether a piece of evidence was seen of what was chosen, on its connections.
func (c *Chosen) has(e diagnose.Evidence, conns map[*session.Conn]bool) bool {
	switch {
	case e.Exchange != nil && e.Exchange.Session != nil:
		return c.Sessions[e.Exchange.Session]
	case e.Exchange != nil:
		return c.Refused[e.Exchange] || e.Exchange.SID == "" && conns[e.Exchange.Conn]
	case e.Conn != nil:
		return conns[e.Conn]
	}
	return true
}

// verdictOf is the verdict that counts the part's sessions, with the cause that was found in the whole.
func (in *Input) verdictOf(d *diagnose.Diagnosis) diagnose.Verdict {
	v, whole := d.Verdict, in.Diagnosis.Verdict
	has := func(id string) bool {
		return slices.ContainsFunc(d.Findings, func(f diagnose.Finding) bool { return f.ID == id })
	}
	if v.Lead != "" && has(v.Lead) {
		return v
	}
	v.Summary = string(v.State) + ": " + v.Title
	switch {
	case whole.Lead != "" && has(whole.Lead):
		v.Lead, v.Cause = whole.Lead, whole.Reason()
	case len(d.Findings) > 0:
		v.Lead, v.Cause = d.Findings[0].ID, d.Findings[0].Title
	case v.Lead != "":
		v.Lead, v.Cause = "", ""
	}
	for i := range d.Findings {
		v.Healthy = v.Healthy && d.Findings[i].Severity != diagnose.Error && !d.Findings[i].Unanswered()
	}
	return v
}
