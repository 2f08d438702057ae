package check

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Over a long way it is latency, and not work, that makes the time of a check. There, what need not come one after
// another is done side by side.
const (
	far     = 80 * time.Millisecond // of the first answer: a long way
	alone   = 2                     // default clients that come one after another before
	abreast = 6                     // clients at the same time, at most
)

// distant says whether the way is long.
func (c *Check) distant() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.found.roundTrip >= far
}

// steady says whether the way is long, and all default clients kept their session on two connections. Then nothing deals
// out connections or requests in turn, or the first two would have shown it, who came one after another; and what
// sends each of them anywhere is met by clients that come together as well.
func (c *Check) steady() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.found.roundTrip >= far && len(c.found.visits) >= alone && !slices.ContainsFunc(c.found.visits, func(v *visit) bool { return !v.upgraded })
}

// indifferent says whether it is the same for clients that keep cookies and those that do not, as far as was seen: no
// cookie was set, or those without kept their sessions too.
func (c *Check) indifferent() bool {
	_, without := c.byJar()
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.o.Client.Cookies || len(c.found.set) == 0 || without.whole()
}

// ahead runs side by side, for a steady service, the experiments that do not need one another and are no count.
func (c *Check) ahead(ctx context.Context) {
	if !c.affordable() {
		return
	}
	var all sync.WaitGroup
	for i, t := range c.trials {
		switch t.id {
		case WebSocket, KeepAlive, NewConnections:
			all.Go(func() { c.try(ctx, i) })
		}
	}
	all.Wait()
}

// affordable says whether the requests suffice for all that waits, however many of them are used.
func (c *Check) affordable() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for i, e := range c.list {
		if e.State == Waiting {
			n += c.trials[i].cost(c)
		}
	}
	return n <= c.left
}

// several does something n times: the first so many one after another, the others side by side.
func (r *run) several(n, first int, do func(i int)) {
	var others sync.WaitGroup
	for i := range n {
		if i < first {
			do(i)
			continue
		}
		r.c.room <- struct{}{}
		others.Go(func() {
			defer func() { <-r.c.room }()
			do(i)
		})
	}
	others.Wait()
}
