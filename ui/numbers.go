package ui

import (
	"fmt"
	"strconv"

	"sioscope/ui/plain"
)

// number writes n with blanks between thousands.
func number(n int64) string { return plain.Number(n) }

// size writes a number of bytes with two or three digits.
func size(n int64) string {
	switch {
	case n < 1000:
		return number(n) + " B"
	case n < 1e6:
		return strconv.FormatFloat(float64(n)/1e3, 'f', digits(n, 1e3), 64) + " kB"
	case n < 1e9:
		return strconv.FormatFloat(float64(n)/1e6, 'f', digits(n, 1e6), 64) + " MB"
	}
	return strconv.FormatFloat(float64(n)/1e9, 'f', digits(n, 1e9), 64) + " GB"
}

func digits(n, unit int64) int {
	if n < 10*unit {
		return 1
	}
	return 0
}

// clock writes how long something has lasted, in ns: "0:42", "1:02:03".
func clock(d int64) string {
	s := max(d, 0) / 1e9
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
