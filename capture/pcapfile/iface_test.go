package pcapfile

import (
	"math"
	"testing"
)

func TestClock(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		resol  byte
		offset int64
		ticks  uint64
		want   int64
	}{
		{"seconds", 0, 0, second, second * 1e9},
		{"milliseconds", 3, 0, 1_500, 1_500_000_000},
		{"microseconds", 6, 0, 1_500_001, 1_500_001_000},
		{"nanoseconds", 9, 0, 1_500_000_001, 1_500_000_001},
		{"picoseconds", 12, 0, 1_500_000_001_999, 1_500_000_001},
		{"10^-19", 19, 0, 15_000_000_000_000_000_000, 1_500_000_000},
		{"10^-30", 30, 0, 1 << 63, 0},
		{"10^-127", 127, 0, 1 << 63, 0},
		{"2^0", 0x80, 0, second, second * 1e9},
		{"2^-10", 0x80 | 10, 0, 1024 + 256, 1_250_000_000},
		{"2^-32", 0x80 | 32, 0, second<<32 | 1<<31, second*1e9 + 5e8},
		{"2^-63", 0x80 | 63, 0, 3 << 62, 1_500_000_000},
		{"2^-64", 0x80 | 64, 0, 1 << 63, 500_000_000},
		{"2^-65", 0x80 | 65, 0, 1 << 63, 250_000_000},
		{"2^-127", 0xff, 0, math.MaxUint64, 0},
		{"offset", 6, second, 1, second*1e9 + 1000},
		{"offset below zero", 6, -2, 1, -2e9 + 1000},
		{"ticks beyond 2262", 0, 0, math.MaxUint64, math.MaxInt64},
		{"nanoseconds beyond 2262", 9, 0, 1 << 63, math.MaxInt64},
		{"offset beyond 2262", 6, math.MaxInt64, 1, math.MaxInt64},
		{"sum beyond 2262", 0, 9_223_372_036, 1, math.MaxInt64},
		{"offset before 1677", 6, math.MinInt64, 0, -9_223_372_036e9},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newClock(tt.resol)
			c.offset = tt.offset
			if got := c.time(tt.ticks); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}
