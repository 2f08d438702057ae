package ui

import (
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// menu has every action, with its key.
func (w *Window) menu() *fyne.MainMenu {
	return fyne.NewMainMenu(w.fileMenu(), w.viewMenu(), w.goMenu(),
		fyne.NewMenu("Help", item("Keys and mouse…", nil, w.showKeys)))
}

// item is an action with its key. Fyne 2.7 draws the keys in its own menus almost transparent, so that there they
// stand in the label; a native menu shows them well. The keys themselves are heard in keys.go.
func item(name string, keys *desktop.CustomShortcut, do func()) *fyne.MenuItem {
	m := fyne.NewMenuItem(name, do)
	switch {
	case keys == nil:
	case runtime.GOOS == "darwin":
		m.Shortcut = keys
	default:
		m.Label += "  (" + keyName(keys) + ")"
	}
	return m
}

func keyName(s *desktop.CustomShortcut) string {
	name := string(s.KeyName)
	switch s.KeyName {
	case fyne.KeyReturn:
		name = "Enter"
	case fyne.KeyEscape:
		name = "Esc"
	}
	if s.Modifier != 0 {
		name = "Ctrl+" + name
	}
	return name
}

func (w *Window) fileMenu() *fyne.Menu {
	recent := fyne.NewMenuItem("Open recent", nil)
	recent.ChildMenu = fyne.NewMenu("")
	for _, path := range w.prefs.recent() {
		recent.ChildMenu.Items = append(recent.ChildMenu.Items, fyne.NewMenuItem(shorten(path, 60), func() { w.Open([]string{path}) }))
	}
	recent.Disabled = len(recent.ChildMenu.Items) == 0
	return fyne.NewMenu("File",
		item("Open…", ctrl(fyne.KeyO), w.askOpen), recent, item("Demo recording", ctrl(fyne.KeyD), w.OpenDemo),
		fyne.NewMenuItemSeparator(),
		item("Export…", ctrl(fyne.KeyE), w.exportMenu))
}

func (w *Window) viewMenu() *fyne.Menu {
	wall := item("Time of day", plain(fyne.KeyT), func() { w.setWall(!w.wall) })
	wall.Checked = w.wall
	themes := fyne.NewMenuItem("Theme", nil)
	themes.ChildMenu = fyne.NewMenu("")
	for _, c := range []struct {
		name   string
		choice look.Choice
	}{{"As the system", look.System}, {"Light", look.Light}, {"Dark", look.Dark}} {
		m := fyne.NewMenuItem(c.name, func() { w.setTheme(c.choice) })
		m.Checked = w.theme == c.choice
		themes.ChildMenu.Items = append(themes.ChildMenu.Items, m)
	}
	sorts := fyne.NewMenuItem("Sort sessions", nil)
	sorts.ChildMenu = fyne.NewMenu("")
	for i, name := range sortNames() {
		sorts.ChildMenu.Items = append(sorts.ChildMenu.Items, fyne.NewMenuItem(name, func() { w.tools.sort.SetSelectedIndex(i) }))
	}
	return fyne.NewMenu("View",
		item("Fit all", plain(fyne.KeyF), w.chart.FitAll),
		item("Fit session", plain(fyne.KeyS), func() { w.chart.FitSession(w.about.session) }),
		item("Zoom in", plain(fyne.KeyPlus), func() { w.chart.Zoom(1 / 1.5) }),
		item("Zoom out", plain(fyne.KeyMinus), func() { w.chart.Zoom(1.5) }),
		item("Connections of the session", plain(fyne.KeyReturn), w.enter),
		fyne.NewMenuItemSeparator(),
		w.keepMenu(), sorts, wall,
		item("Heartbeats", plain(fyne.KeyH), func() { w.rune('h') }),
		item("Problems only", plain(fyne.KeyP), func() { w.rune('p') }),
		fyne.NewMenuItemSeparator(),
		themes)
}

// maxNodes is how many nodes the menu names.
const maxNodes = 20

// keepMenu restricts the sessions shown, by their transport or their node.
func (w *Window) keepMenu() *fyne.MenuItem {
	m := fyne.NewMenuItem("Show sessions", nil)
	m.ChildMenu = fyne.NewMenu("")
	for _, k := range []struct {
		name string
		on   session.Transport
	}{{"All", session.NoTransport}, {"On polling", session.Polling}, {"On WebSocket", session.WebSocket}} {
		m.ChildMenu.Items = append(m.ChildMenu.Items, fyne.NewMenuItem(k.name, func() {
			w.chart.SetKeep(timeline.Keep{Transport: k.on})
		}))
	}
	w.with(func(t *session.Tracker, _ *store.State) {
		for i := range min(len(t.Nodes), maxNodes) {
			m.ChildMenu.Items = append(m.ChildMenu.Items, fyne.NewMenuItem("Of "+timeline.NodeName(t, i), func() {
				w.chart.SetKeep(timeline.Keep{Node: i + 1})
			}))
		}
	})
	return m
}

func (w *Window) goMenu() *fyne.Menu {
	return fyne.NewMenu("Go",
		item("Search", ctrl(fyne.KeyF), w.focusSearch),
		item("Why and fix", plain(fyne.KeyW), w.why),
		fyne.NewMenuItemSeparator(),
		item("Next", plain(fyne.KeyDown), func() { w.step(1) }),
		item("Previous", plain(fyne.KeyUp), func() { w.step(-1) }),
		item("Next session", plain(fyne.KeyN), func() { w.stepSession(1) }),
		item("Previous session", plain(fyne.KeyB), func() { w.stepSession(-1) }),
		item("First packet of the session", plain(fyne.KeyR), w.firstRow),
		item("Back to all", plain(fyne.KeyEscape), w.escape))
}

// contextMenu is for the other mouse button in the timeline.
func (w *Window) contextMenu(h timeline.Hit, pos fyne.Position) {
	if h.Session < 0 || w.store == nil {
		return
	}
	var sid, filter, client string
	w.with(func(t *session.Tracker, _ *store.State) {
		s := t.Sessions[h.Session]
		sid, filter, client = s.SID, wiresharkAll(s), clientOf(s)
		if h.Conn >= 0 {
			filter = wireshark(t.Conns[h.Conn])
		}
	})
	only := fyne.NewMenuItem("Show this session only", func() { w.chart.SetKeep(timeline.Keep{Session: h.Session + 1}) })
	same := fyne.NewMenuItem("Show this client only", func() { w.chart.SetKeep(timeline.Keep{Client: client}) })
	same.Disabled = client == ""
	all := fyne.NewMenuItem("Show all sessions", func() { w.chart.SetKeep(timeline.Keep{}) })
	all.Disabled = w.chart.Keep() == timeline.Keep{}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("",
		fyne.NewMenuItem("Fit session", func() { w.chart.FitSession(h.Session) }),
		fyne.NewMenuItem("Connections", func() { w.chart.Toggle(h.Session) }),
		fyne.NewMenuItemSeparator(),
		only, same, all,
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Copy sid", func() { w.copy(sid) }),
		fyne.NewMenuItem("Copy Wireshark filter", func() { w.copy(filter) })), w.win.Canvas(), pos)
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

func (w *Window) showKeys() {
	text := widget.NewRichTextFromMarkdown(`- **wheel** zooms at the mouse, **Shift** and wheel pans, **Ctrl** and wheel scrolls the sessions
- **drag** pans; in the overview it moves the frame
- **double click** shows a session's whole life, **F** shows everything, **S** the selected session
- **arrows up and down** move the selection, **N** and **B** go from session to session, **left and right** pan
- **Enter** opens and closes a session's connections, **R** goes to its packets, **Esc** goes back
- **/** or **Ctrl+F** searches, **H** hides heartbeats, **P** shows problems only
- **T** switches between time since the beginning and time of day
- **W** says why, and what to do`)
	dialog.ShowCustom("Keys and mouse", "Close", text, w.win)
}
