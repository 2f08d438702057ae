package timeline

import (
	"image"
	"image/color"
)

// Draw paints the Scene over all of img, whose size must be the Scene's.
func Draw(img *image.RGBA, s *Scene, fonts *Fonts) {
	p := pen{img: img, clip: img.Bounds(), fonts: fonts, scale: s.Scale}
	p.fill(p.clip, s.Back)
	for i := range s.Shapes {
		p.shape(&s.Shapes[i])
	}
}

// A pen draws inside its clip.
type pen struct {
	img   *image.RGBA
	clip  image.Rectangle
	fonts *Fonts
	scale float32
}

func (p *pen) shape(s *Shape) {
	b := box{s.X0, s.Y0, s.X1, s.Y1}
	switch s.Kind {
	case ClipPush:
		p.clip = b.pixels().Intersect(p.img.Bounds())
	case ClipPop:
		p.clip = p.img.Bounds()
	case Rect:
		p.fill(b.pixels(), s.Color)
	case Round:
		p.round(b, s.Width, s.Color)
	case Outline:
		p.outline(b, s.Width, s.Color)
	case Hatch:
		p.hatch(b.pixels(), s.Color)
	case Dashes:
		p.dashes(b.pixels(), s.Color)
	case Diamond, Triangle, Down, Right, Cross:
		p.marker(s.Kind, b, s.Width, s.Color)
	case Text:
		p.text(s)
	}
}

// fill writes one span and copies it downwards.
func (p *pen) fill(r image.Rectangle, c color.RGBA) {
	r = r.Intersect(p.clip)
	if r.Empty() {
		return
	}
	if c.A != 255 {
		p.wash(r, c)
		return
	}
	first := p.img.Pix[p.img.PixOffset(r.Min.X, r.Min.Y):][:4*r.Dx()]
	first[0], first[1], first[2], first[3] = c.R, c.G, c.B, 255
	for n := 4; n < len(first); n *= 2 {
		copy(first[n:], first[:n])
	}
	for y := r.Min.Y + 1; y < r.Max.Y; y++ {
		copy(p.img.Pix[p.img.PixOffset(r.Min.X, y):], first)
	}
}

// wash lays a translucent colour over what is there.
func (p *pen) wash(r image.Rectangle, c color.RGBA) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p.blend(x, y, c, uint32(c.A))
		}
	}
}

// blend puts c at x, y with alpha of 255; the place must be inside the image.
func (p *pen) blend(x, y int, c color.RGBA, alpha uint32) {
	d := p.img.Pix[p.img.PixOffset(x, y):][:4:4]
	inv := 255 - alpha
	d[0] = uint8((uint32(c.R)*alpha + uint32(d[0])*inv + 127) / 255)
	d[1] = uint8((uint32(c.G)*alpha + uint32(d[1])*inv + 127) / 255)
	d[2] = uint8((uint32(c.B)*alpha + uint32(d[2])*inv + 127) / 255)
	d[3] = 255
}

func (p *pen) hatch(r image.Rectangle, c color.RGBA) {
	period, on := max(int(7*p.scale+0.5), 4), max(int(3.5*p.scale+0.5), 2)
	r = r.Intersect(p.clip)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if (x+y)%period < on {
				p.blend(x, y, c, 255)
			}
		}
	}
}

func (p *pen) dashes(r image.Rectangle, c color.RGBA) {
	period, on := max(int(6*p.scale), 3), max(int(2*p.scale), 1)
	w := max(int(p.scale), 1)
	for y := r.Min.Y; y < r.Max.Y; y += period {
		p.fill(image.Rect(r.Min.X, y, r.Min.X+w, min(y+on, r.Max.Y)), c)
	}
}

func (p *pen) text(s *Shape) {
	f := p.fonts.face(s.Font, s.Size)
	if f == nil {
		return
	}
	base := round((s.Y0+s.Y1)/2 + 0.36*s.Size)
	at, part := round(s.X0), float32(0) // the pixel of the next letter, and how far in it that begins
	for _, r := range s.Text {
		g := f.drawn(r, part)
		if g.mask != nil {
			p.stamp(g.mask, at+g.off.X, base+g.off.Y, s.Color)
		}
		part += g.advance
		whole := int(part)
		at, part = at+whole, part-float32(whole)
	}
}

// stamp blends c through an alpha mask.
func (p *pen) stamp(mask *image.Alpha, x0, y0 int, c color.RGBA) {
	b := mask.Bounds().Add(image.Pt(x0, y0)).Intersect(p.clip)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		row := mask.Pix[(y-y0)*mask.Stride:]
		for x := b.Min.X; x < b.Max.X; x++ {
			if a := row[x-x0]; a != 0 {
				p.blend(x, y, c, uint32(a))
			}
		}
	}
}
