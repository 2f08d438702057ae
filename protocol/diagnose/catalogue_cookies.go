package diagnose

import "sioscope/protocol/lang"

// cookieCauses are those of balancers that keep a client on its node by a cookie.
func cookieCauses(w lang.Words) []Cause {
	return []Cause{
		{
			ID: "sticky-cookie-not-returned", Title: w.S("The affinity cookie is set and never sent back"),
			About: w.S("The balancer keeps a client on its node by a cookie that the answer to the handshake sets. The client does not send it back: a page of another origin without withCredentials, or a client that keeps no cookies (Node before 4.7, Java, Swift, Unity, .NET). So its requests go to any node."),
			Seen: []string{
				w.S("Set-Cookie in an answer, no such Cookie in the requests after it, and a sid that is unknown where they arrive"),
				w.S("a page of another origin: the request's Origin is not its Host; a client without a jar: no Origin, and the name of its library as User-Agent"),
			},
			Unlike: []string{
				w.S("sticky-cookie-refused: there the browser sends credentials, and not this cookie"),
				w.S("a HAR from which cookies were removed: nothing is concluded from one"),
			},
			From: []Vantage{ClientSide, BrowserLog, ByCheck}, Best: "certain", Fixes: append(fixesOf(w, withCookies), webSocketOnly(w)),
		},
		{
			ID: "sticky-cookie-refused", Title: w.S("The browser refuses the affinity cookie"),
			About: w.S("The balancer sets its cookie with every answer, and the browser never keeps it: it is Secure on a page without TLS, its domain or path does not fit the URL, it lacks SameSite=None on a page of another site, or the browser takes no cookies of third parties. So requests go to any node."),
			Seen: []string{
				w.S("a browser that sends cookies to this host does not send this one, which answers set again and again"),
				w.S("an attribute of the cookie that does not fit the URL proves it"),
			},
			Unlike: []string{
				w.S("sticky-cookie-not-returned: there the page does not send credentials at all"),
			},
			From: []Vantage{ClientSide, BrowserLog}, Best: "certain", Fixes: append(fixesOf(w, withCookies), webSocketOnly(w)),
		},
		{
			ID: "preflight-not-sticky", Title: w.S("The CORS preflight reaches another node"),
			About: w.S("Before a request with header fields of its own a browser asks with OPTIONS, which carries no cookie, so a balancer with affinity by cookie sends it to any node. One that has no cors option looks at the sid, does not know it and refuses; the browser then never sends the request itself."),
			Seen: []string{
				w.S("OPTIONS is answered with code 1 for a sid that lives, and requests other than OPTIONS are honoured"),
			},
			Unlike: []string{
				w.S("preflight-unanswered: there the node refuses every OPTIONS, whatever the sid"),
				w.S("session-expired: there the sid is dead for every request"),
			},
			From: []Vantage{ClientSide, BrowserLog, ByCheck}, Best: "certain", Fixes: fixesOf(w, corsAllowed),
		},
		{
			ID: "affinity-lost", Title: w.S("The affinity cookie was sent, and another node answered all the same"),
			About: w.S("The node that the cookie names was draining, unhealthy or gone, the cookie had outlived its stickiness, or a second balancer uses a cookie of the same name."),
			Seen: []string{
				w.S("the request brings the cookie, the sid is unknown, and the answer sets the cookie anew"),
			},
			Unlike: []string{
				w.S("inner-layer-not-sticky: there the balancer follows the cookie, and a layer behind it does not"),
				w.S("node-restarted: there all sessions of a node are gone at once, and its counter begins anew"),
			},
			From: []Vantage{ClientSide, BrowserLog, ByCheck}, Best: "likely",
			Fixes: append([]Fix{keepDraining(w)}, only(fixesOf(w, affinity), "ingress-nginx", "HAProxy", "client")...),
		},
		{
			ID: "haproxy-io-cookie-gone", Title: w.S("HAProxy waits for a cookie that the server no longer sets"),
			About: w.S("HAProxy's \"cookie io prefix\" writes the node's name into the cookie io, which Socket.IO 2 sets by itself. Servers of Socket.IO 3 and later set none unless told to, so after the update nothing keeps clients on their node."),
			Seen: []string{
				w.S("a cookie io=NODE~SID of old sessions or old clients, and new sessions that get no cookie and are refused elsewhere"),
			},
			Unlike: []string{
				w.S("no-affinity-per-request: without the sign of HAProxy's prefix it looks the same"),
			},
			From: []Vantage{ClientSide, NodeSide}, Best: "likely", Within: "no-affinity-per-request", Fixes: prefixFixes(w),
		},
		{
			ID: "serverless-instances", Title: w.S("Instances that come and go share no sessions"),
			About: w.S("Functions, and services that scale by the request (Vercel, AWS Lambda, Cloud Run, App Engine), answer each request with any instance, and each knows only the sessions that it opened. Affinity is best effort there, or not to be had."),
			Seen: []string{
				w.S("sids are unknown at once, and the answers name the platform (Server: Google Frontend, x-vercel-id, apigw-requestid)"),
				w.S("most sids have a counter near zero: processes that have hardly served anyone"),
			},
			Unlike: []string{
				w.S("node-restarted: there one process begins anew, and the sids that follow rise"),
			},
			From: []Vantage{ClientSide, BrowserLog, ByCheck}, Best: "likely", Within: "no-affinity-per-request",
			Fixes: append(only(fixesOf(w, affinity), "Google Cloud Run", "client"), elsewhere(w)),
		},
		{
			ID: "gorouter-no-jsessionid", Title: w.S("Cloud Foundry's router pins no client: the application sets no JSESSIONID"),
			About: w.S("gorouter keeps a client on an instance once the application sets a cookie JSESSIONID, or another name it is configured for: then it adds __VCAP_ID__. Socket.IO sets no such cookie, so every request goes to any instance."),
			Seen: []string{
				w.S("answers of Cloud Foundry (X-Vcap-Request-Id), never a cookie __VCAP_ID__, and sids that are unknown at once"),
			},
			Unlike: []string{
				w.S("sticky-cookie-not-returned: there __VCAP_ID__ is set, and does not come back"),
			},
			From: []Vantage{ClientSide, BrowserLog, ByCheck}, Best: "likely", Within: "no-affinity-per-request",
			Fixes: only(fixesOf(w, affinity), "Cloud Foundry", "client"),
		},
		{
			ID: "gclb-affinity-misplaced", Title: w.S("Google's load balancer sets no affinity cookie"),
			About: w.S("With container-native balancing (NEG) Google's load balancer addresses the pods itself and passes over the Service's sessionAffinity. Affinity must be set on the backend service, by a BackendConfig."),
			Seen: []string{
				w.S("Via: 1.1 google, never a cookie GCLB, and sids that are unknown at once"),
			},
			Unlike: []string{
				w.S("sticky-cookie-not-returned: there GCLB is set, and does not come back"),
				w.S("affinity by client address on the backend service, which sets no cookie: then look at ip-affinity-unstable"),
			},
			From: []Vantage{ClientSide, BrowserLog, ByCheck}, Best: "likely", Within: "no-affinity-per-request",
			Fixes: only(fixesOf(w, affinity), "Google load balancer", "client"),
		},
	}
}

func keepDraining(w lang.Words) Fix {
	return Fix{For: "balancer", Text: w.S("Let draining nodes keep their sessions (deregistration delay), and make every layer in the path sticky, each with a cookie name of its own.")}
}

func elsewhere(w lang.Words) Fix {
	return Fix{For: "platform", Text: w.S("one instance alone, or a place where processes stay: functions that end with the request cannot hold a session")}
}

func prefixFixes(w lang.Words) []Fix {
	return append([]Fix{
		{For: "HAProxy", Text: w.S("a cookie of HAProxy's own instead of the prefix"), Snippet: snippet("affinity.prefix.haproxy.cfg")},
		{For: "server", Text: w.S("cookie: true, which brings the cookie io back"), Snippet: snippet("affinity.engine.js")},
	}, webSocketOnly(w))
}
