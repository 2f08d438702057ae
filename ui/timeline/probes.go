package timeline

import (
	"fmt"
	"image/color"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// transport is the colour of a transport.
func (l *layouter) transport(t session.Transport) color.RGBA {
	switch t {
	case session.Polling:
		return l.Palette.Polling
	case session.WebSocket, session.WebTransport:
		return l.Palette.WebSocket
	}
	return l.Palette.Other
}

// crowded is the number of packets from which a session's ticks are left the room above its band.
const crowded = 100

// probes draws every attempt to move to WebSocket: stripes while it lasted, a diamond where it began, and its end.
func (l *layouter) probes(s *session.Session, band box) {
	from, to := l.span()
	for i := range s.Probes {
		p := &s.Probes[i]
		start, end := probeStart(p), l.probeEnd(p, s)
		if start == 0 || end < from || start > to {
			continue
		}
		x0, x1 := l.x(start), max(l.x(end), l.x(start)+l.dp(2))
		stripes := box{x0, band.y0, x1, band.y1}
		l.rect(stripes, mix(l.Palette.Back, l.Palette.Hatch, 0.25))
		l.shape(Hatch, stripes, 0, l.Palette.Hatch)
		l.cover(x0, x1)
		label := l.S("upgrade probe")
		if len(s.Rows) > crowded {
			label = "" // it would hide the ticks, and the legend says it too
		}
		before, next := float32(l.W), float32(l.W) // where the next attempt's marks are
		if i+1 < len(s.Probes) {
			n := &s.Probes[i+1]
			before, next = l.x(probeStart(n))-l.dp(8), max(l.x(l.probeEnd(n, s)), l.x(probeStart(n))+l.dp(2))-l.dp(8)
		}
		l.diamond(x0, band, label, before)
		l.outcome(s, p, x1, box{band.x0, band.y0, next, band.y1})
		l.target(box{x0 - l.dp(6), band.y0 - l.dp(8), x1 + l.dp(6), band.y1}, Hit{Kind: HitProbe, Session: int32(s.Index),
			Conn: -1, Exchange: exchangeIndex(p.Exchange), Row: -1, Index: i, From: start, To: end})
	}
}

func probeStart(p *session.Probe) int64 {
	for _, t := range []int64{p.Request, p.Ping, p.Answered, p.Pong, p.Upgrade} {
		if t != 0 {
			return t
		}
	}
	return p.Failed
}

// probeEnd is when an attempt was decided, or the end of its session.
func (l *layouter) probeEnd(p *session.Probe, s *session.Session) int64 {
	switch {
	case p.Upgrade != 0:
		return p.Upgrade
	case p.Failed != 0:
		return p.Failed
	}
	return l.lived(s)
}

func exchangeIndex(e *session.Exchange) int32 {
	if e == nil {
		return -1
	}
	return int32(e.Index)
}

func (l *layouter) diamond(x float32, band box, label string, end float32) {
	r := l.dp(5.5)
	y := band.y0 - l.dp(3)
	l.shape(Diamond, box{x - r, y - r, x + r, y + r}, 0, l.Palette.Marker)
	if label == "" {
		return
	}
	l.backed(box{x + l.dp(10), band.y0 - l.dp(15), min(end, float32(l.W)), band.y0 - l.dp(1)}, label, Regular, l.Palette.Dim)
}

// outcome marks how an attempt ended, in a shape and in words below the band, which end where it does.
func (l *layouter) outcome(s *session.Session, p *session.Probe, x float32, band box) {
	below := box{x - l.dp(5), band.y1 + l.dp(2), min(band.x1, float32(l.W)), band.y1 + l.dp(16)}
	switch {
	case p.Upgrade != 0:
		y := band.y1 + l.dp(3)
		l.shape(Triangle, box{x - l.dp(5), y, x + l.dp(5), y + l.dp(9)}, 0, l.Palette.Good)
		text := l.S("upgraded")
		if s.Opened != 0 && p.Upgrade > s.Opened {
			text = l.S("upgraded after %s", Span(p.Upgrade-s.Opened))
		}
		below.x0 = x + l.dp(9)
		l.backed(l.inside(below, text, Regular), text, Regular, l.Palette.Good)
	case p.Failed != 0:
		l.cross(x, (band.y0+band.y1)/2, l.Palette.Bad)
		text := Refusal(l.Words, l.Tracker, p)
		l.backed(l.inside(below, text, Bold), text, Bold, l.Palette.Bad)
	}
}

// inside moves a place for text to the left where the text would be cut at the right edge.
func (l *layouter) inside(b box, text string, f Font) box {
	if b.x0 < l.left || b.x0 > b.x1 || b.x1 < float32(l.W) {
		return b // its mark is off screen, or another mark follows
	}
	w := l.Fonts.Width(text, f, l.dp(11)) + l.dp(14)
	b.x0 = max(min(b.x0, b.x1-w), l.left)
	return b
}

// backed writes on a patch of the line's own colour, so that ticks below do not run through the letters. Where other
// words stand already it is cut, or left out where too little of it would remain.
func (l *layouter) backed(b box, text string, f Font, c color.RGBA) {
	whole := l.Fonts.Width(text, f, l.dp(11))
	b.x1 = min(b.x1, b.x0+whole+l.dp(3))
	for _, o := range l.names {
		switch {
		case !b.meets(o):
		case o.x0 <= b.x0:
			return
		default:
			b.x1 = o.x0 - l.dp(4)
		}
	}
	if b.x1-b.x0 < min(whole, l.dp(leastName)) {
		return
	}
	text = l.Fonts.Cut(text, f, l.dp(11), b.x1-b.x0)
	w := l.Fonts.Width(text, f, l.dp(11))
	l.names = append(l.names, box{b.x0 - l.dp(2), b.y0, b.x0 + w + l.dp(3), b.y1})
	l.rect(box{b.x0 - l.dp(2), b.y0, b.x0 + w + l.dp(3), b.y1}, l.under)
	l.plain(b, text, f, 11, c)
}

// Refusal says in a few words how an upgrade attempt failed.
func Refusal(w lang.Words, t *session.Tracker, p *session.Probe) string {
	e := p.Exchange
	if e == nil {
		return w.S("upgrade failed")
	}
	lost := lostDuring(p)
	switch {
	case e.Status == 0:
		return w.S("upgrade got no answer") + message(e)
	case e.Switched() && lost != nil:
		return w.S("refused during the upgrade: %s", fmt.Sprintf("%d%s", lost.Status, message(lost))) + wrongNode(w, t, lost)
	case e.Switched() && p.Pong == 0:
		return w.S("WebSocket opened, probe not answered")
	case e.Switched():
		return w.S("WebSocket opened, upgrade not finished")
	}
	return w.S("upgrade refused: %s", fmt.Sprintf("%d%s", e.Status, message(e))) + wrongNode(w, t, e)
}

// lostDuring is the first request of the session that was told during an attempt that its sid is unknown: the attempt came
// to nothing because of that. It is nil where there was none.
func lostDuring(p *session.Probe) *session.Exchange {
	if p.Exchange.Session == nil {
		return nil
	}
	for _, e := range p.Exchange.Session.Exchanges {
		if e.UnknownSID() && e.Start <= p.Failed && e.End >= p.Request {
			return e
		}
	}
	return nil
}

// wrongNode names the node that was missed, by its letter: " (not node A)".
func wrongNode(w lang.Words, t *session.Tracker, e *session.Exchange) string {
	if !e.WrongNode || e.Session == nil {
		return ""
	}
	own := letter(t, e.Session.Node)
	if own == "" {
		return w.S(" (another node)")
	}
	return w.S(" (not %s)", w.S("node %s", own))
}
