package timeline

import (
	"fmt"
	"strconv"
	"strings"

	"sioscope/protocol/session"
	"sioscope/ui/plain"
)

// badges are what stands below a session's name; "" is left out.
type badges struct {
	hits, short, transport, eio, node, letter string // short and letter are what hits and node are in little room
}

// badgesOf are all of a session's.
func (l *layouter) badgesOf(s *session.Session) badges {
	b := badges{transport: strings.ToUpper(s.Transport().Word(l.Words)), node: NodeName(l.Words, l.Tracker, s.Node), letter: letter(l.Tracker, s.Node)}
	if s.EIO > 0 {
		b.eio = fmt.Sprintf("EIO %d", s.EIO)
	}
	if n := int(l.Hits[int32(s.Index)]); n > 0 {
		b.hits = l.N(n, "%s hit", "%s hits", plain.Number(int64(n)))
		if b.short = b.hits; n >= 1000 {
			b.short = l.S("%sk hits", thousands(n))
		}
	}
	return b
}

// thousands writes a number of them with two digits or more.
func thousands(n int) string {
	if n < 10_000 {
		return strconv.FormatFloat(float64(n/100)/10, 'f', 1, 64)
	}
	return plain.Number(int64(n / 1000))
}

// leastNode is the room in which a node's name is cut rather than left to its letter, dp.
const leastNode = 90

// fitting are those that have room beside each other: the version of Engine.IO yields first, then the node's name to its
// letter, and then the hits are rounded.
func (l *layouter) fitting(b badges, room float32) badges {
	node := l.pillWidth(b.node)
	if b.node != "" {
		node = min(node, l.dp(leastNode))
	}
	if l.pillWidth(b.hits)+l.pillWidth(b.transport)+l.pillWidth(b.eio)+node > room {
		b.eio = ""
	}
	if l.pillWidth(b.hits)+l.pillWidth(b.transport)+l.pillWidth(b.eio)+node > room {
		b.node = b.letter
	}
	if l.pillWidth(b.hits)+l.pillWidth(b.transport)+l.pillWidth(b.node) > room {
		b.hits = b.short
	}
	return b
}

// pillWidth is the room that a badge takes, with that to the next one.
func (l *layouter) pillWidth(text string) float32 {
	if text == "" {
		return 0
	}
	return l.Fonts.Width(text, Bold, l.dp(10.5)) + l.dp(16+6)
}
