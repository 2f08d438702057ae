package clocks

import (
	"math"
	"slices"
)

// fit puts as few lines through the pairs as will do, of which there is one at least.
func fit(all []pair) (d Difference) {
	if zero(all) {
		d.Uncertainty = ceil(farthest(all, line{origin: all[0].at()}))
		return d
	}
	for len(all) > 0 {
		n := straight(all)
		l := through(all[:n])
		d.Uncertainty = max(d.Uncertainty, ceil(farthest(all[:n], l)))
		if n < len(all) {
			l.until = all[n-1].at()/2 + all[n].at()/2
		}
		d.lines = append(d.lines, l)
		all = all[n:]
	}
	return d
}

func ceil(x float64) int64 { return int64(math.Ceil(x)) }

// zero says whether the pairs allow for one clock.
func zero(all []pair) bool {
	return !slices.ContainsFunc(all, func(p pair) bool { return p.low > 0 || p.high < 0 })
}

// straight is how many pairs, from the first on, a line can go through.
func straight(all []pair) int {
	fits := func(n int) bool {
		_, room := steepness(all[:n])
		return room >= 0
	}
	if fits(len(all)) {
		return len(all)
	}
	n, not := 1, len(all)
	for n+1 < not {
		if m := n + (not-n)/2; fits(m) {
			n = m
		} else {
			not = m
		}
	}
	return n
}

// offsets is what a line of the given slope may have as its offset at the first pair; high < low: it cannot be.
func offsets(all []pair, slope float64) (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	for _, p := range all {
		low = max(low, p.low-slope*float64(p.lowAt-all[0].at()))
		high = min(high, p.high-slope*float64(p.highAt-all[0].at()))
	}
	return low, high
}

// room is how much a line of that slope can be moved up and down; it is concave over the slopes.
func room(all []pair, slope float64) float64 {
	low, high := offsets(all, slope)
	return high - low
}

const halvings = 60

// steepness is the slope that leaves a line the most room.
func steepness(all []pair) (slope, most float64) {
	if r := room(all, 0); len(all) == 1 {
		return 0, r
	}
	slope = highest(-maxDrift, maxDrift, func(s float64) float64 { return room(all, s) })
	return slope, room(all, slope)
}

// highest is where a concave function is highest.
func highest(from, to float64, f func(float64) float64) float64 {
	for range halvings {
		a, b := from+(to-from)/3, to-(to-from)/3
		if f(a) < f(b) {
			from = a
		} else {
			to = b
		}
	}
	return (from + to) / 2
}

// through is a line through the pairs, in the middle of what they allow for: a level one where that will do.
func through(all []pair) line {
	slope := 0.0
	if room(all, 0) < 0 {
		slope, _ = steepness(all)
	}
	low, high := offsets(all, slope)
	return line{origin: all[0].at(), offset: low + (high-low)/2, slope: slope}
}

// farthest is how far a line may be from the truth, which is another line that the pairs allow for, at any time while
// there are pairs that say something.
func farthest(all []pair, l line) (most float64) {
	best, _ := steepness(all)
	least, steepest := edge(all, best, -maxDrift), edge(all, best, maxDrift)
	for _, at := range telling(all) {
		t := float64(at - all[0].at())
		upper := func(s float64) float64 { _, high := offsets(all, s); return high + s*t }
		lower := func(s float64) float64 { low, _ := offsets(all, s); return -(low + s*t) }
		top := upper(highest(least, steepest, upper))
		bottom := -lower(highest(least, steepest, lower))
		most = max(most, top-l.at(at), l.at(at)-bottom)
	}
	return most
}

// edge is the last slope, from a possible one to a limit, that a line through the pairs may have.
func edge(all []pair, possible, limit float64) float64 {
	if room(all, limit) >= 0 {
		return limit
	}
	for range halvings {
		if middle := possible + (limit-possible)/2; room(all, middle) >= 0 {
			possible = middle
		} else {
			limit = middle
		}
	}
	return possible
}

// telling are the times of the first and the last pair that say something: a poll that was held for half a minute does not.
func telling(all []pair) [2]int64 {
	sorted := slices.SortedFunc(slices.Values(all), narrower)
	median := sorted[(len(sorted)-1)/2]
	says := func(p pair) bool { return p.high-p.low <= 4*(median.high-median.low) }
	first := slices.IndexFunc(all, says)
	last := len(all) - 1
	for !says(all[last]) {
		last--
	}
	return [2]int64{all[first].at(), all[last].at()}
}
