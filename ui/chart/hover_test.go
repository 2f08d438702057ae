package chart

import (
	"strings"
	"testing"

	"sioscope/ui/timeline"
)

// TestHoverHasTimesAsTheAxis: where that has times of day, a span has them, too.
func TestHoverHasTimesAsTheAxis(t *testing.T) {
	c := chartOf(t, 1, func(do func()) { do() })
	from := c.origin() + 5e9
	hit := timeline.Hit{Kind: timeline.HitSession, From: from, To: from + 2e9}
	for _, wall := range []bool{true, false} {
		c.wall = wall
		_, span := c.words(hit)
		for _, at := range []int64{hit.From, hit.To} {
			if is := strings.Contains(span, timeline.Clock(at, c.decimals())); is != wall {
				t.Errorf("times of day are %v, and the span is %q", wall, span)
			}
		}
	}
}
