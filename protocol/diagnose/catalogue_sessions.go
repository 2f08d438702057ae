package diagnose

import "sioscope/protocol/lang"

// sessionCauses are those of sessions that are killed, expired or confused: they look like routing and are none.
func sessionCauses(w lang.Words) []Cause {
	return []Cause{
		{
			ID: "session-expired", Severity: Warning, Title: w.S("The server gave the session up, because nothing was heard of its client"),
			About: w.S("Nothing was heard of the client for longer than pingInterval + pingTimeout: a laptop slept, a phone was in the background, a page was throttled or its network gone. The server ended the session; a request that comes later finds it unknown, and the client begins a new one."),
			Seen: []string{
				w.S("a sid that is unknown (code 1) after a silence longer than pingInterval + pingTimeout"),
				w.S("on WebSocket: the server closes pingTimeout after a heartbeat that was not answered"),
			},
			Unlike: []string{
				w.S("no-affinity-per-connection and no-affinity-per-request: there the sid is refused while the session is alive"),
				w.S("idle-timeout: there something else closes, before a heartbeat is overdue"),
			},
			From: []Vantage{ClientSide, NodeSide, BrowserLog}, Best: "likely",
			Fixes: []Fix{{For: "server", Text: w.S("a longer pingTimeout, and connectionStateRecovery so that a returning client misses nothing")}},
		},
		{
			ID: "node-restarted", Severity: Warning, Title: w.S("A node restarted"),
			About: w.S("A process ended, with a deployment or a crash, and all its sessions with it. The next handshakes get sids whose counter begins anew. Expected once for each deployment; clients come back by themselves."),
			Seen: []string{
				w.S("all sessions of a node end at once, and the counter in the sids of later handshakes begins anew"),
				w.S("meanwhile 502, 503 or refused connections; then code 1 for all old sids"),
			},
			Unlike: []string{w.S("balancer-restarted: there the sids' counters go on")},
			From:   []Vantage{ClientSide, NodeSide}, Best: "certain",
			Fixes: []Fix{
				{For: "deployment", Text: w.S("drain before stopping: stop new handshakes, close sockets with io.close(), let clients move on")},
				{For: "server", Text: w.S("connectionStateRecovery with an adapter that keeps packets, so that clients miss nothing")},
			},
		},
		{
			ID: "poll-overlap", Title: w.S("Two polls of one session at once"),
			About: w.S("A session may have one poll waiting. A second one with the same sid is refused, and the server ends the session: a proxy sent a request again (proxy_next_upstream), or two clients use one sid."),
			Seen:  []string{w.S("a poll is answered 400 without a body while an earlier one of the same sid waits, and that one is answered with a close packet (1)")},
			Unlike: []string{
				w.S("an unknown sid: that is refused with a body"),
				w.S("handshake-cached: there two handshakes got the same sid"),
			},
			From: []Vantage{ClientSide, NodeSide, BrowserLog}, Best: "certain", Fixes: fixesOf(w, unrepeated),
		},
		{
			ID: "handshake-cached", Title: w.S("A cache answers handshakes or polls"),
			About: w.S("A CDN, a proxy or a service worker keeps an answer and gives it to others: several clients get the same sid, share one session and break each other's polls. Socket.IO puts a random t= into the query to keep caches out; one that leaves the query out of its key is not kept out."),
			Seen: []string{
				w.S("the same sid in the answers to several handshakes"),
				w.S("new attempts with a sid whose session was over, whose handshake is not asked for anew: a cache in the browser gave its answer (likely)"),
				w.S("Age above 0, or X-Cache or CF-Cache-Status with HIT, below the path of Socket.IO"),
			},
			Unlike: []string{w.S("sid-collision: there servers make the same sid themselves")},
			From:   []Vantage{ClientSide, BrowserLog, ByCheck}, Best: "certain", Fixes: fixesOf(w, uncached),
		},
		{
			ID: "sid-collision", Title: w.S("One sid is valid for two clients"),
			About: w.S("Sids that are not unique over all nodes: googollee/go-socket.io counts 1, 2, 3 in every process, and netty-socketio takes the sid out of a cookie io. Nothing is refused; clients get each other's packets, or stall."),
			Seen: []string{
				w.S("two handshakes get the same sid, and it is a short number in base 36, the value of the request's own cookie, or given by two nodes"),
			},
			Unlike: []string{w.S("handshake-cached: there the answer is an old one, with the header of the node that gave it")},
			From:   []Vantage{ClientSide, NodeSide}, Best: "likely",
			Fixes: []Fix{
				{For: "server", Text: w.S("session ids that are unique over all nodes: a custom IDGenerator (googollee/go-socket.io), no sid out of a cookie (netty-socketio: randomSession)")},
				{For: "balancer", Text: w.S("affinity: a client's connections go to one node, by its address or by a cookie")},
			},
		},
		{
			ID: "protocol-version-mismatch", Title: w.S("Client and server speak different versions"),
			About: w.S("Engine.IO 3 (Socket.IO 1 and 2) and Engine.IO 4 (Socket.IO 3 and 4) do not understand each other. Over polling a server refuses the other; over WebSocket a new client and an old server go on for some time, until each waits for the other's ping."),
			Seen: []string{
				w.S("code 5 (Unsupported protocol version), or the same in the words of python-engineio"),
				w.S("EIO=4 in the URL, and an answer with the length prefixes of revision 3 (96:0{…}2:40)"),
				w.S("101 for EIO=3, and behind it the text of an HTTP answer, or nothing"),
			},
			From: []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "certain",
			Fixes: []Fix{
				{For: "server", Text: w.S("new Server({ allowEIO3: true }), or bring the client to version 4"), Snippet: "new Server(httpServer, { allowEIO3: true })\n"},
				{For: "client", Text: w.S("bring the server to version 4, or use socket.io-client 2; Swift: .version(.two); Python: the version that goes with the server's")},
			},
		},
		{
			ID: "cors-refused", Title: w.S("The browser throws the answers away: CORS"),
			About: w.S("A page of another origin asks, the server answers, and the answer does not allow that origin. The browser discards it, so the client asks for session after session and uses none. WebSocket requests are not subject to CORS."),
			Seen: []string{
				w.S("Origin in the request, 200 without Access-Control-Allow-Origin for it, and a sid that is never used"),
				w.S("400 \"Not an accepted origin.\" (python-engineio)"),
				w.S("Access-Control-Allow-Origin: * where the page asks with credentials"),
			},
			Unlike: []string{w.S("preflight-unanswered: there the browser asks with OPTIONS first, and goes no further")},
			From:   []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "certain", Fixes: fixesOf(w, corsAllowed),
		},
		{
			ID: "preflight-unanswered", Title: w.S("The CORS preflight is refused"),
			About: w.S("The browser asks with OPTIONS before a request with header fields of its own (extraHeaders), and the server has no cors option, so it takes it for a bad handshake. The request itself is never sent."),
			Seen: []string{
				w.S("OPTIONS is answered 400 code 2 (Bad handshake method), 500, or without Access-Control-Allow-Origin"),
				w.S("OPTIONS is answered well, again and again, and nothing comes after it"),
			},
			Unlike: []string{w.S("preflight-not-sticky: there the OPTIONS reaches a node that does not know the sid")},
			From:   []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "certain", Fixes: fixesOf(w, corsAllowed),
		},
		{
			ID: "connection-forbidden", Title: w.S("Connections are refused by the application, or by a wall in front of it"),
			About: w.S("allowRequest, a middleware of the engine or a firewall says no to the handshake, so no session comes about, on any transport."),
			Seen: []string{
				w.S("403 as JSON with code 4, or a text of the application's own in the place of Engine.IO's"),
				w.S("401 or 403 with a page that Engine.IO does not write: an authentication proxy, a firewall"),
			},
			Unlike: []string{w.S("namespace-refused: there the session is opened, and Socket.IO refuses a namespace")},
			From:   []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "certain",
			Fixes: []Fix{
				{For: "server", Text: w.S("look at what allowRequest, or the middleware before it, checks: Origin, cookie, token in the query")},
				{For: "firewall, WAF", Text: w.S("allow GET and POST below the path of Socket.IO")},
			},
		},
		{
			ID: "payload-too-large", Title: w.S("A message was too large"),
			About: w.S("A message is longer than the server takes (maxHttpBufferSize, told as maxPayload in the open packet) or than a proxy lets pass. The client sees a transport error and starts over, and mostly sends the same message again."),
			Seen: []string{
				w.S("413 for a POST: without a body by Engine.IO, with a page by a proxy"),
				w.S("Close code 1009 on a WebSocket"),
				w.S("engine.io before 6.2: the connection is cut in the middle of a POST, and the session is closed"),
			},
			From: []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "certain", Fixes: fixesOf(w, bodySize),
		},
		{
			ID: "deflate-broken", Title: w.S("The WebSocket breaks over compression (permessage-deflate)"),
			About: w.S("A frame is marked as compressed where the two ends did not agree on it, or does not inflate: a proxy in the path changed Sec-WebSocket-Extensions or passed frames of the other side on as they were. The receiver ends the WebSocket, browsers with \"Invalid frame header\"."),
			Seen: []string{
				w.S("RSV1 on a frame without permessage-deflate in the answer, or a message that does not inflate, and then Close code 1002 or 1007 or the end of the connection"),
				w.S("other Sec-WebSocket-Extensions before a proxy than behind it"),
			},
			Unlike: []string{w.S("two-upgrade-handlers: there the bytes of another answer stand among the frames")},
			From:   []Vantage{ClientSide, NodeSide}, Best: "certain",
			Fixes: []Fix{
				{For: "server", Text: w.S("perMessageDeflate: false, the default since Socket.IO 3"), Snippet: "new Server(httpServer, { perMessageDeflate: false })\n"},
				{For: "proxy", Text: w.S("pass Sec-WebSocket-Extensions on unchanged, or remove it from request and answer alike")},
			},
		},
		{
			ID: "server-stalled", Severity: Warning, Title: w.S("The server's heartbeats came late, or not at all"),
			About: w.S("The event loop of a node was blocked, by a long synchronous job or an overloaded machine, so its pings came late on all sessions at once; clients that heard nothing for pingInterval + pingTimeout gave up."),
			Seen: []string{
				w.S("pings come late on all sessions of one node at the same time, and on those of other nodes they do not"),
				w.S("a client closes its WebSocket when nothing came for pingInterval + pingTimeout"),
			},
			Unlike: []string{w.S("one session alone: its network, which is possible as well")},
			From:   []Vantage{ClientSide, NodeSide}, Best: "likely",
			Fixes: []Fix{{For: "server", Text: w.S("look for what blocks the event loop at that time; a longer pingTimeout")}},
		},
		{
			ID: "background-tab", Severity: Warning, Title: w.S("The browser holds back the heartbeats of a page in the background"),
			About: w.S("In Socket.IO 2 the client pings. Browsers let the timers of a page in the background run once a minute, so its pings come too late, the server ends the session, and the page comes back at once: again and again, as long as it is hidden."),
			Seen:  []string{w.S("EIO=3, a browser, and session after session that the server gives up for its client's silence, each followed by the next within a minute and a half")},
			Unlike: []string{
				w.S("session-expired: a laptop that sleeps does not come back at once"),
			},
			From: []Vantage{ClientSide, NodeSide}, Best: "likely",
			Fixes: []Fix{
				{For: "client and server", Text: w.S("Socket.IO 4, where the server pings")},
				{For: "server", Text: w.S("in Socket.IO 2: pingTimeout 60000 or more")},
			},
		},
		{
			ID: "duplicate-connections", Severity: Warning, Title: w.S("A browser opens several sessions in one go"),
			About: w.S("A page calls io() at every rendering, in React's StrictMode without a cleanup, or with forceNew: several sessions live side by side, and events arrive twice."),
			Seen: []string{
				w.S("handshakes of one browser (one connection, or one cookie of its own) for the same namespaces within a third of a second, more than once, and the sessions live on side by side"),
			},
			Unlike: []string{w.S("two tabs that are opened at once: seen once alone, it is possible and no more")},
			From:   []Vantage{ClientSide, NodeSide, BrowserLog}, Best: "likely",
			Fixes: []Fix{{For: "client", Text: w.S("create the socket once, outside of components; socket.disconnect() in the cleanup; one connection for all namespaces of a server (no forceNew)")}},
		},
		{
			ID: "webtransport-not-reached", Severity: Info, Title: w.S("The server offers WebTransport, and sessions are not on it"),
			About: w.S("WebTransport goes over QUIC (HTTP/3). Clients that do not list it never try it, and where UDP port 443 is closed, the certificate is not trusted or the server has middlewares (io.engine.use), WebSocket wins. Nothing is wrong with such a session."),
			Seen:  []string{w.S("webtransport among the upgrades of the open packet, and a session that goes on over TCP; QUIC packets in the capture say that it was tried")},
			From:  []Vantage{ClientSide, NodeSide}, Best: "possible",
			Fixes: []Fix{
				{For: "client", Text: w.S(`transports: ["polling", "websocket", "webtransport"], in a browser that has it`)},
				{For: "network", Text: w.S("UDP port 443 open, a certificate that the browser trusts, and a server of HTTP/3 that hands its sessions to io.engine.onWebTransportSession()")},
			},
		},
	}
}
