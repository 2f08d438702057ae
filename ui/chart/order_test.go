package chart

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/capture"
	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// TestOrderOfWhatIsOver: the order of a source that is over is kept, until something else is asked for, or another source
// goes on in it.
func TestOrderOfWhatIsOver(t *testing.T) {
	c := chartOf(t, 5, nil)
	again := func(what string, want int) {
		t.Helper()
		before := &c.sorted.order[0]
		if len(c.order) != want || len(c.sorted.order) != want {
			t.Errorf("%s shows %v of %v", what, c.order, c.sorted.order)
		}
		clear(c.order) // it is the chart's own
		if c.SetOpen(0, true); &c.sorted.order[0] != before || len(c.order) != want || want > 1 && c.order[1] == 0 {
			t.Errorf("after %s the order is made anew, or %v", what, c.order)
		}
	}
	again("all", 5)
	c.SetKeep(timeline.Keep{Session: 3})
	again("one", 1)
	c.SetKeep(timeline.Keep{})
	again("all once more", 5)
	c.store.Fill(context.Background(), &capture.Files{Inputs: []capture.Input{{Path: "../../assets/demo.pcap"}}})
	c.Pull()
	c.store.Read(func(tr *session.Tracker, _ *store.State) { again("more", len(tr.Sessions)) })
	if len(c.order) <= 5 {
		t.Errorf("what came later is not shown: %v", c.order)
	}
}

// TestReveal: the connections of a session that is opened at the lower edge are brought on screen.
func TestReveal(t *testing.T) {
	c := chartOf(t, 9, nil)
	c.Resize(fyne.NewSize(1000, timeline.AxisHeight+timeline.SessionHeight+2*timeline.LaneHeight))
	last := c.order[len(c.order)-1]
	c.Choose(Chosen{Session: last, Exchange: -1})
	before := c.scroll
	c.SetOpen(last, true)
	c.Reveal(last)
	end := c.lines[len(c.lines)-1]
	if end.Kind != timeline.ConnLine || before >= end.Y || end.Y+end.H > c.scroll+c.room() {
		t.Errorf("scrolled to %g from %g, the last connection is from %g to %g, and there is room for %g", c.scroll, before, end.Y, end.Y+end.H, c.room())
	}
}
