package timeline

import (
	"testing"

	"sioscope/protocol/session"
)

// TestTheOverviewShowsEveryFault: also of a request that waited long for its answer, and however coarsely it counts.
func TestTheOverviewShowsEveryFault(t *testing.T) {
	t.Parallel()
	tr := story()
	s := tr.Sessions[0]
	var d Density
	slow := add(tr, s, 1, session.Exchange{Kind: session.Poll, Method: "GET", Start: t0 + 3000*ms})
	add(tr, s, 1, session.Exchange{Kind: session.Post, Method: "POST", Start: t0 + 2000*ms, End: t0 + 2001*ms, Status: 400})
	tr.Conns[1].Closed = 0
	d.Add(tr)
	slow.End, slow.Status = t0+4500*ms, 502
	tr.Last = t0 + 20_000*ms // it counts four times as coarsely
	add(tr, s, 1, session.Exchange{Kind: session.Post, Method: "POST", Start: tr.Last, End: tr.Last, Status: 200})
	tr.Rows = append(tr.Rows, session.Row{Time: tr.Last})
	d.Add(tr)
	if len(d.pending) != 0 {
		t.Errorf("%d requests are waited for", len(d.pending))
	}
	in := OverviewInput{Tracker: tr, Order: every(tr), Density: &d, View: Fit(tr.First, tr.Last, 1000), Width: 1000, W: 1268, H: 46, Scale: 1, Left: 268, Palette: palette(), Fonts: fonts(t)}
	var scene Scene
	Overview(in, &scene)
	whole := Fit(tr.First, tr.Last, 1000)
	for _, at := range []int64{150, 2001, 4500} { // ms: the refused upgrade and the answers to both requests
		near := false
		for _, sh := range scene.Shapes {
			d := float64(sh.X0+1-268) - whole.X(t0+at*ms)
			near = near || sh.Color == in.Palette.Bad && d > -3 && d < 3
		}
		if !near {
			t.Errorf("nothing marks the fault at %d ms", at)
		}
	}
}
