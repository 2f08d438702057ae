package walk

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// Menu chooses an item of the menu bar: the names of a menu, of an item, and of one below it. Dots at the end and keys
// behind a name need not be said.
func (u *User) Menu(path ...string) {
	u.Helper()
	u.step("chooses %s", strings.Join(path, " > "))
	main := u.Window().MainMenu()
	if main == nil {
		u.fatal("there is no menu")
	}
	var item *fyne.MenuItem
	items := []*fyne.MenuItem{}
	for _, m := range main.Items {
		items = append(items, &fyne.MenuItem{Label: m.Label, ChildMenu: m})
	}
	for _, name := range path {
		if item = choice(items, name); item == nil || item.Disabled {
			u.fatal("the menu has no %q that can be chosen", name)
		}
		if item.ChildMenu != nil {
			items = item.ChildMenu.Items
		}
	}
	if item.Action == nil {
		u.fatal("%q does nothing", path[len(path)-1])
	}
	item.Action()
	u.settle()
}

func choice(items []*fyne.MenuItem, name string) *fyne.MenuItem {
	for _, i := range items {
		label, _, _ := strings.Cut(i.Label, "  (")
		if label == name || strings.TrimSuffix(label, "…") == name {
			return i
		}
	}
	return nil
}

// Offers says whether the menu bar has an item that can be chosen.
func (u *User) Offers(menu, name string) bool {
	for _, m := range u.Window().MainMenu().Items {
		if m.Label == menu {
			item := choice(m.Items, name)
			return item != nil && !item.Disabled
		}
	}
	return false
}

// Click clicks at a text, once it is there.
func (u *User) Click(text string) {
	u.Helper()
	u.step("clicks at %q", text)
	u.click(u.reach(text).shown().middle(), desktop.MouseButtonPrimary)
	u.settle()
}

// ClickAt clicks at a place, in dp.
func (u *User) ClickAt(p fyne.Position) {
	u.Helper()
	u.step("clicks at %g, %g", p.X, p.Y)
	u.click(p, desktop.MouseButtonPrimary)
	u.settle()
}

// RightClickAt clicks with the other button.
func (u *User) RightClickAt(p fyne.Position) {
	u.Helper()
	u.step("clicks with the other button at %g, %g", p.X, p.Y)
	u.click(p, desktop.MouseButtonSecondary)
	u.settle()
}

// at is what is in front at a place and is of a kind, and the place within it.
func (u *User) at(p fyne.Position, kind func(fyne.CanvasObject) bool) (o fyne.CanvasObject, within fyne.Position) {
	u.front(func(t thing) {
		r := t.shown()
		if kind(t.CanvasObject) && p.X >= r.x0 && p.X < r.x1 && p.Y >= r.y0 && p.Y < r.y1 {
			o, within = t.CanvasObject, p.SubtractXY(t.box.x0, t.box.y0)
		}
	})
	return o, within
}

// click does what Fyne's driver does of a desktop.
func (u *User) click(p fyne.Position, button desktop.MouseButton) {
	o, within := u.at(p, func(o fyne.CanvasObject) bool {
		switch o.(type) {
		case fyne.Tappable, fyne.SecondaryTappable, fyne.DoubleTappable, fyne.Focusable, desktop.Mouseable:
			return true
		}
		return false
	})
	ev := fyne.PointEvent{Position: within, AbsolutePosition: p}
	mouse := &desktop.MouseEvent{PointEvent: ev, Button: button}
	m, hears := o.(desktop.Mouseable)
	if hears {
		m.MouseDown(mouse)
	}
	focusable, _ := u.at(p, func(o fyne.CanvasObject) bool { _, is := o.(fyne.Focusable); return is })
	if focusable == nil {
		u.canvas().Unfocus()
	}
	if hears {
		m.MouseUp(mouse)
	}
	if s, is := o.(fyne.SecondaryTappable); is && button == desktop.MouseButtonSecondary {
		s.TappedSecondary(&ev)
	}
	if t, is := o.(fyne.Tappable); is && button == desktop.MouseButtonPrimary {
		t.Tapped(&ev)
	}
}

// DoubleClickAt clicks twice.
func (u *User) DoubleClickAt(p fyne.Position) {
	u.Helper()
	u.step("double clicks at %g, %g", p.X, p.Y)
	o, within := u.at(p, func(o fyne.CanvasObject) bool { _, is := o.(fyne.DoubleTappable); return is })
	if o == nil {
		u.fatal("a double click does nothing there")
	}
	o.(fyne.DoubleTappable).DoubleTapped(&fyne.PointEvent{Position: within, AbsolutePosition: p})
	u.settle()
}

// Point moves the mouse to a place.
func (u *User) Point(p fyne.Position) {
	u.Helper()
	u.step("points at %g, %g", p.X, p.Y)
	test.MoveMouse(u.canvas(), p)
	u.settle()
}

// PointAt moves the mouse to a text.
func (u *User) PointAt(text string) {
	u.Helper()
	u.Point(u.reach(text).shown().middle())
}

// Drag drags what is at a place.
func (u *User) Drag(from fyne.Position, dx, dy float32) {
	u.Helper()
	u.step("drags at %g, %g by %g, %g", from.X, from.Y, dx, dy)
	test.Drag(u.canvas(), from, dx, dy)
	u.settle()
}

// Wheel turns the mouse's wheel over a place.
func (u *User) Wheel(p fyne.Position, dy float32) {
	u.Helper()
	u.step("turns the wheel at %g, %g by %g", p.X, p.Y, dy)
	o, within := u.at(p, func(o fyne.CanvasObject) bool { _, is := o.(fyne.Scrollable); return is })
	if o == nil {
		u.fatal("nothing scrolls there")
	}
	o.(fyne.Scrollable).Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: within, AbsolutePosition: p}, Scrolled: fyne.NewDelta(0, dy)})
	u.settle()
}

// Fill types into the field of that name, or with that hint, in the place of what is in it.
func (u *User) Fill(field, what string) {
	u.Helper()
	u.step("fills %q with %q", field, what)
	label := u.reach(field)
	var best thing
	least := float32(1e9)
	u.front(func(t thing) {
		_, is := t.CanvasObject.(editable)
		mid := label.box.middle()
		switch d := t.box.y0 - label.box.y0; {
		case !is || t.shown().empty() || t.box.x1 < label.box.x0 || t.box.x0 > label.box.x1:
		case mid.Y >= t.box.y0 && mid.Y < t.box.y1:
			best, least = t, 0
		case d > 0 && d < least:
			best, least = t, d
		}
	})
	if best.CanvasObject == nil {
		u.fatal("there is nothing to type into below %q", field)
	}
	u.click(best.shown().middle(), desktop.MouseButtonPrimary)
	u.canvas().Focus(best.CanvasObject.(fyne.Focusable))
	u.press("Ctrl+A")
	u.press("Backspace")
	u.typed(what)
	u.settle()
}

// editable is an entry of Fyne, whatever it is embedded in.
type editable interface {
	fyne.Focusable
	fyne.Disableable
	SelectedText() string
	SetPlaceHolder(string)
}

// Types types letters, wherever the keyboard is.
func (u *User) Types(letters string) {
	u.Helper()
	u.step("types %q", letters)
	u.typed(letters)
	u.settle()
}

func (u *User) typed(letters string) {
	for _, r := range letters {
		u.key(fyne.KeyName(strings.ToUpper(string(r))), r)
	}
}

// key is one stroke: the key, and the letter it writes.
func (u *User) key(name fyne.KeyName, letter rune) {
	c := u.canvas()
	if letter == ' ' {
		name = fyne.KeySpace
	}
	if f := c.Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: name})
	} else if c.OnTypedKey() != nil {
		c.OnTypedKey()(&fyne.KeyEvent{Name: name})
	}
	if !unicode.IsPrint(letter) {
		return
	}
	if f := c.Focused(); f != nil {
		f.TypedRune(letter)
	} else if c.OnTypedRune() != nil {
		c.OnTypedRune()(letter)
	}
}

// Press presses keys: "Down", "Escape", "Tab", "Ctrl+F", "Ctrl+Shift+N".
func (u *User) Press(keys ...string) {
	u.Helper()
	for _, k := range keys {
		u.step("presses %s", k)
		u.press(k)
		u.settle()
	}
}

func (u *User) press(keys string) {
	u.Helper()
	parts := strings.Split(keys, "+")
	name := named(parts[len(parts)-1])
	var mod fyne.KeyModifier
	for _, m := range parts[:len(parts)-1] {
		mod |= map[string]fyne.KeyModifier{"Ctrl": fyne.KeyModifierShortcutDefault, "Shift": fyne.KeyModifierShift, "Alt": fyne.KeyModifierAlt}[m]
	}
	u.held = mod
	defer func() { u.held = 0 }()
	c := u.canvas()
	switch {
	case name == fyne.KeyTab && mod == 0:
		test.FocusNext(c)
	case name == fyne.KeyTab && mod == fyne.KeyModifierShift:
		test.FocusPrevious(c)
	case name == fyne.KeySpace && mod == 0:
		u.key(name, ' ')
	case mod&^fyne.KeyModifierShift == 0:
		u.key(name, 0)
	default:
		u.shortcut(u.meaning(name, mod))
	}
}

// Held are the modifiers that the user holds down now.
func (u *User) Held() fyne.KeyModifier { return u.held }

func named(key string) fyne.KeyName {
	switch key {
	case "Enter":
		return fyne.KeyReturn
	case "Esc":
		return fyne.KeyEscape
	case "Backspace":
		return fyne.KeyBackspace
	case "PageUp":
		return fyne.KeyPageUp
	case "PageDown":
		return fyne.KeyPageDown
	}
	return fyne.KeyName(key)
}

// meaning is what keys with Ctrl are to Fyne.
func (u *User) meaning(name fyne.KeyName, mod fyne.KeyModifier) fyne.Shortcut {
	if mod == fyne.KeyModifierShortcutDefault {
		switch name {
		case fyne.KeyA:
			return &fyne.ShortcutSelectAll{}
		case fyne.KeyC:
			return &fyne.ShortcutCopy{Clipboard: u.app.Clipboard()}
		case fyne.KeyV:
			return &fyne.ShortcutPaste{Clipboard: u.app.Clipboard()}
		case fyne.KeyX:
			return &fyne.ShortcutCut{Clipboard: u.app.Clipboard()}
		case fyne.KeyZ:
			return &fyne.ShortcutUndo{}
		case fyne.KeyY:
			return &fyne.ShortcutRedo{}
		}
	}
	return &desktop.CustomShortcut{KeyName: name, Modifier: mod}
}

func (u *User) shortcut(s fyne.Shortcut) {
	c := u.canvas()
	if f, is := c.Focused().(fyne.Shortcutable); is {
		f.TypedShortcut(s)
	} else if own, is := c.(fyne.Shortcutable); is {
		own.TypedShortcut(s)
	}
}

// Focused is what has the keyboard, or nil.
func (u *User) Focused() fyne.Focusable { return u.canvas().Focused() }

// Tabs presses Tab until what has the keyboard shows a text, and fails where it never does.
func (u *User) Tabs(text string) {
	u.Helper()
	u.step("presses Tab until %q has the keyboard", text)
	for range 60 {
		test.FocusNext(u.canvas())
		if u.focusShows(text) {
			u.settle()
			return
		}
	}
	u.fatal("Tab never reaches %q", text)
}

func (u *User) focusShows(what string) (shows bool) {
	f := u.Focused()
	u.texts(func(t text) {
		for _, in := range t.in {
			if o, is := in.CanvasObject.(fyne.Focusable); is && o == f && strings.HasPrefix(t.says, what) {
				shows = true
			}
		}
	})
	return shows
}
