package chart

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sioscope/ui/timeline"
)

func at(x, y float32) fyne.PointEvent { return fyne.PointEvent{Position: fyne.NewPos(x, y)} }

func (c *Chart) moves(x, y float32) { c.MouseMoved(&desktop.MouseEvent{PointEvent: at(x, y)}) }

// xOf is where a time is in the widget.
func (c *Chart) xOf(t int64) float32 { return float32(c.view.X(t) + c.Left()) }

func (c *Chart) wantMeasured(t *testing.T, from, to int64) {
	t.Helper()
	if a, b := c.measure.span(); a != from || b != to {
		t.Errorf("%d to %d is measured, want %d to %d", a-c.first, b-c.first, from-c.first, to-c.first)
	}
}

// TestKeysMeasureWhatIsSelected: without a mouse, from one selected moment to another.
func TestKeysMeasureWhatIsSelected(t *testing.T) {
	c := chartOf(t, 3, nil)
	first, second := c.first+1e9, c.first+2_900_123_456
	c.Choose(Chosen{Session: -1, Exchange: -1, Time: first})
	c.Measure()
	c.Choose(Chosen{Session: -1, Exchange: -1, Time: second})
	c.wantMeasured(t, first, second) // it follows before it is set
	c.Measure()
	c.Choose(Chosen{Session: -1, Exchange: -1, Time: c.first})
	c.wantMeasured(t, first, second)
	got := c.MeasuredText()
	for _, want := range []string{"Δ 1.900123 s\n", "1.000000 s · ", "2.900123 s · ", "all sessions: 6 requests, 4 packets, 4 bytes\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is copied, without %q", got, want)
		}
	}
	if !c.Unmeasure() || c.Unmeasure() || c.MeasuredText() != "" || c.ruler.back.Visible() {
		t.Error("it is not taken away, once")
	}
}

func TestMeasureKeepsToWhatIsNear(t *testing.T) {
	c := chartOf(t, 3, nil)
	c.SetOpen(0, true)
	c.paint.image(1268, 400)
	begin, end := c.first+2e9, c.first+2_900_000_000 // the second poll of the first session
	y := float32(timeline.AxisHeight + timeline.SessionHeight + 15)
	c.moves(c.xOf(begin)+4, y)
	c.Measure()
	c.moves(c.xOf(end)-4, y)
	c.Measure()
	c.wantMeasured(t, begin, end)
	c.moves(c.xOf(end)-60, y)
	c.wantMeasured(t, begin, end)
	c.Measure() // begins anew, where nothing is near
	if a, _ := c.measure.span(); a == begin || a == end {
		t.Error("a time far from anything was taken for the beginning or the end of a request")
	}
}

// TestClickInABandMeansThatMoment: keys that follow a click on a session are about where it was, not about its beginning,
// until something else is selected.
func TestClickInABandMeansThatMoment(t *testing.T) {
	c := chartOf(t, 3, nil)
	c.OnSelect = func(h timeline.Hit) { c.Choose(Chosen{Session: h.Session, Exchange: -1}) }
	c.paint.image(1268, 400)
	want := c.first + 1_500_000_000
	x, y := c.xOf(want), float32(timeline.AxisHeight+timeline.SessionHeight/2)
	c.moves(x, y)
	c.MouseUp(&desktop.MouseEvent{PointEvent: at(x, y), Button: desktop.MouseButtonPrimary})
	if c.chosen.Session < 0 {
		t.Fatal("no session was selected")
	}
	if got := c.Here(); got < want-1e8 || got > want+1e8 {
		t.Errorf("it is about %.3f s, want %.3f s", float64(got-c.first)/1e9, float64(want-c.first)/1e9)
	}
	c.Choose(Chosen{Session: 1, Exchange: -1, Time: c.first + 3e9})
	if got := c.Here(); got != c.first+3e9 {
		t.Errorf("after another selection it is about %.3f s", float64(got-c.first)/1e9)
	}
}

func TestShiftAndDragMeasure(t *testing.T) {
	c := chartOf(t, 3, nil)
	view := c.view
	drag := func(from, to float32, mod fyne.KeyModifier) {
		c.MouseDown(&desktop.MouseEvent{PointEvent: at(from, 10), Button: desktop.MouseButtonPrimary, Modifier: mod})
		c.Dragged(&fyne.DragEvent{PointEvent: at((from+to)/2, 10), Dragged: fyne.NewDelta((to-from)/2, 0)})
		c.Dragged(&fyne.DragEvent{PointEvent: at(to, 10), Dragged: fyne.NewDelta((to-from)/2, 0)})
		c.MouseUp(&desktop.MouseEvent{PointEvent: at(to, 10), Button: desktop.MouseButtonPrimary})
	}
	begin, end, later := c.first+1_900_000_000, c.first+2_900_000_000, c.first+3_900_000_000 // packets
	drag(c.xOf(begin), c.xOf(end), fyne.KeyModifierShift)
	c.wantMeasured(t, begin, end)
	drag(c.xOf(end)+2, c.xOf(later), 0) // takes hold of the line
	c.wantMeasured(t, begin, later)
	if c.view != view {
		t.Error("the view moved meanwhile")
	}
	drag(c.xOf(c.first+2e9), c.xOf(c.first+2e9)+90, 0)
	c.wantMeasured(t, begin, later)
}

// TestMeasureCountsTheSelectedSession alone, where one is selected.
func TestMeasureCountsTheSelectedSession(t *testing.T) {
	c := chartOf(t, 3, nil)
	c.MeasureAt(c.first)
	c.MeasureAt(c.last)
	if got := c.between(); got != "all sessions: 18 requests, 18 packets, 306 bytes" {
		t.Errorf("it says %q", got)
	}
	c.Choose(Chosen{Session: 1, Exchange: -1})
	if got := c.between(); got != "session abcdefghijklmnopAAAB: 6 requests, 6 packets, 102 bytes" {
		t.Errorf("it says %q", got)
	}
}

// TestMeasureIsCountedAside, and what is asked for last is what is told.
func TestMeasureIsCountedAside(t *testing.T) {
	main := make(chan func(), 64)
	c := chartOf(t, 20, func(f func()) { main <- f })
	c.MeasureAt(c.first)
	for i := range int64(30) {
		c.measure.loose = true
		c.MeasureAt(c.first + i*1e8)
	}
	c.MeasureAt(c.first)
	c.MeasureAt(c.last)
	for c.measure.busy || c.paint.busy {
		(<-main)()
	}
	if got := c.between(); !strings.HasPrefix(got, "all sessions: 120 requests") {
		t.Errorf("it says %q", got)
	}
}

func TestAnotherCaptureIsNotMeasured(t *testing.T) {
	c := chartOf(t, 3, nil)
	c.MeasureAt(c.first)
	c.MeasureAt(c.last)
	c.SetStore(c.store)
	if c.MeasuredText() != "" || c.ruler.back.Visible() {
		t.Error("what was measured of another capture is still there")
	}
}

// TestTheLabelBesideTheMouseIsWhole: it lies within the timeline, and not on what was measured, wherever the mouse is.
func TestTheLabelBesideTheMouseIsWhole(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 1268, Height: 400}, {Width: 900, Height: 150}, {Width: 1268, Height: 90}} {
		c := chartOf(t, 3, nil)
		c.Resize(size)
		c.paint.image(int(size.Width), int(size.Height))
		c.MeasureAt(c.first + 1e9)
		c.MeasureAt(c.first + 2e9)
		for x := float32(c.Left()); x < size.Width; x += 7 {
			for y := float32(0); y < size.Height; y += 7 {
				c.moves(x, y)
				at, box := c.hover.back.Position(), c.hover.back.Size()
				if at.X < 0 || at.Y < 0 || at.X+box.Width > size.Width || at.Y+box.Height > size.Height {
					t.Fatalf("%v, mouse at %v, %v: the label is at %v, %v", size, x, y, at, box)
				}
				if r := c.ruler.back; covers(at, box, r.Position(), r.Size()) {
					t.Fatalf("%v, mouse at %v, %v: the label at %v, %v covers what was measured at %v, %v", size, x, y, at, box, r.Position(), r.Size())
				}
			}
		}
	}
}

// TestArrowsMeasure: without a mouse and with no packet selected, from what is seen to what the arrows come to.
func TestArrowsMeasure(t *testing.T) {
	c := chartOf(t, 3, nil)
	c.Choose(Chosen{Session: 0, Exchange: -1})
	c.Measure()
	if got := c.tellsMeasured(); got[0] != "from 0.000 s" || !strings.Contains(got[3], "← →") {
		t.Errorf("at first it says %q", got)
	}
	answered := c.first + 1e6
	c.Steer(1)
	for at := c.measure.at[1]; at < c.first+1_900_000_000; at = c.measure.at[1] {
		if c.Steer(1); c.measure.at[1] <= at {
			t.Fatalf("an arrow stays at %.3f s", float64(at-c.first)/1e9)
		}
	}
	c.wantMeasured(t, c.first, c.first+1_900_000_000) // the end of a poll is near, and is not passed over
	c.Steer(-1)
	if got := c.measure.at[1]; got >= c.first+1_900_000_000 || got <= answered {
		t.Errorf("an arrow back goes to %.3f s", float64(got-c.first)/1e9)
	}
	c.Steer(1)
	c.Measure()
	c.Steer(1)
	c.wantMeasured(t, c.first, c.first+1_900_000_000)
	if got := c.tellsMeasured(); got[0] != "Δ 1.900000 s" || got[3] != "" {
		t.Errorf("at last it says %q", got)
	}
}

// TestWhatIsMeasuredIsSeen: where the view is not at the beginning of the selected session, it is not measured from there, and
// the view goes along with the arrows.
func TestWhatIsMeasuredIsSeen(t *testing.T) {
	c := chartOf(t, 3, nil)
	c.FitSpan(c.first+3e9, c.first+4e9)
	c.Choose(Chosen{Session: 0, Exchange: -1})
	c.Measure()
	for range 300 {
		if x := c.view.X(c.measure.at[1]); x < 0 || x > c.width() {
			t.Fatalf("%.3f s is measured, and not seen", float64(c.measure.at[1]-c.first)/1e9)
		}
		c.Steer(1)
	}
	c.wantMeasured(t, c.measure.at[0], c.last)
}
