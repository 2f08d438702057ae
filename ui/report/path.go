package report

import (
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
)

// path prints who was recognised between client and node, from the client on, and by what.
func (p *printer) path() {
	hops := p.in.Diagnosis.Path
	if len(hops) == 0 {
		return
	}
	p.heading(p.in.S("In the path, from the client on"))
	for i := range hops {
		p.hang("  ", p.say(hopText(p.in.Words, &hops[i])))
	}
}

func hopText(w lang.Words, h *diagnose.Hop) string {
	name := h.Name
	if name == "" {
		name = w.S("not known by name")
	}
	return w.S("%s (%s, %s): %s", name, kindWord(w, h.Kind), diagnose.Confidence(w, h.Confidence), h.Sign)
}

func kindWord(w lang.Words, k diagnose.HopKind) string {
	switch k {
	case diagnose.CDN:
		return w.S("CDN")
	case diagnose.Platform:
		return w.S("platform")
	case diagnose.Balancer:
		return w.S("balancer")
	case diagnose.Server:
		return w.S("server")
	}
	return w.S("proxy")
}

func (j *jsonReport) hop(h *diagnose.Hop) {
	j.open('{')
	j.key("name").strOrNull(j.in.Redact.Text(h.Name))
	j.key("kind").str(h.Kind.String())
	j.key("sign").str(j.in.Redact.Text(h.Sign))
	j.key("confidence").str(h.Confidence)
	j.close('}')
}
