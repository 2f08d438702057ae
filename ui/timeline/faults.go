package timeline

import (
	"fmt"
	"image/color"
	"sort"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// Faults remembers the requests of each session that went wrong, so that none is lost among those merged into one
// pixel. The zero value is ready; it is not for concurrent use.
type Faults struct {
	version uint64
	of      map[int32][]*session.Exchange
}

// At forgets what belongs to another version of the Tracker.
func (f *Faults) At(version uint64) {
	if f.version != version || f.of == nil {
		f.version, f.of = version, map[int32][]*session.Exchange{}
	}
}

// Of are a session's bad requests but those of its probes, by time.
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
	l.crosses(l.Faults.Of(s), (band.y0+band.y1)/2, int32(s.Index))
}

// crosses marks exchanges at the height y, merged where closer than a cross is wide.
func (l *layouter) crosses(list []*session.Exchange, y float32, sess int32) {
	from, to := l.span()
	apart := int64(float64(8) * l.View.PerDp)
	i := sort.Search(len(list), func(i int) bool { return Begin(list[i]) >= from-apart })
	for i < len(list) && Begin(list[i]) < to+apart {
		e, edge := list[i], Begin(list[i])+apart
		n := sort.Search(len(list)-i, func(k int) bool { return Begin(list[i+k]) >= edge })
		n = max(n, 1)
		x, r := l.x(Begin(e)), l.dp(5)
		l.shape(Cross, box{x - r, y - r, x + r, y + r}, l.dp(2.2), l.fault(list[i:i+n]))
		l.cover(x-r-l.dp(1), x+r+l.dp(1))
		l.target(box{x - r, y - r, x + r, y + r}, Hit{Kind: HitExchange, Session: sess, Conn: -1, Exchange: int32(e.Index), Row: -1,
			Count: n, From: Begin(e), To: Begin(list[i+n-1])})
		i += n
	}
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
	list := l.Tracker.Refused
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
	l.crosses(list, y, -1)
	if len(list) > 0 {
		e := list[0]
		l.text(box{l.x(Begin(e)) + l.dp(10), y - l.dp(8), l.after(list), y + l.dp(8)}, RefusedText(l.Words, e), Bold, 11, l.fault(list[:1]))
	}
}

// after is where the text behind the first cross must end.
func (l *layouter) after(list []*session.Exchange) float32 {
	apart := int64(float64(8) * l.View.PerDp)
	for _, e := range list[1:] {
		if Begin(e) >= Begin(list[0])+apart {
			return l.x(Begin(e)) - l.dp(8)
		}
	}
	return float32(l.W)
}

// RefusedText says in a few words how a handshake was refused.
func RefusedText(w lang.Words, e *session.Exchange) string {
	if e.Status == 0 {
		return w.S("handshake: no answer") + message(e)
	}
	return w.S("handshake refused: %s", fmt.Sprintf("%d%s", e.Status, message(e)))
}
