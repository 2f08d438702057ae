package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"sioscope/protocol/compare"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/redact"
)

// A Pair is two inputs held against each other.
type Pair struct {
	A, B       Input
	Names      [2]string // what sentences call them: "A", "production"
	Sources    [2]string // where they come from: files, addresses
	Comparison compare.Comparison
	Redact     redact.Redactor // the zero value masks
}

const (
	stackedBelow = 72 // columns: two values do not fit beside each other
	widestName   = 30 // columns of the properties' names
	minValue     = 16 // columns of a value
)

// TextPair prints a comparison for people: the sentence, what explains it, what differs. What is the same is counted,
// and listed with Options.All.
func TextPair(w io.Writer, pair Pair, opt Options) error {
	if opt.Width == 0 {
		opt.Width = defaultWidth
	}
	opt.Width = max(opt.Width, minWidth)
	in := Input{Words: pair.A.Words, Redact: pair.Redact}
	p := &pairPrinter{printer: printer{w: bufio.NewWriter(w), in: &in, opt: opt, glyphs: glyphsFor(opt.ASCII)}, pair: &pair}
	p.summary()
	p.sides()
	p.explanations()
	p.rows()
	p.disclosed()
	if err := p.w.Flush(); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

type pairPrinter struct {
	printer
	pair *Pair
}

func (p *pairPrinter) summary() {
	color := green
	if len(p.pair.Comparison.Explains) > 0 || !p.pair.A.Diagnosis.Verdict.Healthy || !p.pair.B.Diagnosis.Verdict.Healthy {
		color = yellow
	}
	for _, l := range wrap(p.say(p.pair.Comparison.Summary), p.opt.Width) {
		p.line(p.paint("1;"+color, l))
	}
}

// sides says which side is what.
func (p *pairPrinter) sides() {
	p.line()
	room := max(textWidth(p.pair.Names[0]), textWidth(p.pair.Names[1]))
	for i, in := range [...]*Input{&p.pair.A, &p.pair.B} {
		name := p.show(p.pair.Names[i])
		lead := "  " + padded(name, room) + "  "
		source := p.pair.Sources[i]
		p.hang(lead, p.say(p.unplaced([]string{source}, []string{source})[0]))
		p.hang(strings.Repeat(" ", textWidth(lead)), p.say(in.Diagnosis.Verdict.Summary))
		var notes []string
		for _, n := range in.Notes {
			notes = append(notes, n.In(in.Words))
		}
		for k, n := range p.unplaced(notes, in.fileNames()) {
			p.hang(strings.Repeat(" ", textWidth(lead))+p.noteSign(in, k)+" ", p.say(n))
		}
	}
}

func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(width-textWidth(s), 0))
}

func (p *pairPrinter) explanations() {
	c := &p.pair.Comparison
	if len(c.Explains) > 0 {
		p.heading(p.in.S("Faults of one side, and the differences that explain them (%d)", len(c.Explains)))
	}
	for i := range c.Explains {
		e := &c.Explains[i]
		sign, color := p.severity(e.Severity)
		name, in := p.pair.Names[0], &p.pair.A
		if e.B {
			name, in = p.pair.Names[1], &p.pair.B
		}
		lead := fmt.Sprintf("  [%d] %s ", i+1, sign)
		text := p.in.S("%s, %s, on %s", e.Finding, diagnose.Confidence(p.in.Words, e.Confidence), name)
		if by := p.names(e.Rows); len(by) > 0 {
			text = p.in.S("%s; explained by: %s", text, p.in.Clauses(by))
		}
		p.hang(p.paint(color, lead), p.show(text))
		if !told(c.Summary, e.Text) {
			p.hang("        ", p.say(e.Text))
		}
		p.fix(in, e.Finding)
	}
	if c.WouldTell != "" {
		p.line()
		p.line("  ", p.paint(cyan, p.in.S("To be sure")))
		p.hang("    ", p.say(c.WouldTell))
	}
}

// told says whether the summary has a sentence already, which there may go on after a colon.
func told(summary, text string) bool {
	return text == "" || strings.Contains(summary, text[1:])
}

// fix prints the first thing to do about a finding; the report of its side has all.
func (p *pairPrinter) fix(in *Input, id string) {
	for _, f := range in.Diagnosis.Findings {
		if f.ID == id && len(f.Fixes) > 0 {
			p.hang("        "+p.paint(cyan, p.in.S("Fix"))+" ", p.show(p.in.S("%s: %s", p.in.Said(f.Fixes[0].For), f.Fixes[0].Text)))
			return
		}
	}
}

// names are the names of rows, but for those that only say that there is the finding.
func (p *pairPrinter) names(ids []string) []string {
	var out []string
	for _, id := range ids {
		for _, r := range p.pair.Comparison.Rows {
			if r.ID == id && !strings.HasPrefix(id, "finding ") {
				out = append(out, r.Name)
			}
		}
	}
	return out
}

// rows prints what differs, what one side alone shows, and what is the same.
func (p *pairPrinter) rows() {
	var differ, one, same []compare.Row
	for _, r := range p.pair.Comparison.Rows {
		switch r.Same {
		case compare.Different:
			differ = append(differ, r)
		case compare.Unknown:
			one = append(one, r)
		case compare.Same:
			same = append(same, r)
		}
	}
	marks := p.marks()
	if len(differ) > 0 {
		p.table2(p.in.S("What differs"), differ, p.in.S("%s explains the fault, %s differs", marks.explains, marks.differs))
	}
	p.folded(p.in.S("Seen on one side only"), one)
	p.folded(p.in.S("The same on both"), same)
}

// folded lists rows where all are asked for, else their names.
func (p *pairPrinter) folded(title string, rows []compare.Row) {
	if len(rows) == 0 {
		return
	}
	if p.opt.All {
		p.table2(title, rows, "")
		return
	}
	var names []string
	figures := 0
	for _, r := range rows {
		if strings.Contains(r.ID, "/") { // a figure of an experiment, which is named already
			figures++
			continue
		}
		names = append(names, r.Name)
	}
	if figures > 0 {
		names = append(names, p.in.S("%s of experiments", p.in.Count(figures, "figure")))
	}
	p.line()
	for i, l := range wrap(p.show(p.in.S("%s (%d): %s; --all lists them.", title, len(rows), p.in.Clauses(names))), p.opt.Width-2) {
		if i > 0 {
			l = "  " + l
		}
		p.line(p.paint(dim, l))
	}
}

// marks stand before a row; each is one column wide or, outside UTF-8, two.
type marks struct{ explains, differs, none string }

func (p *pairPrinter) marks() marks {
	if p.opt.ASCII {
		return marks{"=>", "!=", "  "}
	}
	return marks{"▶", "≠", " "}
}

func (m marks) of(r *compare.Row) (string, style) {
	switch {
	case r.Explains():
		return m.explains, red
	case r.Same == compare.Different:
		return m.differs, yellow
	}
	return m.none, normal
}

// table2 prints rows with the two values side by side, or below each other where the terminal is narrow.
func (p *pairPrinter) table2(title string, rows []compare.Row, legend string) {
	p.heading(p.in.S("%s (%d)", title, len(rows)))
	name := 0
	for _, r := range rows {
		name = max(name, textWidth(p.say(r.Name)))
	}
	name = min(name, widestName)
	lead := tableIndent + textWidth(p.marks().none) + 1
	room := p.opt.Width - lead - name - 2*tableGap
	if p.opt.Width < stackedBelow || room < 2*minValue {
		p.stacked(rows)
	} else {
		p.beside(rows, lead, name, room)
	}
	if legend != "" {
		p.dimmed("  ", p.show(legend))
	}
}

func (p *pairPrinter) beside(rows []compare.Row, lead, name, room int) {
	wideA, wideB := textWidth(p.pair.Names[0]), textWidth(p.pair.Names[1])
	for _, r := range rows {
		wideA, wideB = max(wideA, textWidth(p.say(r.A))), max(wideB, textWidth(p.say(r.B)))
	}
	wide := [2]int{wideA, wideB}
	if wideA+wideB > room {
		half := room / 2
		switch {
		case wideA <= half:
			wide[1] = room - wideA
		case wideB <= half:
			wide[0] = room - wideB
		default:
			wide = [2]int{half, room - half}
		}
	}
	widths := [3]int{name, wide[0], wide[1]}
	blank := strings.Repeat(" ", lead)
	p.cells(blank, widths, [3]style{dim, dim, dim}, "", p.show(p.pair.Names[0]), p.show(p.pair.Names[1]))
	for i := range rows {
		r := &rows[i]
		mark, color := p.marks().of(r)
		emphasis := normal
		if r.Explains() {
			emphasis = bold
		}
		p.cells("  "+p.paint(color, mark)+" ", widths, [3]style{emphasis, normal, normal}, p.say(r.Name), p.value(r.A), p.value(r.B))
	}
}

// value is a cell: "–" where the side does not show it.
func (p *pairPrinter) value(s string) string {
	if s == "" {
		s = "–"
	}
	return p.say(s)
}

// cells prints one row, each cell wrapped to its width.
func (p *pairPrinter) cells(lead string, widths [3]int, styles [3]style, texts ...string) {
	var lines [3][]string
	high := 1
	for i, t := range texts {
		lines[i] = wrap(t, widths[i])
		high = max(high, len(lines[i]))
	}
	for n := range high {
		if n == 1 {
			lead = strings.Repeat(" ", textWidth(lead))
		}
		var b strings.Builder
		b.WriteString(lead)
		blanks := 0
		for i := range texts {
			text := ""
			if n < len(lines[i]) {
				text = lines[i][n]
			}
			if text != "" {
				b.WriteString(strings.Repeat(" ", blanks))
				b.WriteString(p.paint(styles[i], text))
				blanks = 0
			}
			blanks += max(widths[i]-textWidth(text), 0) + tableGap
		}
		p.line(strings.TrimRight(b.String(), " "))
	}
}

func (p *pairPrinter) stacked(rows []compare.Row) {
	for i := range rows {
		r := &rows[i]
		mark, color := p.marks().of(r)
		p.hang("  "+p.paint(color, mark)+" ", p.say(r.Name))
		for k, v := range [...]string{r.A, r.B} {
			p.hang("      "+padded(p.show(p.pair.Names[k]), max(textWidth(p.pair.Names[0]), textWidth(p.pair.Names[1])))+"  ", p.value(v))
		}
	}
}
