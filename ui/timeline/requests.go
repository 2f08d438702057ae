package timeline

import (
	"fmt"
	"image/color"
	"sort"
	"strings"

	"sioscope/protocol/session"
)

// stepBack is how many requests before the first that begins on screen are looked at for reaching into it.
const stepBack = 64

// requests draws the visible exchanges of a connection. Those that share a pixel are one bar with their count.
func (l *layouter) requests(s *session.Session, c *session.Conn, bar box) {
	from, to := l.span()
	list := c.Exchanges
	first := sort.Search(len(list), func(i int) bool { return begin(list[i]) >= from })
	i := max(first-stepBack, 0)
	for i < len(list) && begin(list[i]) < to {
		e := list[i]
		if i < first && finish(e, c, l.Tracker) < from || e.Status == 101 {
			i++
			continue
		}
		n, worst := l.group(list[i:], c)
		if n > 1 {
			e = worst
		}
		var next float32 = 1e9
		if i+n < len(list) {
			next = l.x(begin(list[i+n]))
		}
		l.bar(s, c, e, n, bar, next)
		i += n
	}
}

// group is how many exchanges from the first on end within its first pixel, and the one among them to tell about.
func (l *layouter) group(list []*session.Exchange, c *session.Conn) (n int, worst *session.Exchange) {
	e := list[0]
	edge := begin(e) + int64(l.View.PerDp/l.Input.Scale)
	if finish(e, c, l.Tracker) >= edge {
		return 1, e
	}
	worst = e
	n = 1
	for n < len(list) && n < lookAhead && finish(list[n], c, l.Tracker) < edge {
		if Bad(list[n]) && !Bad(worst) {
			worst = list[n]
		}
		n++
	}
	if n == lookAhead {
		n += sort.Search(len(list)-n, func(i int) bool { return finish(list[n+i], c, l.Tracker) >= edge })
	}
	return n, worst
}

func begin(e *session.Exchange) int64 {
	if e.Start != 0 {
		return e.Start
	}
	return e.Answered
}

// finish is when an exchange ended: with its answer, with its connection, or not at all.
func finish(e *session.Exchange, c *session.Conn, t *session.Tracker) int64 {
	switch {
	case e.End != 0:
		return e.End
	case c.Closed != 0:
		return c.Closed
	}
	return t.Last
}

// Bad says that a request was refused or reached a wrong node.
func Bad(e *session.Exchange) bool { return e.WrongNode || e.Status >= 400 || e.HasError }

func (l *layouter) bar(s *session.Session, c *session.Conn, e *session.Exchange, n int, bar box, next float32) {
	r := box{l.x(begin(e)), bar.y0, l.x(finish(e, c, l.Tracker)), bar.y1}
	r.x1 = max(r.x1, r.x0+l.dp(4))
	fill := l.barColor(s, e)
	l.shape(Round, r, l.dp(2.5), fill)
	if Bad(e) {
		l.shape(Outline, r.grow(l.dp(2.5)), l.dp(1.6), l.Palette.Bad)
	}
	l.target(r, Hit{Kind: HitExchange, Session: int32(s.Index), Conn: int32(c.ID - 1), Exchange: int32(e.Index), Row: -1,
		Count: n, From: begin(e), To: finish(e, c, l.Tracker)})
	l.barLabel(s, e, n, r, next)
}

// barColor is the node's; requests of other sessions on the same connection are faint.
func (l *layouter) barColor(s *session.Session, e *session.Exchange) color.RGBA {
	c := l.Palette.Node(e.Node)
	if e.Session != s {
		return mix(l.Palette.Back, c, 0.3)
	}
	if e.Kind == session.Poll {
		return mix(l.Palette.Back, c, 0.6)
	}
	return c
}

// barLabel writes into the bar where it fits, and else behind it up to the next one.
func (l *layouter) barLabel(s *session.Session, e *session.Exchange, n int, r box, next float32) {
	text, f, c := barText(e, n), Regular, l.Palette.Dim
	if e.Node >= 0 && e.Node != l.node && e.Node < len(l.Tracker.Nodes) {
		text = l.Tracker.Nodes[e.Node].Letter + ": " + text // a colour alone would not say that it went elsewhere
	}
	if Bad(e) {
		f, c = Bold, l.Palette.Bad
	}
	if e.Session != s {
		text = "other session"
	}
	x0, x1 := max(r.x0, l.left), min(r.x1, float32(l.W))
	w := l.Fonts.Width(text, f, l.dp(10.5))
	if inside := x1 - x0 - l.dp(10); w <= inside && !Bad(e) {
		l.plain(box{x0 + l.dp(5), r.y0, x1, r.y1}, text, f, 10.5, onFill(l.barColor(s, e)))
		return
	}
	if r.x1+l.dp(5)+w < next-l.dp(4) && (n == 1 || Bad(e)) {
		l.backedLane(box{r.x1 + l.dp(6), r.y0, r.x1 + l.dp(6) + w, r.y1}, text, f, c)
	}
}

func (l *layouter) backedLane(b box, text string, f Font, c color.RGBA) {
	l.rect(box{b.x0 - l.dp(2), b.y0, b.x1 + l.dp(2), b.y1}, l.Palette.Back)
	l.plain(b, text, f, 10.5, c)
}

func barText(e *session.Exchange, n int) string {
	text := e.Method
	switch e.Kind {
	case session.Handshake, session.Poll:
		text += " " + e.Kind.String()
	case session.UpgradeRequest:
		text += " websocket"
	}
	if e.Status == 0 {
		text += ": no answer"
	} else {
		text += fmt.Sprintf(" %d", e.Status)
	}
	text += message(e)
	if n > 1 && Bad(e) {
		return fmt.Sprintf("%s, among %d requests", text, n)
	}
	if n > 1 {
		return fmt.Sprintf("%d requests", n)
	}
	return text
}

// maxMessage is how much of a server's message stands in the timeline, in bytes.
const maxMessage = 60

// message is what an error answer says, with a blank before it, or "".
func message(e *session.Exchange) string {
	m := e.Error.Message
	switch {
	case !e.HasError || m == "":
		return ""
	case len(m) > maxMessage:
		m = strings.ToValidUTF8(m[:maxMessage], "") + "…"
	}
	return " " + m
}

// onFill is black or white, whichever is read better on c.
func onFill(c color.RGBA) color.RGBA {
	if 299*int(c.R)+587*int(c.G)+114*int(c.B) > 118_000 {
		return color.RGBA{17, 19, 24, 255}
	}
	return color.RGBA{255, 255, 255, 255}
}
