package report

import (
	"fmt"
	"strings"

	"sioscope/capture/check"
	"sioscope/protocol/diagnose"
)

// findings prints every cause: what it is, what proves it, what it is not, and what to change.
func (p *printer) findings() {
	list := p.in.Diagnosis.Findings
	if len(list) == 0 {
		return
	}
	p.heading(fmt.Sprintf("Findings (%d)", len(list)))
	for i := range list {
		if i > 0 {
			p.line()
		}
		p.finding(i+1, &list[i])
	}
}

func (p *printer) finding(number int, f *diagnose.Finding) {
	sign, color := p.severity(f.Severity)
	lead := fmt.Sprintf("  [%d] %s %s  ", number, sign, f.Severity)
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
	p.items("Ruled out", f.RuledOut)
	p.fixes(f.Fixes)
	p.tried(f.Tried)
	if f.WouldTell != "" {
		p.line("      ", p.paint(cyan, "To be sure"))
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
		text += ", " + f.Confidence
	}
	if n := len(f.Sessions); n > 0 {
		text += "; " + count(n, "session") + ": "
		for i, s := range f.Sessions {
			if i == expectShown && !p.opt.All && n > expectShown+1 {
				text += fmt.Sprintf(" and %d more", n-i)
				break
			}
			if i > 0 {
				text += ", "
			}
			text += name(s)
		}
	}
	if n := len(f.Refused); n > 0 {
		text += "; " + count(n, "refused handshake")
	}
	return text
}

func (p *printer) evidence(f *diagnose.Finding) {
	if len(f.Evidence) == 0 {
		return
	}
	p.line("      ", p.paint(cyan, "Seen"))
	for i, e := range f.Evidence {
		if i == maxEvidence && !p.opt.All && len(f.Evidence) > maxEvidence+1 {
			p.line("        and ", count(len(f.Evidence)-i, "more line"), "; --all lists them.")
			break
		}
		conn := ""
		if id := connID(e.Conn); id > 0 {
			conn = fmt.Sprintf("conn %d", id)
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
	p.line("      ", p.paint(cyan, "Tried here"))
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
	p.line("      ", p.paint(cyan, "Fix"))
	for _, f := range list {
		text := f.Text
		if f.For != "" {
			text = f.For + ": " + text
		}
		p.hang("        - ", p.show(text))
	}
}
