package plain

import (
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
)

// Hop says who was recognised between client and node, and by what.
func Hop(w lang.Words, h *diagnose.Hop) string {
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
