package timeline

import "testing"

// middleOf is where a letter has its ink, from the pixel that it begins in.
func middleOf(g glyph) float32 {
	var sum, all float32
	b := g.mask.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			a := float32(g.mask.Pix[y*g.mask.Stride+x])
			sum, all = sum+a*(float32(g.off.X+x)+0.5), all+a
		}
	}
	return sum / all
}

// TestLettersStandWhereTheyBelong: put on whole pixels, small ones would be half a pixel off, and the blank between two words
// of bold text a third of what it is.
func TestLettersStandWhereTheyBelong(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	for size, off := range map[float32]float32{10.5: 0.2, 11: 0.2, 16.5: 0.2, 22: 0.51, 33: 0.51} {
		c := f.face(Bold, size)
		for _, r := range "lS0語" {
			if c.drawn(r, 0).mask == nil {
				continue
			}
			for part := float32(0); part < 1; part += 0.05 {
				if d := middleOf(c.drawn(r, part)) - middleOf(c.drawn(r, 0)) - part; abs(d) > off {
					t.Errorf("%g px: %c at %.2f of a pixel is %.2f off", size, r, part, d)
				}
				if c.drawn(r, part).advance != c.glyph(r).advance {
					t.Errorf("%g px: %c at %.2f of a pixel is of another width", size, r, part)
				}
			}
		}
	}
}
