package e2e

import (
	"fmt"
	"testing"
	"time"

	"sioscope/capture/dial"
)

// A stage is real nodes and what is in front of them.
type stage struct {
	url   string
	nodes []*Node
	inner []uint16 // ports of balancers between them, where there are several

	balancer *Balancer // in front; may be nil
	page     string    // the URL of a page for a browser; "": there is none
}

// lone is a node that clients reach directly.
func lone(o Options) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		n := Serve(t, o)
		return stage{url: n.URL(), nodes: []*Node{n}}
	}
}

// starter is a HAProxy or Nginx.
type starter interface {
	Start(t testing.TB, nodes ...*Node) *Balancer
}

// behind is n nodes behind a balancer.
func behind(b starter, n int, o Options) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		nodes := Cluster(t, n, o)
		front := b.Start(t, nodes...)
		return stage{url: front.URL(), nodes: nodes, balancer: front}
	}
}

var (
	stripped       = "http-request del-header upgrade"
	cookieAffinity = HAProxy{Backend: []string{"balance roundrobin", "cookie SERVERID insert indirect nocache"}}
	ioPrefix       = HAProxy{Backend: []string{"balance roundrobin", "cookie io prefix nocache"}}
	blocked        = "http-request deny deny_status %d if { hdr(upgrade) -i websocket }"
	origin         = "https://app.example.org"
)

// A scene is a stage, who comes, and what must be said: the verdict, and every finding that is no info.
type scene struct {
	name    string
	stage   func(t *testing.T) stage
	client  dial.Options
	idle    time.Duration // how long silence is watched
	states  string        // those that are right, with blanks between
	want    string        // ids, worst first; "": healthy
	results string        // of experiments, id=result
}

var scenes = []scene{
	{name: "one node", stage: lone(Options{}), states: "websocket"},
	{name: "one node behind HAProxy", stage: behind(HAProxy{}, 1, Options{}), states: "websocket"},
	{name: "one node behind nginx", stage: behind(Nginx{}, 1, Options{}), states: "websocket", results: "messages=yes"},
	{name: "one node behind HAProxy that closes connections", stage: behind(HAProxy{Frontend: []string{"option httpclose"}}, 1, Options{}), states: "websocket"},
	{name: "HAProxy, affinity by cookie", stage: behind(cookieAffinity, 3, Options{}), states: "websocket", results: "cookies=yes nodes=yes"},
	{name: "HAProxy, affinity by source", stage: behind(HAProxy{Backend: []string{"balance source"}}, 3, Options{}), states: "websocket"},
	{name: "HAProxy TCP, affinity by source", stage: behind(HAProxy{TCP: true, Backend: []string{"balance source"}}, 3, Options{}), states: "websocket"},
	{name: "nginx, ip_hash", stage: behind(Nginx{Upstream: []string{"ip_hash;"}}, 3, Options{}), states: "websocket"},
	{name: "nginx TCP, hash of the address", stage: behind(Nginx{TCP: true, Upstream: []string{"hash $remote_addr;"}}, 3, Options{}), states: "websocket"},
	{name: "one node with CORS", stage: lone(Options{Engine: map[string]any{"cors": map[string]any{"origin": origin, "credentials": true}}}),
		client: dial.Options{Origin: origin}, states: "websocket", results: "cors=yes"},
	{name: "one node with CORS for all", stage: lone(Options{Engine: map[string]any{"cors": map[string]any{"origin": "*"}}}), client: dial.Options{Origin: origin}, states: "websocket"},
	{name: "heartbeats ten times a second", stage: lone(Options{Engine: map[string]any{"pingInterval": 100, "pingTimeout": 5000}}), states: "websocket"},
	{name: "compression, small messages only", stage: lone(Options{Engine: map[string]any{"perMessageDeflate": true, "maxHttpBufferSize": 1000}}), states: "websocket"},
	{name: "a token is asked for", stage: lone(Options{Token: "sesame"}), client: dial.Options{Auth: []byte(`{"token":"sesame"}`)}, states: "websocket"},
	{name: "nodes name themselves", stage: behind(cookieAffinity, 3, Options{Header: "x-node"}), states: "websocket"},
	{name: "3.1.2", stage: lone(Options{Version: 3}), states: "websocket"},
	{name: "1.7.4 for its own clients", stage: lone(Options{Version: 1}), client: dial.Options{EIO: 3}, states: "websocket"},
	{name: "2.5.1 for its own clients", stage: lone(Options{Version: 2}), client: dial.Options{EIO: 3}, states: "websocket"},
	{name: "4.8.4 with allowEIO3 for clients of 2", stage: lone(Options{Engine: map[string]any{"allowEIO3": true}}), client: dial.Options{EIO: 3}, states: "websocket", results: "versions=yes"},

	{name: "HAProxy TCP, round robin", stage: behind(HAProxy{TCP: true}, 2, Options{}), states: "polling mixed failing", want: "no-affinity-per-connection",
		results: "websocket=yes keep-alive=yes new-connections=no nodes=yes"},
	{name: "HAProxy TCP, round robin, 3 nodes", stage: behind(HAProxy{TCP: true}, 3, Options{}), states: "polling mixed failing", want: "no-affinity-per-connection",
		results: "websocket=yes keep-alive=yes new-connections=no nodes=yes"},
	{name: "nginx TCP, round robin", stage: behind(Nginx{TCP: true}, 3, Options{}), states: "polling mixed failing", want: "no-affinity-per-connection",
		results: "websocket=yes keep-alive=yes new-connections=no nodes=yes"},
	{name: "HAProxy TCP, fewest connections", stage: behind(HAProxy{TCP: true, Backend: []string{"balance leastconn"}}, 3, Options{}), states: "polling mixed failing", want: "no-affinity-per-connection"},
	// By chance every WebSocket reaches the right node: then all sessions are on it, and the finding is said all the same.
	{name: "nginx TCP, at random", stage: behind(Nginx{TCP: true, Upstream: []string{"random;"}}, 3, Options{}), states: "polling mixed failing websocket", want: "no-affinity-per-connection",
		results: "websocket=yes keep-alive=yes nodes=yes"},
	{name: "HAProxy TCP, 2.5.1 and its clients", stage: behind(HAProxy{TCP: true}, 2, Options{Version: 2}), client: dial.Options{EIO: 3}, states: "polling mixed failing", want: "no-affinity-per-connection"},
	{name: "HAProxy HTTP, 1.7.4 and its clients", stage: behind(HAProxy{}, 2, Options{Version: 1}), client: dial.Options{EIO: 3}, states: "failing mixed polling", want: "no-affinity-per-request"},
	{name: "HAProxy HTTP, fewest connections", stage: behind(HAProxy{Backend: []string{"balance leastconn"}}, 3, Options{}), states: "failing mixed polling", want: "no-affinity-per-request"},
	{name: "nginx HTTP, at random", stage: behind(Nginx{Upstream: []string{"random;"}}, 3, Options{}), states: "failing mixed polling", want: "no-affinity-per-request",
		results: "websocket=yes nodes=yes"},
	{name: "HAProxy, cookie io that 4.8.4 does not set", stage: behind(ioPrefix, 2, Options{}), states: "failing mixed", want: "no-affinity-per-request"},
	{name: "HAProxy, cookie io of 2.5.1, for its own site alone", stage: behind(ioPrefix, 2, Options{Version: 2}), client: dial.Options{EIO: 3}, states: "websocket", want: "sticky-cookie-refused", results: "cookies=yes"},
	{name: "HAProxy HTTP, round robin, Upgrade stripped", stage: behind(HAProxy{Frontend: []string{stripped}}, 2, Options{}), states: "failing", want: "no-affinity-per-request upgrade-header-stripped", results: "websocket=no"},
	{name: "HAProxy HTTP, round robin", stage: behind(HAProxy{}, 2, Options{}), states: "failing mixed", want: "no-affinity-per-request",
		results: "websocket=yes keep-alive=no nodes=yes"},
	{name: "HAProxy HTTP, round robin, 3 nodes", stage: behind(HAProxy{}, 3, Options{}), states: "failing mixed", want: "no-affinity-per-request",
		results: "websocket=yes keep-alive=no nodes=yes"},
	{name: "nginx HTTP, round robin", stage: behind(Nginx{}, 3, Options{}), states: "failing mixed", want: "no-affinity-per-request",
		results: "websocket=yes keep-alive=no nodes=yes"},
	{name: "HAProxy, affinity by cookie, no jar", stage: behind(cookieAffinity, 3, Options{}), client: dial.Options{Cookies: false}, states: "failing mixed",
		want: "sticky-cookie-not-returned", results: "websocket=yes cookies=yes"},
	{name: "HAProxy sends WebSocket elsewhere", stage: behind(HAProxy{Backend: []string{"use-server node-b if { hdr(upgrade) -i websocket }", "use-server node-a if TRUE"}}, 2, Options{}),
		states: "polling", want: "upgrade-routed-apart", results: "websocket=yes keep-alive=yes new-connections=yes"},
	{name: "HAProxy strips Upgrade", stage: behind(HAProxy{Frontend: []string{stripped}, Backend: []string{"balance source"}}, 2, Options{}),
		states: "polling", want: "upgrade-header-stripped", results: "websocket=no upgrade-header=no"},
	{name: "nginx strips Upgrade", stage: behind(Nginx{NoUpgrade: true}, 1, Options{}), states: "polling", want: "upgrade-header-stripped", results: "websocket=no upgrade-header=no"},
	{name: "HAProxy, WebSocket 403", stage: behind(HAProxy{Frontend: []string{fmt.Sprintf(blocked, 403)}}, 1, Options{}), states: "polling", want: "upgrade-refused-by-proxy", results: "websocket=no upgrade-header=no"},
	{name: "HAProxy, WebSocket 503", stage: behind(HAProxy{Frontend: []string{fmt.Sprintf(blocked, 503)}}, 1, Options{}), states: "polling", want: "upgrade-refused-by-proxy", results: "websocket=no"},
	{name: "nginx, WebSocket 403", stage: behind(Nginx{Location: []string{"if ($http_upgrade) { return 403; }"}}, 1, Options{}), states: "polling", want: "upgrade-refused-by-proxy", results: "websocket=no upgrade-header=no"},
	{name: "server without WebSocket", stage: lone(Options{Engine: map[string]any{"transports": []string{"polling"}}}), states: "polling", want: "server-offers-no-upgrade", results: "websocket=no"},
	{name: "server of WebSocket alone", stage: lone(Options{Engine: map[string]any{"transports": []string{"websocket"}}}), states: "failing", want: "server-websocket-only"},
	{name: "2.5.1, clients of its own because there are no others", stage: lone(Options{Version: 2}), states: "websocket", want: "protocol-version-mismatch"},
	{name: "HAProxy TCP, 2.5.1", stage: behind(HAProxy{TCP: true}, 2, Options{Version: 2}), states: "polling mixed failing", want: "no-affinity-per-connection protocol-version-mismatch"},
	{name: "2.5.1, clients of today", stage: lone(Options{Version: 2}), client: dial.Options{EIO: 4}, states: "failing", want: "protocol-version-mismatch"},
	{name: "4.8.4, clients of 2", stage: lone(Options{}), client: dial.Options{EIO: 3}, states: "failing", want: "protocol-version-mismatch"},
	{name: "a token is asked for, and clients have none", stage: lone(Options{Token: "sesame"}), states: "websocket", want: "namespace-refused"},
	{name: "forbidden", stage: lone(Options{Forbid: "members only"}), states: "failing", want: "connection-forbidden"},
	{name: "no CORS", stage: lone(Options{}), client: dial.Options{Origin: origin}, states: "websocket polling failing", want: "cors-refused", results: "cors=no"},
	{name: "silence is kept", stage: behind(HAProxy{TCP: true}, 1, Options{Engine: map[string]any{"pingInterval": 500}}), idle: 2 * time.Second, states: "websocket", results: "idle=yes"},
	{name: "HAProxy TCP cuts silence", stage: behind(HAProxy{TCP: true, Frontend: []string{"timeout client 1s"}, Backend: []string{"timeout server 1s"}}, 1, Options{}),
		idle: 3 * time.Second, states: "websocket", want: "idle-timeout", results: "idle=no"},
	{name: "nginx cuts silence", stage: behind(Nginx{Location: []string{"proxy_read_timeout 2s;"}}, 1, Options{}), idle: 4 * time.Second, states: "websocket", want: "poll-cut-short idle-timeout", results: "idle=no"},
}
