package timeline

import (
	"testing"

	"sioscope/protocol/session"
)

// TestTrialsHaveNoAlarm: requests that a check sends to see them refused are crossed without the colour of faults, and the
// overview marks none of them.
func TestTrialsHaveNoAlarm(t *testing.T) {
	t.Parallel()
	red := func(trial Trial) (line, overview bool) {
		tr := story()
		tr.Sessions, tr.Exchanges = nil, nil
		e := &session.Exchange{Kind: session.Handshake, Conn: tr.Conns[0], Method: "GET", Start: t0 + 100*ms, End: t0 + 150*ms, Status: 400, HasError: true}
		tr.Exchanges, tr.Refused = []*session.Exchange{e}, []*session.Exchange{e}
		var scene Scene
		alarm := func() (found bool) {
			for _, s := range scene.Shapes {
				found = found || s.Color == palette().Bad
			}
			return found
		}
		var d Depths
		Layout(Input{Tracker: tr, Lines: d.Lines(tr, nil, nil), View: Fit(tr.First, tr.Last, 1000), W: 1268, H: 300, Scale: 1, Left: 268, Chosen: -1,
			Palette: palette(), Fonts: fonts(t), Trial: trial}, &scene)
		line = alarm()
		density := Density{Trial: trial}
		density.Add(tr)
		Overview(OverviewInput{Tracker: tr, Density: &density, View: Fit(tr.First, tr.Last, 1000), Width: 1000, W: 1268, H: 46, Scale: 1, Left: 268,
			Palette: palette(), Fonts: fonts(t)}, &scene)
		return line, alarm()
	}
	if line, overview := red(nil); !line || !overview {
		t.Errorf("a refusal has alarm in its line %v, in the overview %v", line, overview)
	}
	if line, overview := red(func(*session.Exchange) bool { return true }); line || overview {
		t.Errorf("a trial has alarm in its line %v, in the overview %v", line, overview)
	}
}
