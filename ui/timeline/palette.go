package timeline

import "image/color"

// A Palette is every colour drawn. Transports and nodes are Okabe-Ito's, and never told by colour alone.
type Palette struct {
	Back, Panel, Line, Grid   color.RGBA // canvas, header column, separators, vertical lines
	Selected                  color.RGBA // line of the selected session
	Text, Dim                 color.RGBA
	OnBar                     color.RGBA // text on a transport band
	Bad, Good                 color.RGBA
	Polling, WebSocket, Other color.RGBA
	Hatch, Marker             color.RGBA // probing stripes, probe diamond
	Tick                      color.RGBA
	Nodes                     [5]color.RGBA
	Frame                     color.RGBA // the visible span in the overview
}

// Node is the colour of that number among those of nodes; nodes beyond the fifth start over, their letters do not.
func (p *Palette) Node(i int) color.RGBA {
	if i < 0 {
		return p.Other
	}
	return p.Nodes[i%len(p.Nodes)]
}

// mix is a with share t (0 to 1) of b.
func mix(a, b color.RGBA, t float64) color.RGBA {
	f := func(x, y uint8) uint8 { return uint8(float64(x)*(1-t) + float64(y)*t + 0.5) }
	return color.RGBA{f(a.R, b.R), f(a.G, b.G), f(a.B, b.B), 255}
}

func rgb(v uint32) color.RGBA { return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255} }

// okabeIto are the five of the colours by Okabe and Ito, which people tell apart however they see colours, that no
// transport uses.
var okabeIto = [5]color.RGBA{rgb(0x56b4e9), rgb(0xcc79a7), rgb(0x0072b2), rgb(0xd55e00), rgb(0xf0e442)}
