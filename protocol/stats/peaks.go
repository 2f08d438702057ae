package stats

import (
	"cmp"
	"math"
	"slices"

	"sioscope/protocol/session"
)

// Since says from when a length was measured.
type Since string

const (
	SinceOpen    Since = "open"         // of the session: a cap on how long a connection may last
	SinceMessage Since = "last message" // of either side: a time-out of silence
)

// A Peak is a length of time after which several sessions were ended, each at another moment, as a time-out does it.
type Peak struct {
	Length   int64 // median
	Width    int64 // from the shortest of them to the longest
	Since    Since
	Sessions int
	By       string // who closed most of them, as session.Close.By
	Usual    int    // the usual time-out that it is next to, in s; 0: next to none
}

// usual time-outs, in s: of balancers, proxies and platforms (30, 55, 60, 100, 230, 300, 350, 3600) and of Engine.IO
// itself (45: pingInterval and pingTimeout by default).
var usual = [...]int{30, 45, 55, 60, 100, 230, 300, 350, 3600}

// Usual is the usual time-out that a length is next to, in s, 0 where it is next to none.
func Usual(length int64) int {
	for _, s := range usual {
		if off := math.Abs(float64(length)/1e9 - float64(s)); off <= max(0.5, 0.01*float64(s)) {
			return s
		}
	}
	return 0
}

const (
	leastOfPeak = 3   // sessions
	partOfPeak  = 0.1 // of those that did not end in good order
	mostPeaks   = 4
)

// An end is of a session that was not left in good order by its client.
type end struct {
	length, at int64
	by         string
}

// peaks finds time-outs: of silence first, and of age among all.
func peaks(t *session.Tracker) []Peak {
	var silences, ages []end
	for _, s := range t.Sessions {
		if s.Closed == 0 || left(s) {
			continue
		}
		if heard := max(s.HeardAtEnd[0], s.HeardAtEnd[1]); heard != 0 && s.Closed-heard >= 1e9 {
			silences = append(silences, end{s.Closed - heard, s.Closed, s.Close.By})
		}
		if s.Opened != 0 && s.Closed-s.Opened >= 1e9 {
			ages = append(ages, end{s.Closed - s.Opened, s.Closed, s.Close.By})
		}
	}
	out := append(clusters(silences, SinceMessage), clusters(ages, SinceOpen)...)
	slices.SortStableFunc(out, func(a, b Peak) int { return cmp.Compare(b.Sessions, a.Sessions) })
	return out
}

// left says whether a client ended its session as clients do: with a word, or with its process.
func left(s *session.Session) bool {
	if s.Close.By != "client" {
		return false
	}
	return !s.CutWithoutClose || len(s.Conns) == 0 || !s.Conns[len(s.Conns)-1].Reset
}

// clusters takes the densest stretch of lengths, and the densest of the rest, as long as they are peaks.
func clusters(ends []end, since Since) []Peak {
	slices.SortFunc(ends, func(a, b end) int { return cmp.Compare(a.length, b.length) })
	least := max(leastOfPeak, int(math.Ceil(partOfPeak*float64(len(ends)))))
	var out []Peak
	for len(out) < mostPeaks {
		from, to := densest(ends)
		if to-from < least {
			break
		}
		if apart(ends[from:to]) {
			out = append(out, peak(ends[from:to], since))
		}
		ends = slices.Delete(ends, from, to)
	}
	return out
}

// densest is the stretch of sorted lengths with most of them, none further from the shortest than a time-out is from
// itself.
func densest(ends []end) (from, to int) {
	i := 0
	for j := range ends {
		for ends[j].length-ends[i].length > tolerance(ends[i].length) {
			i++
		}
		if j+1-i > to-from {
			from, to = i, j+1
		}
	}
	return from, to
}

// tolerance is how far two measures of one time-out are apart: what measures it does so in steps, and messages are under
// way for some time.
func tolerance(length int64) int64 { return max(500e6, length/100) }

// apart says whether sessions did not all end in one moment: then something took them down at once.
func apart(ends []end) bool {
	first, last := ends[0].at, ends[0].at
	for _, e := range ends {
		first, last = min(first, e.at), max(last, e.at)
	}
	return last-first > 2*tolerance(ends[0].length)
}

func peak(ends []end, since Since) Peak {
	lengths := make([]int64, len(ends))
	for i, e := range ends {
		lengths[i] = e.length
	}
	p := Peak{Length: Median(lengths), Width: lengths[len(ends)-1] - lengths[0], Since: since, Sessions: len(ends)}
	p.Usual = Usual(p.Length)
	most := 0
	for _, name := range closers {
		n := 0
		for _, e := range ends {
			if e.by == name {
				n++
			}
		}
		if n > most {
			most, p.By = n, name
		}
	}
	return p
}
