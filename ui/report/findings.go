package report

import (
	"fmt"
	"strings"

	"sioscope/capture/check"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// findings prints every cause: what it is, what proves it, what it is not, and what to change.
func (p *printer) findings() {
	list := p.in.Diagnosis.Findings
	if len(list) == 0 {
		return
	}
	p.heading(p.in.S("Findings (%d)", len(list)))
	for i := range list {
		if i > 0 {
			p.line()
		}
		p.finding(i+1, &list[i])
	}
}

func (p *printer) finding(number int, f *diagnose.Finding) {
	sign, color := p.severity(f.Severity)
	lead := fmt.Sprintf("  [%d] %s %s  ", number, sign, f.Severity.Word(p.in.Words))
	for i, l := range wrap(p.say(f.Title), p.opt.Width-textWidth(lead)) {
		if i > 0 {
			lead = strings.Repeat(" ", textWidth(lead))
			p.line(lead, p.paint(bold, l))
			continue
		}
		p.line(p.paint("1;"+color, lead), p.paint(bold, l))
	}
	p.hang("      ", p.show(p.touches(f)))
	p.hang("      ", p.say(f.Explanation))
	p.evidence(f)
	p.items(p.in.S("Ruled out"), f.RuledOut)
	p.fixes(f.Fixes)
	p.tried(f.Tried)
	if f.WouldTell != "" {
		p.line("      ", p.paint(cyan, p.in.S("To be sure")))
		p.hang("        ", p.say(f.WouldTell))
	}
}

func (p *printer) severity(s diagnose.Severity) (sign string, color style) {
	switch s {
	case diagnose.Error:
		return p.failure, red
	case diagnose.Warning:
		return "!", yellow
	}
	return "i", cyan
}

// touches is the second line of a finding: "no-affinity-per-connection, certain; 2 sessions: a, b".
func (p *printer) touches(f *diagnose.Finding) string {
	text := f.ID
	if f.Confidence != "" {
		text = p.in.S("%s, %s", text, p.in.confidence(f))
	}
	switch n := f.Touched(); {
	case len(f.Sessions) > 0:
		text = p.in.S("%s; %s: %s", text, p.in.Count(n, "session"), p.sids(f.Sessions))
	case n > 0:
		text = p.in.S("%s; %s", text, p.in.Count(n, "session"))
	}
	if n := f.RefusedInAll(); n > 0 {
		text = p.in.S("%s; %s", text, p.in.Count(n, "refused handshake"))
	}
	return text
}

// sids names the first few sessions and counts the others.
func (p *printer) sids(list []*session.Session) string {
	shown := list
	if !p.opt.All && len(list) > expectShown+1 {
		shown = list[:expectShown]
	}
	var names []string
	for _, s := range shown {
		names = append(names, p.in.name(s))
	}
	return p.in.enumerate(names, len(list))
}

func (p *printer) evidence(f *diagnose.Finding) {
	if len(f.Evidence) == 0 {
		return
	}
	p.line("      ", p.paint(cyan, p.in.S("Seen")))
	for i, e := range f.Evidence {
		if i == maxEvidence && !p.opt.All && len(f.Evidence) > maxEvidence+1 {
			p.line("        ", p.in.S("and %s; --all lists them.", p.in.Count(len(f.Evidence)-i, "more line")))
			break
		}
		conn := ""
		if id := connID(e.Conn); id > 0 {
			conn = p.in.S("conn %d", id)
		}
		p.hang(fmt.Sprintf("        %9s  %-7s  ", p.since(e.Time), conn), p.say(p.in.evidence(e)))
	}
}

func (p *printer) items(title string, list []string) {
	if len(list) == 0 {
		return
	}
	p.line("      ", p.paint(cyan, title))
	for _, s := range list {
		p.hang("        - ", p.say(s))
	}
}

// tried says what experiments showed of the fixes.
func (p *printer) tried(list []diagnose.Trial) {
	if len(list) == 0 {
		return
	}
	p.line("      ", p.paint(cyan, p.in.S("Tried here")))
	for _, t := range list {
		mark, color := p.mark(check.Result(t.Works))
		p.hang("        "+p.paint(color, mark)+" ", p.say(t.Text))
	}
}

// fixes are our own words, with the configuration to write: nothing in them is masked.
func (p *printer) fixes(list []diagnose.Fix) {
	if len(list) == 0 {
		return
	}
	p.line("      ", p.paint(cyan, p.in.S("Fix")))
	shown, left := snippetsWithin(list, maxSnippetLines), 0
	for i, f := range list {
		text := f.Text
		if f.For != "" {
			text = p.in.S("%s: %s", p.in.Said(f.For), text)
		}
		p.hang("        - ", p.show(text))
		if i < shown || p.opt.All {
			p.indented(f.Snippet, "          ")
		} else if f.Snippet != "" {
			left++
		}
	}
	if left > 0 {
		p.hang("        ", p.in.S("Lines to paste for %s: --all, or sio explain, shows them.", p.in.Plural(left, "more fix", "more fixes")))
	}
}

// maxSnippetLines is how many lines to paste a finding shows where not everything is asked for; those of the first fix in
// any case.
const maxSnippetLines = 24

// snippetsWithin is how many of the fixes, from the first on, show their snippets in so many lines.
func snippetsWithin(list []diagnose.Fix, lines int) int {
	n := 0
	for i, f := range list {
		if f.Snippet == "" {
			continue
		}
		if n += strings.Count(f.Snippet, "\n") + 1; n > lines && i > 0 {
			return i
		}
	}
	return len(list)
}
