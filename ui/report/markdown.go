package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"sioscope/capture/check"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
)

// Limits of a ticket. Jira takes 32,767 characters, GitHub 65,536.
const (
	maxMarkdown   = 32_000
	mdTail        = 1_200 // kept for what the capture lacks and what was left out
	mdRest        = 6_000 // kept for what follows the findings
	mdSessions    = 40    // rows of sessions
	mdNamed       = 12    // sessions named by a finding
	maxFindingLen = 9_000 // characters of one finding
)

// Markdown prints the report for a ticket: GitHub, GitLab and Jira take it as it is. Nothing that came over the wire can
// become markup, and it is never longer than such a place allows: what is left out is said.
func Markdown(w io.Writer, in Input) error {
	m := &markdown{in: &in, left: maxMarkdown - mdTail}
	m.verdict()
	m.moments()
	m.left -= mdRest
	for i := range in.Diagnosis.Findings {
		m.finding(i+1, &in.Diagnosis.Findings[i])
	}
	m.left += mdRest
	m.experiments()
	m.sessions()
	m.refused()
	m.left += mdTail
	m.capture()
	if _, err := io.WriteString(w, m.b.String()); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// markdown writes blocks as long as there is room.
type markdown struct {
	in      *Input
	b       strings.Builder
	left    int      // characters
	skipped []string // what was left out
}

// add writes a block if there is room for it.
func (m *markdown) add(block string) bool {
	n := utf8.RuneCountInString(block)
	if n > m.left {
		return false
	}
	m.left -= n
	m.b.WriteString(block)
	return true
}

func (m *markdown) text(s string) string { return mdPlain(m.in.mask(s, 4*maxText)) }

func (m *markdown) code(s string) string { return mdCode(m.in.mask(s, maxText), false) }

func (m *markdown) verdict() {
	v := m.in.Diagnosis.Verdict
	title := v.Title
	if title == "" {
		title = v.Summary
	}
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", m.text(title))
	if v.Cause != "" {
		fmt.Fprintf(&b, "> %s\n\n", m.text(v.Cause))
	}
	if where := m.in.seenIn(); where != "" {
		fmt.Fprintf(&b, "%s\n\n", m.code(where))
	}
	m.add(b.String())
}

// seenIn says what was read, when it was recorded and how long it is.
func (in *Input) seenIn() string {
	var parts []string
	if in.Source != "" {
		parts = append(parts, in.Source)
	}
	if in.First != 0 {
		parts = append(parts, utc(in.First)+" UTC", in.S("%s long", duration(in.Last-in.First)))
	}
	parts = append(parts, in.Count(in.AllSessions(), "session"))
	return strings.Join(parts, " · ")
}

// severityWord names a severity for people.
func (in *Input) severityWord(s diagnose.Severity) string {
	switch s {
	case diagnose.Error:
		return in.S("Error")
	case diagnose.Warning:
		return in.S("Warning")
	}
	return in.S("Note")
}

// confidence is how sure a finding is, in a word for people.
func (in *Input) confidence(f *diagnose.Finding) string {
	switch f.Confidence {
	case "certain":
		return in.S("certain")
	case "likely":
		return in.S("likely")
	case "possible":
		return in.S("possible")
	}
	return f.Confidence
}

func (m *markdown) finding(number int, f *diagnose.Finding) {
	head := fmt.Sprintf("### %d. %s\n\n", number, m.in.S("%s: %s", m.in.severityWord(f.Severity), m.text(f.Title)))
	for _, evidence := range []int{maxEvidence, 2, 0} {
		body := m.findingBody(f, evidence)
		if utf8.RuneCountInString(body) <= maxFindingLen && m.add(head+body) {
			return
		}
	}
	if !m.add(head) {
		m.skipped = append(m.skipped, m.in.S("finding %d", number))
		return
	}
	m.skipped = append(m.skipped, m.in.S("details of finding %d", number))
}

func (m *markdown) findingBody(f *diagnose.Finding, evidence int) string {
	var b strings.Builder
	touched := mdCode(f.ID, false)
	if f.Confidence != "" {
		touched = m.in.S("%s, %s", touched, m.in.confidence(f))
	}
	if n := len(f.Sessions); n > 0 {
		touched = m.in.S("%s; %s: %s", touched, m.in.Count(f.Touched(), "session"), m.names(f.Sessions, f.Touched()))
	}
	if n := f.RefusedInAll(); n > 0 {
		touched = m.in.S("%s; %s", touched, m.in.Count(n, "refused handshake"))
	}
	fmt.Fprintf(&b, "%s\n\n", touched)
	if f.Explanation != "" {
		fmt.Fprintf(&b, "%s\n\n", m.text(f.Explanation))
	}
	m.evidence(&b, f, evidence)
	m.list(&b, m.in.S("Ruled out"), f.RuledOut)
	m.fixes(&b, f.Fixes)
	var tried []string
	for _, t := range f.Tried {
		tried = append(tried, m.in.S("%s: %s", m.in.trialWord(t), t.Text))
	}
	m.list(&b, m.in.S("Tried here"), tried)
	if f.WouldTell != "" {
		fmt.Fprintf(&b, "%s\n\n", m.in.S("%s: %s", "**"+m.in.S("To be sure")+"**", m.text(f.WouldTell)))
	}
	return b.String()
}

// trialWord says what became of something that was tried.
func (in *Input) trialWord(t diagnose.Trial) string {
	switch t.Works {
	case "yes":
		return in.S("works")
	case "no":
		return in.S("does not work")
	case "some":
		return in.S("works in part")
	}
	return in.S("not known")
}

func (m *markdown) names(list []*session.Session, all int) string {
	var out []string
	for _, s := range list[:min(len(list), mdNamed)] {
		out = append(out, mdCode(tidy(m.in.name(s), 80), false))
	}
	return m.in.enumerate(out, all)
}

func (m *markdown) evidence(b *strings.Builder, f *diagnose.Finding, most int) {
	if len(f.Evidence) == 0 {
		return
	}
	if most == 0 {
		fmt.Fprintf(b, "%s\n\n", m.in.S("%s is not shown here for lack of room.", m.in.Plural(len(f.Evidence), "piece of evidence", "pieces of evidence")))
		return
	}
	fmt.Fprintf(b, "**%s**\n\n", m.in.S("Seen"))
	for _, e := range f.Evidence[:min(len(f.Evidence), most)] {
		where := m.in.since(e.Time)
		if id := connID(e.Conn); id > 0 {
			where += m.in.S(", conn %d", id)
		}
		fmt.Fprintf(b, "- %s\n", m.in.S("%s: %s", where, m.code(m.in.evidence(e))))
	}
	if more := len(f.Evidence) - most; more > 0 {
		fmt.Fprintf(b, "- %s\n", m.in.S("and %d more", lang.Amount(more)))
	}
	b.WriteByte('\n')
}

func (m *markdown) list(b *strings.Builder, title string, list []string) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "**%s**\n\n", title)
	for _, s := range list {
		fmt.Fprintf(b, "- %s\n", m.text(s))
	}
	b.WriteByte('\n')
}

func (m *markdown) fixes(b *strings.Builder, list []diagnose.Fix) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "**%s**\n\n", m.in.S("Fix"))
	shown := snippetsWithin(list, 2*maxSnippetLines)
	for i, f := range list {
		text := mdPlain(tidy(f.Text, 4*maxText))
		if f.For != "" {
			text = m.in.S("%s: %s", "**"+mdPlain(tidy(m.in.Said(f.For), 80))+"**", text)
		}
		fmt.Fprintf(b, "- %s\n", text)
		if f.Snippet != "" && i < shown {
			fmt.Fprintf(b, "\n%s\n", mdFence(snippet(f.Snippet), "  "))
		}
	}
	b.WriteByte('\n')
}

func (m *markdown) experiments() {
	if len(m.in.Experiments) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", m.in.S("Experiments"))
	for i := range m.in.Experiments {
		e := &m.in.Experiments[i]
		title := m.in.S("%s (%s)", "**"+mdPlain(tidy(e.Title, 120))+"**", m.in.resultWord(e))
		fmt.Fprintf(&b, "- %s\n", m.in.S("%s: %s", title, m.text(m.in.tells(e))))
	}
	b.WriteByte('\n')
	if !m.add(b.String()) {
		m.skipped = append(m.skipped, m.in.S("the experiments"))
	}
}

// resultWord is what an experiment's answer is called.
func (in *Input) resultWord(e *check.Experiment) string {
	switch e.State {
	case check.Done:
	case check.Failed:
		return in.S("failed")
	case check.Skipped:
		return in.S("not run")
	default:
		return in.S("to come")
	}
	return e.Word(in.Words)
}

// tells is what an experiment showed, or why it showed nothing, or what it asks.
func (in *Input) tells(e *check.Experiment) string {
	switch {
	case e.State == check.Done && e.Tells != "":
		return e.Tells
	case e.Reason != "":
		return e.Reason
	}
	return e.Question
}

func (m *markdown) sessions() {
	list := m.in.worst(mdSessions)
	if len(list) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", m.in.S("Sessions (%d)", lang.Amount(m.in.AllSessions())))
	heads := []string{m.in.S("sid"), m.in.S("transport"), m.in.S("upgrade"), "EIO", m.in.S("node"), m.in.S("opened"), m.in.S("duration"), m.in.S("finding")}
	b.WriteString("| " + strings.Join(heads, " | ") + " |\n|" + strings.Repeat(" --- |", len(heads)) + "\n")
	if !m.add(b.String()) {
		m.skipped = append(m.skipped, m.in.S("the sessions"))
		return
	}
	shown := 0
	for _, s := range list {
		if !m.add(m.row(s)) {
			break
		}
		shown++
	}
	m.add("\n")
	if more := m.in.AllSessions() - shown; more > 0 {
		m.skipped = append(m.skipped, m.in.Count(more, "session with less trouble"))
	}
}

func (m *markdown) row(s *session.Session) string {
	node := "?"
	if n := m.in.node(s.Node); n != nil {
		node = mdCode(tidy(n.Titled(), 60), true)
	}
	var ids []string
	for _, id := range m.in.Diagnosis.BySession[s] {
		ids = append(ids, mdCode(id, true))
	}
	opened := m.in.S("before the capture")
	if s.Opened != 0 {
		opened = m.in.since(s.Opened)
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s | %s |\n", mdCode(tidy(m.in.name(s), 80), true), s.Transport(), m.in.upgradeText(s), known(s.EIO), node,
		opened, duration(s.Lasted()), m.in.List(ids))
}

func (m *markdown) refused() {
	if len(m.in.refusals()) == 0 {
		return
	}
	p := &printer{in: m.in, opt: Options{Width: 1000}, glyphs: glyphsFor(false)}
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", m.in.S("Refused before a session began (%d)", lang.Amount(len(m.in.refusals()))))
	groups := p.refusalGroups()
	for _, g := range groups[:min(len(groups), maxGroups)] {
		text := fmt.Sprintf("%d× %s", lang.Amount(g.n), m.code(g.what))
		if g.finding != "" {
			text = m.in.S("%s: %s", text, mdCode(g.finding, false))
		}
		fmt.Fprintf(&b, "- %s\n", text)
	}
	b.WriteByte('\n')
	if len(groups) > maxGroups || !m.add(b.String()) {
		m.skipped = append(m.skipped, m.in.S("some refused handshakes"))
	}
}

// capture says what the input lacks, what nodes are told by, and what was left out here.
func (m *markdown) capture() {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", m.in.S("What was read"))
	fmt.Fprintf(&b, "- %s\n", mdPlain(m.in.totals()))
	m.add(b.String())
	if hops := m.in.Diagnosis.Path; len(hops) > 0 {
		var names []string
		for i := range hops {
			names = append(names, m.code(plain.Hop(m.in.Words, &hops[i])))
		}
		m.add("- " + m.in.S("%s: %s", m.in.S("In the path, from the client on"), m.in.List(names)) + "\n")
	}
	if n := len(m.in.Nodes); n > 0 && n <= maxGroups {
		var names []string
		for i := range m.in.Nodes {
			names = append(names, m.in.S("%s (%s)", mdCode(m.in.mask(m.in.Nodes[i].Titled(), 60), false), mdPlain(tidy(plain.Known(m.in.Words, &m.in.Nodes[i]), 60))))
		}
		m.add("- " + m.in.S("%s: %s", m.in.S("Nodes"), m.in.List(names)) + "\n")
	}
	if text := m.in.unmasked(); text != "" {
		m.add(fmt.Sprintf("- **%s**\n", mdPlain(text)))
	}
	if len(m.skipped) > 0 {
		m.add("- " + m.in.S("%s: %s", m.in.S("Left out for lack of room"), m.in.List(m.skipped[:min(len(m.skipped), 20)])) + "\n")
	}
	for i, n := range m.in.notesForOthers() {
		if i == 2*maxGroups || !m.add("- "+m.text(n)+"\n") {
			break
		}
	}
}
