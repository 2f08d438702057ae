package plain

import (
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// Basis says in words how a node is known; see session.Node.
func Basis(w lang.Words, basis string) string {
	switch basis {
	case "named":
		return w.S("known by the name it was given")
	case "address":
		return w.S("known by its address")
	case "sid counter":
		return w.S("told apart by the counter in the sids")
	case "inferred":
		return w.S("inferred from who answered")
	case "":
		return w.S("basis unknown")
	}
	n := session.Node{Basis: basis}
	return w.S("known by the %s", n.By(w)) // "header X", "cookie Y"
}

// Known is Basis with how sure it is, where it is not certain, what the node's name was decoded from, and how many
// processes seem to be behind it.
func Known(w lang.Words, n *session.Node) string {
	text := Basis(w, n.Basis)
	if n.Decoded != "" {
		text = w.S("%s, decoded (%s)", text, n.Decoded)
	}
	if n.Confidence != "" && n.Confidence != session.Certain {
		text = w.S("%s, %s", text, n.Confidence.Word(w))
	}
	if len(n.Counts) > 1 {
		text = w.S("%s; %d counters run side by side in its sids, as of so many processes", text, len(n.Counts))
	}
	return text
}
