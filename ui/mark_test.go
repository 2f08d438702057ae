package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
	"sioscope/ui/walk"
	"sioscope/ui/words"
)

// TestEvidenceLeadsToTheMark: what a piece of evidence selects is at the moment at which the timeline has the cross of that
// request.
func TestEvidenceLeadsToTheMark(t *testing.T) {
	for _, name := range []string{"nginx-rr-v4", "restart-polling", "forbidden", "poll-cut-short"} {
		t.Run(name, func(t *testing.T) {
			u := open(t)
			u.w.Open([]string{recording(t, name)})
			w := u.w
			var refused []*session.Exchange
			w.with(func(tr *session.Tracker, _ *store.State) {
				for _, e := range tr.Exchanges {
					if timeline.Bad(e) && e.Outer == nil && len(refused) < 5 {
						refused = append(refused, e)
					}
				}
			})
			if len(refused) == 0 {
				t.Fatal("nothing was refused")
			}
			for _, e := range refused {
				w.jump(words.Place{Exchange: e.Index + 1})
				w.chart.FitSpan(e.Start-1e6, timeline.FaultAt(e)+1e6)
				walk.Draw(w.win.Canvas())
				x := float32(w.chart.View().X(w.chart.Here()) + w.chart.Left())
				marked := false
				for y := float32(0); y < w.chart.Size().Height; y += 2 {
					h := w.chart.At(fyne.NewPos(x, y))
					marked = marked || h.Exchange == int32(e.Index) && (h.Kind == timeline.HitExchange && h.Conn < 0 || h.Kind == timeline.HitProbe)
				}
				if !marked {
					t.Errorf("request %d of %v is selected %v ms after it began, and answered after %v ms: no mark is there", e.Index, e.Kind, float64(w.chart.Here()-e.Start)/1e6, float64(e.End-e.Start)/1e6)
				}
			}
		})
	}
}
