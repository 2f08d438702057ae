// Package clocks estimates by how much the clocks of captures differ, from the requests that more than one of them saw.
//
//  1. Of every capture a Sketch keeps when requests began and when their answers did, under keys that the same request
//     has wherever it is seen. Of very many it keeps those whose keys are the smallest: the same ones in every capture.
//  2. Whoever passes a request on has got it before, and answers after it was answered. So the difference of two clocks
//     lies between the difference of the two times of the request and that of the two times of its answer, whichever of
//     the captures is the nearer to the client.
//  3. Pairs that contradict most of those around them are no pairs (a retry, a number used twice) and are left out.
//  4. What is left has a line through it, level where one fits: the difference, and the drift. Where no line fits all, a
//     clock was set meanwhile, and there are several lines.
//  5. Among more than two captures, each clock is compared along the way that is the surest.
//
// It reads no files and guesses nothing: captures without a request in common have clocks that it does not compare.
package clocks

import (
	"slices"
	"sort"
)

const maxDrift = 500e-6 // of a clock against another: quartz is within 100e-6, virtual machines are worse

// A Difference is what has to be added to the times of one clock to have those of another.
type Difference struct {
	lines []line // by time; none: the two clocks are one
	// Uncertainty is how far the difference may be from the truth during the pairs, in ns.
	Uncertainty int64
	Pairs       int // requests that it was estimated from
	Left        int // and those that contradict it
}

// A line is the difference from one pair to another, in ns.
type line struct {
	until  int64 // the time of the first clock at which the next line begins
	origin int64
	offset float64 // at the origin
	slope  float64
}

func (l *line) at(t int64) float64 { return l.offset + l.slope*float64(t-l.origin) }

// Shift is what has to be added to a time of the first clock, in ns.
func (d *Difference) Shift(t int64) int64 {
	if len(d.lines) == 0 {
		return 0
	}
	i := 0
	if len(d.lines) > 1 {
		i = sort.Search(len(d.lines)-1, func(i int) bool { return t < d.lines[i].until })
	}
	l := &d.lines[i]
	if l.slope == 0 {
		return int64(l.offset)
	}
	return int64(l.at(t))
}

// Drift is how much faster the first clock runs than the other, as a share; 0 where that cannot be seen.
func (d *Difference) Drift() float64 {
	if len(d.lines) != 1 || d.lines[0].slope == 0 {
		return 0
	}
	return -d.lines[0].slope
}

// Settings is how often one of the clocks was set.
func (d *Difference) Settings() int { return max(0, len(d.lines)-1) }

// Between estimates what has to be added to the times of b to have those of a. ok is false where no request was seen in
// both, or where those that were contradict each other; Left says how many then.
func Between(a, b *Sketch) (d Difference, ok bool) {
	all := pairs(a, b)
	good := agreeing(all)
	if len(good) == 0 {
		return Difference{Left: len(all)}, false
	}
	d = fit(thinned(good))
	if len(d.lines) > maxLines && len(d.lines) > len(good)/8 {
		return Difference{Left: len(all)}, false
	}
	d.Pairs, d.Left = len(good), len(all)-len(good)
	return d, true
}

// maxLines is how many lines are believed in any case. More, and each through a few pairs alone, are a clock that went back,
// so that one of its times was two.
const maxLines = 8

// agreeing leaves out the pairs that contradict more than half of those around them.
func agreeing(all []pair) []pair {
	const around = 16
	var good []pair
	for i, p := range all {
		near := all[max(0, i-around):min(len(all), i+around+1)]
		with := -1 // itself
		for _, o := range near {
			if o.low-maxDrift*abs(float64(o.lowAt-p.highAt)) <= p.high && p.low <= o.high+maxDrift*abs(float64(o.highAt-p.lowAt)) {
				with++
			}
		}
		if 2*with >= len(near)-1 {
			good = append(good, p)
		}
	}
	return good
}

const maxFitted = 4096

// thinned keeps, where there are very many pairs, of those that follow each other the one that says most.
func thinned(all []pair) []pair {
	n := (len(all) + maxFitted - 1) / maxFitted
	if n <= 1 {
		return all
	}
	var kept []pair
	for group := range slices.Chunk(all, n) {
		kept = append(kept, slices.MinFunc(group, narrower))
	}
	return kept
}

func abs(x float64) float64 { return max(x, -x) }
