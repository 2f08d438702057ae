package timeline

// A Flag is a time at which something was done, and what: "Upgrade stripped: on".
type Flag struct {
	Time int64
	Text string
}

// leastName is the shortest that a name may be cut to, dp.
const leastName = 48

// flags draws a line behind the sessions wherever something was done.
func (l *layouter) flags(axis float32) {
	from, to := l.span()
	l.push(box{l.left, axis, float32(l.W), float32(l.H)})
	defer l.pop()
	for _, f := range l.Flags {
		if f.Time >= from && f.Time <= to {
			x := l.x(f.Time)
			l.rect(box{x, axis, x + max(l.dp(1.5), 1), float32(l.H)}, l.Palette.Frame)
		}
	}
}

// flagNames writes beside each line what was done, the last first: as far down as nothing stands there, and cut where
// the next line is near. What was done before the visible time stands at its left edge.
func (l *layouter) flagNames(axis float32) {
	from, to := l.span()
	l.push(box{l.left, axis, float32(l.W), float32(l.H)})
	defer l.pop()
	l.under = l.Palette.Back
	end := float32(l.W)
	for i := len(l.Flags) - 1; i >= 0 && end > l.left; i-- {
		f := l.Flags[i]
		if f.Time > to {
			continue
		}
		x := l.x(f.Time)
		w := l.Fonts.Width(f.Text, Bold, l.dp(11)) + l.dp(4)
		b := box{x0: max(x, l.left) + l.dp(6)}
		b.x1 = min(b.x0+w, end)
		if b.x1 < b.x0+w && f.Time >= from && end == float32(l.W) {
			b.x0, b.x1 = x-l.dp(6)-w, x-l.dp(2)
		}
		end = x - l.dp(4)
		if b.x1-b.x0 < min(w, l.dp(leastName)) {
			continue
		}
		if l.free(&b, axis) {
			l.backed(b, f.Text, Bold, l.Palette.Frame)
		}
	}
}

// free finds the lowest place for a box where neither words nor transports are, or, where there is none, no words; and
// says whether there is one.
func (l *layouter) free(b *box, axis float32) bool {
	for _, avoided := range [][][]box{{l.names, l.bands}, {l.names}} {
		for y := float32(l.H) - l.dp(3); y-l.dp(17) > axis; y -= l.dp(3) {
			b.y0, b.y1 = y-l.dp(17), y
			clear := true
			for _, list := range avoided {
				for _, o := range list {
					clear = clear && !b.meets(o)
				}
			}
			if clear {
				return true
			}
		}
	}
	return false
}

// meets says whether two boxes overlap.
func (b box) meets(o box) bool { return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 }
