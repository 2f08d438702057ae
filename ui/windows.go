package ui

import (
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"sioscope/ui/look"
	"sioscope/ui/store"
)

// A family is the windows of one program. They share what is remembered, the colours, and what the program was started
// with; what is open in one, and its lab, are its own.
type family struct {
	windows   []*Window
	resting   sync.WaitGroup    // of what closed windows had open
	languages map[string]string // what each calls itself; nil: that was not asked yet
}

// openAnother opens an empty window beside this one.
func (w *Window) openAnother() { w.another().win.Show() }

// another is a new window, empty; where none can be made, it is this one.
func (w *Window) another() *Window {
	opt := w.opt
	opt.Theme, opt.Language = w.theme, w.language
	x, err := w.family.open(w.app, opt)
	if err != nil { // of fonts that were read before
		return w
	}
	return x
}

// colour has all windows drawn in a theme. Where they are already, it is nothing: Fyne would read its fonts, measure every
// text and draw every window anew.
func (f *family) colour(app fyne.App, c look.Choice) {
	if t := (look.Theme{Choice: c}); app.Settings().Theme() != t {
		app.Settings().SetTheme(t)
	}
}

// close keeps what is to be remembered and ends what is open here, helpers and lab too. With the last window the
// program ends.
func (w *Window) close() {
	f := w.family
	at := slices.Index(f.windows, w)
	if at < 0 {
		return // it is closed
	}
	f.windows = slices.Delete(f.windows, at, at+1)
	w.rememberLayout()
	w.dropComparison()
	w.cancel()
	w.opening.close()
	w.sniffer.faces.rest()
	filled, s := w.filled, w.store
	w.store = nil // nobody follows it any more
	w.chart.SetStore(nil)
	w.table.stop()
	f.resting.Go(func() {
		w.labPanel.close()
		over(filled, s)
	})
	w.win.Close()
}

// Started fits the remembered size to the scale that the window is shown at.
func (w *Window) Started() { w.win.Resize(w.prefs.sizeAt(w.win.Canvas().Scale())) }

func (w *Window) rememberLayout() {
	w.prefs.setSize(w.win.Canvas().Size())
	w.prefs.SetFloat("window.scale", float64(w.win.Canvas().Scale()))
	w.rememberSplit()
}

// over waits until a source is done; there may be none.
func over(filled chan struct{}, s *store.Store) {
	if filled != nil && s != nil {
		<-filled
	}
}

// quit closes all windows, none before what would be lost of any was asked for.
func (w *Window) quit() {
	all := slices.Clone(w.family.windows)
	if at := slices.IndexFunc(all, (*Window).unsaved); at >= 0 {
		x := all[at]
		x.win.RequestFocus()
		x.letGo(func() {
			x.close()
			w.quit()
		})
		return
	}
	for _, each := range all {
		each.close()
	}
}

// Rest closes what is left and waits until sources, the programs that capture for them, and labs have ended, but not
// for ever: whoever closes a window is done with it.
func (w *Window) Rest() {
	for _, each := range slices.Clone(w.family.windows) {
		each.rememberLayout() // it was ended by a signal
		each.cancel()
		each.opening.close()
		if filled := each.filled; filled != nil {
			w.family.resting.Go(func() { <-filled })
		}
	}
	done := make(chan struct{})
	go func() {
		w.family.resting.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(restFor):
	}
}

// restFor is how long a program is waited for that captures.
const restFor = 3 * time.Second

// quitting marks the item that ends the program, so that Fyne adds none of its own, which would forget size and borders.
func quitting(m *fyne.MenuItem) *fyne.MenuItem {
	m.IsQuit = true
	return m
}
