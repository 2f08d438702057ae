package timeline

import (
	"fmt"
	"image"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Font is one of the faces of Fonts.
type Font uint8

const (
	Regular Font = iota
	Bold
	Mono
)

// Fonts writes text from a cache of glyphs drawn once. Not for concurrent use.
type Fonts struct {
	parsed [3]*opentype.Font
	beyond [2]*opentype.Font // regular and bold of what those lack; nil: nothing
	faces  map[faceKey]*face
}

type faceKey struct {
	font Font
	size int // 1/64 pixel
}

type face struct {
	font.Face
	beyond  font.Face // for what it lacks; nil: none
	glyphs  map[rune]glyph
	em      float32
	ascent  float32
	descent float32
}

type glyph struct {
	mask    *image.Alpha // nil: nothing to draw
	off     image.Point
	advance float32
}

// maxFaces bounds the cache: scales and sizes that are no longer used are forgotten.
const maxFaces = 24

// NewFonts parses the TrueType data of the regular, bold and monospaced faces.
func NewFonts(regular, bold, mono []byte) (*Fonts, error) {
	f := &Fonts{faces: map[faceKey]*face{}}
	for i, data := range [][]byte{regular, bold, mono} {
		p, err := opentype.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("reading font %d: %w", i, err)
		}
		f.parsed[i] = p
	}
	return f, nil
}

// Beyond has what the faces lack written in these: another script, regular and bold.
func (f *Fonts) Beyond(regular, bold []byte) error {
	for i, data := range [][]byte{regular, bold} {
		p, err := opentype.Parse(data)
		if err != nil {
			return fmt.Errorf("reading font %d of another script: %w", i, err)
		}
		f.beyond[i] = p
	}
	clear(f.faces)
	return nil
}

func (f *Fonts) face(name Font, size float32) *face {
	key := faceKey{name, int(size * 64)}
	if c, ok := f.faces[key]; ok {
		return c
	}
	if len(f.faces) >= maxFaces {
		clear(f.faces)
	}
	opts := &opentype.FaceOptions{Size: float64(size), DPI: 72, Hinting: font.HintingNone}
	of, err := opentype.NewFace(f.parsed[name], opts)
	if err != nil { // only for a size of zero or less
		return nil
	}
	m := of.Metrics()
	c := &face{Face: of, em: size, glyphs: map[rune]glyph{}, ascent: float32(m.Ascent) / 64, descent: float32(m.Descent) / 64}
	if p := f.beyond[map[Font]int{Bold: 1}[name]]; p != nil {
		if c.beyond, err = opentype.NewFace(p, opts); err != nil {
			return nil
		}
	}
	f.faces[key] = c
	return c
}

// glyph is a letter that begins with a pixel.
func (c *face) glyph(r rune) glyph { return c.shifted(r, 0) }

// phases are the places within a pixel that a small letter may begin at. On whole pixels alone the blanks of small text are
// a third narrower here than there, and words run together.
const phases = 4

// small is the size below which that is seen, pixels.
const small = 20

// drawn is a letter that begins a part of a pixel further.
func (c *face) drawn(r rune, part float32) glyph {
	if c.em >= small {
		return c.shifted(r, 0).moved(round(part))
	}
	k := int(part*phases + 0.5)
	return c.shifted(r, k%phases).moved(k / phases)
}

func (g glyph) moved(pixels int) glyph {
	g.off.X += pixels
	return g
}

// shifted is a letter that begins so many phases further than a pixel.
func (c *face) shifted(r rune, phase int) glyph {
	key := r | rune(phase)<<24 // letters have 21 bits
	if g, ok := c.glyphs[key]; ok {
		return g
	}
	from, known := c.has(r)
	shown := r
	if !known {
		shown = '\uFFFD'
	}
	dr, mask, mp, adv, ok := from.Glyph(fixed.Point26_6{X: fixed.Int26_6(phase * 64 / phases)}, shown)
	g := glyph{advance: float32(adv) / 64, off: dr.Min}
	if !known && eastAsian(r) {
		g.advance = c.em
	}
	if ok && !dr.Empty() {
		g.mask = image.NewAlpha(image.Rect(0, 0, dr.Dx(), dr.Dy()))
		for y := range dr.Dy() {
			for x := range dr.Dx() {
				_, _, _, a := mask.At(mp.X+x, mp.Y+y).RGBA()
				g.mask.Pix[y*g.mask.Stride+x] = uint8(a >> 8)
			}
		}
	}
	c.glyphs[key] = g
	return g
}

// has is the font that a letter is written in, and whether that has it.
func (c *face) has(r rune) (from font.Face, known bool) {
	if _, known = c.GlyphAdvance(r); !known && c.beyond != nil {
		if _, known = c.beyond.GlyphAdvance(r); known {
			return c.beyond, true
		}
	}
	return c.Face, known
}

// Width is the length of text in the unit of size.
func (f *Fonts) Width(text string, name Font, size float32) float32 {
	c := f.face(name, size)
	if c == nil {
		return 0
	}
	var w float32
	for _, r := range text {
		w += c.glyph(r).advance
	}
	return w
}

// Cut shortens text to width, with an ellipsis where something is left out.
func (f *Fonts) Cut(text string, name Font, size, width float32) string {
	c := f.face(name, size)
	if c == nil || width <= 0 {
		return ""
	}
	dots := c.glyph('…').advance
	var w float32
	keep := 0
	for i, r := range text {
		w += c.glyph(r).advance
		if w+dots <= width {
			keep = i + len(string(r))
		}
		if w > width {
			if keep == 0 {
				return ""
			}
			return text[:keep] + "…"
		}
	}
	return text
}

// eastAsian says whether a letter is as wide as high in any font that has it.
func eastAsian(r rune) bool { return r >= 0x2e80 }
