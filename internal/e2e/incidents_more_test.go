package e2e

import (
	"testing"
)

// layered is HAProxy, sticky by a cookie, in front of two clusters of Node.js, in which connections go to the next worker.
func layered(sticky string) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		var nodes []*Node
		for _, name := range []string{"host-a", "host-b"} {
			nodes = append(nodes, Serve(t, Options{Name: name, Workers: 2, Sticky: sticky}))
		}
		delayed := HAProxy{Frontend: []string{"tcp-request inspect-delay 100ms", "tcp-request content accept if WAIT_END", "option httpclose"}, Backend: cookieAffinity.Backend}
		b := delayed.Start(t, nodes...)
		return stage{url: b.URL(), nodes: nodes, balancer: b}
	}
}

// shared is nodes that share their messages over Redis, behind HAProxy in TCP mode.
func shared(backend ...string) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		nodes := Cluster(t, 2, Options{Redis: Redis(t)})
		return stage{url: HAProxy{TCP: true, Backend: backend}.Start(t, nodes...).URL(), nodes: nodes}
	}
}

// twoPythons are two servers of python-socketio behind a balancer.
func twoPythons(b starter) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		var nodes []*Node
		for _, name := range []string{"node-a", "node-b"} {
			nodes = append(nodes, Python{Name: name}.Start(t))
		}
		return stage{url: b.Start(t, nodes...).URL(), nodes: nodes}
	}
}

// mirrored is nginx that sends a copy of each poll to the node, as one does who tries a new version with real requests.
func mirrored() Nginx {
	return Nginx{
		Location: []string{"mirror /copy;"},
		Server: []string{"location = /copy {", "  internal;", `  if ($arg_sid = "") { return 204; }`, "  if ($request_method != GET) { return 204; }",
			"  if ($arg_transport = websocket) { return 204; }", "  proxy_pass http://nodes$request_uri;", "}"},
	}
}

// crowd keeps some clients connected while another comes.
func crowd(n int) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		var all []string
		for range n {
			c := on.connect(t, onWebSocket)
			on.echo(t, c)
			all = append(all, c)
		}
		on.try(t, 1, onWebSocket)
		on.try(t, 1, onWebSocket)
		for _, c := range all {
			on.leave(t, c)
		}
		on.leave(t, on.connect(t, onWebSocket)) // there is room again
	}
}

// outage kills the balancer while clients are connected through it, and starts another in its place.
func outage(t *testing.T, on *set) {
	var all []string
	for range 6 {
		c := on.connect(t, with(quick, onWebSocket))
		on.echo(t, c)
		all = append(all, c)
	}
	on.balancer.Kill()
	for _, c := range all {
		on.clients.after(t, c, 1, "disconnect")
	}
	HAProxy{Addr: on.balancer.Addr}.Start(t, on.nodes...)
	for _, c := range all {
		on.clients.after(t, c, 2, "connect")
		on.leaveAgain(t, c, 2)
	}
}

var moreIncidents = []incident{
	{name: "layers", about: "HAProxy is sticky by a cookie; behind it are two Node.js clusters of two workers, which are not.",
		stage: layered(""), act: triesUntil(10, 3, withCookies), cause: "inner-layer-not-sticky", states: "failing mixed polling", both: true},
	{name: "layers-sticky", about: "The same with @socket.io/sticky in the clusters, and no connection used twice.",
		stage: layered("least-connection"), act: visits(4, withCookies), states: "websocket", both: true},
	{name: "cluster-frame-lost", about: "The primary process of @socket.io/sticky still reads a connection that it gave to a worker: a WebSocket's first frame is lost between the two, and the probe is not answered.",
		stage: behind(HAProxy{}, 1, Options{Workers: 2, Sticky: "least-connection", Lossy: 200, Engine: map[string]any{"upgradeTimeout": 2500}}), act: triesUntil(2, 1, nil), cause: "frames-blocked", states: "polling mixed", both: true},
	{name: "redis", about: "Two nodes share their messages over Redis; HAProxy in TCP mode gives each connection to the next: Redis shares no sessions.",
		stage: shared(), act: triesUntil(3, 1, nil), cause: "no-affinity-per-connection", states: "failing mixed polling"},
	{name: "redis-source", about: "The same with balance source.",
		stage: shared("balance source"), act: visits(3, nil), states: "websocket"},
	{name: "python-per-request", about: "HAProxy gives each request to the next of two servers of python-socketio.",
		stage: twoPythons(HAProxy{}), act: triesUntil(3, 1, nil), cause: "no-affinity-per-request", states: "failing mixed polling", both: true},
	{name: "python-source", about: "The same with balance source.",
		stage: twoPythons(HAProxy{Backend: []string{"balance source"}}), act: visits(2, nil), states: "websocket", both: true},
	{name: "mirrored", about: "nginx sends a copy of each poll to the same node: two polls of one session at once.",
		stage: behind(mirrored(), 1, Options{}), act: tries(3, pollingOnly), cause: "poll-overlap", beside: "client-never-upgrades", states: "failing mixed polling", both: true},
	{name: "too-many", about: "nginx's limit_conn lets a client have two connections: the next is answered 503 while those live.",
		stage: behind(Nginx{HTTP: []string{"limit_conn_zone $binary_remote_addr zone=each:1m;"}, Location: []string{"limit_conn each 2;"}}, 1, Options{}), act: crowd(2),
		cause: "connection-limit", yet: "upgrade-refused-by-proxy", states: "websocket mixed"},
	// On a busy machine a client is back while HAProxy is going: its handshake is cut, and that is told, too.
	{name: "outage", about: "HAProxy is killed while six clients are on WebSocket through it, and started again.",
		stage: behind(HAProxy{}, 2, Options{Header: "x-node"}), act: outage, cause: "balancer-restarted", beside: "handshake-refused", states: "websocket mixed", both: true},
	{name: "redirected", about: "nginx redirects Socket.IO's requests to another path.",
		stage: behind(Nginx{Location: []string{"return 301 /app$request_uri;"}}, 1, Options{}), act: failures(1, 2, nil), cause: "path-mismatch", states: "failing"},
	{name: "browser-cookie-refused", about: "HAProxy's cookie is for a domain that is not the server's: the browser refuses it.",
		stage: paged(behind(HAProxy{Backend: []string{"balance roundrobin", "cookie SERVERID insert indirect nocache domain .example.org"}}, 2, reflected()), 4,
			`io(URL, { withCredentials: true, reconnectionDelay: 100, reconnectionDelayMax: 100 });`), client: -1,
		act: looked(4, func(e Event) bool { return e.Event == "refused" && e.Code == 1 }), cause: "sticky-cookie-refused", yet: "sticky-cookie-not-returned", states: "failing mixed polling", both: true},
	{name: "browser-preflight-unanswered", about: "A page of another origin adds a header, and the server has no CORS: the preflight is refused with code 2.",
		stage: paged(lone(Options{}), 4, `io(URL, { extraHeaders: { 'x-app': '1' }, reconnectionDelay: 100, reconnectionDelayMax: 100 });`), client: -1,
		act: looked(3, func(e Event) bool { return e.Event == "request" && e.Method == "OPTIONS" }), cause: "preflight-unanswered cors-refused", states: "failing none"},
}
