package report

import (
	"fmt"
	"strings"

	"sioscope/ui/timeline"
)

// A pageMoment is a note on a moment, as a page has it.
type pageMoment struct{ Time, About, Text string }

// about names the session of a note, "" where it is about none in particular.
func (in *Input) about(n *timeline.Note, limit int) string {
	if n.Session == "" {
		return ""
	}
	return in.S("session %s", in.mask(n.Session, limit))
}

// moments prints what somebody wrote about moments, by the numbers that the timeline has.
func (p *printer) moments() {
	if len(p.in.Moments) == 0 {
		return
	}
	p.heading(p.in.S("Notes"))
	for i := range p.in.Moments {
		n := &p.in.Moments[i]
		text := p.say(strings.Join(strings.Fields(n.Text), " "))
		if about := p.in.about(n, maxText); about != "" {
			text = p.show(p.in.S("%s: %s", about, text))
		}
		p.hang(fmt.Sprintf("%d  %s  ", i+1, p.since(n.Time)), text)
	}
}

func (in *Input) pageMoments(p *page) {
	for i := range in.Moments {
		n := &in.Moments[i]
		p.Moments = append(p.Moments, pageMoment{in.since(n.Time), in.about(n, maxText), in.pageText(n.Text)})
	}
}

// moments writes them for a ticket.
func (m *markdown) moments() {
	if len(m.in.Moments) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", m.in.S("Notes"))
	for i := range m.in.Moments {
		n := &m.in.Moments[i]
		where := m.in.since(n.Time)
		if n.Session != "" {
			where = m.in.S("%s, %s", where, m.code(n.Session))
		}
		fmt.Fprintf(&b, "%d. %s\n", i+1, m.in.S("%s: %s", where, m.text(n.Text)))
	}
	b.WriteByte('\n')
	if !m.add(b.String()) {
		m.skipped = append(m.skipped, m.in.S("the notes"))
	}
}

// moment is one of them for machines.
func (j *jsonReport) moment(n *timeline.Note) {
	j.open('{')
	j.key("time").time(n.Time)
	j.key("session").strOrNull(n.Session)
	j.key("text").str(j.in.Redact.Text(n.Text))
	j.close('}')
}
