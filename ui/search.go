package ui

import (
	"fyne.io/fyne/v2"

	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/store"
)

// A hunt is a search from the first letter to its end.
type hunt struct {
	before rows.Filter // what the packets were restricted to
	only   bool        // the timeline shows only sessions with hits
	kept   string      // what was put among the recent searches
}

// search looks through all packets, whatever session was selected. Without a text the packets are again those of before,
// or of the session that a hit led to.
func (w *Window) search(text string) {
	f := w.table.rows.Filter
	switch {
	case text != "" && f.Text == "":
		w.hunt.before = f
	case text == "" && w.about.row >= 0:
		w.hunt.before.Session, w.hunt.before.Conn, w.hunt.before.Refused = w.about.session+1, 0, false
	}
	w.table.restrict(func(f *rows.Filter) {
		if f.Text = text; text != "" {
			f.Session, f.Conn, f.Refused = 0, 0, false
		} else {
			f.Session, f.Conn, f.Refused = w.hunt.before.Session, w.hunt.before.Conn, w.hunt.before.Refused
		}
	})
	w.tools.search.showClear()
	w.detail.mark(w.table.words)
}

// clearSearch ends the search, and shows what is chosen among its neighbours.
func (w *Window) clearSearch() { w.tools.search.SetText("") }

// searching says whether anything is searched for.
func (w *Window) searching() bool { return w.table.rows.Filter.Text != "" }

// found is told of more hits, and of the end of a search.
func (w *Window) found() {
	if w.store != nil {
		w.chart.SetHits(w.table.rows.Of, w.hunt.only)
	}
}

// hitsOnly has the timeline show only the sessions with hits, or all.
func (w *Window) hitsOnly(on bool) {
	w.hunt.only = on
	w.table.bar.hits.sessions.set(on)
	w.found()
	w.win.SetMainMenu(w.menu())
}

// firstHit goes from what was typed to what was found.
func (w *Window) firstHit() {
	if !w.searching() {
		w.firstRow()
		return
	}
	w.stepHit(0)
}

// nextHit chooses the next hit, or with Shift the one before. After the last one comes the first.
func (w *Window) nextHit() {
	if w.opt.Modifiers != nil && w.opt.Modifiers()&fyne.KeyModifierShift != 0 {
		w.stepHit(-1)
		return
	}
	w.stepHit(1)
}

func (w *Window) stepHit(n int) {
	if w.store == nil || !w.searching() {
		return
	}
	if row := w.table.turnTo(n); row >= 0 {
		w.keepSearch()
		w.selectRow(row)
		w.detail.showHit()
	}
}

// turnTo is the row n places from the one that is chosen, 0: it, or the next one; beyond the end it begins anew. -1 where
// there is none.
func (t *table) turnTo(n int) int32 {
	all := len(t.rows.Index)
	if t.store == nil || all == 0 {
		return -1
	}
	at, exact := t.place()
	switch {
	case at < 0 && n < 0:
		at = all
	case at < 0, !exact && n > 0:
		at = max(at, 0) - min(n, 1)
	}
	return t.rows.Index[((at+n)%all+all)%all]
}

// keepSearch puts what is searched for among the recent searches, unless it is a secret.
func (w *Window) keepSearch() {
	text := w.table.rows.Filter.Text
	if text == w.hunt.kept {
		return
	}
	w.hunt.kept = text
	if !w.searchesSecret() {
		w.prefs.searched(text)
		w.win.SetMainMenu(w.menu())
	}
}

// searchesSecret says whether what is searched for is a secret.
func (w *Window) searchesSecret() (is bool) {
	w.with(func(t *session.Tracker, _ *store.State) { is = w.searching() && w.table.rows.Secret(t) })
	return is
}

// Search types a text into the search.
func (w *Window) Search(text string) { w.tools.search.SetText(text) }

// Found is how many packets the table shows, and whether it has looked at all there are.
func (w *Window) Found() (packets int, all bool) { return len(w.table.rows.Index), !w.table.busy }
