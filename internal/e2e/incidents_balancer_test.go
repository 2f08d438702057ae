package e2e

import "testing"

// cached keeps answers for a minute, whatever their query.
var cached = Nginx{
	HTTP:     []string{"proxy_cache_path cache keys_zone=answers:1m;"},
	Location: []string{"proxy_cache answers;", "proxy_cache_key $uri;", "proxy_cache_valid 200 1m;"},
}

// cachedHandshake is the same for requests without a sid.
var cachedHandshake = Nginx{HTTP: cached.HTTP, Location: append([]string{"proxy_no_cache $arg_sid;", "proxy_cache_bypass $arg_sid;"}, cached.Location...)}

// spin is a client that runs in a circle, for a while.
func spin(t *testing.T, on *set) {
	on.begin(t, nil)
	on.wire.await(t, 300)
	on.clients.Kill()
}

// uncached is the same with the query in the key, and nothing kept of Socket.IO.
var uncached = Nginx{
	HTTP:     []string{"proxy_cache_path cache keys_zone=answers:1m;"},
	Location: []string{"proxy_cache answers;", "proxy_cache_key $request_uri;", "proxy_cache_valid 200 1m;", "proxy_no_cache 1;", "proxy_cache_bypass 1;"},
}

var balancerIncidents = []incident{
	{name: "haproxy-per-request", about: "HAProxy gives each request to the next of two nodes.",
		stage: behind(HAProxy{}, 2, Options{}), act: triesUntil(3, 1, nil), cause: "no-affinity-per-request", states: "failing mixed polling", both: true},
	{name: "nginx-per-request", about: "nginx gives each request to the next of three nodes of Socket.IO 3.",
		stage: behind(Nginx{}, 3, Options{Version: 3}), act: triesUntil(3, 1, nil), cause: "no-affinity-per-request", states: "failing mixed polling", both: true},
	{name: "nginx-ip-hash", about: "The same with ip_hash.",
		stage: behind(Nginx{Upstream: []string{"ip_hash;"}}, 3, Options{Version: 3}), act: visits(3, nil), states: "websocket", both: true},
	{name: "haproxy-per-connection", about: "HAProxy in TCP mode gives each connection to the next of two nodes.",
		stage: behind(HAProxy{TCP: true}, 2, Options{}), act: triesUntil(3, 1, nil), cause: "no-affinity-per-connection", states: "failing mixed polling", both: true},
	{name: "haproxy-source", about: "The same with balance source.",
		stage: behind(HAProxy{TCP: true, Backend: []string{"balance source"}}, 2, Options{}), act: visits(3, nil), states: "websocket", both: true},
	{name: "nginx-stream", about: "nginx's stream module gives each connection to any of two nodes of Socket.IO 2, by chance.",
		stage: behind(Nginx{TCP: true, Upstream: []string{"random;"}}, 2, Options{Version: 2}), client: 2, act: triesUntil(3, 1, nil), cause: "no-affinity-per-connection", states: "failing mixed polling"},
	{name: "nginx-no-upgrade", about: "nginx, left to its defaults, drops Upgrade.",
		stage: behind(Nginx{NoUpgrade: true}, 1, Options{}), act: visits(2, nil), cause: "upgrade-header-stripped", states: "polling", both: true},
	{name: "nginx-no-upgrade-v2", about: "The same before Socket.IO 2.",
		stage: behind(Nginx{NoUpgrade: true}, 1, Options{Version: 2}), client: 2, act: visits(2, nil), cause: "upgrade-header-stripped", states: "polling"},
	{name: "haproxy-no-upgrade", about: "HAProxy deletes the header Upgrade.",
		stage: behind(HAProxy{Frontend: []string{stripped}}, 1, Options{}), act: visits(2, nil), cause: "upgrade-header-stripped", states: "polling", both: true},
	{name: "haproxy-upgrade", about: "HAProxy passes Upgrade on.",
		stage: behind(HAProxy{}, 1, Options{}), act: visits(2, nil), states: "websocket", both: true},
	{name: "nginx-refuses-upgrade", about: "nginx answers the WebSocket request itself: 403.",
		stage: behind(Nginx{Location: []string{"if ($http_upgrade) { return 403; }"}}, 1, Options{}), act: visits(2, nil), cause: "upgrade-refused-by-proxy", states: "polling"},
	{name: "nginx-cached-handshake", about: "nginx's proxy_cache keeps the handshake of Socket.IO 3 whatever its query, so that clients get the same sid.",
		stage: behind(cachedHandshake, 1, Options{Version: 3}), act: tries(3, nil), cause: "handshake-cached", states: "failing mixed polling websocket", both: true},
	{name: "nginx-cached-polls", about: "nginx's proxy_cache keeps the handshake of Socket.IO 3 whatever its query, and answers polls with it too, which a client asks again and again.",
		stage: behind(cached, 1, Options{Version: 3}), act: spin, cause: "handshake-cached", states: "failing mixed polling websocket", both: true},
	{name: "nginx-uncached", about: "The same without the cache for Socket.IO.",
		stage: behind(uncached, 1, Options{Version: 3}), act: visits(3, nil), states: "websocket", both: true},
}
