package ui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"sioscope/protocol/session"
	"sioscope/ui/store"
)

// pullEvery bounds how often the window looks at what is new.
const pullEvery = 100 * time.Millisecond

// Open reads capture files as one picture.
func (w *Window) Open(paths []string) {
	if len(paths) == 0 {
		return
	}
	w.opening = paths
	w.read(nameOf(paths), w.opt.Files(paths))
}

// remember puts what was opened among the recent files, once it could be read.
func (w *Window) remember() {
	for _, p := range w.opening {
		abs, err := filepath.Abs(p)
		if err != nil || p == "-" || strings.Contains(p, "=") {
			continue
		}
		if _, err := os.Stat(abs); err == nil { // of several files some may be missing
			w.prefs.opened(abs)
		}
	}
	w.opening = nil
	w.win.SetMainMenu(w.menu())
}

func nameOf(paths []string) string {
	var names []string
	for _, p := range paths {
		names = append(names, filepath.Base(p))
	}
	if len(names) == 1 {
		if dir := filepath.Base(filepath.Dir(paths[0])); dir != "." && dir != "/" {
			return filepath.Join(dir, names[0])
		}
	}
	return strings.Join(names, ", ")
}

// OpenDemo reads the embedded recording.
func (w *Window) OpenDemo() {
	w.opening = nil
	w.read("Demo recording", w.opt.Demo())
}

// read fills a new store from src, in a goroutine, and shows it.
func (w *Window) read(name string, src store.Source) {
	w.cancel()
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	s := store.New(name, w.opt.Diagnose)
	if w.opt.Do == nil {
		s.Fill(ctx, src)
		w.show(s, name)
		w.pull()
		return
	}
	w.show(s, name)
	w.pull()
	go s.Fill(ctx, src)
	go w.follow(s)
}

// follow pulls as long as facts come, at most ten times a second, and once after the last.
func (w *Window) follow(s *store.Store) {
	for done := false; !done; time.Sleep(pullEvery) {
		<-s.Changed()
		s.Read(func(_ *session.Tracker, st *store.State) { done = st.Done })
		seen := make(chan struct{})
		w.opt.Do(func() {
			if w.store == s {
				w.pull()
			}
			close(seen)
		})
		<-seen
	}
}

// closeCapture goes back to the empty window.
func (w *Window) closeCapture() {
	w.cancel()
	if w.store == nil {
		return
	}
	w.store, w.about = nil, nothing
	w.chart.SetStore(nil)
	w.table.setStore(nil)
	w.detail.setStore(nil)
	w.welcome()
	w.win.SetMainMenu(w.menu())
}

func (w *Window) askOpen() {
	d := dialog.NewFileOpen(func(f fyne.URIReadCloser, err error) {
		if err != nil {
			dialog.ShowError(err, w.win)
			return
		}
		if f != nil {
			f.Close()
			w.Open([]string{f.URI().Path()})
		}
	}, w.win)
	d.SetFilter(storage.NewExtensionFileFilter([]string{".pcap", ".pcapng", ".cap", ".gz", ".dmp"}))
	if recent := w.prefs.recent(); len(recent) > 0 {
		if dir, err := storage.ListerForURI(storage.NewFileURI(filepath.Dir(recent[0]))); err == nil {
			d.SetLocation(dir)
		}
	}
	d.Resize(w.win.Canvas().Size().Subtract(fyne.NewSize(80, 80)))
	d.Show()
}

func (w *Window) dropped(_ fyne.Position, uris []fyne.URI) {
	var paths []string
	for _, u := range uris {
		if u.Scheme() == "file" {
			paths = append(paths, u.Path())
		}
	}
	w.Open(paths)
}
