package timeline

import (
	"sort"

	"sioscope/protocol/session"
)

// Heights in dp.
const (
	AxisHeight    = 26
	SessionHeight = 54
	LaneHeight    = 33
	RefusedHeight = 40
)

// LineKind is what a line of the timeline shows.
type LineKind uint8

const (
	SessionLine LineKind = iota
	ConnLine             // a connection of the opened session above it
	RefusedLine          // all handshakes that were refused
	MoreLine             // says how many connections of the session above are not shown
)

// A Line is one horizontal stripe. Y is its distance from the first line's top, in dp.
type Line struct {
	Kind    LineKind
	Session int32 // its number; of a ConnLine, whose it is
	Conn    int32 // its number, of a ConnLine
	Hop     bool  // of a ConnLine: it runs from a balancer to a node, or is another capture's of the one above
	Y, H    float64
	Open    bool // a SessionLine whose connections follow
	Last    bool // a ConnLine that ends its session
	Tracks  int  // of a ConnLine: how many requests lie below each other
	More    int  // of a MoreLine: how many are not shown
}

// Lines are the lines of sessions in the given order, those in open followed by their connections.
func Lines(t *session.Tracker, order []int32, open map[int32]bool) []Line {
	return new(Depths).Lines(t, order, open)
}

// Lines is the same for who asks again and again, as requests are added.
func (d *Depths) Lines(t *session.Tracker, order []int32, open map[int32]bool) []Line {
	lanesBefore := d.used
	d.begin(t)
	lines := make([]Line, 0, len(order)+lanesBefore+8)
	y := 0.0
	add := func(l Line) {
		l.Y = y
		y += l.H
		lines = append(lines, l)
	}
	if len(t.Refused) > 0 {
		add(Line{Kind: RefusedLine, Session: -1, Conn: -1, H: RefusedHeight})
	}
	for _, i := range order {
		add(Line{Kind: SessionLine, Session: i, Conn: -1, H: SessionHeight, Open: open[i]})
		if !open[i] {
			continue
		}
		conns := lanes(t, t.SessionAt(i))
		for k, c := range conns {
			n := d.of(t, c.Conn)
			add(Line{Kind: ConnLine, Session: i, Conn: int32(c.ID - 1), Hop: c.hop, H: LaneHeight + float64(n-1)*trackPitch, Last: k == len(conns)-1, Tracks: n})
		}
	}
	return lines
}

// A laneConn is a connection that has a lane of its own.
type laneConn struct {
	*session.Conn
	hop bool
}

// lanes are the connections of a session. Of several captures, those that carried its requests on are among them, each
// below the first that it carried a request of.
func lanes(t *session.Tracker, s *session.Session) []laneConn {
	var on map[*session.Conn][]*session.Conn
	if len(t.Files) > 1 {
		on = map[*session.Conn][]*session.Conn{}
		seen := map[*session.Conn]bool{}
		for _, e := range s.Hops {
			if seen[e.Conn] || e.Outer == nil {
				continue
			}
			seen[e.Conn] = true
			first := e.Outer
			for first.Outer != nil {
				first = first.Outer
			}
			on[first.Conn] = append(on[first.Conn], e.Conn)
		}
	}
	list := make([]laneConn, 0, len(s.Conns))
	for _, c := range s.Conns {
		list = append(list, laneConn{c, false})
		for _, hop := range on[c] {
			list = append(list, laneConn{hop, true})
		}
	}
	return list
}

// Height is the height of all lines, dp.
func Height(lines []Line) float64 {
	if len(lines) == 0 {
		return 0
	}
	last := lines[len(lines)-1]
	return last.Y + last.H
}

// Visible is the range of lines between y0 and y1 dp: lines[from:to].
func Visible(lines []Line, y0, y1 float64) (from, to int) {
	from = sort.Search(len(lines), func(i int) bool { return lines[i].Y+lines[i].H > y0 })
	to = sort.Search(len(lines), func(i int) bool { return lines[i].Y >= y1 })
	return from, max(from, to)
}

// Find is the index of the line of a session, or -1.
func Find(lines []Line, sess int32) int {
	for i := range lines {
		if lines[i].Kind == SessionLine && lines[i].Session == sess {
			return i
		}
	}
	return -1
}
