package report

import (
	"sioscope/protocol/fact"
	"sioscope/ui/plain"
)

// files tells of several files by what clocks they were made.
func (p *printer) files() {
	files := p.unplaced(p.in.captures(), p.in.fileNames())
	if len(files) == 0 {
		return
	}
	p.heading(p.in.S("Captures (%d)", len(files)))
	for i := range files {
		if i == maxGroups && !p.opt.All {
			p.line("  ", p.in.S("and %s; --all lists them.", p.in.Count(len(files)-i, "more file")))
			break
		}
		p.hang("  ", p.say(files[i]))
	}
}

// captures tells of each file, where there are several.
func (in *Input) captures() (list []string) {
	for i := range in.Files {
		if len(in.Files) > 1 {
			list = append(list, in.fileText(&in.Files[i]))
		}
	}
	return list
}

func (in *Input) fileText(f *fact.File) string {
	return plain.File(in.Words, f, in.File(f.Clock.Reference))
}
