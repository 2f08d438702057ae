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
	rows, t := s.Rows, l.Tracker
	if l.Static && (t.DroppedRows > 0 || t.Freed.Rows > 0) {
		return // those that are left would look like all there were
	}
	from, to := l.span()
	i := sort.Search(len(rows), func(i int) bool { return t.RowAt(rows[i]).Time >= from })
	for i < len(rows) && t.RowAt(rows[i]).Time < to {
		at := t.RowAt(rows[i]).Time
		x := int(l.x(at))
		edge := l.View.Time(float64(float32(x+1)-l.left) / l.Input.Scale)
		n, seen := l.column(rows[i:], max(edge, at+1))
		l.tick(seen, float32(x), band, Hit{Kind: HitRow, Session: int32(s.Index), Conn: -1, Exchange: -1,
			Row: rows[i], Count: n, From: at, To: t.RowAt(rows[i+n-1]).Time})
		i += n
	}
}

// column counts the rows before the time edge and says which directions are among the first of them.
func (l *layouter) column(rows []int32, edge int64) (n int, seen [2]bool) {
	t := l.Tracker
	for n < len(rows) && n < lookAhead && t.RowAt(rows[n]).Time < edge {
		if r := t.RowAt(rows[n]); r.Kind == session.PacketRow || r.Kind == session.ControlRow {
			seen[r.Dir] = true
		}
		n++
	}
	if n == lookAhead {
		n += sort.Search(len(rows)-n, func(i int) bool { return t.RowAt(rows[n+i]).Time >= edge })
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
