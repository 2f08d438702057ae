package diagnose

import "sioscope/protocol/lang"

// upgradeCauses are those of WebSocket requests that do not reach the node, or are not made.
func upgradeCauses(w lang.Words) []Cause {
	return []Cause{
		{
			ID: "upgrade-header-stripped", Title: w.S("The Upgrade header does not reach the server"),
			About: w.S("A proxy drops Upgrade or Connection from the WebSocket request. The server sees a plain GET for transport=websocket and refuses it; the session stays on polling, and the application is told nothing. Clients with no transport but WebSocket get no session, and a connect_error."),
			Seen: []string{
				w.S("the WebSocket request is answered 400 as JSON with code 3, or code 1 where it reached another node besides; a request that arrives whole is refused in plain text"),
				w.S("behind the proxy: the same request without Upgrade"),
			},
			Unlike: []string{
				w.S("no-affinity-per-connection: there the answer is the plain text \"Session ID unknown\""),
				w.S("upgrade-refused-by-proxy: there the body is not Engine.IO's"),
			},
			From: []Vantage{ClientSide, NodeSide, ByCheck}, Best: "certain", Fixes: fixesOf(w, upgradeForwarded),
		},
		{
			ID: "upgrade-refused-by-proxy", Title: w.S("A proxy answers the WebSocket request itself"),
			About: w.S("Something in the path does not pass WebSocket requests on: a Classic ELB with an HTTP listener, App Service with Web sockets off, IIS, Cloudflare with WebSockets off, a firewall, the rewrites of a hosting platform. The session stays on polling, and the application is told nothing. Clients with no transport but WebSocket get no session, and a connect_error."),
			Seen: []string{
				w.S("the WebSocket request is answered with a status of 400 or more, or with a page, in a body that Engine.IO does not write"),
				w.S("or a forward proxy that passes polls on answers the CONNECT for the WebSocket's tunnel with a status of 400 or more"),
			},
			Unlike: []string{
				w.S("connection-forbidden: there the application refuses, in Engine.IO's form"),
				w.S("upgrade-header-stripped: there Engine.IO itself answers"),
			},
			From: []Vantage{ClientSide, BrowserLog, ByCheck}, Best: "certain", Fixes: fixesOf(w, upgradeAllowed),
		},
		{
			ID: "envoy-upgrade-failed", Title: w.S("Envoy refuses the upgrade"),
			About: w.S("Envoy, or Istio's, answers the WebSocket request itself, without a body: upgrades are not configured for the route, or a filter on it (buffer) does not get along with them. Its log says upgrade_failed."),
			Seen: []string{
				w.S("the WebSocket request is answered 400, 403 or 426 without a body by Server: envoy or istio-envoy, and polls are answered by the node"),
			},
			Unlike: []string{
				w.S("upgrade-refused-by-proxy: there another proxy answers, or one that is not known"),
			},
			From: []Vantage{ClientSide, BrowserLog, ByCheck}, Best: "likely", Fixes: only(fixesOf(w, upgradeForwarded), "Envoy"),
		},
		{
			ID: "websocket-over-h2-unsupported", Title: w.S("The WebSocket is asked for over HTTP/2, which the way does not support"),
			About: w.S("Over HTTP/2 a WebSocket is an extended CONNECT (RFC 8441). The server, or the target group of the balancer, speaks HTTP/2 and does not know it, and Upgrade does not exist there: polls work, and the WebSocket never does."),
			Seen: []string{
				w.S("a CONNECT with :protocol websocket is reset, or answered 400, 404, 405 or 501 without an answer of Engine.IO"),
				w.S("behind the balancer: transport=websocket as a plain GET over HTTP/2"),
			},
			Unlike: []string{
				w.S("no-affinity-per-request and upgrade-header-stripped over HTTP/2: there Engine.IO answers"),
				w.S("HTTP/2 from a balancer to its target group is not seen from the client's side: there it looks like upgrade-refused-by-proxy"),
			},
			From: []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "likely", Fixes: fixesOf(w, http1Upgrade),
		},
		{
			ID: "server-offers-no-upgrade", Severity: Warning, Title: w.S("The server offers no upgrade"),
			About: w.S("The server's first answer says \"upgrades\":[], so no client tries: allowUpgrades: false or transports: [\"polling\"], or a Python server without a WebSocket library."),
			Seen: []string{
				w.S("the open packet says \"upgrades\":[]; or transport=websocket is answered with code 0"),
			},
			Unlike: []string{
				w.S("client-never-upgrades: there the open packet offers websocket"),
			},
			From: []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "certain", Fixes: only(fixesOf(w, bothTransports), "server", "Python"),
		},
		{
			ID: "server-websocket-only", Title: w.S("The server accepts WebSocket only, the client begins with polling"),
			About: w.S("The server's transports do not include polling, with which clients begin by default, so no session comes about."),
			Seen: []string{
				w.S("a handshake with transport=polling is answered with code 0, Transport unknown"),
			},
			Unlike: []string{
				w.S("query-or-headers-removed: there the server does not see what was asked for; a request with transport=websocket tells"),
			},
			From: []Vantage{ClientSide, NodeSide, BrowserLog, ByCheck}, Best: "likely", Fixes: append([]Fix{webSocketOnly(w)}, only(fixesOf(w, bothTransports), "server")...),
		},
		{
			ID: "client-never-upgrades", Severity: Warning, Title: w.S("The client never asks for WebSocket"),
			About: w.S("The server offers WebSocket, and the client never requests it: transports: [\"polling\"], upgrade: false, an option that is misspelt (transport), a library without WebSocket, or something inside the browser that stopped the request."),
			Seen: []string{
				w.S("the open packet lists websocket, the session lives on, and no WebSocket request for its sid is in a capture without gaps"),
			},
			Unlike: []string{
				w.S("blocked-in-browser: it never reaches the network; a HAR or the browser's console tells"),
			},
			From: []Vantage{ClientSide, NodeSide, BrowserLog}, Best: "likely", Fixes: only(fixesOf(w, bothTransports), "client", "page"),
		},
		{
			ID: "blocked-in-browser", Title: w.S("The browser itself blocks the WebSocket request"),
			About: w.S("A content security policy (connect-src), an extension, a setting of the administrator, or mixed content (ws: from a page over https) stopped the WebSocket request before it reached the network. The session stays on polling."),
			Seen: []string{
				w.S("a HAR in which the WebSocket request ended with a reason such as net::ERR_BLOCKED_BY_CLIENT or net::ERR_BLOCKED_BY_CSP"),
			},
			Unlike: []string{
				w.S("client-never-upgrades: without the browser's own word the two cannot be told apart"),
			},
			From: []Vantage{BrowserLog}, Best: "likely", Fixes: append(only(fixesOf(w, bothTransports), "page"), extension(w)),
		},
		{
			ID: "frames-blocked", Title: w.S("WebSocket frames do not pass"),
			About: w.S("The WebSocket is accepted, and nothing comes through it: an antivirus, a corporate gateway or a buffering proxy lets the handshake pass and holds the frames. Often only some networks are affected. Where only some sessions are, in a Node.js cluster with @socket.io/sticky, the frame may be lost while its primary process hands the connection to a worker."),
			Seen: []string{
				w.S("101, the client's 2probe, and no 3probe until one side gives up"),
				w.S("with the node's side in the capture: how far 2probe and 3probe came, which tells whether the path withholds them or the node"),
			},
			Unlike: []string{
				w.S("upgrade-stalled: there 3probe comes, and the waiting poll is held"),
			},
			From: []Vantage{ClientSide, NodeSide, ByCheck}, Best: "certain", Fixes: append(fixesOf(w, unbuffered), handedOn(w)),
		},
	}
}

func extension(w lang.Words) Fix {
	return Fix{For: "browser", Text: w.S("try without extensions, in a private window; the console says what blocked it")}
}
