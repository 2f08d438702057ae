package timeline

import (
	"image/color"
	"math"
)

// linear is the light of each value of a channel, 0 to 1 (IEC 61966-2-1).
var linear = func() (t [256]float64) {
	for i := range t {
		f := float64(i) / 255
		if t[i] = f / 12.92; f > 0.04045 {
			t[i] = math.Pow((f+0.055)/1.055, 2.4)
		}
	}
	return t
}()

// contrast is that of two colours by WCAG 2, 1 to 21.
func contrast(a, b color.RGBA) float64 {
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}

func luminance(c color.RGBA) float64 {
	return 0.2126*linear[c.R] + 0.7152*linear[c.G] + 0.0722*linear[c.B]
}

// legible is the least contrast of small letters, WCAG 2, 1.4.3.
const legible = 4.5

// readable moves a colour towards that of text, as far as small letters in it need to stay legible on a tint of itself.
func readable(c color.RGBA, p *Palette) color.RGBA {
	back := mix(p.Panel, c, pillTint)
	for t := 0.35; t < 1; t += 0.1 {
		if m := mix(c, p.Text, t); contrast(m, back) >= legible {
			return m
		}
	}
	return p.Text
}

// onFill is black or white, whichever is read better on c.
func onFill(c color.RGBA) color.RGBA {
	black, white := color.RGBA{17, 19, 24, 255}, color.RGBA{255, 255, 255, 255}
	if contrast(c, black) >= contrast(c, white) {
		return black
	}
	return white
}

// onBar is the colour of text on a transport's band.
func (p *Palette) onBar(fill color.RGBA) color.RGBA {
	if contrast(p.OnBar, fill) < legible {
		return onFill(fill)
	}
	return p.OnBar
}
