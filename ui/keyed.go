package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/lang"
)

// hears gets the keys that a focused widget has no use for, so that the window's own keys work wherever the focus is.
// Its fields may be set after the widgets were made.
type hears struct {
	lang.Words // the window's language, for what is written upon its parts

	key      func(*fyne.KeyEvent)
	rune     func(rune)
	shortcut func(fyne.Shortcut)
	gained   func(fyne.CanvasObject) // a part got the keyboard
	hint     func(string)            // tells more of what is under the mouse; "" takes that back
}

func (h *hears) gain(o fyne.CanvasObject) {
	if h.gained != nil {
		h.gained(o)
	}
}

func (h *hears) typedKey(ev *fyne.KeyEvent) {
	if h.key != nil {
		h.key(ev)
	}
}

func (h *hears) typedRune(r rune) {
	if h.rune != nil {
		h.rune(r)
	}
}

func (h *hears) typedShortcut(s fyne.Shortcut) {
	if h.shortcut != nil {
		h.shortcut(s)
	}
}

// A button is Fyne's; Enter presses it as Space does.
type button struct {
	widget.Button
	focus
	hears *hears
	tip   string // what it does, where no text upon it says so; the status bar shows it
	page  *page  // that it stands in; nil: none
}

func newButton(h *hears, text string, icon fyne.Resource, tapped func()) *button {
	b := &button{hears: h}
	b.Text, b.Icon, b.OnTapped = text, icon, tapped
	b.ExtendBaseWidget(b)
	return b
}

// tipped gives a button without a text a tip.
func (b *button) tipped(tip string) *button {
	b.tip = tip
	return b
}

func (b *button) showTip(tip string) {
	if b.tip != "" && b.hears.hint != nil {
		b.hears.hint(tip)
	}
}

// FocusGained shows it where it was scrolled away.
func (b *button) FocusGained() {
	b.focus = true
	b.Button.FocusGained()
	b.hears.gain(b)
	if b.page != nil {
		b.page.gained(b)
	}
	b.showTip(b.tip)
}

// FocusLost takes its tip back.
func (b *button) FocusLost() {
	b.focus = false
	b.Button.FocusLost()
	b.showTip("")
}

// CreateRenderer is for Fyne.
func (b *button) CreateRenderer() fyne.WidgetRenderer { return newRinged(b.Button.CreateRenderer(), b) }

// MouseIn shows its tip.
func (b *button) MouseIn(ev *desktop.MouseEvent) {
	b.Button.MouseIn(ev)
	b.showTip(b.tip)
}

// MouseOut takes its tip back.
func (b *button) MouseOut() {
	b.Button.MouseOut()
	b.showTip("")
}

// TypedKey presses the button, or is the window's.
func (b *button) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	default:
		b.hears.typedKey(ev)
	}
}

// TypedRune is the window's; a blank came as a key too.
func (b *button) TypedRune(r rune) {
	if r != ' ' {
		b.hears.typedRune(r)
	}
}

// A tick is Fyne's.
type tick struct {
	widget.Check
	focus
	hears *hears
}

func newTick(h *hears, text string, changed func(bool)) *tick {
	c := &tick{hears: h}
	c.Text, c.OnChanged = text, changed
	c.ExtendBaseWidget(c)
	return c
}

// FocusGained shows it where it was scrolled away.
func (c *tick) FocusGained() {
	c.focus = true
	c.Check.FocusGained()
	c.hears.gain(c)
}

// FocusLost takes its ring away.
func (c *tick) FocusLost() {
	c.focus = false
	c.Check.FocusLost()
}

// CreateRenderer is for Fyne.
func (c *tick) CreateRenderer() fyne.WidgetRenderer { return newRinged(c.Check.CreateRenderer(), c) }

// TypedKey is the window's.
func (c *tick) TypedKey(ev *fyne.KeyEvent) { c.hears.typedKey(ev) }

// TypedRune ticks the check with a blank; all else is the window's.
func (c *tick) TypedRune(r rune) {
	if r == ' ' {
		c.Check.TypedRune(r)
		return
	}
	c.hears.typedRune(r)
}

// A choice is Fyne's Select; its arrows left and right are not taken from the window, which pans with them.
type choice struct {
	widget.Select
	focus
	hears *hears
}

func newChoice(h *hears, options []string) *choice {
	c := &choice{hears: h}
	c.Options = options
	c.ExtendBaseWidget(c)
	return c
}

// FocusGained shows it where it was scrolled away.
func (c *choice) FocusGained() {
	c.focus = true
	c.Select.FocusGained()
	c.hears.gain(c)
}

// FocusLost takes its ring away.
func (c *choice) FocusLost() {
	c.focus = false
	c.Select.FocusLost()
}

// CreateRenderer is for Fyne.
func (c *choice) CreateRenderer() fyne.WidgetRenderer { return newRinged(c.Select.CreateRenderer(), c) }

// lost says whether Fyne does not know, for the moment, in which window this is, and has it find out with the next frame: it
// forgets those that were not drawn for a minute, and its list would end the program then.
func (c *choice) lost() bool {
	if fyne.CurrentApp().Driver().CanvasForObject(c) != nil {
		return false
	}
	c.Refresh()
	return true
}

// Tapped opens the list.
func (c *choice) Tapped(ev *fyne.PointEvent) {
	if !c.lost() {
		c.Select.Tapped(ev)
	}
}

// TypedKey opens the list, or is the window's.
func (c *choice) TypedKey(ev *fyne.KeyEvent) {
	if (ev.Name == fyne.KeySpace || ev.Name == fyne.KeyReturn || ev.Name == fyne.KeyEnter) && c.lost() {
		return
	}
	switch ev.Name {
	case fyne.KeySpace:
		c.Select.TypedKey(ev)
	case fyne.KeyReturn, fyne.KeyEnter:
		c.Select.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	default:
		c.hears.typedKey(ev)
	}
}

// TypedRune is the window's.
func (c *choice) TypedRune(r rune) {
	if r != ' ' {
		c.hears.typedRune(r)
	}
}

// A lineList is Fyne's list: arrows move its own focus, Space folds. All else is the window's.
type lineList struct {
	widget.List
	focus
	hears *hears
}

func newLineList(h *hears) *lineList {
	l := &lineList{hears: h}
	l.HideSeparators = true
	l.ExtendBaseWidget(l)
	return l
}

// FocusGained shows where the keyboard is.
func (l *lineList) FocusGained() {
	l.focus = true
	l.List.FocusGained()
	l.Refresh()
}

// FocusLost takes its ring away.
func (l *lineList) FocusLost() {
	l.focus = false
	l.List.FocusLost()
	l.Refresh()
}

// CreateRenderer is for Fyne.
func (l *lineList) CreateRenderer() fyne.WidgetRenderer { return newRinged(l.List.CreateRenderer(), l) }

// TypedKey moves in the list, or is the window's.
func (l *lineList) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyUp, fyne.KeyDown, fyne.KeySpace:
		l.List.TypedKey(ev)
	default:
		l.hears.typedKey(ev)
	}
}

// TypedRune is the window's.
func (l *lineList) TypedRune(r rune) {
	if r != ' ' {
		l.hears.typedRune(r)
	}
}
