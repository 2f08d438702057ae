package clocks

import (
	"cmp"
	"maps"
	"slices"
)

// An Alignment is how the times of one of several clocks become those of the first one that it can be compared with.
type Alignment struct {
	// Reference is the clock whose times they become, in the order given to Align: its own number where there is no
	// other to compare with, or where it is the first of those.
	Reference int
	// Uncertainty is how far the difference may be from the truth, in ns.
	Uncertainty int64
	Pairs       int // requests it was estimated from, those in common with the next clock on the way to Reference
	Left        int // and those that contradict them
	way         []*Difference
}

// Shift is what has to be added to a time of the clock, in ns.
func (a *Alignment) Shift(t int64) int64 {
	at := t
	for _, d := range a.way {
		at += d.Shift(at)
	}
	return at - t
}

// Same says whether there is nothing to add: it is the reference, or no difference can be seen.
func (a *Alignment) Same() bool {
	return !slices.ContainsFunc(a.way, func(d *Difference) bool { return len(d.lines) > 0 })
}

// Drift is how much faster the clock runs than Reference, as a share; 0 where that cannot be seen.
func (a *Alignment) Drift() (drift float64) {
	for _, d := range a.way {
		drift += d.Drift()
	}
	return drift
}

// Settings is how often the clock, or Reference, was set.
func (a *Alignment) Settings() (n int) {
	for _, d := range a.way {
		n += d.Settings()
	}
	return n
}

// Align compares clocks with each other.
func Align(all []*Sketch) []Alignment {
	out := make([]Alignment, len(all))
	for i := range out {
		out[i].Reference = -1
	}
	pairs := compared(all)
	for i := range all {
		if out[i].Reference < 0 {
			spread(out, pairs, i)
		}
	}
	return out
}

// A tie is what has to be added to the times of one clock to have those of another, as far as is known.
type tie struct {
	from, to int
	Difference
	ok bool
}

// compared holds every clock against every other that has a request in common with it.
func compared(all []*Sketch) (ties []*tie) {
	for _, p := range common(all) {
		for _, way := range [...][2]int{p, {p[1], p[0]}} {
			d, ok := Between(all[way[0]], all[way[1]])
			ties = append(ties, &tie{from: way[1], to: way[0], Difference: d, ok: ok})
		}
	}
	return ties
}

// common are the pairs of clocks that have a request in common, the smaller number first, in order.
func common(all []*Sketch) [][2]int {
	type holder struct {
		key key
		of  int
	}
	var holders []holder
	for i, s := range all {
		for k := range s.marks {
			holders = append(holders, holder{k, i})
		}
	}
	slices.SortFunc(holders, func(a, b holder) int { return cmp.Or(cmp.Compare(a.key, b.key), a.of-b.of) })
	found := map[[2]int]bool{}
	for i := range holders {
		for j := i + 1; j < len(holders) && holders[j].key == holders[i].key; j++ {
			found[[2]int{holders[i].of, holders[j].of}] = true
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
}

// spread aligns with the reference whatever can be, the surest first.
func spread(out []Alignment, ties []*tie, reference int) {
	out[reference].Reference = reference
	for {
		var best *tie
		for _, e := range ties {
			if !e.ok || out[e.to].Reference != reference || out[e.from].Reference >= 0 {
				if !e.ok {
					out[e.from].Left = max(out[e.from].Left, e.Left)
				}
				continue
			}
			if best == nil || out[e.to].Uncertainty+e.Uncertainty < out[best.to].Uncertainty+best.Uncertainty {
				best = e
			}
		}
		if best == nil {
			return
		}
		before := &out[best.to]
		out[best.from] = Alignment{
			Reference: reference, Uncertainty: before.Uncertainty + best.Uncertainty, Pairs: best.Pairs, Left: best.Left,
			way: append([]*Difference{&best.Difference}, before.way...),
		}
	}
}
