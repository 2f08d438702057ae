package e2e

import (
	"strings"
	"testing"
)

// to is an option of the Server.
func engine(name string, value any) Options { return Options{Engine: map[string]any{name: value}} }

var (
	pollingOnly = map[string]any{"transports": []string{"polling"}}
	long        = strings.Repeat("x", 5000)
)

// shout sends what is too long, which ends the session.
func shout(options map[string]any) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		o := map[string]any{"reconnection": false}
		for k, v := range options {
			o[k] = v
		}
		c := on.connect(t, o)
		on.echo(t, c)
		on.clients.Do(t, Command{Do: "emit", Client: c, Name: "echo", Args: []any{long}})
		on.clients.after(t, c, 1, "disconnect")
	}
}

// hold keeps some clients connected until they are cut off, and the same again some times.
func hold(n, times int, options map[string]any) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		for range times {
			var all []string
			for range n {
				all = append(all, on.connect(t, with(options, map[string]any{"reconnection": false})))
			}
			for _, c := range all {
				on.clients.after(t, c, 1, "disconnect")
			}
		}
	}
}

// far puts four tenths of a second before every connection. @socket.io/sticky is told of a session after its client is: a
// client that is as near as here may ask again before, on a busy machine a tenth of a second later still.
func far(near func(t *testing.T) stage) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		st := near(t)
		front := &Node{Name: "near", Port: int(portOf(t, strings.TrimPrefix(st.url, "http://")))}
		b := HAProxy{TCP: true, Frontend: []string{"tcp-request inspect-delay 400ms", "tcp-request content accept if WAIT_END"}}.Start(t, front)
		st.inner = append(st.inner, uint16(front.Port))
		st.url = b.URL()
		return st
	}
}

var nodeIncidents = []incident{
	{name: "cluster", about: "A Node.js cluster of two workers behind one port: each connection goes to the next worker.",
		stage: lone(Options{Workers: 2}), act: triesUntil(3, 1, nil), cause: "no-affinity-per-connection no-affinity-node-cluster", states: "polling mixed failing"},
	{name: "cluster-sticky", about: "The same with @socket.io/sticky.",
		stage: far(lone(Options{Workers: 2, Sticky: "least-connection"})), act: visits(4, nil), states: "websocket"},
	{name: "sticky-reused", about: "@socket.io/sticky behind nginx with upstream keepalive: the first request of a connection decides the worker, and nginx sends requests of other sessions over it.",
		stage: far(behind(Nginx{Upstream: []string{"keepalive 4;"}}, 1, Options{Workers: 2, Sticky: "round-robin"})), act: triesUntil(4, 4, nil), cause: "sticky-by-first-request", yet: "no-affinity-per-request no-affinity-per-connection session-lost upgrade-failed", beside: "two-upgrade-handlers", states: "polling mixed failing", both: true},
	{name: "sticky-fresh", about: "The same without upstream keepalive.",
		stage: far(behind(Nginx{}, 1, Options{Workers: 2, Sticky: "round-robin"})), act: visits(4, nil), states: "websocket", both: true},
	{name: "two-handlers", about: "A WebSocketServer of the package ws, without a path, on Socket.IO's server: both answer the WebSocket request.",
		stage: lone(Options{Rival: "*"}), act: tries(2, nil), cause: "two-upgrade-handlers", states: "polling mixed failing"},
	{name: "two-handlers-path", about: "A WebSocketServer of the package ws with a path of its own, on Socket.IO's server: it refuses what is not for it, after Socket.IO has accepted.",
		stage: lone(Options{Rival: "/live"}), act: tries(2, nil), cause: "two-upgrade-handlers", states: "polling mixed failing"},
	{name: "two-handlers-apart", about: "The same with requests given to one or the other by their path.",
		stage: lone(Options{Rival: "/live", Apart: true}), act: visits(2, nil), states: "websocket"},
	{name: "no-upgrades", about: "Socket.IO 4 with allowUpgrades: false.",
		stage: lone(engine("allowUpgrades", false)), act: calls(2, nil), cause: "server-offers-no-upgrade", states: "polling"},
	{name: "client-polling", about: `A client with transports: ["polling"].`,
		stage: lone(Options{}), act: calls(2, pollingOnly), cause: "client-never-upgrades", states: "polling"},
	{name: "client-no-upgrade", about: "A client with upgrade: false.",
		stage: lone(Options{Version: 3}), act: calls(2, map[string]any{"upgrade": false}), cause: "client-never-upgrades", states: "polling"},
	{name: "old-client", about: "A client of Socket.IO 2 meets a server of 4.",
		stage: lone(Options{}), client: 2, act: failures(1, 2, nil), cause: "protocol-version-mismatch", states: "failing"},
	{name: "old-client-websocket", about: "The same with WebSocket from the start: 101, and then HTTP text.",
		stage: lone(Options{}), client: 2, act: failures(1, 2, onWebSocket), cause: "protocol-version-mismatch", states: "failing"},
	{name: "old-client-allowed", about: "The same with allowEIO3: true.",
		stage: lone(engine("allowEIO3", true)), client: 2, act: visits(2, nil), states: "websocket"},
	{name: "old-server", about: "A client of Socket.IO 4 meets a server of 2.",
		stage: lone(Options{Version: 2}), act: failures(1, 2, nil), cause: "protocol-version-mismatch", states: "failing"},
	{name: "old-server-websocket", about: "The same with WebSocket from the start: it lasts until either has missed the other's ping.",
		stage: lone(Options{Version: 2, Engine: map[string]any{"pingInterval": 500, "pingTimeout": 500}}), act: failures(2, 2, onWebSocket), cause: "protocol-version-mismatch", states: "websocket failing mixed"},
	{name: "old-server-old-client", about: "A client of Socket.IO 2 and its own server.",
		stage: lone(Options{Version: 2}), client: 2, act: visits(2, nil), states: "websocket"},
	{name: "oldest-server", about: "A client of Socket.IO 2 and a server of 1.7.",
		stage: lone(Options{Version: 1}), client: 2, act: visits(2, nil), states: "websocket"},
	{name: "forbidden-both", about: "allowRequest refuses everybody, on both transports.",
		stage: lone(Options{Forbid: "members only"}), act: acts(failures(1, 2, nil), failures(1, 2, onWebSocket)), cause: "connection-forbidden", states: "failing"},
	{name: "too-large-polling", about: "A POST larger than maxHttpBufferSize: 413.",
		stage: lone(engine("maxHttpBufferSize", 1000)), act: shout(pollingOnly), cause: "payload-too-large", beside: "client-never-upgrades", states: "polling failing"},
	{name: "too-large-websocket", about: "A WebSocket message larger than maxHttpBufferSize: Close 1009.",
		stage: lone(engine("maxHttpBufferSize", 1000)), act: shout(onWebSocket), cause: "payload-too-large", states: "websocket"},
	{name: "too-large-nginx", about: "A POST larger than nginx's client_max_body_size: its 413.",
		stage: behind(Nginx{Location: []string{"client_max_body_size 1k;"}}, 1, Options{}), act: shout(pollingOnly), cause: "payload-too-large", beside: "client-never-upgrades", states: "polling failing"},
	{name: "large-enough", about: "The same messages where they are allowed.",
		stage: lone(Options{}), act: func(t *testing.T, on *set) {
			c := on.connect(t, onWebSocket)
			on.clients.Do(t, Command{Do: "emit", Client: c, Name: "echo", Args: []any{long}, Ack: true})
			on.clients.Heard(t, c, "ack", "echo")
			on.leave(t, c)
		}, states: "websocket"},
}
