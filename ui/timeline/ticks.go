package timeline

import (
	"sort"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// lookAhead is how many rows within one pixel are looked at one by one before the rest is skipped by searching.
const lookAhead = 64

// ticks draws a session's packets as short lines: above the band what came in, below what went out. Packets that
// share a pixel are one tick that carries their count.
func (l *layouter) ticks(s *session.Session, band box) {
	rows, all := s.Rows, l.Tracker.Rows
	from, to := l.span()
	i := sort.Search(len(rows), func(i int) bool { return all[rows[i]].Time >= from })
	for i < len(rows) && all[rows[i]].Time < to {
		x := int(l.x(all[rows[i]].Time))
		edge := l.View.Time(float64(float32(x+1)-l.left) / l.Input.Scale)
		n, seen := l.column(rows[i:], max(edge, all[rows[i]].Time+1))
		l.tick(seen, float32(x), band, Hit{Kind: HitRow, Session: int32(s.Index), Conn: -1, Exchange: -1,
			Row: rows[i], Count: n, From: all[rows[i]].Time, To: all[rows[i+n-1]].Time})
		i += n
	}
}

// column counts the rows before the time edge and says which directions are among the first of them.
func (l *layouter) column(rows []int32, edge int64) (n int, seen [2]bool) {
	all := l.Tracker.Rows
	for n < len(rows) && n < lookAhead && all[rows[n]].Time < edge {
		if k := all[rows[n]].Kind; k == session.PacketRow || k == session.ControlRow {
			seen[all[rows[n]].Dir] = true
		}
		n++
	}
	if n == lookAhead {
		n += sort.Search(len(rows)-n, func(i int) bool { return all[rows[n+i]].Time >= edge })
	}
	return n, seen
}

func (l *layouter) tick(seen [2]bool, x float32, band box, h Hit) {
	w, long := max(l.dp(1), 1), l.dp(6)
	slack := l.dp(2)
	if seen[fact.In] {
		l.rect(box{x, band.y0 - long, x + w, band.y0 - l.dp(1)}, l.Palette.Tick)
		l.target(box{x - slack, band.y0 - long, x + w + slack, band.y0}, h)
	}
	if seen[fact.Out] {
		l.rect(box{x, band.y1 + l.dp(1), x + w, band.y1 + long}, l.Palette.Tick)
		l.target(box{x - slack, band.y1, x + w + slack, band.y1 + long}, h)
	}
}
