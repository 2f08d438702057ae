// Package balancer stands in front of the lab's nodes as the load balancers and proxies do that Socket.IO is known to
// suffer from: it deals out TCP connections, or reads HTTP and deals out requests, with affinity or without, and spoils
// WebSockets in the ways that are seen in the field. What it does is a set of Rules that can be changed while it runs.
//
// It is for loopback and a few clients: no TLS, no HTTP/2, no health checks, bodies of a few megabytes.
package balancer

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Mode is how a node is chosen.
type Mode uint8

const (
	PerConnection Mode = iota // round robin over TCP connections: HTTP is not read
	PerRequest                // round robin over HTTP requests
	Cookie                    // the cookie of Rules.CookieName names the node
	Source                    // the client's address does
	Single                    // always the first
)

// Rules are what the balancer does. The zero value deals out connections and touches nothing.
type Rules struct {
	Mode          Mode
	CookieName    string        // "" means SERVERID
	StripUpgrade  bool          // Upgrade and Connection are not passed on
	RefuseUpgrade int           // status that answers WebSocket requests, 0: none
	Swallow       bool          // after 101 no frame passes
	Idle          time.Duration // connections silent for so long are cut; 0: never
	CacheFor      time.Duration // handshakes are answered from a cache for so long; 0: none
}

// readsHTTP says whether the rules need more than TCP.
func (r *Rules) readsHTTP() bool {
	return r.Mode == PerRequest || r.Mode == Cookie || r.StripUpgrade || r.RefuseUpgrade != 0 || r.Swallow || r.CacheFor > 0
}

const (
	maxConnections = 512 // clients at once; more are closed
	dialTimeout    = 2 * time.Second
)

// A Balancer listens, and spreads what comes over its nodes.
type Balancer struct {
	listener net.Listener
	nodes    []string // addresses
	rules    atomic.Pointer[Rules]
	wrap     atomic.Pointer[func(net.Conn) net.Conn]
	turn     atomic.Uint32
	cache    cache

	mu      sync.Mutex
	conns   map[net.Conn]bool // clients' and nodes'
	closed  bool
	none    chan struct{} // hears when conns has become empty
	running sync.WaitGroup
}

// New begins to accept what arrives at l. nodes are their TCP addresses.
func New(l net.Listener, nodes []string, r Rules) *Balancer {
	b := &Balancer{listener: l, nodes: nodes, conns: map[net.Conn]bool{}, none: make(chan struct{}, 1)}
	b.rules.Store(&r)
	b.running.Go(b.accept)
	return b
}

// Set changes the rules for the connections and requests to come.
func (b *Balancer) Set(r Rules) {
	b.rules.Store(&r)
	b.cache.clear()
}

// Tap lets wrap see every client's connection from now on; nil ends that.
func (b *Balancer) Tap(wrap func(net.Conn) net.Conn) {
	if wrap == nil {
		b.wrap.Store(nil)
		return
	}
	b.wrap.Store(&wrap)
}

// Close ends the balancer and cuts its connections. It waits for all its goroutines.
func (b *Balancer) Close() {
	b.mu.Lock()
	b.closed = true
	b.listener.Close()
	for c := range b.conns {
		c.Close()
	}
	b.mu.Unlock()
	b.running.Wait()
}

func (b *Balancer) accept() {
	for {
		c, err := b.listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // no more file descriptors, say: they come back
			time.Sleep(10 * time.Millisecond)
			continue
		}
		if wrap := b.wrap.Load(); wrap != nil {
			c = (*wrap)(c)
		}
		if !b.keep(c) {
			c.Close()
			continue
		}
		rules := b.rules.Load()
		node := b.choose(rules, c) // here, so that connections take their turns in the order they are accepted in
		b.running.Go(func() {
			defer b.release(c)
			b.serve(c, rules, node)
		})
	}
}

// keep notes a connection, so that Close finds it. It says no where there are too many.
func (b *Balancer) keep(c net.Conn) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || len(b.conns) >= 2*maxConnections {
		return false
	}
	b.conns[c] = true
	return true
}

func (b *Balancer) release(c net.Conn) {
	c.Close()
	b.mu.Lock()
	delete(b.conns, c)
	empty := len(b.conns) == 0
	b.mu.Unlock()
	if empty {
		select {
		case b.none <- struct{}{}:
		default:
		}
	}
}

// Settle waits until no client is connected, but no longer than within.
func (b *Balancer) Settle(within time.Duration) {
	late := time.After(within)
	for {
		b.mu.Lock()
		empty := len(b.conns) == 0
		b.mu.Unlock()
		if empty {
			return
		}
		select {
		case <-b.none:
		case <-late:
			return
		}
	}
}

// serve serves one client's connection.
func (b *Balancer) serve(c net.Conn, rules *Rules, node int) {
	if rules.readsHTTP() {
		b.serveHTTP(c, node)
		return
	}
	up, err := b.dial(node)
	if err != nil {
		return
	}
	defer b.release(up)
	join(c, up, c, up, rules.Idle)
}

// choose gives the number of the node for a new connection, where the mode is one of connections.
func (b *Balancer) choose(r *Rules, c net.Conn) int {
	switch r.Mode {
	case PerConnection:
		return b.next()
	case Source:
		return sourceNode(c.RemoteAddr(), len(b.nodes))
	}
	return 0 // the others choose with each request: a connection must not take its turn
}

// next is the next node in turn.
func (b *Balancer) next() int { return int((b.turn.Add(1) - 1) % uint32(len(b.nodes))) }

// sourceNode is the node of a client's address: neighbouring addresses have different ones.
func sourceNode(a net.Addr, nodes int) int {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return 0
	}
	sum := 0
	for _, x := range ap.Addr().Unmap().AsSlice() {
		sum += int(x)
	}
	return sum % nodes
}

// dial connects to a node.
func (b *Balancer) dial(node int) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	defer cancel()
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", b.nodes[node])
	if err != nil {
		return nil, err
	}
	if !b.keep(c) {
		c.Close()
		return nil, net.ErrClosed
	}
	return c, nil
}
