package e2e

import (
	"embed"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

//go:embed py
var pythons embed.FS

// Python are the options of a python-socketio server, of Debian's packages. The zero value is one that serves with
// eventlet, and so speaks WebSocket.
type Python struct {
	Name    string         `json:"name"`             // what it calls itself; "": node-a
	Mode    string         `json:"mode"`             // its async_mode: eventlet, threading; "": eventlet. threading has no WebSocket, as Debian lacks simple-websocket
	Flask   bool           `json:"flask,omitempty"`  // the same by Flask-SocketIO
	Engine  map[string]any `json:"engine,omitempty"` // the Server's options: ping_interval, cors_allowed_origins…
	Forbid  string         `json:"forbid,omitempty"` // Engine.IO alone, which refuses everybody with this message
	Workers int            `json:"-"`                // gunicorn's; 0: it serves by itself
	Busy    int            `json:"-"`                // how many connections at once are too many for a worker; 0: gunicorn's own 1,000
}

// interpreters are those that were found, by modules: to look costs a second.
var interpreters sync.Map

// interpreter is a Python that has packages, or the end of the test: Debian's packages are for Debian's own Python,
// which need not be the first in PATH.
func interpreter(t testing.TB, modules ...string) string {
	t.Helper()
	var said []byte
	key := strings.Join(modules, " ")
	if known, ok := interpreters.Load(key); ok {
		return known.(string)
	}
	for _, place := range []string{"/usr/bin/python3", "python3"} {
		path, err := exec.LookPath(place)
		if err != nil {
			continue
		}
		script := ""
		for _, m := range modules {
			script += "import " + m + "\n"
		}
		if said, err = exec.Command(path, "-c", script).CombinedOutput(); err == nil {
			interpreters.Store(key, path)
			return path
		}
	}
	absent(t, "Python 3 with %v is not here: install python3-socketio, python3-flask-socketio, python3-eventlet and gunicorn to run this test\n%s", modules, said)
	return ""
}

// Start starts it.
func (o Python) Start(t testing.TB) *Node {
	t.Helper()
	if o.Name == "" {
		o.Name = "node-a"
	}
	if o.Mode == "" {
		o.Mode = "eventlet"
	}
	config, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	text, err := pythons.ReadFile("py/serve.py")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "serve.py"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	n := &Node{diary: newDiary(), Name: o.Name}
	if o.Workers > 0 {
		o.workers(t, n, dir, string(config))
		return n
	}
	n.process = start(t, &n.diary, exec.Command(interpreter(t, "socketio", "flask_socketio", "eventlet"), filepath.Join(dir, "serve.py"), string(config)))
	n.await(t)
	return n
}

// workers has gunicorn serve: so many processes accept connections from one port. It says of its workers what they say.
func (o Python) workers(t testing.TB, n *Node, dir, config string) {
	t.Helper()
	python := interpreter(t, "socketio", "flask_socketio", "eventlet", "gunicorn")
	kind := []string{"--worker-class", "eventlet"}
	if o.Mode == "threading" {
		kind = []string{"--worker-class", "gthread", "--threads", "50"}
	}
	if o.Busy > 0 {
		kind = append(kind, "--worker-connections", strconv.Itoa(o.Busy))
	}
	listener := listen(t)
	n.Port = listener.Addr().(*net.TCPAddr).Port
	args := append([]string{"-m", "gunicorn", "--workers", strconv.Itoa(o.Workers), "--bind", "fd://3", "--worker-tmp-dir", dir, "--chdir", dir}, kind...)
	f := foreign{listener: listener, dir: dir, env: []string{"SERVE=" + config}, diary: &n.diary}
	n.process = f.run(t, python, append(args, "serve:app")...)
}
