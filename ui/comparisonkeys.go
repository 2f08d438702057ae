package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// key does what a key means that no menu has, and says whether it means anything.
func (c *comparison) key(k fyne.KeyName) bool {
	switch k {
	case fyne.KeyPageUp:
		c.stepEntry(-10)
	case fyne.KeyPageDown:
		c.stepEntry(10)
	case fyne.KeyHome:
		c.stepEntry(-1 << 20)
	case fyne.KeyEnd:
		c.stepEntry(1 << 20)
	case fyne.KeyLeft:
		arrow(c.measuring(), -1)
	case fyne.KeyRight:
		arrow(c.measuring(), 1)
	case fyne.KeyEnter:
		c.toggle()
	case keyFound:
	default:
		return false
	}
	return true
}

// rune does what a character means that no menu has, and says whether it means anything.
func (c *comparison) rune(r rune) bool {
	switch r {
	case 'N':
		c.stepSession(1, 1)
	case 'B':
		c.stepSession(1, -1)
	case '/', ' ':
	default:
		return false
	}
	return true
}

// toggle shows or hides the connections of both aligned sessions.
func (c *comparison) toggle() {
	if c.pair == nil {
		return
	}
	open := false
	for i, s := range c.sides {
		open = open || c.pair.Chosen[i] >= 0 && s.chart.IsOpen(c.pair.Chosen[i])
	}
	for i, s := range c.sides {
		if sess := c.pair.Chosen[i]; sess >= 0 {
			s.chart.SetOpen(sess, !open)
		}
	}
}

// fitSessions shows all of both aligned sessions.
func (c *comparison) fitSessions() {
	if c.pair == nil {
		return
	}
	from, to := c.pair.Lives([2]int64{c.sides[0].zero, c.sides[1].zero})
	c.link.Show(from, to)
}

// menus has what can be done with two sides in the place of what can be done with a capture.
func (c *comparison) menus(m *fyne.MainMenu) {
	m.Items[1], m.Items[2], m.Items[3] = c.editMenu(), c.viewMenu(m.Items[2]), c.goMenu()
}

func (c *comparison) editMenu() *fyne.Menu {
	w := c.w
	report, swap := item(w.S("Copy report as text"), ctrl(fyne.KeyR), c.copyReport), item(w.S("Swap the sides"), bare(fyne.KeyV), c.swapSides)
	again := item(w.S("Compare again"), bare(fyne.KeyR), c.compareAgain)
	report.Disabled, swap.Disabled, again.Disabled = c.pair == nil, c.pair == nil, !c.again.Visible()
	return fyne.NewMenu(w.S("Edit"),
		item(w.S("Copy what is explained"), ctrl(fyne.KeyC), c.copyDetail), report,
		fyne.NewMenuItemSeparator(),
		swap, again,
		fyne.NewMenuItemSeparator(),
		ticked(item(w.S("Show secrets"), bare(fyne.KeyX), func() { c.detail.reveal.SetChecked(!c.detail.secrets) }), c.detail.secrets))
}

// viewMenu ends as the one of a capture does: with what is about the window.
func (c *comparison) viewMenu(of *fyne.Menu) *fyne.Menu {
	w, top := c.w, c.sides[0].chart
	m := fyne.NewMenu(of.Label,
		item(w.S("Show all of the time"), bare(fyne.KeyF), top.FitAll),
		item(w.S("Show all of both sessions"), bare(fyne.KeyS), c.fitSessions),
		item(w.S("Zoom in"), bare(fyne.KeyPlus), func() { top.Zoom(1 / 1.5) }),
		item(w.S("Zoom out"), bare(fyne.KeyMinus), func() { top.Zoom(1.5) }),
		item(w.S("Connections of both sessions"), bare(fyne.KeyReturn), c.toggle),
		ticked(item(w.S("What is the same, too"), bare(fyne.KeyA), func() { c.list.all.SetChecked(!c.list.all.Checked) }), c.list.all.Checked))
	m.Items = append(m.Items, c.measureItems()...)
	for i := len(of.Items) - 1; i >= 0; i-- {
		if of.Items[i].IsSeparator {
			m.Items = append(m.Items, slices.DeleteFunc(of.Items[i:], func(i *fyne.MenuItem) bool {
				keys, is := i.Shortcut.(*desktop.CustomShortcut)
				return is && keys.KeyName == fyne.KeyQ && keys.Modifier == 0 // of one session
			})...)
			break
		}
	}
	return m
}

func (c *comparison) goMenu() *fyne.Menu {
	w := c.w
	headers := item(w.S("Headers"), bare(fyne.Key2), func() { c.detail.open(1) })
	headers.Disabled = c.detail.tabs.Items[1].Disabled()
	step := func(name string, key *desktop.CustomShortcut, side, n int) *fyne.MenuItem {
		m := item(name, key, func() { c.stepSession(side, n) })
		m.Disabled = c.pair == nil || c.ends[side].only >= 0
		return m
	}
	shift := func(k fyne.KeyName) *desktop.CustomShortcut {
		return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShift}
	}
	return fyne.NewMenu(w.S("Go"),
		item(w.S("Next difference"), bare(fyne.KeyDown), func() { c.stepEntry(1) }),
		item(w.S("Previous difference"), bare(fyne.KeyUp), func() { c.stepEntry(-1) }),
		fyne.NewMenuItemSeparator(),
		step(w.S("Next session above"), bare(fyne.KeyN), 0, 1), step(w.S("Previous session above"), bare(fyne.KeyB), 0, -1),
		step(w.S("Next session below"), shift(fyne.KeyN), 1, 1), step(w.S("Previous session below"), shift(fyne.KeyB), 1, -1),
		fyne.NewMenuItemSeparator(),
		item(w.S("Meaning"), bare(fyne.Key1), func() { c.detail.open(0) }), headers,
		fyne.NewMenuItemSeparator(),
		item(w.S("Back to what was open"), bare(fyne.KeyEscape), c.back),
		fyne.NewMenuItemSeparator(),
		item(w.S("Next part of the window"), bare(fyne.KeyF6), w.nextPart), item(w.S("Menus"), bare(fyne.KeyF10), w.showMenus))
}

// comparedBefore offers the pairs of files that were compared.
func (w *Window) comparedBefore() *fyne.MenuItem {
	m := fyne.NewMenuItem(w.S("Compared before"), nil)
	m.ChildMenu = fyne.NewMenu("")
	for _, p := range w.prefs.compared() {
		label := w.S("%s and %s: %s, %s", p[0], p[2], shorten(p[1], 40), shorten(p[3], 40))
		m.ChildMenu.Items = append(m.ChildMenu.Items, fyne.NewMenuItem(label, func() { w.compare([2]comparand{fromFile(p[0], p[1]), fromFile(p[2], p[3])}) }))
	}
	m.Disabled = len(m.ChildMenu.Items) == 0
	return m
}

// keepingItem keeps what is open, to be compared with what comes after.
func (w *Window) keepingItem() *fyne.MenuItem {
	m := item(w.S("Keep as before"), ctrl(fyne.KeyB), w.keepAsBefore)
	m.Disabled = !w.keepable() || w.compared != nil
	return m
}
