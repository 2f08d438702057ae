package chart

import (
	"slices"

	"fyne.io/fyne/v2"
)

// CreateRenderer is for Fyne.
func (c *Chart) CreateRenderer() fyne.WidgetRenderer {
	marks, label := c.hover.objects()
	rules, measured := c.ruler.objects()
	return &renderer{first: c.raster, objects: slices.Concat([]fyne.CanvasObject{c.raster}, rules, marks, measured, label), min: c.MinSize}
}

// A renderer stretches the raster over the widget; what lies on top is placed by the widget.
type renderer struct {
	first   fyne.CanvasObject
	objects []fyne.CanvasObject
	min     func() fyne.Size
}

func (r *renderer) Layout(size fyne.Size)        { r.first.Resize(size) }
func (r *renderer) MinSize() fyne.Size           { return r.min() }
func (r *renderer) Refresh()                     {}
func (r *renderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *renderer) Destroy()                     {}
