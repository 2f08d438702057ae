// Package walk is a user before a window, for tests that read like a story: who opens, selects, types and drops, as
// mouse and keyboard do it, and looks at what then stands on the screen. It knows Fyne and no part of sioscope's window,
// and after every step it looks whether a text is cut, written over another, or outside of the window.
package walk

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
)

// patience is how long a user waits for what should come: a machine that does much else is slow.
const patience = 60 * time.Second

// maxSteps is how many steps a failure tells.
const maxSteps = 60

// A User sits before a window. A step that cannot be done, and what should be seen and is not, ends the test.
type User struct {
	testing.TB
	app    *app
	posted chan func()
	held   fyne.KeyModifier
	steps  []string
	least  map[fyne.CanvasObject]fyne.Size // the room that objects needed last
	blind  bool                            // texts are not looked at after each step
}

// Sit puts a user before the app that open fills with windows: it gets what runs a function on the main goroutine,
// which is the one of the test.
func Sit(t testing.TB, open func(fyne.App, func(func()))) *User {
	t.Helper()
	u := &User{TB: t, app: &app{App: App(t)}, posted: make(chan func(), 1<<14), least: map[fyne.CanvasObject]fyne.Size{}}
	t.Cleanup(u.leave)
	u.Again(open)
	return u
}

// Again opens windows once more, with the settings that the ones before left: as a program that was ended and started.
func (u *User) Again(open func(fyne.App, func(func()))) {
	u.Helper()
	u.app.windows = nil
	open(u.app, func(f func()) { u.posted <- f })
	u.settle()
}

// leave closes what is open, and serves what is still posted, so that nobody waits for the main goroutine for ever.
func (u *User) leave() {
	for len(u.app.windows) > 0 {
		w := u.app.last()
		if w.ask != nil {
			w.ask()
		}
		if !u.has(w) {
			continue
		}
		if drop, is := u.find("Go on without it"); is {
			u.click(drop.shown().middle(), desktop.MouseButtonPrimary)
		}
		w.Close()
	}
	go func() {
		for f := range u.posted {
			_ = f // of a window that is gone
		}
	}()
}

func (u *User) has(w *window) bool { return slices.Contains(u.app.windows, w) }

// Overlook leaves it to the test to look whether texts are in order.
func (u *User) Overlook() { u.blind = true }

// Window is the one that was opened last and is not closed.
func (u *User) Window() fyne.Window { return u.app.last() }

// Windows is how many there are.
func (u *User) Windows() int { return len(u.app.windows) }

func (u *User) canvas() fyne.Canvas { return u.Window().Canvas() }

// Resize gives the window another size, in dp, without a menu bar.
func (u *User) Resize(width, height float32) {
	u.Helper()
	u.step("makes the window %g by %g", width, height)
	u.Window().Resize(fyne.NewSize(width, height))
	u.settle()
}

// CloseWindow closes the last window as its title bar does.
func (u *User) CloseWindow() {
	u.Helper()
	u.step("closes the window")
	w := u.app.last()
	if w.ask != nil {
		w.ask()
	} else {
		w.Close()
	}
	u.drain()
}

// Drop drops files onto the window.
func (u *User) Drop(paths ...string) {
	u.Helper()
	u.step("drops %s", strings.Join(paths, ", "))
	var uris []fyne.URI
	for _, p := range paths {
		uris = append(uris, storage.NewFileURI(p))
	}
	w := u.app.last()
	if w.dropped == nil {
		u.fatal("nothing can be dropped onto it")
	}
	w.dropped(fyne.NewPos(10, 10), uris)
	u.settle()
}

// Clipboard is what was copied last.
func (u *User) Clipboard() string { return u.app.Clipboard().Content() }

// Copied waits until that was copied last, or is part of it: what is big is made aside.
func (u *User) Copied(want string) {
	u.Helper()
	if !u.wait(func() bool { return strings.Contains(u.Clipboard(), want) }) {
		u.fatal("copied is %q, without %q", u.Clipboard(), want)
	}
}

// Until waits until something is so.
func (u *User) Until(what string, so func() bool) {
	u.Helper()
	if !u.wait(so) {
		u.fatal("waited in vain until %s", what)
	}
	u.tidy()
}

// wait does what is posted until something is so, and says whether it came to be.
func (u *User) wait(so func() bool) bool {
	late := time.NewTimer(patience)
	defer late.Stop()
	tick := time.NewTicker(20 * time.Millisecond) // what changes without being posted, such as a file
	defer tick.Stop()
	for !so() {
		select {
		case f := <-u.posted:
			f()
			u.drain()
		case <-tick.C:
		case <-late.C:
			return false
		}
	}
	return true
}

// Rest waits until nothing happened for a moment.
func (u *User) Rest() {
	u.Helper()
	for quiet := 0; quiet < 5; quiet++ {
		select {
		case f := <-u.posted:
			f()
			quiet = 0
		case <-time.After(20 * time.Millisecond):
		}
	}
	u.settle()
}

// drain does what is posted by now.
func (u *User) drain() {
	for {
		select {
		case f := <-u.posted:
			f()
		default:
			u.relay()
			return
		}
	}
}

// settle does what is posted by now, and looks at the window, where that left one.
func (u *User) settle() {
	u.Helper()
	u.drain()
	if len(u.app.windows) > 0 {
		u.tidy()
	}
}

func (u *User) step(format string, args ...any) {
	u.steps = append(u.steps[max(len(u.steps)-maxSteps, 0):], fmt.Sprintf(format, args...))
}

// fatal ends the test with what was done, and what is seen.
func (u *User) fatal(format string, args ...any) {
	u.Helper()
	u.Picture("failed")
	u.Fatalf("%s\n\nafter the user %s\n\nthe screen says:\n%s", fmt.Sprintf(format, args...), strings.Join(u.steps, ",\n  "), u.lines())
}

// Picture writes the window into the directory that SIOSCOPE_PICTURES names, for whoever changes how it looks.
func (u *User) Picture(name string) {
	u.Helper()
	dir := os.Getenv("SIOSCOPE_PICTURES")
	if dir == "" {
		return
	}
	var b bytes.Buffer
	if err := png.Encode(&b, u.canvas().Capture()); err != nil {
		u.Fatal(err)
	}
	file := strings.NewReplacer("/", "-", " ", "-").Replace(u.Name() + "-" + name)
	if err := os.WriteFile(filepath.Join(dir, file+".png"), b.Bytes(), 0o644); err != nil {
		u.Fatal(err)
	}
}
