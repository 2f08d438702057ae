package lab

import (
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"

	"sioscope/internal/lab/chat"
	"sioscope/internal/lab/engine"
	"sioscope/protocol/lang"
)

// A node is one process of the service: an HTTP server with an Engine.IO and a Socket.IO server of its own.
type node struct {
	lab     *Lab
	name    string
	address string // host:port, which it keeps when it restarts

	mu          sync.Mutex
	engine      *engine.Server
	chat        *chat.Server
	http        *http.Server
	served      sync.WaitGroup
	restarting  sync.Mutex
	pollingOnly bool
	forbidden   bool
}

// start starts the node's process.
func (n *node) start() error {
	address := n.address
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return lang.Say("%s cannot listen: %s", n.name, err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.address = l.Addr().String()
	o := n.lab.options
	n.chat = chat.New(chat.Options{Namespaces: n.lab.namespaces(), ConnectTimeout: o.ConnectTimeout, EchoAuth: o.EchoAuth, Bus: &n.lab.bus})
	header := http.Header{"Connection": {"keep-alive"}, "Keep-Alive": {"timeout=65"}}
	named := http.Header{}
	if o.NodeHeader != "" {
		named.Set(o.NodeHeader, n.name)
	}
	n.engine = engine.New(engine.Options{
		Path: o.Path, PingInterval: o.PingInterval, PingTimeout: o.PingTimeout, UpgradeTimeout: o.UpgradeTimeout,
		MaxPayload: o.MaxPayload, AllowEIO3: o.AllowEIO3, CORS: engine.CORS{Origins: o.Origins, Credentials: o.Credentials},
		Header: named, AllowRequest: n.allow, Accept: n.chat.Accept,
	})
	n.engine.PollingOnly(n.pollingOnly)
	served := n.engine
	n.http = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			maps.Copy(w.Header(), header)
			if r.URL.Path == "/" {
				page(w, named, o.Path)
				return
			}
			served.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 65 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: log.New(io.Discard, "", 0),
	}
	server := n.http
	n.served.Go(func() { server.Serve(l) })
	return nil
}

// allow is the application's allowRequest.
func (n *node) allow(*http.Request) (message string, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return "", !n.forbidden
}

// set changes how the server is configured, for handshakes to come.
func (n *node) set(pollingOnly, forbidden bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.pollingOnly, n.forbidden = pollingOnly, forbidden
	n.engine.PollingOnly(pollingOnly)
}

// sessions counts the node's sessions.
func (n *node) sessions() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.engine.Sessions()
}

// kill ends the process: connections are cut.
func (n *node) kill() {
	n.mu.Lock()
	e, c, h := n.engine, n.chat, n.http
	n.mu.Unlock()
	h.Close()
	e.Kill()
	c.Leave()
	n.served.Wait()
}

// downFor is how long a node is gone when it restarts.
const downFor = 300 * time.Millisecond

// restart replaces the process, unless done comes first.
func (n *node) restart(done <-chan struct{}) error {
	n.restarting.Lock()
	defer n.restarting.Unlock()
	n.kill()
	select {
	case <-time.After(downFor):
		return n.start()
	case <-done:
		return nil
	}
}
