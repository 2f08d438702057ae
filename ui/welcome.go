package ui

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// maxWelcome is how many recent files the empty window offers.
const maxWelcome = 5

// newWelcome is the empty window: what each verb is for, and the demo one click away.
func newWelcome(h *hears, recent []string, open, demo func(), reopen func(string)) fyne.CanvasObject {
	title := newLine(nil, 22, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
	title.Set("Which transport does every Socket.IO session really use?")
	about := newLine(nil, 13.5, look.Dim, fyne.TextStyle{})
	about.Set("sioscope reads recorded network traffic and shows who is on WebSocket, who never left polling, and why.")
	opener := newButton(h, "Open a capture…", theme.FolderOpenIcon(), open)
	opener.Importance = widget.HighImportance
	demoer := newButton(h, "Look at the demo", theme.MediaPlayIcon(), demo)
	box := container.NewVBox(title, about, gapV(18),
		verb(opener, "A pcap or pcapng file, from tcpdump or Wireshark. Or drop files onto this window: several are one picture."),
		gapV(6),
		verb(demoer, "A recording of a cluster whose session tried to move to WebSocket, reached the wrong node, and stayed on polling."))
	if len(recent) > 0 {
		box.Add(gapV(18))
		head := newLine(nil, 12, look.Dim, fyne.TextStyle{Bold: true})
		head.Set("Recent")
		box.Add(head)
		for _, path := range recent[:min(len(recent), maxWelcome)] {
			b := newButton(h, shorten(path, 70), theme.FileIcon(), func() { reopen(path) })
			b.Importance, b.Alignment = widget.LowImportance, widget.ButtonAlignLeading
			box.Add(b)
		}
	}
	return container.NewStack(newFill(theme.ColorNameBackground, fyne.Size{}), container.NewCenter(container.New(padded(16, 16, 16, 16), box)))
}

// verb is a button and what it is for.
func verb(b *button, text string) fyne.CanvasObject {
	label := widget.NewLabel(text)
	label.Wrapping = fyne.TextWrapWord
	button := container.NewGridWrap(fyne.NewSize(190, 36), b)
	return container.NewBorder(nil, nil, button, nil, label)
}

func gapV(h float32) fyne.CanvasObject { return newFill(theme.ColorNameBackground, fyne.NewSize(1, h)) }

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
