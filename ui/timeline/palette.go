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

// Node is the colour of a node; nodes beyond the fifth start over, their letters do not.
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
