package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A searchEntry is where it is written what is searched for. Escape clears it, and then gives the keyboard back; Enter
// goes to what was found; up and down lead through recent searches.
type searchEntry struct {
	widget.Entry
	hears   *hears
	recent  func() []string // the latest first
	at      int             // of the recent ones, 0 none
	typed   string          // what stood there before
	clear   *button
	history *button
}

func newSearchEntry(h *hears, changed func(string)) *searchEntry {
	e := &searchEntry{hears: h, recent: func() []string { return nil }}
	e.clear = lowButton(h, theme.CancelIcon(), func() { e.SetText("") }).tipped(h.S("Ends the search: Esc"))
	e.history = lowButton(h, theme.MenuDropDownIcon(), e.showRecent).tipped(h.S("Recent searches"))
	e.clear.Hide()
	e.ActionItem = container.NewHBox(flatButton(e.clear), flatButton(e.history))
	e.ExtendBaseWidget(e)
	e.SetPlaceHolder(h.S("Search, or event:join"))
	e.OnChanged = changed
	return e
}

// showClear offers to clear where there is something to clear.
func (e *searchEntry) showClear() {
	if shown := e.Text != ""; shown == e.clear.Hidden {
		e.clear.Hidden = !shown
		e.Refresh()
		size := e.Size() // Fyne gives the text its room anew where the size is another
		e.Resize(size.SubtractWidthHeight(1, 0))
		e.Resize(size)
	}
}

// FocusGained tells what is searched, and by which words it can be restricted.
func (e *searchEntry) FocusGained() {
	e.Entry.FocusGained()
	if e.hears.hint != nil {
		e.hears.hint(e.hears.S("Searches payloads, sids, events, headers and nodes. One thing alone: event:join, status:400, sid:…, node:A"))
	}
}

// FocusLost takes that back.
func (e *searchEntry) FocusLost() {
	e.Entry.FocusLost()
	if e.hears.hint != nil {
		e.hears.hint("")
	}
}

// TypedKey edits.
func (e *searchEntry) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyEscape:
		if e.Text != "" {
			e.SetText("")
			return
		}
		e.leave()
	case fyne.KeyF1, fyne.KeyF3, fyne.KeyF6, fyne.KeyF10:
		e.hears.typedKey(ev)
	case fyne.KeyReturn, fyne.KeyEnter:
		e.goOn()
	case fyne.KeyUp:
		e.remember(1)
	case fyne.KeyDown:
		if e.at == 0 && e.Text != "" {
			e.goOn()
		} else {
			e.remember(-1)
		}
	default:
		e.at = 0
		e.Entry.TypedKey(ev)
	}
}

// TypedRune writes a letter.
func (e *searchEntry) TypedRune(r rune) {
	e.at = 0
	e.Entry.TypedRune(r)
}

// remember goes n searches back, or forth to what was typed.
func (e *searchEntry) remember(n int) {
	list := e.recent()
	if e.at == 0 {
		e.typed = e.Text
		list = slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == e.typed })
	}
	if n < 0 && e.at == 0 && len(list) > 0 {
		e.showRecent()
		return
	}
	at := min(max(e.at+n, 0), len(list))
	text := e.typed
	if at > 0 {
		text = list[at-1]
	}
	e.SetText(text)
	e.CursorColumn = len([]rune(text))
	e.at = at
	e.Refresh()
}

// goOn leaves the entry for what was found.
func (e *searchEntry) goOn() {
	e.leave()
	e.hears.typedKey(&fyne.KeyEvent{Name: keyFound})
}

// keyFound is no key of a keyboard: it tells the window to go to the first row that the search found.
const keyFound fyne.KeyName = "found"

func (e *searchEntry) leave() {
	e.at = 0
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
		c.Unfocus()
	}
}

// showRecent offers the recent searches under the entry.
func (e *searchEntry) showRecent() {
	c := fyne.CurrentApp().Driver().CanvasForObject(e)
	if c == nil {
		return
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(e).AddXY(0, e.Size().Height)
	menu := widget.NewPopUpMenu(fyne.NewMenu("", recentItems(e.hears, e.recent(), e.take)...), c)
	menu.Resize(fyne.NewSize(max(e.Size().Width, menu.MinSize().Width), menu.MinSize().Height))
	menu.ShowAtPosition(at)
	c.Focus(menu)
}

// take searches for what was searched for before.
func (e *searchEntry) take(text string) {
	e.SetText(text)
	e.CursorColumn = len([]rune(text))
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
		c.Focus(e)
	}
}

// recentItems are recent searches for a menu.
func recentItems(h *hears, list []string, take func(string)) (items []*fyne.MenuItem) {
	for _, text := range list {
		items = append(items, fyne.NewMenuItem(shorten(strings.ToValidUTF8(text, "·"), 60), func() { take(text) }))
	}
	if len(items) == 0 {
		none := fyne.NewMenuItem(h.S("No recent searches"), nil)
		none.Disabled = true
		items = append(items, none)
	}
	return items
}

// TypedShortcut edits, or is the window's: Ctrl+O works here too.
func (e *searchEntry) TypedShortcut(s fyne.Shortcut) {
	if _, own := s.(*desktop.CustomShortcut); own {
		e.hears.typedShortcut(s)
	}
	e.Entry.TypedShortcut(s)
}
