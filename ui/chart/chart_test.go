package chart

import (
	"context"
	"math"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// polls is a source of n sessions, each a handshake and polls of a second.
type polls int

func (n polls) Run(_ context.Context, emit fact.Emit) error {
	const t0 = int64(1_700_000_000_000_000_000)
	for i := range int(n) {
		c := &fact.Conn{ID: i + 1}
		at := t0 + int64(i)*1e8
		emit(&fact.Opened{Conn: c, Time: at, SYN: true})
		sid := "abcdefghijklmnopAA" + string(rune('A'+i/26%26)) + string(rune('A'+i%26))
		emit(&fact.Request{Conn: c, Exchange: 1, Start: at, End: at, Method: "GET", Target: "/socket.io/?EIO=4&transport=polling"})
		emit(&fact.Response{Conn: c, Exchange: 1, Start: at + 1e6, End: at + 1e6, Status: 200, Header: fact.Header("Content-Type: text/plain\r\n"),
			Body: []byte(`0{"sid":"` + sid + `","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}`)})
		for k := range 5 {
			from := at + int64(k+1)*1e9
			emit(&fact.Request{Conn: c, Exchange: k + 2, Start: from, End: from, Method: "GET", Target: "/socket.io/?EIO=4&transport=polling&sid=" + sid})
			emit(&fact.Response{Conn: c, Exchange: k + 2, Start: from + 9e8, End: from + 9e8, Status: 200, Body: []byte("6")})
		}
	}
	return nil
}

// chartOf is a chart of n sessions, 1000x400, painted.
func chartOf(t *testing.T, n int, do func(func())) *Chart {
	t.Helper()
	test.NewApp().Settings().SetTheme(look.Theme{Choice: look.Dark})
	fonts, err := look.Fonts()
	if err != nil {
		t.Fatal(err)
	}
	s := store.New("x", nil)
	s.Fill(context.Background(), polls(n))
	c := New(fonts, do)
	c.Resize(fyne.NewSize(1268, 400))
	c.SetStore(s)
	c.paint.image(1268, 400)
	return c
}

func wheel(x, dx, dy float32) *fyne.ScrollEvent {
	return &fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 100)}, Scrolled: fyne.NewDelta(dx, dy)}
}

func TestWheel(t *testing.T) {
	for _, tt := range []struct {
		name  string
		mod   fyne.KeyModifier
		event *fyne.ScrollEvent
		zoom  float64 // of what is visible; 1 stays
		pans  bool
		rolls bool
	}{
		{"zooms in", 0, wheel(700, 0, 10), 1 / 1.2, false, false},
		{"out stops at all", 0, wheel(700, 0, -10), 1, false, false},
		{"a burst is clamped", 0, wheel(700, 0, 1e6), math.Pow(1.2, -4), false, false},
		{"over the names scrolls", 0, wheel(100, 0, -10), 1, false, true},
		{"with Ctrl scrolls", fyne.KeyModifierControl, wheel(700, 0, -10), 1, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := chartOf(t, 20, nil)
			c.Modifiers = func() fyne.KeyModifier { return tt.mod }
			before, under := c.view, c.view.Time(700-c.Left())
			c.Scrolled(tt.event)
			if got := c.view.PerDp / before.PerDp; math.Abs(got-tt.zoom) > 1e-6 {
				t.Errorf("zoomed by %g, want %g", got, tt.zoom)
			}
			if d := math.Abs(c.view.X(under) - (700 - c.Left())); tt.zoom != 1 && d > 1 {
				t.Errorf("the time under the mouse moved %g dp", d)
			}
			if rolled := c.scroll > 0; rolled != tt.rolls {
				t.Errorf("scrolled to %g", c.scroll)
			}
		})
	}
}

func TestShiftWheelAndDragPan(t *testing.T) {
	c := chartOf(t, 3, nil)
	c.Zoom(0.25)
	before := c.view
	c.Modifiers = func() fyne.KeyModifier { return fyne.KeyModifierShift }
	c.Scrolled(wheel(700, 0, -10))
	if got := before.X(c.view.Start); math.Abs(got-40) > 0.1 {
		t.Errorf("Shift and wheel pan by %g dp, want 40", got)
	}
	before = c.view
	c.MouseDown(&desktop.MouseEvent{})
	c.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(500, 100)}, Dragged: fyne.NewDelta(30, 0)})
	if got := before.X(c.view.Start); math.Abs(got+30) > 0.1 {
		t.Errorf("a drag to the right pans by %g dp, want -30", got)
	}
	c.FitAll()
	if !c.fitted {
		t.Error("F does not fit")
	}
}

func TestClicks(t *testing.T) {
	c := chartOf(t, 3, nil)
	var got []timeline.Hit
	c.OnSelect = func(h timeline.Hit) { got = append(got, h) }
	click := func(x, y float32) {
		ev := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Button: desktop.MouseButtonPrimary}
		c.MouseDown(ev)
		c.MouseUp(ev)
	}
	click(100, timeline.AxisHeight+timeline.SessionHeight+10)
	if len(got) != 1 || got[0].Kind != timeline.HitSession || got[0].Session != 1 {
		t.Fatalf("a click on the second name selects %+v", got)
	}
	click(18, timeline.AxisHeight+timeline.SessionHeight+12)
	if !c.IsOpen(1) {
		t.Error("a click on the triangle does not open the session")
	}
	c.DoubleTapped(&fyne.PointEvent{Position: fyne.NewPos(100, timeline.AxisHeight+10)})
	var s *session.Session
	c.store.Read(func(tr *session.Tracker, _ *store.State) { s = tr.Sessions[0] })
	if want := timeline.Fit(s.FirstSeen, s.LastSeen, c.width()).PerDp; math.Abs(c.view.PerDp-want) > 1 {
		t.Errorf("a double click shows %g ns/dp, want %g", c.view.PerDp, want)
	}
}

func TestChosenComesOnScreen(t *testing.T) {
	c := chartOf(t, 30, nil)
	c.Zoom(0.1)
	c.Choose(Chosen{Session: 25, Exchange: -1, Time: c.last - 1e6})
	if x := c.view.X(c.last - 1e6); x < 0 || x > c.width() {
		t.Errorf("the chosen time is at %g of %g", x, c.width())
	}
	if y := 25.0*timeline.SessionHeight - c.scroll; y < 0 || y+timeline.SessionHeight > c.room() {
		t.Errorf("the chosen session is at %g of %g", y, c.room())
	}
}

func TestHoverTellsTheTime(t *testing.T) {
	c := chartOf(t, 1, nil)
	c.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(700, timeline.AxisHeight+25)}})
	if !c.hover.back.Visible() || c.hover.label[1].Text != "polling" {
		t.Errorf("the label says %q", c.hover.label[1].Text)
	}
	c.SetView(timeline.View{Start: c.first + 1e9, PerDp: 2000})
	if got := c.hover.label[0].Text; !strings.HasPrefix(got, "1.000864 s  ·  ") || !strings.Contains(got, ".000864 UTC") {
		t.Errorf("where a pixel is 2 µs, the label says %q", got)
	}
	c.MouseOut()
	if c.hover.back.Visible() || c.hover.cursor.Visible() {
		t.Error("the label stays when the mouse leaves")
	}
}

// TestFramesAreDrawnAside runs the main goroutine as a loop, as the real driver does: frames are asked for faster than
// they are drawn, and the last one wins.
func TestFramesAreDrawnAside(t *testing.T) {
	main := make(chan func(), 16)
	c := chartOf(t, 5, func(f func()) { main <- f })
	for len(main) > 0 || c.paint.busy {
		(<-main)()
	}
	for range 50 {
		c.Pan(0.01)
		c.Zoom(0.97)
	}
	for c.paint.busy {
		(<-main)()
	}
	shown := c.paint.front.scene
	want := timeline.Scene{}
	f := frame{}
	c.paint.draw(&f, 1268, 400, c.prepare(1268, 400))
	want = f.scene
	if len(shown.Shapes) != len(want.Shapes) || shown.Shapes[len(shown.Shapes)/2] != want.Shapes[len(want.Shapes)/2] {
		t.Error("the frame shown is not that of the last view")
	}
	if len(main) != 0 {
		t.Errorf("%d calls are left in the queue", len(main))
	}
}

func TestOverviewMovesTheView(t *testing.T) {
	c := chartOf(t, 3, nil)
	c.Zoom(0.2)
	fonts, err := look.Fonts()
	if err != nil {
		t.Fatal(err)
	}
	o := NewOverview(c, fonts, nil)
	o.Resize(fyne.NewSize(1268, OverviewHeight))
	before := c.view
	o.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(50, 0)})
	if got := float64(c.view.Start-before.Start) / o.whole().PerDp; math.Abs(got-50) > 0.1 {
		t.Errorf("the frame moved %g dp, want 50", got)
	}
	o.Tapped(&fyne.PointEvent{Position: fyne.NewPos(700, 20)})
	middle := o.whole().X(c.view.Time(c.width()/2)) + c.Left()
	if math.Abs(middle-700) > 1 {
		t.Errorf("the frame's middle is at %g, want 700", middle)
	}
}

// TestImagesLoseNoRowOfPixels: Fyne rounds the size of an image by itself, and where it begins and ends; both are the same
// wherever the chart stands, at any scale.
func TestImagesLoseNoRowOfPixels(t *testing.T) {
	for _, scale := range []float32{1, 1.25, 1.5, 2, 3} {
		round := func(v float32) float64 { return math.Round(float64(v * scale)) }
		for _, height := range []float32{400, 312.4, 312.5, 312.7, 99.99} {
			drawn := whole(fyne.NewSize(height, height), scale).Height
			for _, y := range []float32{0, 100.3, 100.6, 133.7, 41.9} {
				if got, want := round(y+drawn)-round(y), round(drawn); got != want {
					t.Errorf("%v high at %v, %vx: it is drawn %v pixels high and shown %v", height, y, scale, want, got)
				}
			}
		}
	}
	c := chartOf(t, 3, nil)
	w := test.NewTempWindow(t, c)
	w.SetPadded(false)
	c.Resize(fyne.NewSize(1000.3, 312.6))
	if got := c.raster.Size(); got != fyne.NewSize(1000, 313) {
		t.Errorf("the image of a chart is %v large", got)
	}
}

// TestAnEmptyTimelineIsNoRiddle: that no session was seen is said in the place of sessions, once all was read.
func TestAnEmptyTimelineIsNoRiddle(t *testing.T) {
	for n, want := range map[int]string{0: "No session was seen.", 1: ""} {
		if c := chartOf(t, n, nil); c.nothing != want {
			t.Errorf("of %d sessions it says %q, want %q", n, c.nothing, want)
		}
	}
	c := New(nil, nil)
	c.store = store.New("x", nil)
	if c.Pull(); c.nothing != "" {
		t.Errorf("before anything was read it says %q", c.nothing)
	}
}
