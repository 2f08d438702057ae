package plain

import (
	"math"
	"testing"
)

func TestSpan(t *testing.T) {
	t.Parallel()
	for in, want := range map[int64]string{
		0: "0 µs", 499: "0 µs", 500: "1 µs", 999_499: "999 µs", 999_500: "1.0 ms", 1_500_000: "1.5 ms", 1_550_000: "1.6 ms",
		9_949_999: "9.9 ms", 9_950_000: "10 ms", 33_499_999: "33 ms", 33_500_000: "34 ms", 41e6: "41 ms", 999_499_999: "999 ms",
		999_500_000: "1.0 s", 1_949_999_999: "1.9 s", 1_950_000_000: "2.0 s", 5.7e9: "5.7 s", 59_949_999_999: "59.9 s",
		59_950_000_000: "1 min 0 s", 199_600_000_000: "3 min 20 s", 3599_500_000_000: "1 h 0 min", 7300e9: "2 h 2 min",
		-41e6: "−41 ms", math.MaxInt64: "2562047 h 47 min",
	} {
		if got := Span(in); got != want {
			t.Errorf("Span(%d) = %q, want %q", in, got, want)
		}
	}
}
