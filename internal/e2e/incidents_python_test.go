package e2e

import "testing"

// ofPython is a server of python-socketio, reached directly.
func ofPython(o Python) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		n := o.Start(t)
		return stage{url: n.URL(), nodes: []*Node{n}}
	}
}

// behindPython is the same with a balancer before it.
func behindPython(b starter, o Python) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		n := o.Start(t)
		return stage{url: b.Start(t, n).URL(), nodes: []*Node{n}}
	}
}

var pythonIncidents = []incident{
	{name: "python-eventlet", about: "python-socketio with eventlet, which brings its own WebSocket.",
		stage: ofPython(Python{}), act: visits(2, nil), states: "websocket"},
	{name: "python-no-websocket", about: "python-socketio in threading mode without simple-websocket: it offers no upgrade.",
		stage: ofPython(Python{Mode: "threading"}), act: calls(2, nil), cause: "server-offers-no-upgrade", states: "polling"},
	{name: "python-workers", about: "Flask-SocketIO under gunicorn with eventlet and two workers behind one port: each connection reaches whichever accepts it.",
		stage: ofPython(Python{Flask: true, Workers: 2, Busy: 3}), act: triesUntil(2, 3, nil), cause: "no-affinity-per-connection no-affinity-python-workers", states: "polling mixed failing"},
	{name: "python-worker", about: "The same with one worker.",
		stage: ofPython(Python{Flask: true, Workers: 1}), act: visits(3, nil), states: "websocket"},
	{name: "python-forbidden", about: "python-engineio's connect handler refuses everybody: 401.",
		stage: ofPython(Python{Forbid: "members only"}), act: failures(1, 2, nil), cause: "connection-forbidden", states: "failing"},
	{name: "python-nginx-no-upgrade", about: "nginx, left to its defaults, drops Upgrade before python-socketio, which takes the request for a poll.",
		stage: behindPython(Nginx{NoUpgrade: true}, Python{}), act: tries(3, nil), cause: "upgrade-header-stripped upgrade-failed", states: "polling failing", both: true},
	{name: "python-nginx", about: "The same with Upgrade passed on.",
		stage: behindPython(Nginx{}, Python{}), act: visits(2, nil), states: "websocket", both: true},
	{name: "python-old-client", about: "A client of Socket.IO 2 meets python-socketio 5, which does not speak its version.",
		stage: ofPython(Python{}), client: 2, act: failures(1, 2, nil), cause: "protocol-version-mismatch", states: "failing"},
}
