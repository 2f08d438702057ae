package ui

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture"
	"sioscope/protocol/lang"
	"sioscope/ui/words"
)

// A picker shows a directory, to choose a file of it, or itself. Fyne's own dialog is not in the window's language
// throughout, shuts itself off from Escape, and begins anew with the home directory every time.
type picker struct {
	w      *Window
	dirs   bool // a directory is chosen, not a file
	use    func(path string)
	dir    string
	shown  []found
	hidden bool // files whose names begin with a dot are shown
	typed  *entry
	wrong  *notice
	list   *pickList
	holder *fyne.Container
	form   *dialog.CustomDialog
}

// A found is a file or a directory that can be chosen.
type found struct {
	name string
	dir  bool
	size int64
	at   time.Time
}

// chooseFile lets a file be chosen, of any kind, beginning where path is.
func (w *Window) chooseFile(path string, use func(path string)) { w.pick(path, false, use) }

// chooseDirectory lets a directory be chosen, beginning where path is.
func (w *Window) chooseDirectory(path string, use func(path string)) { w.pick(path, true, use) }

func (w *Window) pick(path string, dirs bool, use func(path string)) *picker {
	h := &w.hears
	p := &picker{w: w, dirs: dirs, use: use, wrong: newNotice(), holder: container.NewStack()}
	p.typed = newEntry(h, "", func() { p.enter(capture.AtHome(strings.TrimSpace(p.typed.Text))) })
	p.typed.OnChanged = func(string) { p.wrong.wrong("") }
	up := newButton(h, "", theme.MoveUpIcon(), p.up).tipped(w.S("The directory above"))
	all := newTick(h, w.S("Show hidden files"), func(on bool) {
		p.hidden = on
		p.enter(p.dir)
	})
	title, top := w.S("Choose a file"), container.New(stacked{}, container.NewBorder(nil, nil, up, nil, p.typed), p.wrong.object, gapTop(6))
	if dirs {
		title = w.S("Choose a directory")
	}
	p.form = dialog.NewCustomWithoutButtons(title, container.New(padded(4, 8, 8, 8), container.NewBorder(top, all, nil, nil, p.holder)), w.win)
	p.typed.escape = p.form.Hide
	buttons := []fyne.CanvasObject{newButton(h, w.S("Cancel"), nil, p.form.Hide)}
	if dirs {
		here := newButton(h, w.S("Use this directory"), theme.ConfirmIcon(), func() { p.choose(p.dir) })
		here.Importance = widget.HighImportance
		buttons = append(buttons, here)
	}
	p.form.SetButtons(buttons)
	p.form.Show()
	room := w.win.Canvas().Size()
	p.form.Resize(fyne.NewSize(min(room.Width-formAround, formWidth), min(room.Height-formAround, 560)))
	p.enter(w.startOf(path))
	return p
}

// startOf is the directory of what is named already; else the one that something was chosen from last, or the home
// directory.
func (w *Window) startOf(path string) string {
	if path = capture.AtHome(strings.TrimSpace(path)); path != "" {
		if dir := filepath.Dir(path); isDir(dir) && dir != "." {
			return dir
		}
	}
	if last := w.prefs.chosenFrom(); isDir(last) {
		return last
	}
	home, _ := os.UserHomeDir()
	return cmp.Or(home, string(filepath.Separator))
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// enter shows a directory; a file that was typed is chosen. What cannot be shown is said, and false.
func (p *picker) enter(path string) bool {
	path, err := filepath.Abs(path)
	if err == nil && !p.dirs {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			p.choose(path)
			return true
		}
	}
	list, err := os.ReadDir(path)
	if err != nil {
		p.wrong.wrong(words.Sentence(p.w.Words, unread(path, err).In(p.w.Words)))
		return false
	}
	p.dir = path
	p.typed.SetText(path)
	p.fill(list)
	return true
}

// unread says why a directory is not shown.
func unread(path string, err error) lang.Sentence {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return lang.Say("there is no directory %s", path)
	case errors.Is(err, fs.ErrPermission):
		return lang.Say("not allowed to look into %s; choose another directory", path)
	}
	return lang.Say("%s cannot be looked into; choose another directory", path)
}

// fill shows the way up, directories, and then files, by their names.
func (p *picker) fill(list []os.DirEntry) {
	p.shown = p.shown[:0]
	for _, e := range list {
		f := found{name: e.Name(), dir: e.IsDir()}
		if strings.HasPrefix(f.name, ".") && !p.hidden {
			continue
		}
		if info, err := os.Stat(filepath.Join(p.dir, f.name)); err == nil { // where a link leads to
			f.dir, f.size, f.at = info.IsDir(), info.Size(), info.ModTime()
		}
		if f.dir || !p.dirs {
			p.shown = append(p.shown, f)
		}
	}
	slices.SortFunc(p.shown, func(a, b found) int {
		if a.dir != b.dir {
			if a.dir {
				return -1
			}
			return 1
		}
		return cmp.Or(strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), strings.Compare(a.name, b.name))
	})
	if filepath.Dir(p.dir) != p.dir {
		p.shown = slices.Insert(p.shown, 0, found{name: "..", dir: true})
	}
	p.list = newPickList(p)
	p.holder.Objects = []fyne.CanvasObject{p.list}
	p.holder.Refresh()
	p.w.win.Canvas().Focus(p.list)
}

func (p *picker) up() { p.enter(filepath.Dir(p.dir)) }

// take enters a directory of the list, or chooses a file.
func (p *picker) take(i int) {
	if i >= len(p.shown) {
		return
	}
	path := filepath.Join(p.dir, p.shown[i].name)
	if p.shown[i].dir {
		p.enter(path)
		return
	}
	p.choose(path)
}

func (p *picker) choose(path string) {
	from := path
	if !p.dirs {
		from = filepath.Dir(path)
	}
	p.w.prefs.choseFrom(from)
	p.form.Hide()
	p.use(path)
}
