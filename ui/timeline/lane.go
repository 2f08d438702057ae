package timeline

import (
	"fmt"

	"sioscope/protocol/session"
)

// lane lays out one connection of an opened session: every request a bar in its node's colour and with its letter.
func (l *layouter) lane(line Line, b box) {
	s := l.Tracker.SessionAt(line.Session)
	c := l.Tracker.ConnAt(line.Conn)
	l.rect(box{0, b.y1 - max(l.dp(1), 1), b.x1, b.y1}, l.Palette.Line)
	l.target(b, Hit{Kind: HitConn, Session: line.Session, Conn: int32(c.ID - 1), Exchange: -1, Row: -1, From: c.Opened, To: c.Closed})
	l.laneHead(s, c, line.Hop, b)
	l.push(box{l.left, b.y0, b.x1, b.y1})
	defer l.pop()
	bar := box{b.x0, b.y0 + l.dp(7), b.x1, b.y1 - l.dp(8)}
	l.lifetime(c, bar)
	l.requests(line, s, c, bar)
	l.socket(c, bar)
}

func (l *layouter) laneHead(s *session.Session, c *session.Conn, hop bool, b box) {
	name := l.S("conn %d · :%d", c.ID, c.Client.Port())
	place := Place(l.Tracker, c)
	switch {
	case place != "":
		name = l.S("conn %d · %s", c.ID, place)
	case c.Over != nil:
		name = l.S("conn %d · stream %d", c.ID, c.Stream)
	case !c.Client.IsValid():
		name = l.S("conn %d", c.ID)
	}
	indent := l.dp(34)
	if hop {
		indent += l.dp(14)
	}
	node, badge := l.connNode(s, c)
	end := l.left - l.dp(10)
	if badge != "" {
		w := min(l.Fonts.Width(badge, Bold, l.dp(10.5))+l.dp(16), l.left/2)
		x := end - w
		l.pill(x, (b.y0+b.y1)/2-l.dp(8), w+1, badge, l.node(node))
		end = x
	}
	for _, short := range [...]string{l.S("conn %d", c.ID), fmt.Sprint(c.ID)} {
		if l.Fonts.Width(name, Regular, l.dp(12)) > end-l.dp(4)-indent {
			name = short
		}
	}
	l.text(box{indent, b.y0, end - l.dp(4), b.y1}, name, Regular, 12, l.Palette.Text)
}

// connNode is the node a session's requests on a connection reached, and its badge: "A (node-a)", "B, not A".
func (l *layouter) connNode(s *session.Session, c *session.Conn) (node int, badge string) {
	node = -1
	for i, e := range c.Exchanges {
		if i > 256 {
			break
		}
		if e.Session != s {
			continue
		}
		for e.Outer != nil { // that it was wrong is told of the hop nearest to the client
			e = e.Outer
		}
		if e.WrongNode {
			return e.Node, l.wrongBadge(e)
		}
		if node < 0 {
			node = e.Node
		}
	}
	return node, NodeName(l.Words, l.Tracker, node)
}

func (l *layouter) wrongBadge(e *session.Exchange) string {
	own, reached := letter(l.Tracker, e.Session.Node), letter(l.Tracker, e.Node)
	switch {
	case own != "" && reached != "":
		return l.S("%s, not %s", reached, own)
	case own != "":
		return l.S("not %s", own)
	case reached != "":
		return l.S("%s, another node", reached)
	}
	return l.S("another node")
}

// lifetime is a thin line from a connection's opening to its close, so that keep-alive is seen.
func (l *layouter) lifetime(c *session.Conn, bar box) {
	from, end := c.Opened, c.Closed
	if end == 0 {
		end = l.until()
	}
	y := (bar.y0 + bar.y1) / 2
	l.rect(box{l.x(from), y - l.dp(0.5), l.x(end), y + l.dp(0.5) + 0.5}, alpha(l.Palette.Dim, 110))
}

// socket draws a connection's life as a WebSocket.
func (l *layouter) socket(c *session.Conn, bar box) {
	from, end, text := c.Opened, c.Closed, l.S("WebSocket, opened before the capture")
	hit := Hit{Kind: HitConn, Session: sessionIndex(c.Session), Conn: int32(c.ID - 1), Exchange: -1, Row: -1}
	fill := l.Palette.Other
	switch e := c.WebSocket; {
	case e != nil:
		from, text, fill = Begin(e), lettered(letter(l.Tracker, e.Node), "WebSocket"), l.node(e.Node)
		hit.Kind, hit.Exchange = HitExchange, int32(e.Index)
	case c.Protocol != "websocket":
		return
	}
	if end == 0 {
		end = max(l.lastSeen(c), from)
	}
	hit.From, hit.To = from, end
	r := box{l.x(from), bar.y0, max(l.x(end), l.x(from)+l.dp(4)), bar.y1}
	l.shape(Round, r, l.dp(2.5), fill)
	l.rect(box{r.x0, r.y1 - l.dp(3), r.x1, r.y1}, l.Palette.WebSocket)
	l.target(r, hit)
	x0, x1 := max(r.x0, l.left), min(r.x1, float32(l.W))
	if l.Fonts.Width(text, Bold, l.dp(10.5))+l.dp(10) < x1-x0 {
		l.plain(box{x0 + l.dp(5), r.y0, x1, r.y1 - l.dp(2)}, text, Bold, 10.5, onFill(fill))
	}
}

// lastSeen is when anything was last seen of a connection that no close is known of: of a WebSocket, with its session.
func (l *layouter) lastSeen(c *session.Conn) int64 {
	switch {
	case l.Now != 0:
		return l.until()
	case c.LastByte != 0:
		return c.LastByte
	case c.Session != nil:
		return c.Session.LastSeen
	}
	return l.Tracker.Last
}

func sessionIndex(s *session.Session) int32 {
	if s == nil {
		return -1
	}
	return int32(s.Index)
}
