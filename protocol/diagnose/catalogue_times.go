package diagnose

import "sioscope/protocol/lang"

// timeCauses are those of infrastructure that ends what lasts too long, or is too much.
func timeCauses(w lang.Words) []Cause {
	return []Cause{
		{
			ID: "idle-timeout", Title: w.S("Silent connections are cut"),
			About: w.S("A balancer or proxy closes connections on which nothing was sent for some time, and the next heartbeat would have come later: ALB, nginx and Apache after 60 s by default, Cloudflare after about 100 s. Browsers report code 1006, Socket.IO \"transport close\"."),
			Seen: []string{
				w.S("WebSockets end without a Close frame after the same silence each time, whatever their age, before a heartbeat is overdue"),
			},
			Unlike: []string{
				w.S("connection-capped: there it is the age that is the same"),
				w.S("session-expired and server-stalled: there a heartbeat was overdue"),
				w.S("node-restarted and balancer-restarted: there all end at once"),
			},
			From: []Vantage{ClientSide, NodeSide, ByCheck}, Best: "certain", Fixes: fixesOf(w, idleTime),
		},
		{
			ID: "connection-capped", Severity: Warning, Title: w.S("Connections are ended at one age, whatever is said on them"),
			About: w.S("A platform limits how long a request may last, and a WebSocket is one request to it: the time-out of Google's backend services, Cloud Run, API gateways. Clients come back with new sessions; what was sent meanwhile is lost."),
			Seen: []string{
				w.S("three or more WebSockets are cut at the same round age, each at another moment, with messages until the end"),
				w.S("one, behind a platform that is known to end connections at that age: possible, no more"),
				w.S("the WebSockets of a client are cut within ten seconds, at whatever age, four times in a row or more: possible, no more"),
			},
			Unlike: []string{w.S("idle-timeout: there it is the silence that is the same")},
			From:   []Vantage{ClientSide, NodeSide}, Best: "likely", Fixes: capFixes(w),
		},
		{
			ID: "poll-cut-short", Title: w.S("A proxy cuts polls short"),
			About: w.S("A poll waits until the server has something to say, at the latest its next heartbeat (pingInterval). A proxy that waits for an answer less long gives up before (nginx 60 s, Heroku and Google's load balancer 30 s) and answers 502, 503 or 504; the server ends the session with the poll."),
			Seen:  []string{w.S("polls are answered 502, 503 or 504 after the same wait each time, shorter than pingInterval")},
			Unlike: []string{
				w.S("node-restarted: there all polls end at once, however long they waited"),
				w.S("keepalive-race: there requests are answered 502 at once"),
			},
			From: []Vantage{ClientSide, BrowserLog, ByCheck}, Best: "certain", Fixes: fixesOf(w, answerTime),
		},
		{
			ID: "keepalive-race", Title: w.S("Requests are lost on connections that the server is just closing"),
			About: w.S("Node closes idle connections after 5 s (keepAliveTimeout), and a balancer keeps them longer, 60 s for an ALB. A request that is sent just then gets no answer: 502 here and there, with nothing in the server's log, and a session on polling breaks with each."),
			Seen: []string{
				w.S("between balancer and node: a request on a connection that was idle for as long as the node keeps one, and that the node closes without an answer as it comes"),
				w.S("from the client's side: single requests answered 502 at once, while others are answered well just before and after (possible, no more)"),
			},
			Unlike: []string{
				w.S("node-restarted: there nothing is answered meanwhile"),
				w.S("poll-cut-short: there the request had waited"),
			},
			From: []Vantage{NodeSide, ClientSide}, Best: "certain", Fixes: fixesOf(w, keptAlive),
		},
		{
			ID: "connection-limit", Title: w.S("No more than so many WebSockets are let in at a time"),
			About: w.S("A plan or a setting limits the number of connections: Azure App Service's plans, nginx's worker_connections, HAProxy's maxconn, a limit on open files. WebSocket requests are refused while old ones live, and those sessions stay on polling. A browser of its own accord opens six HTTP/1.1 connections to a host at most, so polls of many tabs wait for each other: that is in the browser alone, and its HAR says \"blocked\"."),
			Seen:  []string{w.S("WebSocket requests are answered 503 whenever a number of WebSockets is open, and let in again when some have ended"), w.S("a number was let in and stays open, and all others are answered 503, while polls are answered: possible, no more"), w.S("HAProxy answers requests 503 after the same wait each time, \"No server is available to handle this request\", and others well meanwhile: they waited in its queue"), w.S("nginx answers 503 itself (limit_conn), and what the same client asks next is let in at once")},
			Unlike: []string{
				w.S("upgrade-refused-by-proxy: there the number that is open makes no difference"),
				w.S("rate-limited: there it is how often, not how many"),
			},
			From: []Vantage{ClientSide, NodeSide}, Best: "likely", Fixes: limitFixes(w),
		},
		{
			ID: "balancer-restarted", Severity: Warning, Title: w.S("All WebSockets were cut at once, and the nodes lived on"),
			About: w.S("Something in front of the nodes was restarted or changed its configuration: a balancer, a CDN, a gateway. All connections end within a second or two, those of all nodes, and all clients come back at once."),
			Seen:  []string{w.S("three or more WebSockets, nearly all that live, are cut at one moment, whatever their age, and the counters in the sids of later handshakes go on; with two nodes it is likely, with one possible")},
			Unlike: []string{
				w.S("node-restarted: there the counter begins anew"),
				w.S("idle-timeout: there each ends after its own silence"),
				w.S("connection-capped: there it is the age that is the same"),
			},
			From: []Vantage{ClientSide, NodeSide}, Best: "likely", Fixes: jitterFixes(w),
		},
	}
}

func capFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "Google load balancer", Text: w.S("a longer time-out (timeoutSec) of the backend service, an hour or a day: for WebSockets it counts from the request"), Snippet: snippet("idle.gke.yaml")},
		{For: "Google Cloud Run", Text: w.S("the longest request time-out: a WebSocket is one request there"), Snippet: snippet("affinity.cloudrun.sh")},
		{For: "balancer, proxy", Text: w.S("no limit on how long a connection may last, or a longer one (HAProxy: timeout tunnel counts silence; Envoy: max_connection_duration and the route's timeout count age)")},
		{For: "server", Text: w.S("connectionStateRecovery with an adapter that keeps packets, so that clients miss nothing")},
	}
}

func limitFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "Azure", Text: w.S("a plan that allows more WebSockets")},
		{For: "nginx", Text: w.S("worker_connections: each WebSocket takes two; and worker_rlimit_nofile above it"), Snippet: "worker_rlimit_nofile 65536;\nevents { worker_connections 16384; }\n"},
		{For: "HAProxy", Text: w.S("maxconn of global, frontend and server lines")},
		{For: "server", Text: w.S("a higher limit of open files (ulimit -n)")},
	}
}

func jitterFixes(w lang.Words) []Fix {
	return []Fix{
		{For: "client", Text: w.S("reconnection with jitter (randomizationFactor, the default is 0.5), so that not all come back in one second"), Snippet: "io(url, { randomizationFactor: 0.5, reconnectionDelay: 2000, reconnectionDelayMax: 10000 })\n"},
		{For: "balancer", Text: w.S("drain connections over some time when it is replaced (nginx: worker_shutdown_timeout; HAProxy: hard-stop-after with a reload)")},
	}
}
