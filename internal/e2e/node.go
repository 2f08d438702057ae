package e2e

import (
	"encoding/json"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
)

// Versions are the Socket.IO servers that can be started, by major version.
var Versions = map[int]string{1: "1.7.4", 2: "2.5.1", 3: "3.1.2", 4: "4.8.4"}

// Options are of one Socket.IO server. The zero value is one of the newest version with that version's defaults.
type Options struct {
	Version int            `json:"version"`          // a key of Versions; 0: 4
	Name    string         `json:"name"`             // what it calls itself; "": node-a
	Engine  map[string]any `json:"engine,omitempty"` // the Server's options, those that JSON can say: allowEIO3, transports, cors…
	Forbid  string         `json:"forbid,omitempty"` // allowRequest refuses everybody with this message
	Token   string         `json:"token,omitempty"`  // a middleware refuses every namespace without auth or query {token}
	Header  string         `json:"header,omitempty"` // answers carry this header with the node's name
	Port    int            `json:"port,omitempty"`   // where it listens; 0: where it can
	TLS     *TLS           `json:"tls,omitempty"`    // it speaks TLS, HTTP/2 and 1.1, and offers WebSocket over HTTP/2
	Page    string         `json:"page,omitempty"`   // HTML of /page
	Crash   bool           `json:"crash,omitempty"`  // a WebSocket request kills the process
	// KeepAlive is for how many milliseconds an unused connection is kept; 0: Node.js's own 5,000.
	KeepAlive int `json:"keepAlive,omitempty"`
	// Rival is the path of a second handler of WebSocket requests on the same server, of the package ws; "*": any.
	Rival string `json:"rival,omitempty"`
	// Apart gives each of the two handlers its own path, as they should have.
	Apart bool `json:"apart,omitempty"`
	Redis int  `json:"redis,omitempty"` // the port of a Redis that nodes share messages over
	// Workers makes it a cluster of Node.js of so many processes behind one port, called node-a, node-b and so on.
	Workers int `json:"workers,omitempty"`
	// Sticky is how @socket.io/sticky deals out new sessions among the workers; "": it is not used.
	Sticky string `json:"sticky,omitempty"`
	// Lossy is for how many milliseconds the primary process of a cluster with Sticky may still read a connection that it
	// gave to a worker, so that a WebSocket's first frame is lost; 0: it does not.
	Lossy int `json:"lossy,omitempty"`
}

// TLS are a certificate and its key, both PEM.
type TLS struct {
	Cert string `json:"cert"`
	Key  string `json:"key"`
	// NoConnect leaves WebSocket over HTTP/2 out of what is offered.
	NoConnect bool `json:"noConnect,omitempty"`
}

// A Node is a running Socket.IO server. It answers the events of npm/serve.js: echo, send-binary, join, say, leave-me,
// in the namespaces / and /chat, and greets with hello {node}.
type Node struct {
	diary
	process
	Name  string
	Port  int
	marks atomic.Int64

	version int // of Socket.IO; 0: it is no Node.js
}

// Serve starts a server.
func Serve(t testing.TB, o Options) *Node {
	t.Helper()
	n := launch(t, o)
	n.await(t)
	return n
}

// Cluster starts n servers, node-a, node-b and so on.
func Cluster(t testing.TB, n int, o Options) []*Node {
	t.Helper()
	nodes := make([]*Node, n)
	for i := range nodes {
		o.Name = "node-" + string(rune('a'+i))
		nodes[i] = launch(t, o)
	}
	for _, n := range nodes {
		n.await(t)
	}
	return nodes
}

// launch starts a server that does not listen yet.
func launch(t testing.TB, o Options) *Node {
	t.Helper()
	if o.Version == 0 {
		o.Version = 4
	}
	if o.Name == "" {
		o.Name = "node-a"
	}
	config, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	n := &Node{diary: newDiary(), Name: o.Name, version: o.Version}
	n.process = node(t, &n.diary, "serve.js", string(config))
	return n
}

func (n *Node) await(t testing.TB) {
	t.Helper()
	n.Port = n.Await(t, "listening", func(e Event) bool { return e.Event == "listening" }).Port
}

// Addr is host:port.
func (n *Node) Addr() string { return fmt.Sprintf("127.0.0.1:%d", n.Port) }

// URL is what a client connects to.
func (n *Node) URL() string { return "http://" + n.Addr() }

// Log is everything that the node did until now.
func (n *Node) Log(t testing.TB) []Event {
	t.Helper()
	mark := strconv.FormatInt(n.marks.Add(1), 10)
	if _, err := fmt.Fprintln(n.stdin, mark); err != nil {
		t.Fatal(err)
	}
	n.Await(t, "answer to a mark", func(e Event) bool { return e.Event == "mark" && e.ID == mark })
	return n.Seen()
}

// Sessions are the Engine.IO sessions that the node opened until now, in order.
func (n *Node) Sessions(t testing.TB) []Event {
	t.Helper()
	var open []Event
	for _, e := range n.Log(t) {
		if e.Event == "open" {
			open = append(open, e)
		}
	}
	return open
}
