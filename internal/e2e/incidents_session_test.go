package e2e

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"sioscope/capture/link"
)

// beats are the heartbeats of a server, in milliseconds.
func beats(interval, timeout int) Options {
	return Options{Engine: map[string]any{"pingInterval": interval, "pingTimeout": timeout}}
}

// reusing is a client that uses its connections again, as browsers do.
var reusing = map[string]any{"agent": "keep-alive"}

var quick = map[string]any{"reconnectionDelay": 50, "reconnectionDelayMax": 50}

func with(options map[string]any, more map[string]any) map[string]any {
	all := map[string]any{}
	for _, o := range []map[string]any{options, more} {
		for k, v := range o {
			all[k] = v
		}
	}
	return all
}

// restart kills the first node while clients are connected, starts another in its place, and waits for them to be back.
func restart(options ...map[string]any) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		var all []string
		for _, o := range options {
			c := on.connect(t, with(quick, o))
			all = append(all, c)
			on.echo(t, c)
		}
		on.nodes[0].Kill()
		for _, c := range all {
			on.clients.after(t, c, 1, "disconnect")
		}
		on.nodes = append(on.nodes, Serve(t, Options{Port: on.nodes[0].Port}))
		for _, c := range all {
			on.clients.after(t, c, 2, "connect")
			on.leaveAgain(t, c, 2)
		}
	}
}

// sleep pauses the clients until the server has given one up, and then lets it come back.
func sleep(options map[string]any) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		c := on.connect(t, with(quick, options))
		on.echo(t, c)
		on.clients.Pause()
		on.nodes[0].Await(t, "ping timeout", func(e Event) bool { return e.Event == "close" && e.Reason == "ping timeout" })
		on.clients.Resume()
		on.clients.after(t, c, 2, "connect")
		on.leaveAgain(t, c, 2)
	}
}

// stall keeps the node from doing anything for longer than clients wait for its ping.
func stall(t *testing.T, on *set) {
	var all []string
	for range 3 {
		c := on.connect(t, with(quick, onWebSocket))
		all = append(all, c)
		on.echo(t, c)
	}
	on.clients.Do(t, Command{Do: "emit", Client: all[0], Name: "stall", Args: []any{2500}})
	for _, c := range all {
		on.clients.after(t, c, 1, "disconnect")
	}
	for _, c := range all {
		on.clients.after(t, c, 2, "connect")
		on.leaveAgain(t, c, 2)
	}
}

// overlap lets somebody else ask for a client's packets with its sid.
func overlap(t *testing.T, on *set) {
	c := on.begin(t, with(quick, pollingOnly))
	on.clients.Heard(t, c, "connect", "")
	sid := on.clients.Heard(t, c, "connect", "").SID
	on.echo(t, c)
	answer, err := http.Get(fmt.Sprintf("%s/socket.io/?EIO=4&transport=polling&sid=%s", on.url, sid))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	on.clients.after(t, c, 2, "connect")
	on.leaveAgain(t, c, 2)
}

// leaveAgain is leave for a client that was cut off before.
func (on *set) leaveAgain(t *testing.T, client string, times int) {
	t.Helper()
	on.clients.Do(t, Command{Do: "disconnect", Client: client})
	on.clients.after(t, client, times, "disconnect")
}

// A muted relay lets connections through, but no frame of a client: a middlebox that knows 101 and not what follows.
func muted(t *testing.T) stage {
	n := Serve(t, Options{Engine: map[string]any{"upgradeTimeout": 2200}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { mute(c, n.Addr()) })
		}
	})
	t.Cleanup(func() { l.Close() })
	return stage{url: "http://" + l.Addr().String(), nodes: []*Node{n}}
}

func mute(client net.Conn, node string) {
	defer client.Close()
	server, err := net.Dial("tcp", node)
	if err != nil {
		return
	}
	defer server.Close()
	var accepted sync.Once
	silent := make(chan bool)
	go func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := client.Read(buf)
			if err != nil {
				server.Close()
				return
			}
			select {
			case <-silent:
			default:
				server.Write(buf[:n])
			}
		}
	}()
	buf := make([]byte, 32<<10)
	for {
		n, err := server.Read(buf)
		if strings.HasPrefix(string(buf[:n]), "HTTP/1.1 101") {
			accepted.Do(func() { close(silent) })
		}
		client.Write(buf[:n])
		if err != nil {
			return
		}
	}
}

// held is HAProxy that looks at every answer to a poll for a while before it lets it through, as a scanner does.
func held(t *testing.T) stage {
	script := filepath.Join(t.TempDir(), "hold.lua")
	if err := os.WriteFile(script, []byte(`core.register_action("hold", {"http-res"}, function(txn) core.msleep(3500) end)`+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	n := Serve(t, Options{Engine: map[string]any{"upgradeTimeout": 2500}})
	b := HAProxy{Global: []string{"lua-load " + script}, Frontend: []string{"http-request set-var(txn.poll) int(1) if METH_GET { urlp(sid) -m found } { urlp(transport) polling }"},
		Backend: []string{"http-response lua.hold if { var(txn.poll) -m found }"}}.Start(t, n)
	return stage{url: b.URL(), nodes: []*Node{n}}
}

// limit is how often nginx lets requests through.
func limit(rate string) Nginx {
	return Nginx{HTTP: []string{"limit_req_zone $binary_remote_addr zone=all:1m rate=" + rate + ";", "limit_req_status 429;"}, Location: []string{"limit_req zone=all burst=3 nodelay;"}}
}

// drain takes a node out of HAProxy while a client polls.
func drain(t *testing.T, on *set) {
	c := on.connect(t, with(quick, with(withCookies, pollingOnly)))
	on.echo(t, c)
	var here string
	for _, n := range on.nodes {
		for _, e := range n.Seen() {
			if e.Event == "open" {
				here = n.Name
			}
		}
	}
	on.balancer.Tell(t, "set server b/"+here+" state maint")
	on.clients.Do(t, Command{Do: "emit", Client: c, Name: "echo", Args: []any{"hello"}})
	on.clients.after(t, c, 2, "connect")
	on.leaveAgain(t, c, 2)
}

// race makes a client's request and the end of an unused connection to the node meet: nginx has other things to do for
// as long as the node keeps the connection.
func race(t *testing.T, on *set) {
	c := on.connect(t, with(quick, with(reusing, pollingOnly)))
	on.echo(t, c)
	on.balancer.Pause()
	on.wire.mu.Lock()
	before := len(on.wire.packets)
	on.wire.mu.Unlock()
	on.clients.Do(t, Command{Do: "emit", Client: c, Name: "echo", Args: []any{"hello"}})
	// The node ends the connection that the last POST came by. The poll's is in use.
	on.wire.until(t, func(all []packet) bool {
		return slices.ContainsFunc(all[before:], func(p packet) bool { return int(p.from) == on.nodes[0].Port && p.flags&link.FIN != 0 })
	})
	on.balancer.Resume()
	on.clients.after(t, c, 2, "connect")
	on.leaveAgain(t, c, 2)
}

// crashes are n clients, one after the other, of which each kills the worker; the next comes when there is another.
func crashes(n int) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		for i := range n {
			on.try(t, 1, nil)
			workers := 0
			on.nodes[0].Await(t, "another worker", func(e Event) bool {
				if e.Event == "ready" {
					workers++
				}
				return workers == i+2
			})
		}
	}
}

var sessionIncidents = []incident{
	{name: "restart-direct", about: "A node is killed with clients on both transports, and another takes its port.",
		stage: lone(Options{}), act: restart(onWebSocket, onWebSocket, nil), cause: "node-restarted", states: "websocket polling mixed failing"},
	{name: "restart-nginx", about: "The same behind nginx.",
		stage: behind(Nginx{}, 1, Options{}), act: restart(onWebSocket, nil, nil), cause: "node-restarted", states: "websocket polling mixed failing", both: true},
	{name: "gone", about: "A node is killed with clients on it, and no other takes its port.",
		stage: lone(Options{}), act: func(t *testing.T, on *set) {
			var all []string
			for range 2 {
				c := on.connect(t, with(quick, onWebSocket))
				all = append(all, c)
				on.echo(t, c)
			}
			on.nodes[0].Kill()
			for _, c := range all {
				on.clients.after(t, c, 3, "connect_error")
			}
		}, cause: "node-restarted", states: "websocket"},
	{name: "expired-polling", about: "A polling client sleeps for longer than the server waits for its pong, and comes back with its old sid.",
		stage: lone(beats(400, 300)), act: sleep(pollingOnly), cause: "session-expired", beside: "client-never-upgrades", states: "polling mixed failing"},
	{name: "expired-websocket", about: "The same on WebSocket.",
		stage: lone(beats(400, 300)), act: sleep(onWebSocket), cause: "session-expired", states: "websocket"},
	{name: "stalled", about: "A node is busy for longer than its clients wait for its ping.",
		stage: lone(beats(400, 400)), act: stall, cause: "server-stalled", states: "websocket"},
	{name: "overlap", about: "Somebody else polls with a client's sid: both polls and the session end.",
		stage: lone(Options{}), act: overlap, cause: "poll-overlap", beside: "client-never-upgrades", states: "polling failing mixed"},
	{name: "idle-haproxy", about: "HAProxy in TCP mode cuts connections that are silent for two seconds.",
		stage: behind(HAProxy{TCP: true, Frontend: []string{"timeout client 2s"}, Backend: []string{"timeout server 2s"}}, 1, Options{}), act: hold(2, 2, onWebSocket), cause: "idle-timeout", states: "websocket", both: true},
	{name: "idle-nginx", about: "nginx's proxy_read_timeout cuts a WebSocket that is silent for two seconds.",
		stage: behind(Nginx{Location: []string{"proxy_read_timeout 2s;"}}, 1, Options{}), act: hold(2, 2, onWebSocket), cause: "idle-timeout", states: "websocket", both: true},
	{name: "idle-apache", about: "Apache's ProxyTimeout cuts a WebSocket that is silent for two seconds.",
		stage: behind(Apache{rewritingProxy + "Timeout 2\n"}, 1, Options{}), act: hold(2, 2, onWebSocket), cause: "idle-timeout", states: "websocket", both: true},
	{name: "idle-kept", about: "nginx's proxy_read_timeout is a second, and the server pings four times a second.",
		stage: behind(Nginx{Location: []string{"proxy_read_timeout 1s;"}}, 1, beats(250, 2000)), act: func(t *testing.T, on *set) {
			on.connect(t, onWebSocket)
			on.wire.await(t, 60)
		}, states: "websocket", both: true},
	{name: "cut-short-nginx", about: "nginx's proxy_read_timeout of a second is shorter than a poll.",
		stage: behind(Nginx{Location: []string{"proxy_read_timeout 1s;"}}, 1, Options{}), act: hold(2, 2, pollingOnly), cause: "poll-cut-short", beside: "client-never-upgrades", states: "polling failing", both: true},
	{name: "cut-short-apache", about: "Apache's ProxyTimeout of a second is shorter than a poll.",
		stage: behind(Apache{plainProxy + "ProxyTimeout 1\n"}, 1, Options{}), act: hold(2, 2, pollingOnly), cause: "poll-cut-short", beside: "client-never-upgrades", states: "polling failing", both: true},
	{name: "frames-swallowed", about: "A middlebox lets 101 through, and none of the client's frames.",
		stage: muted, act: visits(2, nil), cause: "frames-blocked", states: "polling", both: true},
	{name: "upgrade-stalled", about: "HAProxy holds the answer to a poll back for 3.5 s: the client cannot end polling before the server gives the upgrade up.",
		stage: held, act: tries(2, nil), cause: "upgrade-stalled", states: "polling", both: true},
	{name: "limited", about: "nginx's limit_req answers what comes too often with 429.",
		stage: behind(limit("2r/s"), 1, Options{}), act: tries(4, nil), cause: "rate-limited", states: "polling failing mixed websocket"},
	{name: "not-limited", about: "The same with a limit that nobody reaches.",
		stage: behind(limit("1000r/s"), 1, Options{}), act: visits(2, nil), states: "websocket"},
	{name: "drained", about: "HAProxy takes a node out of service while a client with its cookie polls.",
		stage: behind(cookieAffinity, 2, Options{}), act: drain, cause: "affinity-lost", beside: "client-never-upgrades", states: "polling failing mixed", both: true},
	// That the process died is only seen where a poll's connection was reset with it, which the kernel decides.
	{name: "crash", about: "A worker of a Node.js cluster dies of a WebSocket request, and another takes its place.",
		stage: lone(Options{Workers: 1, Crash: true}), act: crashes(3), cause: "node-restarted", yet: "upgrade-failed", beside: "upgrade-failed", states: "failing polling"},
	{name: "keepalive-race", about: "nginx keeps connections to the node for longer than the node does, and sends a POST over one that the node is ending: 502.",
		stage: behind(Nginx{Upstream: []string{"keepalive 4;"}}, 1, Options{KeepAlive: 1000}), act: race, cause: "keepalive-race", yet: "client-never-upgrades", beside: "client-never-upgrades", states: "polling failing mixed", both: true},
	{name: "path", about: "nginx's proxy_pass puts a path in front of Socket.IO's.",
		stage: behind(Nginx{Pass: "http://nodes/app/"}, 1, Options{}), act: failures(1, 2, nil), cause: "path-mismatch", states: "failing"},
	{name: "query-lost", about: "nginx's proxy_pass with $uri loses the query.",
		stage: behind(Nginx{Pass: "http://nodes$uri"}, 1, Options{}), act: acts(failures(1, 2, nil), failures(1, 2, onWebSocket)), cause: "query-or-headers-removed", states: "failing", both: true},
}
