package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
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
}

// A Node is a running Socket.IO server. It answers the events of npm/serve.js: echo, send-binary, join, say, leave-me,
// in the namespaces / and /chat, and greets with hello {node}.
type Node struct {
	diary
	Name  string
	Port  int
	stdin io.Writer
	marks atomic.Int64
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
	n := &Node{diary: newDiary(), Name: o.Name}
	n.stdin = node(t, &n.diary, "serve.js", string(config))
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

// node runs one of our scripts, whose standard output goes into d, and returns its standard input.
func node(t testing.TB, d *diary, name string, args ...string) io.Writer {
	t.Helper()
	modules := filepath.Join(packages(t), "node_modules")
	cmd := exec.Command("node", append([]string{script(t, name)}, args...)...)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	stderr := new(strings.Builder)
	cmd.Stderr = stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	alone(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Go(func() { d.read(stdout) })
	t.Cleanup(func() {
		kill(cmd)
		reading.Wait()
		_ = cmd.Wait()
		if t.Failed() && stderr.Len() > 0 {
			t.Logf("%s: %s", name, stderr)
		}
	})
	return stdin
}
