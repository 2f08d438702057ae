package chart

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// OverviewHeight is the height of an Overview, dp.
const OverviewHeight = 46

// An Overview shows the whole capture, and what a Chart shows of it as a frame to drag.
type Overview struct {
	widget.BaseWidget
	chart   *Chart
	raster  *canvas.Raster
	paint   painter
	density timeline.Density
	fonts   *timeline.Fonts
}

// NewOverview makes the overview of c. fonts must not be those of c: both draw at the same time.
func NewOverview(c *Chart, fonts *timeline.Fonts, do func(func())) *Overview {
	o := &Overview{chart: c, fonts: fonts}
	o.paint = painter{prepare: o.prepare, do: do}
	o.raster = canvas.NewRaster(o.paint.image)
	o.raster.ScaleMode = canvas.ImageScalePixels
	o.paint.ready = o.raster.Refresh
	o.ExtendBaseWidget(o)
	return o
}

// Pull redraws with what is new in the chart's store or view.
func (o *Overview) Pull() { o.paint.dirty() }

// Refresh redraws, for instance in other colours.
func (o *Overview) Refresh() {
	o.paint.dirty()
	o.BaseWidget.Refresh()
}

func (o *Overview) prepare(w, h int) func(*frame) {
	c := o.chart
	in := timeline.OverviewInput{Words: c.Words, Order: c.whole, Density: &o.density, View: c.view, Width: c.width(), Notes: c.notes, W: w, H: h, Now: c.live,
		Left: c.Left(), Palette: look.Palette(), Fonts: o.fonts}
	in.Scale = scaleFor(w, o.raster, o.Size())
	st, trial, kept := c.store, c.Trial, c.shown
	return func(f *frame) {
		if st == nil || in.View.PerDp == 0 {
			f.scene.Reset(w, h, in.Scale)
			f.scene.Back = in.Palette.Panel
		} else {
			st.Read(func(t *session.Tracker, _ *store.State) {
				o.density.Trial, o.density.Kept = trial, kept
				o.density.Add(t)
				in.Tracker = t
				timeline.Overview(in, &f.scene)
			})
		}
		timeline.Draw(f.img, &f.scene, o.fonts)
	}
}

// whole is the time that the overview shows.
func (o *Overview) whole() timeline.View {
	return timeline.Fit(o.chart.first, o.chart.last, float64(o.Size().Width)-o.chart.Left())
}

// Dragged moves the frame.
func (o *Overview) Dragged(ev *fyne.DragEvent) {
	v := o.chart.view
	v.Start += int64(float64(ev.Dragged.DX) * o.whole().PerDp)
	o.chart.SetView(v)
}

// DragEnd ends a move.
func (o *Overview) DragEnd() {}

// Tapped puts the middle of the frame at the mouse.
func (o *Overview) Tapped(ev *fyne.PointEvent) {
	at := o.whole().Time(float64(ev.Position.X) - o.chart.Left())
	v := o.chart.view
	v.Start = at - int64(v.PerDp*o.chart.width()/2)
	o.chart.SetView(v)
}

// Scrolled zooms at the time under the mouse.
func (o *Overview) Scrolled(ev *fyne.ScrollEvent) {
	at := o.whole().Time(float64(ev.Position.X) - o.chart.Left())
	o.chart.SetView(o.chart.view.Zoom(o.chart.view.X(at), factor(ev.Scrolled.DY)))
}

// Cursor tells that the frame can be dragged.
func (o *Overview) Cursor() desktop.Cursor { return desktop.HResizeCursor }

// MinSize is 46 dp high.
func (o *Overview) MinSize() fyne.Size { return fyne.NewSize(320, OverviewHeight) }

// CreateRenderer is for Fyne.
func (o *Overview) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{first: o.raster, objects: []fyne.CanvasObject{o.raster}, min: o.MinSize}
}
