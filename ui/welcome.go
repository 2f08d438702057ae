package ui

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// newWelcome is the empty window: what each verb is for, and what was open before one click away.
func (w *Window) newWelcome() fyne.CanvasObject {
	h := &w.hears
	title := newLine(w.fonts, 22, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
	title.Set(w.S("Which transport is really in use?"))
	about := newLine(w.fonts, 13.5, look.Dim, fyne.TextStyle{})
	about.Set(w.S("Which Socket.IO session is on WebSocket, which never left polling, and why."))
	box := container.NewVBox(title, about, gapV(14))
	for _, v := range []struct {
		name  string
		icon  fyne.Resource
		do    func()
		about string
	}{
		{w.S("Connect…"), theme.LoginIcon(), w.askConnect, w.S("Type a URL: a Socket.IO session of its own, every packet of it as it happens.")},
		{w.S("Check…"), theme.SearchIcon(), w.askCheck, w.S("Type a URL: experiments find out whether WebSocket is reached, why not, and what would help.")},
		{w.S("Look at the lab"), theme.ComputerIcon(), w.askLab, w.S("A small cluster on this computer with the faults to switch: the whole story in a minute.")},
		{w.S("Sniff…"), theme.VisibilityIcon(), w.askSniff, w.S("What passes on a network interface of this computer, while it passes; nothing is sent.")},
		{w.S("Open a capture…"), theme.FolderOpenIcon(), w.askOpen, w.S("A pcap or pcapng file of tcpdump or Wireshark, or a HAR file of a browser. Or drop files onto this window: several are one picture, and two can be compared (File > Compare…).")},
		{w.S("Demo recording"), theme.MediaPlayIcon(), w.OpenDemo, w.S("A session that tried to move to WebSocket, reached the wrong node, and stayed on polling.")},
	} {
		box.Add(verb(newButton(h, v.name, v.icon, v.do), v.about))
		box.Add(gapV(2))
	}
	for _, o := range w.welcomeBack() {
		box.Add(o)
	}
	w.empty = container.NewVScroll(container.New(legible{720}, box))
	return container.NewStack(newFill(look.Back, fyne.Size{}), w.empty)
}

// legible is a layout of one child in the middle, no wider than is read well.
type legible struct{ most float32 }

// Layout is for Fyne.
func (c legible) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w := min(size.Width-48, c.most)
	for _, o := range objects {
		o.Resize(fyne.NewSize(w, o.MinSize().Height)) // what wraps knows its height once it has a width
		h := o.MinSize().Height
		o.Resize(fyne.NewSize(w, h))
		o.Move(fyne.NewPos((size.Width-w)/2, max((size.Height-h)*0.4, 20)))
	}
}

// MinSize is little: what is higher than the window scrolls.
func (c legible) MinSize(objects []fyne.CanvasObject) fyne.Size {
	h := float32(0)
	for _, o := range objects {
		if s := o.Size(); s.Width > 0 {
			h = max(h, o.MinSize().Height+40)
		}
	}
	return fyne.NewSize(320, h)
}

// verb is a button and what it is for.
func verb(b *button, text string) fyne.CanvasObject {
	label := newProse(&widget.TextSegment{Text: text})
	button := container.NewGridWrap(fyne.NewSize(190, 36), b)
	return container.NewBorder(nil, nil, button, nil, label)
}

func gapV(h float32) fyne.CanvasObject { return newFill(look.Back, fyne.NewSize(1, h)) }

// shorten keeps the end of a path.
func shorten(path string, most int) string {
	r := []rune(path)
	if len(r) <= most {
		return path
	}
	base := filepath.Base(path)
	if n := len([]rune(base)); n+2 > most {
		return "…" + string(r[len(r)-most+1:])
	}
	return string(r[:most-len([]rune(base))-2]) + "…" + string(filepath.Separator) + base
}
