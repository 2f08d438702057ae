package report

import (
	"fmt"
	"strings"
	"time"

	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

const (
	timelineName = 20 // columns for the sid, which has 20 characters where Node or Python issued it
	minTimeline  = 10 // columns below which a timeline says nothing
)

// timeline draws a line per session: its transports, its probes, what was refused. A column is a stretch of time; a
// mark (refused, upgraded) wins over probing, and that over a transport.
func (p *printer) timeline() {
	columns := p.opt.Width - tableIndent - timelineName - 1 - p.letterWidth() - 2
	span := p.in.Last - p.in.First
	if p.in.First == 0 || span <= 0 || columns < minTimeline || len(p.in.Sessions)+len(p.in.Refused) == 0 {
		return
	}
	t := &track{from: p.in.First, span: span, columns: columns}
	p.heading(p.in.S("Timeline, %s; a column is %s", duration(span), duration(span/int64(columns))))
	indent := p.opt.Width - columns
	p.line(strings.Repeat(" ", indent), p.paint(dim, t.axis()))
	for _, s := range p.in.shown(p.opt.All) {
		p.track(p.in.name(s), p.letter(s.Node), p.drawSession(t, s))
	}
	if len(p.in.Refused) > 0 {
		name := p.in.S("refused")
		if p.in.Trial.All(p.in.Refused) {
			name = p.in.S("trials")
		}
		p.track(name, "", p.drawRefused(t))
	}
	p.legend()
}

func (p *printer) letterWidth() int {
	n := 1
	for i := range p.in.Nodes {
		n = max(n, textWidth(p.letter(i)))
	}
	return n
}

func (p *printer) letter(node int) string {
	if n := p.in.node(node); n != nil {
		return p.show(n.Letter)
	}
	return "?"
}

func (p *printer) track(name, letter string, cells []cell) {
	name = shorten(p.show(name), timelineName, p.more)
	pad := strings.Repeat(" ", timelineName-textWidth(name))
	lead := fmt.Sprintf("  %s%s %*s  ", name, pad, p.letterWidth(), letter)
	p.line(strings.TrimRight(lead+p.cells(cells), " "))
}

// cells prints runs of one colour with one escape sequence.
func (p *printer) cells(cells []cell) string {
	var b strings.Builder
	for i := 0; i < len(cells); {
		run := ""
		color := cells[i].color
		for ; i < len(cells) && cells[i].color == color; i++ {
			if cells[i].sign == "" {
				run += " "
			} else {
				run += cells[i].sign
			}
		}
		b.WriteString(p.paint(color, run))
	}
	return b.String()
}

func (p *printer) legend() {
	signs := []string{p.polling + " " + p.in.S("polling"), p.probing + " " + p.in.S("probing"), p.websocket + " websocket", p.upgraded + " " + p.in.S("upgraded"), p.glyphs.refused + " " + p.in.S("refused or failed")}
	for _, s := range p.in.Sessions {
		if s.Transport() == session.WebTransport {
			signs = append(signs, p.webtransport+" webtransport")
			break
		}
	}
	p.dimmed("  ", p.in.List(signs))
}

// A cell is one column of a track; no sign is a blank.
type cell struct {
	sign  string
	color style
}

// track maps times to columns.
type track struct {
	from, span int64
	columns    int
}

// column is the column of a time, within the track.
func (t *track) column(at int64) int {
	c := int(float64(at-t.from) / float64(t.span) * float64(t.columns))
	return min(max(c, 0), t.columns-1)
}

func (t *track) fill(cells []cell, from, to int64, with cell) {
	for c := t.column(from); c <= t.column(max(from, to)); c++ {
		cells[c] = with
	}
}

// axis prints times above the columns, at round steps, as many as have room.
func (t *track) axis() string {
	const room = 12 // columns a label needs with its distance
	step := roundStep(t.span / int64(max(t.columns/room, 1)))
	line := make([]byte, 0, t.columns)
	for at := int64(0); at <= t.span; at += step {
		label := axisLabel(at, step)
		c := t.column(t.from + at)
		if c+len(label) > t.columns || c < len(line)+1 && at > 0 {
			continue
		}
		for len(line) < c {
			line = append(line, ' ')
		}
		line = append(line, label...)
	}
	return string(line)
}

// roundStep is the smallest 1, 2 or 5 times a power of ten that is not below ns; from a minute on, whole minutes.
func roundStep(ns int64) int64 {
	if minute := int64(time.Minute); ns > minute {
		return roundStep((ns+minute-1)/minute) * minute
	}
	for unit := int64(1); ; unit *= 10 {
		for _, m := range [...]int64{1, 2, 5} {
			if unit*m >= ns {
				return unit * m
			}
		}
	}
}

func axisLabel(at, step int64) string {
	switch {
	case step >= int64(time.Minute):
		return fmt.Sprintf("%d min", at/int64(time.Minute))
	case step >= int64(time.Second):
		return fmt.Sprintf("%d s", at/int64(time.Second))
	case step >= int64(100*time.Millisecond):
		return fmt.Sprintf("%.1f s", time.Duration(at).Seconds())
	case step >= int64(time.Millisecond):
		return fmt.Sprintf("%d ms", at/int64(time.Millisecond))
	}
	return fmt.Sprintf("%.3g ms", float64(at)/1e6)
}

func (p *printer) drawSession(t *track, s *session.Session) []cell {
	cells := make([]cell, t.columns)
	for _, ph := range s.History {
		t.fill(cells, ph.From, phaseEnd(s, ph), p.transportCell(ph.Transport))
	}
	for _, pr := range s.Probes {
		t.fill(cells, pr.Request, probeEnd(s, pr), cell{p.probing, cyan})
	}
	for _, pr := range s.Probes {
		switch {
		case pr.Upgrade != 0:
			cells[t.column(pr.Upgrade)] = cell{p.upgraded, green}
		case pr.Failed != 0:
			cells[t.column(pr.Failed)] = cell{p.glyphs.refused, red}
		}
	}
	return cells
}

// probeEnd is when the probe was over: the last step seen of it, or the end of the session for one under way.
func probeEnd(s *session.Session, pr session.Probe) int64 {
	end := max(pr.Upgrade, pr.Failed)
	if end == 0 && s.Upgrade == session.UpgradePending {
		end = s.LastSeen
	}
	if end == 0 {
		end = max(pr.Request, pr.Answered, pr.Ping, pr.Pong)
	}
	return end
}

func (p *printer) transportCell(t session.Transport) cell {
	switch t {
	case session.Polling:
		return cell{p.polling, yellow}
	case session.WebSocket:
		return cell{p.websocket, green}
	case session.WebTransport:
		return cell{p.webtransport, green}
	}
	return cell{"?", normal}
}

func (p *printer) drawRefused(t *track) []cell {
	cells := make([]cell, t.columns)
	for _, e := range p.in.Refused {
		cells[t.column(timeline.FaultAt(e))] = cell{p.glyphs.refused, dim}
	}
	for _, e := range p.in.refusals() {
		cells[t.column(timeline.FaultAt(e))] = cell{p.glyphs.refused, red}
	}
	return cells
}
