package timeline

import (
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// session lays out a session's line: its head, its band, what went in and out, and its attempts to upgrade.
func (l *layouter) session(line Line, b box) {
	s := l.Tracker.SessionAt(line.Session)
	l.under = l.Palette.Back
	if line.Session == l.Chosen {
		l.under = l.Palette.Selected
		l.rect(b, l.under)
	}
	if !line.Open {
		l.rect(box{0, b.y1 - max(l.dp(1), 1), b.x1, b.y1}, alpha(l.Palette.Line, 120))
	}
	l.target(b, Hit{Kind: HitSession, Session: line.Session, Conn: -1, Exchange: -1, Row: -1,
		From: s.FirstSeen, To: l.lived(s)})
	l.head(line, s, b)
	l.push(box{l.left, b.y0, b.x1, b.y1})
	defer l.pop()
	band := box{b.x0, b.y0 + l.dp(17), b.x1, b.y0 + l.dp(35)}
	l.over = l.over[:0]
	l.phases(s, band)
	l.sessionNotes(s, b)
	l.ticks(s, band)
	l.probes(s, band)
	l.faults(s, band)
	l.phaseNames(s, band)
	l.elsewhere(s, band)
}

// elsewhere says where a session is that lived before or after the visible time.
func (l *layouter) elsewhere(s *session.Session, band box) {
	from, to := l.span()
	switch {
	case l.lived(s) < from:
		text := l.S("‹ ended %s before this", Span(from-l.lived(s)))
		l.plain(box{l.left + l.dp(10), band.y0, band.x1, band.y1}, text, Regular, 11, l.Palette.Dim)
	case s.FirstSeen > to:
		text := l.S("begins %s after this ›", Span(s.FirstSeen-to))
		x := float32(l.W) - l.dp(18) - l.Fonts.Width(text, Regular, l.dp(11))
		l.plain(box{x, band.y0, band.x1, band.y1}, text, Regular, 11, l.Palette.Dim)
	}
}

// head is the left column: sid and duration, and the badges.
func (l *layouter) head(line Line, s *session.Session, b box) {
	l.push(box{0, b.y0, l.left, b.y1})
	defer l.pop()
	y := b.y0 + l.dp(8)
	name := l.dp(14)
	if !l.Static {
		l.toggle(line, b)
		name = l.dp(28)
	}
	span := Span(l.lived(s) - s.FirstSeen)
	w := l.Fonts.Width(span, Regular, l.dp(11))
	l.plain(box{l.left - l.dp(12) - w, y, l.left, y + l.dp(16)}, span, Regular, 11, l.Palette.Dim)
	end := l.left - l.dp(20) - w
	if l.Trouble != nil && l.Trouble(s) {
		l.rect(box{0, b.y0, l.dp(3), b.y1}, l.Palette.Bad)
		l.shape(Cross, box{end - l.dp(9), y + l.dp(4), end - l.dp(1), y + l.dp(12)}, l.dp(2), l.Palette.Bad)
		end -= l.dp(14)
	}
	color := l.Palette.Text
	if l.Hits != nil && l.Hits[line.Session] == 0 {
		color = l.Palette.Dim
	}
	l.text(box{name, y, end, y + l.dp(16)}, Name(l.Words, s), Mono, 12.5, color)
	l.badges(s, b.y0+l.dp(27))
}

// toggle opens and closes a session's line.
func (l *layouter) toggle(line Line, b box) {
	kind := Right
	if line.Open {
		kind = Down
	}
	y := b.y0 + l.dp(8)
	l.shape(kind, box{l.dp(14), y + l.dp(4), l.dp(22), y + l.dp(12)}, 0, l.Palette.Dim)
	l.target(box{0, b.y0, l.dp(27), b.y0 + l.dp(27)}, Hit{Kind: HitToggle, Session: line.Session, Conn: -1, Exchange: -1, Row: -1})
}

// Name is how a session is called: by its sid where that is known.
func Name(w lang.Words, s *session.Session) string {
	if s.SID != "" {
		return s.SID
	}
	return w.S("session %d, sid not seen", s.Index+1)
}

func (l *layouter) badges(s *session.Session, y float32) {
	x, end := l.dp(14), l.left-l.dp(10)
	b := l.fitting(l.badgesOf(s), end-x)
	if b.hits != "" {
		x = l.pill(x, y, end-x, b.hits, l.Palette.Frame)
	}
	x = l.pill(x, y, end-x, b.transport, l.transport(s.Transport()))
	if b.eio != "" {
		x = l.pill(x, y, end-x, b.eio, l.Palette.Dim)
	}
	if b.node != "" {
		l.pill(x, y, end-x, b.node, l.node(s.Node))
	}
}

// maxLabel is how much of a node's label is looked at, in bytes.
const maxLabel = 500

// NodeName is a node's letter and label where there is little room, "A (node-a)"; "node A" where it has no label, and ""
// where it is unknown.
func NodeName(w lang.Words, t *session.Tracker, node int) string {
	if node < 0 || node >= len(t.Nodes) {
		return ""
	}
	n := t.Nodes[node]
	n.Label = n.Label[:min(len(n.Label), maxLabel)]
	if text := n.Titled(); text != n.Letter {
		return text
	}
	return n.Title(w)
}

// NodeTitle is the same in a sentence, "node A (node-a)".
func NodeTitle(w lang.Words, t *session.Tracker, node int) string {
	if node < 0 || node >= len(t.Nodes) {
		return ""
	}
	n := t.Nodes[node]
	n.Label = n.Label[:min(len(n.Label), maxLabel)]
	return n.Title(w)
}

// phases draws the transport band.
func (l *layouter) phases(s *session.Session, band box) {
	from, to := l.span()
	for i, p := range s.History {
		end := l.phaseEnd(s, i)
		if end < from || p.From > to {
			continue
		}
		r := l.phaseBox(s, i, band)
		l.shape(Round, r, l.dp(3), l.transport(p.Transport))
		if len(l.Flags) > 0 {
			l.bands = append(l.bands, r)
		}
		l.target(r, Hit{Kind: HitPhase, Session: int32(s.Index), Conn: -1, Exchange: -1, Row: -1, Index: i, From: p.From, To: end})
	}
}

// phaseBox is where the i-th phase of a session lies.
func (l *layouter) phaseBox(s *session.Session, i int, band box) box {
	x := l.x(s.History[i].From)
	return box{x, band.y0, max(l.x(l.phaseEnd(s, i)), x+l.dp(2)), band.y1}
}

// phaseEnd is when a phase ended; the last one of a live session has not yet.
func (l *layouter) phaseEnd(s *session.Session, i int) int64 {
	to := s.History[i].To
	switch {
	case i == len(s.History)-1 && l.lives(s):
		return l.until()
	case to == 0:
		return s.LastSeen
	}
	return to
}

func phaseName(w lang.Words, s *session.Session, i int) string {
	if i == 0 && s.Upgrade == session.UpgradeDirect {
		return w.S("websocket from the start")
	}
	return s.History[i].Transport.Word(w)
}
