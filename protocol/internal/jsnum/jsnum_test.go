package jsnum

import (
	"math"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in   string
		want float64
		ok   bool
	}{
		{"3", 3, true}, {"003", 3, true}, {"0x3", 3, true}, {"0B11", 3, true}, {"0o17", 15, true},
		{"1e1", 10, true}, {" 3\t", 3, true}, {"\ufeff3", 3, true}, {"", 0, true}, {" ", 0, true},
		{"-1", -1, true}, {"4.5", 4.5, true}, {"Infinity", math.Inf(1), true}, {"-Infinity", math.Inf(-1), true},
		{"1e999", math.Inf(1), true}, {".5", .5, true}, {"5.", 5, true},
		{"abc", 0, false}, {"inf", 0, false}, {"nan", 0, false}, {"1_0", 0, false}, {"-0x1", 0, false}, {"0x", 0, false},
		{"0x1p3", 0, false}, {"1 2", 0, false}, {"1e", 0, false}, {"--1", 0, false}, {"infinity", 0, false},
	} {
		got, ok := Parse([]byte(tc.in))
		if ok != tc.ok || (ok && got != tc.want) {
			t.Errorf("Parse(%q) = %v, %v; want %v, %v", tc.in, got, ok, tc.want, tc.ok)
		}
	}
}
