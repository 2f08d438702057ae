package timeline

import (
	"fmt"
	"image/color"
	"sort"
	"strings"

	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// stepBack is how many requests before the first that begins on screen are looked at for reaching into it.
const stepBack = 64

// requests draws the visible exchanges of a connection. Those that share a pixel are one bar with their count; those
// that are under way at the same time lie below each other.
func (l *layouter) requests(line Line, s *session.Session, c *session.Conn, lane box) {
	from, to := l.span()
	list := c.Exchanges
	first := sort.Search(len(list), func(i int) bool { return Begin(list[i]) >= from })
	i := max(first-stepBack, 0)
	used := newTracks(line.Tracks)
	var drawn [MaxTracks]float32 // the right end of each track's last bar
	for i < len(list) && Begin(list[i]) < to {
		e, end := list[i], finishAt(list, i, c, l.until())
		if e.Switched() {
			i++
			continue
		}
		if i < first && end < from {
			used.take(Begin(e), end)
			i++
			continue
		}
		n, shown := l.group(list[i:], c)
		if n > 1 {
			e, end = shown, finishAt(list, i+n-1, c, l.until())
		}
		k := used.take(Begin(list[i]), end)
		b := bar{exchange: e, count: n, from: Begin(list[i]), to: end, next: 1e9}
		if i+n < len(list) {
			b.next = l.x(Begin(list[i+n]))
		}
		b.box = l.barBox(b, lane, k, drawn[k])
		drawn[k] = b.x1
		l.bar(s, c, b)
		i += n
	}
}

// A bar is a request in its lane, or several that share a pixel: then exchange is the one to tell about.
type bar struct {
	box
	exchange *session.Exchange
	count    int
	from, to int64
	next     float32 // where the next one begins
}

// barBox is where a bar lies: never too narrow to be seen, and beside the one before rather than on it.
func (l *layouter) barBox(b bar, lane box, track int, drawn float32) box {
	r := box{l.x(b.from), lane.y0 + float32(track)*l.dp(trackPitch), l.x(b.to), 0}
	r.y1 = r.y0 + l.dp(trackPitch-2)
	narrow := l.dp(4)
	if gap := l.dp(1); drawn > 0 && r.x0 < drawn+gap && r.x1 > drawn+gap+narrow {
		r.x0 = drawn + gap
	}
	r.x1 = max(r.x1, r.x0+narrow)
	return r
}

// group is how many exchanges from the first on end within its first pixel, and the one among them to tell about.
func (l *layouter) group(list []*session.Exchange, c *session.Conn) (n int, worst *session.Exchange) {
	e := list[0]
	edge := Begin(e) + int64(l.View.PerDp/l.Input.Scale)
	if finish(e, c, l.until()) >= edge {
		return 1, e
	}
	worst = e
	n = 1
	for n < len(list) && n < lookAhead && finish(list[n], c, l.until()) < edge {
		if Bad(list[n]) && !Bad(worst) {
			worst = list[n]
		}
		n++
	}
	if n == lookAhead {
		n += sort.Search(len(list)-n, func(i int) bool { return finish(list[n+i], c, l.until()) >= edge })
	}
	return n, worst
}

// Begin is when a request began, or was answered where only the answer was seen.
func Begin(e *session.Exchange) int64 {
	if e.Start != 0 {
		return e.Start
	}
	return e.Answered
}

// finish is when an exchange ended: with its answer, with its connection, or not at all.
func finish(e *session.Exchange, c *session.Conn, last int64) int64 {
	switch {
	case e.End != 0:
		return e.End
	case e.Reset != 0:
		return e.Reset
	case c.Closed != 0:
		return c.Closed
	}
	return last
}

// finishAt is when the i-th exchange of a connection ended. One without an answer ends where the next begins: but for
// HTTP/2, the client would not have sent that one otherwise.
func finishAt(list []*session.Exchange, i int, c *session.Conn, last int64) int64 {
	end := finish(list[i], c, last)
	if list[i].End == 0 && i+1 < len(list) && c.Protocol != "h2" {
		end = min(end, max(Begin(list[i+1]), Begin(list[i])))
	}
	return end
}

// Bad says that a request was refused or reached a wrong node.
func Bad(e *session.Exchange) bool { return e.WrongNode || e.Status >= 400 || e.HasError }

func (l *layouter) bar(s *session.Session, c *session.Conn, b bar) {
	fill := l.barColor(s, b.exchange)
	l.shape(Round, b.box, l.dp(2.5), fill)
	edge := fill
	if contrast(fill, l.Palette.Back) < faint {
		edge = mix(fill, l.Palette.Text, 0.4)
	}
	if edge != fill || l.Static { // a picture in a report has the same shapes in both palettes
		l.shape(Outline, b.box, max(l.dp(1), 1), edge)
	}
	if Bad(b.exchange) {
		l.shape(Outline, b.grow(l.dp(2.5)), l.dp(1.6), l.Palette.Bad)
	}
	l.target(b.box, Hit{Kind: HitExchange, Session: int32(s.Index), Conn: int32(c.ID - 1), Exchange: int32(b.exchange.Index), Row: -1,
		Count: b.count, From: b.from, To: b.to})
	l.barLabel(s, b)
}

// faint is the contrast below which a bar gets an edge, as yellow does on white.
const faint = 1.5

// pollShade is how much of its node's colour a poll has: less than what is sent, and enough to tell nodes apart however
// colours are seen.
const pollShade = 0.7

// barColor is the node's; requests of other sessions on the same connection are faint.
func (l *layouter) barColor(s *session.Session, e *session.Exchange) color.RGBA {
	c := l.node(e.Node)
	if e.Session != s {
		return mix(l.Palette.Back, c, 0.3)
	}
	if e.Kind == session.Poll {
		return mix(l.Palette.Back, c, pollShade)
	}
	return c
}

// barLabel writes node and request into the bar where they fit, else behind it up to the next one, and else the node's
// letter alone: a colour alone would not say which node it was.
func (l *layouter) barLabel(s *session.Session, b bar) {
	e := b.exchange
	letter, f, c := letter(l.Tracker, e.Node), Regular, l.Palette.Dim
	text := lettered(letter, barText(l.Words, e, b.count, l.Now != 0))
	if Bad(e) {
		f, c = Bold, l.Palette.Bad
	}
	if e.Session != s {
		text = l.S("another session")
	}
	x0, x1 := max(b.x0, l.left), min(b.x1, float32(l.W))
	w := l.Fonts.Width(text, f, l.dp(10.5))
	inside, end := x1-x0-l.dp(10), b.x1+l.dp(6)+w
	behind := end < min(b.next, float32(l.W))-l.dp(4) && (b.count == 1 || Bad(e))
	if w <= inside && (!Bad(e) || !behind) {
		l.plain(box{x0 + l.dp(5), b.y0, x1, b.y1}, text, f, 10.5, onFill(l.barColor(s, e)))
		return
	}
	if behind {
		l.backedLane(box{b.x1 + l.dp(6), b.y0, end, b.y1}, text, f, c)
		return
	}
	if w := l.Fonts.Width(letter, Regular, l.dp(10.5)); letter != "" && w+l.dp(3) <= x1-x0 {
		l.plain(box{(x0 + x1 - w) / 2, b.y0, x1, b.y1}, letter, Regular, 10.5, onFill(l.barColor(s, e)))
	}
}

// node is the colour of a node.
func (l *layouter) node(i int) color.RGBA {
	if i >= 0 && i < len(l.Tracker.Nodes) {
		i = l.Tracker.Nodes[i].Color
	}
	return l.Palette.Node(i)
}

// letter is that of a node, or "" where it is unknown.
func letter(t *session.Tracker, node int) string {
	if node < 0 || node >= len(t.Nodes) {
		return ""
	}
	return t.Nodes[node].Letter
}

func lettered(letter, text string) string {
	if letter == "" {
		return text
	}
	return letter + " " + text
}

func (l *layouter) backedLane(b box, text string, f Font, c color.RGBA) {
	l.rect(box{b.x0 - l.dp(2), b.y0, b.x1 + l.dp(2), b.y1}, l.Palette.Back)
	l.plain(b, text, f, 10.5, c)
}

// barText says what was asked for, and what came of it. live: it is watched, and what was not answered yet may still be.
func barText(w lang.Words, e *session.Exchange, n int, live bool) string {
	text := e.Method
	switch e.Kind {
	case session.Handshake, session.Poll:
		text += " " + e.Kind.Word(w)
	case session.UpgradeRequest:
		text += " websocket"
	}
	switch {
	case live && Waits(e):
		text = w.S("%s: waiting", text)
	case e.Status == 0:
		text = w.S("%s: no answer", text)
	default:
		text += fmt.Sprintf(" %d", e.Status)
	}
	text += message(e)
	if n > 1 && Bad(e) {
		return w.S("%s, among %d requests", text, lang.Amount(n))
	}
	if n > 1 {
		return w.S("%d requests", lang.Amount(n))
	}
	return text
}

// Waits says whether a request that was not answered yet may still be, where it is watched.
func Waits(e *session.Exchange) bool {
	if cut, _ := e.Cut(); e.Status != 0 || cut != 0 || e.Failure != "" {
		return false
	}
	return e.Session == nil || e.Session.Closed == 0
}

// maxMessage is how much of a server's message stands in the timeline, in bytes.
const maxMessage = 60

// message is what an error answer says, secrets masked, with a blank before it, or "".
func message(e *session.Exchange) string {
	m := redact.Redactor{}.Text(e.Error.Message)
	if e.Status == 0 && e.Failure != "" {
		m = e.Failure
	}
	switch {
	case m == "":
		return ""
	case len(m) > maxMessage:
		m = strings.ToValidUTF8(m[:maxMessage], "") + "…"
	}
	return " " + m
}
