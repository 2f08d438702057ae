package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// A sidePanel is what a verb asks and shows, at the left of what its source gives.
type sidePanel struct {
	title  string
	object fyne.CanvasObject
	foot   fyne.CanvasObject // below what scrolls; may be nil
	first  fyne.Focusable    // gets the keyboard as it opens; may be nil
	update func()            // brings it up to date with its source, many times a second
	shut   func()            // it was closed; may be nil
}

// A side is the place of side panels: one of them, or none.
type side struct {
	now    *sidePanel
	title  *line
	scroll *container.Scroll
	foot   *fyne.Container
	closer *button
	object *fyne.Container
	frame  *fyne.Container // with what is beside it
	grip   *grip
	chosen float32 // width that the user gave it, dp; 0: none
}

func newSide(h *hears, shut func(), body fyne.CanvasObject) *side {
	s := &side{title: newLine(nil, 15, theme.ColorNameForeground, fyne.TextStyle{Bold: true}), scroll: container.NewVScroll(gap(1)), foot: container.NewStack()}
	s.closer = newButton(h, "", theme.CancelIcon(), shut).tipped(h.S("Close the panel (Esc)"))
	s.closer.Importance = widget.LowImportance
	head := container.New(padded(6, 2, 14, 6), container.NewBorder(nil, nil, nil, s.closer, container.New(middle{}, s.title)))
	s.object = container.NewBorder(nil, nil, nil, newFill(look.Line, fyne.NewSize(1, 1)), container.NewBorder(head, s.foot, nil, nil, s.scroll))
	s.object.Hide()
	s.grip = newGrip(func(dx float32) {
		s.chosen = s.width(s.frame.Size().Width) + dx
		s.frame.Refresh()
	}, func() { s.chosen = s.width(s.frame.Size().Width) })
	s.grip.Hide()
	s.frame = container.New(beside{s}, s.object, body, s.grip)
	return s
}

// show opens p in the place of what is there; nil closes.
func (s *side) show(p *sidePanel) {
	if s.now == p {
		return
	}
	if s.now != nil && s.now.shut != nil {
		s.now.shut()
	}
	s.now = p
	s.object.Hidden, s.grip.Hidden = p == nil, p == nil
	if p != nil {
		s.title.Set(p.title)
		s.scroll.Content = container.New(padded(2, 14, 14, 14), p.object)
		s.foot.RemoveAll()
		if p.foot != nil {
			s.foot.Add(p.foot)
		}
		s.scroll.ScrollToTop()
		s.scroll.Refresh()
		p.update()
	}
	s.object.Refresh()
	s.frame.Refresh()
}

// beside is a layout of a side panel and the rest.
type beside struct{ side *side }

// Widths of a side panel, dp. All have the same one, so that nothing beside them moves from one to the next.
const leastSide, mostSide = 288, 400

// width is the side panel's, of all there is: what the user gave it, or what suits it, and never more than a half.
func (s *side) width(all float32) float32 {
	switch {
	case s.now == nil:
		return 0
	case s.chosen > 0:
		return max(min(s.chosen, all/2), leastSide)
	}
	return min(max(all*0.24, leastSide), mostSide)
}

// Layout is for Fyne.
func (b beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w := b.side.width(size.Width)
	objects[0].Resize(fyne.NewSize(w, size.Height))
	objects[1].Move(fyne.NewPos(w, 0))
	objects[1].Resize(fyne.NewSize(size.Width-w, size.Height))
	objects[2].Move(fyne.NewPos(w-gripWidth/2-1, 0))
	objects[2].Resize(fyne.NewSize(gripWidth, size.Height))
}

// MinSize is that of both.
func (b beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	min := objects[1].MinSize()
	if b.side.now != nil {
		min.Width += leastSide
	}
	return min
}

// openSide shows a panel, or closes it where it is there already.
func (w *Window) openSide(p *sidePanel) {
	if w.side.now == p {
		p = nil
	}
	w.showSide(p)
}

func (w *Window) showSide(p *sidePanel) {
	if p != nil {
		w.qa.leave()
	}
	w.side.show(p)
	if p != nil && p.first != nil {
		w.win.Canvas().Focus(p.first)
	} else {
		w.win.Canvas().Unfocus()
	}
	w.win.SetMainMenu(w.menu())
}

// updateSide brings the open panel up to date.
func (w *Window) updateSide() {
	if w.side.now != nil {
		w.side.now.update()
	}
}
