package timeline

import (
	"cmp"
	"image/color"
	"slices"

	"sioscope/protocol/session"
)

// A stretch is a part of a line, in device pixels.
type stretch struct{ x0, x1 float32 }

// cover notes that something lies over a session's band.
func (l *layouter) cover(x0, x1 float32) { l.over = append(l.over, stretch{x0, x1}) }

// phaseNames writes on the transport band what the transports are called.
func (l *layouter) phaseNames(s *session.Session, band box) {
	from, to := l.span()
	slices.SortFunc(l.over, func(a, b stretch) int { return cmp.Compare(a.x0, b.x0) })
	for i, p := range s.History {
		if l.phaseEnd(s, i) >= from && p.From <= to {
			c := l.Palette.onBar(l.transport(p.Transport))
			if r := l.phaseBox(s, i, band); !l.caption(r, phaseName(l.Words, s, i), c) {
				l.caption(r, p.Transport.Word(l.Words), c)
			}
		}
	}
}

// caption writes in the middle of the visible part of a bar, or, where something lies over that, of the widest part that
// is free; where none has room for all of it, it is not written. It says whether it is.
func (l *layouter) caption(r box, text string, c color.RGBA) bool {
	w, margin := l.Fonts.Width(text, Bold, l.dp(11)), l.dp(5)
	whole := stretch{max(r.x0, l.left), min(r.x1, float32(l.W))}
	middle := stretch{(whole.x0+whole.x1-w)/2 - margin, (whole.x0+whole.x1+w)/2 + margin}
	place := whole
	if slices.ContainsFunc(l.over, func(o stretch) bool { return o.x0 < middle.x1 && middle.x0 < o.x1 }) {
		place = l.widest(whole)
	}
	if place.x1-place.x0 < w+2*margin {
		return false
	}
	l.plain(box{(place.x0 + place.x1 - w) / 2, r.y0, place.x1, r.y1}, text, Bold, 11, c)
	return true
}

// widest is the widest part of a stretch over which nothing lies; l.over is sorted.
func (l *layouter) widest(of stretch) (best stretch) {
	x := of.x0
	for _, o := range append(slices.Clip(l.over), stretch{of.x1, of.x1}) {
		if end := min(o.x0, of.x1); end-x > best.x1-best.x0 {
			best = stretch{x, end}
		}
		x = max(x, o.x1)
	}
	return best
}
