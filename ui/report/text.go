package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"sioscope/protocol/diagnose"
)

// Options say what the reader's terminal can do. The zero value is plain text of 100 columns in UTF-8.
type Options struct {
	Color bool // ANSI colours; never the only sign of anything
	Width int  // columns; 0 means 100, less than 40 is taken as 40
	ASCII bool // the terminal does not speak UTF-8
	All   bool // list every session and all evidence, however many
	Paths bool // name files in full: who reads it named them

	WithoutExperiments bool // they were printed before
}

const (
	defaultWidth = 100
	minWidth     = 40
	maxSessions  = 50 // sessions listed without Options.All
	maxEvidence  = 8  // lines of evidence of one finding
	maxGroups    = 12 // groups of refused handshakes, nodes
	maxMessage   = 80 // columns of what a refusal said: the start of an error page tells enough
)

// Text prints the report for people: the verdict, what is wrong with the input, sessions, findings, a timeline.
func Text(w io.Writer, in Input, opt Options) error {
	if opt.Width == 0 {
		opt.Width = defaultWidth
	}
	opt.Width = max(opt.Width, minWidth)
	p := &printer{w: bufio.NewWriter(w), in: &in, opt: opt, glyphs: glyphsFor(opt.ASCII)}
	p.verdict()
	p.moments()
	p.notes()
	p.files()
	p.experiments()
	p.sessions()
	p.refused()
	p.path()
	p.nodes()
	p.numbers()
	p.timeline()
	p.findings()
	p.footer()
	if err := p.w.Flush(); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// printer prints the sections of a text report in turn.
type printer struct {
	w   *bufio.Writer // its error is sticky and comes with Flush
	in  *Input
	opt Options
	glyphs
}

// glyphs are the signs of the timeline and the lists. Each is one column wide.
type glyphs struct {
	polling, probing, websocket, webtransport, refused, upgraded string
	failure, more                                                string
}

func glyphsFor(ascii bool) glyphs {
	if ascii {
		return glyphs{polling: "-", probing: "/", websocket: "=", webtransport: "#", refused: "x", upgraded: "^", failure: "x", more: "..."}
	}
	return glyphs{polling: "─", probing: "▒", websocket: "█", webtransport: "▓", refused: "✕", upgraded: "▲", failure: "✖", more: "…"}
}

// A style is the parameter of an ANSI "select graphic rendition" sequence.
type style string

const (
	normal style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	cyan   style = "36"
)

func (p *printer) paint(s style, text string) string {
	if !p.opt.Color || s == normal || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// say prepares text that may come from the wire: masked, without control characters, in what the terminal can show.
func (p *printer) say(text string) string {
	return p.show(p.in.Redact.Text(text))
}

// show is say for text that is known to hold no secret, such as our own words.
func (p *printer) show(text string) string {
	text = clean(text)
	if p.opt.ASCII {
		text = ascii(text)
	}
	return text
}

func (p *printer) line(parts ...string) {
	for _, s := range parts {
		p.w.WriteString(s)
	}
	p.w.WriteByte('\n')
}

func (p *printer) heading(text string) {
	p.line()
	for _, l := range wrap(p.show(text), p.opt.Width) {
		p.line(p.paint(bold, l))
	}
}

// hang prints text wrapped to the width: the first line after lead, the others below it.
func (p *printer) hang(lead, text string) {
	room := textWidth(lead)
	for i, l := range wrap(text, p.opt.Width-room) {
		if i > 0 {
			lead = strings.Repeat(" ", room)
		}
		p.line(lead, l)
	}
}

func (p *printer) verdict() {
	v := p.in.Diagnosis.Verdict
	color := yellow
	switch {
	case v.State == diagnose.StateFailing:
		color = red
	case v.State == diagnose.StateWebSocket && v.Healthy:
		color = green
	case v.State == diagnose.StatePolling && !v.Healthy:
		color = red
	}
	p.line(p.paint("1;"+color, p.say(v.Summary)))
}

// since prints a time as seconds after the first packet.
func (p *printer) since(at int64) string {
	if at == 0 {
		return "?"
	}
	return fmt.Sprintf("%.3f s", time.Duration(at-p.in.First).Seconds())
}

func (p *printer) footer() {
	p.line()
	p.dimmed("", p.show(p.in.totals()))
	p.disclosed()
}

// disclosed says that secrets are in what was printed, where they are.
func (p *printer) disclosed() {
	if text := p.in.unmasked(); text != "" {
		p.hang(p.paint(yellow, "!")+" ", p.show(text))
	}
}

// dimmed prints an aside, wrapped to the width.
func (p *printer) dimmed(lead, text string) {
	for _, l := range wrap(text, p.opt.Width-textWidth(lead)) {
		p.line(lead, p.paint(dim, l))
	}
}
