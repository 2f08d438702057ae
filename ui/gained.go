package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// gain is told of every part of the window that gets the keyboard: what Tab leads to is scrolled into sight.
func (w *Window) gain(o fyne.CanvasObject) {
	d := fyne.CurrentApp().Driver()
	x := d.AbsolutePositionForObject(o).X + o.Size().Width/2 - d.AbsolutePositionForObject(w.side.object).X
	switch {
	case o == fyne.CanvasObject(w.side.closer):
	case w.side.now != nil && x >= 0 && x < w.side.object.Size().Width && !inside(o, w.tools.object):
		intoSight(w.side.scroll, o)
	case w.store == nil && w.empty != nil && !inside(o, w.tools.object):
		intoSight(w.empty, o)
	}
}

// intoSight scrolls as little as shows all of o, with a blank around it.
func intoSight(s *container.Scroll, o fyne.CanvasObject) {
	const blank = 12
	d := fyne.CurrentApp().Driver()
	y := d.AbsolutePositionForObject(o).Y - d.AbsolutePositionForObject(s).Y
	at := s.Offset
	switch below := y + o.Size().Height + blank - s.Size().Height; {
	case y < blank:
		at.Y += y - blank
	case below > 0:
		at.Y += below
	default:
		return
	}
	s.ScrollToOffset(at)
}
