package timeline

import (
	"testing"

	"sioscope/protocol/session"
)

// TestACrossStandsOnItsOwnGround: next to it is never the colour of a band, from which red is not told, but one on which it
// is legible, on every side.
func TestACrossStandsOnItsOwnGround(t *testing.T) {
	t.Parallel()
	for theme, p := range themes() {
		for _, trial := range []Trial{nil, func(*session.Exchange) bool { return true }} {
			tr := story()
			add(tr, tr.Sessions[0], 0, session.Exchange{Kind: session.Poll, Method: "GET", Start: t0 + 2000*ms, End: t0 + 2500*ms, Status: 502})
			in := input(t, tr)
			in.Palette, in.Trial = p, trial
			var scene Scene
			Layout(in, &scene)
			n := 0
			for i, s := range scene.Shapes {
				if s.Kind != Cross || s.X0 < 268 || s.Color == p.Back {
					continue
				}
				n++
				under := scene.Shapes[i-1]
				if under.Kind != Cross || under.X0 > s.X0-1 || under.Y1 < s.Y1+1 || under.Width < s.Width+2 {
					t.Errorf("%s: a cross at %.0f has no ground, but %+v", theme, s.X0, under)
				}
				if c := contrast(s.Color, under.Color); c < 4.5 {
					t.Errorf("%s: a cross at %.0f has a contrast of %.1f to its ground", theme, s.X0, c)
				}
			}
			if n != 2 {
				t.Errorf("%s: %d crosses, want that of the poll and that of the upgrade", theme, n)
			}
		}
	}
}
