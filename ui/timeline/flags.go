package timeline

// A Flag is a time at which something was done, and what: "Upgrade stripped: on".
type Flag struct {
	Time int64
	Text string
}

// flags draws a line through the sessions wherever something was done, and writes at its foot what it was, where that
// fits before the next.
func (l *layouter) flags(axis float32) {
	from, to := l.span()
	l.push(box{l.left, axis, float32(l.W), float32(l.H)})
	defer l.pop()
	for i, f := range l.Flags {
		if f.Time > to {
			break
		}
		x := l.x(f.Time)
		end := float32(l.W)
		if i+1 < len(l.Flags) {
			end = min(end, l.x(l.Flags[i+1].Time))
		}
		if f.Time >= from {
			l.rect(box{x, axis, x + max(l.dp(1.5), 1), float32(l.H)}, l.Palette.Frame)
		}
		w := l.Fonts.Width(f.Text, Bold, l.dp(11))
		b := box{max(x, l.left) + l.dp(6), float32(l.H) - l.dp(20), 0, float32(l.H) - l.dp(3)}
		b.x1 = b.x0 + w + l.dp(4)
		if b.x1 > end && f.Time >= from && end == float32(l.W) {
			b.x0, b.x1 = x-l.dp(6)-w, x-l.dp(2)
		} else if b.x1 > end {
			continue
		}
		l.under = l.Palette.Back
		l.backed(b, f.Text, Bold, l.Palette.Frame)
	}
}
