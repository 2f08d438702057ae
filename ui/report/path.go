package report

import (
	"sioscope/protocol/diagnose"
	"sioscope/ui/plain"
)

// path prints who was recognised between client and node, from the client on, and by what.
func (p *printer) path() {
	hops := p.in.Diagnosis.Path
	if len(hops) == 0 {
		return
	}
	p.heading(p.in.S("In the path, from the client on"))
	for i := range hops {
		p.hang("  ", p.say(plain.Hop(p.in.Words, &hops[i])))
	}
}

func (j *jsonReport) hop(h *diagnose.Hop) {
	j.open('{')
	j.key("name").strOrNull(j.in.Redact.Text(h.Name))
	j.key("kind").str(h.Kind.String())
	j.key("sign").str(j.in.Redact.Text(h.Sign))
	j.key("confidence").str(h.Confidence)
	j.close('}')
}
