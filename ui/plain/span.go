package plain

import "fmt"

// Span writes a length of time, ns, with two digits or three, rounded half up: "41 ms", "5.7 s", "3 min 20 s". Below
// zero it has a minus. Reports and the window write all lengths of time with it, so that they say the same.
func Span(d int64) string {
	if d < 0 {
		return "−" + Span(-d)
	}
	switch us, tenths, ms := to(d, 1e3), to(d, 1e5), to(d, 1e6); {
	case us < 1000:
		return fmt.Sprintf("%d µs", us)
	case tenths < 100:
		return fmt.Sprintf("%d.%d ms", tenths/10, tenths%10)
	case ms < 1000:
		return fmt.Sprintf("%d ms", ms)
	}
	switch tenths, s, min := to(d, 1e8), to(d, 1e9), to(d, 60e9); {
	case tenths < 600:
		return fmt.Sprintf("%d.%d s", tenths/10, tenths%10)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	default:
		return fmt.Sprintf("%d h %d min", min/60, min%60)
	}
}

// to is d in units of so many ns, rounded half up.
func to(d, unit int64) int64 {
	n := d / unit
	if d%unit >= unit-unit/2 {
		n++
	}
	return n
}
