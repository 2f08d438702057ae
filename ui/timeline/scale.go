package timeline

import "math"

// Limits of a View's PerDp.
const (
	minPerDp = 50          // 50 ns: a whole screen is then 0.1 ms
	maxPerDp = 3_600 * 1e9 // an hour
)

// A View is the part of time that is on screen.
type View struct {
	Start int64   // ns since the Unix epoch, at the left edge
	PerDp float64 // ns per device-independent pixel; 0 is an unset view
}

// X is the distance of a time from the left edge, in dp.
func (v View) X(t int64) float64 { return float64(t-v.Start) / v.PerDp }

// Time is the time at x dp from the left edge.
func (v View) Time(x float64) int64 { return v.Start + int64(x*v.PerDp) }

// Zoom scales by factor (below 1 magnifies) and keeps the time at x where it is.
func (v View) Zoom(x, factor float64) View {
	at := v.Time(x)
	per := min(max(v.PerDp*factor, minPerDp), maxPerDp)
	return View{Start: at - int64(x*per), PerDp: per}
}

// Pan moves the view by dx dp; positive shows later times.
func (v View) Pan(dx float64) View {
	v.Start += int64(dx * v.PerDp)
	return v
}

// Fit shows first to last in width dp, with a small margin on both sides.
func Fit(first, last int64, width float64) View {
	span := float64(max(last-first, 1e6))
	margin := min(18, width/10)
	per := max(span/max(width-2*margin, 1), minPerDp)
	return View{Start: first - int64(margin*per), PerDp: per}
}

// Clamp keeps some of first to last on screen, and the zoom between the limits and the whole.
func (v View) Clamp(first, last int64, width float64) View {
	whole := Fit(first, last, width)
	if v.PerDp <= 0 || v.PerDp > whole.PerDp || math.IsNaN(v.PerDp) {
		return whole
	}
	v.PerDp = max(v.PerDp, minPerDp)
	end := whole.Time(width) - int64(width*v.PerDp)
	v.Start = max(min(v.Start, end), whole.Start)
	return v
}
