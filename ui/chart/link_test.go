package chart

import (
	"math"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// linked are two charts, of n and of m sessions, that are aligned at the first session of the one and the last of the
// other.
func linked(t *testing.T, n, m int) (*Link, [2]*Chart, [2]int64) {
	t.Helper()
	charts := [2]*Chart{chartOf(t, n, nil), chartOf(t, m, nil)}
	var zero [2]int64
	charts[0].store.Read(func(t *session.Tracker, _ *store.State) { zero[0] = t.Sessions[0].FirstSeen })
	charts[1].store.Read(func(t *session.Tracker, _ *store.State) { zero[1] = t.Sessions[m-1].FirstSeen })
	l := NewLink(charts[0], charts[1], nil)
	l.Align(zero)
	return l, charts, zero
}

// TestLinkedToNothing: a chart that shows something stays where it is beside one that shows nothing yet.
func TestLinkedToNothing(t *testing.T) {
	_, c, zero := linked(t, 2, 2)
	l := c[0].link
	l.Align([2]int64{zero[0], 0})
	view := c[0].view
	c[1].view = timeline.View{PerDp: 1e6}
	l.follow(c[1])
	if c[0].view != view {
		t.Errorf("the view went from %+v to %+v", view, c[0].view)
	}
}

// TestChartsThatAreNotAlignedYetShowTheirOwn: each what it has, also beside one that shows nothing.
func TestChartsThatAreNotAlignedYetShowTheirOwn(t *testing.T) {
	charts := [2]*Chart{chartOf(t, 2, nil), chartOf(t, 40, nil)}
	NewLink(charts[0], charts[1], nil)
	for i, c := range charts {
		c.Pull()
		c.store.Read(func(tr *session.Tracker, _ *store.State) {
			if want := timeline.Fit(tr.First, tr.Last, c.width()); c.view != want {
				t.Errorf("chart %d shows %+v, want %+v", i, c.view, want)
			}
		})
	}
}

// TestLinkedChartsShowTheSameTime, whichever of them is moved, and all of both where all is shown.
func TestLinkedChartsShowTheSameTime(t *testing.T) {
	l, c, zero := linked(t, 2, 40)
	same := func(when string) {
		t.Helper()
		if c[0].view.PerDp != c[1].view.PerDp || c[0].view.Start-zero[0] != c[1].view.Start-zero[1] {
			t.Errorf("%s: %+v and %+v", when, c[0].view, c[1].view)
		}
	}
	for _, tt := range []struct {
		name string
		do   func()
	}{
		{"aligned", func() {}}, {"zoomed", func() { c[1].Zoom(0.2) }}, {"moved", func() { c[0].Pan(0.3) }},
		{"with the wheel", func() { c[1].Scrolled(wheel(700, 0, 10)) }}, {"fitted", func() { c[0].FitAll() }},
		{"shown", func() { l.Show(-1e8, 3e8) }}, {"revealed", func() { l.Reveal(4e9, 5e9) }}, {"read anew", func() { c[0].Pull() }},
	} {
		tt.do()
		same(tt.name)
	}
	c[0].FitAll()
	for i, o := range c {
		if first, last := o.view.X(o.own[0]), o.view.X(o.own[1]); first < 0 || last > o.width() {
			t.Errorf("of chart %d, %g to %g is shown in %g", i, first, last, o.width())
		}
	}
	l.Show(2e8, 7e8)
	if v := l.View(); math.Abs(float64(v[0]-2e8)) > 1e6 || math.Abs(float64(v[1]-7e8)) > 1e6 {
		t.Errorf("200 ms to 700 ms are shown as %v", v)
	}
	l.Reveal(3e8, 4e8)
	if v := l.View(); math.Abs(float64(v[0]-2e8)) > 1e6 {
		t.Errorf("what is in sight was moved to %v", v)
	}
}

// TestSelectedLaneComesFirst where there is no room for all connections of its session.
func TestSelectedLaneComesFirst(t *testing.T) {
	_, c, _ := linked(t, 1, 1)
	c[0].SetOpen(0, true)
	if got := c[0].Height(0); got != timeline.SessionHeight+timeline.LaneHeight {
		t.Errorf("the session is %g high", got)
	}
	c[0].lines = append(c[0].lines, timeline.Line{Kind: timeline.ConnLine, Session: 0, Conn: 7, Y: c[0].Height(0), H: 33, Last: true})
	c[0].Resize(fyne.NewSize(1268, 110))
	c[0].lines = append(c[0].lines[:2:2], timeline.Line{Kind: timeline.ConnLine, Session: 0, Conn: 7, Y: c[0].Height(0), H: 33, Last: true})
	c[0].chosen = Chosen{Session: 0, Exchange: 1, Conn: 7}
	c[0].lead()
	if l := c[0].lines; l[1].Conn != 7 || l[1].Y != timeline.SessionHeight || l[1].Last || !l[2].Last || l[2].Y != l[1].Y+33 {
		t.Errorf("the lines are %+v", l)
	}
}

// TestPins: what is near each other is one sign, the selected number first; clicks go through its numbers.
func TestPins(t *testing.T) {
	_, c, zero := linked(t, 2, 2)
	fonts, err := look.Fonts()
	if err != nil {
		t.Fatal(err)
	}
	r := NewRail(c[0], fonts, nil)
	r.Resize(fyne.NewSize(1268, timeline.RailHeight))
	c[0].FitAll()
	at := zero[0] + 1e9
	pins := []timeline.Pin{{Time: at, Number: 4}, {Time: at, Number: 2, Square: true}, {Time: at + 1e6, Number: 7}, {Time: at + 2e9, Number: 9}}
	var clicked []int
	r.OnPin = func(n int) {
		clicked = append(clicked, n)
		r.Set(pins, n)
		r.paint.image(1268, timeline.RailHeight)
	}
	r.Set(pins, 0)
	r.paint.image(1268, timeline.RailHeight)
	x := func(t int64) float32 { return float32(c[0].view.X(t) + c[0].Left()) }
	for range 4 {
		r.Tapped(&fyne.PointEvent{Position: fyne.NewPos(x(at), 11)})
	}
	r.Tapped(&fyne.PointEvent{Position: fyne.NewPos(x(at+2e9), 11)})
	r.Tapped(&fyne.PointEvent{Position: fyne.NewPos(x(at+3e9), 11)}) // nothing is there
	if want := []int{4, 2, 7, 4, 9}; len(clicked) != 5 || [5]int(clicked) != [5]int(want) {
		t.Errorf("clicks select %v, want %v", clicked, want)
	}
	r.Set(pins, 7)
	r.paint.image(1268, timeline.RailHeight)
	texts := ""
	for _, s := range r.paint.front.scene.Shapes {
		if s.Kind == timeline.Text {
			texts += s.Text + "|"
		}
	}
	if texts != "explains a fault|differs|7·4·2|9|" {
		t.Errorf("it says %q", texts)
	}
}

// TestRingFollowsANewSize: what is drawn for another size has its bars elsewhere.
func TestRingFollowsANewSize(t *testing.T) {
	_, c, _ := linked(t, 1, 1)
	c[0].SetOpen(0, true)
	c[0].Choose(Chosen{Session: 0, Exchange: 3, Conn: 0, Begin: c[0].first + 3e9, Time: c[0].first + 3e9})
	c[0].paint.image(1268, 400)
	c[0].Resize(fyne.NewSize(2000, 400))
	c[0].paint.image(2000, 400)
	scene := &c[0].paint.front.scene
	bar := scene.Bar(3, 0, c[0].first+3e9)
	if bar == nil || !c[0].Marked() {
		t.Fatalf("the bar is %+v, and marked: %v", bar, c[0].Marked())
	}
	if got, want := c[0].hover.ring.Position().X, bar.X0/scene.Scale-5; got < want-1 || got > want+1 {
		t.Errorf("the ring is at %g, want %g", got, want)
	}
}
