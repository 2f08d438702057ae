package chart

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// A Legend tells what the colours and shapes of a Chart mean.
type Legend struct {
	widget.BaseWidget
	raster *canvas.Raster
	paint  painter
	chart  *Chart
	fonts  *timeline.Fonts
}

// NewLegend makes the legend of c. fonts must not be those of another widget.
func NewLegend(c *Chart, fonts *timeline.Fonts, do func(func())) *Legend {
	g := &Legend{chart: c, fonts: fonts}
	g.paint = painter{prepare: g.prepare, do: do}
	g.raster = canvas.NewRaster(g.paint.image)
	g.raster.ScaleMode = canvas.ImageScalePixels
	g.paint.ready = g.raster.Refresh
	g.ExtendBaseWidget(g)
	return g
}

func (g *Legend) prepare(w, h int) func(*frame) {
	in := timeline.Input{Words: g.chart.Words, W: w, H: h, Palette: look.Palette(), Fonts: g.fonts}
	in.Scale = float64(w) / max(float64(g.Size().Width), 1)
	st := g.chart.store
	return func(f *frame) {
		if st == nil {
			timeline.Legend(in, &f.scene)
		} else {
			st.Read(func(t *session.Tracker, _ *store.State) {
				in.Tracker = t
				timeline.Legend(in, &f.scene)
			})
		}
		timeline.Draw(f.img, &f.scene, g.fonts)
	}
}

// Refresh redraws, for instance when nodes became known.
func (g *Legend) Refresh() {
	g.paint.dirty()
	g.BaseWidget.Refresh()
}

// MinSize is one line.
func (g *Legend) MinSize() fyne.Size { return fyne.NewSize(200, 24) }

// CreateRenderer is for Fyne.
func (g *Legend) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{first: g.raster, objects: []fyne.CanvasObject{g.raster}, min: g.MinSize}
}
