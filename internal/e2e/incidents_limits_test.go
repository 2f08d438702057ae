package e2e

import (
	"fmt"
	"testing"
)

// stayers are n clients on WebSocket that have something echoed and stay.
func stayers(t *testing.T, on *set, n int) (all []string) {
	for range n {
		c := on.connect(t, with(quick, onWebSocket))
		on.echo(t, c)
		all = append(all, c)
	}
	return all
}

// shed lets HAProxy end all connections to its servers, as it does where it is restarted, and waits for the clients to be
// back.
func shed(t *testing.T, on *set) {
	all := stayers(t, on, 4)
	for _, n := range on.nodes {
		on.balancer.Tell(t, "shutdown sessions server b/"+n.Name)
	}
	for _, c := range all {
		on.clients.after(t, c, 1, "disconnect")
	}
	for _, c := range all {
		on.clients.after(t, c, 2, "connect")
		on.leaveAgain(t, c, 2)
	}
}

// stallOne keeps the first of two nodes busy for a while that its clients bear.
func stallOne(t *testing.T, on *set) {
	all := stayers(t, on, 6)
	on.wire.await(t, 400) // some heartbeats, of both sides of the balancer
	on.clients.Do(t, Command{Do: "emit", Client: all[0], Name: "stall", Args: []any{2500}})
	for _, c := range all {
		on.clients.Do(t, Command{Do: "emit", Client: c, Name: "echo", Args: []any{"awake?"}, Ack: true})
	}
	for _, c := range all {
		on.clients.after(t, c, 2, "ack")
	}
	for _, c := range all {
		on.leave(t, c)
	}
}

// narrow is HAProxy that lets two WebSockets at a time to a node, and waits 300 ms for one of them to end.
func narrow(t *testing.T) stage {
	nodes := Cluster(t, 1, Options{})
	front := HAProxy{
		Frontend: []string{"use_backend sockets if { hdr(upgrade) -i websocket }"},
		More:     []string{fmt.Sprintf("backend sockets\n  timeout queue 300ms\n  server %s %s maxconn 2", nodes[0].Name, nodes[0].Addr())},
	}.Start(t, nodes...)
	return stage{url: front.URL(), nodes: nodes, balancer: front}
}

// crush are clients of which two too many want a WebSocket, and one that finds room when another has left.
func crush(t *testing.T, on *set) {
	var all []string
	for range 4 {
		c := on.connect(t, nil)
		on.clients.after(t, c, 1, "upgrade", "upgrade_error")
		on.echo(t, c)
		all = append(all, c)
	}
	on.leave(t, all[0])
	last := on.connect(t, nil)
	on.clients.after(t, last, 1, "upgrade", "upgrade_error")
	for _, c := range append(all[1:], last) {
		on.leave(t, c)
	}
}

var limitIncidents = []incident{
	{name: "connections-shed", about: "HAProxy ends the connections of all clients at once, and the nodes live on.",
		stage: behind(cookieAffinity, 2, Options{}), act: shed, cause: "balancer-restarted", states: "websocket"},
	{name: "stalled-one", about: "One of two nodes is busy for two and a half seconds: its pings come late, the other's do not.",
		stage: behind(cookieAffinity, 2, beats(400, 10_000)), act: stallOne, cause: "server-stalled", states: "websocket"},
	{name: "limited-websockets", about: "HAProxy lets no more than two WebSockets to a node at a time: 503 for the others.",
		stage: narrow, act: crush, cause: "connection-limit", states: "mixed"},
}
