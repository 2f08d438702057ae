package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"sioscope/protocol/fact"
)

const (
	progressDelay = time.Second            // what is done by then needs no bar
	progressEvery = 100 * time.Millisecond // between two drawings
	progressBar   = 24                     // columns
	progressRoom  = 70                     // columns the whole line needs
)

// progress is a line on a terminal that says how far reading is. It is one line, drawn over itself, gone at the end.
type progress struct {
	w              io.Writer
	columns        int // of the terminal; 0: there is none, and nothing is drawn
	now            func() time.Time
	started, drawn time.Time
	shown          bool
}

func (g *progress) start() {
	g.started = g.now()
}

func (g *progress) update(s *fact.Stats) {
	if g.columns < progressRoom {
		return
	}
	now := g.now()
	if now.Sub(g.started) < progressDelay || now.Sub(g.drawn) < progressEvery {
		return
	}
	g.drawn, g.shown = now, true
	fmt.Fprint(g.w, "\r", progressText(s, now.Sub(g.started)), "\x1b[K")
}

func (g *progress) clear() {
	if g.shown {
		fmt.Fprint(g.w, "\r\x1b[K")
		g.shown = false
	}
}

// progressText is "reading [#####.....]  43 %  512 of 1200 MB, 310 MB/s"; without a total it counts packets.
func progressText(s *fact.Stats, since time.Duration) string {
	const mb = 1e6
	rate := float64(s.Done) / mb / since.Seconds()
	if s.Total <= 0 {
		return fmt.Sprintf("reading  %d packets, %.1f MB, %.1f MB/s", s.Packets, float64(s.Done)/mb, rate)
	}
	part := min(max(float64(s.Done)/float64(s.Total), 0), 1)
	full := int(part * progressBar)
	return fmt.Sprintf("reading [%s%s] %3.0f %%  %.0f of %.0f MB, %.0f MB/s", strings.Repeat("#", full), strings.Repeat(".", progressBar-full),
		part*100, float64(s.Done)/mb, float64(s.Total)/mb, rate)
}
