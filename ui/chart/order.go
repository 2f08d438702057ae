package chart

import (
	"slices"

	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// A sorted is the order that sessions were shown in last, and what it was made from. That of a source that is over stays as
// it is, whatever is opened and chosen meanwhile.
type sorted struct {
	of    orderOf
	order []int32
}

type orderOf struct {
	store   *store.Store
	version uint64
	sort    timeline.Sort
	keep    timeline.Keep
}

// ordered gives the numbers of the sessions to show, whatever hits they have, in a list of the caller's own.
func (c *Chart) ordered(t *session.Tracker, st *store.State) []int32 {
	of := orderOf{c.store, st.Version, c.sort, c.keep}
	if st.Done && of == c.sorted.of {
		return slices.Clone(c.sorted.order)
	}
	by := timeline.Sorting{By: c.sort, Trouble: st.Trouble, Now: c.live}
	order := c.keep.Touched(t, timeline.Order(t, by, c.keep), st.Diagnosis.Causes)
	c.sorted = sorted{}
	if st.Done {
		c.sorted = sorted{of, slices.Clone(order)}
	}
	return order
}
