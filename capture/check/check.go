// Package check finds out about a live Socket.IO service, by a bounded number of requests to one URL, what tells the
// causes of a session that is not on WebSocket apart: a client such as a browser has, WebSocket alone, polling with and
// without kept connections and cookies, and so on. Each is an experiment with a question and a one-sentence answer.
//
// Its connections are tapped: every session it opens is seen as a sniffed one is. The verdict is protocol/diagnose's,
// over the sessions of the default client alone, for the other experiments provoke on purpose what would be faults;
// Diagnose then adds what the experiments prove, rule out, and show of the fixes.
//
// It sends nothing but to the URL it was given, follows no redirect, closes what it opens, and does not wait for
// anything longer than Options.Client.Timeout, silence (Options.Idle) aside.
package check

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"sioscope/capture/dial"
	"sioscope/capture/tap"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// DefaultMaxRequests is the bound where Options.MaxRequests is 0.
const DefaultMaxRequests = 180

// Options say what is checked and how far. The zero value is a client without a cookie jar and 180 requests.
type Options struct {
	Client      dial.Options     // what the clients are like and how they reach the server; its Transports, Emit, For and Reconnect are not used
	MaxRequests int              // requests that are sent at most; 0 means DefaultMaxRequests
	Idle        time.Duration    // how long silence is watched; 0: it is not
	Only, Skip  []string         // ids of experiments; empty Only: all. Default is always run
	Words       lang.Words       // the language of what is found; the zero value is English
	Changed     func(Experiment) // told of every change, one at a time, from any goroutine; may be nil
}

// A Check is one run of the experiments against one URL. It must not be copied.
type Check struct {
	o      Options
	url    *url.URL
	place  dial.Place
	trials []trial
	lookup func(ctx context.Context, network, host string) ([]netip.Addr, error)
	tap    *tap.Tap
	told   sync.Mutex    // around Options.Changed
	room   chan struct{} // for clients that come side by side

	mu    sync.Mutex // of what follows
	list  []Experiment
	left  int // requests that no experiment has been given
	found findings
	of    map[int]string // the experiment of a connection, by its number

	facts   sync.Mutex // of tracker; taken inside the tap's lock
	tracker session.Tracker
}

// New prepares a check. Errors are one sentence.
func New(arg string, o Options) (*Check, error) {
	u, err := dial.ParseURL(arg)
	if err != nil {
		return nil, err
	}
	if o.MaxRequests < 0 {
		return nil, lang.Say("%d is no number of requests; want 1 or more", o.MaxRequests)
	}
	if o.MaxRequests == 0 {
		o.MaxRequests = DefaultMaxRequests
	}
	if o.Client.Timeout <= 0 {
		o.Client.Timeout = dial.DefaultTimeout
	}
	c := &Check{o: o, url: u, place: dial.PlaceOf(u, o.Client.Path, o.Client.Namespace), trials: trials(o.Words), lookup: net.DefaultResolver.LookupNetIP, left: o.MaxRequests, of: map[int]string{}, room: make(chan struct{}, abreast)}
	if err := c.known(append(slices.Clone(o.Only), o.Skip...)); err != nil {
		return nil, err
	}
	for i, t := range c.trials {
		e := Experiment{ID: t.id, Number: i + 1, Title: t.title, Question: t.question, State: Waiting, MaxRequests: t.cost(c)}
		if why := c.unwanted(t.id); why != "" {
			e.State, e.Reason, e.MaxRequests = Skipped, why, 0
		}
		c.list = append(c.list, e)
	}
	return c, nil
}

// known checks names of experiments.
func (c *Check) known(ids []string) error {
	var all []string
	for _, t := range c.trials {
		all = append(all, t.id)
	}
	for _, id := range ids {
		if !slices.Contains(all, id) {
			return lang.Say("there is no experiment %q; there are %s", id, strings.Join(all, ", "))
		}
	}
	return nil
}

// unwanted says why an experiment is not to be run, "" where it is.
func (c *Check) unwanted(id string) string {
	switch {
	case id == Default:
		return ""
	case slices.Contains(c.o.Skip, id) || len(c.o.Only) > 0 && !slices.Contains(c.o.Only, id):
		return c.o.Words.S("not asked for")
	case id == Idle && c.o.Idle <= 0:
		return c.o.Words.S("takes long: --idle 70s watches for as long")
	}
	return ""
}

// URL is what is checked, as it was given.
func (c *Check) URL() *url.URL { return c.url }

// Planned is how many requests are sent at most.
func (c *Check) Planned() int {
	n := 0
	for _, e := range c.Experiments() {
		if e.State != Skipped {
			n += e.MaxRequests
		}
	}
	return min(n, c.o.MaxRequests)
}

// Timeout is how long is waited for a connection, and for an answer.
func (c *Check) Timeout() time.Duration { return c.o.Client.Timeout }

// Run carries the experiments out. The error is one sentence: nothing could be asked, or what answers is no Socket.IO.
// What the experiments told until then stays.
func (c *Check) Run(ctx context.Context, emit fact.Emit) error {
	t := tap.New(func(f fact.Fact) {
		c.facts.Lock()
		c.tracker.Add(f)
		c.facts.Unlock()
		emit(f)
	})
	defer t.End()
	c.tap = t
	err := c.all(ctx)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		c.abandon(err)
	}
	return err
}

// networkAt is how an address of the name is reached; zero: any.
func (c *Check) networkAt(address netip.Addr) *dial.Network {
	o := &c.o.Client
	if !address.IsValid() {
		address = o.Address
	}
	return &dial.Network{Tap: c.tap, Insecure: o.Insecure, CAs: o.CAs, Proxy: o.Proxy, Address: address, Timeout: o.Timeout}
}

// all runs the experiments: those that look at how requests are spread one after another, so that none disturbs the
// next, then the others side by side. Where the way is long, only what depends on the order waits for its turn (ahead).
func (c *Check) all(ctx context.Context) error {
	var aside sync.WaitGroup
	defer aside.Wait()
	slots := make(chan struct{}, 3)
	for i, t := range c.trials {
		if ctx.Err() != nil {
			break
		}
		if i <= 5 {
			if err := c.try(ctx, i); err != nil {
				return err
			}
			if t.id == Default && c.steady() {
				slots = make(chan struct{}, abreast)
				c.ahead(ctx)
			}
			continue
		}
		slots <- struct{}{}
		if t.id == Idle {
			<-slots
			aside.Wait()
		}
		aside.Go(func() {
			c.try(ctx, i)
			if t.id != Idle {
				<-slots
			}
		})
	}
	return nil
}

// try runs one experiment. The error is one that ends the check.
func (c *Check) try(ctx context.Context, i int) error {
	var skip string
	c.mu.Lock()
	e := c.list[i]
	if e.State != Waiting {
		c.mu.Unlock()
		return nil
	}
	cost := c.trials[i].cost(c)
	switch {
	case c.found.limited != 0:
		skip = c.o.Words.S("the service limits how often it may be asked (%d)", c.found.limited)
	case c.found.pointless(e.ID):
		skip = c.o.Words.S("no session comes about, so there is nothing to try it on")
	case c.left < c.least(e.ID, cost):
		skip = c.o.Words.S("it takes up to %d requests, and %d of %d are left; --max-requests allows more", c.least(e.ID, cost), c.left, c.o.MaxRequests)
	default:
		cost = min(cost, c.left)
		c.left -= cost
	}
	c.mu.Unlock()
	if skip != "" {
		c.change(i, func(e *Experiment) { e.State, e.Reason = Skipped, skip })
		return nil
	}
	c.change(i, func(e *Experiment) { e.State, e.MaxRequests = Running, cost })
	began := time.Now()
	r := &run{Words: c.o.Words, c: c, ctx: ctx, id: e.ID, most: cost}
	c.trials[i].run(r)
	r.close()
	c.mu.Lock()
	c.left += cost - r.requests
	c.mu.Unlock()
	c.change(i, func(e *Experiment) {
		e.State, e.Took = Done, time.Since(began)
		e.Result, e.Tells, e.Figures, e.Requests, e.Sessions = r.result, r.tells, r.figures, r.requests, r.sids
		switch {
		case r.skipped != "":
			e.State, e.Reason = Skipped, r.skipped
		case r.failed != "":
			e.State, e.Reason = Failed, r.failed
		case ctx.Err() != nil:
			e.State, e.Reason = Failed, r.S("interrupted")
		}
	})
	return r.fatal
}

// least is how many requests an experiment must be given so that it tells something.
func (c *Check) least(id string, cost int) int {
	switch id {
	case Default:
		return 0
	case Idle:
		return c.costOfBeats(defaultInterval / 2)
	}
	return cost
}

// abandon marks what was not done.
func (c *Check) abandon(err error) {
	why := dial.Explain(c.o.Words, err)
	for i, e := range c.Experiments() {
		if e.State == Waiting || e.State == Running {
			c.change(i, func(e *Experiment) { e.State, e.Reason = Skipped, why })
		}
	}
}
