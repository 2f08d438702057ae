package chart

import "fyne.io/fyne/v2"

// CreateRenderer is for Fyne.
func (c *Chart) CreateRenderer() fyne.WidgetRenderer {
	objects := append([]fyne.CanvasObject{c.raster}, c.ruler.objects()...)
	return &renderer{first: c.raster, objects: append(objects, c.hover.objects()...), min: c.MinSize}
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
