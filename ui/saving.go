package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture"
	"sioscope/protocol/lang"
	"sioscope/ui/handover"
	"sioscope/ui/plain"
)

// A saving asks for the file that something is written to. What is there already is replaced only where the user says
// so, and the form stays with what was typed until the file is written. Meanwhile it tells how far that is, and Cancel
// ends it.
type saving struct {
	w     *Window
	title string
	path  string                     // to begin with
	first []fyne.CanvasObject        // what is asked before
	also  []fyne.CanvasObject        // what is asked besides
	ends  endings                    // of what it can be; nil: the one
	files func(path string) []string // all that are written where a name was typed; nil: that one
	// write takes what is to be written, on the main goroutine, and gives what writes it, in one of its own.
	write func(path string) writing
	done  func() // is called once it is written; may be nil
	named func() // is called when another name is typed; may be nil

	box    *fyne.Container
	form   *dialog.CustomDialog
	still  bool // more changes follow, and then fit is called: before, it does nothing
	in     *field
	entry  *entry
	button *button
	cancel *button
	far    *progressBar
	stop   context.CancelFunc // ends what is being written; nil: nothing is
}

// A writing writes, and gives what is to be told of it.
type writing func(ctx context.Context, p *progress) (said []string, err error)

// show opens the form.
func (s *saving) show() {
	h := &s.w.hears
	s.entry = newEntry(h, "", s.save)
	s.entry.SetText(s.path)
	choose := newButton(h, h.S("Choose…"), nil, s.choose)
	s.in = newField(h, h.S("File"), container.NewBorder(nil, nil, nil, choose, s.entry))
	s.entry.OnChanged = func(text string) {
		if s.in.wrong.says != "" {
			s.in.changed(text)
			s.fit()
		}
		if s.named != nil {
			s.named()
		}
	}
	s.far = newProgressBar(h)
	box := container.New(stacked{}, s.first...)
	box.Add(s.in.object)
	for _, o := range s.also {
		box.Add(o)
	}
	s.box = container.New(padded(4, 8, 8, 8), box)
	s.form = dialog.NewCustomWithoutButtons(s.title, s.scrolled(), s.w.win)
	s.entry.escape = s.leave
	s.button = newButton(h, h.S("Save"), theme.DocumentSaveIcon(), s.save)
	s.button.Importance = widget.HighImportance
	s.cancel = newButton(h, h.S("Cancel"), nil, s.leave)
	s.form.SetButtons([]fyne.CanvasObject{s.cancel, s.button})
	s.form.Show()
	s.fit()
	s.w.win.Canvas().Focus(s.entry)
	s.entry.selectName()
}

// leave ends what is being written, or closes the form.
func (s *saving) leave() {
	if s.stop != nil {
		s.stop()
		return
	}
	s.form.Hide()
}

// What a form takes of the window, and what of a form is not its box, in dp.
const formWidth, formAround, formFrame = 720, 60, 110

// fit makes the form as high as what is in it, as far as the window is.
func (s *saving) fit() {
	if s.form == nil || s.still {
		return
	}
	room := s.w.win.Canvas().Size()
	width := min(room.Width-formAround, formWidth)
	s.box.Resize(fyne.NewSize(width-20, s.box.MinSize().Height)) // which tells how high its texts are
	high := s.box.MinSize().Height + formFrame
	if s.far.object.Visible() {
		high += s.far.object.MinSize().Height
	}
	s.form.Resize(fyne.NewSize(width, min(room.Height-formAround, high))) // which draws all of it anew
}

// changing makes several changes, after which the form is fitted once: that measures and draws all that is in it.
func (s *saving) changing(change func()) {
	s.still = true
	change()
	s.still = false
	s.fit()
}

// scrolled is what is in the form, where the window is too low for all of it, over how far it is, which always shows.
func (s *saving) scrolled() fyne.CanvasObject {
	return container.NewBorder(nil, s.far.object, nil, nil, container.NewVScroll(s.box))
}

// save writes, after it asked where that replaces files.
func (s *saving) save() {
	if s.stop != nil || s.button.Disabled() {
		return
	}
	path, err := s.w.place(s.entry.Text)
	if err == nil {
		err = s.ends.refuse(path)
	}
	if !s.in.says(err) {
		s.fit()
		return
	}
	list := []string{path}
	if s.files != nil {
		list = s.files(path)
	}
	var there []string
	for _, p := range list {
		if _, err := os.Lstat(p); err == nil {
			there = append(there, p)
		}
	}
	if len(there) > 0 {
		s.w.askReplace(there, func() { s.put(path) })
		return
	}
	s.put(path)
}

// put writes in a goroutine; where there is none (in tests), at once.
func (s *saving) put(path string) {
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	enable(s.button, false)
	p, write := &progress{}, s.write(path)
	if s.w.opt.Do == nil {
		said, err := write(ctx, p)
		s.told(path, said, err)
		return
	}
	s.far.follow(p, s.w.opt.Do)
	s.fit()
	go func() {
		said, err := write(ctx, p)
		s.w.opt.Do(func() { s.told(path, said, err) })
	}()
}

// told tells what came of it.
func (s *saving) told(path string, said []string, err error) {
	s.stop()
	s.stop = nil
	s.far.end()
	s.fit()
	enable(s.button, true)
	if errors.Is(err, context.Canceled) {
		err = lang.Say("Cancelled: nothing was written")
	}
	if !s.in.says(err) {
		s.fit()
		return
	}
	s.form.Hide()
	s.w.status.saved(path)
	if len(said) > 0 {
		s.w.written(said)
	}
	if s.done != nil {
		s.done()
	}
}

// choose lets the directory be chosen; the name stays.
func (s *saving) choose() {
	s.w.chooseDirectory(s.entry.Text, func(dir string) {
		s.entry.SetText(filepath.Join(dir, filepath.Base(s.entry.Text)))
		s.entry.selectName()
		s.w.win.Canvas().Focus(s.entry)
	})
}

// place is the file that was typed, in full; the error is one sentence.
func (w *Window) place(text string) (string, error) {
	path := strings.TrimSpace(text)
	if path == "" {
		return "", lang.Say("name a file")
	}
	path = capture.AtHome(path)
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path, handover.Place(path, w.openFiles())
}

// openFiles are the files that are open.
func (w *Window) openFiles() *capture.Files {
	switch {
	case w.compared != nil:
		f := &capture.Files{}
		for _, e := range w.compared.ends {
			for _, path := range e.paths {
				f.Inputs = append(f.Inputs, capture.ParseInput(path))
			}
		}
		return f
	case w.opening.files == nil:
		return &capture.Files{}
	}
	return w.opening.files
}

// askReplace asks before files are lost.
func (w *Window) askReplace(paths []string, replace func()) {
	first := paths[0]
	text := w.S("There is a file %s in %s already; Replace deletes what is in it.", filepath.Base(first), filepath.Dir(first))
	if len(paths) > 1 {
		text = w.S("There are files %s and %s in %s already; Replace deletes what is in them.", filepath.Base(first), filepath.Base(paths[1]), filepath.Dir(first))
	}
	d := dialog.NewCustomWithoutButtons(w.S("Replace the file?"), container.New(padded(4, 8, 8, 8), paragraph(plain.Text(text))), w.win)
	yes := newButton(&w.hears, w.S("Replace"), nil, func() {
		d.Hide()
		replace()
	})
	yes.Importance = widget.DangerImportance
	no := newButton(&w.hears, w.S("Cancel"), nil, d.Hide)
	d.SetButtons([]fyne.CanvasObject{no, yes})
	d.Resize(fyne.NewSize(min(w.win.Canvas().Size().Width-60, 520), 0))
	d.Show()
	w.win.Canvas().Focus(no)
}

// selectName selects what a file is called, without its directory and its ending: what is typed replaces that. Fyne
// selects by keys alone, and draws the entry anew for each.
func (e *entry) selectName() {
	dir, name := filepath.Split(e.Text)
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	e.CursorColumn = utf8.RuneCountInString(dir)
	e.Refresh()
	e.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	if n := utf8.RuneCountInString(stem); n > 0 {
		e.CursorColumn += n - 1
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	}
	e.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
}
