package session

import (
	"slices"
	"strings"
)

// called is the letter and the colour of the next node: those it had before, and else the next of each that nobody has.
func (n *naming) called(label string) (letter string, color int) {
	var before []Node
	if label != "" { // of a node without a name nobody can say whether it was there before
		before = n.t.Options.Before
	}
	if i := slices.IndexFunc(before, func(o Node) bool { return o.told() && o.Label == label }); i >= 0 {
		n.own = true
		return before[i].Letter, before[i].Color
	}
	taken := func(is func(Node) bool) bool {
		return slices.ContainsFunc(n.nodes, is) || slices.ContainsFunc(before, func(o Node) bool { return o.told() && is(o) })
	}
	for color = len(n.nodes); taken(func(o Node) bool { return o.Color == color }); {
		color++
	}
	return n.letter(label, func(letter string) bool { return taken(func(o Node) bool { return o.Letter == letter }) }), color
}

// letter is that of the next node: its own where it is called by one, lest node B be told of as A, and else the next.
func (n *naming) letter(label string, taken func(string) bool) string {
	own := strings.ToUpper(strings.TrimPrefix(label, "node "))
	if len(own) == 1 && own >= "A" && own <= "Z" && !taken(own) {
		n.own = true
		return own
	}
	i := len(n.nodes)
	for (n.own || len(n.t.Options.Before) > 0) && taken(letters(i)) {
		i++
	}
	return letters(i)
}

// told says whether an answer, or its address, gave the node its label: then it is the same wherever that is seen.
func (n *Node) told() bool { return n.Basis != "sid counter" && n.Basis != "inferred" }

// letters counts A … Z, AA, AB, …
func letters(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}
