package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/chart"
	"sioscope/ui/look"
	"sioscope/ui/plain"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// maxBalance is how many nodes the balance lists.
const maxBalance = 100

// A share is what a node did of all.
type share struct {
	name               string
	sessions, requests int
	known              string // by what it is told from others
}

// balance counts what each node did, in any goroutine. Requests that are gone are not in it.
func balance(w lang.Words, st *store.Store) (list []share, unknown int) {
	st.Read(func(t *session.Tracker, _ *store.State) {
		requests := make([]int, len(t.Nodes))
		for _, e := range t.Exchanges {
			switch {
			case e.Outer != nil: // the same request, nearer to the node
			case e.Node >= 0 && e.Node < len(requests):
				requests[e.Node]++
			default:
				unknown++
			}
		}
		for i := range t.Nodes {
			n := &t.Nodes[i]
			list = append(list, share{timeline.NodeName(w, t, i), n.Sessions, requests[i], plain.Known(w, n)})
		}
	})
	return list, unknown
}

// balanced counts what each node did, beside the main goroutine, and shows it where the same is still open.
func (w *Window) balanced(show func(list []share, unknown int)) {
	st, said := w.store, w.Words
	var list []share
	var unknown int
	w.aside(func() { list, unknown = balance(said, st) }, func() {
		if w.store == st {
			show(list, unknown)
		}
	})
}

// nodeHint tells in the status bar what the node under the mouse in the legend did; -1: there is none.
func (w *Window) nodeHint(node int) {
	w.hovered = node
	if w.store == nil || node < 0 {
		w.status.hint("")
		return
	}
	w.balanced(func(list []share, _ int) {
		if node == w.hovered && node < len(list) {
			s := list[node]
			w.status.hint(w.S("%s: %s opened there, %s answered. A click shows the whole legend.", s.name, w.Count(s.sessions, "session"), w.Count(s.requests, "request")))
		}
	})
}

// showLegend tells what every colour and shape means, and how much each node did.
func (w *Window) showLegend() {
	if w.store != nil {
		w.balanced(w.tellLegend)
	}
}

func (w *Window) tellLegend(list []share, unknown int) {
	fonts, err := look.Fonts()
	if err != nil { // then the window would not be here
		return
	}
	box := container.New(stacked{}, chart.NewWholeLegend(w.chart, fonts), gapTop(10), heading(w.S("Which node answered how many")), gapTop(4))
	line := func(text string, color fyne.ThemeColorName) {
		l := newLine(w.fonts, 13, color, fyne.TextStyle{})
		l.Set(text)
		box.Add(l)
		box.Add(gapTop(3))
	}
	for _, s := range list[:min(len(list), maxBalance)] {
		line(w.S("%s: %s opened there, %s answered; %s", s.name, w.Count(s.sessions, "session"), w.Count(s.requests, "request"), s.known), theme.ColorNameForeground)
	}
	if more := len(list) - maxBalance; more > 0 {
		line(w.S("and %s", w.Count(more, "more node")), look.Dim)
	}
	if len(list) == 0 {
		line(w.S("Nothing tells nodes apart here."), look.Dim)
	}
	if unknown > 0 {
		line(w.S("%s of which it is not known who answered, or whether", w.Count(unknown, "request")), look.Dim)
	}
	w.inform(w.S("Legend"), container.NewVScroll(box), fyne.NewSize(820, float32(250+22*min(len(list), 14))))
}
