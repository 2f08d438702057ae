package diagnose

import "sioscope/protocol/lang"

// affinityCauses are those of balancers that keep no client on its node, or fail to.
func affinityCauses(w lang.Words) []Cause {
	return []Cause{
		{
			ID: "no-affinity-per-request", Title: w.S("The balancer sends every request to another node"),
			About: w.S("A Socket.IO session lives on the node that issued its sid. The balancer chooses a node for every request, so polls and posts reach nodes that answer \"Session ID unknown\". Sessions end within milliseconds, and clients start over again and again. A Redis adapter does not help: it shares messages between nodes, not handshakes."),
			Seen: []string{
				w.S("a sid is honoured and refused (400, code 1) on one and the same connection, while the session lives"),
				w.S("the counters in the sids run in as many sequences as there are nodes"),
			},
			Unlike: []string{
				w.S("no-affinity-per-connection: there no connection changes its node"),
				w.S("session-expired: there a silence longer than pingInterval + pingTimeout comes before"),
			},
			From: []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "certain", Fixes: fixesOf(w, affinity),
		},
		{
			ID: "no-affinity-per-connection", Title: w.S("The balancer sends every connection to another node"),
			About: w.S("The balancer chooses a node for every TCP connection. Polls go on because a kept-alive connection keeps reaching the right node, and the WebSocket, which always opens a new one, is refused elsewhere. The session stays on polling, and no error handler runs."),
			Seen: []string{
				w.S("the WebSocket request is answered 400 \"Session ID unknown\" in plain text, while polls on an older connection go on"),
				w.S("every refusal stands at the beginning of a connection, none within one that was honoured before"),
			},
			Unlike: []string{
				w.S("upgrade-header-stripped: there the refusal is JSON with code 3"),
				w.S("a proxy with a rule of its own for WebSocket requests: a poll on a new connection tells"),
			},
			From: []Vantage{ClientSide, ByCheck}, Best: "certain", Fixes: fixesOf(w, connectionAffinity),
		},
		{
			ID: "no-affinity-node-cluster", Title: w.S("Node workers behind one port share no sessions"),
			About: w.S("Node's cluster module and pm2 in cluster mode (-i max) deal connections out to worker processes, and each knows only the sessions that it opened. From outside it looks like a balancer that sends every connection to another node."),
			Seen: []string{
				w.S("no-affinity-per-connection, and a field that names the workers of one host, a process id in it say"),
			},
			Unlike: []string{
				w.S("several hosts behind a TCP balancer: nothing on the wire tells them from workers where no field names them; with one worker alone the refusals must end"),
			},
			From: []Vantage{ClientSide, NodeSide, ByCheck}, Best: "likely", Within: "no-affinity-per-connection",
			Fixes: only(fixesOf(w, connectionAffinity), "Node cluster", "pm2", "client"),
		},
		{
			ID: "no-affinity-python-workers", Title: w.S("Python workers behind one port share no sessions"),
			About: w.S("gunicorn -w, uWSGI and Passenger run an application in several processes on one port, and each knows only the sessions that it opened. From outside it looks like a balancer that sends every connection to another node."),
			Seen: []string{
				w.S("no-affinity-per-connection at python-engineio (\"Invalid session …\"), and a field or a cookie that names the workers of one host"),
			},
			Unlike: []string{
				w.S("several hosts behind a TCP balancer: nothing on the wire tells them from workers where no field names them; with one worker alone the refusals must end"),
			},
			From: []Vantage{ClientSide, NodeSide, ByCheck}, Best: "likely", Within: "no-affinity-per-connection",
			Fixes: append(only(fixesOf(w, connectionAffinity), "Python", "client"), only(fixesOf(w, affinity), "Phusion Passenger")...),
		},
		{
			ID: "sticky-by-first-request", Title: w.S("The node is chosen by the first request of a connection"),
			About: w.S("@socket.io/sticky looks at the first request of a TCP connection and sends the whole connection to that worker. A connection that was opened for something else, for the page say or by a proxy that keeps its connections for all clients, carries later requests to a worker that does not know their sid."),
			Seen: []string{
				w.S("sids are refused only on connections whose first request was not for this sid; connections that begin with the sid are honoured, at least five of them"),
			},
			Unlike: []string{
				w.S("no-affinity-per-connection: there connections that begin with the sid are refused, too"),
			},
			From: []Vantage{ClientSide, NodeSide}, Best: "likely", Fixes: stickyFixes(w),
		},
		{
			ID: "ip-affinity-unstable", Title: w.S("The balancer chooses the node by an address that changes"),
			About: w.S("The balancer hashes the client's address, and the address is not the same for all requests of a session: phones and company networks leave through several, IPv4 and IPv6 are two, and behind another proxy the balancer may see that proxy's."),
			Seen: []string{
				w.S("every refused request came from another address than its session's handshake, and new connections from the same address, at least three of them, were honoured"),
			},
			Unlike: []string{
				w.S("no-affinity-per-connection: there new connections from the same address are refused, too"),
			},
			From: []Vantage{NodeSide}, Best: "likely", Fixes: fixesOf(w, clientAddress),
		},
		{
			ID: "inner-layer-not-sticky", Title: w.S("A second layer behind the sticky balancer is not sticky"),
			About: w.S("The outer balancer keeps the client where it was, and behind it another one, a Node cluster or several workers on one port deal requests or connections out without affinity."),
			Seen: []string{
				w.S("the affinity cookie came back and was left as it was, or the header that names the outer node stayed the same, and the sid was unknown all the same"),
				w.S("the sids come from several processes behind that one outer node"),
			},
			Unlike: []string{
				w.S("affinity-lost: there the balancer sets its cookie anew"),
				w.S("sticky-cookie-not-returned: there the request has no cookie"),
			},
			From: []Vantage{ClientSide, ByCheck}, Best: "likely",
			Fixes: append([]Fix{everyLayer(w)}, only(fixesOf(w, connectionAffinity), "client", "Node cluster", "pm2", "Kubernetes")...),
		},
	}
}

// everyLayer is what to do where balancers stand one behind the other.
func everyLayer(w lang.Words) Fix {
	return Fix{For: "balancer", Text: w.S("Make every layer in the path sticky, each with a cookie name of its own, or let the outer one address the processes themselves.")}
}

func stickyFixes(w lang.Words) []Fix {
	return append([]Fix{{For: "nginx", Text: w.S("in front of the workers, with a connection for each request: no keepalive in the upstream"), Snippet: snippet("sticky.nginx.conf")}},
		webSocketOnly(w), Fix{For: "server", Text: w.S("@socket.io/cluster-engine: with it any node serves any session")})
}

// only are the fixes for some platforms, in the order of the platforms.
func only(fixes []Fix, platforms ...string) []Fix {
	var out []Fix
	for _, name := range platforms {
		for _, f := range fixes {
			if f.For == name {
				out = append(out, f)
			}
		}
	}
	return out
}
