package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/lang"
	"sioscope/ui/chart"
	"sioscope/ui/look"
	"sioscope/ui/pair"
	"sioscope/ui/timeline"
)

// A comparison shows two sides in the place of what is open: their timelines one above the other, aligned at a handshake
// of each, and below what differs, with the requests that show it side by side.
type comparison struct {
	w      *Window
	ends   [2]comparand
	words  lang.Words         // that it is told in
	cancel context.CancelFunc // ends the reading; never nil

	sides [2]*comparedSide
	link  *chart.Link
	pair  *pair.Pair // nil until both sides were read
	about chosenPair // what is selected
	over  bool       // both sides were read, or cannot be
	model int        // the side whose nodes keep their letters: what is on screen already, else the first

	icon      *widget.Icon
	edge      *fill
	summary   *prose
	says      string  // the summary
	width     float32 // that its lines have
	banner    fyne.CanvasObject
	timelines fyne.CanvasObject
	low       bool // there is little height
	relayout  bool // a part changed its height
	stop      *button
	again     *button // for a side that goes on
	swap      *button
	export    *button
	exporting *pairExporting // the form that was opened last
	buttons   *fyne.Container
	top       *fyne.Container // summary and buttons
	list      *entryList
	detail    *pairDetail
	upper     *container.Split
	lower     *container.Split
	auto      float64 // where upper was put by us
	object    fyne.CanvasObject
}

// Shares of the window: of its height for the timelines until their lines are known, of its width for what differs.
const (
	firstSides   = 0.56
	firstEntries = 0.42
)

// chosenPair is what is selected of a comparison: an entry, or a request of either side.
type chosenPair struct {
	entry  int // in pair.Entries; -1: none
	places [2]pair.Place
}

func newComparison(w *Window, ends [2]comparand) (*comparison, error) {
	c := &comparison{w: w, words: w.Words, ends: ends, cancel: func() {}, about: chosenPair{entry: -1}}
	for i := range c.sides {
		s, err := newComparedSide(c, i)
		if err != nil {
			return nil, err
		}
		c.sides[i] = s
	}
	c.link = chart.NewLink(c.sides[0].chart, c.sides[1].chart, func() {
		for _, s := range c.sides {
			s.rail.Pull()
		}
	})
	c.list = newEntryList(c)
	c.detail = newPairDetail(c)
	c.lower = container.NewHSplit(c.list.object, c.detail.object)
	c.lower.Offset = firstEntries
	c.timelines = container.New(halves{}, c.sides[0].object, newFill(look.Line, fyne.NewSize(1, 3)), c.sides[1].object)
	c.upper = container.NewVSplit(c.timelines, c.lower)
	c.upper.Offset = firstSides
	c.auto = c.upper.Offset
	c.banner = c.head()
	all := container.New(topped{}, c.banner, c.upper)
	c.object = container.New(&watch{child: all, resized: c.resized}, all)
	return c, nil
}

// head says in a sentence what came of it, and has what can be done with it.
func (c *comparison) head() fyne.CanvasObject {
	w, h := c.w, &c.w.hears
	c.edge, c.icon = newFill(look.Accent, fyne.NewSize(6, 10)), widget.NewIcon(theme.NewPrimaryThemedResource(theme.InfoIcon()))
	c.summary = newProse()
	c.stop = newButton(h, w.S("Cancel"), theme.CancelIcon(), func() { c.cancel() })
	c.again = newButton(h, w.S("Compare again"), theme.ViewRefreshIcon(), c.compareAgain)
	c.swap = newButton(h, w.S("Swap"), nil, c.swapSides)
	c.export = newButton(h, w.S("Export…"), nil, c.exportMenu)
	closer := newButton(h, w.S("Close"), nil, w.leaveComparison)
	c.again.Hide()
	c.buttons = container.NewHBox(c.stop, c.again, c.swap, c.export, closer)
	icon := container.NewCenter(container.NewGridWrap(fyne.NewSize(26, 26), c.icon))
	said := container.New(padded(0, 0, -4, 4), container.New(middle{}, c.summary))
	c.top = container.NewBorder(nil, nil, container.NewHBox(c.edge, gap(4), icon, gap(4)), container.NewHBox(container.NewCenter(c.buttons), gap(8)),
		container.New(&watch{child: said, resized: func(s fyne.Size) { c.rewrap(s.Width) }}, said))
	return container.New(stacked{}, c.top, rule())
}

// lowWindow is the height, dp, below which what is said of a side has one line.
const lowWindow = 560

// resized gives the timelines the room of what is said twice, where there is little.
func (c *comparison) resized(size fyne.Size) {
	if low := size.Height < lowWindow; low != c.low {
		c.low = low
		for _, s := range c.sides {
			s.cause.Hidden, s.source.Hidden = low && !s.unread, low
		}
		c.summarize()
	}
	c.relay()
	c.fit()
}

// reset puts the borders where they were at first.
func (c *comparison) reset() {
	c.lower.SetOffset(firstEntries)
	c.upper.SetOffset(firstSides)
	c.auto = c.upper.Offset
	c.fit()
}

// most is how much of the height the timelines get, where their lines need so much.
const most = 0.66

// fit gives the timelines the height that the aligned sessions need with their connections. A border that the user moved
// stays.
func (c *comparison) fit() {
	height := c.upper.Size().Height
	if height < 100 || c.upper.Offset != c.auto {
		return
	}
	var need float32
	for i, s := range c.sides {
		lines := float32(timeline.SessionHeight + timeline.LaneHeight)
		if c.pair != nil {
			lines = max(lines, float32(s.chart.Height(c.pair.Chosen[i])))
		}
		need = max(need, s.object.MinSize().Height-timeline.SessionHeight+lines)
	}
	c.auto = min(max(float64((2*need+3)/height), 0.5), most)
	c.upper.SetOffset(c.auto)
}

// relay lays all out anew where a part changed its height: the summary has as many lines as it takes, and knows it once
// it has its width.
func (c *comparison) relay() {
	for range 3 {
		if !c.relayout && c.banner.Size().Height == c.banner.MinSize().Height {
			return
		}
		c.relayout = false
		c.object.(*fyne.Container).Objects[0].Refresh()
	}
}

// say shows the sentence with an icon and an edge that say the same.
func (c *comparison) say(color fyne.ThemeColorName, icon fyne.Resource, text string) {
	c.edge.SetColor(color)
	c.icon.SetResource(icon)
	c.says = text
	c.summarize()
	c.relay()
}

// summarize writes the summary, smaller where the window is low.
func (c *comparison) summarize() {
	size := look.SectionText
	if c.low {
		size = theme.SizeNameText
	}
	c.summary.Say(c.says, widget.RichTextStyle{SizeName: size})
	c.relayout = true
}

// rewrap is told where the summary has another width, with which it may have more lines.
func (c *comparison) rewrap(width float32) {
	if width != c.width {
		c.width, c.relayout = width, true
	}
}

// show has what came of the comparison; nil where nothing could be compared.
func (c *comparison) show(p *pair.Pair) {
	c.pair, c.over = p, true
	c.stop.Hide()
	enable(c.swap, p != nil)
	enable(c.export, p != nil)
	c.again.Hidden = p == nil || !c.goesOn()
	c.top.Refresh()
	if p == nil {
		c.nothing()
		return
	}
	c.verdict()
	for i, s := range c.sides {
		s.compared(p)
		if p.Chosen[i] >= 0 {
			s.chart.SetOpen(p.Chosen[i], true)
		}
	}
	c.lay()
	c.fit()
	c.list.fill()
	c.start()
	c.remember()
	if len(p.Differing()) > 0 {
		c.selectEntry(0)
		return
	}
	c.detail.fill()
	c.w.win.SetMainMenu(c.w.menu())
}

// verdict shows the sentence that tells what differs.
func (c *comparison) verdict() {
	switch {
	case len(c.pair.Comparison.Explains) > 0:
		c.say(look.Bad, theme.NewErrorThemedResource(theme.ErrorIcon()), c.pair.Comparison.Summary)
	case !c.pair.Verdict(0).Healthy || !c.pair.Verdict(1).Healthy:
		c.say(look.Warn, theme.NewWarningThemedResource(theme.WarningIcon()), c.pair.Comparison.Summary)
	default:
		c.say(look.Good, theme.NewSuccessThemedResource(theme.ConfirmIcon()), c.pair.Comparison.Summary)
	}
}

// lay puts the chosen sessions beside each other, and the numbers of what differs where it is seen.
func (c *comparison) lay() {
	var zero [2]int64
	c.pair.Read(func(seen [2]pair.Seen) {
		for i := range zero {
			zero[i] = pair.Zero(seen[i].Tracker, c.pair.Chosen[i])
		}
	})
	for i, s := range c.sides {
		s.zero = zero[i]
	}
	c.link.Align(zero)
	c.pins()
}

// pins shows the numbers of what differs in both timelines.
func (c *comparison) pins() {
	chosen := 0
	if e := c.entry(); e != nil {
		chosen = e.Number
	}
	for i, s := range c.sides {
		pins := c.pair.Pins(i)
		s.rail.Set(pins, chosen)
		guides := make([]int64, 0, len(pins))
		for _, p := range pins {
			guides = append(guides, p.Time)
		}
		s.chart.SetGuides(guides)
	}
}

// entry is what is selected, nil where nothing is or a request is.
func (c *comparison) entry() *pair.Entry {
	if c.pair == nil || c.about.entry < 0 || c.about.entry >= len(c.pair.Entries) {
		return nil
	}
	return &c.pair.Entries[c.about.entry]
}

// start shows the way to WebSocket: from before the handshake until some time after the last difference that explains
// anything.
func (c *comparison) start() {
	before, after := c.link.Whole()
	until := min(3*c.pair.Telling([2]int64{c.sides[0].zero, c.sides[1].zero}), after)
	if until <= 0 || until > after*3/4 {
		for _, s := range c.sides {
			s.chart.FitAll()
		}
		return
	}
	c.link.Show(-min(before, until/20), until)
}

// topped is a layout of an object as high as it needs to be, and below it one that gets the rest.
type topped struct{}

// Layout is for Fyne.
func (topped) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	h := min(objects[0].MinSize().Height, size.Height)
	objects[0].Resize(fyne.NewSize(size.Width, h))
	objects[1].Move(fyne.NewPos(0, h))
	objects[1].Resize(fyne.NewSize(size.Width, size.Height-h))
}

// MinSize is that of both.
func (topped) MinSize(objects []fyne.CanvasObject) fyne.Size { return stacked{}.MinSize(objects) }

// halves is a layout that gives the first and the last object the same height.
type halves struct{}

// Layout is for Fyne.
func (halves) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rule := objects[1].MinSize().Height
	half := (size.Height - rule) / 2
	objects[0].Resize(fyne.NewSize(size.Width, half))
	objects[1].Move(fyne.NewPos(0, half))
	objects[1].Resize(fyne.NewSize(size.Width, rule))
	objects[2].Move(fyne.NewPos(0, half+rule))
	objects[2].Resize(fyne.NewSize(size.Width, half))
}

// MinSize is that of all three.
func (halves) MinSize(objects []fyne.CanvasObject) (min fyne.Size) {
	for _, o := range objects {
		m := o.MinSize()
		min.Width, min.Height = max(min.Width, m.Width), min.Height+m.Height
	}
	return min
}

// comparing has no part of the toolbar that is of no use where two sides are compared.
func (b *toolbar) comparing(on bool) {
	for _, o := range []fyne.Disableable{b.search, b.sort, b.times} {
		if on {
			o.Disable()
		} else {
			o.Enable()
		}
	}
}
