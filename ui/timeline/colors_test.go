package timeline

import (
	"fmt"
	"image/color"
	"math"
	"testing"
)

// sights are how colours are seen: as most do, and where one kind of cone is missing (Machado, Oliveira and Fernandes,
// 2009, severity 1).
var sights = map[string][3][3]float64{
	"trichromacy":  {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// lab is a colour in CIELAB (D65), as it is seen.
func lab(c color.RGBA, sight [3][3]float64) [3]float64 {
	in := [3]float64{linear[c.R], linear[c.G], linear[c.B]}
	var v [3]float64
	for i, row := range sight {
		v[i] = min(max(row[0]*in[0]+row[1]*in[1]+row[2]*in[2], 0), 1)
	}
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((0.4124*v[0] + 0.3576*v[1] + 0.1805*v[2]) / 0.95047)
	y := f(0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2])
	z := f((0.0193*v[0] + 0.1192*v[1] + 0.9505*v[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// apart is how different two colours look: ΔE of 1976, of which 2.3 is just noticeable.
func apart(a, b color.RGBA, sight [3][3]float64) float64 {
	x, y := lab(a, sight), lab(b, sight)
	return math.Hypot(math.Hypot(x[0]-y[0], x[1]-y[1]), x[2]-y[2])
}

func themes() map[string]*Palette { return map[string]*Palette{"light": Light(), "dark": Dark()} }

// TestColoursAreToldApart however they are seen: those of transports, and those of nodes, also as polls have them.
func TestColoursAreToldApart(t *testing.T) {
	t.Parallel()
	const least = 13 // five times what is just noticeable
	for theme, p := range themes() {
		sets := map[string][]color.RGBA{"transports": {p.Polling, p.WebSocket, p.Other}, "nodes": p.Nodes[:], "signs": {p.Bad, p.Good, p.Marker}}
		for _, c := range p.Nodes {
			sets["polls"] = append(sets["polls"], mix(p.Back, c, pollShade))
		}
		for name, set := range sets {
			for sight, matrix := range sights {
				for i, a := range set {
					for _, b := range set[i+1:] {
						if d := apart(a, b, matrix); d < least {
							t.Errorf("%s, %s, %s: %v and %v are only %.1f apart", theme, name, sight, a, b, d)
						}
					}
				}
			}
		}
	}
}

// TestWordsAreLegible: 4.5 to 1 for every text on what it stands on (WCAG 2, 1.4.3), 3 to 1 for signs (1.4.11).
func TestWordsAreLegible(t *testing.T) {
	t.Parallel()
	for theme, p := range themes() {
		check := func(what string, fore, back color.RGBA, least float64) {
			t.Helper()
			if c := contrast(fore, back); c < least {
				t.Errorf("%s: %s has a contrast of %.2f, want %.1f", theme, what, c, least)
			}
		}
		for name, back := range map[string]color.RGBA{"background": p.Back, "panel": p.Panel, "selected line": p.Selected} {
			for what, c := range map[string]color.RGBA{"text": p.Text, "dim text": p.Dim, "what is bad": p.Bad, "what is good": p.Good, "what leads on": p.Frame} {
				check(what+" on the "+name, c, back, 4.5)
			}
			for what, c := range map[string]color.RGBA{"a diamond": p.Marker, "stripes": p.Hatch, "a tick": p.Tick} {
				check(what+" on the "+name, c, back, 3)
			}
		}
		for what, c := range map[string]color.RGBA{"polling": p.Polling, "websocket": p.WebSocket, "an unknown transport": p.Other} {
			check("a caption on "+what, p.onBar(c), c, 4.5)
			check("a badge of "+what, readable(c, p), mix(p.Panel, c, pillTint), 4.5)
		}
		check("a number of a note", p.Panel, p.Marker, 4.5)
		for i, c := range p.Nodes {
			name := fmt.Sprintf("node %c", 'A'+i)
			check("a badge of "+name, readable(c, p), mix(p.Panel, c, pillTint), 4.5)
			for what, fill := range map[string]color.RGBA{"a request": c, "a poll": mix(p.Back, c, pollShade), "another session's": mix(p.Back, c, 0.3)} {
				check("a letter on "+what+" of "+name, onFill(fill), fill, 4.5)
			}
		}
		check("a letter on a request of nobody", onFill(p.Other), p.Other, 4.5)
	}
}
