package ui

import (
	"errors"
	"os"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/lang"
)

// askAdd asks for a capture that is read along with those that are open.
func (w *Window) askAdd() {
	if len(w.opening.reopen) == 0 {
		return
	}
	h := &w.hears
	var d *dialog.CustomDialog
	var in, nameIn *field
	var path, name *entry
	add := func() {
		input, err := named(path.Text, name.Text)
		switch {
		case errors.Is(err, errName):
			nameIn.says(err)
		case in.says(err):
			d.Hide()
			w.Open(append(w.opening.reopen[:len(w.opening.reopen):len(w.opening.reopen)], input))
		}
	}
	path, name = newEntry(h, "node-b.pcap", add), newEntry(h, h.S("none; or node-b, or balancer"), add)
	choose := newButton(h, h.S("Choose…"), nil, func() { w.chooseFile(path.Text, func(p string) { path.SetText(p) }) })
	in = newField(&w.hears, w.S("File"), container.NewBorder(nil, nil, nil, choose, path))
	nameIn = newField(&w.hears, w.S("Name of the node or place"), name)
	path.OnChanged, name.OnChanged = in.changed, nameIn.changed
	d = dialog.NewCustomWithoutButtons(w.S("Add a capture"), container.New(padded(4, 8, 8, 8), container.New(stacked{}, paragraph(w.S("Captures of one incident, made at several places, are one picture: what passed at two of them is told as one request. "+
		"A name tells what the new one is of.")), gapTop(8), in.object, nameIn.object)), w.win)
	path.escape, name.escape = d.Hide, d.Hide
	apply := newButton(h, h.S("Add"), nil, add)
	apply.Importance = widget.HighImportance
	d.SetButtons([]fyne.CanvasObject{newButton(h, h.S("Cancel"), nil, d.Hide), apply})
	d.Resize(fyne.NewSize(min(w.win.Canvas().Size().Width-60, 620), 0))
	d.Show()
	w.win.Canvas().Focus(path)
}

var errName = lang.Say("a name has no = in it")

// named is a capture with its name, as the command line has it.
func named(path, name string) (string, error) {
	path, name = strings.TrimSpace(path), strings.TrimSpace(name)
	if path == "" {
		return "", lang.Say("name a file")
	}
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return "", lang.Say("there is no file %s", path)
	}
	if strings.Contains(name, "=") {
		return "", errName
	}
	if name != "" {
		path = name + "=" + path
	}
	return path, nil
}
