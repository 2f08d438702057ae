package session

import (
	"cmp"
	"slices"
)

// What is one node by its cookie or header may be several processes: a second layer behind the balancer, or workers on
// one port. Then the counters of its sids do not rise, and are no restart either: each goes on while the other does.

const (
	turns   = 3 // from one chain to the other: a process that began anew twice, unnoticed, would make as many
	started = 4 // counters that are told of a chain
)

// sideBySide returns the first counters of each chain of a node that takes turns with another one, nil where none does.
func sideBySide(all []*chain) [][]uint32 {
	var counts [][]uint32
	for _, c := range all {
		if !slices.ContainsFunc(all, func(o *chain) bool { return o != c && c.takesTurns(o) }) {
			continue
		}
		var first []uint32
		for i := range c.own()[:min(len(c.own()), started)] {
			first = append(first, c.counter(i))
		}
		counts = append(counts, first)
	}
	return counts
}

// takesTurns says whether sessions of two chains came by turns, of one server at one path, by one clock. Two servers in
// one process may each have a counter.
func (c *chain) takesTurns(o *chain) bool {
	both := slices.Concat(c.own(), o.own())
	first := both[0].handshake()
	if first == nil {
		return false
	}
	for _, s := range both {
		h := s.handshake()
		if h == nil || h.Path != first.Path || s.Server != both[0].Server || h.Conn.Source != first.Conn.Source {
			return false
		}
	}
	order := slices.Clone(both)
	slices.SortStableFunc(order, func(a, b *Session) int { return cmp.Compare(a.Opened, b.Opened) })
	n := 0
	for i, s := range order[1:] {
		if slices.Contains(c.own(), s) != slices.Contains(c.own(), order[i]) {
			n++
		}
	}
	return n >= turns
}
