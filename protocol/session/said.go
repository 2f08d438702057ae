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

// Name is the node's label.
func (n *Node) Name(w lang.Words) string {
	if n.Label == "node "+n.Letter {
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
