package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"sioscope/ui/timeline"
)

// Palette is what the timeline draws with, in the theme that is set now.
func Palette() *timeline.Palette {
	bar := color.RGBA{17, 19, 24, 255}
	return &timeline.Palette{
		Back: of(Back), Panel: of(Panel), Line: of(Line), Grid: of(Grid), Selected: of(ChosenBar),
		Text: of(theme.ColorNameForeground), Dim: of(Dim), OnBar: bar, Bad: of(Bad), Good: of(Good),
		Polling: of(Polling), WebSocket: of(WebSocket), Other: of(Other),
		Hatch: of(theme.ColorNameForeground), Marker: of(theme.ColorNameForeground), Tick: of(Tick), Frame: of(Accent),
		Nodes: nodes(),
	}
}

// nodes are Okabe-Ito's five colours that no transport uses.
func nodes() (n [5]color.RGBA) {
	for i, v := range [5]uint32{0x56b4e9, 0xcc79a7, 0x0072b2, 0xd55e00, 0xf0e442} {
		c := rgb(v)
		n[i] = color.RGBA{c.R, c.G, c.B, 255}
	}
	return n
}

func of(name fyne.ThemeColorName) color.RGBA {
	r, g, b, a := theme.Color(name).RGBA()
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), uint8(a >> 8)}
}
