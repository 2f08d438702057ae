package ui

import (
	"math"
	"runtime/debug"
)

// How much garbage may wait to be collected beside what is kept, in percent of that: Go's own number, and a third of it where
// something live is shown. There memory is bounded, and to collect sooner takes next to nothing of the time (3 % of a core at
// 20,000 packets a second); a file is read as fast as it can be.
const (
	garbage     = 100
	liveGarbage = 35
)

// bound keeps the whole program near what its live sources may take. Where files are open, too, there is no limit: they
// take what they need, and would have garbage collected all the time.
func (f *family) bound() {
	live, files := int64(0), false
	for _, w := range f.windows {
		if w.opening.live {
			live += w.memory()
		}
		files = files || w.opening.source != nil && !w.opening.live || w.compared != nil
	}
	percent, limit := garbage, int64(math.MaxInt64)
	if live > 0 {
		percent = liveGarbage
	}
	if live > 0 && !files {
		limit = live/4*5 + 64e6
	}
	debug.SetGCPercent(percent)
	debug.SetMemoryLimit(limit)
}
