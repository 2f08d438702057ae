package walk

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Draw has all drawn that a canvas shows and no widget of Fyne's draws, as painting it does: what is in a picture has places
// from then on. It puts no window together out of that, as Capture does, which with the race detector takes seconds.
func Draw(c fyne.Canvas) {
	pixels := func(v float32) int { return int(math.Round(float64(v * c.Scale()))) }
	for _, o := range append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...) {
		walk(thing{CanvasObject: o, clip: everywhere}, fyne.Position{}, func(t thing) {
			if r, is := t.CanvasObject.(*canvas.Raster); is && !r.Size().IsZero() {
				r.Generator(pixels(r.Size().Width), pixels(r.Size().Height))
			}
		})
	}
}
