package diagnose

import "sioscope/protocol/lang"

// otherCauses are what is said where no cause fits, where the capture has it not, or where it is no matter of transport.
func otherCauses(w lang.Words) []Cause {
	return []Cause{
		{
			ID: "session-lost", Severity: Warning, Title: w.S("A sid was not known any more, or its node was not reached"),
			About:  w.S("The server answered \"Session ID unknown\", and nothing that was seen says why: the session may have expired, its node may have restarted, or the request may have reached another node. A capture that begins before the session tells. Or a proxy answered a poll or post 502, 503 or 504 in the node's place, and the session broke with it: its log tells."),
			Seen:   []string{w.S("code 1 for a sid of which the capture has too little to say more"), w.S("502, 503 or 504 for a poll or post, and no more of its session")},
			Unlike: []string{w.S("session-expired, node-restarted, no-affinity-per-connection: there the capture has what proves it")},
			From:   []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "possible",
		},
		{
			ID: "handshake-refused", Title: w.S("Handshakes are refused, or not answered"),
			About:  w.S("The request that should open a session is answered with an error that no other cause explains, by a proxy that reaches no node (502, 503, 504), or not at all; or a WebSocket is accepted and ends before a session begins."),
			Seen:   []string{w.S("no sid in the answer to a handshake, and no sign of another cause")},
			Unlike: []string{w.S("connection-forbidden, protocol-version-mismatch, path-mismatch: there the answer says why")},
			From:   []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "certain",
		},
		{
			ID: "rate-limited", Title: w.S("The service limits how often it is asked"),
			About:  w.S("Something in front of the service, or the service, answers 429 Too Many Requests. A session on polling asks again and again, and one that loses a request to the limit starts over, which asks more still; all clients behind one address may count as one."),
			Seen:   []string{w.S("429 below the path of Socket.IO"), w.S("nginx's own 503 (limit_req, limit_conn) while the node answers others in the same moment"), w.S("connections are reset as soon as they are open, while one that was open before is answered: possible, no more")},
			Unlike: []string{w.S("connection-limit: there it is how many, not how often")},
			From:   []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "certain",
			Fixes: []Fix{
				{For: "firewall, WAF, CDN", Text: w.S("an exception from rate limits for the path of Socket.IO")},
				{For: "client", Text: w.S(`transports: ["websocket"]: one request for a session instead of one for every few messages`), Snippet: snippet("websocket.client.js")},
			},
		},
		{
			ID: "sid-unknown-netty", Title: w.S("netty-socketio may not know the sid: 500 without a body"),
			About:  w.S("netty-socketio answers a sid that it does not know with 500, without a body, and closes the connection; an error inside the server is answered so too. Where requests that are answered so reach another node, it is missing affinity."),
			Seen:   []string{w.S("500 without a body and without a proxy's header for a sid that is a UUID")},
			Unlike: []string{w.S("upgrade-refused-by-proxy: there a page or a header says who answered")},
			From:   []Vantage{ClientSide, NodeSide}, Best: "possible",
			Fixes: []Fix{{For: "balancer", Text: w.S("affinity: a client's connections go to one node, by its address or by a cookie")}, webSocketOnly(w)},
		},
		{
			ID: "namespace-refused", Severity: Warning, Title: w.S("A namespace refuses its clients"),
			About:  w.S("The session is opened, and the server answers a Socket.IO CONNECT with CONNECT_ERROR: the namespace does not exist, or its middleware said no, for a token that is missing or too old, say. It is no matter of transport, balancer or proxy."),
			Seen:   []string{w.S("CONNECT_ERROR (44) in answer to CONNECT (40)"), w.S("or a CONNECT that stays without an answer, likely after 10 s: a middleware that never calls next(), a connect handler that throws or hangs")},
			Unlike: []string{w.S("connection-forbidden: there no session is opened")},
			From:   []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "certain",
			Fixes: []Fix{
				{For: "client", Text: w.S("the auth option with what the server asks for, a token that is still valid, say; and a namespace that exists, io(\"/name\")")},
				{For: "server", Text: w.S("look at what the namespace's middleware (io.use) checks")},
			},
		},
		{
			ID: "address-without-sessions", Severity: Warning, Title: w.S("Some addresses behind the name open no session"),
			About: w.S("The name has several addresses, and not all of them open sessions: one is down, another machine, or not listening to Socket.IO. Whether a client gets a session hangs on the address that it is given."),
			Seen:  []string{w.S("handshakes at each address of the name: some are answered, others are not")},
			From:  []Vantage{ByCheck}, Best: "certain",
			Fixes: []Fix{{For: "DNS", Text: w.S("take the addresses out that do not answer, or have them answer")}},
		},
		{
			ID: "upgrade-routed-apart", Title: w.S("WebSocket requests are sent to another node than polls"),
			About: w.S("The balancer has a rule for WebSocket requests of its own, another pool or another way to choose, so they reach a node that did not issue the sid, each time. Sessions stay on polling."),
			Seen: []string{
				w.S("WebSocket requests with the affinity cookie are refused with \"Session ID unknown\", polls of the same sessions with the same cookie never are"),
				w.S("experiments: WebSocket requests are refused on any connection with code 1 or \"Session ID unknown\", and polls of the same session never are, on new connections neither"),
			},
			Unlike: []string{w.S("no-affinity-per-connection: there polls on a new connection are refused too")},
			From:   []Vantage{ClientSide, NodeSide, ByCheck}, Best: "certain",
			Fixes: []Fix{{For: "balancer", Text: w.S("one pool and one affinity for both: Apache needs the same routes and the same cookie in the balancers of http and ws")}},
		},
		{
			ID: "encrypted", Severity: Info, Title: w.S("Connections are encrypted, and no key was given"),
			About: w.S("Sessions inside of encrypted connections cannot be read, and nothing is concluded from them. A key log (SSLKEYLOGFILE, --keylog), a capture between balancer and nodes, or a HAR of the browser shows them."),
			Seen:  []string{w.S("TLS that is not decoded")},
			From:  []Vantage{ClientSide, NodeSide}, Best: "certain",
		},
		{
			ID: "webtransport", Severity: Info, Title: w.S("Sessions may be on WebTransport, which is not decoded"),
			About: w.S("A session that was offered WebTransport, had its last poll let go and asks for nothing more has moved there, most likely. WebTransport goes over QUIC (HTTP/3) and is not decoded; nothing is concluded from its silence."),
			Seen:  []string{w.S("webtransport among the upgrades of the open packet, an answered poll, and nothing after it")},
			From:  []Vantage{ClientSide, NodeSide}, Best: "possible",
		},
		{
			ID: "socket.io-0.9", Severity: Info, Title: w.S("Socket.IO 0.9 was seen, which is not decoded"),
			About: w.S("Socket.IO 0.9 is older than Engine.IO and has another protocol (/socket.io/1/). Nothing is concluded from its requests."),
			Seen:  []string{w.S("requests for /socket.io/1/")},
			From:  []Vantage{ClientSide, NodeSide, BrowserLog}, Best: "certain",
		},
	}
}
