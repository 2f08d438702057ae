package timeline

import (
	"math"
	"testing"
	"time"
	"unicode/utf8"

	"sioscope/protocol/lang"
)

func TestZoomKeepsTheTimeUnderTheMouse(t *testing.T) {
	t.Parallel()
	v := View{Start: t0, PerDp: 1e6}
	for _, factor := range []float64{0.5, 0.9, 1.1, 2} {
		z := v.Zoom(300, factor)
		if got, want := z.Time(300), v.Time(300); math.Abs(float64(got-want)) > z.PerDp {
			t.Errorf("factor %g: time under the mouse moved by %d ns", factor, got-want)
		}
	}
}

func TestClamp(t *testing.T) {
	t.Parallel()
	first, last := t0, t0+1000*ms
	whole := Fit(first, last, 1000)
	for _, tt := range []struct {
		name string
		in   View
		want View
	}{
		{"unset becomes all", View{}, whole},
		{"wider than all becomes all", View{Start: t0 - 5e9, PerDp: whole.PerDp * 3}, whole},
		{"before the beginning", View{Start: t0 - 5e9, PerDp: 1e5}, View{Start: whole.Start, PerDp: 1e5}},
		{"after the end", View{Start: t0 + 5e9, PerDp: 1e5}, View{Start: whole.Time(1000) - 1e8, PerDp: 1e5}},
		{"finer than the limit", View{Start: t0, PerDp: 1e-9}, View{Start: t0, PerDp: minPerDp}},
		{"inside stays", View{Start: t0 + 100*ms, PerDp: 1e5}, View{Start: t0 + 100*ms, PerDp: 1e5}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.in.Clamp(first, last, 1000); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestFitShowsAll(t *testing.T) {
	t.Parallel()
	for _, span := range []int64{0, 1, ms, 5e9, 86400e9} {
		v := Fit(t0, t0+span, 800)
		if a, b := v.X(t0), v.X(t0+span); a < 0 || b > 800 || math.IsNaN(a) {
			t.Errorf("span %d: from %g to %g of 800", span, a, b)
		}
	}
}

func TestSince(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in       int64
		decimals int
		want     string
	}{
		{0, 0, "0 s"}, {1500 * ms, 1, "1.5 s"}, {-1500 * ms, 1, "−1.5 s"}, {599e9, 0, "599 s"},
		{605e9, 0, "10:05"}, {605_500 * ms, 1, "10:05.5"}, {3 * 3600e9, 0, "3:00:00"}, {3*3600e9 + 65e9, 0, "3:01:05"},
	} {
		if got := Since(tt.in, tt.decimals); got != tt.want {
			t.Errorf("Since(%d, %d) = %q, want %q", tt.in, tt.decimals, got, tt.want)
		}
	}
}

func TestMarksAreApart(t *testing.T) {
	t.Parallel()
	const char = 6.5
	for per := 60.0; per < 3e12; per *= 3.7 {
		for _, late := range []int64{0, 86400e9} { // a burst a day after the beginning has longer labels
			v := View{Start: t0 + 12345 + late, PerDp: per}
			for _, wall := range []bool{false, true} {
				marks := v.Marks(nil, 1000, char, t0, wall)
				if len(marks) < 2 {
					t.Errorf("%g ns/dp, wall %v: %d marks", per, wall, len(marks))
				}
				for i := 1; i < len(marks); i++ {
					d, wide := v.X(marks[i].Time)-v.X(marks[i-1].Time), char*float64(utf8.RuneCountInString(marks[i].Label))
					if d < 60 || d < wide+10 {
						t.Errorf("%g ns/dp, wall %v: marks %q and %q are %g dp apart", per, wall, marks[i-1].Label, marks[i].Label, d)
					}
					if marks[i].Label == marks[i-1].Label {
						t.Errorf("%g ns/dp, wall %v: two marks are %q", per, wall, marks[i].Label)
					}
				}
			}
		}
	}
}

func TestLabel(t *testing.T) {
	t.Parallel()
	day := midnight(t0)
	for _, tt := range []struct {
		name    string
		t, step int64
		wall    bool
		want    string
	}{
		{"seconds", day + 5e9, 1e9, false, "5 s"},
		{"the beginning", day, 60e9, false, "0 s"},
		{"minutes", day + 300e9, 60e9, false, "5 min"},
		{"hours", day + 2*3600e9, 1800e9, false, "2 h"},
		{"both", day + 5400e9, 1800e9, false, "1 h 30 min"},
		{"microseconds after a day", day + 86400e9 + 12_000, 1000, false, "24:00:00.000012"},
		{"clock", day + 5400e9, 1800e9, true, "01:30"},
		{"clock, finer", day + 5400e9 + 1500*ms, 100 * ms, true, "01:30:01.5"},
		{"midnight", day, 1800e9, true, time.Unix(0, day).Format("2 Jan")},
	} {
		if got := Label(nil, tt.t, day, tt.step, tt.wall); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := Label(lang.Words{"2 Jan": "1月2日"}, day, day, 1800e9, true); got != time.Unix(0, day).Format("1月2日") {
		t.Errorf("in Japanese midnight is %q", got)
	}
}
