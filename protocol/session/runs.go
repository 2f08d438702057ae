package session

import (
	"cmp"
	"slices"
	"sort"
)

// Of handshakes that were not captured counters have gaps, and what is between two gaps may be of any process that had not
// counted further. A run is a part of a chain that has none.

const manyChains = 64 // of which some are surely guessed

// A run is the sessions from..to-1 of a chain.
type run struct{ from, to int }

func (c *chain) runs() (list []run) {
	for i := range c.sessions {
		if i == 0 || c.counter(i) != c.counter(i-1)+1 {
			list = append(list, run{from: i})
		}
		list[len(list)-1].to = i + 1
	}
	return list
}

// settled says whether a chain is known by sessions that are gone, or is not sure of all that it has.
func (c *chain) settled() bool { return c.line != nil || c.certain > 0 }

// rejoin moves runs to the chain that goes on with their last counter. The chains stay in order of their beginnings.
func rejoin(all []*chain) {
	if len(all) < 2 {
		return
	}
	begins := map[uint32]*chain{} // by the counter before their first, nil where that is of several
	for _, d := range all {
		before := d.counter(0) - 1
		if _, ok := begins[before]; ok || d.settled() {
			d = nil
		}
		begins[before] = d
	}
	moved := false
	for again := true; again; moved = moved || again {
		again = false
		for _, c := range all {
			again = again || c.give(begins)
		}
	}
	if moved {
		slices.SortStableFunc(all, func(a, b *chain) int { return cmp.Compare(a.sessions[0].Opened, b.sessions[0].Opened) })
	}
}

// give moves a run of the chain to the one that goes on with it, and says whether there was one.
func (c *chain) give(begins map[uint32]*chain) bool {
	if c.settled() {
		return false
	}
	for _, r := range c.runs() {
		end := c.counter(r.to - 1)
		d := begins[end]
		if d == nil || d == c || r.to == len(c.sessions) || c.sessions[r.to-1].Opened > d.sessions[0].Opened {
			continue
		}
		delete(begins, end)
		if r.from == 0 && begins[c.counter(0)-1] == c {
			delete(begins, c.counter(0)-1)
		}
		d.sessions = slices.Concat(c.sessions[r.from:r.to], d.sessions)
		c.sessions = slices.Delete(c.sessions, r.from, r.to)
		for _, o := range [...]*chain{c, d} { // where c gave its beginning, it has another
			if _, taken := begins[o.counter(0)-1]; !taken {
				begins[o.counter(0)-1] = o
			}
		}
		return true
	}
	return false
}

// interchangeable says whether a run of one chain might as well be of another.
func interchangeable(all []*chain) bool {
	if len(all) > manyChains {
		return true
	}
	for _, c := range all {
		for _, r := range c.runs() {
			for _, d := range all {
				if c != d && d.admits(c, r) {
					return true
				}
			}
		}
	}
	return false
}

// admits says whether a run of another chain fits between the sessions of a chain, in time and by its counters.
func (c *chain) admits(o *chain, r run) bool {
	first, last := o.sessions[r.from], o.sessions[r.to-1]
	i := sort.Search(len(c.sessions), func(i int) bool { return c.sessions[i].Opened >= first.Opened })
	return (i == 0 || c.counter(i-1) < o.counter(r.from)) &&
		(i == len(c.sessions) || c.sessions[i].Opened > last.Opened && c.counter(i) > o.counter(r.to-1))
}
