package proof

import (
	"image"
	"image/color"
	"math"

	"sioscope/ui/timeline"
)

// Draw paints a proof over all of img.
func Draw(img *image.RGBA, p *Proof, v View) {
	v.W, v.H = img.Rect.Dx(), img.Rect.Dy()
	s := lay(p, v)
	timeline.Draw(img, &s.scene, v.Fonts)
	for _, t := range s.tick {
		t.draw(img)
	}
}

// A stroke is a line with round ends.
type stroke struct {
	x0, y0, x1, y1, width float32
	color                 color.RGBA
}

// draw lays it over what is there, as much of each pixel as it covers.
func (t stroke) draw(img *image.RGBA) {
	r := t.width/2 + 1
	area := image.Rect(int(min(t.x0, t.x1)-r), int(min(t.y0, t.y1)-r), int(max(t.x0, t.x1)+r)+1, int(max(t.y0, t.y1)+r)+1).Intersect(img.Rect)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			cover := min(max(t.width/2+0.5-t.distance(float32(x)+0.5, float32(y)+0.5), 0), 1)
			if cover == 0 {
				continue
			}
			d := img.Pix[img.PixOffset(x, y):][:3:3]
			for i, c := range [...]uint8{t.color.R, t.color.G, t.color.B} {
				d[i] = uint8(float32(d[i])*(1-cover) + float32(c)*cover + 0.5)
			}
		}
	}
}

// distance is how far a place is from the middle of the line.
func (t stroke) distance(x, y float32) float32 {
	dx, dy := t.x1-t.x0, t.y1-t.y0
	along := min(max(((x-t.x0)*dx+(y-t.y0)*dy)/(dx*dx+dy*dy), 0), 1)
	return float32(math.Hypot(float64(x-t.x0-along*dx), float64(y-t.y0-along*dy)))
}
