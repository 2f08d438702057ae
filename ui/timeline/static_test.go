package timeline

import (
	"testing"

	"sioscope/protocol/session"
)

// TestAPictureHasTheSameShapesInBothPalettes: whatever the colours of bars are, of which some are faint in one of them. The
// page of a check with faint bars could not be written.
func TestAPictureHasTheSameShapesInBothPalettes(t *testing.T) {
	t.Parallel()
	tr := story()
	s := tr.Sessions[0]
	for n := range 12 {
		for i, of := range []*session.Session{s, {Index: 7}} {
			start := t0 + int64(1000+200*n+100*i)*ms
			add(tr, s, 1, session.Exchange{Kind: session.Post, Method: "POST", Node: n, Start: start, End: start + 50*ms, Status: 200})
			tr.Exchanges[len(tr.Exchanges)-1].Session = of
		}
	}
	var light, dark Scene
	in := Input{Tracker: tr, Lines: Lines(tr, every(tr), map[int32]bool{0: true}), View: Fit(tr.First, tr.Last, 1000), W: 1268, H: 300, Scale: 1, Left: 268, Chosen: -1,
		Palette: Light(), Fonts: fonts(t), Static: true}
	Layout(in, &light)
	in.Palette = Dark()
	Layout(in, &dark)
	for i := range min(len(light.Shapes), len(dark.Shapes)) {
		if light.Shapes[i].Kind != dark.Shapes[i].Kind {
			t.Fatalf("shape %d is of kind %d, and in the dark %d", i, light.Shapes[i].Kind, dark.Shapes[i].Kind)
		}
	}
	if len(light.Shapes) != len(dark.Shapes) {
		t.Errorf("%d shapes, in the dark %d", len(light.Shapes), len(dark.Shapes))
	}
}
