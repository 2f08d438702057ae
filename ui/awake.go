package ui

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

const (
	witnessEvery = 5 * time.Second // Fyne forgets every ten seconds at most
	witnessMost  = 8               // of those that nothing has become of
)

// KeepAwake has every window painted whenever Fyne may have forgotten what it shows, until stop is called. Fyne forgets
// in which window an object is that was not refreshed for as long as FYNE_CACHE says, also where that window was just
// painted: from then on refreshing it changes nothing that is seen, and a window in which all is forgotten stays as it is
// whatever the user does. do runs a function on the main goroutine.
func KeepAwake(app fyne.App, do func(func())) (stop func()) {
	w := &watchman{paint: func() {
		for _, win := range app.Driver().AllWindows() {
			win.Canvas().Refresh(canvas.NewRectangle(color.Transparent)) // one that is nowhere costs a frame, and nothing else
		}
	}}
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(witnessEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				do(func() { w.look() })
			case <-done:
				return
			}
		}
	}()
	return func() { close(done) }
}

// A watchman sends out witnesses, one after the other, so that some are old enough to be forgotten whenever anything is.
type watchman struct {
	paint func()
	out   int // witnesses
}

// look sends one more out. Fyne forgets nothing while nothing is painted: they would grow more and more.
func (w *watchman) look() *witness {
	if w.out >= witnessMost {
		w.paint()
	}
	w.out++
	s := &witness{forgotten: func() { w.out--; w.paint() }}
	s.ExtendBaseWidget(s)
	s.MinSize() // has Fyne make its renderer, and keep that
	return s
}

// A witness is a widget of no window, which Fyne forgets like what is in one, and says so.
type witness struct {
	widget.BaseWidget
	forgotten func()
}

func (w *witness) CreateRenderer() fyne.WidgetRenderer {
	return &witnessRenderer{widget.NewSimpleRenderer(canvas.NewRectangle(color.Transparent)), w.forgotten}
}

type witnessRenderer struct {
	fyne.WidgetRenderer
	forgotten func()
}

// Destroy is called when Fyne forgets, on the main goroutine, before it forgets the windows' objects.
func (r *witnessRenderer) Destroy() { r.forgotten() }
