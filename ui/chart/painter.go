package chart

import (
	"image"
	"sync"

	"sioscope/ui/timeline"
)

// A frame is an image and the scene it shows.
type frame struct {
	img   *image.RGBA
	scene timeline.Scene
	view  timeline.View // of a Chart
}

// A painter draws frames in a goroutine into a spare image and hands over the finished one. All methods are for the
// main goroutine. Where do is nil it draws at once, in the generator: for tests and pictures without a window.
type painter struct {
	prepare func(w, h int) func(*frame) // takes a snapshot of what to draw, and gives the work
	ready   func()                      // a new frame is to be shown
	placed  func()                      // a frame of another size is shown already; may be nil
	do      func(func())                // runs a function on the main goroutine

	front, spare       *frame
	busy, again, stale bool
	drawing            sync.Mutex // fonts and caches serve one frame at a time
}

// image is the raster's generator.
func (p *painter) image(w, h int) image.Image {
	if p.front == nil {
		p.front, p.spare = &frame{}, &frame{}
	}
	if !p.front.is(w, h) || p.stale && p.do == nil {
		p.draw(p.front, w, h, p.prepare(w, h))
		p.stale = false
		if p.placed != nil {
			p.placed()
		}
	}
	return p.front.img
}

// dirty asks for a new frame.
func (p *painter) dirty() {
	p.stale = true
	if p.do == nil || p.front == nil {
		p.ready()
		return
	}
	if p.busy {
		p.again = true
		return
	}
	p.busy = true
	size := p.front.img.Rect.Max
	work, target := p.prepare(size.X, size.Y), p.spare
	go func() {
		p.draw(target, size.X, size.Y, work)
		p.do(p.done)
	}()
}

// done shows the finished frame, unless the size changed meanwhile.
func (p *painter) done() {
	p.busy, p.stale = false, false
	if size := p.front.img.Rect.Max; p.spare.is(size.X, size.Y) {
		p.front, p.spare = p.spare, p.front
		p.ready()
	}
	if p.again {
		p.again = false
		p.dirty()
	}
}

func (p *painter) draw(f *frame, w, h int, work func(*frame)) {
	p.drawing.Lock()
	defer p.drawing.Unlock()
	if !f.is(w, h) {
		f.img = image.NewRGBA(image.Rect(0, 0, w, h))
	}
	work(f)
}

func (f *frame) is(w, h int) bool {
	return f.img != nil && f.img.Rect.Dx() == w && f.img.Rect.Dy() == h
}
