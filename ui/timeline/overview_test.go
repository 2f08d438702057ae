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

// TestTheOverviewCountsTheSessionsThatAreShown: packets and faults of others are left out, and come back.
func TestTheOverviewCountsTheSessionsThatAreShown(t *testing.T) {
	t.Parallel()
	tr := story()
	s := tr.Sessions[0]
	add(tr, s, 1, session.Exchange{Kind: session.Post, Method: "POST", Start: t0 + 2000*ms, End: t0 + 2001*ms, Status: 400})
	tr.Rows = append(tr.Rows, session.Row{Time: tr.Last, Session: -1})
	count := func(d *Density) (rows, faults int) {
		d.Add(tr)
		for i := range d.counts {
			rows += int(d.counts[i])
			if d.faults[i] {
				faults++
			}
		}
		return rows, faults
	}
	var d Density
	rows, faults := count(&d)
	if rows != len(tr.Rows) || faults == 0 {
		t.Fatalf("%d rows and %d faults of all", rows, faults)
	}
	own := 0
	for _, r := range tr.Rows {
		if r.Session == 0 {
			own++
		}
	}
	d.Kept = NewKept([]int32{0})
	if n, f := count(&d); n != own || own == len(tr.Rows) || f != faults {
		t.Errorf("of its session %d rows of %d, %d faults of %d", n, own, f, faults)
	}
	d.Kept = NewKept(nil)
	if n, f := count(&d); n != 0 || f != 0 {
		t.Errorf("of no session %d rows, %d faults", n, f)
	}
	d.Kept = nil
	if n, f := count(&d); n != rows || f != faults {
		t.Errorf("of all again %d rows, %d faults", n, f)
	}
}
