package clocks

import (
	"cmp"
	"slices"
)

// A pair is a request that was seen by two clocks: what has to be added to the second, in ns, is low or more when it shows
// one time, and high or less when it shows another.
type pair struct {
	low, high     float64
	lowAt, highAt int64
}

// at is when the request began, by the second clock.
func (p pair) at() int64 { return min(p.lowAt, p.highAt) }

func narrower(p, q pair) int { return cmp.Compare(p.high-p.low, q.high-q.low) }

const (
	resolution = 1e3 // ns: a capture in microseconds cuts what is below
	logged     = 5e6 // ns: a log adds up durations that are rounded to milliseconds
)

// pairs are the requests that both sketches have, in order of the second's clock.
func pairs(a, b *Sketch) []pair {
	var all []pair
	for key, there := range b.marks {
		if here := a.marks[key]; !here.many && !there.many {
			if p, ok := closest(here.marks, there.marks); ok {
				all = append(all, p)
			}
		}
	}
	slices.SortFunc(all, func(p, q pair) int {
		return cmp.Or(cmp.Compare(p.at(), q.at()), narrower(p, q), cmp.Compare(p.low, q.low))
	})
	// A request that has two keys is one pair: the answer to one of them may have been another event.
	return slices.CompactFunc(all, func(p, q pair) bool { return p.at() == q.at() })
}

// closest pairs a request that may have been seen on several hops of a capture: on the same connection, where that is in
// both, else on hops that took the same time, as near as may be.
func closest(here, there []mark) (best pair, ok bool) {
	same := false
	for _, a := range here {
		for _, b := range there {
			if a.status != b.status || same && a.ends != b.ends {
				continue
			}
			p := between(a, b)
			if first := a.ends == b.ends && !same; first || !ok || narrower(p, best) < 0 {
				best, ok, same = p, true, same || first
			}
		}
	}
	return best, ok
}

// between compares the times of a request and of its answer. Which of the two marks is the nearer to the client, the one
// that took longer tells, unless the clocks' drift may have made it so; then the answer is as good as simultaneous.
func between(a, b mark) pair {
	asked, answered := float64(a.asked-b.asked), float64(a.answered-b.answered)
	drift := maxDrift * float64(max(a.answered-a.asked, b.answered-b.asked, 0))
	p := pair{asked, answered, b.asked, b.answered}
	if asked > answered {
		p = pair{answered, asked, b.answered, b.asked}
	}
	slack := float64(resolution)
	if p.high-p.low <= drift+2*resolution {
		p.lowAt, p.highAt = b.asked, b.asked
		slack += drift
	}
	if a.logged || b.logged {
		slack += logged
	}
	p.low -= slack
	p.high += slack
	return p
}
