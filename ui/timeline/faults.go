package timeline

import (
	"cmp"
	"fmt"
	"image/color"
	"slices"
	"sort"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// Faults remembers the requests of each session that went wrong, so that none is lost among those merged into one
// pixel. The zero value is ready; it is not for concurrent use.
type Faults struct {
	version uint64
	of      map[int32][]*session.Exchange
	refused []*session.Exchange // handshakes that got no session, by when they were refused; nil: not looked at yet
}

// At forgets what belongs to another version of the Tracker.
func (f *Faults) At(version uint64) {
	if f.version != version || f.of == nil {
		f.version, f.of, f.refused = version, map[int32][]*session.Exchange{}, nil
	}
}

// FaultAt is when a request turned out to be one: with its answer, as packets and evidence have it, or when it was cut;
// else when it began.
func FaultAt(e *session.Exchange) int64 {
	if e.End != 0 {
		return e.End
	}
	if cut, _ := e.Cut(); cut != 0 {
		return cut
	}
	return Begin(e)
}

// byFault has requests in the order in which they turned out to be faults, which is mostly the one they have already.
func byFault(list []*session.Exchange) []*session.Exchange {
	order := func(a, b *session.Exchange) int { return cmp.Compare(FaultAt(a), FaultAt(b)) }
	if slices.IsSortedFunc(list, order) {
		return list
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, order)
	return list
}

// Refused are the handshakes that got no session, by time. It may be of nil Faults.
func (f *Faults) Refused(t *session.Tracker) []*session.Exchange {
	if f == nil {
		return byFault(t.Refused)
	}
	if len(f.refused) != len(t.Refused) {
		f.refused = byFault(t.Refused)
	}
	return f.refused
}

// Of are a session's bad requests but those of its probes, by when they turned out to be.
func (f *Faults) Of(s *session.Session) []*session.Exchange {
	if list, ok := f.of[int32(s.Index)]; ok {
		return list
	}
	var list []*session.Exchange
	for _, e := range s.Exchanges {
		if Bad(e) && e.Kind != session.UpgradeRequest {
			list = append(list, e)
		}
	}
	list = byFault(list)
	if f.of != nil {
		f.of[int32(s.Index)] = list
	}
	return list
}

// faults marks refused requests on a session's band. Crosses that would overlap are drawn once.
func (l *layouter) faults(s *session.Session, band box) {
	if l.Faults == nil {
		return
	}
	l.crosses(l.Faults.Of(s), (band.y0+band.y1)/2, int32(s.Index), func(float32, []*session.Exchange) {})
}

// crosses marks exchanges at the height y, merged where closer than a cross is wide, and tells of each cross where it is and
// of what.
func (l *layouter) crosses(list []*session.Exchange, y float32, sess int32, each func(x float32, of []*session.Exchange)) {
	from, to := l.span()
	apart := int64(float64(8) * l.View.PerDp)
	i := sort.Search(len(list), func(i int) bool { return FaultAt(list[i]) >= from-apart })
	for i < len(list) && FaultAt(list[i]) < to+apart {
		e, edge := list[i], FaultAt(list[i])+apart
		n := sort.Search(len(list)-i, func(k int) bool { return FaultAt(list[i+k]) >= edge })
		n = max(n, 1)
		x, r := l.x(FaultAt(e)), l.dp(5)
		l.cross(x, y, l.fault(list[i:i+n]))
		each(x, list[i:i+n])
		l.target(box{x - r, y - r, x + r, y + r}, Hit{Kind: HitExchange, Session: sess, Conn: -1, Exchange: int32(e.Index), Row: -1,
			Count: n, From: Begin(e), To: FaultAt(list[i+n-1])})
		i += n
	}
}

// rim is how far the ground of a cross reaches beyond it, dp.
const rim = 1.6

// cross marks a fault on a band. Red on a transport's colour is hardly told from it, least by who sees red badly: the cross
// stands on a ground in the colour that everything is drawn on, on which red is legible.
func (l *layouter) cross(x, y float32, c color.RGBA) {
	r, w := l.dp(5), l.dp(2.2)
	b := box{x - r, y - r, x + r, y + r}
	l.shape(Cross, b.grow(l.dp(rim)), w+2*l.dp(rim), l.Palette.Back)
	l.shape(Cross, b, w, c)
	l.cover(b.x0-l.dp(rim), b.x1+l.dp(rim))
}

// fault is the colour of requests that were refused: that of trials alone is no alarm.
func (l *layouter) fault(list []*session.Exchange) color.RGBA {
	if l.Trial.All(list) {
		return l.Palette.Dim
	}
	return l.Palette.Bad
}

// refused lays out the line of handshakes that got no session.
func (l *layouter) refused(b box) {
	list := l.Faults.Refused(l.Tracker)
	hit := Hit{Kind: HitRefused, Session: -1, Conn: -1, Exchange: -1, Row: -1, Count: len(list)}
	l.target(b, hit)
	l.rect(box{0, b.y1 - max(l.dp(1), 1), b.x1, b.y1}, l.Palette.Line)
	name := l.S("Refused before a session")
	if l.Trial.All(list) {
		name = l.S("Trials of the check itself")
	}
	l.text(box{l.dp(14), b.y0, l.left - l.dp(8), b.y0 + l.dp(22)}, name, Bold, 12, l.Palette.Text)
	l.text(box{l.dp(14), b.y0 + l.dp(18), l.left - l.dp(8), b.y1 - l.dp(2)}, l.Count(len(list), "request"), Regular, 11, l.Palette.Dim)
	l.push(box{l.left, b.y0, b.x1, b.y1})
	defer l.pop()
	y := (b.y0 + b.y1) / 2
	var marks []mark
	l.crosses(list, y, -1, func(x float32, of []*session.Exchange) { marks = append(marks, mark{x, of}) })
	l.sayRefused(marks, y)
}

// A mark is a cross, and what it is about.
type mark struct {
	x  float32
	of []*session.Exchange
}

// sayRefused writes beside a cross what was refused.
func (l *layouter) sayRefused(marks []mark, y float32) {
	if m, at := l.roomiest(marks); m.of != nil {
		l.text(box{at.x0, y - l.dp(8), at.x1, y + l.dp(8)}, RefusedText(l.Words, m.of[0]), Bold, 11, l.fault(m.of[:1]))
	}
}

// roomiest is the first cross that has room for its words behind it, or, the first of all, before it; else the one that has
// the most of it.
func (l *layouter) roomiest(marks []mark) (best mark, place stretch) {
	for i, m := range marks {
		w := l.Fonts.Width(RefusedText(l.Words, m.of[0]), Bold, l.dp(11))
		behind := stretch{m.x + l.dp(10), float32(l.W)}
		if i+1 < len(marks) {
			behind.x1 = marks[i+1].x - l.dp(8)
		}
		places := []stretch{behind}
		if i == 0 {
			places = append(places, stretch{max(m.x-l.dp(10)-w, l.left+l.dp(4)), m.x - l.dp(10)})
		}
		for _, at := range places {
			room := at.x1 - at.x0
			if at.x0 < l.left || room < w && room <= place.x1-place.x0 {
				continue
			}
			if best, place = m, at; room >= w {
				return best, place
			}
		}
	}
	return best, place
}

// RefusedText says in a few words how a handshake was refused.
func RefusedText(w lang.Words, e *session.Exchange) string {
	switch {
	case e.Status == 0:
		return w.S("handshake: no answer") + message(e)
	case e.TurnedDown():
		return w.S("handshake: %d, turned down by the client", e.Status)
	case e.Switched() && e.SecondAnswer == 0:
		return w.S("handshake: %d, and no session", e.Status)
	}
	return w.S("handshake refused: %s", fmt.Sprintf("%d%s", e.Status, message(e)))
}
