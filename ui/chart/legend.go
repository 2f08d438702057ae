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

// A Legend tells what the colours and shapes of a Chart mean.
type Legend struct {
	widget.BaseWidget

	OnTap  func()         // it was clicked
	OnNode func(node int) // the mouse came over a node, -1: over none

	raster *canvas.Raster
	paint  painter
	chart  *Chart
	fonts  *timeline.Fonts
	whole  bool // it has as many lines as it takes
	over   int  // the node under the mouse, from 1
}

var _ desktop.Hoverable = (*Legend)(nil)

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

// NewWholeLegend makes one that leaves nothing out.
func NewWholeLegend(c *Chart, fonts *timeline.Fonts) *Legend {
	g := NewLegend(c, fonts, nil)
	g.whole = true
	return g
}

func (g *Legend) input(w, h int) timeline.Input {
	in := timeline.Input{Words: g.chart.Words, W: w, H: h, Palette: look.Palette(), Fonts: g.fonts}
	in.Scale = scaleFor(w, g.raster, g.Size())
	return in
}

func (g *Legend) prepare(w, h int) func(*frame) {
	in := g.input(w, h)
	return func(f *frame) {
		g.lay(in, &f.scene)
		timeline.Draw(f.img, &f.scene, g.fonts)
	}
}

func (g *Legend) lay(in timeline.Input, scene *timeline.Scene) {
	if g.chart.store == nil {
		timeline.Legend(in, scene)
		return
	}
	g.chart.store.Read(func(t *session.Tracker, _ *store.State) {
		in.Tracker, in.Static = t, g.whole
		timeline.Legend(in, scene)
	})
}

// Refresh redraws, for instance when nodes became known.
func (g *Legend) Refresh() {
	g.paint.dirty()
	g.BaseWidget.Refresh()
}

// MinSize is one line, or as many as the whole takes at the width that it has.
func (g *Legend) MinSize() fyne.Size {
	if !g.whole {
		return fyne.NewSize(200, 24)
	}
	var scene timeline.Scene
	in := g.input(int(max(g.Size().Width, 300)), 24)
	in.Scale = 1
	g.lay(in, &scene)
	return fyne.NewSize(300, float32(scene.Content))
}

// Tapped is a click.
func (g *Legend) Tapped(*fyne.PointEvent) {
	if g.OnTap != nil {
		g.OnTap()
	}
}

// MouseIn begins hovering.
func (g *Legend) MouseIn(ev *desktop.MouseEvent) { g.MouseMoved(ev) }

// MouseMoved tells which node is under the mouse.
func (g *Legend) MouseMoved(ev *desktop.MouseEvent) {
	if g.paint.front == nil {
		return
	}
	s := &g.paint.front.scene
	hit := s.Hit(ev.Position.X*s.Scale, ev.Position.Y*s.Scale, 0)
	if hit.Kind == timeline.HitNode {
		g.overNode(hit.Index + 1)
		return
	}
	g.overNode(0)
}

// MouseOut ends it.
func (g *Legend) MouseOut() { g.overNode(0) }

func (g *Legend) overNode(n int) {
	if n != g.over && g.OnNode != nil {
		g.OnNode(n - 1)
	}
	g.over = n
}

// CreateRenderer is for Fyne.
func (g *Legend) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{first: g.raster, objects: []fyne.CanvasObject{g.raster}, min: g.MinSize}
}
