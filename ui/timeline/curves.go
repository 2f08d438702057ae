package timeline

import (
	"image"
	"image/color"
	"math"
)

// round fills a rectangle with corners of radius r: spans, and coverage in the corners alone.
func (p *pen) round(b box, r float32, c color.RGBA) {
	r = min(r, (b.x1-b.x0)/2, (b.y1-b.y0)/2)
	if r < 1 {
		p.fill(b.pixels(), c)
		return
	}
	whole := b.pixels()
	k := int(math.Ceil(float64(r)))
	p.fill(image.Rect(whole.Min.X+k, whole.Min.Y, whole.Max.X-k, whole.Max.Y), c)
	p.fill(image.Rect(whole.Min.X, whole.Min.Y+k, whole.Min.X+k, whole.Max.Y-k), c)
	p.fill(image.Rect(whole.Max.X-k, whole.Min.Y+k, whole.Max.X, whole.Max.Y-k), c)
	px := box{float32(whole.Min.X), float32(whole.Min.Y), float32(whole.Max.X), float32(whole.Max.Y)}
	p.corners(whole, k, func(x, y float32) float32 { return 0.5 - distance(x, y, px, r) }, c)
}

// corners blends c with the coverage given for the four k by k corners of r.
func (p *pen) corners(r image.Rectangle, k int, cover func(x, y float32) float32, c color.RGBA) {
	for dy := range k {
		for dx := range k {
			for _, at := range [4]image.Point{
				{r.Min.X + dx, r.Min.Y + dy}, {r.Max.X - 1 - dx, r.Min.Y + dy},
				{r.Min.X + dx, r.Max.Y - 1 - dy}, {r.Max.X - 1 - dx, r.Max.Y - 1 - dy},
			} {
				p.dot(at, cover(float32(at.X)+0.5, float32(at.Y)+0.5), c)
			}
		}
	}
}

// outline draws a rounded border, width thick, inside b.
func (p *pen) outline(b box, width float32, c color.RGBA) {
	r := min((b.y1-b.y0)/2, (b.x1-b.x0)/2, 9*p.scale)
	area := b.pixels().Intersect(p.clip)
	inner := box{b.x0 + r, b.y0 + width + 1, b.x1 - r, b.y1 - width - 1}.pixels()
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if (image.Point{X: x, Y: y}).In(inner) {
				x = inner.Max.X - 1
				continue
			}
			d := distance(float32(x)+0.5, float32(y)+0.5, b, r)
			p.dot(image.Pt(x, y), min(0.5-d, d+width+0.5), c)
		}
	}
}

// distance is how far x, y is outside a rounded rectangle; negative inside.
func distance(x, y float32, b box, r float32) float32 {
	qx := abs(x-(b.x0+b.x1)/2) - (b.x1-b.x0)/2 + r
	qy := abs(y-(b.y0+b.y1)/2) - (b.y1-b.y0)/2 + r
	out := float32(math.Hypot(float64(max(qx, 0)), float64(max(qy, 0))))
	return out + min(max(qx, qy), 0) - r
}

// marker draws a small shape with smooth edges: the signed distance to its edge gives the coverage.
func (p *pen) marker(kind ShapeKind, b box, width float32, c color.RGBA) {
	w, h := (b.x1-b.x0)/2, (b.y1-b.y0)/2
	cx, cy := (b.x0+b.x1)/2, (b.y0+b.y1)/2
	area := b.grow(1).pixels()
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			dx, dy := float32(x)+0.5-cx, float32(y)+0.5-cy
			p.dot(image.Pt(x, y), 0.5-edge(kind, dx, dy, w, h, width), c)
		}
	}
}

// edge is about how far dx, dy from the middle is outside the shape of half size w, h.
func edge(kind ShapeKind, dx, dy, w, h, width float32) float32 {
	const slant = 0.7071
	switch kind {
	case Diamond:
		return (abs(dx) + abs(dy) - w) * slant
	case Triangle:
		return max(dy-h, (abs(dx)*2-(dy+h))*0.45)
	case Down:
		return max(-dy-h, (abs(dx)*2-(h-dy))*0.45)
	case Right:
		return max(-dx-w, (abs(dy)*2-(w-dx))*0.45)
	}
	stroke := min(abs(dx-dy), abs(dx+dy))*slant - width/2 // Cross
	return max(stroke, max(abs(dx)-w, abs(dy)-h))
}

// dot blends c at a place with coverage 0 to 1, where the place is inside the clip.
func (p *pen) dot(at image.Point, cover float32, c color.RGBA) {
	if cover <= 0 || !at.In(p.clip) {
		return
	}
	p.blend(at.X, at.Y, c, uint32(min(cover, 1)*float32(c.A)))
}

func abs(f float32) float32 { return max(f, -f) }
