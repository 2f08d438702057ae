package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sioscope/protocol/session"
	"sioscope/ui/store"
)

// keys hears the keys that no entry takes.
func (w *Window) keys() {
	c := w.win.Canvas()
	c.SetOnTypedKey(w.key)
	c.SetOnTypedRune(w.rune)
	for _, s := range w.shortcuts() {
		c.AddShortcut(s.keys, w.shortcut)
	}
}

type shortcut struct {
	keys fyne.Shortcut
	do   func()
}

func ctrl(k fyne.KeyName) *desktop.CustomShortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}
}

func bare(k fyne.KeyName) *desktop.CustomShortcut { return &desktop.CustomShortcut{KeyName: k} }

func (w *Window) shortcuts() []shortcut {
	return []shortcut{
		{ctrl(fyne.KeyO), w.askOpen},
		{ctrl(fyne.KeyD), w.OpenDemo},
		{ctrl(fyne.KeyI), w.askSniff},
		{ctrl(fyne.KeyN), w.askConnect},
		{ctrl(fyne.KeyT), w.askCheck},
		{ctrl(fyne.KeyL), w.askLab},
		{ctrl(fyne.KeyW), w.closeCapture},
		{ctrl(fyne.KeyF), w.focusSearch},
		{ctrl(fyne.KeyE), w.exportMenu},
		{ctrl(fyne.KeyK), w.askKeys},
		{&fyne.ShortcutCopy{}, w.copyDetail},
		{ctrl(fyne.KeyR), w.copyReport},
	}
}

// shortcut does what a key with Ctrl means; beneath a dialog it means nothing.
func (w *Window) shortcut(s fyne.Shortcut) {
	if w.win.Canvas().Overlays().Top() != nil {
		return
	}
	for _, own := range w.shortcuts() {
		if own.keys.ShortcutName() == s.ShortcutName() {
			own.do()
		}
	}
}

// key does what a key without modifiers means.
func (w *Window) key(ev *fyne.KeyEvent) {
	if top := w.win.Canvas().Overlays().Top(); top != nil {
		if ev.Name == fyne.KeyEscape {
			top.Hide()
		}
		return
	}
	switch {
	case ev.Name == fyne.KeyF1:
		w.showKeys()
		return
	case w.store == nil && ev.Name == fyne.KeyEscape:
		w.showSide(nil)
		return
	case w.store == nil:
		return
	}
	switch ev.Name {
	case fyne.KeyUp:
		w.step(-1)
	case fyne.KeyDown:
		w.step(1)
	case fyne.KeyPageUp:
		w.step(-20)
	case fyne.KeyPageDown:
		w.step(20)
	case fyne.KeyHome:
		w.step(-1 << 30)
	case fyne.KeyEnd:
		w.step(1 << 30)
	case fyne.KeyLeft:
		w.chart.Pan(-0.1)
	case fyne.KeyRight:
		w.chart.Pan(0.1)
	case fyne.KeyReturn, fyne.KeyEnter:
		w.enter()
	case keyFound:
		w.firstRow()
	case fyne.KeyEscape:
		w.win.Canvas().Unfocus()
		w.escape()
	}
}

// rune does what a character means.
func (w *Window) rune(r rune) {
	switch {
	case w.win.Canvas().Overlays().Top() != nil:
		return
	case r == '?':
		w.showKeys()
		return
	case w.store == nil:
		return
	}
	switch r {
	case 'f', 'F':
		w.chart.FitAll()
	case 's', 'S':
		w.chart.FitSession(w.about.session)
	case '+', '=':
		w.chart.Zoom(1 / 1.5)
	case '-':
		w.chart.Zoom(1.5)
	case 't', 'T':
		w.setWall(!w.wall)
	case 'h', 'H':
		w.table.pings.SetChecked(!w.table.pings.Checked)
	case 'p', 'P':
		w.table.problems.SetChecked(!w.table.problems.Checked)
	case 'n', 'N':
		w.stepSession(1)
	case 'b', 'B':
		w.stepSession(-1)
	case 'r', 'R':
		w.firstRow()
	case 'w', 'W':
		w.why()
	case '1', '2', '3', '4':
		w.detail.open(int(r - '1'))
	case '/':
		w.focusSearch()
	case ' ':
		w.toggleFollow()
	}
}

// takeKeys takes the keyboard from whatever has it, so that keys mean what they mean to the window.
func (w *Window) takeKeys() { w.win.Canvas().Unfocus() }

func (w *Window) focusSearch() {
	if w.store != nil {
		w.win.Canvas().Focus(w.tools.search)
	}
}

// setWall shows times of day, or times since the beginning.
func (w *Window) setWall(wall bool) {
	if wall == w.wall {
		return
	}
	w.wall = wall
	w.prefs.SetBool("wall", wall)
	w.tools.times.SetSelectedIndex(map[bool]int{true: 1}[wall])
	w.chart.SetWall(wall)
	w.table.setWall(wall)
	w.detail.times.Wall = wall
	w.detail.fill()
	w.win.SetMainMenu(w.menu())
}

// with gives f the store, where one is open.
func (w *Window) with(f func(*session.Tracker, *store.State)) {
	if w.store != nil {
		w.store.Read(f)
	}
}
