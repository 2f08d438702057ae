package ui

import (
	"sioscope/ui/chart"
	"sioscope/ui/timeline"
)

// Keys of what is remembered of the panes.
const (
	splitTimeline = "split.timeline"
	splitDetail   = "split.detail"
)

// The share of the height that the timeline gets where the user did not choose: as much as its lines need, within these.
const (
	leastTimeline = 0.28
	mostTimeline  = 0.56
)

// fitSplit gives the timeline the height its lines need and the packets the rest, once what is open was read, and when
// the window gets another size. A border that the user moved stays.
func (w *Window) fitSplit() {
	height := w.upper.Size().Height
	if !w.settled || height < 100 || w.upper.Offset != w.auto[0] || w.prefs.Float(splitTimeline) != 0 {
		return
	}
	lines := float32(w.chart.Content())
	if !w.chart.AnyOpen() {
		lines += 3 * timeline.LaneHeight // room for the connections of one
	}
	need := timeline.AxisHeight + lines + chart.OverviewHeight + w.legend.MinSize().Height + 16
	w.auto[0] = min(max(float64(need/height), leastTimeline), mostTimeline)
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
}
