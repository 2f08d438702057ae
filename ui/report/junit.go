package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"sioscope/capture/check"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
)

// maxCases is how many test cases a suite has: GitLab shows no report of more than half a million, and nobody reads
// them. Those that fail come first.
const maxCases = 5000

// JUnit prints what became of the expectations as JUnit has test results: a suite for each, a case for each session, and
// for what is not about one session a case by itself. The experiments of a check are a suite in which nothing fails: what
// they found fails where it was expected otherwise. It holds to what both of the usual schemas allow (Jenkins', and the
// older one of Ant's task that GitLab's documentation goes by).
func JUnit(w io.Writer, in Input, list []Judgement) error {
	all := junitSuites{}
	for i := range list {
		all.Suites = append(all.Suites, in.suite(len(all.Suites), &list[i]))
	}
	if len(in.Experiments) > 0 {
		all.Suites = append(all.Suites, in.experimentSuite(len(all.Suites)))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	ID         int             `xml:"id,attr"`
	Name       string          `xml:"name,attr"`
	Package    string          `xml:"package,attr"`
	Hostname   string          `xml:"hostname,attr"`
	Timestamp  string          `xml:"timestamp,attr"` // without a zone, as the schemas want it: UTC
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Out        string          `xml:"system-out"`
	Err        string          `xml:"system-err"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    string        `xml:"time,attr"`
	Skipped *junitSkipped `xml:"skipped"`
	Failure *junitFailure `xml:"failure"`
}

type junitSkipped struct {
	Message string `xml:"message,attr,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

func (in *Input) suite(id int, j *Judgement) junitSuite {
	s := in.newSuite(id, j.Text)
	class := "sioscope." + xmlText(strings.NewReplacer(".", "_").Replace(j.Text))
	if n := notMet(j.Cases); j.Why != "" && n == 0 || len(j.Cases) == 0 {
		c := junitCase{Name: in.S("all that was seen"), Class: class, Time: "0"}
		if j.Why != "" {
			c.Failure = &junitFailure{Message: xmlText(j.Why), Type: "expectation", Text: xmlText(in.whole(j))}
		}
		s.Cases = append(s.Cases, c)
	}
	for _, failed := range []bool{true, false} {
		for i := range j.Cases {
			if c := &j.Cases[i]; failed == (!c.Met && !c.Skipped) && len(s.Cases) < maxCases {
				s.Cases = append(s.Cases, in.sessionCase(class, c))
			}
		}
	}
	if more := len(j.Cases) - maxCases; more > 0 {
		s.Out = xmlText(in.S("%d more sessions are not listed; %d of all are not as expected", lang.Amount(more), lang.Amount(notMet(j.Cases))))
	}
	s.count()
	return s
}

func (in *Input) newSuite(id int, name string) junitSuite {
	s := junitSuite{ID: id, Name: xmlText(name), Package: "sioscope", Hostname: "sioscope", Timestamp: "1970-01-01T00:00:00",
		Time: seconds(in.Last - in.First)}
	if in.First != 0 {
		s.Timestamp = time.Unix(0, in.First).UTC().Format("2006-01-02T15:04:05")
	}
	property := func(name, value string) {
		if value != "" {
			s.Properties = append(s.Properties, junitProperty{name, xmlText(in.mask(value, maxText))})
		}
	}
	property("source", in.Source)
	property("verdict", string(in.Diagnosis.Verdict.State))
	property("summary", in.Diagnosis.Verdict.Summary)
	property("sessions", strconv.Itoa(in.AllSessions()))
	property("nodes", strconv.Itoa(len(in.Nodes)))
	property("encrypted", strconv.FormatInt(in.Stats.Encrypted, 10))
	property("gaps", strconv.FormatInt(in.Stats.Gaps, 10))
	property("generator", in.By)
	return s
}

func (s *junitSuite) count() {
	s.Tests = len(s.Cases)
	for i := range s.Cases {
		if s.Cases[i].Failure != nil {
			s.Failures++
		}
		if s.Cases[i].Skipped != nil {
			s.Skipped++
		}
	}
}

func (in *Input) sessionCase(class string, c *Case) junitCase {
	s := c.Session
	took := c.Took
	if took == 0 {
		took = s.Lasted()
	}
	name := in.S("session %s", in.name(s))
	if who := clientText(s); who != "" {
		name = in.S("session %s of %s", in.name(s), who)
	}
	out := junitCase{Name: xmlText(tidy(name, 200)), Class: class, Time: seconds(took)}
	switch {
	case c.Skipped:
		out.Skipped = &junitSkipped{xmlText(c.Why)}
	case !c.Met:
		out.Failure = &junitFailure{Message: xmlText(in.mask(c.Why, maxText)), Type: "expectation", Text: xmlText(in.because(c))}
	}
	return out
}

// because is what the findings about a session say, with their evidence of it.
func (in *Input) because(c *Case) string {
	var b strings.Builder
	for i := range in.Diagnosis.Findings {
		f := &in.Diagnosis.Findings[i]
		for _, s := range f.Sessions {
			if s == c.Session {
				in.tellFinding(&b, f, c)
				break
			}
		}
	}
	return b.String()
}

// whole is what all findings say, for a failure that is about no one session.
func (in *Input) whole(j *Judgement) string {
	var b strings.Builder
	for i := range in.Diagnosis.Findings {
		if f := &in.Diagnosis.Findings[i]; j.about != "no" || f.ID == j.cause {
			in.tellFinding(&b, f, nil)
		}
		if b.Len() > 8*maxText {
			break
		}
	}
	return b.String()
}

// tellFinding writes a finding: what it is, what was seen of the session where one is meant, and what to change.
func (in *Input) tellFinding(b *strings.Builder, f *diagnose.Finding, c *Case) {
	say := func(s string) string { return in.mask(s, maxText) }
	fmt.Fprintf(b, "%s\n%s\n", in.S("%s: %s", f.ID, in.S("%s (%s)", say(f.Title), in.confidence(f))), say(f.Explanation))
	n := 0
	for _, e := range f.Evidence {
		if n == maxEvidence || c != nil && e.Exchange != nil && e.Exchange.Session != nil && e.Exchange.Session != c.Session {
			continue
		}
		n++
		fmt.Fprintf(b, "  %s\n", in.S("%s: %s", in.since(e.Time), say(in.evidence(e))))
	}
	for _, x := range f.Fixes {
		fmt.Fprintf(b, "  %s\n", in.S("%s: %s", in.S("Fix"), tidy(in.fixText(x), maxText)))
	}
}

// fixText is a fix and what it is for.
func (in *Input) fixText(f diagnose.Fix) string {
	if f.For == "" {
		return f.Text
	}
	return in.S("%s: %s", in.Said(f.For), f.Text)
}

func (in *Input) experimentSuite(id int) junitSuite {
	s := in.newSuite(id, in.S("Experiments"))
	var out strings.Builder
	for i := range in.Experiments {
		e := &in.Experiments[i]
		tells := in.mask(in.tells(e), maxText)
		c := junitCase{Name: xmlText(tidy(e.Title, 120)), Class: "sioscope.check", Time: seconds(e.Took.Nanoseconds())}
		if e.State != check.Done {
			c.Skipped = &junitSkipped{xmlText(in.S("%s: %s", in.resultWord(e), tells))}
		}
		fmt.Fprintln(&out, in.S("%s: %s", in.S("%s (%s)", tidy(e.Title, 120), in.resultWord(e)), tells))
		s.Cases = append(s.Cases, c)
	}
	s.Out = xmlText(out.String())
	s.count()
	return s
}

func seconds(ns int64) string { return string(appendSeconds(nil, max(ns, 0)/1e6*1e6)) }

// xmlText leaves out what XML 1.0 cannot hold, and control characters.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), invisible(r), unsafe(r), r == 0xfffe, r == 0xffff:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
