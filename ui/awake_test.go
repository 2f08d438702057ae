package ui

import (
	"testing"

	"fyne.io/fyne/v2/test"
)

// TestWindowsArePaintedWhenFyneForgets: what Fyne lets go of by its age it lets go of by destroying renderers first.
func TestWindowsArePaintedWhenFyneForgets(t *testing.T) {
	painted := 0
	w := &watchman{paint: func() { painted++ }}
	s := w.look()
	if painted != 0 || w.out != 1 {
		t.Fatalf("painted %d times with %d witnesses, want none with one", painted, w.out)
	}
	test.WidgetRenderer(s).Destroy()
	if painted != 1 || w.out != 0 {
		t.Errorf("painted %d times with %d witnesses after one was forgotten, want once with none", painted, w.out)
	}
}

// TestWitnessesDoNotPileUp: where nothing is painted Fyne forgets nothing.
func TestWitnessesDoNotPileUp(t *testing.T) {
	var kept []*witness
	painted := 0
	w := &watchman{paint: func() {
		painted++
		old := kept
		kept = nil
		for _, s := range old { // as Fyne does after a frame
			test.WidgetRenderer(s).Destroy()
		}
	}}
	for range 10 * witnessMost {
		kept = append(kept, w.look())
		if w.out > witnessMost {
			t.Fatalf("%d witnesses", w.out)
		}
	}
	if painted == 0 {
		t.Error("nothing was painted, so nothing would be forgotten")
	}
}
