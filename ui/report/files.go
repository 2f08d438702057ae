package report

import (
	"fmt"

	"sioscope/protocol/fact"
	"sioscope/ui/plain"
)

// files tells of several files by what clocks they were made.
func (p *printer) files() {
	files := p.in.Files
	if len(files) < 2 {
		return
	}
	p.heading(fmt.Sprintf("Captures (%d)", len(files)))
	for i := range files {
		if i == maxGroups && !p.opt.All {
			p.line("  and ", count(len(files)-i, "more file"), "; --all lists them.")
			break
		}
		p.hang("  ", p.say(p.fileText(&files[i])))
	}
}

func (p *printer) fileText(f *fact.File) string {
	text := plain.Place(f) + ": "
	if f.Label != "" {
		text += f.Name + ", "
	}
	if f.Log {
		text += entries(f.Packets)
	} else {
		text += count(int(f.Packets), "packet")
	}
	reference := ""
	if r := p.in.File(f.Clock.Reference); r != nil {
		reference = plain.Place(r)
	}
	if clock := plain.Clock(&f.Clock, reference); clock != "" {
		text += "; " + clock
	}
	return text
}
