package timeline

import "sioscope/protocol/session"

// Legend lays out the meaning of colours and shapes in one line, as far as there is room.
func Legend(in Input, scene *Scene) {
	scene.Reset(in.W, in.H, in.Scale)
	scene.Back = in.Palette.Panel
	l := &layouter{Input: in, Scene: scene, k: float32(in.Scale)}
	h := float32(in.H)
	l.rect(box{0, 0, float32(in.W), max(l.dp(1), 1)}, in.Palette.Line)
	x, y, r := l.dp(14), h/2, l.dp(5)
	p := in.Palette
	entry := func(text string, draw func(x float32)) {
		w := l.Fonts.Width(text, Regular, l.dp(11))
		if x+l.dp(20)+w > float32(in.W)-l.dp(8) {
			return
		}
		draw(x)
		l.plain(box{x + l.dp(20), 0, x + l.dp(20) + w, h}, text, Regular, 11, p.Dim)
		x += l.dp(38) + w
	}
	entry("polling", func(x float32) { l.shape(Round, box{x, y - r, x + l.dp(14), y + r}, l.dp(2), p.Polling) })
	entry("trying WebSocket", func(x float32) { l.shape(Hatch, box{x, y - r, x + l.dp(14), y + r}, 0, p.Hatch) })
	entry("WebSocket", func(x float32) { l.shape(Round, box{x, y - r, x + l.dp(14), y + r}, l.dp(2), p.WebSocket) })
	entry("upgrade probe", func(x float32) { l.shape(Diamond, box{x + l.dp(2), y - r, x + l.dp(12), y + r}, 0, p.Marker) })
	entry("upgraded", func(x float32) { l.shape(Triangle, box{x + l.dp(2), y - r, x + l.dp(12), y + r}, 0, p.Good) })
	entry("refused or failed", func(x float32) { l.shape(Cross, box{x + l.dp(2), y - r, x + l.dp(12), y + r}, l.dp(2.2), p.Bad) })
	entry("above: in", func(x float32) { l.rect(box{x + l.dp(8), y - r, x + l.dp(9.5), y + r}, p.Tick) })
	entry("below: out", func(x float32) { l.rect(box{x + l.dp(8), y - r, x + l.dp(9.5), y + r}, p.Tick) })
	if in.Tracker != nil {
		l.legendNodes(in.Tracker, entry, y)
	}
}

func (l *layouter) legendNodes(t *session.Tracker, entry func(string, func(float32)), y float32) {
	for i := range t.Nodes {
		entry(NodeName(t, i), func(x float32) {
			l.shape(Round, box{x, y - l.dp(5), x + l.dp(14), y + l.dp(5)}, l.dp(2), l.Palette.Node(i))
		})
	}
}
