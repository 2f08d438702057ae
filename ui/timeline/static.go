package timeline

import (
	"slices"

	"sioscope/protocol/session"
)

// moreHeight is that of a MoreLine, dp.
const moreHeight = 22

// Limit leaves at most n connections of every opened session among the lines: those that became a WebSocket or on which
// something went wrong before others, in their order. A MoreLine counts the rest.
func Limit(t *session.Tracker, lines []Line, n int) []Line {
	var out []Line
	y := 0.0
	add := func(l Line) {
		l.Y = y
		y += l.H
		out = append(out, l)
	}
	for i := 0; i < len(lines); {
		if lines[i].Kind != ConnLine {
			add(lines[i])
			i++
			continue
		}
		end := i
		for end < len(lines) && lines[end].Kind == ConnLine {
			end++
		}
		lanes := lines[i:end]
		kept := foremost(t, lanes, n)
		for k, l := range kept {
			l.Last = k == len(kept)-1 && len(kept) == len(lanes)
			add(l)
		}
		if more := len(lanes) - len(kept); more > 0 {
			add(Line{Kind: MoreLine, Session: lanes[0].Session, Conn: -1, H: moreHeight, Last: true, More: more})
		}
		i = end
	}
	return out
}

// foremost are the n lanes that say most.
func foremost(t *session.Tracker, lanes []Line, n int) []Line {
	if len(lanes) <= n {
		return lanes
	}
	says := func(l Line) bool {
		c := t.ConnAt(l.Conn)
		return c.WebSocket != nil || slices.ContainsFunc(c.Exchanges[:min(len(c.Exchanges), lookAhead)], Bad)
	}
	var out []Line
	for _, pass := range [...]bool{true, false} {
		for _, l := range lanes {
			if len(out) < n && says(l) == pass {
				out = append(out, l)
			}
		}
	}
	slices.SortFunc(out, func(a, b Line) int { return int(a.Conn) - int(b.Conn) })
	return out
}

func (l *layouter) more(line Line, b box) {
	l.rect(box{0, b.y1 - max(l.dp(1), 1), b.x1, b.y1}, l.Palette.Line)
	l.text(box{l.dp(34), b.y0, b.x1, b.y1}, l.S("and %s that are not shown", l.Count(line.More, "more connection")), Regular, 11, l.Palette.Dim)
}

// Light and Dark are the colours of pictures on paper and pages, which look as the window does in its two themes.
func Light() *Palette {
	return &Palette{Back: rgb(0xf6f7f9), Panel: rgb(0xffffff), Line: rgb(0xdfe2e8), Grid: rgb(0xd5d9e1), Selected: rgb(0xe9eff8),
		Text: rgb(0x1b1e25), Dim: rgb(0x5a6272), OnBar: rgb(0x111318), Bad: rgb(0xb8322a), Good: rgb(0x00734f),
		Polling: rgb(0xdb9800), WebSocket: rgb(0x009a70), Other: rgb(0x8b92a0), Hatch: rgb(0x1b1e25), Marker: rgb(0x1b1e25),
		Tick: rgb(0x5f6675), Frame: rgb(0x0068a8), Nodes: okabeIto}
}

// Dark is Light's counterpart.
func Dark() *Palette {
	return &Palette{Back: rgb(0x15171c), Panel: rgb(0x1c1f26), Line: rgb(0x2b2f39), Grid: rgb(0x2d323d), Selected: rgb(0x1e2634),
		Text: rgb(0xe6e8ee), Dim: rgb(0x9aa1b0), OnBar: rgb(0x111318), Bad: rgb(0xf0665b), Good: rgb(0x2fbf8f),
		Polling: rgb(0xe69f00), WebSocket: rgb(0x009e73), Other: rgb(0x6b7280), Hatch: rgb(0xe6e8ee), Marker: rgb(0xe6e8ee),
		Tick: rgb(0xaab0bd), Frame: rgb(0x56b4e9), Nodes: okabeIto}
}
