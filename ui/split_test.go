package ui

import (
	"testing"

	"fyne.io/fyne/v2"
)

func TestTimelineIsAsHighAsItsLines(t *testing.T) {
	u := open(t)
	u.w.Fyne().Resize(fyne.NewSize(1440, 900))
	u.w.OpenDemo()
	if got := u.w.upper.Offset; got >= mostTimeline || got < leastTimeline {
		t.Errorf("one session has %.2f of the window", got)
	}
	room := float64(u.w.chart.Size().Height) - 26
	if need := u.w.chart.Content(); room < need || room > need+60 {
		t.Errorf("the timeline has %.0f dp for the %.0f its lines need", room, need)
	}
	u.w.Fyne().Resize(fyne.NewSize(3840, 2160))
	if got := u.w.upper.Offset; got != leastTimeline {
		t.Errorf("in a large window it has %.2f", got)
	}
}

func TestMovedBordersAreRemembered(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.rememberSplit()
	if u.w.prefs.Float(splitTimeline) != 0 {
		t.Error("a border that nobody moved is remembered")
	}
	u.w.upper.SetOffset(0.7)
	u.w.lower.SetOffset(0.4)
	u.w.rememberSplit()
	w, err := New(u.w.app, u.w.opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Fyne().Close)
	w.Fyne().Resize(fyne.NewSize(1280, 800))
	w.OpenDemo()
	if w.upper.Offset != 0.7 || w.lower.Offset != 0.4 {
		t.Errorf("remembered are %g and %g", w.upper.Offset, w.lower.Offset)
	}
}
