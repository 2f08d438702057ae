package ui

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture"
	"sioscope/protocol/lang"
)

// A compareForm asks for two sides.
type compareForm struct {
	w     *Window
	form  *dialog.CustomDialog
	sides [2]*sideForm
}

// A sideForm asks for one of them: a file, or what is open or was.
type sideForm struct {
	f      *compareForm
	offers []comparand // beside a file
	what   *choice
	path   *urlEntry
	pathIn *field
	url    *urlEntry
	urlIn  *field
	name   *entry
	named  bool // the name was typed, and is not made of the file's any more
	object *fyne.Container
}

// askCompareOf asks for two sides, given what they are to begin with.
func (w *Window) askCompareOf(sides [2]comparand) {
	f := &compareForm{w: w}
	titles := [2]string{w.S("Above"), w.S("Below")}
	columns := container.NewGridWithColumns(2)
	for i := range f.sides {
		s := newSideForm(f, titles[i])
		s.set(sides[i])
		f.sides[i] = s
		columns.Add(container.New(padded(0, 0, float32(i*10), 0), s.object))
	}
	about := paragraph(w.S("Two captures, or two sessions, one above the other and aligned at the handshake: development and production, before and after a fix, one that works and one that does not. Files can be dropped here."))
	f.form = dialog.NewCustomWithoutButtons(w.S("Compare"), container.New(padded(4, 8, 8, 8), container.New(stacked{}, about, gapTop(10), columns)), w.win)
	h := &w.hears
	do := newButton(h, w.S("Compare"), nil, f.compare)
	do.Importance = widget.HighImportance
	f.form.SetButtons([]fyne.CanvasObject{newButton(h, w.S("Cancel"), nil, f.form.Hide), newButton(h, w.S("Swap"), theme.ViewRefreshIcon(), f.swap), do})
	f.form.SetOnClosed(func() {
		if w.asking == f {
			w.asking = nil
		}
	})
	f.form.Resize(fyne.NewSize(min(w.win.Canvas().Size().Width-60, 900), 0))
	w.asking = f
	f.form.Show()
	first := f.sides[0]
	if first.filled() {
		first = f.sides[1]
	}
	switch first.what.SelectedIndex() {
	case aFile:
		w.win.Canvas().Focus(first.path)
	case aURL:
		w.win.Canvas().Focus(first.url)
	default:
		w.win.Canvas().Focus(do)
	}
}

func newSideForm(f *compareForm, title string) *sideForm {
	w, h := f.w, &f.w.hears
	s := &sideForm{f: f, offers: w.offered()}
	names := []string{w.S("A file"), w.S("A URL, which is checked")}
	for _, o := range s.offers {
		names = append(names, shorten(o.offer, 60))
	}
	s.what = newChoice(h, names)
	s.path = newURLEntry(h, w.recentFiles(), f.compare)
	s.path.PlaceHolder = "capture.pcap, .pcapng, .har"
	s.name = newEntry(h, "", f.compare)
	s.name.escape = func() { f.form.Hide() }
	s.path.escape = s.name.escape
	s.askURL()
	choose := newButton(h, w.S("Choose…"), nil, func() { w.chooseFile(s.path.Text, func(p string) { s.path.SetText(p) }) })
	s.pathIn = newField(h, w.S("File"), container.NewBorder(nil, nil, nil, choose, s.path))
	s.what.OnChanged = func(string) { s.chosen() }
	s.path.OnChanged = func(text string) {
		s.pathIn.says(nil)
		if !s.named {
			s.rename(nameFromFile(w.Words, strings.TrimSpace(text)))
		}
	}
	s.name.OnChanged = func(string) { s.named = true }
	s.object = container.New(stacked{}, heading(title), gapTop(4), s.what, gapTop(8), s.pathIn.object, s.urlIn.object, newField(h, w.S("Name"), s.name).object)
	s.what.SetSelectedIndex(aFile)
	return s
}

// What a side can be, in the order of the choice.
const (
	aFile = iota
	aURL
	firstOffer // the first of what is open or was
)

// recentFiles are those that were opened alone, and are still there.
func (w *Window) recentFiles() (list []string) {
	for _, entry := range w.prefs.recent() {
		if !strings.Contains(entry, besides) && !w.gone[entry] && capture.ParseInput(entry).Label == "" {
			list = append(list, entry)
		}
	}
	return list
}

// rename names the side as nobody typed.
func (s *sideForm) rename(name string) {
	if name == "." {
		name = ""
	}
	s.name.SetText(name)
	s.named = false
}

// chosen follows the choice: a file is asked for where it is one.
func (s *sideForm) chosen() {
	i := s.what.SelectedIndex()
	s.pathIn.object.Hidden, s.urlIn.object.Hidden = i != aFile, i != aURL
	switch {
	case s.named: // what was typed stays
	case i == aFile:
		s.rename(nameFromFile(s.f.w.Words, strings.TrimSpace(s.path.Text)))
	case i == aURL:
		s.rename(nameFromURL(s.f.w.Words, s.url.Text))
	default:
		s.rename(s.offers[i-firstOffer].name)
	}
	s.object.Refresh()
}

// set shows a side that is known.
func (s *sideForm) set(c comparand) {
	at := aFile
	if c.store != nil {
		i := slices.IndexFunc(s.offers, func(o comparand) bool { return o.store == c.store && o.only == c.only })
		if i < 0 && len(c.paths) == 0 {
			i = len(s.offers)
			s.offers = append(s.offers, c)
			s.what.Options = append(s.what.Options, shorten(cmp.Or(c.offer, c.label), 60))
		}
		if i >= 0 {
			at = firstOffer + i
		}
	}
	if at == aFile && len(c.paths) == 1 {
		s.path.SetText(c.paths[0])
	}
	s.what.SetSelectedIndex(at)
	if c.name != "" {
		s.rename(c.name)
		s.named = len(c.paths) == 1 && c.name != nameFromFile(s.f.w.Words, c.paths[0]) // another was typed
	}
}

// filled says whether the side is known.
func (s *sideForm) filled() bool {
	switch s.what.SelectedIndex() {
	case aFile:
		return strings.TrimSpace(s.path.Text) != ""
	case aURL:
		return strings.TrimSpace(s.url.Text) != ""
	}
	return true
}

// side is what was asked for; false where its field says that there is no such file.
func (s *sideForm) side() (c comparand, ok bool) {
	switch i := s.what.SelectedIndex(); i {
	case aFile:
	case aURL:
		return s.checked()
	default:
		c = s.offers[i-firstOffer]
		c.name = s.name.Text
		return c, true
	}
	path := strings.TrimSpace(s.path.Text)
	if !s.pathIn.says(isCapture(path)) {
		return c, false
	}
	return fromFile(s.name.Text, path), true
}

// isCapture says why a path cannot be that of a capture.
func isCapture(path string) error {
	info, err := os.Stat(path)
	switch {
	case path == "":
		return lang.Say("name a file")
	case errors.Is(err, os.ErrNotExist):
		return lang.Say("there is no file %s", path)
	case err != nil:
		return lang.Say("%s cannot be read; change its permissions", path)
	case info.IsDir():
		return lang.Say("%s is a directory; name a capture in it", path)
	}
	return nil
}

// take puts files that were dropped into the sides that have none, or the first side.
func (f *compareForm) take(list []dropped) {
	for _, d := range list {
		s := f.sides[0]
		if s.filled() && (len(list) > 1 || !f.sides[1].filled()) {
			s = f.sides[1]
		}
		s.what.SetSelectedIndex(aFile)
		s.path.SetText(d.path)
	}
}

// swap puts each side in the place of the other.
func (f *compareForm) swap() {
	type filled struct {
		what            int
		path, url, name string
		named           bool
	}
	var both [2]filled
	for i, s := range f.sides {
		both[i] = filled{s.what.SelectedIndex(), s.path.Text, s.url.Text, s.name.Text, s.named}
	}
	for i, s := range f.sides {
		o := both[1-i]
		s.path.SetText(o.path)
		s.url.SetText(o.url)
		s.what.SetSelectedIndex(o.what)
		s.name.SetText(o.name)
		s.named = o.named
	}
}

// compare compares, or says beside each side what is wrong.
func (f *compareForm) compare() {
	var sides [2]comparand
	all := true
	for i, s := range f.sides {
		c, ok := s.side()
		sides[i], all = c, all && ok
	}
	if !all {
		return
	}
	f.form.Hide()
	f.w.compare(sides)
}

// maxCompared is how many pairs are remembered.
const maxCompared = 8

// compared are the pairs of files that were compared: name, path, name, path.
func (s settings) compared() (list [][4]string) {
	for _, text := range s.StringList("recent.compared") {
		var p [4]string
		if json.Unmarshal([]byte(text), &p) == nil {
			list = append(list, p)
		}
	}
	return list
}

// remember puts a pair of files among those that were compared.
func (c *comparison) remember() {
	var p [4]string
	for i, e := range c.ends {
		if len(e.paths) != 1 || e.only >= 0 {
			return
		}
		abs, err := filepath.Abs(e.paths[0])
		if err != nil || e.paths[0] == "-" {
			return
		}
		p[2*i], p[2*i+1] = e.name, abs
	}
	list := []string{}
	for _, o := range append([][4]string{p}, c.w.prefs.compared()...) {
		if text, err := json.Marshal(o); err == nil && !slices.Contains(list, string(text)) && len(list) < maxCompared {
			list = append(list, string(text))
		}
	}
	c.w.prefs.SetStringList("recent.compared", list)
}
