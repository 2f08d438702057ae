package ui

import (
	"errors"
	"os"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture"
	"sioscope/protocol/lang"
	"sioscope/ui/store"
)

// withKeys adds the key log that is remembered to what reads files.
func (w *Window) withKeys(src store.Source) (store.Source, *capture.Files) {
	f, files := src.(*capture.Files)
	if !files {
		return src, nil
	}
	if path := w.prefs.keyLog(); path != "" && readableKeys(path) == nil {
		f.Keys = append(f.Keys, path)
	}
	return f, f
}

// readableKeys says why a file cannot be a key log.
func readableKeys(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return lang.Say("there is no file %s", path)
	case err != nil:
		return lang.Say("%s cannot be read; change its permissions", path)
	case !info.Mode().IsRegular():
		return lang.Say("%s is no file; want the one that SSLKEYLOGFILE named", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return lang.Say("%s cannot be read; change its permissions", path)
	}
	return f.Close()
}

// askKeys asks for a file of TLS keys, and reads what is open again with it.
func (w *Window) askKeys() {
	h := &w.hears
	var d *dialog.CustomDialog
	var in *field
	var path *entry
	use := func() {
		if in.says(w.useKeys(path.Text)) {
			d.Hide()
		}
	}
	path = newEntry(h, "sslkeys.log", use)
	path.SetText(w.prefs.keyLog())
	choose := newButton(h, h.S("Choose…"), nil, func() { w.chooseFile(path.Text, func(p string) { path.SetText(p) }) })
	in = newField(&w.hears, w.S("Key log"), container.NewBorder(nil, nil, nil, choose, path))
	path.OnChanged = in.changed
	d = dialog.NewCustomWithoutButtons(w.S("TLS keys"), container.New(padded(4, 8, 8, 8), container.New(stacked{}, paragraph(w.S("Browsers, curl, Node (--tls-keylog) and Go programs write their keys to the file that SSLKEYLOGFILE names when they are "+
		"started. With it, what they sent over TLS is read. The file is remembered; keys inside of a pcapng are used anyway.")), gapTop(8), in.object)), w.win)
	apply := newButton(h, h.S("Use these keys"), nil, use)
	apply.Importance = widget.HighImportance
	none := newButton(h, h.S("Use none"), nil, func() {
		path.SetText("")
		use()
	})
	enable(none, w.prefs.keyLog() != "")
	d.SetButtons([]fyne.CanvasObject{newButton(h, h.S("Cancel"), nil, d.Hide), none, apply})
	d.Resize(fyne.NewSize(min(w.win.Canvas().Size().Width-60, 620), 0))
	path.escape = d.Hide
	d.Show()
	w.win.Canvas().Focus(path)
	path.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// useKeys remembers a key log, "" for none, and reads what is open again.
func (w *Window) useKeys(path string) error {
	path = strings.TrimSpace(path)
	if path != "" {
		if err := readableKeys(path); err != nil {
			return err
		}
	}
	w.prefs.setKeyLog(path)
	if len(w.opening.reopen) > 0 {
		w.Open(w.opening.reopen)
	}
	return nil
}
