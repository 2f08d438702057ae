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

func habits() []habit {
	return []habit{
		{"Wheel", "zooms at the mouse"},
		{"Shift and wheel, or drag", "moves through time"},
		{"Ctrl and wheel", "scrolls the sessions"},
		{"Double click", "shows a session's whole life"},
		{"Right click", "offers what can be done with a session"},
		{"Space", "keeps what is newest on screen, of a live source"},
		{"F, S", "all of the time, all of the selected session"},
		{"+, −, ←, →", "zoom and move"},
		{"↑, ↓, Page, Home, End", "the selection"},
		{"N, B", "next session, the one before"},
		{"Enter", "opens and closes a session's connections"},
		{"R, Esc", "to the session's packets, and back"},
		{"Esc, again", "ends the search, closes the panel at the left"},
		{"/ or Ctrl+F", "searches; Enter goes to what was found"},
		{"H, P", "heartbeats, problems only"},
		{"T", "time of day, or time from the start"},
		{"W", "why, and how to fix it"},
		{"1 to 4", "Meaning, Data, Headers, Bytes"},
		{"Ctrl+C, Ctrl+R", "copies what is explained, or the report"},
		{"Ctrl+I, Ctrl+N", "watches an interface, connects"},
		{"Ctrl+T, Ctrl+L", "checks, shows the lab"},
		{"Ctrl+O, Ctrl+D, Ctrl+W", "opens a capture, the demo, closes"},
		{"Ctrl+E, Ctrl+K", "exports, takes TLS keys"},
		{"Tab, Space", "from button to button, and presses it"},
		{"? or F1", "shows this"},
	}
}

func (w *Window) showKeys() {
	grid := container.New(twoColumns{})
	for _, h := range habits() {
		for i, text := range []string{h.keys, h.does} {
			l := newLine(nil, 13, theme.ColorNameForeground, fyne.TextStyle{Bold: i == 0})
			l.Set(text)
			grid.Add(l)
		}
	}
	w.inform("Keys and mouse", container.NewVScroll(grid), fyne.NewSize(560, 560))
}

// showAbout tells what this is, by its version and licence.
func (w *Window) showAbout() {
	lines := []string{"Shows which transport every Socket.IO session really uses, which node answered,", "and why a session never left long-polling.", "",
		w.opt.Version, "", "MIT License. Copyright (c) 2026 The sioscope authors.", "It sends nothing but to the URL you connect to or check."}
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
	closer := newButton(&w.hears, "Close", nil, d.Hide)
	closer.Importance = widget.HighImportance
	d.SetButtons([]fyne.CanvasObject{closer})
	room := w.win.Canvas().Size()
	if size.Width > 0 {
		d.Resize(fyne.NewSize(min(room.Width-60, size.Width), min(room.Height-60, size.Height)))
	}
	d.Show()
	w.win.Canvas().Focus(closer)
}

// twoColumns is a layout of pairs, the first of each as wide as the widest of them.
type twoColumns struct{}

const pairHeight = 24

// Layout is for Fyne.
func (twoColumns) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	first := firstColumn(objects)
	for i, o := range objects {
		o.Resize(o.MinSize())
		o.Move(fyne.NewPos(float32(i%2)*(first+24), float32(i/2*pairHeight)))
	}
}

// MinSize is that of all pairs.
func (twoColumns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var second float32
	for i := 1; i < len(objects); i += 2 {
		second = max(second, objects[i].MinSize().Width)
	}
	return fyne.NewSize(firstColumn(objects)+24+second, float32(len(objects)/2*pairHeight))
}

func firstColumn(objects []fyne.CanvasObject) (w float32) {
	for i := 0; i < len(objects); i += 2 {
		w = max(w, objects[i].MinSize().Width)
	}
	return w
}
