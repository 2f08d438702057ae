package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/store"
)

// columnWidths is the key of the widths that the user gave columns.
const columnWidths = "table.widths"

// listenToTable wires the packets, their bar and the search with the rest of the window.
func (w *Window) listenToTable() {
	t := w.table
	t.onTick = func() {
		w.prefs.SetBool("heartbeats", t.pings.Checked)
		w.win.SetMainMenu(w.menu())
	}
	if !w.prefs.BoolWithFallback("heartbeats", true) {
		t.restrict(func(f *rows.Filter) { f.HidePings = true })
	}
	t.onMenu, t.onFound = w.rowMenu, w.found
	t.onHint = func(text string) { w.status.hint(text) }
	t.onWidths = func() { w.prefs.SetFloatList(columnWidths, t.given()) }
	t.setWidths(w.prefs.FloatList(columnWidths))
	b := t.bar.hits
	b.step, b.clear, b.only = w.stepHit, w.clearSearch, w.hitsOnly
}

// searchItems are what a menu has of the search.
func (w *Window) searchItems() []*fyne.MenuItem {
	next := item(w.S("Next hit"), bare(fyne.KeyF3), w.nextHit)
	before := item(w.S("Previous hit"), &desktop.CustomShortcut{KeyName: fyne.KeyF3, Modifier: fyne.KeyModifierShift}, func() { w.stepHit(-1) })
	only := ticked(item(w.S("Only sessions with hits"), ctrlShift(fyne.KeyF), func() { w.hitsOnly(!w.hunt.only) }), w.hunt.only)
	recent := under(w.S("Recent searches"), ctrl(fyne.KeyH), w.tools.search.showRecent, recentItems(&w.hears, w.prefs.searches(), w.tools.search.take)...)
	forget := item(w.S("Forget recent searches"), ctrlShift(fyne.KeyH), w.forgetSearches)
	forget.Disabled = len(w.prefs.searches()) == 0
	return []*fyne.MenuItem{item(w.S("Search"), ctrl(fyne.KeyF), w.focusSearch), next, before, only, recent, forget}
}

func (w *Window) forgetSearches() {
	w.prefs.SetStringList(recentSearches, nil)
	w.hunt.kept = ""
	w.win.SetMainMenu(w.menu())
}

// packetItems are what a menu has of the packets that are shown, and their order.
func (w *Window) packetItems() []*fyne.MenuItem {
	t := w.table
	f := t.rows.Filter
	kinds := under(w.S("Kinds of packets"), bare(fyne.KeyE), t.kindOnly)
	for i, name := range onlyNames(&w.hears) {
		kinds.ChildMenu.Items = append(kinds.ChildMenu.Items, ticked(fyne.NewMenuItem(name, func() {
			t.tick(func(f *rows.Filter) { f.Only = rows.Only(i) })
		}), int(f.Only) == i))
	}
	ways := under(w.S("Direction of packets"), bare(fyne.KeyD), t.wayOnly)
	for i, name := range wayNames(&w.hears) {
		ways.ChildMenu.Items = append(ways.ChildMenu.Items, ticked(fyne.NewMenuItem(name, func() {
			t.tick(func(f *rows.Filter) { f.Way = rows.Way(i) })
		}), int(f.Way) == i))
	}
	return []*fyne.MenuItem{
		ticked(item(w.S("Heartbeats"), bare(fyne.KeyH), func() { t.pings.SetChecked(!t.pings.Checked) }), t.pings.Checked),
		ticked(item(w.S("Problems only"), bare(fyne.KeyP), func() { t.problems.SetChecked(!t.problems.Checked) }), t.problems.Checked),
		kinds, ways,
		ticked(item(w.S("Only the packet's connection"), bare(fyne.KeyC), t.connOnly), f.Conn != 0),
		item(w.S("Show all packets"), bare(fyne.Key0), t.showAll),
		fyne.NewMenuItemSeparator(),
		w.sortItem(), ticked(item(w.S("The other way round"), bare(fyne.KeyU), t.turn), t.order.Down),
	}
}

// sortItem has the columns to sort by.
func (w *Window) sortItem() *fyne.MenuItem {
	t := w.table
	sorts := under(w.S("Sort packets"), bare(fyne.KeyY), t.sortNext)
	for i, c := range t.cols {
		by := rows.Column(i)
		sorts.ChildMenu.Items = append(sorts.ChildMenu.Items, ticked(fyne.NewMenuItem(c.title, func() { t.sortBy(by) }), t.order.By == by))
	}
	return sorts
}

// rowMenu is for the other mouse button on a packet.
func (w *Window) rowMenu(row int32, at fyne.Position) {
	t := w.table
	event := ""
	w.with(func(tr *session.Tracker, _ *store.State) { event = rows.Event(tr, tr.RowAt(row)) })
	same := fyne.NewMenuItem(w.S("Search for this event"), func() { w.tools.search.take(rows.ForEvent(event)) })
	same.Disabled = event == ""
	all := fyne.NewMenuItem(w.S("Show all packets"), t.showAll)
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("",
		ticked(fyne.NewMenuItem(w.S("Only this connection"), t.connOnly), t.rows.Filter.Conn != 0),
		fyne.NewMenuItem(w.S("Only this direction"), t.wayOnly), same, all,
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(w.S("Copy what is explained"), w.copyDetail),
		fyne.NewMenuItem(w.S("Copy Wireshark filter"), func() { w.copy(w.detail.filter) })), w.win.Canvas(), at)
}
