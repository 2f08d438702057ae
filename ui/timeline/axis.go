package timeline

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"sioscope/protocol/lang"
	"sioscope/ui/plain"
)

// A Mark is a labelled time on the axis.
type Mark struct {
	Time  int64
	Label string
}

// steps are the distances marks may have, in ns: 1, 2, 5 of a power of ten up to 10 s, then what clocks use.
var steps = func() []int64 {
	var s []int64
	for p := int64(100); p <= 1e9; p *= 10 {
		s = append(s, p, 2*p, 5*p)
	}
	for _, sec := range []int64{10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 2 * 86400, 7 * 86400, 30 * 86400} {
		s = append(s, sec*1e9)
	}
	return s
}()

// Step is the distance of marks at least dp apart.
func (v View) Step(dp float64) int64 {
	for _, s := range steps {
		if float64(s) >= dp*v.PerDp {
			return s
		}
	}
	return steps[len(steps)-1]
}

// Marks are the axis labels in width dp. origin is time zero for relative labels; wall asks for the time of day.
// chars is the width of a character in dp, w the language of dates and units.
func (v View) Marks(w lang.Words, width, chars float64, origin int64, wall bool) []Mark {
	step := v.Step(60)
	for range 4 { // labels are the longer the finer the step, and the later they are
		longest := utf8.RuneCountInString(Label(w, v.Time(width)/step*step+step-1, origin, step, wall))
		step = v.Step(max(60, float64(longest)*chars+28))
	}
	base := origin
	if wall {
		base = midnight(v.Start)
	}
	first := base + (v.Start-base)/step*step
	var marks []Mark
	for t := first; t <= v.Time(width) && len(marks) < 200; t += step {
		if v.X(t) < 0 || !wall && t < origin {
			continue
		}
		marks = append(marks, Mark{t, Label(w, t, origin, step, wall)})
	}
	return marks
}

// around is Marks from a moment on and before it: what was before has times below zero.
func (v View) around(w lang.Words, width, chars float64, origin int64) []Mark {
	marks := v.Marks(w, width, chars, origin, false)
	if v.Start >= origin {
		return marks
	}
	// the same distances as after it, seen in a mirror
	mirrored := View{Start: origin - (v.Time(width) - origin), PerDp: v.PerDp}
	var before []Mark
	for _, m := range mirrored.Marks(w, width, chars, origin, false) {
		if m.Time > origin {
			before = append([]Mark{{2*origin - m.Time, "−" + m.Label}}, before...)
		}
	}
	return append(before, marks...)
}

func midnight(t int64) int64 {
	at := time.Unix(0, t)
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, at.Location()).UnixNano()
}

// Label writes t as finely as step needs, since origin or as the time of day; midnight is the date, whose layout each
// language has its own of.
func Label(w lang.Words, t, origin, step int64, wall bool) string {
	switch {
	case wall && t == midnight(t):
		return time.Unix(0, t).Format(w.S("2 Jan"))
	case wall && step >= 60e9:
		return time.Unix(0, t).Format("15:04")
	case wall:
		return time.Unix(0, t).Format(clock(decimals(step)))
	case step >= 60e9 && t > origin:
		return minutes(w, (t-origin)/60e9)
	}
	return Since(t-origin, decimals(step))
}

// minutes writes whole minutes: "5 min", "2 h", "1 h 30 min".
func minutes(w lang.Words, n int64) string {
	switch {
	case n < 60:
		return w.S("%d min", n)
	case n%60 == 0:
		return w.S("%d h", n/60)
	}
	return w.S("%d h %d min", n/60, n%60)
}

// Zone names the time zone that times of day are written in, as it was at t: "UTC", "UTC+1", "UTC−3:30".
func Zone(t int64) string { return ZoneOf(time.Unix(0, t)) }

// ZoneOf does so for a time in any zone.
func ZoneOf(t time.Time) string {
	_, sec := t.Zone()
	if sec == 0 {
		return "UTC"
	}
	sign := "+"
	if sec < 0 {
		sign, sec = "−", -sec
	}
	if sec%3600 == 0 {
		return fmt.Sprintf("UTC%s%d", sign, sec/3600)
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, sec/3600, sec%3600/60)
}

// Since writes a duration in ns: "1.5 s" below ten minutes, "12:05.5" and "3:12:05" above.
func Since(d int64, decimals int) string {
	sign := ""
	if d < 0 {
		sign, d = "−", -d
	}
	if d < 600e9 {
		return sign + strconv.FormatFloat(float64(d)/1e9, 'f', decimals, 64) + " s"
	}
	width := 2
	if decimals > 0 {
		width += 1 + decimals
	}
	sec := strconv.FormatFloat(float64(d%60e9)/1e9, 'f', decimals, 64)
	for len(sec) < width {
		sec = "0" + sec
	}
	if d < 3600e9 {
		return fmt.Sprintf("%s%d:%s", sign, d/60e9, sec)
	}
	return fmt.Sprintf("%s%d:%02d:%s", sign, d/3600e9, d%3600e9/60e9, sec)
}

// Span writes a length of time: "41 ms", "5.7 s", "3 min 20 s".
func Span(d int64) string { return plain.Span(d) }

func decimals(step int64) int {
	n := 0
	for p := int64(1e9); step < p && n < 9; p /= 10 {
		n++
	}
	return n
}

// Clock writes the time of day.
func Clock(at int64, decimals int) string { return time.Unix(0, at).Format(clock(decimals)) }

func clock(decimals int) string {
	layout := "15:04:05"
	if decimals > 0 {
		layout += ".000000000"[:1+decimals]
	}
	return layout
}
