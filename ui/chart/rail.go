package chart

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/lang"
	"sioscope/ui/look"
	"sioscope/ui/timeline"
)

// A Rail has numbers above a Chart, each where its time is.
type Rail struct {
	widget.BaseWidget
	lang.Words

	OnPin func(number int) // one was clicked; of several in one sign, the one after the selected

	chart  *Chart
	raster *canvas.Raster
	paint  painter
	fonts  *timeline.Fonts
	pins   []timeline.Pin
	chosen int
}

// NewRail makes the rail of c. fonts must not be those of another widget.
func NewRail(c *Chart, fonts *timeline.Fonts, do func(func())) *Rail {
	r := &Rail{chart: c, fonts: fonts}
	r.paint = painter{prepare: r.prepare, do: do}
	r.raster = canvas.NewRaster(r.paint.image)
	r.raster.ScaleMode = canvas.ImageScalePixels
	r.paint.ready = r.raster.Refresh
	r.ExtendBaseWidget(r)
	return r
}

// Set shows pins, in the order of time, one of which is selected; 0: none.
func (r *Rail) Set(pins []timeline.Pin, chosen int) {
	r.pins, r.chosen = pins, chosen
	r.Pull()
}

// Pull redraws by the chart's view.
func (r *Rail) Pull() { r.paint.dirty() }

func (r *Rail) prepare(w, h int) func(*frame) {
	in := timeline.RailInput{Words: r.Words, Pins: r.pins, Chosen: r.chosen, View: r.chart.view, W: w, H: h, Left: r.chart.Left(), Palette: look.Palette(), Fonts: r.fonts}
	in.Scale = scaleFor(w, r.raster, r.Size())
	if in.View.PerDp == 0 {
		in.Pins = nil
	}
	return func(f *frame) {
		timeline.Rail(in, &f.scene)
		timeline.Draw(f.img, &f.scene, r.fonts)
	}
}

// Tapped tells which number was clicked.
func (r *Rail) Tapped(ev *fyne.PointEvent) {
	hit := r.At(ev.Position)
	if hit.Kind != timeline.HitPin || r.OnPin == nil || hit.Index+hit.Count > len(r.pins) {
		return
	}
	sign := r.pins[hit.Index : hit.Index+hit.Count]
	at := slices.IndexFunc(sign, func(p timeline.Pin) bool { return p.Number == r.chosen })
	r.OnPin(sign[(at+1)%len(sign)].Number)
}

// At is what lies at a position in dp.
func (r *Rail) At(pos fyne.Position) timeline.Hit {
	f := r.paint.front
	if f == nil || f.img == nil {
		return timeline.Hit{}
	}
	k := f.scene.Scale
	return f.scene.Hit(pos.X*k, pos.Y*k, 2*k)
}

// Cursor tells that numbers can be clicked.
func (r *Rail) Cursor() desktop.Cursor { return desktop.PointerCursor }

// Refresh redraws, for instance in other colours.
func (r *Rail) Refresh() {
	r.paint.dirty()
	r.BaseWidget.Refresh()
}

// MinSize is one line.
func (r *Rail) MinSize() fyne.Size { return fyne.NewSize(320, timeline.RailHeight) }

// CreateRenderer is for Fyne.
func (r *Rail) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{first: r.raster, objects: []fyne.CanvasObject{r.raster}, min: r.MinSize}
}
