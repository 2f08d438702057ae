package walk

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sioscope/ui/prefs"
)

// fynes is the one app of all tests of a program: each new one of Fyne's has all fonts read and all texts measured again,
// which takes longer than most tests do.
var fynes = sync.OnceValue(test.NewApp)

// App is Fyne's app as a program finds it that was never started before: nothing is remembered or copied. It lasts as long
// as the test, and so do the windows that are left open in it.
func App(t testing.TB) fyne.App {
	t.Helper()
	a := fynes()
	fyne.SetCurrentApp(a)
	before := len(a.Driver().AllWindows())
	t.Cleanup(func() {
		for _, w := range slices.Clone(a.Driver().AllWindows()[before:]) {
			w.Close()
		}
		test.NewCanvas().Capture() // only then does Fyne forget what is shown no more
	})
	return fresh{a, prefs.Open(filepath.Join(t.TempDir(), "preferences.json")), test.NewClipboard()}
}

// A fresh app has what was remembered, and the clipboard, of its own.
type fresh struct {
	fyne.App
	remembered fyne.Preferences
	clipboard  fyne.Clipboard
}

// Preferences are those of this app alone.
func (f fresh) Preferences() fyne.Preferences { return f.remembered }

// Clipboard is that of this app alone.
func (f fresh) Clipboard() fyne.Clipboard { return f.clipboard }

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
	if !slices.Contains(w.app.windows, w) {
		return // it is closed
	}
	w.app.windows = slices.DeleteFunc(w.app.windows, func(o *window) bool { return o == w })
	w.Window.Close()
}
