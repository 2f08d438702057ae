package walk

import (
	"slices"

	"fyne.io/fyne/v2"
)

// An app is Fyne's for tests, whose windows also hear of files that are dropped and of being closed.
type app struct {
	fyne.App
	windows []*window
}

// NewWindow makes a window that the user sits before.
func (a *app) NewWindow(title string) fyne.Window {
	w := &window{Window: a.App.NewWindow(title), app: a}
	a.windows = append(a.windows, w)
	return w
}

func (a *app) last() *window { return a.windows[len(a.windows)-1] }

// A window is Fyne's for tests.
type window struct {
	fyne.Window
	app     *app
	dropped func(fyne.Position, []fyne.URI)
	ask     func()
}

// SetOnDropped keeps what hears of dropped files.
func (w *window) SetOnDropped(f func(fyne.Position, []fyne.URI)) { w.dropped = f }

// SetCloseIntercept keeps what hears that the window is to be closed.
func (w *window) SetCloseIntercept(f func()) { w.ask = f }

// Close closes the window.
func (w *window) Close() {
	w.app.windows = slices.DeleteFunc(w.app.windows, func(o *window) bool { return o == w })
	w.Window.Close()
}
