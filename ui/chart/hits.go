package chart

import (
	"maps"
	"slices"
)

// hits are how many packets of each session were found by a search.
type hits struct {
	of   map[int32]int32 // nil: nothing is searched for
	only bool            // sessions without any are not shown
}

// SetHits marks the sessions of whose packets a search found some, by their numbers, or shows only these. nil: nothing is
// searched for.
func (c *Chart) SetHits(of map[int32]int32, only bool) {
	before := c.hits
	if maps.Equal(of, before.of) && (of == nil) == (before.of == nil) && only == before.only {
		return
	}
	c.hits = hits{maps.Clone(of), only}
	if c.store != nil && (only || before.only) {
		c.Pull()
		return
	}
	c.paint.dirty()
}

// found leaves only sessions with hits, where that is wished for.
func (c *Chart) found(order []int32) []int32 {
	if !c.hits.only || c.hits.of == nil {
		return order
	}
	return slices.DeleteFunc(order, func(i int32) bool { return c.hits.of[i] == 0 })
}
