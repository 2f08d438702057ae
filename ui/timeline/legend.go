package timeline

import "sioscope/protocol/session"

// legendRow is the height of a line of a Static legend, dp.
const legendRow = 26

// Legend lays out the meaning of colours and shapes in one line, as far as there is room. Where the Input is Static it
// takes as many lines as it needs, and says in Scene.Content how high it is, in dp.
func Legend(in Input, scene *Scene) {
	scene.Reset(in.W, in.H, in.Scale)
	scene.Back = in.Palette.Panel
	l := &layouter{Input: in, Scene: scene, k: float32(in.Scale)}
	k := &key{layouter: l, x: l.dp(14), h: float32(in.H)}
	if in.Static {
		k.h = l.dp(legendRow)
	}
	l.rect(box{0, 0, float32(in.W), max(l.dp(1), 1)}, in.Palette.Line)
	r, p := l.dp(5), in.Palette
	k.entry(l.S("polling"), func(x, y float32) { l.shape(Round, box{x, y - r, x + l.dp(14), y + r}, l.dp(2), p.Polling) })
	k.entry(l.S("trying WebSocket"), func(x, y float32) { l.shape(Hatch, box{x, y - r, x + l.dp(14), y + r}, 0, p.Hatch) })
	k.entry(l.S("WebSocket"), func(x, y float32) { l.shape(Round, box{x, y - r, x + l.dp(14), y + r}, l.dp(2), p.WebSocket) })
	k.entry(l.S("upgrade probe"), func(x, y float32) { l.shape(Diamond, box{x + l.dp(2), y - r, x + l.dp(12), y + r}, 0, p.Marker) })
	k.entry(l.S("upgraded"), func(x, y float32) { l.shape(Triangle, box{x + l.dp(2), y - r, x + l.dp(12), y + r}, 0, p.Good) })
	k.entry(l.S("refused or failed"), func(x, y float32) { l.shape(Cross, box{x + l.dp(2), y - r, x + l.dp(12), y + r}, l.dp(2.2), p.Bad) })
	if !in.Static || len(in.Tracker.Rows) > 0 && in.Tracker.DroppedRows+in.Tracker.Freed.Rows == 0 {
		k.entry(l.S("above: in"), func(x, y float32) { l.rect(box{x + l.dp(8), y - r, x + l.dp(9.5), y + r}, p.Tick) })
		k.entry(l.S("below: out"), func(x, y float32) { l.rect(box{x + l.dp(8), y - r, x + l.dp(9.5), y + r}, p.Tick) })
	}
	if in.Tracker != nil {
		k.nodes(in.Tracker)
	}
	scene.Content = float64((k.y + k.h) / l.k)
}

// A key places the entries of a legend one after another.
type key struct {
	*layouter
	x, y, h float32
}

func (k *key) entry(text string, draw func(x, y float32)) {
	l := k.layouter
	w := l.Fonts.Width(text, Regular, l.dp(11))
	if k.x+l.dp(20)+w > float32(l.W)-l.dp(8) {
		if !l.Static {
			return
		}
		k.x, k.y = l.dp(14), k.y+l.dp(legendRow-6)
	}
	draw(k.x, k.y+k.h/2)
	l.plain(box{k.x + l.dp(20), k.y, k.x + l.dp(20) + w, k.y + k.h}, text, Regular, 11, l.Palette.Dim)
	k.x += l.dp(38) + w
}

// maxLegendNodes is how many nodes a Static legend names.
const maxLegendNodes = 12

func (k *key) nodes(t *session.Tracker) {
	l := k.layouter
	for i := range t.Nodes {
		if l.Static && i == maxLegendNodes {
			break
		}
		k.entry(NodeName(l.Words, t, i), func(x, y float32) {
			l.shape(Round, box{x, y - l.dp(5), x + l.dp(14), y + l.dp(5)}, l.dp(2), l.Palette.Node(i))
		})
	}
}
