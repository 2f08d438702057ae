package chart

import (
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// CreateRenderer is for Fyne.
func (c *Chart) CreateRenderer() fyne.WidgetRenderer {
	marks, label := c.hover.objects()
	rules, measured := c.ruler.objects()
	return &renderer{first: c.raster, objects: slices.Concat([]fyne.CanvasObject{c.raster}, rules, marks, measured, label), min: c.MinSize}
}

// A renderer stretches the raster over the widget, in whole device pixels; what lies on top is placed by the widget.
type renderer struct {
	first   fyne.CanvasObject
	objects []fyne.CanvasObject
	min     func() fyne.Size
}

func (r *renderer) Layout(size fyne.Size)        { r.first.Resize(whole(size, scaleOf(r.first))) }
func (r *renderer) MinSize() fyne.Size           { return r.min() }
func (r *renderer) Refresh()                     {}
func (r *renderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *renderer) Destroy()                     {}

// whole is a size in whole device pixels. Fyne rounds both ends of an image and, by itself, the size of what is drawn into
// it: where these differ it leaves out a row of pixels in the middle of letters.
func whole(size fyne.Size, scale float32) fyne.Size {
	round := func(v float32) float32 { return float32(math.Round(float64(v*scale))) / scale }
	return fyne.NewSize(round(size.Width), round(size.Height))
}

// scaleOf is how many device pixels a dp has where an object is shown.
func scaleOf(o fyne.CanvasObject) float32 {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil && c.Scale() > 0 {
		return c.Scale()
	}
	return 1
}

// scaleFor is how many device pixels a dp has in an image that is w of them wide.
func scaleFor(w int, raster *canvas.Raster, widget fyne.Size) float64 {
	at := raster.Size().Width
	if at == 0 { // it is shown nowhere yet
		at = widget.Width
	}
	return float64(w) / max(float64(at), 1)
}
