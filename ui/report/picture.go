package report

import (
	"fmt"
	"io"
	"sort"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// Limits of a timeline in a report.
const (
	MostDrawn    = 40   // sessions
	maxOpened    = 8    // sessions whose connections are drawn, where there are more sessions
	maxLanes     = 8    // connections of a session
	maxSheet     = 620  // dp of lines in one picture of a page: it must fit on a sheet of paper
	svgWidth     = 1120 // dp of a picture by itself
	headerHeight = 76
	causeHeight  = 19 // of headerHeight, where there is a cause to tell
)

// A picture is a timeline of the report's sessions, to be drawn at several widths.
type timelinePicture struct {
	in      *Input
	tracker *session.Tracker // sessions and exchanges are at their indices
	fonts   *timeline.Fonts
	lines   []timeline.Line
	faults  *timeline.Faults
	ink     timeline.Ink
	drawn   int // sessions
	ids     int
}

func (in *Input) timelinePicture() (*timelinePicture, error) {
	fonts, err := timeline.NewFonts(goregular.TTF, gobold.TTF, gomono.TTF)
	if err != nil {
		return nil, fmt.Errorf("drawing the timeline: %w", err)
	}
	p := &timelinePicture{in: in, tracker: in.Tracker, fonts: fonts, faults: &timeline.Faults{}}
	p.faults.At(1)
	list := in.worst(MostDrawn)
	p.drawn = len(list)
	var order []int32
	for _, s := range list {
		order = append(order, int32(s.Index))
	}
	p.lines = timeline.Limit(p.tracker, timeline.Lines(p.tracker, order, in.opened(list)), maxLanes)
	return p, nil
}

// opened are the sessions whose connections are shown: all of a few, else those with most trouble.
func (in *Input) opened(list []*session.Session) map[int32]bool {
	trouble := in.trouble()
	first := append([]*session.Session(nil), list...)
	sort.SliceStable(first, func(i, j int) bool { return trouble(first[i]) < trouble(first[j]) })
	open := map[int32]bool{}
	for _, s := range first[:min(len(first), maxOpened)] {
		open[int32(s.Index)] = true
	}
	return open
}

// troubled says whether an error or a warning touches a session.
func (in *Input) troubled() func(*session.Session) bool {
	trouble := in.trouble()
	return func(s *session.Session) bool { return trouble(s) <= 1 && len(in.Diagnosis.Causes(s)) > 0 }
}

// input lays out some lines at a width.
func (p *timelinePicture) input(lines []timeline.Line, width int) timeline.Input {
	left := 268.0
	switch {
	case width < 500:
		left = 128
	case width < 800:
		left = 240
	}
	shifted := make([]timeline.Line, len(lines))
	for i, l := range lines {
		l.Y -= lines[0].Y
		shifted[i] = l
	}
	in := timeline.Input{Words: p.in.Words, Tracker: p.tracker, Lines: shifted, W: width, Scale: 1, Left: left, Chosen: -1, Static: true,
		Fonts: p.fonts, Faults: p.faults, Trial: p.in.Trial, Trouble: p.in.troubled(), Notes: p.in.Moments}
	in.View = timeline.Fit(p.in.First, p.in.Last, float64(width)-left)
	in.H = timeline.AxisHeight + int(timeline.Height(shifted)) + 4
	return in
}

// both lays out a scene in both palettes, in the same shapes.
func both(sheet *timeline.Sheet, in timeline.Input, lay func(timeline.Input, *timeline.Scene)) {
	for _, dark := range [...]bool{false, true} {
		sc := &timeline.Scene{}
		in.Palette = timeline.Light()
		if dark {
			in.Palette = timeline.Dark()
		}
		lay(in, sc)
		if dark {
			sheet.Dark = append(sheet.Dark, sc)
		} else {
			sheet.Light = append(sheet.Light, sc)
		}
	}
}

// legend adds the legend, as high as it gets.
func (p *timelinePicture) legend(sheet *timeline.Sheet, width int) {
	in := p.input(nil, width)
	both(sheet, in, timeline.Legend)
	n := len(sheet.Light) - 1
	for _, sc := range [...]*timeline.Scene{sheet.Light[n], sheet.Dark[n]} {
		sc.Size.Y = int(sc.Content)
	}
}

func (p *timelinePicture) sheet() *timeline.Sheet {
	p.ids++
	title := p.in.Diagnosis.Verdict.Title
	return &timeline.Sheet{ID: fmt.Sprintf("tl%d", p.ids), Title: p.in.S("Timeline: %s", p.in.mask(title, maxText)), Desc: p.describe(),
		Say: func(s string) string { return p.in.mask(s, 200) }}
}

// parts are the lines in pieces of at most maxSheet, each begun by a session or the refused handshakes.
func (p *timelinePicture) parts() [][]timeline.Line {
	var parts [][]timeline.Line
	for i := 0; i < len(p.lines); {
		end, high := i+1, p.lines[i].H
		for end < len(p.lines) {
			block := end + 1
			h := p.lines[end].H
			for block < len(p.lines) && p.lines[block].Kind != timeline.SessionLine {
				h += p.lines[block].H
				block++
			}
			begins := p.lines[end].Kind == timeline.SessionLine
			if begins && high+h > maxSheet {
				break
			}
			if !begins {
				h, block = p.lines[end].H, end+1
			}
			high, end = high+h, block
		}
		parts = append(parts, p.lines[i:end])
		i = end
	}
	return parts
}

// describe says in words what the timeline shows, for those who do not see it.
func (p *timelinePicture) describe() string {
	in := p.in
	c := in.Diagnosis.Census
	text := in.S("%s over %s: %d on WebSocket, %d on polling at the end.", in.Count(in.AllSessions(), "session"), duration(in.Last-in.First), lang.Amount(c.WebSocket), lang.Amount(c.Polling))
	if n := len(in.refusals()); n > 0 {
		text = in.S("%s Refused before a session began: %d.", text, lang.Amount(n))
	}
	for i, s := range in.worst(MostDrawn) {
		if i == 5 {
			break
		}
		text = in.S("%s Session %s: %s, upgrade %s.", text, tidy(in.name(s), 80), s.Transport().String(), in.upgradeText(s))
	}
	return text
}

// left says how many sessions are not drawn, "" where all are.
func (p *timelinePicture) left() string {
	if n := p.in.AllSessions(); n > p.drawn {
		return p.in.S("%d of %d sessions are drawn, those with most trouble first.", lang.Amount(p.drawn), lang.Amount(n))
	}
	return ""
}

// tip is what a place in the picture tells, secrets masked.
func (p *timelinePicture) tip(h timeline.Hit) string {
	text := timeline.Describe(p.in.Words, p.tracker, h, false)
	if h.To > h.From && h.From != 0 {
		text = p.in.S("%s: %s to %s", text, p.in.since(h.From), p.in.since(h.To))
	} else if h.From != 0 {
		text = p.in.S("%s: at %s", text, p.in.since(h.From))
	}
	return p.in.mask(text, 200)
}

// SVG prints the timeline as a picture that stands by itself in a ticket or a README: verdict, sessions, legend.
func SVG(w io.Writer, in Input) error {
	p, err := in.timelinePicture()
	if err != nil {
		return err
	}
	sheet := p.sheet()
	sheet.Lang = in.lang()
	height := headerHeight
	if in.Diagnosis.Verdict.Cause == "" {
		height -= causeHeight
	}
	both(sheet, timeline.Input{W: svgWidth, H: height, Scale: 1, Static: true, Fonts: p.fonts}, p.header)
	if len(p.lines) > 0 && in.First != 0 {
		both(sheet, p.input(p.lines, svgWidth), timeline.Layout)
		p.legend(sheet, svgWidth)
	}
	sheet.Tip = p.tip
	if _, err := io.WriteString(w, sheet.SVG(&p.ink)+"\n"); err != nil {
		return fmt.Errorf("writing the picture: %w", err)
	}
	return nil
}

// header is the verdict, as at the window's top.
func (p *timelinePicture) header(in timeline.Input, sc *timeline.Scene) {
	v := p.in.Diagnosis.Verdict
	title := v.Title
	if title == "" {
		title = v.Summary
	}
	say := func(s string) string { return p.in.mask(s, maxText) }
	timeline.Header(in, sc, timeline.Heading{Title: say(title), Sub: say(v.Cause), Facts: say(p.in.seenIn()), Note: p.left(), Good: v.Healthy && v.State == diagnose.StateWebSocket, Bad: !v.Healthy})
}

// lang is the code of the report's language: a catalogue names itself as the translation of "en".
func (in *Input) lang() string { return in.S("en") }
