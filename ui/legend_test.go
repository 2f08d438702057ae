package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/walk"
)

// TestNodesAreBalanced: every request is counted, at its node or as not known.
func TestNodesAreBalanced(t *testing.T) {
	u := crowd(t)
	list, unknown := balance(nil, u.w.store)
	sessions, requests := 0, unknown
	for _, s := range list {
		sessions += s.sessions
		requests += s.requests
	}
	u.w.with(func(tr *session.Tracker, _ *store.State) {
		if len(list) != 3 || sessions != len(tr.Sessions) || requests != len(tr.Exchanges) || unknown == requests {
			t.Errorf("%d nodes: %d sessions of %d, %d requests of %d, %d not known", len(list), sessions, len(tr.Sessions), requests, len(tr.Exchanges), unknown)
		}
	})
}

func TestTheLegendTellsOfItsNodes(t *testing.T) {
	u := crowd(t)
	walk.Draw(u.w.win.Canvas())
	for x := float32(0); x < u.w.legend.Size().Width && u.w.status.hinted == ""; x += 4 {
		u.w.legend.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 12)}})
	}
	u.sees("the status", u.w.status.hinted, "node A: 65 sessions opened there, ")
	u.w.legend.MouseOut()
	if u.w.status.hinted != "" {
		t.Error("the hint stays")
	}
	u.w.rune('l')
	if top := u.w.win.Canvas().Overlays().Top(); top == nil || !strings.Contains(textsOf(top), "node C: 65 sessions opened there") {
		t.Error("the legend does not tell how much each node did")
	}
}

// textsOf are the lines of text in an object, one after the other.
func textsOf(o fyne.CanvasObject) string {
	var b strings.Builder
	for _, each := range test.LaidOutObjects(o) {
		if l, is := each.(*line); is {
			b.WriteString(l.full + "\n")
		}
	}
	return b.String()
}
