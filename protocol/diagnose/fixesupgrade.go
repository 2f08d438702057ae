package diagnose

import "sioscope/protocol/lang"

// Fixes that bring the WebSocket request to the node, and the frames through.

func upgradeFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "nginx", Text: w.S("HTTP/1.1 to the node, and the fields Upgrade and Connection, which nginx drops by itself"), Snippet: snippet("upgrade.nginx.conf")},
		{For: "Apache", Text: w.S("mod_proxy_wstunnel, and a rule for WebSocket before every ProxyPass that covers the path"), Snippet: snippet("upgrade.apache.conf")},
		{For: "AWS Classic ELB", Text: w.S("its HTTP listener cannot carry WebSocket: an AWS ALB, or a TCP listener with transports: [\"websocket\"]")},
		{For: "Envoy", Text: w.S("upgrade_configs for websocket, and no buffer filter on the route"), Snippet: snippet("upgrade.envoy.yaml")},
		{For: "Contour", Text: w.S("enableWebsockets on the route"), Snippet: snippet("upgrade.contour.yaml")},
		{For: "HAProxy", Text: w.S("mode http passes Upgrade on by itself: look for http-request del-header Upgrade or Connection"), Snippet: snippet("upgrade.haproxy.cfg")},
		{For: "AWS ALB", Text: w.S("a target group with protocol version HTTP1: over HTTP2 and GRPC there is no Upgrade"), Snippet: snippet("http1.alb.sh")},
		{For: "IIS", Text: w.S("iisnode: switch IIS's own WebSocket module off, so that Node takes the request"), Snippet: snippet("upgrade.iisnode.xml")},
		{For: "development server", Text: w.S("Vite, webpack and http-proxy pass WebSocket on with ws: true alone"), Snippet: snippet("upgrade.vite.js")},
	}
}

func allowFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "balancer", Text: w.S("let requests with Upgrade: websocket pass to the same nodes as polling; 502, 503 and 504 say that the backend it chose for them is down or does not answer")},
		{For: "nginx", Text: w.S("the WebSocket request goes the way of the polls, with Upgrade and Connection"), Snippet: snippet("upgrade.nginx.conf")},
		{For: "AWS Classic ELB", Text: w.S("its HTTP listener cannot carry WebSocket: an AWS ALB, or a TCP listener with transports: [\"websocket\"]")},
		{For: "Azure", Text: w.S("Web sockets on, in the configuration of the App Service"), Snippet: snippet("upgrade.azure.sh")},
		{For: "IIS", Text: w.S("iisnode: switch IIS's own WebSocket module off, so that Node takes the request"), Snippet: snippet("upgrade.iisnode.xml")},
		{For: "Cloudflare", Text: w.S("Network, WebSockets: On")},
		{For: "Envoy", Text: w.S("upgrade_configs for websocket, and no buffer filter on the route"), Snippet: snippet("upgrade.envoy.yaml")},
		{For: "Firebase Hosting, Netlify, Vercel", Text: w.S("their rewrites carry no WebSocket: connect to the address of the service behind them")},
		{For: "firewall, WAF", Text: w.S("let requests with Upgrade: websocket pass below the path of Socket.IO")},
	}
}

func http1Fixes(w lang.Words) []Fix {
	return []Fix{
		{For: "server", Text: w.S("Node: no enableConnectProtocol, and allowHTTP1, so that browsers open an HTTP/1.1 connection for the WebSocket"), Snippet: snippet("http1.node.js")},
		{For: "AWS ALB", Text: w.S("a target group with protocol version HTTP1"), Snippet: snippet("http1.alb.sh")},
		{For: "nginx", Text: w.S("HTTP/1.1 to the node; towards browsers HTTP/2 may stay, nginx offers no WebSocket over it and they open HTTP/1.1 for it"), Snippet: snippet("http1.nginx.conf")},
		{For: "Istio, Envoy", Text: w.S("HTTP/1.1 to the node for this route, or allow_connect with upgrade_configs where the node speaks RFC 8441"), Snippet: snippet("upgrade.envoy.yaml")},
	}
}

func idleFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "server", Text: w.S("pingInterval below the shortest time-out in the path"), Snippet: snippet("idle.server.js")},
		{For: "nginx", Text: w.S("proxy_read_timeout and proxy_send_timeout above pingInterval + pingTimeout"), Snippet: snippet("idle.nginx.conf")},
		{For: "HAProxy", Text: w.S("timeout tunnel for WebSockets; timeout client and timeout server above pingInterval + pingTimeout for polls"), Snippet: snippet("idle.haproxy.cfg")},
		{For: "AWS ALB", Text: w.S("an idle time-out above pingInterval"), Snippet: snippet("idle.alb.sh")},
		{For: "Apache", Text: w.S("ProxyTimeout above pingInterval + pingTimeout"), Snippet: snippet("idle.apache.conf")},
		{For: "ingress-nginx", Text: w.S("proxy-read-timeout and proxy-send-timeout above pingInterval + pingTimeout"), Snippet: snippet("idle.ingress-nginx.yaml")},
		{For: "Traefik", Text: w.S("respondingTimeouts above pingInterval + pingTimeout"), Snippet: snippet("idle.traefik.yaml")},
		{For: "Google load balancer", Text: w.S("a time-out of the backend service as long as sessions shall last: it cuts WebSockets that are in use, too"), Snippet: snippet("idle.gke.yaml")},
		{For: "Google Cloud Run", Text: w.S("the longest request time-out: a WebSocket is one request there"), Snippet: snippet("affinity.cloudrun.sh")},
		{For: "Heroku, Cloudflare", Text: w.S("their time-outs are fixed: pingInterval below them")},
	}
}

func answerFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "server", Text: w.S("pingInterval below the proxy's time-out for an answer: a poll waits as long for its heartbeat"), Snippet: snippet("idle.server.js")},
		{For: "nginx", Text: w.S("proxy_read_timeout above pingInterval + pingTimeout"), Snippet: snippet("idle.nginx.conf")},
		{For: "HAProxy", Text: w.S("timeout server above pingInterval + pingTimeout"), Snippet: snippet("idle.haproxy.cfg")},
		{For: "Apache", Text: w.S("ProxyTimeout above pingInterval + pingTimeout"), Snippet: snippet("idle.apache.conf")},
		{For: "ingress-nginx", Text: w.S("proxy-read-timeout above pingInterval + pingTimeout"), Snippet: snippet("idle.ingress-nginx.yaml")},
		{For: "Google load balancer", Text: w.S("the time-out of the backend service, which is 30 s by default, above pingInterval + pingTimeout"), Snippet: snippet("idle.gke.yaml")},
		{For: "Heroku, Cloudflare", Text: w.S("their time-outs are fixed: pingInterval below them")},
	}
}

func bufferFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "nginx", Text: w.S("no buffering and no compression by the proxy below the path"), Snippet: snippet("buffer.nginx.conf")},
		{For: "Apache", Text: w.S("flushpackets=on, and no mod_buffer or mod_deflate below the path"), Snippet: snippet("buffer.apache.conf")},
		{For: "Envoy", Text: w.S("upgrade_configs for websocket, and no buffer filter on the route"), Snippet: snippet("upgrade.envoy.yaml")},
		{For: "Traefik", Text: w.S("no buffering middleware on the router")},
		{For: "antivirus, corporate proxy", Text: w.S("wss on port 443, which such devices cannot read, or an exception for the host")},
	}
}

func bodyFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "server", Text: w.S("a larger maxHttpBufferSize, or smaller messages"), Snippet: snippet("body.server.js")},
		{For: "nginx", Text: w.S("client_max_body_size, which is 1 MB by default"), Snippet: snippet("body.nginx.conf")},
		{For: "ingress-nginx", Text: w.S("proxy-body-size, which is 1 MB by default"), Snippet: snippet("body.ingress-nginx.yaml")},
		{For: "Apache", Text: w.S("LimitRequestBody"), Snippet: snippet("body.apache.conf")},
		{For: "client", Text: w.S("smaller messages, or transports: [\"websocket\"], which no proxy limits"), Snippet: snippet("websocket.client.js")},
	}
}

func cacheFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "nginx", Text: w.S("no cache below the path"), Snippet: snippet("cache.nginx.conf")},
		{For: "AWS CloudFront", Text: w.S("a behaviour for the path with CachingDisabled and AllViewer"), Snippet: snippet("cache.cloudfront.yaml")},
		{For: "Cloudflare", Text: w.S("a cache rule for the path: Bypass cache")},
		{For: "Varnish", Text: w.S("pass below the path, and pipe for WebSocket"), Snippet: snippet("cache.varnish.vcl")},
		{For: "Apache", Text: w.S("no cache below the path"), Snippet: snippet("cache.apache.conf")},
		{For: "server", Text: w.S("engine.io 6.5.3 or later sends Cache-Control: no-store")},
	}
}

func queryFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "AWS CloudFront", Text: w.S("a behaviour for the path with CachingDisabled and AllViewer: the whole query and all header fields go on"), Snippet: snippet("cache.cloudfront.yaml")},
		{For: "nginx", Text: w.S("proxy_pass without a path of its own, and the fields of the upgrade as they came"), Snippet: snippet("path.nginx.conf")},
		{For: "CDN, gateway", Text: w.S("forward the whole query string and all header fields below the path of Socket.IO, and cache nothing there")},
	}
}

func transportFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "server", Text: w.S("transports: [\"polling\", \"websocket\"] and allowUpgrades: true, which both are the default"), Snippet: snippet("transports.server.js")},
		{For: "Python", Text: w.S("a WebSocket library that goes with the way the server runs"), Snippet: snippet("transports.python.sh")},
		{For: "client", Text: w.S("without transports: [\"polling\"] and upgrade: false; the option is called transports, not transport"), Snippet: snippet("transports.client.js")},
		{For: "page", Text: w.S("a Content-Security-Policy whose connect-src allows the wss: URL"), Snippet: snippet("csp.page.html")},
	}
}

func pathFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "client and server", Text: w.S("the same path option on both sides; the default is /socket.io/, with the slash at its end"), Snippet: snippet("path.server.js")},
		{For: "nginx", Text: w.S("proxy_pass without a path of its own, for WebSocket too"), Snippet: snippet("path.nginx.conf")},
		{For: "development server", Text: w.S("Vite, webpack and http-proxy pass WebSocket on with ws: true alone"), Snippet: snippet("upgrade.vite.js")},
		{For: "Next.js", Text: w.S("no redirect that takes the slash away, or addTrailingSlash: false on client and server"), Snippet: snippet("path.next.js")},
	}
}

func handlerFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "server", Text: w.S("one upgrade handler on a server, or noServer: true and a route by path; destroyUpgrade: false where another handler shall have the rest"), Snippet: snippet("handlers.server.js")},
	}
}
