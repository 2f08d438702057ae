package ui

import (
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture"
	"sioscope/protocol/lang"
	"sioscope/ui/words"
)

// maxOpenRecent is how many recent files are offered below the path.
const maxOpenRecent = 6

// An openForm asks for a capture: its path is typed, chosen, or one that was open before.
type openForm struct {
	w    *Window
	form *dialog.CustomDialog
	in   *field
	path *entry
}

func (w *Window) askOpen() { w.showOpenForm() }

func (w *Window) showOpenForm() *openForm {
	h := &w.hears
	f := &openForm{w: w}
	f.path = newEntry(h, "", f.open)
	f.path.PlaceHolder = "~/captures/*.pcap"
	f.path.escape = f.leave
	f.in = newField(h, w.S("File, or a pattern for several that are one picture"), container.NewBorder(nil, nil, nil,
		newButton(h, w.S("Choose…"), nil, func() { w.chooseFile(f.path.Text, f.take) }), f.path))
	f.path.OnChanged = f.in.changed
	box := container.New(stacked{}, f.in.object)
	for _, o := range f.recent() {
		box.Add(o)
	}
	f.form = dialog.NewCustomWithoutButtons(w.S("Open a capture"), container.NewVScroll(container.New(padded(4, 8, 8, 8), box)), w.win)
	do := newButton(h, w.S("Open"), theme.FolderOpenIcon(), f.open)
	do.Importance = widget.HighImportance
	f.form.SetButtons([]fyne.CanvasObject{newButton(h, w.S("Cancel"), nil, f.leave), do})
	f.form.Show()
	room := w.win.Canvas().Size()
	f.form.Resize(fyne.NewSize(min(room.Width-formAround, formWidth), min(room.Height-formAround, box.MinSize().Height+formFrame+50)))
	w.win.Canvas().Focus(f.path)
	return f
}

func (f *openForm) leave() { f.form.Hide() }

// take puts a path that was chosen into the form.
func (f *openForm) take(path string) {
	f.path.SetText(path)
	f.w.win.Canvas().Focus(f.path)
}

// recent are the files that were open before, and are there.
func (f *openForm) recent() (list []fyne.CanvasObject) {
	for _, entry := range f.w.prefs.recent() {
		if f.w.gone[entry] || len(list) == maxOpenRecent {
			continue
		}
		b := newButton(&f.w.hears, recentName(entry, 70), theme.FileIcon(), func() {
			f.leave()
			f.w.reopen(entry)
		})
		b.Importance, b.Alignment = widget.LowImportance, widget.ButtonAlignLeading
		list = append(list, b)
	}
	if len(list) > 0 {
		list = append([]fyne.CanvasObject{newField(&f.w.hears, f.w.S("Recent"), container.NewStack()).object}, list...)
	}
	return list
}

// open opens what was typed, or says below it why not.
func (f *openForm) open() {
	paths, err := captures(f.path.Text)
	if err != nil { // a path is no secret to who typed it
		f.in.wrong.wrong(words.Sentence(f.w.Words, f.w.Told(err)))
		return
	}
	f.leave()
	f.w.Open(paths)
}

// captures are the files that a path or a pattern names. A path may have a label before it, as on the command line, and
// quotes around it, as a file manager copies one with spaces.
func captures(text string) ([]string, error) {
	path := capture.AtHome(strings.Trim(strings.TrimSpace(text), `"'`))
	err := isCapture(path)
	if err == nil || path == "" {
		return []string{path}, err
	}
	if in := capture.ParseInput(path); in.Label != "" && isCapture(in.Path) == nil {
		return []string{path}, nil
	}
	found, bad := filepath.Glob(path)
	var list []string
	for _, p := range found {
		if isCapture(p) == nil {
			list = append(list, p)
		}
	}
	switch {
	case bad != nil || !strings.ContainsAny(path, "*?["):
		return nil, err
	case len(list) == 0:
		return nil, lang.Say("no file has a name such as %s", path)
	}
	return list, nil
}
