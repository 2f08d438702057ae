package timeline

import (
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
