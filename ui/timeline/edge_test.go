package timeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sioscope/protocol/session"
)

func TestNoLabelIsCutAtTheRightEdge(t *testing.T) {
	t.Parallel()
	tr := story()
	s := tr.Sessions[0]
	e := add(tr, s, 1, session.Exchange{Kind: session.UpgradeRequest, Method: "GET", Start: t0 + 200*ms, End: t0 + 4990*ms, Status: 503})
	s.Probes = []session.Probe{{Exchange: e, Request: e.Start, Answered: e.End, Failed: e.End}}
	for _, wall := range []bool{false, true} {
		in := input(t, tr, 0)
		in.Wall = wall
		var scene Scene
		Layout(in, &scene)
		for _, sh := range scene.Shapes {
			if sh.Kind != Text {
				continue
			}
			if end := sh.X0 + in.Fonts.Width(sh.Text, sh.Font, sh.Size); end > float32(in.W) {
				t.Errorf("%q ends at %g of %d", sh.Text, end, in.W)
			}
		}
		text := labels(&scene)
		for _, want := range []string{"upgrade refused: 503", "GET websocket 503"} {
			if !strings.Contains(text, want) {
				t.Errorf("nowhere it says %q:\n%s", want, text)
			}
		}
	}
}

// TestOpenWebSocketLastsToItsEnd is about one that no close is known of: its bar is as long as its session was seen.
func TestOpenWebSocketLastsToItsEnd(t *testing.T) {
	t.Parallel()
	for _, known := range []bool{true, false} {
		tr := crowd(1, 0, 0)
		s, c := tr.Sessions[0], tr.Conns[0]
		c.WebSocket = add(tr, s, 0, session.Exchange{Method: "GET", Start: t0, End: t0 + ms, Status: 101})
		c.Closed = 0
		if known {
			c.Session = s
		}
		var scene Scene
		in := input(t, tr, 0)
		Layout(in, &scene)
		at := scene.Bar(0, 0, t0)
		if at == nil || at.X1-at.X0 < 900 {
			t.Errorf("session known: %v: the bar is %+v", known, at)
		}
		if text := labels(&scene); !strings.Contains(text, "A WebSocket") {
			t.Errorf("it is not named:\n%s", text)
		}
	}
}

// TestWhereNothingIsShownItIsSaid: an empty timeline is never a riddle.
func TestWhereNothingIsShownItIsSaid(t *testing.T) {
	t.Parallel()
	in := input(t, story())
	for _, said := range [...]string{"", "None of them."} {
		in.Nothing = said
		var scene Scene
		Layout(in, &scene)
		if got := slices.ContainsFunc(scene.Shapes, func(s Shape) bool { return s.Text == "None of them." && s.Y0 > AxisHeight+float32(scene.Content) }); got != (said != "") {
			t.Errorf("%q is said: %v", said, got)
		}
	}
}

// TestNoEntryOfTheLegendIsLostUnsaid: where there is no room for all, it says how many there are more.
func TestNoEntryOfTheLegendIsLostUnsaid(t *testing.T) {
	t.Parallel()
	tr := story()
	const all = 10 // eight signs and two nodes
	for w := 200; w < 1600; w += 7 {
		in := input(t, tr)
		in.W, in.H = w, 24
		var scene Scene
		Legend(in, &scene)
		named, more := 0, 0
		for _, s := range scene.Shapes {
			if s.Kind != Text || s.Font == Bold && s.Size < 10 { // a letter in its node's colour
				continue
			}
			if s.X0+in.Fonts.Width(s.Text, s.Font, s.Size) > float32(w) {
				t.Errorf("at %d %q reaches beyond the edge", w, s.Text)
			}
			if n, err := fmt.Sscanf(s.Text, "%d more", &more); n == 1 && err == nil {
				continue
			}
			named++
		}
		if named+more != all {
			t.Errorf("at %d %d entries are named and %d counted, of %d", w, named, more, all)
		}
	}
}

// TestWhatWasRefusedIsReadAtTheRightEdge: the words stand before the cross where there is no room behind it.
func TestWhatWasRefusedIsReadAtTheRightEdge(t *testing.T) {
	t.Parallel()
	for _, at := range []int64{100, 2500, 4000, 4700, 4990} {
		tr := story()
		e := &session.Exchange{Kind: session.Handshake, Conn: tr.Conns[0], Start: t0 + (at-10)*ms, End: t0 + at*ms, Status: 400}
		e.Error.Message = "Unsupported protocol version"
		tr.Refused = []*session.Exchange{e}
		in := input(t, tr)
		var scene Scene
		Layout(in, &scene)
		i := slices.IndexFunc(scene.Shapes, func(s Shape) bool { return s.Text == "handshake refused: 400 Unsupported protocol version" })
		if i < 0 {
			t.Errorf("%d ms: it is cut:\n%s", at, labels(&scene))
			continue
		}
		s := scene.Shapes[i]
		end := s.X0 + in.Fonts.Width(s.Text, s.Font, s.Size)
		x := 268 + float32(in.View.X(FaultAt(e)))
		if s.X0 < 268 || end > float32(in.W) || s.X0 < x+5 && end > x-5 {
			t.Errorf("%d ms: it stands from %.0f to %.0f, the cross at %.0f", at, s.X0, end, x)
		}
	}
}

// TestTheAxisLeavesItsEdgeFree, and no time on it runs into another.
func TestTheAxisLeavesItsEdgeFree(t *testing.T) {
	t.Parallel()
	for w := 700; w < 1300; w += 7 {
		for _, wall := range []bool{false, true} {
			in := input(t, story())
			in.W, in.Wall = w, wall
			in.View = Fit(in.Tracker.First, in.Tracker.First+300*ms, float64(w)-in.Left)
			var scene Scene
			Layout(in, &scene)
			end := float32(in.Left)
			for _, s := range scene.Shapes {
				if s.Kind != Text || s.Y1 > AxisHeight || s.X0 < 268 {
					continue
				}
				if s.X0 < end {
					t.Errorf("%d dp: %q begins at %.1f, what is before it ends at %.1f", w, s.Text, s.X0, end)
				}
				if end = s.X0 + in.Fonts.Width(s.Text, s.Font, s.Size); end > float32(w)-3 {
					t.Errorf("%d dp: %q ends at %.1f", w, s.Text, end)
				}
			}
		}
	}
}
