package timeline

// A Heading is what stands above a timeline that is a picture by itself.
type Heading struct {
	Title, Sub, Facts string
	Note              string // beside the title, at the right; "" for none
	Good, Bad         bool   // neither: something in between
}

// Header lays out a heading over the whole of the scene: an edge in the colour of the verdict, a sign, and the words.
func Header(in Input, scene *Scene, h Heading) {
	scene.Reset(in.W, in.H, in.Scale)
	scene.Back = in.Palette.Panel
	l := &layouter{Input: in, Scene: scene, k: float32(in.Scale)}
	p := in.Palette
	color, sign := p.Polling, Diamond
	switch {
	case h.Bad:
		color, sign = p.Bad, Cross
	case h.Good:
		color, sign = p.Good, Triangle
	}
	high := float32(in.H)
	l.rect(box{0, 0, l.dp(6), high}, color)
	l.shape(sign, box{l.dp(22), high/2 - l.dp(9), l.dp(40), high/2 + l.dp(9)}, l.dp(3.5), color)
	end := float32(in.W) - l.dp(16)
	if h.Note != "" {
		x := end - l.Fonts.Width(h.Note, Regular, l.dp(11))
		l.plain(box{x, l.dp(9), end, l.dp(29)}, h.Note, Regular, 11, p.Dim)
		l.text(box{l.dp(56), l.dp(7), x - l.dp(16), l.dp(30)}, h.Title, Bold, 16, p.Text)
	} else {
		l.text(box{l.dp(56), l.dp(7), end, l.dp(30)}, h.Title, Bold, 16, p.Text)
	}
	y := l.dp(30)
	for _, line := range [...]struct {
		text string
		size float32
	}{{h.Sub, 12.5}, {h.Facts, 11}} {
		if line.text != "" {
			l.text(box{l.dp(56), y, end, y + l.dp(19)}, line.text, Regular, line.size, p.Dim)
			y += l.dp(19)
		}
	}
	l.rect(box{0, high - l.dp(1), float32(in.W), high}, p.Line)
}
