package e2e

// plainProxy is Apache as most begin: mod_proxy_http alone, which takes Upgrade for its own affair.
const plainProxy = `
{{with index .Nodes 0}}
ProxyPass / http://{{.Addr}}/
{{end}}`

// upgradingProxy is the way of Apache 2.4.47 and later.
const upgradingProxy = `
{{with index .Nodes 0}}
ProxyPass / http://{{.Addr}}/ upgrade=websocket
{{end}}`

// rewritingProxy is the way of all others, and of Socket.IO's documentation.
const rewritingProxy = `
RewriteEngine On
{{with index .Nodes 0}}
RewriteCond %{HTTP:Upgrade} =websocket [NC]
RewriteRule /(.*) ws://{{.Addr}}/$1 [P,L]
ProxyPass / http://{{.Addr}}/
ProxyTimeout 2
{{end}}`

// balancers are two, for HTTP and for WebSocket, as in Socket.IO's documentation.
const stickyHTTP = `
Header add Set-Cookie "SERVERID=sticky.%{BALANCER_WORKER_ROUTE}e; path=/" env=BALANCER_ROUTE_CHANGED
<Proxy "balancer://nodes_polling">
{{range .Nodes}}BalancerMember "http://{{.Addr}}" route={{.Name}}
{{end}}ProxySet stickysession=SERVERID
</Proxy>
<Proxy "balancer://nodes_ws">
{{range .Nodes}}BalancerMember "ws://{{.Addr}}" route={{.Name}}
{{end}}`

const balancerRules = `
</Proxy>
RewriteEngine On
RewriteCond %{HTTP:Upgrade} =websocket [NC]
RewriteRule /(.*) balancer://nodes_ws/$1 [P,L]
RewriteRule /(.*) balancer://nodes_polling/$1 [P,L]
`

// Apache deals out polling and WebSocket each in its turn, so that they would meet: a client that begins with WebSocket
// puts them out of step.
var onWebSocket = map[string]any{"transports": []string{"websocket"}}

var withCookies = map[string]any{"withCredentials": true}

var apacheIncidents = []incident{
	{name: "apache-no-upgrade", about: "Apache 2.4 with mod_proxy_http alone: its ProxyPass lacks upgrade=websocket, so Upgrade does not reach the node.",
		stage: behind(Apache{plainProxy}, 1, Options{}), act: visits(2, nil), cause: "upgrade-header-stripped", states: "polling", both: true},
	{name: "apache-upgrade", about: "The same with upgrade=websocket.",
		stage: behind(Apache{upgradingProxy}, 1, Options{}), act: visits(2, nil), states: "websocket", both: true},
	{name: "apache-rewrite", about: "The same by mod_rewrite and mod_proxy_wstunnel.",
		stage: behind(Apache{rewritingProxy}, 1, Options{}), act: visits(2, nil), states: "websocket"},
	{name: "apache-websocket-not-sticky", about: "Apache's balancer for polling is sticky by the cookie SERVERID, the one for WebSocket beside it is not.",
		stage: behind(Apache{stickyHTTP + balancerRules}, 3, Options{}), act: acts(calls(1, onWebSocket), visits(4, withCookies)), cause: "upgrade-routed-apart", states: "mixed", both: true},
	{name: "apache-sticky", about: "Both of Apache's balancers are sticky by the cookie SERVERID.",
		stage: behind(Apache{stickyHTTP + "ProxySet stickysession=SERVERID" + balancerRules}, 3, Options{}), act: visits(4, withCookies), states: "websocket", both: true},
}
