package timeline

import "sioscope/protocol/session"

// legendRow is the height of a line of a Static legend, dp.
const legendRow = 26

// Legend lays out the meaning of colours and shapes in one line. What has no room there is counted at its end, so that
// nothing is lost unsaid. Where the Input is Static it takes as many lines
// as it needs, and says in Scene.Content how high it is, in dp.
func Legend(in Input, scene *Scene) {
	scene.Reset(in.W, in.H, in.Scale)
	scene.Back = in.Palette.Panel
	l := &layouter{Input: in, Scene: scene, k: float32(in.Scale)}
	k := &key{layouter: l, x: l.dp(14), h: float32(in.H)}
	if in.Static {
		k.h = l.dp(legendRow)
	}
	l.rect(box{0, 0, float32(in.W), max(l.dp(1), 1)}, in.Palette.Line)
	k.signs()
	if in.Tracker != nil {
		k.nodes(in.Tracker)
	}
	k.ticks()
	k.draw()
	scene.Content = float64((k.y + k.h) / l.k)
}

// A key places the entries of a legend one after another.
type key struct {
	*layouter
	x, y, h float32
	entries []keyEntry
}

// A keyEntry is a sign and what it means.
type keyEntry struct {
	text string
	sign func(x, y float32)
	node int // index, -1: it is none
}

func (k *key) entry(text string, sign func(x, y float32)) {
	k.entries = append(k.entries, keyEntry{text, sign, -1})
}

// signs are what every timeline has, first what matters most where there is little room.
func (k *key) signs() {
	l := k.layouter
	r, p := l.dp(5), l.Palette
	k.entry(l.S("polling"), func(x, y float32) { l.shape(Round, box{x, y - r, x + l.dp(14), y + r}, l.dp(2), p.Polling) })
	k.entry(l.S("trying WebSocket"), func(x, y float32) { l.shape(Hatch, box{x, y - r, x + l.dp(14), y + r}, 0, p.Hatch) })
	k.entry(l.S("WebSocket"), func(x, y float32) { l.shape(Round, box{x, y - r, x + l.dp(14), y + r}, l.dp(2), p.WebSocket) })
	k.entry(l.S("refused or failed"), func(x, y float32) { l.shape(Cross, box{x + l.dp(2), y - r, x + l.dp(12), y + r}, l.dp(2.2), p.Bad) })
	k.entry(l.S("upgrade probe"), func(x, y float32) { l.shape(Diamond, box{x + l.dp(2), y - r, x + l.dp(12), y + r}, 0, p.Marker) })
	k.entry(l.S("upgraded"), func(x, y float32) { l.shape(Triangle, box{x + l.dp(2), y - r, x + l.dp(12), y + r}, 0, p.Good) })
}

// ticks are those of packets above and below a band, which a Static timeline may have none of.
func (k *key) ticks() {
	l := k.layouter
	r, p := l.dp(5), l.Palette
	if !l.Static || len(l.Tracker.Rows) > 0 && l.Tracker.DroppedRows+l.Tracker.Freed.Rows == 0 {
		k.entry(l.S("above: in"), func(x, y float32) { l.rect(box{x + l.dp(8), y - r, x + l.dp(9.5), y + r}, p.Tick) })
		k.entry(l.S("below: out"), func(x, y float32) { l.rect(box{x + l.dp(8), y - r, x + l.dp(9.5), y + r}, p.Tick) })
	}
}

// maxLegendNodes is how many nodes a Static legend names.
const maxLegendNodes = 12

func (k *key) nodes(t *session.Tracker) {
	l := k.layouter
	for i := range t.Nodes {
		if l.Static && i == maxLegendNodes {
			break
		}
		sign := func(x, y float32) {
			l.shape(Round, box{x, y - l.dp(5), x + l.dp(14), y + l.dp(5)}, l.dp(2), l.node(i))
			if letter := t.Nodes[i].Letter; l.Fonts.Width(letter, Bold, l.dp(9)) < l.dp(13) {
				w := l.Fonts.Width(letter, Bold, l.dp(9))
				l.plain(box{x + (l.dp(14)-w)/2, y - l.dp(5), x + l.dp(14), y + l.dp(5)}, letter, Bold, 9, onFill(l.node(i)))
			}
		}
		k.entries = append(k.entries, keyEntry{NodeName(l.Words, t, i), sign, i})
	}
}

// Widths of an entry beside its text, dp.
const (
	keySign = 20
	keyGap  = 18
)

func (k *key) width(text string) float32 { return k.Fonts.Width(text, Regular, k.dp(11)) }

func (k *key) draw() {
	n := len(k.entries)
	if !k.Static {
		n = k.fitting()
	}
	for _, e := range k.entries[:n] {
		if w := k.width(e.text); k.Static && k.x > k.dp(14) && k.x+k.dp(keySign)+w > float32(k.W)-k.dp(8) {
			k.x, k.y = k.dp(14), k.y+k.dp(legendRow-6)
		}
		k.put(e)
	}
	if more := len(k.entries) - n; more > 0 {
		text := k.S("%d more ›", more)
		k.plain(box{k.x, k.y, float32(k.W), k.y + k.h}, text, Bold, 11, k.Palette.Frame)
	}
}

func (k *key) put(e keyEntry) {
	l, w := k.layouter, k.width(e.text)
	e.sign(k.x, k.y+k.h/2)
	l.plain(box{k.x + l.dp(keySign), k.y, k.x + l.dp(keySign) + w, k.y + k.h}, e.text, Regular, 11, l.Palette.Dim)
	if e.node >= 0 && !l.Static {
		l.target(box{k.x - l.dp(4), k.y, k.x + l.dp(keySign) + w + l.dp(4), k.y + k.h}, Hit{Kind: HitNode, Session: -1, Conn: -1, Exchange: -1, Row: -1, Index: e.node})
	}
	k.x += l.dp(keySign+keyGap) + w
}

// fitting is how many of the entries one line has room for, beside the number of those that are left out.
func (k *key) fitting() int {
	x, end := k.x, float32(k.W)-k.dp(8)
	rest := k.width(k.S("%d more ›", 99))
	fit := 0
	for i, e := range k.entries {
		x += k.dp(keySign) + k.width(e.text)
		if x > end {
			return fit
		}
		x += k.dp(keyGap)
		if x+rest <= end {
			fit = i + 1
		}
	}
	return len(k.entries)
}
