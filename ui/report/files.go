package report

import (
	"sioscope/protocol/fact"
	"sioscope/ui/plain"
)

// files tells of several files by what clocks they were made.
func (p *printer) files() {
	files := p.in.Files
	if len(files) < 2 {
		return
	}
	p.heading(p.in.S("Captures (%d)", len(files)))
	for i := range files {
		if i == maxGroups && !p.opt.All {
			p.line("  ", p.in.S("and %s; --all lists them.", p.in.Count(len(files)-i, "more file")))
			break
		}
		p.hang("  ", p.say(p.fileText(&files[i])))
	}
}

func (p *printer) fileText(f *fact.File) string {
	text := p.in.Count(int(f.Packets), "packet")
	if f.Log {
		text = p.in.Plural(int(f.Packets), "HAR entry", "HAR entries")
	}
	if f.Label != "" {
		text = p.in.S("%s, %s", f.Name, text)
	}
	text = p.in.S("%s: %s", plain.Place(f), text)
	reference := ""
	if r := p.in.File(f.Clock.Reference); r != nil {
		reference = plain.Place(r)
	}
	if clock := plain.Clock(p.in.Words, &f.Clock, reference); clock != "" {
		text = p.in.S("%s; %s", text, clock)
	}
	return text
}
