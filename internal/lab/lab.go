// Package lab is a Socket.IO service in miniature, on loopback: nodes (Engine.IO 3 and 4, a chat with rooms), a load
// balancer in front of them, and faults that can be switched on and off while it runs. It shows what sioscope is for,
// and is what connect, check and the tests try themselves on.
//
// Nothing in it is staged: the nodes answer as engine.io does, the balancer spreads as balancers do, and what is seen
// of it comes from the bytes on the balancer's client side. A node does not give its name away unless told to.
//
// A fault that is switched holds for the connections and requests to come; what is open stays as it is. The simulated
// clients leave in good order at every switch and come back at once, so the effect is seen within a second.
package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"sioscope/capture/tap"
	"sioscope/internal/lab/balancer"
	"sioscope/internal/lab/chat"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// Options are what a Lab is made of. The zero value is the scene that sioscope opens on: two nodes, a balancer that
// deals out TCP connections, three clients.
type Options struct {
	Nodes   int      // 0 means 2; at most 26
	Clients int      // simulated ones, while Run runs; 0 means 3, below 0 none; at most 50
	Listen  string   // address of the balancer; "" means 127.0.0.1:0
	Faults  []string // switched on from the start

	PingInterval   time.Duration // 0 means 5 s
	PingTimeout    time.Duration // 0 means 4 s
	UpgradeTimeout time.Duration // 0 means 3 s
	ConnectTimeout time.Duration // for a first CONNECT; 0 means 45 s
	MaxPayload     int           // 0 means 1,000,000 bytes
	Path           string        // "" means /socket.io/
	Namespaces     []string      // nil means "/" alone
	AllowEIO3      bool          // allowEIO3
	Origins        []string      // cors.origin: "*" alone, or origins; nil: no CORS
	Credentials    bool          // cors.credentials
	EchoAuth       bool          // emit "auth" with what a client authenticated with
	NodeHeader     string        // a response header in which nodes name themselves; "": none, as most services have none

	ChatEvery    time.Duration // about how often a simulated client says something; 0 means 2.5 s, below 0 never
	Idle         time.Duration // of the fault idle-timeout; 0 means 2 s
	RestartEvery time.Duration // of the fault node-restarts; 0 means 8 s
	CacheFor     time.Duration // of the fault handshake-cached; 0 means 10 s
}

func (o Options) withDefaults() Options {
	durations := []struct {
		to    *time.Duration
		value time.Duration
	}{
		{&o.PingInterval, 5 * time.Second}, {&o.PingTimeout, 4 * time.Second}, {&o.UpgradeTimeout, 3 * time.Second},
		{&o.ChatEvery, 2500 * time.Millisecond}, {&o.Idle, 2 * time.Second}, {&o.RestartEvery, 8 * time.Second}, {&o.CacheFor, 10 * time.Second},
	}
	for _, d := range durations {
		if *d.to == 0 {
			*d.to = d.value
		}
	}
	if o.Nodes == 0 {
		o.Nodes = 2
	}
	if o.Clients == 0 {
		o.Clients = 3
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Path == "" {
		o.Path = "/socket.io/"
	}
	return o
}

// Limits of Options.
const (
	maxNodes   = 26
	maxClients = 50
)

// A Lab is a running service. Its methods may be called from any goroutine.
type Lab struct {
	options  Options
	nodes    []*node
	bus      chat.Bus
	balancer *balancer.Balancer
	url      string
	done     chan struct{} // closed by Close
	restarts sync.WaitGroup
	runs     sync.WaitGroup

	mu       sync.Mutex
	on       map[string]bool
	renewed  chan struct{} // closed and replaced whenever a fault is switched
	switched time.Time     // when that was
	running  bool          // Run is
	closed   bool
}

// Start starts the service. It accepts connections when it returns; the simulated clients come with Run.
func Start(o Options) (*Lab, error) {
	o = o.withDefaults()
	switch {
	case o.Nodes < 1 || o.Nodes > maxNodes:
		return nil, lang.Say("a lab has 1 to %d nodes, not %d", maxNodes, o.Nodes)
	case o.Clients > maxClients:
		return nil, lang.Say("a lab has at most %d simulated clients, not %d", maxClients, o.Clients)
	}
	l := &Lab{options: o, done: make(chan struct{}), on: map[string]bool{PerConnection: true}, renewed: make(chan struct{})}
	for _, id := range o.Faults {
		if err := l.turn(id, true); err != nil {
			return nil, err
		}
	}
	front, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, lang.Say("cannot listen on %s: %s", o.Listen, err)
	}
	l.url = at(front.Addr())
	var behind []string
	for i := range o.Nodes {
		n := &node{lab: l, name: fmt.Sprintf("node-%c", 'a'+i)}
		if err := n.start(); err != nil {
			front.Close()
			l.Close()
			return nil, err
		}
		l.nodes = append(l.nodes, n)
		behind = append(behind, n.address)
	}
	l.balancer = balancer.New(front, behind, l.rules())
	l.apply()
	l.restarts.Go(l.restarting)
	return l, nil
}

// at is the URL of an address; where that is all of the machine's, the one for the machine itself.
func at(a net.Addr) string {
	ap := a.(*net.TCPAddr).AddrPort()
	host := ap.Addr().Unmap()
	if host.IsUnspecified() {
		host = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return "http://" + netip.AddrPortFrom(host, ap.Port()).String()
}

// URL is where clients connect to.
func (l *Lab) URL() string { return l.url }

// Close ends the service and waits for all of it.
func (l *Lab) Close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.done)
	}
	l.mu.Unlock()
	l.runs.Wait() // the simulated clients leave in good order
	if l.balancer != nil {
		l.balancer.Close()
	}
	l.restarts.Wait()
	for _, n := range l.nodes {
		n.kill()
	}
}

// Run gives the facts of what the balancer's clients do, from now on until ctx is done or the Lab is closed: those of
// the simulated clients, which run as long, and of any other that connects. It runs once at a time.
func (l *Lab) Run(ctx context.Context, emit fact.Emit) error {
	if err := l.begin(); err != nil {
		return err
	}
	defer l.end()
	t := tap.New(emit)
	defer t.End()
	l.balancer.Tap(func(c net.Conn) net.Conn { return t.Accepted(c, tap.Opening{}) })
	defer l.balancer.Tap(nil)
	inside, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer cancel()
		select {
		case <-l.done:
		case <-inside.Done():
		}
	}()
	l.visitAll(inside)
	<-inside.Done()
	l.balancer.Settle(lastWords) // how their connections end is seen too
	return ctx.Err()
}

// lastWords is how long the connections of clients that have left may take to end.
const lastWords = 300 * time.Millisecond

// begin notes that Run runs.
func (l *Lab) begin() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return errClosed
	case l.running:
		return lang.Say("the lab is being watched already")
	}
	l.running = true
	l.runs.Add(1)
	return nil
}

func (l *Lab) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = false
	l.runs.Done()
}

var errClosed = errors.New("the lab is closed")

// renewal is closed when the next fault is switched.
func (l *Lab) renewal() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.renewed
}

// Set switches a fault. Switching one of a group on switches the others of it off.
func (l *Lab) Set(id string, on bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.on[id] == on {
		_, err := find(id)
		return err
	}
	if err := l.turn(id, on); err != nil {
		return err
	}
	l.apply()
	close(l.renewed)
	l.renewed = make(chan struct{})
	l.switched = time.Now()
	return nil
}

// Switched is when a fault was switched last. Simulated clients whose sessions begin afterwards find it as it is now.
func (l *Lab) Switched() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.switched
}

// On says whether a fault is switched on.
func (l *Lab) On(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.on[id]
}

// turn changes the set of faults.
func (l *Lab) turn(id string, on bool) error {
	f, err := find(id)
	if err != nil {
		return err
	}
	switch {
	case on && f.Group != "":
		for _, o := range faults {
			if o.Group == f.Group {
				l.on[o.ID] = false
			}
		}
	case !on && f.Group == Balancing && id == PerConnection:
		return lang.Say("the balancer must choose nodes somehow: switch another way on instead of %s off", id)
	case !on && f.Group == Balancing:
		l.on[PerConnection] = true
	}
	l.on[id] = on
	return nil
}

// apply makes balancer and nodes do what is switched on.
func (l *Lab) apply() {
	l.balancer.Set(l.rules())
	l.bus.Switch(l.on[SharedMessages])
	for _, n := range l.nodes {
		n.set(l.on[PollingOnly], l.on[Forbidden])
	}
}

func (l *Lab) rules() balancer.Rules {
	r := balancer.Rules{StripUpgrade: l.on[UpgradeStripped], Swallow: l.on[FramesSwallowed]}
	modes := map[string]balancer.Mode{PerRequest: balancer.PerRequest, CookieAffinity: balancer.Cookie, SourceAffinity: balancer.Source, SingleNode: balancer.Single}
	for id, mode := range modes {
		if l.on[id] {
			r.Mode = mode
		}
	}
	for id, status := range map[string]int{Upgrade403: http.StatusForbidden, Upgrade503: http.StatusServiceUnavailable} {
		if l.on[id] {
			r.RefuseUpgrade = status
		}
	}
	if l.on[IdleTimeout] {
		r.Idle = l.options.Idle
	}
	if l.on[HandshakeCached] {
		r.CacheFor = l.options.CacheFor
	}
	return r
}

// Restart restarts a node, counted from 0, as a deployment does: its sessions are lost, its sids count from 0 again.
func (l *Lab) Restart(i int) error {
	if i < 0 || i >= len(l.nodes) {
		return lang.Say("there is no node %d", i)
	}
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return errClosed
	}
	l.restarts.Add(1)
	l.mu.Unlock()
	defer l.restarts.Done()
	return l.nodes[i].restart(l.done)
}

// soon is when the first restart comes after the fault was switched on: the clients are back by then.
const soon = 1200 * time.Millisecond

// restarting restarts a node again and again while the fault node-restarts is on.
func (l *Lab) restarting() {
	for {
		renewed := l.renewal()
		wait := min(soon, l.options.RestartEvery)
		for switched := false; !switched; {
			select {
			case <-l.done:
				return
			case <-renewed:
				switched = true
			case <-time.After(wait):
				if l.On(NodeRestarts) {
					_ = l.Restart(l.busy()) // it is tried again
				}
				wait = l.options.RestartEvery
			}
		}
	}
}

// busy is the number of the last node that has sessions, so that some are lost; of the last where none has.
func (l *Lab) busy() int {
	for i, n := range slices.Backward(l.nodes) {
		if n.sessions() > 0 {
			return i
		}
	}
	return len(l.nodes) - 1
}

// namespaces are those of the nodes.
func (l *Lab) namespaces() []string { return slices.Clone(l.options.Namespaces) }
