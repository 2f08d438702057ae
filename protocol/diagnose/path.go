package diagnose

import (
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// ProxyOf names the proxy that an answer shows in the path, "" where it shows one and not which, and the sign it is known
// by: "Server: nginx/1.22.1". No sign: no proxy was seen.
func ProxyOf(e *session.Exchange) (name, text string) {
	var first sign
	keep := func(s sign) {
		if s.kind != Server && (first.text == "" || first.name == "" && s.name != "") {
			first = s
		}
	}
	fieldSigns(&e.Response, keep)
	if first.name == "" {
		for _, c := range e.Response.SetCookies {
			if s, ok := cookieSign(c); ok {
				s.text = "Set-Cookie: " + c.Name
				keep(s)
			}
		}
	}
	if s, ok := lowerSign(e); ok && first.text == "" {
		first = s
	}
	return first.name, first.text
}

// lowerSign is that an answer of HTTP/1.1 has its field names in lower case, as some proxies write them.
func lowerSign(e *session.Exchange) (sign, bool) {
	node := !e.HasError || e.Error.Dialect == engineio.Node
	if e.Response.LowerCase && node && e.Request.Proto == "HTTP/1.1" && !e.Switched() && !e.Conn.Inner {
		return sign{"", Proxy, byForm, lang.Mark("header names in lower case, which an HTTP proxy rewrote"), false}, true
	}
	return sign{}, false
}

// readsHTTP says whether something in the path reads HTTP, so that balancing may be per request, and by what sign.
func (p *picture) readsHTTP() (text string, ok bool) {
	for _, h := range p.hops {
		if h.Kind != Server {
			return h.Sign, true
		}
	}
	return "", false
}

// someone names who in the path may be meant: the one that was recognised, or one of several; "" where nobody was.
func (p *picture) someone() string {
	var names []string
	for _, h := range p.hops {
		if h.Kind != Server && h.Name != "" {
			names = append(names, p.S("%s (%s)", h.Name, h.Sign))
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return p.S("One of %s", p.List(names))
}

// AffinityCookie says whether a cookie is there to keep a client on a node: by its name, or because the nodes of this
// capture are told apart by it.
func AffinityCookie(t *session.Tracker, name string) bool {
	return proxyOfCookie(name) != "" || affinityName(name) || (&picture{t: t}).namesNodes(name)
}

// BalancersCookie says whether a cookie has a name that one product gives its own, such as HAProxy's SERVERID: who brings
// it got it from there, though before the capture.
func BalancersCookie(name string) bool { return proxyOfCookie(name) != "" }

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
	case "_PASSENGER_ROUTE":
		return "Phusion Passenger"
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
		if p.keepsNode(c) {
			return c, true
		}
	}
	return session.Cookie{}, false
}

// keepsNode says whether a cookie is there to keep a client on a node.
func (p *picture) keepsNode(c session.Cookie) bool { return AffinityCookie(p.t, c.Name) || prefixed(c) }

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
