package ui

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture"
	"sioscope/capture/check"
	"sioscope/protocol/redact"
	"sioscope/ui/look"
)

// How much is remembered, and how much of it the empty window offers.
const (
	maxRecent      = 12
	maxWelcome     = 5
	maxWelcomeURLs = 3
)

// besides divides the files of one picture in the list of recent ones; no name of a file has it.
const besides = "\x00"

// recent are the files that were opened, the last first; several that were one picture are one entry.
func (s settings) recent() []string { return s.StringList("recent") }

func (s settings) urls() []string { return s.StringList("recent.urls") }

// opened puts files, with the names that they were given, first in the list of recent ones.
func (s settings) opened(paths ...string) { s.prepend("recent", strings.Join(paths, besides)) }

// connected puts a URL first in the list of recent ones, without what may be a secret in it.
func (s settings) connected(url string) { s.visited(url, false) }

// checked does so for one that was checked.
func (s settings) checked(url string) { s.visited(url, true) }

func (s settings) visited(url string, checked bool) {
	url = cleanURL(url, redact.Redactor{}.Target(url))
	s.prepend("recent.urls", url)
	list := slices.DeleteFunc(s.StringList("recent.checked"), func(e string) bool { return e == url || !slices.Contains(s.urls(), e) })
	if checked {
		list = append(list, url)
	}
	s.SetStringList("recent.checked", list)
}

// wasChecked says whether a recent URL was checked when it was used last, and not connected to.
func (s settings) wasChecked(url string) bool {
	return slices.Contains(s.StringList("recent.checked"), url)
}

func (s settings) prepend(key, entry string) {
	list := slices.DeleteFunc(s.StringList(key), func(e string) bool { return e == entry })
	list = append([]string{entry}, list...)
	s.SetStringList(key, list[:min(len(list), maxRecent)])
}

// remember puts what was opened among the recent files, once it could be read: those of several that are there.
func (w *Window) remember() {
	var paths []string
	for _, p := range w.opening.paths {
		in := capture.ParseInput(p)
		abs, err := filepath.Abs(in.Path)
		if err != nil || in.Path == "-" {
			continue
		}
		if _, err := os.Stat(abs); err != nil {
			continue
		}
		if in.Label != "" {
			abs = in.Label + "=" + abs
		}
		paths = append(paths, abs)
	}
	w.opening.paths = nil
	if len(paths) > 0 {
		w.prefs.opened(paths...)
	}
	w.lookForRecent()
}

// lookForRecent finds out which of the recent files are gone, aside: their disk may be far away.
func (w *Window) lookForRecent() {
	list, gone := w.prefs.recent(), map[string]bool{}
	w.aside(func() {
		for _, entry := range list {
			gone[entry] = !slices.ContainsFunc(strings.Split(entry, besides), there)
		}
	}, func() {
		news := !maps.Equal(w.gone, gone)
		w.gone = gone
		w.win.SetMainMenu(w.menu())
		if news && w.store == nil {
			w.welcome()
		}
	})
}

func there(path string) bool {
	_, err := os.Stat(capture.ParseInput(path).Path)
	return err == nil
}

// aside works in a goroutine, and then goes on on the main one.
func (w *Window) aside(work, then func()) {
	if w.opt.Do == nil {
		work()
		then()
		return
	}
	go func() {
		work()
		w.opt.Do(then)
	}()
}

// onMain does something on the main goroutine, and waits until it is done.
func (w *Window) onMain(what func()) {
	if w.opt.Do == nil {
		what()
		return
	}
	done := make(chan struct{})
	w.opt.Do(func() {
		defer close(done)
		what()
	})
	<-done
}

// reopen opens what was open before; with Ctrl in a window of its own.
func (w *Window) reopen(entry string) { w.here().Open(strings.Split(entry, besides)) }

// here is this window, or with Ctrl a new one.
func (w *Window) here() *Window {
	if w.opt.Modifiers == nil || w.opt.Modifiers()&fyne.KeyModifierShortcutDefault == 0 {
		return w
	}
	x := w.another()
	x.win.Show()
	return x
}

// recentName is how a recent entry is called: the file with its directory, or the names of several.
func recentName(entry string, most int) string {
	paths := strings.Split(entry, besides)
	if len(paths) == 1 {
		return shorten(entry, most)
	}
	for i, p := range paths {
		in := capture.ParseInput(p)
		paths[i] = filepath.Base(in.Path)
		if in.Label != "" {
			paths[i] = in.Label + "=" + paths[i]
		}
	}
	return shorten(strings.Join(paths, ", "), most)
}

// recentMenu offers what was open before.
func (w *Window) recentMenu() *fyne.MenuItem {
	m := fyne.NewMenuItem(w.S("Open recent"), nil)
	m.ChildMenu = fyne.NewMenu("")
	for _, entry := range w.prefs.recent() {
		i := fyne.NewMenuItem(recentName(entry, 60), func() { w.reopen(entry) })
		if w.gone[entry] {
			i.Label, i.Disabled = w.S("%s (not there any more)", i.Label), true
		}
		m.ChildMenu.Items = append(m.ChildMenu.Items, i)
	}
	w.clearing(m, "recent")
	return m
}

// recentURLs offers to connect to what was connected to before, and to check what was checked.
func (w *Window) recentURLs() *fyne.MenuItem {
	m := fyne.NewMenuItem(w.S("Recent URLs"), nil)
	m.ChildMenu = fyne.NewMenu("")
	for _, url := range w.prefs.urls() {
		m.ChildMenu.Items = append(m.ChildMenu.Items, fyne.NewMenuItem(w.visitName(url), func() { w.visitAgain(url) }))
	}
	w.clearing(m, "recent.urls", "recent.checked", "connect.forms")
	return m
}

// visitName says what is done with a recent URL again.
func (w *Window) visitName(url string) string {
	if w.prefs.wasChecked(url) {
		return w.S("Check %s", shorten(url, 60))
	}
	return w.S("Connect to %s", shorten(url, 60))
}

// visitAgain connects to a URL, or checks it, as it was done last.
func (w *Window) visitAgain(url string) {
	o, _ := w.prefs.optionsOf(url)
	if w.prefs.wasChecked(url) {
		w.here().Check(url, check.Options{Client: o})
		return
	}
	w.here().Connect(url, o)
}

// clearing adds to a list of what is remembered that it is to be forgotten; a list of nothing cannot be opened.
func (w *Window) clearing(m *fyne.MenuItem, keys ...string) {
	m.Disabled = len(m.ChildMenu.Items) == 0
	m.ChildMenu.Items = append(m.ChildMenu.Items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem(w.S("Forget all of these"), func() {
		for _, key := range keys {
			w.prefs.RemoveValue(key)
		}
		w.connector.url.SetOptions(w.prefs.urls())
		w.checker.url.SetOptions(w.prefs.urls())
		w.lookForRecent()
	}))
}

// welcomeBack is what was open before, for the empty window; nothing where that is nothing.
func (w *Window) welcomeBack() []fyne.CanvasObject {
	files, urls := w.prefs.recent(), w.prefs.urls()
	if len(files)+len(urls) == 0 {
		return nil
	}
	h := &w.hears
	head := newLine(nil, 12, look.Dim, fyne.TextStyle{Bold: true})
	head.Set(w.S("Recent"))
	list := []fyne.CanvasObject{gapV(10), head}
	add := func(text string, icon fyne.Resource, do func()) *button {
		b := newButton(h, text, icon, do)
		b.Importance, b.Alignment = widget.LowImportance, widget.ButtonAlignLeading
		list = append(list, b)
		return b
	}
	for _, entry := range files[:min(len(files), maxWelcome)] {
		name := recentName(entry, 70)
		if w.gone[entry] {
			enable(add(w.S("%s (not there any more)", name), theme.FileIcon(), nil), false)
			continue
		}
		add(name, theme.FileIcon(), func() { w.reopen(entry) })
	}
	for _, url := range urls[:min(len(urls), maxWelcomeURLs)] {
		icon := theme.LoginIcon()
		if w.prefs.wasChecked(url) {
			icon = theme.SearchIcon()
		}
		add(w.visitName(url), icon, func() { w.visitAgain(url) })
	}
	return list
}
