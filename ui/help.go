package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// A habit is a key or a movement, and what it does.
type habit struct{ keys, does string }

// habits are those that no menu has, under their headings, and then those of the menus.
func (w *Window) habits() []group {
	list := []group{
		{w.S("Mouse"), []habit{
			{w.S("Wheel"), w.S("zooms at the mouse")},
			{w.S("Shift and wheel, or drag"), w.S("moves through time")},
			{w.S("Shift and drag"), w.S("measures what is between two times")},
			{w.S("Ctrl and wheel"), w.S("scrolls the sessions")},
			{w.S("Double click"), w.S("shows a session's whole life")},
			{w.S("Right click"), w.S("offers what can be done with a session or a packet")},
			{w.S("Click on a column's name"), w.S("sorts the packets by it; its edges can be dragged")},
			{w.S("Files dropped"), w.S("are opened, several as one picture; two can be compared")},
			{w.S("Ctrl and a file"), w.S("that is dropped, or a recent one: opens it in a window of its own")},
		}},
		{w.S("Everywhere"), []habit{
			{"Tab, Shift+Tab", w.S("from one control to the next, or back")},
			{w.S("Space or Enter"), w.S("presses a button, ticks, opens a list")},
			{"Shift+F6", w.S("the part of the window before")},
			{"Esc", w.S("takes back: the search, a packet, a session, the panel at the left; a note that is written is kept")},
			{"/, ?", w.S("search, and this sheet")},
		}},
		{w.S("Timeline and packets"), []habit{
			{"←, →", w.S("move through time, or the end of what is measured")},
			{"Page ↑, Page ↓", w.S("20 packets on, or back")},
			{"Home, End", w.S("the first packet, the last")},
		}},
	}
	list = append(list, w.searchHabits())
	for _, s := range w.strokes {
		last := &list[len(list)-1]
		if last.name != s.menu {
			list = append(list, group{name: s.menu})
			last = &list[len(list)-1]
		}
		last.habits = append(last.habits, habit{keyName(s.keys), s.does})
	}
	return list
}

// searchHabits are the words that a search knows.
func (w *Window) searchHabits() group {
	return group{w.S("Search"), []habit{
		{"event:join", w.S("events with “join” in their names; with blanks: event:\"new message\"")},
		{"status:400", w.S("answers with that status; status:4 is all from 400 to 499")},
		{w.S("sid:…, node:A"), w.S("packets of a session, of a node")},
		{"↑, ↓", w.S("recent searches; no secrets are among them")},
		{w.S("What is masked"), w.S("is searched too, and not shown")},
	}}
}

// A group is habits that belong together.
type group struct {
	name   string
	habits []habit
}

// showKeys opens the sheet of keys.
func (w *Window) showKeys() {
	sheet := container.New(&flowing{})
	for _, g := range w.habits() {
		name := heading(g.name)
		name.SetColor(look.Accent)
		grid := container.New(&twoColumns{})
		for _, h := range g.habits {
			keys := newLine(nil, 13, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
			keys.Set(h.keys)
			grid.Add(keys)
			grid.Add(paragraph(h.does))
		}
		sheet.Add(container.New(stacked{}, name, grid, gapTop(10)))
	}
	size := fyne.NewSize(1240, 800)
	sheet.Resize(fyne.NewSize(min(w.win.Canvas().Size().Width-60, size.Width)-60, 0)) // which tells how high it is
	w.inform(w.S("Keys and mouse"), container.NewVScroll(sheet), size)
}

// showAbout tells what this is, by its version and licence.
func (w *Window) showAbout() {
	lines := []string{w.S("Shows which transport every Socket.IO session really uses, which node answered,"), w.S("and why a session never left long-polling."), "",
		w.opt.Version, "", "MIT License. Copyright (c) 2026 The sioscope authors.", w.S("It sends nothing but to the URL you connect to or check.")}
	box := container.NewVBox()
	for i, text := range lines {
		color := theme.ColorNameForeground
		if i > 1 {
			color = look.Dim
		}
		l := newLine(nil, 13, color, fyne.TextStyle{})
		l.Set(text)
		box.Add(l)
	}
	w.inform("sioscope", box, fyne.NewSize(0, 0))
}

// inform shows something over the window until it is closed. size is the most it gets; zero: what it needs.
func (w *Window) inform(title string, what fyne.CanvasObject, size fyne.Size) {
	d := dialog.NewCustomWithoutButtons(title, container.New(padded(4, 8, 8, 8), what), w.win)
	closer := newButton(&w.hears, w.S("Close"), nil, d.Hide)
	closer.Importance = widget.HighImportance
	d.SetButtons([]fyne.CanvasObject{closer})
	room := w.win.Canvas().Size()
	if size.Width > 0 {
		d.Resize(fyne.NewSize(min(room.Width-60, size.Width), min(room.Height-60, size.Height)))
	}
	w.dialog, _ = what.(*container.Scroll)
	d.Show()
	w.win.Canvas().Focus(closer)
}
