package ui

import (
	"fyne.io/fyne/v2"

	"sioscope/ui/chart"
)

// measureItems are what can be done about two times.
func (w *Window) measureItems() []*fyne.MenuItem {
	copied := item(w.S("Copy what was measured"), ctrlShift(fyne.KeyM), w.copyMeasured)
	copied.Disabled = w.chart.MeasuredText() == ""
	return []*fyne.MenuItem{item(w.S("Measure from here, then to here"), bare(fyne.KeyM), w.chart.Measure), copied}
}

// arrow moves the time that is being measured to, or else what is seen; dir is 1 for later.
func arrow(c *chart.Chart, dir int) {
	if c.Measuring() {
		c.Steer(dir)
		return
	}
	c.Pan(0.1 * float64(dir))
}

// copyMeasured copies both times, the time between them and what passed meanwhile.
func (w *Window) copyMeasured() { w.copy(w.chart.MeasuredText()) }

// momentItems are the same for the time under the mouse, which goes elsewhere as the menu is used.
func (w *Window) momentItems() []*fyne.MenuItem {
	at, of := w.chart.Here(), w.noteOf()
	name := w.S("Measure from here")
	if w.chart.Measuring() {
		name = w.S("Measure to here")
	}
	copied := fyne.NewMenuItem(w.S("Copy what was measured"), w.copyMeasured)
	copied.Disabled = w.chart.MeasuredText() == ""
	return []*fyne.MenuItem{fyne.NewMenuItem(name, func() { w.chart.MeasureAt(at) }), copied,
		fyne.NewMenuItem(w.S("Note on this moment…"), func() { w.askNote(at, of) }),
		fyne.NewMenuItem(w.S("Copy this time"), func() { w.copy(w.chart.Exact(at)) })}
}
