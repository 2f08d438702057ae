// Package chart is the timeline as a widget: it keeps the view, turns mouse and wheel into zooms and selections, and
// shows the images that ui/timeline draws. What it shows comes from a store; it changes nothing there.
package chart

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// A Chart is the timeline. Its methods are for the main goroutine.
type Chart struct {
	widget.BaseWidget
	lang.Words // the window's language, also of its Legend and Overview; the zero value is English

	OnSelect  func(timeline.Hit)                // something was clicked
	OnPress   func()                            // a mouse button went down
	OnMenu    func(timeline.Hit, fyne.Position) // the same with the other button; the position is absolute
	OnView    func()                            // the visible time changed
	OnOpen    func()                            // a session's connections were shown or hidden
	OnMeasure func()                            // other times are measured
	Modifiers func() fyne.KeyModifier           // nil: none; the test driver knows none

	raster *canvas.Raster
	paint  painter
	fonts  *timeline.Fonts
	faults timeline.Faults
	hover  hover
	ruler  ruler

	measure measure

	store   *store.Store
	view    timeline.View
	fitted  bool  // the view follows the capture until the user moves it
	live    int64 // until when a live source was watched, 0 of a capture
	tail    tail
	flags   []timeline.Flag
	guides  []int64
	link    *Link    // with another chart, whose view is this one's; nil: none
	zero    int64    // what is laid beside that chart, and what times are counted from; 0: they are from the beginning
	own     [2]int64 // first and last time of the store alone
	notes   []timeline.Note
	scroll  float64
	open    map[int32]bool
	lines   []timeline.Line
	depths  timeline.Depths
	order   []int32
	sorted  sorted
	whole   []int32 // order with those that ended before what is followed
	sort    timeline.Sort
	keep    timeline.Keep
	shown   *timeline.Kept // whom keep shows; nil: all
	looked  time.Time      // when that was found out
	hits    hits
	wall    bool
	heading string         // over the names, where not all sessions are shown
	Trial   timeline.Trial // of the store; set before SetStore
	nothing string         // in the place of lines, where keep shows none
	kept    int            // sessions that keep shows, of all
	all     int
	first   int64
	last    int64
	version uint64
	chosen  Chosen
	grip    grip
}

// Chosen is what the rest of the window has selected; -1 where nothing is.
type Chosen struct {
	Session, Exchange int32
	Conn              int32 // of the Exchange
	Begin             int64 // of the Exchange
	Time              int64 // of the packet, 0 none
}

// New makes an empty chart. do runs a function on the main goroutine; nil draws at once.
func New(fonts *timeline.Fonts, do func(func())) *Chart {
	c := &Chart{fonts: fonts, open: map[int32]bool{}, chosen: Chosen{Session: -1, Exchange: -1}, fitted: true}
	c.paint = painter{prepare: c.prepare, do: do}
	c.raster = canvas.NewRaster(c.paint.image)
	c.raster.ScaleMode = canvas.ImageScalePixels
	c.paint.placed = c.placeOverlay
	c.paint.ready = func() { c.raster.Refresh(); c.placeOverlay() }
	c.hover.init()
	c.ruler.init()
	c.ExtendBaseWidget(c)
	return c
}

// SetStore shows another capture from its beginning.
func (c *Chart) SetStore(s *store.Store) {
	c.store, c.fitted, c.scroll = s, true, 0
	c.flags, c.notes, c.tail = nil, nil, tail{}
	if s != nil {
		s.Read(func(_ *session.Tracker, st *store.State) { c.tail.on = st.Live })
		c.fitted = !c.tail.on
	}
	c.open = map[int32]bool{}
	c.chosen = Chosen{Session: -1, Exchange: -1}
	c.keep, c.shown, c.hits = timeline.Keep{}, nil, hits{}
	c.measure.at, c.measure.loose, c.measure.counted = [2]int64{}, false, false
	c.Pull()
}

// Pull takes in what is new in the store.
func (c *Chart) Pull() {
	if c.store == nil {
		return
	}
	c.store.Read(func(t *session.Tracker, st *store.State) {
		c.pass(t, st)
		order := c.ordered(t, st)
		c.showing(order, st.Done)
		c.order = c.found(order)
		c.kept, c.all, c.nothing = len(c.order), len(t.Sessions), ""
		switch {
		case c.kept == 0 && c.all > 0:
			c.nothing = c.S("None of the sessions is like that.")
		case c.all == 0 && len(t.Refused) == 0 && st.Done:
			c.nothing = c.S("No session was seen.")
		}
		c.whole = c.order
		if c.tail.on {
			c.order = c.present(t)
		}
		c.anchored(func() { c.lines = c.depths.Lines(t, c.order, c.open) })
		c.lead()
		c.version = st.Version
		c.heading = ""
		if n := len(t.Sessions); len(c.order) < n {
			c.heading = c.S("%d of %d sessions shown", lang.Amount(len(c.order)), lang.Amount(n))
		}
	})
	c.refit()
	c.tally()
	c.changed()
}

// changed redraws, and tells who shows the view too.
func (c *Chart) changed() {
	c.sink()
	c.scroll = max(min(c.scroll, c.bottom()), 0)
	c.paint.dirty()
	c.placeOverlay()
	if c.OnView != nil {
		c.OnView()
	}
}

// Left is the width of the column of names, dp.
func (c *Chart) Left() float64 {
	if c.Size().Width < 1000 {
		return 212
	}
	return 268
}

// HeadWidth is what of it has no time zone written on it, above the names.
func (c *Chart) HeadWidth() float64 {
	if !c.wall {
		return c.Left()
	}
	return c.Left() - 16 - float64(fyne.MeasureText(timeline.Zone(c.view.Start), 11, fyne.TextStyle{}).Width)
}

// width is that of the time area, dp; room the height below the axis.
func (c *Chart) width() float64 { return max(float64(c.Size().Width)-c.Left(), 10) }
func (c *Chart) room() float64  { return max(float64(c.Size().Height)-timeline.AxisHeight, 10) }

// Content is the height of all lines, dp.
func (c *Chart) Content() float64 { return timeline.Height(c.lines) }

// prepare takes a snapshot for a frame.
func (c *Chart) prepare(w, h int) func(*frame) {
	in := timeline.Input{Words: c.Words, Lines: c.lines, View: c.view, Scroll: c.scroll, W: w, H: h, Left: c.Left(), Wall: c.wall,
		Heading: c.heading, Nothing: c.nothing, Chosen: c.chosen.Session, Palette: look.Palette(), Fonts: c.fonts, Faults: &c.faults,
		Now: c.live, Flags: c.flags, Hits: c.hits.of, Trial: c.Trial, Notes: c.notes, Origin: c.zero, Guides: c.guides}
	in.Scale = scaleFor(w, c.raster, c.Size())
	st, version := c.store, c.version
	return func(f *frame) {
		f.view = in.View
		if st == nil || in.View.PerDp == 0 {
			f.scene.Reset(w, h, in.Scale)
			f.scene.Back = in.Palette.Back
		} else {
			st.Read(func(t *session.Tracker, state *store.State) {
				c.faults.At(version)
				in.Tracker = t
				in.Trouble = func(s *session.Session) bool { return state.Trouble(s) > 0 }
				timeline.Layout(in, &f.scene)
			})
		}
		timeline.Draw(f.img, &f.scene, c.fonts)
	}
}

// Resize keeps the time at the left edge, or all of it where the view follows the capture.
func (c *Chart) Resize(size fyne.Size) {
	if size == c.Size() {
		return
	}
	c.BaseWidget.Resize(size)
	c.refit()
	c.changed()
}

// Refresh redraws, for instance in other colours.
func (c *Chart) Refresh() {
	c.paint.dirty()
	c.BaseWidget.Refresh()
}

// MinSize leaves room for the axis and a session.
func (c *Chart) MinSize() fyne.Size {
	return fyne.NewSize(320, timeline.AxisHeight+timeline.SessionHeight)
}
