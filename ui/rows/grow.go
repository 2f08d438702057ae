package rows

import (
	"cmp"
	"slices"

	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// maxGrown is how many rows are looked at for sessions that are shown from now on, too.
const maxGrown = 20_000

// Grow shows the rows of more sessions, and says whether it could: not where some are shown no more, or where so many rows
// are to be looked at that another List is to be made.
func (l *List) Grow(t *session.Tracker, to *timeline.Kept) bool {
	more, grown := to.Since(l.Filter.Kept)
	rows := 0
	for _, i := range more {
		rows += len(t.SessionAt(i).Rows)
	}
	if !grown || rows > maxGrown {
		return false
	}
	l.Filter.Kept = to
	if f := &l.Filter; f.Session > 0 || f.Conn > 0 || f.Refused {
		return true
	}
	before := len(l.counted)
	for _, i := range more {
		for _, row := range t.SessionAt(i).Rows {
			if t.FirstRow <= row && row < l.next {
				l.look(t, row)
			}
		}
	}
	if len(l.counted) > before { // they are taken off in the order of their numbers
		slices.SortStableFunc(l.counted, func(a, b counted) int { return cmp.Compare(a.row, b.row) })
	}
	l.Settle()
	return true
}
