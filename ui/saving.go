package ui

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture"
	"sioscope/ui/handover"
	"sioscope/ui/plain"
)

// A saving asks for the file that something is written to. What is there already is replaced only where the user says
// so, and the form stays with what was typed until the file is written.
type saving struct {
	w     *Window
	title string
	about string              // what is to be known before; "": nothing
	path  string              // to begin with
	also  []fyne.CanvasObject // what is asked besides
	// write writes, and then calls done on the main goroutine with what is to be told of it.
	write func(path string, done func(said []string, err error))

	form    *dialog.CustomDialog
	in      *field
	entry   *entry
	button  *button
	writing bool
}

// show opens the form.
func (s *saving) show() {
	h := &s.w.hears
	s.entry = newEntry(h, "", s.save)
	s.entry.SetText(s.path)
	choose := newButton(h, "Choose…", nil, s.choose)
	s.in = newField(&s.w.hears, "File", container.NewBorder(nil, nil, nil, choose, s.entry))
	s.entry.OnChanged = s.in.changed
	box := container.New(stacked{})
	if s.about != "" {
		box.Add(paragraph(s.about))
		box.Add(gapTop(8))
	}
	box.Add(s.in.object)
	for _, o := range s.also {
		box.Add(o)
	}
	s.form = dialog.NewCustomWithoutButtons(s.title, container.New(padded(4, 8, 8, 8), box), s.w.win)
	s.entry.escape = s.form.Hide
	s.button = newButton(h, "Save", nil, s.save)
	s.button.Importance = widget.HighImportance
	s.form.SetButtons([]fyne.CanvasObject{newButton(h, "Cancel", nil, s.form.Hide), s.button})
	s.form.Resize(fyne.NewSize(min(s.w.win.Canvas().Size().Width-60, 720), 0))
	s.form.Show()
	s.w.win.Canvas().Focus(s.entry)
	s.entry.selectName()
}

// save writes, after it asked where that replaces a file.
func (s *saving) save() {
	if s.writing {
		return
	}
	path, err := s.w.place(s.entry.Text)
	if !s.in.says(err) {
		return
	}
	if _, err := os.Lstat(path); err == nil {
		s.w.askReplace(path, func() { s.put(path) })
		return
	}
	s.put(path)
}

func (s *saving) put(path string) {
	s.writing = true
	enable(s.button, false)
	s.write(path, func(said []string, err error) {
		s.writing = false
		enable(s.button, true)
		if !s.in.says(err) {
			return
		}
		s.form.Hide()
		s.w.status.saved(path)
		if len(said) > 0 {
			s.w.written(said)
		}
	})
}

// choose lets the directory be chosen; the name stays.
func (s *saving) choose() {
	d := dialog.NewFolderOpen(func(dir fyne.ListableURI, err error) {
		if err == nil && dir != nil {
			s.entry.SetText(filepath.Join(dir.Path(), filepath.Base(s.entry.Text)))
			s.entry.selectName()
		}
	}, s.w.win)
	if path, err := s.w.place(s.entry.Text); err == nil {
		if dir, err := storage.ListerForURI(storage.NewFileURI(filepath.Dir(path))); err == nil {
			d.SetLocation(dir)
		}
	}
	d.Resize(s.w.win.Canvas().Size().Subtract(fyne.NewSize(80, 80)))
	d.Show()
}

// place is the file that was typed, in full; the error is one sentence.
func (w *Window) place(text string) (string, error) {
	path := strings.TrimSpace(text)
	if path == "" {
		return "", errors.New("name a file")
	}
	if rest, home := strings.CutPrefix(path, "~"+string(filepath.Separator)); home {
		if dir, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(dir, rest)
		}
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path, handover.Place(path, w.openFiles())
}

// openFiles are the files that are open.
func (w *Window) openFiles() *capture.Files {
	if w.opening.files == nil {
		return &capture.Files{}
	}
	return w.opening.files
}

// askReplace asks before a file is lost.
func (w *Window) askReplace(path string, replace func()) {
	text := fmt.Sprintf("There is a file %s in %s already; Replace deletes what is in it.", filepath.Base(path), filepath.Dir(path))
	d := dialog.NewCustomWithoutButtons("Replace the file?", container.New(padded(4, 8, 8, 8), paragraph(plain.Text(text))), w.win)
	yes := newButton(&w.hears, "Replace", nil, func() {
		d.Hide()
		replace()
	})
	yes.Importance = widget.DangerImportance
	no := newButton(&w.hears, "Cancel", nil, d.Hide)
	d.SetButtons([]fyne.CanvasObject{no, yes})
	d.Resize(fyne.NewSize(min(w.win.Canvas().Size().Width-60, 520), 0))
	d.Show()
	w.win.Canvas().Focus(no)
}

// selectName selects what a file is called, without its directory and its ending: what is typed replaces that.
func (e *entry) selectName() {
	dir, name := filepath.Split(e.Text)
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	e.CursorColumn = utf8.RuneCountInString(dir)
	e.Refresh()
	e.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	for range utf8.RuneCountInString(stem) {
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	}
	e.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
}
