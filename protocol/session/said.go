package session

import (
	"strings"

	"sioscope/protocol/lang"
)

// What the model says in English, because programs read it too, said to people.

// Why is the reason of the end.
func (c *Close) Why(w lang.Words) string {
	if code, ok := strings.CutPrefix(c.Reason, "websocket closed "); ok {
		return w.S("websocket closed %s", code)
	}
	return w.Said(c.Reason)
}

// Word says what became of the upgrade.
func (u Upgrade) Word(w lang.Words) string {
	switch u {
	case UpgradeDirect:
		return w.S("direct")
	case UpgradeDone:
		return w.S("done")
	case UpgradeFailed:
		return w.S("failed")
	case UpgradeNotTried:
		return w.S("not-tried")
	case UpgradePending:
		return w.S("pending")
	}
	return w.S("unknown")
}

// Word is the transport in a sentence or upon a band.
func (t Transport) Word(w lang.Words) string {
	switch t {
	case Polling:
		return w.S("polling")
	case WebSocket:
		return w.S("websocket")
	}
	return t.String()
}

// Word says what a request is for.
func (k Kind) Word(w lang.Words) string {
	switch k {
	case Handshake:
		return w.S("handshake")
	case Poll:
		return w.S("poll")
	case Post:
		return w.S("post")
	case UpgradeRequest:
		return w.S("upgrade request")
	case Preflight:
		return w.S("preflight")
	}
	return w.S("request")
}

// Flaw says what cannot be read, which a decoder told in English: "websocket: server frame is masked". What there is no
// sentence for stays as it is.
func Flaw(w lang.Words, what string) string {
	of, rest, found := strings.Cut(what, ": ")
	if !found {
		return w.Said(what)
	}
	return w.S("%s: %s", of, w.Said(rest))
}

// Side says who closed, reset or gave up something.
func Side(w lang.Words, by string) string {
	switch by {
	case "client":
		return w.S("client")
	case "server":
		return w.S("server")
	case "network":
		return w.S("network")
	case "unknown":
		return w.S("unknown")
	}
	return by
}

// Titled is the node's letter and, where it has one, its name: "A (node-a)".
func (n *Node) Titled() string {
	if n.named() {
		return n.Letter + " (" + n.Label + ")"
	}
	return n.Letter
}

// Title is the same with the word for it: "node A (node-a)".
func (n *Node) Title(w lang.Words) string {
	if n.named() {
		return w.S("node %s (%s)", n.Letter, n.Label)
	}
	return w.S("node %s", n.Letter)
}

// named says whether the node has a name but its letter.
func (n *Node) named() bool {
	return n.Label != "" && n.Label != n.Letter && n.Label != "node "+n.Letter && !n.token
}

// Name is the node's label, or its letter where that says more.
func (n *Node) Name(w lang.Words) string {
	if n.token || n.Label == "node "+n.Letter {
		return w.S("node %s", n.Letter)
	}
	return n.Label
}

// By says what a node is told by: "cookie SERVERID".
func (n *Node) By(w lang.Words) string {
	if name, ok := strings.CutPrefix(n.Basis, "cookie "); ok {
		return w.S("cookie %s", name)
	}
	if name, ok := strings.CutPrefix(n.Basis, "header "); ok {
		return w.S("header %s", name)
	}
	switch n.Basis {
	case "named":
		return w.S("named")
	case "address":
		return w.S("address")
	case "sid counter":
		return w.S("sid counter")
	case "inferred":
		return w.S("inferred")
	}
	return n.Basis
}

// Word says how sure something is.
func (c Confidence) Word(w lang.Words) string {
	switch c {
	case Certain:
		return w.S("certain")
	case Likely:
		return w.S("likely")
	case Possible:
		return w.S("possible")
	}
	return string(c)
}

// Called is "header X-Pod", "cookie SERVERID".
func (s *Signal) Called(w lang.Words) string {
	n := Node{Basis: s.Basis()}
	return n.By(w)
}

// Why says in a clause what makes the signal tell what it does.
func (s *Signal) Why(w lang.Words) string {
	switch s.Class {
	case ClientClass:
		return w.S("it pins one client, and what it says to another client cannot be compared")
	case EdgeClass:
		return w.S("it names a cache before the nodes")
	case RequestClass:
		return w.S("it changes from one request of a session to the next")
	case UnknownClass:
		return w.S("nothing that was seen shows that it tells nodes")
	}
	parts := []string{w.S("%s in %s", w.Count(s.Values, "value"), w.Count(s.Answers, "answer"))}
	if s.Sids > 0 {
		parts = append(parts, w.S("never another one within a session"))
	}
	if s.Decoded {
		parts = append(parts, w.S("they are addresses"))
	}
	if n := s.Foretold + s.Denied; n > 0 {
		parts = append(parts, w.S("another than the session's own where its sid was unknown (%d of %d)", lang.Amount(s.Foretold), lang.Amount(n)))
	}
	if s.Counted >= 2 {
		parts = append(parts, w.S("the counters in the sids agree"))
	}
	return w.List(parts)
}
