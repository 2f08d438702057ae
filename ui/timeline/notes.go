package timeline

import (
	"fmt"
	"strconv"

	"sioscope/protocol/session"
)

// A Note is what somebody wrote about a moment. It is called by its place in the list of all, from 1, which are in the
// order of their times.
type Note struct {
	Time    int64
	Session string // the sid of the session that it is about; "": of no one in particular
	Text    string
}

// A pennant carries the numbers of the notes that share a place on the axis.
type pennant struct {
	box
	first, count int // the first is an index
	text         string
	at           float32 // of the first's time
}

// pennants are where the notes that are seen have their numbers, those that would overlap as one.
func (l *layouter) pennants(axis float32) (list []pennant) {
	from, to := l.span()
	for i, n := range l.Notes {
		if n.Time < from || n.Time > to {
			continue
		}
		x := l.x(n.Time)
		if k := len(list) - 1; k >= 0 && x < list[k].x1+l.dp(3) {
			list[k].count++
			list[k].text = fmt.Sprintf("%d–%d", list[k].first+1, i+1)
			list[k].x1 = list[k].x0 + l.pennantWidth(list[k].text)
			continue
		}
		text := strconv.Itoa(i + 1)
		w := l.pennantWidth(text)
		x0 := min(x, float32(l.W)-w)
		list = append(list, pennant{box{x0, axis - l.dp(16), x0 + w, axis - l.dp(1)}, i, 1, text, x})
	}
	return list
}

func (l *layouter) pennantWidth(text string) float32 {
	return l.Fonts.Width(text, Bold, l.dp(10.5)) + l.dp(9)
}

// noteLines draws a line behind the sessions for every note.
func (l *layouter) noteLines(list []pennant, axis float32) {
	if len(list) == 0 {
		return
	}
	l.push(box{l.left, axis, float32(l.W), float32(l.H)})
	defer l.pop()
	for _, p := range list {
		for _, n := range l.Notes[p.first : p.first+p.count] {
			x := l.x(n.Time)
			l.rect(box{x, axis, x + max(l.dp(1), 1), float32(l.H)}, alpha(l.Palette.Marker, 110))
		}
	}
}

// notes draws the numbers on the axis.
func (l *layouter) notes(list []pennant) {
	for _, p := range list {
		l.pennant(p.box, p.text)
		l.target(p.box.grow(l.dp(2)), Hit{Kind: HitNote, Session: -1, Conn: -1, Exchange: -1, Row: -1, Index: p.first, Count: p.count, From: l.Notes[p.first].Time})
	}
}

func (l *layouter) pennant(b box, text string) {
	l.shape(Round, b, l.dp(2.5), l.Palette.Marker)
	l.plain(box{b.x0 + l.dp(4.5), b.y0, b.x1, b.y1}, text, Bold, 10.5, l.Palette.Panel)
}

// sessionNotes draws the numbers of the notes about a session in its line, beside which other words make room.
func (l *layouter) sessionNotes(s *session.Session, line box) {
	from, to := l.span()
	for i, n := range l.Notes {
		if n.Session == "" || n.Session != s.SID || n.Time < from || n.Time > to {
			continue
		}
		text := strconv.Itoa(i + 1)
		x := l.x(n.Time)
		b := box{x, line.y0 + l.dp(1), x + l.pennantWidth(text), line.y0 + l.dp(15)}
		l.rect(box{x, line.y0, x + max(l.dp(1), 1), line.y1}, l.Palette.Marker)
		l.cover(x, x+max(l.dp(1), 1))
		l.pennant(b, text)
		l.names = append(l.names, b.grow(l.dp(2)))
		l.target(b, Hit{Kind: HitNote, Session: -1, Conn: -1, Exchange: -1, Row: -1, Index: i, Count: 1, From: n.Time})
	}
}

// overviewNotes marks them in the overview.
func (l *layouter) overviewNotes(h float32) {
	for _, n := range l.Notes {
		x := l.x(n.Time)
		if x < l.left || x > float32(l.W) {
			continue
		}
		l.rect(box{x - l.dp(0.5), l.dp(2), x + l.dp(0.5), h}, l.Palette.Marker)
		l.shape(Down, box{x - l.dp(5), l.dp(1), x + l.dp(5), l.dp(9)}, 0, l.Palette.Marker)
	}
}
