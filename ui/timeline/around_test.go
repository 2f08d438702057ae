package timeline

import "testing"

// TestAxisCountsFromAnyMoment: before it the times are below zero, at the same distances.
func TestAxisCountsFromAnyMoment(t *testing.T) {
	const origin = int64(1_700_000_000_000_000_000)
	v := View{Start: origin - 3e8, PerDp: 1e6} // 300 ms before, a millisecond a dp
	var before, after []string
	last := int64(0)
	for i, m := range v.around(nil, 1000, 7, origin) {
		if i > 0 && m.Time-last != 1e8 {
			t.Errorf("%q is %d ns after the one before", m.Label, m.Time-last)
		}
		last = m.Time
		if m.Time < origin {
			before = append(before, m.Label)
		} else {
			after = append(after, m.Label)
		}
	}
	if len(before) != 3 || before[0] != "−0.3 s" || before[2] != "−0.1 s" {
		t.Errorf("before it stand %q", before)
	}
	if len(after) != 8 || after[0] != "0.0 s" || after[7] != "0.7 s" {
		t.Errorf("after it stand %q", after)
	}
}
