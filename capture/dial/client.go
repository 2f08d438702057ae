package dial

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sioscope/capture/tap"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

const userAgent = "sioscope"

// A Client connects to one service. It runs once.
type Client struct {
	options Options
	place   Place

	quit chan struct{} // closed by Disconnect
	wake chan struct{} // something is in emissions

	mu        sync.Mutex
	state     State
	left      bool       // Disconnect was called
	emissions []Emission // not yet taken by the session

	// of Run
	network *Network
	http    *http.Client // polling
	jar     http.CookieJar
	rev     int
	expired atomic.Bool // Options.For has passed
	joined  bool        // some session was in the namespace
	last    error       // why the last session did not come about
	ended   error       // why the last one did not go on, by itself
}

// State is where a Client is.
type State uint8

const (
	Idle       State = iota // Run was not called yet
	Connecting              // or waiting to connect again
	OnPolling               // in the namespace
	OnWebSocket
	Over
)

// String is the state in a word or two, for people.
func (s State) String() string {
	return [...]string{"idle", "connecting", "on polling", "on WebSocket", "over"}[s]
}

// New is a client for the service that a URL names. Errors are one sentence each.
func New(address string, o Options) (*Client, error) {
	u, err := ParseURL(address)
	if err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if len(o.Transports) == 0 {
		o.Transports = []string{Polling, WebSocket}
	}
	for _, e := range o.Emit {
		if _, _, err := e.payload(); err != nil {
			return nil, err
		}
	}
	c := &Client{options: o, place: PlaceOf(u, o.Path, o.Namespace), quit: make(chan struct{}), wake: make(chan struct{}, 1), rev: o.EIO}
	if c.rev == 0 {
		c.rev = 4
	}
	for name, values := range o.Query {
		c.place.Query[name] = append(c.place.Query[name], values...)
	}
	return c, nil
}

// Place is what the client connects to.
func (c *Client) Place() Place { return c.place }

// State is where the client is now. It may be called from any goroutine.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

func (c *Client) setState(s State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = s
}

// Emit sends an event, as soon as the namespace is entered. It may be called from any goroutine while Run runs, and
// before.
func (c *Client) Emit(e Emission) error {
	if e.Event == "" {
		return lang.Say("an event needs a name")
	}
	if _, _, err := e.payload(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.left || c.state == Over:
		return lang.Say("disconnected: connect again to send events")
	case len(c.emissions) >= maxQueued:
		return lang.Say("%d events are waiting to be sent already", maxQueued)
	}
	c.emissions = append(c.emissions, e)
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return nil
}

// maxQueued is how many events wait for the namespace to be entered, and how many packets for being sent.
const maxQueued = 10_000

// Disconnect leaves in the proper way and ends Run. It may be called from any goroutine.
func (c *Client) Disconnect() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.left {
		c.left = true
		close(c.quit)
	}
}

// Run connects, and gives the facts of its connections until the session is over: Disconnect was called, Options.For
// has passed, the server ended it, or ctx is done; then it leaves in the proper way first. The error says why there was
// no session; nil is returned for one that was in its namespace, however it ended.
func (c *Client) Run(ctx context.Context, emit fact.Emit) error {
	t := tap.New(emit)
	defer t.End()
	c.open(t)
	defer c.close()
	if c.options.For > 0 {
		timer := time.AfterFunc(c.options.For, func() {
			c.expired.Store(true)
			c.Disconnect()
		})
		defer timer.Stop()
	}
	c.setState(Connecting)
	defer c.setState(Over)
	err := c.connect(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// Ended is why a session that was in its namespace is over, where this client neither left nor connected again: a
// sentence that says who ended it. It is for when Run has returned.
func (c *Client) Ended() error { return c.ended }

// open makes what the sessions of a run share.
func (c *Client) open(t *tap.Tap) {
	o := &c.options
	var mu sync.Mutex
	trace := func(e Event) {
		if o.Trace != nil {
			mu.Lock()
			defer mu.Unlock()
			o.Trace(e)
		}
	}
	c.network = &Network{Tap: t, Insecure: o.Insecure, CAs: o.CAs, Proxy: o.Proxy, Address: o.Address, Local: o.Local, Timeout: o.Timeout, Trace: trace}
	if o.Cookies {
		c.jar, _ = cookiejar.New(nil) // never fails without options
	}
	c.http = &http.Client{Transport: c.network.Transport(), Jar: c.jar, CheckRedirect: stay}
}

// stay follows no redirect.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func (c *Client) close() { c.http.CloseIdleConnections() }

// connect runs sessions one after the other, until there is no reason for another.
func (c *Client) connect(ctx context.Context) error {
	for lost := 0; ; {
		s := newSession(c)
		err := s.run(ctx)
		c.joined = c.joined || s.joined
		var wrong *Error
		switch {
		case c.leaving(ctx):
			return c.hurried()
		case s.again:
			continue
		case errors.As(err, &wrong) && wrong.Reason == WrongRevision && c.other():
			c.tell(Revision, lang.Say("the server does not speak Engine.IO 4 (%s): Engine.IO 3 is tried", wrong.Said))
			continue
		case !c.options.Reconnect || s.final:
			if s.joined && s.why != nil {
				c.ended = s.why
				c.tell(Left, lang.Say("the session is over: %s", explained{s.why}))
			}
			return err
		}
		if s.joined {
			lost = 0
		}
		c.last = err
		wait := backOff(lost)
		lost++
		c.setState(Connecting)
		c.tell(Waiting, lang.Say("connecting again in %s: %s", tenths(wait), explained{s.why}))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		case <-c.quit:
		}
		if c.leaving(ctx) {
			return c.hurried()
		}
	}
}

// hurried is the error of a run whose time was over before there was a session.
func (c *Client) hurried() error {
	if c.joined || !c.expired.Load() {
		return nil
	}
	var e *Error
	if errors.As(c.last, &e) {
		return failure(e.Reason, e.Err, lang.Say("%s (so it was until the %s that --for gives were over)", e.Said, span(c.options.For)))
	}
	return failure(NoAnswer, nil, lang.Say("%s let nobody into the namespace %s within the %s that --for gives; check the URL, or give it more time", c.place.URL.Host, c.place.Namespace, span(c.options.For)))
}

// other changes to revision 3 where that may be tried, and says whether it did.
func (c *Client) other() bool {
	if c.options.EIO != 0 || c.rev == 3 {
		return false
	}
	c.rev = 3
	return true
}

func (c *Client) leaving(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	case <-c.quit:
		return true
	default:
		return false
	}
}

// backOff is socket.io-client's: a second, doubled up to five, give or take half of it.
func backOff(lost int) time.Duration {
	d := time.Second << min(lost, 3)
	d = min(d, 5*time.Second)
	return min(time.Duration(float64(d)*(0.5+rand.Float64())), 5*time.Second)
}

func tenths(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

func (c *Client) tell(kind EventKind, said lang.Sentence) {
	c.network.trace(Event{Kind: kind, Said: said})
}

// wants says whether the transport may be used.
func (c *Client) wants(transport string) bool {
	return slices.Contains(c.options.Transports, transport)
}

func (c *Client) timeout() time.Duration { return c.network.timeout() }

// header are the fields of a request.
func (c *Client) header() http.Header {
	h := http.Header{"User-Agent": {userAgent}, "Accept": {"*/*"}}
	if c.options.Origin != "" {
		h.Set("Origin", c.options.Origin)
	}
	for name, values := range c.options.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	if c.place.URL.User != nil && h.Get("Authorization") == "" {
		password, _ := c.place.URL.User.Password()
		r := http.Request{Header: h}
		r.SetBasicAuth(c.place.URL.User.Username(), password)
	}
	return h
}

// target is the URL of a request: the application's parameters first, then Engine.IO's in socket.io-client's order.
func (s *session) target(transport string) string {
	query := s.c.place.Query
	if s.rev == 3 && len(s.c.options.Auth) > 0 {
		query = withAuth(query, s.c.options.Auth)
	}
	text := query.Encode()
	if text != "" {
		text += "&"
	}
	text += "EIO=" + itoa(s.rev) + "&transport=" + transport
	if transport == Polling {
		text += "&t=" + stamp()
	}
	if s.sid != "" {
		text += "&sid=" + url.QueryEscape(s.sid)
	}
	u := *s.c.place.URL
	u.User, u.RawQuery = nil, text
	return u.String()
}
