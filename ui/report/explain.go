package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
)

// Explain prints one cause of the catalogue for people.
func Explain(w io.Writer, words lang.Words, c diagnose.Cause, opt Options) error {
	p := explainer(w, opt)
	sign, color := p.severity(c.Severity)
	p.line(p.paint("1;"+color, sign), " ", p.paint(bold, p.show(c.Title)))
	p.hang("  ", p.show(identity(words, c)))
	p.line()
	p.hang("  ", p.show(c.About))
	p.section(words.S("What proves it on the wire"), c.Seen)
	p.section(words.S("What looks alike"), c.Unlike)
	p.section(words.S("Where it can be seen from"), []string{vantages(words, c.From)})
	if len(c.Fixes) > 0 {
		p.line()
		p.line("  ", p.paint(cyan, p.show(words.S("What mends it"))))
	}
	for _, f := range c.Fixes {
		p.hang("    - ", p.show(words.S("%s: %s", words.Said(f.For), f.Text)))
		p.snippet(f.Snippet)
	}
	return p.finish()
}

// Catalogue prints all causes of the catalogue for people, a line each.
func Catalogue(w io.Writer, words lang.Words, opt Options) error {
	p := explainer(w, opt)
	families := diagnose.Families(words)
	longest := 0
	for _, f := range families {
		for _, c := range f.Causes {
			longest = max(longest, len(c.ID))
		}
	}
	for i, f := range families {
		if i > 0 {
			p.line()
		}
		p.line(p.paint(bold, p.show(f.Name)))
		for _, c := range f.Causes {
			p.hang("  "+p.paint(cyan, c.ID)+strings.Repeat(" ", longest-len(c.ID)+2), p.show(c.Title))
		}
	}
	return p.finish()
}

func explainer(w io.Writer, opt Options) *printer {
	if opt.Width == 0 {
		opt.Width = defaultWidth
	}
	opt.Width = max(opt.Width, minWidth)
	return &printer{w: bufio.NewWriter(w), opt: opt, glyphs: glyphsFor(opt.ASCII)}
}

func (p *printer) finish() error {
	if err := p.w.Flush(); err != nil {
		return fmt.Errorf("writing what is known of the causes: %w", err)
	}
	return nil
}

// section prints a heading and what stands below it.
func (p *printer) section(title string, list []string) {
	if len(list) == 0 {
		return
	}
	p.line()
	p.line("  ", p.paint(cyan, p.show(title)))
	for _, s := range list {
		p.hang("    - ", p.show(s))
	}
}

// snippet prints lines to paste: as they are, whatever the width.
func (p *printer) snippet(text string) { p.indented(text, "        ") }

func (p *printer) indented(text, indent string) {
	if text == "" {
		return
	}
	p.line()
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); line != "" {
			line = indent + p.show(strings.ReplaceAll(line, "\t", "    "))
		}
		p.line(line)
	}
	p.line()
}

// identity is a cause's id, how bad it is and how sure one can be of it.
func identity(words lang.Words, c diagnose.Cause) string {
	text := words.S("%s; %s; at best %s", c.ID, c.Severity.Word(words), diagnose.Confidence(words, c.Best))
	if c.Within != "" {
		text = words.S("%s; %s", text, words.S("without a sign of its own it is told as %s", c.Within))
	}
	return text
}

// vantages lists the places from which a cause can be seen.
func vantages(words lang.Words, from []diagnose.Vantage) string {
	var list []string
	for _, v := range from {
		switch v {
		case diagnose.ClientSide:
			list = append(list, words.S("a capture on the client's side"))
		case diagnose.NodeSide:
			list = append(list, words.S("a capture on the nodes' side"))
		case diagnose.BrowserLog:
			list = append(list, words.S("a HAR of the browser"))
		case diagnose.ByCheck:
			list = append(list, words.S("sio check"))
		}
	}
	return words.List(list)
}
