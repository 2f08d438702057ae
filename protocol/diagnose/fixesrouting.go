package diagnose

import "sioscope/protocol/lang"

// Fixes that keep a session's requests on its node.

func affinityFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "nginx", Text: w.S("choose the node by the client's address, and pass Upgrade on; behind another proxy by the address that it names"), Snippet: snippet("affinity.nginx.conf")},
		{For: "HAProxy", Text: w.S("choose the node by a cookie"), Snippet: snippet("affinity.haproxy.cfg")},
		{For: "AWS ALB", Text: w.S("stickiness on the target group; where a rule has several weighted groups, on the rule too (AWSALBTG)"), Snippet: snippet("affinity.alb.sh")},
		{For: "ingress-nginx", Text: w.S("affinity by cookie, in persistent mode, with the path / for the cookie; one Ingress alone for the Service"), Snippet: snippet("affinity.ingress-nginx.yaml")},
		{For: "Traefik", Text: w.S("a sticky cookie on the service, and on every service that it is nested in"), Snippet: snippet("affinity.traefik.yaml")},
		{For: "Apache", Text: w.S("two balancers with the same routes and the same cookie, one for HTTP and one for WebSocket"), Snippet: snippet("affinity.apache.conf")},
		{For: "Envoy", Text: w.S("a hash policy by cookie on the route, and a cluster that chooses by hash"), Snippet: snippet("affinity.envoy.yaml")},
		{For: "Istio", Text: w.S("consistent hash by cookie in the DestinationRule"), Snippet: snippet("affinity.istio.yaml")},
		{For: "Caddy", Text: w.S("choose the node by a cookie"), Snippet: snippet("affinity.caddy.Caddyfile")},
		{For: "Kubernetes", Text: w.S("sessionAffinity: ClientIP on the Service, where nothing that reads HTTP is in front of it"), Snippet: snippet("affinity.kubernetes.yaml")},
		{For: "Google load balancer", Text: w.S("affinity belongs into a BackendConfig: with container-native balancing (NEG) the Service's own sessionAffinity is passed over"), Snippet: snippet("affinity.gke.yaml")},
		{For: "Google Cloud Run", Text: w.S("session affinity, which is best effort: a session may still move when instances come and go"), Snippet: snippet("affinity.cloudrun.sh")},
		{For: "Azure", Text: w.S("ARR affinity on, and Web sockets on; behind an Application Gateway or Front Door keep the Host that the client used, so that the cookie's domain fits"), Snippet: snippet("affinity.azure.sh")},
		{For: "Heroku", Text: w.S("session affinity; it is not available in Private Spaces"), Snippet: snippet("affinity.heroku.sh")},
		{For: "Cloudflare", Text: w.S("Load Balancing, Session affinity: By Cloudflare cookie; where Cloudflare has one origin alone, affinity belongs to the balancer there")},
		{For: "Fly.io", Text: w.S("answer a request whose cookie names another machine with the field fly-replay: instance=ID, or have one machine for the sessions")},
		{For: "Cloud Foundry", Text: w.S("set a cookie JSESSIONID: gorouter then pins the client with __VCAP_ID__"), Snippet: snippet("affinity.cloudfoundry.js")},
		{For: "Phusion Passenger", Text: w.S("sticky sessions on"), Snippet: snippet("affinity.passenger.conf")},
		webSocketOnly(w),
		{For: "server", Text: w.S("@socket.io/cluster-engine: with it any node serves any session")},
	}
}

func connectionFixes(w lang.Words) []Fix {
	return []Fix{
		webSocketOnly(w),
		{For: "AWS NLB", Text: w.S("stickiness by source address on the target group"), Snippet: snippet("affinity.nlb.sh")},
		{For: "Kubernetes", Text: w.S("sessionAffinity: ClientIP on the Service"), Snippet: snippet("affinity.kubernetes.yaml")},
		{For: "HAProxy", Text: w.S("mode http and a cookie where it can read HTTP; in mode tcp choose the node by the client's address"), Snippet: snippet("affinity.source.haproxy.cfg")},
		{For: "nginx", Text: w.S("in a stream block choose the node by the client's address"), Snippet: snippet("affinity.source.nginx.conf")},
		{For: "AWS Classic ELB", Text: w.S("an AWS ALB with stickiness in its place: a TCP listener has no stickiness, and an HTTP listener no WebSocket"), Snippet: snippet("affinity.alb.sh")},
		{For: "Docker Swarm", Text: w.S("a proxy that addresses the tasks and not the service's virtual address: Traefik with the label traefik.docker.lbswarm=false and a sticky cookie"), Snippet: snippet("affinity.traefik.yaml")},
		{For: "Node cluster", Text: w.S("@socket.io/sticky in the primary, with an adapter for the workers"), Snippet: snippet("affinity.cluster.js")},
		{For: "pm2", Text: w.S("@socket.io/pm2, or fork mode with a port for each process"), Snippet: snippet("affinity.pm2.sh")},
		{For: "Python", Text: w.S("one worker for each process and port, and a balancer with affinity in front of them"), Snippet: snippet("affinity.gunicorn.sh")},
	}
}

func addressFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "nginx", Text: w.S("hash the client's own address, as the proxy in front names it; an address can change all the same, a cookie cannot"), Snippet: snippet("affinity.realip.nginx.conf")},
		{For: "HAProxy", Text: w.S("choose the node by a cookie, which stays with the client whatever its address"), Snippet: snippet("affinity.haproxy.cfg")},
		{For: "ingress-nginx", Text: w.S("affinity by cookie instead of upstream-hash-by"), Snippet: snippet("affinity.ingress-nginx.yaml")},
		{For: "AWS ALB", Text: w.S("stickiness by cookie, where an NLB would choose by address"), Snippet: snippet("affinity.alb.sh")},
		{For: "Kubernetes", Text: w.S("sessionAffinity: ClientIP needs externalTrafficPolicy: Local to see the client's address"), Snippet: snippet("affinity.kubernetes.yaml")},
		webSocketOnly(w),
	}
}

func cookieFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "client", Text: w.S("withCredentials: true, in a page of another origin and, from 4.7 on, in Node; other clients: see how their HTTP library keeps cookies"), Snippet: snippet("cors.client.js")},
		{For: "server", Text: w.S("cors with the page's origin by name and credentials: true; the balancer's cookie with SameSite=None; Secure"), Snippet: snippet("cors.server.js")},
		{For: "ingress-nginx", Text: w.S("session-cookie-path: / and session-cookie-samesite: None"), Snippet: snippet("affinity.ingress-nginx.yaml")},
		{For: "Traefik", Text: w.S("sameSite: none and secure: true for the sticky cookie"), Snippet: snippet("affinity.traefik.yaml")},
		{For: "Azure", Text: w.S("behind an Application Gateway or Front Door keep the Host that the client used, so that the cookie's domain fits")},
	}
}

func corsFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "server", Text: w.S("cors with the page's origin by name, and credentials: true where cookies are needed; on every node, then any node answers a preflight before it looks at the sid"), Snippet: snippet("cors.server.js")},
		{For: "client", Text: w.S("no extraHeaders, which are what makes the browser ask first with OPTIONS; or transports: [\"websocket\"], which is not subject to CORS"), Snippet: snippet("websocket.client.js")},
	}
}

func keepAliveFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "server", Text: w.S("keepAliveTimeout longer than the balancer keeps idle connections to the node"), Snippet: snippet("keepalive.server.js")},
	}
}

func retryFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "nginx", Text: w.S("no second try at another node"), Snippet: snippet("retry.nginx.conf")},
		{For: "client", Text: w.S("one consumer for a sid")},
	}
}
