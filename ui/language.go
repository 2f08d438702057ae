package ui

import (
	"cmp"
	"maps"
	"slices"

	"fyne.io/fyne/v2"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/locale"
	"sioscope/ui/store"
)

// speak has the window speak the language that was chosen, or that of the system.
func (w *Window) speak() {
	w.Words = w.spoken(w.language)
	tellFyne(w.Words)
}

// setLanguage changes the language of all windows, now and for the next run; "" is that of the system. What is open
// stays, and what is live goes on.
func (w *Window) setLanguage(language string) {
	w.prefs.setLanguage(language)
	for _, each := range w.family.windows {
		each.language = language
		each.speak()
		each.refurnish()
		each.reword()
		each.recompare()
	}
}

// nextLanguage goes through the languages, that of the system first; one that is spoken already is passed over.
func (w *Window) nextLanguage() {
	list := append([]string{""}, locale.Languages()...)
	at := slices.Index(list, w.language)
	for i := range list {
		if next := list[(at+1+i)%len(list)]; !maps.Equal(w.spoken(next), w.Words) {
			w.setLanguage(next)
			return
		}
	}
}

// spoken are the words of a language, or of the system's.
func (w *Window) spoken(language string) lang.Words {
	return locale.Words(cmp.Or(language, w.opt.Locale))
}

// languageMenu offers the languages, each by its own name.
func (w *Window) languageMenu() *fyne.MenuItem {
	m := under(w.S("Language"), ctrlShift(fyne.KeyL), w.nextLanguage, ticked(fyne.NewMenuItem(w.S("As the system"), func() { w.setLanguage("") }), w.language == ""))
	if w.family.languages == nil { // a name is among all sentences of its language, and menus are made often
		w.family.languages = map[string]string{}
		for _, l := range locale.Languages() {
			w.family.languages[l] = locale.Name(l)
		}
	}
	for _, l := range locale.Languages() {
		m.ChildMenu.Items = append(m.ChildMenu.Items, ticked(fyne.NewMenuItem(w.family.languages[l], func() { w.setLanguage(l) }), w.language == l))
	}
	return m
}

// reword has the diagnosis said in the language that is spoken now. That of a large capture takes a while.
func (w *Window) reword() {
	s := w.store
	if s == nil {
		return
	}
	words, by := w.Words, w.diagnosis(&w.opening)
	if s == w.labPanel.store {
		by = w.labPanel.diagnosis(w.labPanel.sinceLast())
	}
	if w.opt.Do == nil {
		s.Reword(words, by)
		w.pull()
		return
	}
	go func() {
		s.Reword(words, by)
		w.opt.Do(func() {
			if w.store == s {
				w.pull()
			}
		})
	}()
}

// refurnish makes all parts anew, in the language that is spoken now, and puts into them what those before had.
func (w *Window) refurnish() {
	tools, verdict, table, detail, status := w.tools, w.verdict, w.table, w.detail, w.status
	connector, checker, lab, sniffer := w.connector, w.checker, w.labPanel, w.sniffer
	panel, splits, auto, wide := w.panelAt(), [2]float64{w.upper.Offset, w.lower.Offset}, w.auto, w.side.chosen
	qa := w.qa
	sniffer.faces.rest()
	w.opening.call(w.Words)
	w.furnish()
	w.upper.Offset, w.lower.Offset, w.auto, w.side.chosen = splits[0], splits[1], auto, wide
	w.table.inherit(table)
	w.detail.inherit(detail)
	w.detail.failed = w.opening.failed
	w.tools.inherit(tools)
	w.verdict.inherit(verdict, &w.opening)
	w.status.saved(status.wrote)
	w.connector.inherit(connector)
	w.checker.inherit(checker)
	w.labPanel.inherit(lab)
	w.sniffer.inherit(sniffer)
	w.win.SetContent(w.root)
	if w.compared != nil {
		w.showComparison()
	} else if w.store == nil {
		w.welcome()
	} else {
		w.store.Rename(w.opening.name)
		w.named()
		w.body.Objects = []fyne.CanvasObject{w.shown}
		w.frame(true)
	}
	if panel >= 0 {
		w.side.show(w.panels()[panel])
	}
	w.win.SetMainMenu(w.menu())
	w.with(func(t *session.Tracker, st *store.State) {
		w.verdict.show(t, st)
		w.status.show(t, st.Live, w.allSessions(t, st))
	})
	w.showRate()
	w.viewed()
	w.limits.show(w)
	w.relay()
	w.root.Refresh()
	if w.qa.wanted = qa.wanted; qa.on {
		w.qa.open()
	}
}

// panels are the side panels.
func (w *Window) panels() []*sidePanel {
	return []*sidePanel{w.connector.panel, w.checker.panel, w.labPanel.panel, w.sniffer.panel}
}

// panelAt is which of them is open, -1 for none.
func (w *Window) panelAt() int {
	for i, p := range w.panels() {
		if w.side.now == p {
			return i
		}
	}
	return -1
}
