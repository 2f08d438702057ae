package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sioscope/ui/chart"
	"sioscope/ui/timeline"
)

// Keys of what is remembered of the panes.
const (
	splitTimeline = "split.timeline"
	splitDetail   = "split.detail"
	sideWidth     = "side.width"
)

// What the timeline gets where the user did not choose: the height its lines need, within these.
const (
	leastTimeline = 0.28 // share of the height
	leastLower    = 260  // dp that packets and detail keep, unless that were more than half of the height
	proofLower    = 170  // and where they have less, as they have in a low window, for an opened session and two connections
	firstTimeline = 0.56 // share of the height until the lines are known
	firstDetail   = 0.58 // share of the width that the packets get
)

// fitSplit gives the timeline the height its lines need and the packets the rest, once what is open was read, and when
// the window gets another size. A border that the user moved stays.
func (w *Window) fitSplit() { w.split(leastTimeline) }

// resplit fits a window of another size. Of a live source the lines stay where they are: a verdict with a line more, or
// the end, is no reason to move them.
func (w *Window) resplit() {
	if w.opening.live {
		w.growSplit()
		return
	}
	w.fitSplit()
}

// growSplit gives the timeline what more it needs, as when connections are shown; it never takes anything from it, so
// that the lines stay where they are while they are opened and closed.
func (w *Window) growSplit() { w.split(w.upper.Offset) }

// split gives the timeline a share of the height: what its lines need, at least the given share, and at most what leaves
// the panes below their minimum.
func (w *Window) split(least float64) {
	height := w.upper.Size().Height
	if !w.settled || height < 100 || w.upper.Offset != w.auto[0] || w.prefs.Float(splitTimeline) != 0 {
		return
	}
	lines := float32(w.chart.Content())
	if !w.chart.AnyOpen() {
		lines += 3 * timeline.LaneHeight // room for the connections of one
	}
	around := timeline.AxisHeight + chart.OverviewHeight + w.legend.MinSize().Height + 16
	need := around + lines
	most := max(0.5, float64(1-leastLower/height))
	if w.chart.AnyOpen() { // one of which may be the row that proves the fault
		proof := around + timeline.SessionHeight + 2*timeline.LaneHeight
		most = max(most, min(float64(proof/height), float64(1-proofLower/height)))
	}
	w.auto[0] = min(max(float64(need/height), least), most)
	w.upper.SetOffset(w.auto[0])
}

// rememberSplit keeps the borders that the user moved.
func (w *Window) rememberSplit() {
	if w.upper.Offset != w.auto[0] {
		w.prefs.SetFloat(splitTimeline, w.upper.Offset)
	}
	if w.lower.Offset != w.auto[1] {
		w.prefs.SetFloat(splitDetail, w.lower.Offset)
	}
	if w.side.chosen > 0 {
		w.prefs.SetFloat(sideWidth, float64(w.side.chosen))
	}
}

// resetLayout puts size and borders back to what they are at first.
func (w *Window) resetLayout() {
	for _, key := range []string{splitTimeline, splitDetail, sideWidth, columnWidths, "window.width", "window.height"} {
		w.prefs.RemoveValue(key)
	}
	w.table.setWidths(nil)
	w.upper.SetOffset(firstTimeline)
	w.lower.SetOffset(firstDetail)
	w.auto = [2]float64{firstTimeline, firstDetail}
	w.side.chosen = 0
	w.side.frame.Refresh()
	w.win.Resize(w.prefs.size())
	w.fitSplit()
	if w.compared != nil {
		w.compared.reset()
	}
}

// share is a remembered share of the window, or the first one; what lies out of sight is not believed.
func (s settings) share(key string, first float64) float64 {
	v := s.FloatWithFallback(key, first)
	if !(v > 0.05 && v < 0.95) {
		return first
	}
	return v
}

// moveBorder moves the border below the timeline, or the one beside the packets, from the keyboard.
func (w *Window) moveBorder(s *container.Split, by float64) {
	s.SetOffset(min(max(s.Offset+by, 0.1), 0.9))
}

// borderMenu moves borders.
func (w *Window) borderMenu() *fyne.MenuItem {
	upper, lower := w.upper, w.lower
	if c := w.compared; c != nil {
		upper, lower = c.upper, c.lower
	}
	return under(w.S("Move the borders"), nil, nil,
		item(w.S("Smaller timeline"), alt(fyne.KeyUp), func() { w.moveBorder(upper, -0.05) }),
		item(w.S("Larger timeline"), alt(fyne.KeyDown), func() { w.moveBorder(upper, 0.05) }),
		item(w.S("Narrower packets"), alt(fyne.KeyLeft), func() { w.moveBorder(lower, -0.05) }),
		item(w.S("Wider packets"), alt(fyne.KeyRight), func() { w.moveBorder(lower, 0.05) }))
}
