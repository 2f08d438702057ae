package ui

import (
	"runtime"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sioscope/protocol/session"
	"sioscope/ui/store"
)

// A stroke is an action of a menu, and the keys that it is called by: the menus are the one place that says what keys
// mean. They are heard here and listed in the sheet.
type stroke struct {
	keys *desktop.CustomShortcut
	menu string // that it is in, as it is read
	does string // the same of the action
	do   func()
}

// listen notes the keys of a menu's actions, and writes them beside their names: Fyne 2.7 draws keys in its own menus
// almost transparent. A native menu shows them well, and takes keys without modifiers from whoever types.
func (w *Window) listen(m *fyne.Menu, within string) {
	for _, i := range m.Items {
		if keys, is := i.Shortcut.(*desktop.CustomShortcut); is {
			if w.compared == nil || !i.Disabled { // what is of the capture behind has no keys
				w.strokes = append(w.strokes, stroke{keys, within, i.Label, i.Action})
			}
			if runtime.GOOS != "darwin" || keys.Modifier == 0 {
				i.Label, i.Shortcut = i.Label+"  ("+keyName(keys)+")", nil
			}
		}
		if i.ChildMenu != nil {
			w.listen(i.ChildMenu, within)
		}
	}
}

// keyName is what is written on the keys.
func keyName(s *desktop.CustomShortcut) string {
	name := string(s.KeyName)
	switch s.KeyName {
	case fyne.KeyReturn:
		name = "Enter"
	case fyne.KeyEscape:
		name = "Esc"
	case fyne.KeyUp:
		name = "↑"
	case fyne.KeyDown:
		name = "↓"
	case fyne.KeyLeft:
		name = "←"
	case fyne.KeyRight:
		name = "→"
	case fyne.KeyMinus:
		name = "−"
	case desktop.KeyMenu:
		name = "Menu"
	}
	command := "Ctrl+"
	if runtime.GOOS == "darwin" {
		command = "Cmd+"
	}
	if s.Modifier&fyne.KeyModifierShift != 0 {
		name = "Shift+" + name
	}
	if s.Modifier&fyne.KeyModifierAlt != 0 {
		name = "Alt+" + name
	}
	if s.Modifier&fyne.KeyModifierShortcutDefault != 0 {
		name = command + name
	}
	return name
}

func ctrl(k fyne.KeyName) *desktop.CustomShortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}
}

func ctrlShift(k fyne.KeyName) *desktop.CustomShortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}
}

func alt(k fyne.KeyName) *desktop.CustomShortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierAlt}
}

func bare(k fyne.KeyName) *desktop.CustomShortcut { return &desktop.CustomShortcut{KeyName: k} }

// keys hears the keys that no entry takes.
func (w *Window) keys() {
	c := w.win.Canvas()
	c.SetOnTypedKey(w.key)
	c.SetOnTypedRune(w.rune)
	c.AddShortcut(&fyne.ShortcutCopy{}, w.shortcut)
	for _, s := range w.strokes {
		if s.keys.Modifier != 0 {
			c.AddShortcut(s.keys, w.shortcut)
		}
	}
}

// shortcut does what a key with Ctrl means; beneath a dialog it means nothing.
func (w *Window) shortcut(s fyne.Shortcut) {
	if _, copies := s.(*fyne.ShortcutCopy); copies {
		s = ctrl(fyne.KeyC)
	}
	beneath := w.win.Canvas().Overlays().Top() != nil
	for _, own := range slices.Clone(w.strokes) { // what is done may make the menus anew
		if own.keys.ShortcutName() == s.ShortcutName() && (!beneath || own.keys.KeyName == fyne.KeyQ) {
			own.do()
			return
		}
	}
}

// called does what a key without modifiers means.
func (w *Window) called(k fyne.KeyName) {
	for _, own := range slices.Clone(w.strokes) {
		if own.keys.Modifier == 0 && own.keys.KeyName == k {
			own.do()
			return
		}
	}
}

// key does what a key without modifiers means that writes nothing.
func (w *Window) key(ev *fyne.KeyEvent) {
	if top := w.win.Canvas().Overlays().Top(); top != nil {
		switch {
		case ev.Name == fyne.KeyEscape && top == w.left.form:
			w.left.leave()
		case ev.Name == fyne.KeyEscape:
			top.Hide()
		}
		w.scroll(ev.Name)
		return
	}
	if w.qa.on && w.qa.key(ev.Name) {
		return
	}
	function := len(ev.Name) > 1 && ev.Name[0] == 'F' // F1 and so on
	switch ev.Name {
	case fyne.KeySpace: // it comes as a character, too
		return
	case fyne.KeyEscape:
		w.called(ev.Name)
		return
	}
	if w.compared != nil && w.compared.key(ev.Name) {
		return
	}
	if w.store == nil && w.compared == nil && !function {
		return
	}
	switch ev.Name {
	case fyne.KeyPageUp:
		w.step(-20)
	case fyne.KeyPageDown:
		w.step(20)
	case fyne.KeyHome:
		w.step(-1 << 30)
	case fyne.KeyEnd:
		w.step(1 << 30)
	case fyne.KeyLeft:
		arrow(w.chart, -1)
	case fyne.KeyRight:
		arrow(w.chart, 1)
	case fyne.KeyEnter:
		w.enter()
	case keyFound:
		w.firstHit()
	default:
		if len(ev.Name) > 1 {
			w.called(ev.Name)
		}
	}
}

// scroll moves what a dialog shows.
func (w *Window) scroll(k fyne.KeyName) {
	if w.dialog == nil {
		return
	}
	page := w.dialog.Size().Height - 30
	by := map[fyne.KeyName]float32{fyne.KeyUp: 40, fyne.KeyDown: -40, fyne.KeyPageUp: page, fyne.KeyPageDown: -page, fyne.KeyHome: 1e6, fyne.KeyEnd: -1e6}[k]
	w.dialog.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, by)})
}

// rune does what a character means. Most mean something only where a capture is open.
func (w *Window) rune(r rune) {
	switch {
	case w.win.Canvas().Overlays().Top() != nil:
	case r == '?':
		w.called(fyne.KeyF1)
	case w.compared != nil && w.compared.rune(r):
	case w.store == nil && w.compared == nil, w.qa.on && !w.qa.hears(r):
	case r == '/':
		w.focusSearch()
	case r == '=':
		w.called(fyne.KeyPlus)
	case r == ' ':
		w.called(fyne.KeySpace)
	default:
		w.called(fyne.KeyName(strings.ToUpper(string(r))))
	}
}

// takeKeys takes the keyboard from whatever has it, so that keys mean what they mean to the window.
func (w *Window) takeKeys() { w.win.Canvas().Unfocus() }

func (w *Window) focusSearch() {
	if w.store != nil {
		w.qa.leave()
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
