package clocks

import "slices"

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

// compared holds every clock against every other.
func compared(all []*Sketch) (ties []*tie) {
	keys := make([][]key, len(all))
	for i, s := range all {
		keys[i] = s.sorted()
	}
	for i, a := range all {
		for j, b := range all {
			if i == j || !common(keys[i], keys[j]) {
				continue
			}
			d, ok := Between(a, b)
			ties = append(ties, &tie{from: j, to: i, Difference: d, ok: ok})
		}
	}
	return ties
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

func (s *Sketch) sorted() []key {
	keys := make([]key, 0, len(s.marks))
	for k := range s.marks {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// common says whether two sorted lists have a key in common.
func common(a, b []key) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			return true
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}
