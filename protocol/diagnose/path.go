package diagnose

import (
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// A path is who was recognised between client and node, and by what sign.
type path struct {
	proxy string // "nginx", "HAProxy", "AWS ALB", …; "" where no sign was seen
	sign  string // "Server: nginx/1.22.1"
	http  bool   // something in the path reads HTTP: balancing may be per request
}

// recognise looks for the first sign of a proxy in the answers.
func recognise(t *session.Tracker) path {
	for _, e := range t.Exchanges {
		if e.Outer != nil || e.Status == 0 {
			continue
		}
		if p := signOf(e); p.http {
			return p
		}
	}
	return path{}
}

// ProxyOf names the proxy that an answer shows in the path, "" where it shows one and not which, and the sign it is known
// by: "Server: nginx/1.22.1". No sign: no proxy was seen.
func ProxyOf(e *session.Exchange) (name, sign string) {
	p := signOf(e)
	return p.proxy, p.sign
}

// AffinityCookie says whether a cookie is there to keep a client on a node: by its name, or because the nodes of this
// capture are told apart by it.
func AffinityCookie(t *session.Tracker, name string) bool {
	return proxyOfCookie(name) != "" || affinityName(name) || (&picture{t: t}).namesNodes(name)
}

func signOf(e *session.Exchange) path {
	r := &e.Response
	server := strings.ToLower(r.Server)
	for _, s := range [...]struct{ in, name string }{
		{"openresty", "nginx"}, {"nginx", "nginx"}, {"apache", "Apache"}, {"istio-envoy", "Envoy"}, {"envoy", "Envoy"},
		{"awselb", "AWS load balancer"}, {"cloudflare", "Cloudflare"}, {"microsoft-iis", "IIS"}, {"caddy", "Caddy"},
		{"google frontend", "Google load balancer"}, {"vegur", "Heroku"}, {"cowboy", "Heroku"}, {"traefik", "Traefik"}, {"haproxy", "HAProxy"},
		{"fly/", "Fly.io"},
	} {
		if strings.Contains(server, s.in) {
			return path{s.name, "Server: " + r.Server, true}
		}
	}
	if v := strings.ToLower(r.Via); strings.Contains(v, "google") {
		return path{"Google load balancer", "Via: " + r.Via, true}
	} else if strings.Contains(v, "vegur") {
		return path{"Heroku", "Via: " + r.Via, true}
	}
	for _, c := range r.SetCookies {
		if name := proxyOfCookie(c.Name); name != "" {
			return path{name, "Set-Cookie: " + c.Name, true}
		}
	}
	if r.Via != "" {
		return path{"", "Via: " + r.Via, true}
	}
	node := !e.HasError || e.Error.Dialect == engineio.Node
	if r.LowerCase && node && e.Request.Proto == "HTTP/1.1" && !e.Switched() && !e.Conn.Inner {
		return path{"", lang.Mark("header names in lower case, which an HTTP proxy rewrote"), true}
	}
	return path{}
}

func proxyOfCookie(name string) string {
	n := strings.ToUpper(name)
	switch n {
	case "SERVERID":
		return "HAProxy"
	case "ROUTEID":
		return "Apache"
	case "INGRESSCOOKIE":
		return "ingress-nginx"
	case "AWSELB":
		return "AWS Classic ELB"
	case "GCLB":
		return "Google load balancer"
	case "__CFLB":
		return "Cloudflare"
	case "ARRAFFINITY", "ARRAFFINITYSAMESITE", "APPLICATIONGATEWAYAFFINITY", "APPLICATIONGATEWAYAFFINITYCORS":
		return "Azure"
	case "HEROKU-SESSION-AFFINITY":
		return "Heroku"
	case "__VCAP_ID__":
		return "Cloud Foundry"
	}
	switch {
	case strings.HasPrefix(n, "AWSALB"):
		return "AWS ALB"
	case strings.HasPrefix(n, "BIGIPSERVER"):
		return "F5 BIG-IP"
	}
	return ""
}

// affinityCookie returns the cookie of an answer that is there to keep a client on a node: by its name, or because
// this capture's nodes are told apart by it.
func (p *picture) affinityCookie(e *session.Exchange) (session.Cookie, bool) {
	for _, c := range e.Response.SetCookies {
		if AffinityCookie(p.t, c.Name) {
			return c, true
		}
	}
	return session.Cookie{}, false
}

func affinityName(name string) bool {
	switch strings.ToLower(name) {
	case "route", "sticky", "stickysession", "lb", "lbroute", "srv", "backend", "_passenger_route", "fly-machine-id", "jsessionid", "server":
		return true
	}
	return false
}

func (p *picture) namesNodes(cookie string) bool {
	for _, n := range p.t.Nodes {
		if n.Basis == "cookie "+cookie {
			return true
		}
	}
	return false
}
