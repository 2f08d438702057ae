package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// parts are the places of the window that F6 goes through.
func (w *Window) parts() []fyne.CanvasObject {
	list := []fyne.CanvasObject{w.tools.object}
	if w.side.now != nil {
		list = append(list, w.side.object)
	}
	if c := w.compared; c != nil {
		return append(list, c.banner, c.timelines, c.list.object, c.detail.object)
	}
	if w.store == nil {
		return append(list, w.body)
	}
	return append(list, w.verdict.object, w.timeline, w.table.object, w.detail.object)
}

// nextPart gives the keyboard to the next part of the window, or with Shift to the one before. The timeline hears keys
// where no part has them.
func (w *Window) nextPart() {
	list := w.parts()
	step := 1
	if w.opt.Modifiers != nil && w.opt.Modifiers()&fyne.KeyModifierShift != 0 {
		step = len(list) - 1
	}
	at := w.partOf(w.win.Canvas().Focused(), list)
	for range list {
		at = (at + step) % len(list)
		if w.silent(list[at]) {
			w.takeKeys()
			return
		}
		if w.focusWithin(list[at]) {
			return
		}
	}
}

// partOf is the place in the list of the part that has the keyboard.
func (w *Window) partOf(f fyne.Focusable, list []fyne.CanvasObject) int {
	o, is := f.(fyne.CanvasObject)
	for i, area := range list {
		if is && inside(o, area) || !is && w.silent(area) {
			return i
		}
	}
	return len(list) - 1
}

// silent says whether a part is a timeline, which hears keys where no part has them.
func (w *Window) silent(part fyne.CanvasObject) bool {
	return part == fyne.CanvasObject(w.timeline) || w.compared != nil && part == w.compared.timelines
}

// maxFocus is more than the parts of a window that take the keyboard.
const maxFocus = 300

// focusWithin gives the keyboard to the first in an area that takes it, and says whether there is one.
func (w *Window) focusWithin(area fyne.CanvasObject) bool {
	c := w.win.Canvas()
	c.Unfocus()
	c.FocusNext()
	first := c.Focused()
	for range maxFocus {
		if o, is := c.Focused().(fyne.CanvasObject); is && inside(o, area) {
			return true
		}
		if c.FocusNext(); c.Focused() == first {
			break
		}
	}
	c.Unfocus()
	return false
}

// inside says whether the middle of o lies within area, both as they are on screen.
func inside(o, area fyne.CanvasObject) bool {
	d := fyne.CurrentApp().Driver()
	at := d.AbsolutePositionForObject(o).Subtract(d.AbsolutePositionForObject(area))
	at = at.AddXY(o.Size().Width/2, o.Size().Height/2)
	return at.X >= 0 && at.Y >= 0 && at.X < area.Size().Width && at.Y < area.Size().Height
}

// showMenus opens the menus where the keyboard alone reaches them.
func (w *Window) showMenus() {
	all := fyne.NewMenu("")
	for _, m := range w.menu().Items {
		top := fyne.NewMenuItem(m.Label, nil)
		top.ChildMenu = m
		all.Items = append(all.Items, top)
	}
	widget.ShowPopUpMenuAtPosition(all, w.win.Canvas(), fyne.NewPos(4, 30))
}
