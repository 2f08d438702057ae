package main

import (
	"fmt"
	"image"
	"image/color"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"sioscope/ui"
	"sioscope/ui/chart"
)

// A meter measures a window from within: a dot that moves has every frame painted whole, and tells how many there are.
type meter struct {
	win fyne.Window
	dot *canvas.Rectangle

	mu      sync.Mutex
	start   time.Time
	last    time.Time        // frame
	frames  int              //
	charts  int              // images that the timeline gave
	stall   time.Duration    // the longest from frame to frame
	long    time.Duration    // the longest that the window itself kept the main goroutine, by the clock
	busy    time.Duration    // and of processor time
	cpu     [2]time.Duration // processor time of the main goroutine, at the first frame and at the last
	all     [2]time.Duration // the same of the whole process
	resting int64            // bytes, as the system has it, at most
	wanted  color.RGBA       // that an image of the timeline is to have
	found   chan time.Time
}

// watch begins with a window that is shown.
func (m *meter) watch(w fyne.Window) {
	m.win, m.dot = w, canvas.NewRectangle(theme.Color(theme.ColorNameForeground))
	m.dot.Resize(fyne.NewSize(2, 2))
	w.SetContent(container.NewStack(w.Content(), container.NewWithoutLayout(m.dot)))
	onChart(w.Content(), m.drawn)
	a := fyne.NewAnimation(time.Hour, m.frame)
	a.RepeatCount = fyne.AnimationRepeatForever
	a.Start()
}

// onChart has f see every image that the timeline gives.
func onChart(content fyne.CanvasObject, f func(image.Image)) {
	for _, o := range test.WidgetRenderer(find[*chart.Chart](content)).Objects() {
		if r, is := o.(*canvas.Raster); is {
			draw := r.Generator
			r.Generator = func(w, h int) image.Image {
				img := draw(w, h)
				f(img)
				return img
			}
		}
	}
}

// frame is called for every frame.
func (m *meter) frame(float32) {
	m.mu.Lock()
	now := time.Now()
	if !m.last.IsZero() {
		m.stall = max(m.stall, now.Sub(m.last))
	}
	m.last = now
	m.cpu[1], m.all[1] = threadTime(), processTime()
	if m.frames == 0 {
		m.cpu[0], m.all[0] = m.cpu[1], m.all[1]
	}
	m.frames++
	n := m.frames
	m.mu.Unlock()
	m.dot.Move(fyne.NewPos(float32(n%600), 0))
	m.dot.Refresh()
}

// drawn is told of every image of the timeline.
func (m *meter) drawn(img image.Image) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.charts++
	rgba, is := img.(*image.RGBA)
	if m.found == nil || !is {
		return
	}
	for i := 0; i+3 < len(rgba.Pix); i += 4 {
		if rgba.Pix[i] == m.wanted.R && rgba.Pix[i+1] == m.wanted.G && rgba.Pix[i+2] == m.wanted.B {
			m.found <- time.Now()
			m.found = nil
			return
		}
	}
}

// shows tells when an image of the timeline has a colour.
func (m *meter) shows(c color.RGBA) <-chan time.Time {
	found := make(chan time.Time, 1)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wanted, m.found = c, found
	return found
}

// do runs a function on the main goroutine, and measures it.
func (m *meter) do(f func()) { ui.OnMain(func() { m.work(f) }) }

// work measures what the window does on the main goroutine.
func (m *meter) work(f func()) {
	start, used := time.Now(), threadTime()
	f()
	took := time.Since(start)
	used = threadTime() - used
	m.mu.Lock()
	m.long, m.busy = max(m.long, took), max(m.busy, used)
	m.mu.Unlock()
}

// begin forgets what was measured.
func (m *meter) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.start, m.frames, m.charts, m.stall, m.long, m.busy, m.resting, m.last = time.Now(), 0, 0, 0, 0, 0, 0, time.Time{}
}

// weigh notes how much memory the process has.
func (m *meter) weigh() {
	now, _ := memory()
	m.mu.Lock()
	m.resting = max(m.resting, now)
	m.mu.Unlock()
}

// print says what was measured since begin.
func (m *meter) print(what string) {
	m.weigh()
	m.mu.Lock()
	defer m.mu.Unlock()
	d := time.Since(m.start).Seconds()
	fmt.Printf("%s, %.0f s, 1600x900:\n  %.0f frames a second, %.0f of them with another timeline; the longest between two frames %d ms, the longest work on the main goroutine %.1f ms (%.1f ms of processor time), %.1f ms of processor time a frame with all that, %.1f ms in all threads; memory %d MB at most\n",
		what, d, float64(m.frames)/d, float64(m.charts)/d, m.stall.Milliseconds(), ms(m.long), ms(m.busy), m.each(m.cpu), m.each(m.all), m.resting/1e6)
}

// each is what a frame took of a processor time, in ms.
func (m *meter) each(of [2]time.Duration) float64 {
	return ms((of[1] - of[0]) / time.Duration(max(m.frames-1, 1)))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// reads is the first text in the window that has some words in it, "" where none has.
func (m *meter) reads(words string) (found string) {
	onMain(func() {
		each(m.win.Content(), func(o fyne.CanvasObject) {
			if t, is := o.(*canvas.Text); is && found == "" && strings.Contains(t.Text, words) {
				found = t.Text
			}
		})
	})
	return found
}

// onMain runs f on the main goroutine, and waits for it.
func onMain(f func()) {
	done := make(chan struct{})
	ui.OnMain(func() { f(); close(done) })
	<-done
}

// each calls f for all objects that can be seen.
func each(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	f(o)
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		children = o.Objects
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
	}
	for _, child := range children {
		each(child, f)
	}
}

// find is the first object of a kind, seen or not.
func find[T fyne.CanvasObject](o fyne.CanvasObject) (found T) {
	each(o, func(o fyne.CanvasObject) {
		if t, is := o.(T); is {
			found = t
		}
	})
	return found
}
