package look

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// TestTheItemOfAMenuStandsOut: from the others, and its name from it.
func TestTheItemOfAMenuStandsOut(t *testing.T) {
	for _, choice := range []Choice{Dark, Light} {
		of := func(name fyne.ThemeColorName) color.NRGBA {
			return color.NRGBAModel.Convert(Theme{choice}.Color(name, theme.VariantDark)).(color.NRGBA)
		}
		menu := of(theme.ColorNameMenuBackground)
		item := over(menu, of(theme.ColorNameFocus))
		if c := contrast(menu, item); c < 2.2 {
			t.Errorf("%s: the item has %.2f to 1 against the menu", choice, c)
		}
		if c := contrast(item, of(theme.ColorNameForeground)); c < 4.5 {
			t.Errorf("%s: the name has %.2f to 1 against its item", choice, c)
		}
	}
}

// over is a colour through which another is seen.
func over(under, c color.NRGBA) color.NRGBA {
	mix := func(u, v uint8) uint8 { return uint8((int(u)*(255-int(c.A)) + int(v)*int(c.A)) / 255) }
	return color.NRGBA{mix(under.R, c.R), mix(under.G, c.G), mix(under.B, c.B), 255}
}

// contrast is the ratio of WCAG 2, from 1 to 21.
func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}
