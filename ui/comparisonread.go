package ui

import (
	"context"
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2/theme"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/pair"
	"sioscope/ui/store"
)

// read reads both sides, in goroutines, and then holds them against each other. What was read already stays as it is.
func (c *comparison) read() {
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel, c.over = cancel, false
	c.say(look.Accent, theme.NewPrimaryThemedResource(theme.InfoIcon()), c.w.S("Both sides are read, and then compared."))
	enable(c.swap, false)
	enable(c.export, false)
	c.model = 0
	if c.ends[0].store == nil && c.ends[1].store != nil {
		c.model = 1
	}
	var fills []func()
	together := true
	for i := range c.ends {
		fill := c.prepare(ctx, i)
		if fill != nil {
			fills = append(fills, fill)
		}
		together = together && c.ends[i].source == nil // of checks the second begins when the first is over
	}
	if c.w.opt.Do == nil {
		for _, fill := range fills {
			fill()
		}
		c.pull()
		c.show(c.held())
		return
	}
	c.pull()
	filled := make(chan struct{})
	go func() {
		run(fills, together)
		close(filled)
	}()
	go c.follow(filled)
}

func run(fills []func(), together bool) {
	var all sync.WaitGroup
	for _, fill := range fills {
		if !together {
			fill()
			continue
		}
		all.Go(fill)
	}
	all.Wait()
}

// prepare gives a side its store, and what fills it; nil: it is filled.
func (c *comparison) prepare(ctx context.Context, i int) (fill func()) {
	e := &c.ends[i]
	if e.store != nil {
		c.sides[i].setStore(e.store)
		return nil
	}
	src, of := e.source, e.diagnose
	if of == nil {
		of = c.diagnose
	}
	if src == nil {
		src, _ = c.w.withKeys(c.w.opt.Files(e.paths))
	}
	s := store.New(e.name, of)
	if e.source != nil {
		s = store.NewLive(e.name, of)
		s.Keep(c.w.memory())
	}
	e.store = s
	c.sides[i].setStore(s)
	return func() { s.Fill(ctx, src) }
}

// follow shows how far the sides are until both are read, and then what came of it.
func (c *comparison) follow(filled <-chan struct{}) {
	tick := time.NewTicker(pullEvery)
	defer tick.Stop()
	for over := false; !over; {
		select {
		case <-filled:
			over = true
		case <-tick.C:
		}
		c.onMain(c.pull)
	}
	p := c.held()
	c.onMain(func() { c.show(p) })
}

// onMain does something on the main goroutine while the comparison is shown, and waits for it.
func (c *comparison) onMain(f func()) {
	c.w.onMain(func() {
		if c.w.compared == c {
			f()
		}
	})
}

// pull shows how far both sides are.
func (c *comparison) pull() {
	for _, s := range c.sides {
		s.reading()
	}
}

// held holds the sides against each other, in the calling goroutine; nil where one of them has nothing.
func (c *comparison) held() *pair.Pair {
	var sides [2]pair.Side
	for i := range c.ends {
		e := &c.ends[i]
		bad := false
		e.store.Read(func(t *session.Tracker, st *store.State) { bad = failed(t, st) || st.Cancelled && t.First == 0 })
		if bad {
			return nil
		}
		sides[i] = pair.Side{Name: e.name, Source: e.label, Store: e.store, Only: e.only, Part: e.subject.about, Results: e.results(c.words)}
	}
	c.sameNodes()
	return pair.Of(c.words, sides, c.diagnose)
}

// sameNodes has a node that answered on both sides called by one letter, in one colour.
func (c *comparison) sameNodes() {
	model, other := c.ends[c.model].store, c.ends[1-c.model].store
	if model == other {
		return
	}
	var nodes []session.Node
	model.Read(func(t *session.Tracker, _ *store.State) { nodes = slices.Clone(t.Nodes) })
	other.NodesAfter(nodes)
}

// diagnose tells what is wrong, in the language that the window spoke when it began to compare.
func (c *comparison) diagnose(t *session.Tracker) diagnose.Diagnosis {
	return c.w.opt.Diagnose(c.words, t)
}

// nothing says why nothing is compared.
func (c *comparison) nothing() {
	text, cancelled := "", false
	for i, s := range c.sides {
		s.store.Read(func(t *session.Tracker, st *store.State) {
			if cancelled = cancelled || st.Cancelled; failed(t, st) {
				text = c.w.S("%s could not be read, so there is nothing to compare.", c.ends[i].name)
			}
		})
	}
	if cancelled && text == "" {
		text = c.w.S("It was cancelled before both sides were read, so there is nothing to compare.")
	}
	c.say(look.Warn, theme.NewWarningThemedResource(theme.WarningIcon()), text)
	var zero [2]int64
	for i, s := range c.sides {
		s.store.Read(func(t *session.Tracker, _ *store.State) { zero[i] = pair.Zero(t, -1) })
	}
	c.link.Align(zero)
	c.list.fill()
	c.detail.fill()
	c.w.win.SetMainMenu(c.w.menu())
}

// goesOn says whether a side is still watched.
func (c *comparison) goesOn() (is bool) {
	for _, s := range c.sides {
		s.store.Read(func(_ *session.Tracker, st *store.State) { is = is || !st.Done })
	}
	return is
}

// compareAgain takes in what came since of a side that goes on.
func (c *comparison) compareAgain() {
	if c.w.opt.Do == nil {
		c.show(c.held())
		return
	}
	enable(c.again, false)
	go func() {
		p := c.held()
		c.onMain(func() {
			enable(c.again, true)
			c.show(p)
		})
	}()
}

// swapSides shows the lower side above.
func (c *comparison) swapSides() {
	if c.pair != nil {
		c.w.compare([2]comparand{c.ends[1], c.ends[0]})
	}
}
