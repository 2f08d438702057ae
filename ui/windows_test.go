package ui

import (
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sioscope/internal/lab"
	"sioscope/ui/look"
)

// TestTwoWindows: each has what it has open to itself; colours are of both, and closing one leaves the other.
func TestTwoWindows(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	x := u.w.another()
	if x == u.w || x.store != nil || len(u.w.family.windows) != 2 {
		t.Fatalf("there are %d windows", len(u.w.family.windows))
	}
	x.OpenDemo()
	x.rune('n')
	if x.store == u.w.store || u.w.about != nothing {
		t.Error("what is open or selected is not each window's own")
	}
	u.w.setTheme(look.Light)
	if x.theme != look.Light || u.w.theme != look.Light {
		t.Errorf("the themes are %q and %q", u.w.theme, x.theme)
	}
	x.close()
	x.close()
	if len(u.w.family.windows) != 1 || u.w.store == nil {
		t.Error("closing one window closes the other")
	}
	u.w.types(ctrl(fyne.KeyQ))
	if len(u.w.family.windows) != 0 {
		t.Error("Ctrl+Q leaves a window")
	}
}

// TestAnotherWindowLeavesTheColoursAlone: those of the first are drawn anew where there are other colours, and not for a
// second window beside it.
func TestAnotherWindowLeavesTheColoursAlone(t *testing.T) {
	u := open(t)
	times := 0
	u.w.app.Settings().AddListener(func(fyne.Settings) { times++ })
	u.w.another()
	u.w.setTheme(u.w.theme)
	if times != 0 {
		t.Errorf("all was drawn anew %d times", times)
	}
	u.w.setTheme(look.Light)
	if times != 1 {
		t.Errorf("all was drawn anew %d times in other colours", times)
	}
}

// TestQuitLeavesNothingRunning: labs and clients of all windows end with the program.
func TestQuitLeavesNothingRunning(t *testing.T) {
	w, posted := liveWindow(t)
	before := left()
	x := w.another()
	for _, each := range []*Window{w, x} {
		each.OpenLab(lab.Options{})
		loop(t, posted, func() bool { return each.sessions() > 0 })
	}
	w.quit()
	rested := make(chan struct{})
	go func() { w.Rest(); close(rested) }()
	for done := false; !done || left() > before; {
		select {
		case f := <-posted:
			f()
		case <-rested:
			done, rested = true, nil
		case <-time.After(10 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("something still runs")
		}
	}
}

func TestLayoutIsRememberedAndReset(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.upper.SetOffset(0.4)
	u.w.lower.SetOffset(0.65)
	u.w.types(alt(fyne.KeyRight))
	u.w.showSide(u.w.labPanel.panel)
	u.w.side.grip.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(100, 0)})
	u.w.side.grip.DragEnd()
	u.w.rune('h')
	wide := u.w.side.object.Size().Width
	x := u.w.another()
	u.w.close()
	y := x.another()
	y.showSide(y.labPanel.panel)
	y.win.Resize(fyne.NewSize(1280, 800))
	if got := y.side.object.Size().Width; got != wide || wide < 380 {
		t.Errorf("the panel was %g wide and comes back with %g", wide, got)
	}
	if y.win.Resize(fyne.NewSize(700, 500)); y.side.object.Size().Width > 350 {
		t.Errorf("in a small window the panel is %g wide", y.side.object.Size().Width)
	}
	if y.upper.Offset != 0.4 || math.Abs(y.lower.Offset-0.7) > 0.001 || y.prefs.size() != fyne.NewSize(1280, 800) {
		t.Errorf("it comes back with %g, %g and %v", y.upper.Offset, y.lower.Offset, y.prefs.size())
	}
	if y.table.pings.Checked {
		t.Error("heartbeats, which were hidden, come back")
	}
	y.OpenDemo()
	if !y.table.rows.Filter.HidePings {
		t.Error("heartbeats are shown")
	}
	y.resetLayout()
	z := y.another()
	if y.lower.Offset != firstDetail || z.upper.Offset != firstTimeline || z.prefs.size() != fyne.NewSize(1440, 900) {
		t.Errorf("reset, it comes with %g, %g and %v", y.lower.Offset, z.upper.Offset, z.prefs.size())
	}
	for _, nonsense := range []float64{-1, 0.001, 1, 17} {
		z.prefs.SetFloat(splitTimeline, nonsense)
		if got := z.another().upper.Offset; got != firstTimeline {
			t.Errorf("a share of %g is believed: %g", nonsense, got)
		}
	}
}

// TestSizeAtAnotherScale: a window that filled the screen at scale 1 is not twice as large as it at scale 2.
func TestSizeAtAnotherScale(t *testing.T) {
	u := open(t)
	s := u.w.prefs
	if got := s.sizeAt(2); got != s.size() {
		t.Errorf("with nothing remembered it is %v", got)
	}
	s.setSize(fyne.NewSize(1800, 1100))
	s.SetFloat("window.scale", 1)
	for scale, want := range map[float32]fyne.Size{1: fyne.NewSize(1800, 1100), 2: fyne.NewSize(900, 550), 0.5: fyne.NewSize(3600, 2200), 3: fyne.NewSize(640, 480)} {
		if got := s.sizeAt(scale); got != want {
			t.Errorf("at scale %g it is %v, want %v", scale, got, want)
		}
	}
}

// shut closes what windows are left, as they are.
func (w *Window) shut() {
	for _, each := range w.family.windows {
		each.win.Close()
	}
}
