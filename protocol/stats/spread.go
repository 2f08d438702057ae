package stats

import "slices"

// A Spread is how a length of time is distributed. N 0: nothing was measured, and the rest is 0.
type Spread struct {
	N                          int
	Min, Median, P90, P99, Max int64
	Bins                       []Bin // of a histogram, from the first that has anything to the last that does
}

// A Bin counts what is at least From and below To. Bins grow in steps of 1, 2 and 5.
type Bin struct {
	From, To int64
	N        int
}

// spread sorts list.
func spread(list []int64) Spread {
	if len(list) == 0 {
		return Spread{}
	}
	slices.Sort(list)
	return Spread{
		N: len(list), Min: list[0], Median: Median(list), P90: rank(list, 90), P99: rank(list, 99), Max: list[len(list)-1],
		Bins: bins(list),
	}
}

// Median is the middle of a sorted list that is not empty; of an even number it is the mean of the two in the middle.
func Median(sorted []int64) int64 {
	low, high := sorted[(len(sorted)-1)/2], sorted[len(sorted)/2]
	return low + (high-low)/2
}

// rank is the percentile by nearest rank: the smallest value that so many percent do not exceed.
func rank(sorted []int64, percent int) int64 {
	return sorted[max((len(sorted)*percent+99)/100, 1)-1]
}

func bins(sorted []int64) []Bin {
	var out []Bin
	from, to := int64(0), int64(1e6) // 1 ms
	for step := 0; len(sorted) > 0; step++ {
		n, _ := slices.BinarySearch(sorted, to)
		if n > 0 || len(out) > 0 {
			out = append(out, Bin{from, to, n})
		}
		sorted = sorted[n:]
		from = to
		if step%3 == 1 { // 1, 2, 5, 10
			to = to / 2 * 5
		} else {
			to *= 2
		}
		if to < from { // past what 64 bits hold: the rest is one bin
			out = append(out, Bin{from, 1<<63 - 1, len(sorted)})
			break
		}
	}
	return out
}
