package report

import (
	"fmt"
	"io"
	"strings"

	"sioscope/protocol/compare"
)

// MarkdownPair prints a comparison for a ticket: the sentence, the sides, what explains a fault, and what differs.
func MarkdownPair(w io.Writer, pair Pair) error {
	in := &Input{Words: pair.A.Words, Redact: pair.Redact}
	m := &markdown{in: in, left: maxMarkdown - mdTail}
	c := &pair.Comparison
	m.add(fmt.Sprintf("## %s\n\n", m.text(c.Summary)))
	for i, side := range [...]*Input{&pair.A, &pair.B} {
		name := in.S("%s (%s)", "**"+mdPlain(tidy(pair.Names[i], 80))+"**", m.code(in.Redact.File(pair.Sources[i])))
		m.add("- " + in.S("%s: %s", name, m.text(side.Diagnosis.Verdict.Summary)) + "\n")
	}
	m.add("\n")
	for i := range c.Explains {
		m.explanation(&pair, &c.Explains[i])
	}
	m.differing(&pair)
	if c.WouldTell != "" {
		m.add(in.S("%s: %s", "**"+in.S("To be sure")+"**", m.text(c.WouldTell)) + "\n")
	}
	m.left += mdTail
	if len(m.skipped) > 0 {
		m.add("\n" + in.S("%s: %s", in.S("Left out for lack of room"), in.List(m.skipped)) + "\n")
	}
	if text := in.unmasked(); text != "" {
		m.add(fmt.Sprintf("\n**%s**\n", mdPlain(text)))
	}
	if _, err := io.WriteString(w, m.b.String()); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

// explanation is a fault of one side, with the first thing to do about it.
func (m *markdown) explanation(pair *Pair, e *compare.Explanation) {
	name, side := pair.Names[0], &pair.A
	if e.B {
		name, side = pair.Names[1], &pair.B
	}
	var b strings.Builder
	fmt.Fprintf(&b, "- %s\n", m.in.S("%s: %s", mdPlain(tidy(name, 80)), mdCode(e.Finding, false)+" "+m.text(e.Text)))
	for _, f := range side.Diagnosis.Findings {
		if f.ID == e.Finding && len(f.Fixes) > 0 {
			fmt.Fprintf(&b, "  - %s\n", m.in.S("%s: %s", m.in.S("Fix"), mdPlain(tidy(m.in.fixText(f.Fixes[0]), maxText))))
			if s := f.Fixes[0].Snippet; s != "" {
				fmt.Fprintf(&b, "\n%s\n", mdFence(snippet(s), "    "))
			}
			break
		}
	}
	if !m.add(b.String()) {
		m.skipped = append(m.skipped, mdCode(e.Finding, false))
	}
}

// differing is a table of what differs.
func (m *markdown) differing(pair *Pair) {
	head := fmt.Sprintf("\n### %s\n\n| | %s | %s |\n| --- | --- | --- |\n", m.in.S("What differs"),
		mdCode(tidy(pair.Names[0], 80), true), mdCode(tidy(pair.Names[1], 80), true))
	begun, left := false, 0
	for _, r := range pair.Comparison.Rows {
		if r.Same != compare.Different {
			continue
		}
		if !begun {
			begun = m.add(head)
		}
		cell := func(s string) string { return mdCode(m.in.mask(s, 200), true) }
		if !m.add(fmt.Sprintf("| %s | %s | %s |\n", strings.ReplaceAll(mdPlain(tidy(r.Name, 120)), "|", "¦"), cell(r.A), cell(r.B))) {
			left++
		}
	}
	if left > 0 {
		m.skipped = append(m.skipped, m.in.Count(left, "difference"))
	}
	m.add("\n")
}
