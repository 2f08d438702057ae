package diagnose

import "sioscope/protocol/lang"

// handlerCauses are those of WebSocket requests that arrive where nobody, or more than one, takes them, and of upgrades that begin
// and do not end.
func handlerCauses(w lang.Words) []Cause {
	return []Cause{
		{
			ID: "two-upgrade-handlers", Title: w.S("Two handlers answer the WebSocket request"),
			About: w.S("Two upgrade handlers listen on one HTTP server: a second Socket.IO, ws, a development server's reload socket, a status monitor. Both write into the connection. Browsers report \"Invalid frame header\"."),
			Seen: []string{
				w.S("a second HTTP answer follows 101, where frames belong; or the refusal is worded as the ws library does"),
				w.S("or what the server says over the WebSocket is no packet of Engine.IO, so another WebSocket service has it"),
				w.S("where that answer comes after a frame and is Node.js' bare 400, an HTTP server reads the connection besides, as the primary of @socket.io/sticky may"),
			},
			Unlike: []string{
				w.S("protocol-version-mismatch: there the second answer says \"Unsupported protocol version\""),
			},
			From: []Vantage{ClientSide, NodeSide, ByCheck}, Best: "likely", Fixes: fixesOf(w, oneHandler),
		},
		{
			ID: "path-mismatch", Title: w.S("The path may be wrong"),
			About: w.S("Client, server and proxies do not agree on the path: a prefix that is stripped, a slash that is missing at the end, a redirect from http to https that turns POST into GET, a development server that passes no WebSocket on."),
			Seen: []string{
				w.S("the handshake is answered 404 or with a redirect, by something that is not Engine.IO"),
				w.S("the WebSocket request is closed after a second without a byte, as a Node server does with upgrades that nobody takes"),
			},
			Unlike: []string{
				w.S("frames-blocked: there the request is accepted"),
			},
			From: []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "likely", Fixes: fixesOf(w, samePath),
		},
		{
			ID: "query-or-headers-removed", Title: w.S("Query or header fields are lost on the way"),
			About: w.S("A CDN or gateway removes the query, and the server does not see transport and sid; or it removes Sec-WebSocket-Key, and the server cannot accept the WebSocket; or it changes that or the 101, and the client cannot take the answer."),
			Seen: []string{
				w.S("code 0, Transport unknown, for a request whose transport the server speaks; code 2 for a POST without any query"),
				w.S("a request with a sid is answered as if it had none: with a new session, or, a POST, with code 2"),
				w.S("the plain text \"Missing or invalid Sec-WebSocket-Key header\""),
				w.S("a 101 whose Upgrade, Connection, Sec-WebSocket-Accept, -Protocol or -Extensions is missing or does not go with the request, and a client that leaves without a frame"),
			},
			Unlike: []string{
				w.S("server-websocket-only and server-offers-no-upgrade: there the query arrives"),
				w.S("preflight-unanswered: there the method is OPTIONS"),
			},
			From: []Vantage{ClientSide, NodeSide, ByCheck}, Best: "certain", Fixes: fixesOf(w, queryForwarded),
		},
		{
			ID: "upgrade-stalled", Title: w.S("The upgrade stalls: the waiting poll is not released"),
			About: w.S("The probe is answered, and then the client waits for its open poll to end before it sends the upgrade packet. The server ends it with a noop at once, and something holds that answer back: a proxy that buffers, or a poll that another client took. The session stays on polling after some seconds, in which nothing passes."),
			Seen: []string{
				w.S("2probe and 3probe pass, no upgrade packet (5) follows, and a poll or post of the session stays open for more than a second after that"),
			},
			Unlike: []string{
				w.S("frames-blocked: there 3probe does not come"),
			},
			From: []Vantage{ClientSide, NodeSide}, Best: "likely", Fixes: fixesOf(w, unbuffered),
		},
		{
			ID: "upgrade-failed", Title: w.S("The upgrade failed, and nothing says why"),
			About: w.S("The client asked for WebSocket, the session stayed on polling, and what was seen fits no cause that is known. The finding names the last step that was seen, and what would tell."),
			Seen: []string{
				w.S("a WebSocket request, and no upgrade packet"),
			},
			From: []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "certain",
		},
	}
}
