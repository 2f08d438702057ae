package ui

import (
	"cmp"
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// menu has every action, with its keys: what they mean is said here and nowhere else.
func (w *Window) menu() *fyne.MainMenu {
	m := fyne.NewMainMenu(w.fileMenu(), w.editMenu(), w.viewMenu(), w.goMenu(), fyne.NewMenu(w.S("Help"),
		item(w.S("Keys and mouse…"), bare(fyne.KeyF1), w.showKeys), item(w.S("About sioscope…"), ctrl(fyne.KeyF1), w.showAbout)))
	if w.compared != nil {
		w.compared.menus(m)
	} else {
		m.Items = slices.Insert(m.Items, 3, fyne.NewMenu(w.S("Packets"), w.packetItems()...))
	}
	w.strokes = nil
	for _, top := range m.Items {
		w.listen(top, top.Label)
	}
	return m
}

// item is an action with its keys.
func item(name string, keys *desktop.CustomShortcut, do func()) *fyne.MenuItem {
	m := fyne.NewMenuItem(name, do)
	if keys != nil {
		m.Shortcut = keys
	}
	return m
}

// under is an item that opens others. Its keys go through them.
func under(name string, keys *desktop.CustomShortcut, next func(), items ...*fyne.MenuItem) *fyne.MenuItem {
	m := item(name, keys, next)
	m.ChildMenu = fyne.NewMenu("", items...)
	return m
}

func ticked(m *fyne.MenuItem, on bool) *fyne.MenuItem {
	m.Checked = on
	return m
}

func (w *Window) fileMenu() *fyne.Menu {
	add, stop := item(w.S("Add a capture…"), ctrlShift(fyne.KeyO), w.askAdd), item(w.S("Stop"), ctrl(fyne.KeyPeriod), func() { w.cancel() })
	add.Disabled, stop.Disabled = w.store == nil || len(w.opening.reopen) == 0 || w.compared != nil, !w.runs() || w.compared != nil
	about, evidence := item(w.S("About this capture…"), bare(fyne.KeyI), w.showNotes), item(w.S("Save evidence…"), ctrl(fyne.KeyS), w.askEvidence)
	keys, shut := item(w.S("TLS keys…"), ctrl(fyne.KeyK), w.askKeys), item(w.S("Close capture"), ctrl(fyne.KeyW), w.closeCapture)
	if w.compared != nil {
		about.Disabled, keys.Disabled, evidence.Disabled, shut.Label = true, true, true, w.S("Close the comparison")
	}
	return fyne.NewMenu(w.S("File"),
		item(w.S("Open…"), ctrl(fyne.KeyO), w.askOpen), add, w.recentMenu(), item(w.S("Demo recording"), ctrl(fyne.KeyD), w.OpenDemo),
		fyne.NewMenuItemSeparator(),
		ticked(item(w.S("Sniff…"), ctrl(fyne.KeyI), w.askSniff), w.side.now == w.sniffer.panel),
		ticked(item(w.S("Connect…"), ctrl(fyne.KeyN), w.askConnect), w.side.now == w.connector.panel), w.recentURLs(),
		ticked(item(w.S("Check…"), ctrl(fyne.KeyT), w.askCheck), w.side.now == w.checker.panel),
		ticked(item(w.S("Lab"), ctrl(fyne.KeyL), w.askLab), w.side.now == w.labPanel.panel),
		fyne.NewMenuItemSeparator(),
		item(w.S("Compare…"), ctrl(fyne.KeyJ), w.askCompare), w.comparedBefore(), w.keepingItem(),
		fyne.NewMenuItemSeparator(),
		w.pauseItem(), stop, w.memoryMenu(),
		about, item(w.S("Export…"), ctrl(fyne.KeyE), w.exportMenu), evidence, keys, shut,
		fyne.NewMenuItemSeparator(),
		item(w.S("New window"), ctrlShift(fyne.KeyN), w.openAnother), quitting(item(w.S("Quit"), ctrl(fyne.KeyQ), w.quit)))
}

// pauseItem holds what is live, or goes on.
func (w *Window) pauseItem() *fyne.MenuItem {
	name := w.S("Pause")
	if w.sniffer.paused && w.sniffer.runs() {
		name = w.S("Go on")
	}
	m := item(name, ctrl(fyne.KeyP), w.pauses)
	m.Disabled = !w.Live()
	return m
}

// memoryMenu offers how much memory live sources may take.
func (w *Window) memoryMenu() *fyne.MenuItem {
	m := fyne.NewMenuItem(w.S("Memory for live sources"), nil)
	m.ChildMenu = fyne.NewMenu("")
	now := w.memory()
	for _, bytes := range [...]int64{64e6, 128e6, 256e6, 512e6, 1e9, 2e9, 4e9, 8e9} {
		name := fmt.Sprintf("%d MB", bytes/1e6)
		if bytes >= 1e9 {
			name = fmt.Sprintf("%d GB", bytes/1e9)
		}
		m.ChildMenu.Items = append(m.ChildMenu.Items, ticked(fyne.NewMenuItem(name, func() { w.setMemory(bytes) }), bytes == now))
	}
	return m
}

// memory is what a live source may keep, in bytes.
func (w *Window) memory() int64 { return cmp.Or(w.opt.Memory, w.prefs.memory()) }

// setMemory bounds what live sources take, the one that is open and those to come.
func (w *Window) setMemory(bytes int64) {
	w.opt.Memory = 0
	w.prefs.setMemory(bytes)
	if w.store != nil {
		w.store.Keep(bytes)
	}
	w.family.bound()
	w.win.SetMainMenu(w.menu())
}

func (w *Window) editMenu() *fyne.Menu {
	m := fyne.NewMenu(w.S("Edit"),
		item(w.S("Copy what is explained"), ctrl(fyne.KeyC), w.copyDetail),
		item(w.S("Copy report as text"), ctrl(fyne.KeyR), w.copyReport),
		item(w.S("Copy report for a ticket (Markdown)"), ctrl(fyne.KeyM), w.copyTicket),
		item(w.S("Copy Wireshark filter"), ctrlShift(fyne.KeyW), func() { w.copy(w.detail.filter) }),
		item(w.S("Copy sid"), ctrlShift(fyne.KeyC), w.copySID),
		fyne.NewMenuItemSeparator(),
		item(w.S("Show secrets"), bare(fyne.KeyX), func() { w.detail.reveal.SetChecked(!w.detail.reveal.Checked) }),
		fyne.NewMenuItemSeparator())
	m.Items = append(m.Items, w.searchItems()...)
	return m
}

// copyDetail copies the tab that is open.
func (w *Window) copyDetail() { w.copy(w.detail.current()) }

func (w *Window) copySID() {
	w.with(func(t *session.Tracker, _ *store.State) {
		if i := w.about.session; i >= 0 {
			w.copy(t.SessionAt(i).SID)
		}
	})
}

func (w *Window) viewMenu() *fyne.Menu {
	wall := item(w.S("Time of day"), bare(fyne.KeyT), func() { w.setWall(!w.wall) })
	wall.Checked = w.wall
	themes := under(w.S("Theme"), ctrlShift(fyne.KeyT), w.nextTheme)
	for _, c := range w.themeNames() {
		themes.ChildMenu.Items = append(themes.ChildMenu.Items, ticked(fyne.NewMenuItem(c.name, func() { w.setTheme(c.choice) }), w.theme == c.choice))
	}
	sorts := under(w.S("Sort sessions"), bare(fyne.KeyO), func() { w.tools.sort.SetSelectedIndex((w.tools.sort.SelectedIndex() + 1) % len(sortNames(w.Words))) })
	for i, name := range sortNames(w.Words) {
		sorts.ChildMenu.Items = append(sorts.ChildMenu.Items, fyne.NewMenuItem(name, func() { w.tools.sort.SetSelectedIndex(i) }))
	}
	return fyne.NewMenu(w.S("View"),
		item(w.S("Show all of the time"), bare(fyne.KeyF), w.chart.FitAll),
		item(w.S("Show all of the session"), bare(fyne.KeyS), func() { w.chart.FitSession(w.about.session) }),
		item(w.S("Follow what is live"), bare(fyne.KeySpace), w.toggleFollow),
		item(w.S("Zoom in"), bare(fyne.KeyPlus), func() { w.chart.Zoom(1 / 1.5) }),
		item(w.S("Zoom out"), bare(fyne.KeyMinus), func() { w.chart.Zoom(1.5) }),
		item(w.S("Connections of the session"), bare(fyne.KeyReturn), w.enter),
		fyne.NewMenuItemSeparator(),
		item(w.S("Show sessions…"), bare(fyne.KeyK), w.askSessions), w.showingAll(), sorts, wall,
		fyne.NewMenuItemSeparator(),
		item(w.S("Legend and nodes…"), bare(fyne.KeyL), w.showLegend),
		w.measureItems()[0], w.measureItems()[1], w.noteItems()[0], w.noteItems()[1],
		fyne.NewMenuItemSeparator(),
		ticked(item(w.S("QA view"), bare(fyne.KeyQ), w.toggleQA), w.qa.on), themes, w.languageMenu(), w.borderMenu(), item(w.S("Reset the layout"), ctrlShift(fyne.KeyR), w.resetLayout))
}

// themeNames are what the colours can be.
func (w *Window) themeNames() []struct {
	name   string
	choice look.Choice
} {
	return []struct {
		name   string
		choice look.Choice
	}{{w.S("As the system"), look.System}, {w.S("Light"), look.Light}, {w.S("Dark"), look.Dark}}
}

// nextTheme goes through the colours.
func (w *Window) nextTheme() {
	list := w.themeNames()
	for i, c := range list {
		if c.choice == w.theme {
			w.setTheme(list[(i+1)%len(list)].choice)
			return
		}
	}
}

func (w *Window) goMenu() *fyne.Menu {
	tabs := fyne.NewMenuItem(w.S("Show tab"), nil)
	tabs.ChildMenu = fyne.NewMenu("")
	for i, name := range w.detail.names {
		tabs.ChildMenu.Items = append(tabs.ChildMenu.Items, item(name, bare([]fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4}[i]), func() { w.detail.open(i) }))
	}
	return fyne.NewMenu(w.S("Go"),
		item(w.S("Why and fix"), bare(fyne.KeyW), w.why),
		fyne.NewMenuItemSeparator(),
		item(w.S("Next"), bare(fyne.KeyDown), func() { w.step(1) }),
		item(w.S("Previous"), bare(fyne.KeyUp), func() { w.step(-1) }),
		item(w.S("Next session"), bare(fyne.KeyN), func() { w.stepSession(1) }),
		item(w.S("Previous session"), bare(fyne.KeyB), func() { w.stepSession(-1) }),
		item(w.S("First packet of the session"), bare(fyne.KeyR), w.firstRow),
		item(w.S("Back to all"), bare(fyne.KeyEscape), w.escape),
		fyne.NewMenuItemSeparator(),
		tabs,
		fyne.NewMenuItemSeparator(),
		item(w.S("Next part of the window"), bare(fyne.KeyF6), w.nextPart), item(w.S("Menus"), bare(fyne.KeyF10), w.showMenus),
		item(w.S("What can be done with the session"), bare(desktop.KeyMenu), w.sessionMenu))
}

// contextMenu is for the other mouse button in the timeline.
func (w *Window) contextMenu(h timeline.Hit, pos fyne.Position) {
	if w.store == nil {
		return
	}
	m := fyne.NewMenu("", w.momentItems()...)
	if h.Session >= 0 {
		m.Items = append(append(w.menuOf(h).Items, fyne.NewMenuItemSeparator()), m.Items...)
	}
	widget.ShowPopUpMenuAtPosition(m, w.win.Canvas(), pos)
}

// sessionMenu is the same for the selected session, from the keyboard.
func (w *Window) sessionMenu() {
	w.contextMenu(timeline.Hit{Session: w.about.session, Conn: -1}, fyne.CurrentApp().Driver().AbsolutePositionForObject(w.chart).AddXY(24, 24))
}

// menuOf is what can be done with the session that was hit.
func (w *Window) menuOf(h timeline.Hit) *fyne.Menu {
	var sid, filter, client string
	node := -1
	w.with(func(t *session.Tracker, _ *store.State) {
		s := t.SessionAt(h.Session)
		sid, filter, client, node = s.SID, wiresharkAll(s), clientOf(s), s.Node
		if h.Conn >= 0 {
			filter = wireshark(t.ConnAt(h.Conn))
		}
	})
	with := fyne.NewMenuItem(w.S("Compare with…"), func() { w.compareSession(h.Session) })
	only := fyne.NewMenuItem(w.S("Show this session only"), func() { w.keepSessions(timeline.Keep{Session: h.Session + 1}) })
	same := fyne.NewMenuItem(w.S("Show this client only"), func() { w.keepSessions(timeline.Keep{Client: client}) })
	same.Disabled = client == ""
	beside := fyne.NewMenuItem(w.S("Show this node only"), func() { w.keepSessions(timeline.Keep{Node: node + 1}) })
	beside.Disabled = node < 0
	save := fyne.NewMenuItem(w.S("Export this session…"), func() {
		w.SelectSession(h.Session)
		w.askExport(bySession, reportForm, nil)
	})
	all := w.showingAll()
	all.Shortcut = nil
	return fyne.NewMenu("",
		fyne.NewMenuItem(w.S("Show all of it"), func() { w.chart.FitSession(h.Session) }),
		fyne.NewMenuItem(w.S("Show or hide its connections"), func() { w.chart.Toggle(h.Session) }),
		fyne.NewMenuItemSeparator(),
		only, same, beside, all, with,
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(w.S("Copy sid"), func() { w.copy(sid) }),
		fyne.NewMenuItem(w.S("Copy Wireshark filter"), func() { w.copy(filter) }),
		save)
}

// clientOf is the address by which a session's client is told from others, "" where none is known.
func clientOf(s *session.Session) string {
	switch {
	case s.RealClient != "":
		return s.RealClient
	case s.Client.IsValid():
		return s.Client.Addr().String()
	}
	return ""
}
