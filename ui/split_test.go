package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/ui/timeline"
)

func TestTimelineIsAsHighAsItsLines(t *testing.T) {
	u := open(t)
	u.w.Fyne().Resize(fyne.NewSize(1440, 900))
	u.w.OpenDemo()
	if got := u.w.upper.Offset; got >= 0.6 || got < leastTimeline {
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

// TestOpenedSessionGetsRoom opens sessions one by one: the timeline grows until the panes below have their least height.
func TestOpenedSessionGetsRoom(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(900, 600), fyne.NewSize(1440, 900), fyne.NewSize(3840, 2160)} {
		u := open(t)
		u.w.Fyne().Resize(size)
		u.w.read("four sessions", many{4, 8, 16, 1e9, 1e7, "/socket.io/", "6"})
		for i := range int32(4) {
			before := u.w.upper.Offset
			u.w.chart.SetOpen(i, true)
			if u.w.upper.Offset < before {
				t.Errorf("%v: the timeline became lower as a session was opened", size)
			}
			height := u.w.upper.Size().Height
			least := min(leastLower, height/2) - 10
			if lower := u.w.lower.Size().Height; lower < least {
				t.Errorf("%v: packets and detail have %.0f dp of %.0f", size, lower, height)
			}
			room := float64(u.w.chart.Size().Height) - 26
			if cut := room < u.w.chart.Content()-1; cut && u.w.lower.Size().Height > least+20 {
				t.Errorf("%v: lines are cut while %.0f dp are left below", size, u.w.lower.Size().Height)
			}
		}
		before := u.w.upper.Offset
		u.w.chart.SetOpen(0, false)
		if u.w.upper.Offset != before {
			t.Errorf("%v: the border moved as a session was closed", size)
		}
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

// TestTheRowThatProvesTheFaultIsSeen also where the window is as low as it may be: that of the WebSocket request that was
// refused, the second connection of the demo recording.
func TestTheRowThatProvesTheFaultIsSeen(t *testing.T) {
	for _, language := range []string{"en", "ja"} {
		u := open(t)
		u.w.setLanguage(language)
		u.w.Fyne().Resize(fyne.NewSize(900, 600))
		u.w.OpenDemo()
		end := float32(timeline.AxisHeight + timeline.SessionHeight + 2*timeline.LaneHeight)
		if got := u.w.chart.Size().Height; got < end {
			t.Errorf("%s: the timeline has %.0f dp, the second connection ends at %.0f", language, got, end)
		}
		if got := u.w.lower.Size().Height; got < proofLower-10 {
			t.Errorf("%s: packets and detail have %.0f dp", language, got)
		}
	}
}
