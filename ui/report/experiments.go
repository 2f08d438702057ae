package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"sioscope/capture/check"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
)

// Experiments prints a line for each experiment of a check: a mark for its result, and what it tells. With Options.All
// the figures follow.
func Experiments(w io.Writer, words lang.Words, list []check.Experiment, mask redact.Redactor, opt Options) error {
	if opt.Width == 0 {
		opt.Width = defaultWidth
	}
	opt.Width = max(opt.Width, minWidth)
	p := &printer{w: bufio.NewWriter(w), in: &Input{Words: words, Redact: mask}, opt: opt, glyphs: glyphsFor(opt.ASCII)}
	for i := range list {
		p.experiment(&list[i])
	}
	if err := p.w.Flush(); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// experiments is the section of a whole report.
func (p *printer) experiments() {
	if len(p.in.Experiments) == 0 || p.opt.WithoutExperiments {
		return
	}
	p.heading(p.in.S("Experiments"))
	for i := range p.in.Experiments {
		p.experiment(&p.in.Experiments[i])
	}
}

const titleRoom = 25 // columns of an experiment's title

func (p *printer) experiment(e *check.Experiment) {
	mark, color, text := p.outcome(e)
	lead := fmt.Sprintf("  %s %2d %s ", p.paint(color, mark), e.Number, padded(e.Title, titleRoom))
	if p.opt.Width < 2*titleRoom+20 {
		p.line(strings.TrimRight(lead, " "))
		lead = strings.Repeat(" ", 7)
	}
	p.hang(lead, p.say(text))
	if !p.opt.All {
		return
	}
	for _, f := range e.Figures {
		p.hang(strings.Repeat(" ", 7)+p.in.S("%s: ", p.in.Said(f.Name)), p.say(f.Value))
	}
}

// outcome is what stands for an experiment: a sign, and what it tells or why it tells nothing.
func (p *printer) outcome(e *check.Experiment) (mark string, color style, text string) {
	none, _ := p.mark("")
	switch e.State {
	case check.Done:
	case check.Failed:
		mark, _ = p.mark(check.Unknown)
		return mark, yellow, p.in.S("Failed: %s", e.Reason)
	case check.Skipped:
		return none, dim, p.in.S("Not run: %s", e.Reason)
	case check.Running:
		return none, dim, p.in.S("Running: %s", e.Question)
	default:
		return none, dim, p.in.S("To come: %s", e.Question)
	}
	mark, color = p.mark(e.Result)
	if e.Result == check.No && e.Either() {
		mark, color = none, normal
	}
	return mark, color, e.Tells
}

// mark is the sign for a result; "" is none.
func (p *printer) mark(r check.Result) (string, style) {
	marks := [...]string{"✓", "✗", "~", "?", "–"}
	if p.opt.ASCII {
		marks = [...]string{"+", "x", "~", "?", "-"}
	}
	switch r {
	case check.Yes:
		return marks[0], green
	case check.No:
		return marks[1], red
	case check.Some:
		return marks[2], yellow
	case check.Unknown:
		return marks[3], normal
	}
	return marks[4], dim
}

func (j *jsonReport) experiments() {
	if len(j.in.Experiments) == 0 {
		return
	}
	j.list("experiments", len(j.in.Experiments), func(i int) { j.experiment(&j.in.Experiments[i]) })
}

func (j *jsonReport) experiment(e *check.Experiment) {
	j.open('{')
	j.key("id").str(e.ID)
	j.key("number").int(int64(e.Number))
	j.key("title").str(e.Title)
	j.key("question").str(e.Question)
	j.key("state").str(string(e.State))
	j.key("reason").strOrNull(j.in.Redact.Text(e.Reason))
	j.key("result").strOrNull(string(e.Result))
	j.key("tells").strOrNull(j.in.Redact.Text(e.Tells))
	j.key("figures").open('[')
	for _, f := range e.Figures {
		j.open('{')
		j.key("name").str(f.Name)
		j.key("value").str(j.in.Redact.Text(f.Value))
		j.close('}')
	}
	j.close(']')
	j.key("requests").int(int64(e.Requests))
	j.key("maxRequests").int(int64(e.MaxRequests))
	j.key("seconds").seconds(e.Took.Nanoseconds())
	j.key("sessions").strings(e.Sessions)
	j.close('}')
}
