package ui

import (
	"fyne.io/fyne/v2"

	"sioscope/ui/chart"
)

// measuring is the chart that times are measured in: that under the mouse, else where it was begun, else the one above.
func (c *comparison) measuring() *chart.Chart {
	for _, s := range c.sides {
		if s.chart.Pointed() {
			return s.chart
		}
	}
	for _, s := range c.sides {
		if s.chart.MeasuredText() != "" {
			return s.chart
		}
	}
	return c.sides[0].chart
}

// measureItems are what can be done about two times of one side.
func (c *comparison) measureItems() []*fyne.MenuItem {
	w := c.w
	return []*fyne.MenuItem{item(w.S("Measure from here, then to here"), bare(fyne.KeyM), func() { c.measuring().Measure() }),
		item(w.S("Copy what was measured"), ctrlShift(fyne.KeyM), func() { w.copy(c.measuring().MeasuredText()) })}
}

// back takes away what was measured, or goes back to what was open; where that is nothing, the comparison stays.
func (c *comparison) back() {
	above, below := c.sides[0].chart.Unmeasure(), c.sides[1].chart.Unmeasure()
	if !above && !below && c.w.store != nil {
		c.w.leaveComparison()
	}
}
