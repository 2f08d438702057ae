package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

// TestTimesAreMeasuredWithKeysAlone: from the handshake to its answer, copied, and taken away again.
func TestTimesAreMeasuredWithKeysAlone(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	press := func(k fyne.KeyName) { u.w.key(&fyne.KeyEvent{Name: k}) }
	press(fyne.KeyDown)
	u.w.rune('r')
	u.w.rune('m')
	press(fyne.KeyDown)
	u.w.rune('m')
	press(fyne.KeyDown) // it is set: it does not go along any more
	press(fyne.KeyDown)
	u.w.types(ctrlShift(fyne.KeyM))
	copied := u.w.app.Clipboard().Content()
	for _, want := range []string{"Δ 43.897 ms", "0.004021 s", "0.047918 s", "session 32ZQ1nFjLnuHUbr3AAAA: 1 request, 2 packets, 97 bytes"} {
		if !strings.Contains(copied, want) {
			t.Errorf("what is copied has no %q:\n%s", want, copied)
		}
	}
	row := u.w.about.row
	press(fyne.KeyEscape)
	if u.w.chart.MeasuredText() != "" || u.w.about.row != row {
		t.Error("Esc takes away more, or less, than what was measured")
	}
	press(fyne.KeyEscape)
	if u.w.about.row == row {
		t.Error("Esc does not go on to the selection")
	}
}

// TestTimesOfAComparisonAreMeasured: in the one of both that they were begun in, and Esc takes them away before anything else.
func TestTimesOfAComparisonAreMeasured(t *testing.T) {
	u, c := compares(t, "direct-v4", "nginx-noupgrade")
	lower := c.sides[1].chart
	lower.MeasureAt(lower.View().Time(10))
	lower.MeasureAt(lower.View().Time(200))
	u.w.types(ctrlShift(fyne.KeyM))
	if got := u.w.app.Clipboard().Content(); got != lower.MeasuredText() || got == "" {
		t.Errorf("%q is copied, want %q", got, lower.MeasuredText())
	}
	u.w.types(bare(fyne.KeyEscape))
	if lower.MeasuredText() != "" || u.w.compared == nil {
		t.Error("Esc does not take away what was measured, and that alone")
	}
	u.w.types(bare(fyne.KeyM))
	if !c.sides[0].chart.Measuring() {
		t.Error("M does not measure in the timeline above")
	}
	u.w.types(bare(fyne.KeyEscape))
	if c.sides[0].chart.Measuring() {
		t.Error("Esc still measures")
	}
}

// TestArrowsMoveWhatIsMeasured: with no packet selected, in the timeline and in a comparison, and move through time else.
func TestArrowsMoveWhatIsMeasured(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	press := func(k fyne.KeyName) { u.w.key(&fyne.KeyEvent{Name: k}) }
	press(fyne.KeyDown)
	u.w.rune('m')
	view := u.w.chart.View()
	press(fyne.KeyRight)
	press(fyne.KeyRight)
	u.w.rune('m')
	if got := u.w.chart.MeasuredText(); strings.HasPrefix(got, "Δ 0.000") || u.w.chart.View() != view {
		t.Errorf("measured is %q", got)
	}
	u.w.chart.Zoom(0.5)
	view = u.w.chart.View()
	if press(fyne.KeyRight); u.w.chart.View() == view {
		t.Error("once it is set, arrows do not move through time")
	}
	u, c := compares(t, "direct-v4", "nginx-noupgrade")
	u.w.types(bare(fyne.KeyM))
	c.key(fyne.KeyRight)
	u.w.types(bare(fyne.KeyM))
	if got := c.sides[0].chart.MeasuredText(); strings.HasPrefix(got, "Δ 0.000") {
		t.Errorf("in a comparison measured is %q", got)
	}
}
