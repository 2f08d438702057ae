package diagnose

import (
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// fieldSigns are what an answer's fields give away.
func fieldSigns(r *session.ResponseSigns, found func(sign)) {
	server := strings.ToLower(r.Server)
	for _, s := range serverNames {
		if server != "" && strings.Contains(server, s.in) {
			found(sign{s.name, s.kind, byServer, "Server: " + firstLine(r.Server), s.in == "cowboy"}) // others are built on it, too
			break
		}
	}
	if strings.Contains(server, "phusion passenger") {
		found(sign{"Phusion Passenger", Platform, byServer, "Server: " + firstLine(r.Server), false})
	}
	if via := strings.ToLower(r.Via); via != "" {
		named := false
		for _, s := range viaNames {
			if strings.Contains(via, s.in) {
				named = true
				found(sign{s.name, s.kind, byVia, "Via: " + firstLine(r.Via), false})
			}
		}
		if !named {
			found(sign{"", Proxy, byVia, "Via: " + firstLine(r.Via), false})
		}
	}
	if r.Marks != 0 {
		for _, s := range markNames {
			if r.Marks&s.mark != 0 {
				found(sign{s.name, s.kind, byMark, s.field, false})
			}
		}
	}
	powered := strings.ToLower(r.PoweredBy)
	for _, s := range [...]struct {
		in, name string
		kind     HopKind
	}{{"arr/", "IIS", Proxy}, {"asp.net", "IIS", Proxy}, {"iisnode", "IIS", Proxy}, {"phusion passenger", "Phusion Passenger", Platform}} {
		if powered != "" && strings.Contains(powered, s.in) {
			found(sign{s.name, s.kind, byPoweredBy, "X-Powered-By: " + firstLine(r.PoweredBy), false})
			break
		}
	}
}

// serverNames are what is in the Server field, in lower case; of several that fit the first counts.
var serverNames = [...]struct {
	in, name string
	kind     HopKind
}{
	{"apache-coyote", "Tomcat", Server}, {"jetty", "Jetty", Server}, {"undertow", "Undertow", Server},
	{"openresty", "nginx", Proxy}, {"tengine", "nginx", Proxy}, {"nginx", "nginx", Proxy}, {"apache", "Apache", Proxy},
	{"istio-envoy", "Istio", Proxy}, {"envoy", "Envoy", Proxy}, {"awselb", "AWS load balancer", Balancer},
	{"cloudflare", "Cloudflare", CDN}, {"cloudfront", "Amazon CloudFront", CDN}, {"akamai", "Akamai", CDN},
	{"microsoft-iis", "IIS", Proxy}, {"kestrel", "Kestrel", Server}, {"caddy", "Caddy", Proxy},
	{"google frontend", "Google Frontend", Platform}, {"vegur", "Heroku", Platform}, {"heroku", "Heroku", Platform},
	{"cowboy", "Heroku", Platform}, {"traefik", "Traefik", Proxy}, {"haproxy", "HAProxy", Proxy}, {"fly/", "Fly.io", Platform},
	{"vercel", "Vercel", Platform}, {"netlify", "Netlify", Platform}, {"railway", "Railway", Platform}, {"bigip", "F5 BIG-IP", Balancer},
	{"squid", "Squid", Proxy}, {"varnish", "Varnish", Proxy}, {"kong", "Kong", Proxy}, {"litespeed", "LiteSpeed", Proxy},
	{"gunicorn", "gunicorn", Server}, {"uvicorn", "uvicorn", Server}, {"hypercorn", "Hypercorn", Server},
	{"daphne", "Daphne", Server}, {"werkzeug", "Werkzeug", Server}, {"tornadoserver", "Tornado", Server},
}

var viaNames = [...]struct {
	in, name string
	kind     HopKind
}{
	{"1.1 google", "Google load balancer", Balancer}, {"vegur", "Heroku", Platform}, {"heroku", "Heroku", Platform},
	{"cloudfront", "Amazon CloudFront", CDN}, {"fly.io", "Fly.io", Platform}, {"varnish", "Varnish", Proxy}, {"caddy", "Caddy", Proxy},
	{"squid", "Squid", Proxy}, {"apache", "Apache", Proxy}, {"envoy", "Envoy", Proxy}, {"kong", "Kong", Proxy},
}

var markNames = [...]struct {
	mark        session.Marks
	name, field string
	kind        HopKind
}{
	{session.MarkCloudflare, "Cloudflare", "CF-Ray", CDN}, {session.MarkCloudFront, "Amazon CloudFront", "X-Amz-Cf-Id", CDN},
	{session.MarkFastly, "Fastly", "X-Fastly-Request-Id", CDN}, {session.MarkVarnish, "Varnish", "X-Varnish", Proxy},
	{session.MarkFrontDoor, "Azure Front Door", "X-Azure-Ref", CDN}, {session.MarkEnvoy, "Envoy", "X-Envoy-Upstream-Service-Time", Proxy},
	{session.MarkKong, "Kong", "X-Kong-Proxy-Latency", Proxy}, {session.MarkAPIGateway, "AWS API Gateway", "Apigw-Requestid", Platform},
	{session.MarkFly, "Fly.io", "Fly-Request-Id", Platform}, {session.MarkVercel, "Vercel", "X-Vercel-Id", Platform},
	{session.MarkNetlify, "Netlify", "X-Nf-Request-Id", Platform}, {session.MarkRender, "Render", "Rndr-Id", Platform},
	{session.MarkRailway, "Railway", "X-Railway-Request-Id", Platform}, {session.MarkCloudFoundry, "Cloud Foundry", "X-Vcap-Request-Id", Platform},
	{session.MarkUWebSockets, "uWebSockets.js", "uWebSockets", Server},
}

// cookieSigns are what the names of affinity cookies give away, and the way in which their values are written.
func cookieSigns(e *session.Exchange, found func(sign)) {
	for _, c := range e.Response.SetCookies {
		if s, ok := cookieSign(c); ok {
			s.text = "Set-Cookie: " + firstLine(c.Name)
			found(s)
		}
	}
	for _, c := range e.Request.Cookies {
		if s, ok := cookieSign(c); ok {
			s.text = "Cookie: " + firstLine(c.Name)
			found(s)
		}
	}
}

func cookieSign(c session.Cookie) (sign, bool) {
	if prefixed(c) {
		return sign{name: "HAProxy", kind: Proxy, basis: byCookie}, true
	}
	name := proxyOfCookie(c.Name)
	switch name {
	case "":
		return sign{}, false
	case "Cloudflare":
		return sign{name: name, kind: CDN, basis: byCookie}, true
	case "Azure", "Heroku", "Cloud Foundry", "Phusion Passenger":
		return sign{name: name, kind: Platform, basis: byCookie}, true
	case "AWS ALB", "AWS Classic ELB", "Google load balancer", "F5 BIG-IP", "NetScaler":
		return sign{name: name, kind: Balancer, basis: byCookie}, true
	case "HAProxy":
		if strings.HasPrefix(c.Value, "sticky.") { // what Socket.IO's documentation has Apache write
			name = "Apache"
		}
	}
	return sign{name: name, kind: Proxy, basis: byCookie, weak: true}, true // what anyone may call a cookie
}

// prefixed says whether a cookie is Socket.IO 2's with HAProxy's prefix: io=NODE~SID.
func prefixed(c session.Cookie) bool {
	node, sid, ok := strings.Cut(c.Value, "~")
	return c.Name == "io" && ok && node != "" && engineio.KindOf(sid) == engineio.Counter24
}

// bodySigns are what the beginning of a page gives away that is not Engine.IO's.
func bodySigns(body string, found func(sign)) {
	for _, s := range [...]struct {
		in, name string
		kind     HopKind
	}{
		{"<center>nginx", "nginx", Proxy}, {"<center>openresty", "nginx", Proxy},
		{"No server is available to handle this request.", "HAProxy", Proxy}, {"The server returned an invalid or incomplete response.", "HAProxy", Proxy},
		{"The server didn't respond in time.", "HAProxy", Proxy}, {"Request forbidden by administrative rules.", "HAProxy", Proxy},
		{"-//IETF//DTD HTML 2.0//EN", "Apache", Proxy},
		{"upstream connect error or disconnect/reset before headers", "Envoy", Proxy}, {"no healthy upstream", "Envoy", Proxy}, {"upstream request timeout", "Envoy", Proxy},
		{"error code: 1", "Cloudflare", CDN}, {"error code: 5", "Cloudflare", CDN},
	} {
		if strings.Contains(body, s.in) {
			found(sign{s.name, s.kind, byBody, lang.Mark("the words of its error page"), s.kind == CDN})
		}
	}
}

// errorSign is what an Engine.IO error gives away of the server.
func errorSign(e *session.Exchange) (sign, bool) {
	if !e.HasError || e.Status < 400 {
		return sign{}, false
	}
	switch d := e.Error.Dialect; d {
	case engineio.Python, engineio.Googollee, engineio.Socketioxide:
		return sign{d.String(), Server, byBody, lang.Mark("the words of its errors"), false}, true
	case engineio.NodeUpgrade:
		if e.Error.Code < 0 {
			return sign{}, false // the application's own words
		}
		return sign{d.String(), Server, byBody, lang.Mark("the words of its errors"), false}, true
	}
	return sign{}, false // many answer like Node
}

// formSign is what the form of a sid and the order of the open packet's keys give away of the server.
func formSign(s *session.Session) (sg sign, e *session.Exchange, ok bool) {
	if s.Open.SID == "" || len(s.Exchanges) == 0 {
		return sign{}, nil, false
	}
	d, weak := dialectOf(s)
	if d == engineio.UnknownDialect {
		return sign{}, nil, false
	}
	return sign{d.String(), Server, byForm, lang.Mark("the form of its sids and open packets"), weak}, s.Exchanges[0], true
}

// dialectOf is the server that opened a session, as far as the form of its open packet tells, and whether that is weak:
// others may be configured to write the same.
func dialectOf(s *session.Session) (d engineio.Dialect, weak bool) {
	order := s.Open.Dialect()
	switch engineio.KindOf(s.SID) {
	case engineio.Counter24:
		return order, false
	case engineio.Counter64:
		if _, counts := engineio.Counter(s.SID); counts {
			return engineio.Zishang, false
		}
	case engineio.UUID:
		return engineio.Netty, true
	case engineio.Random16:
		return engineio.Socketioxide, true
	case engineio.Sequential:
		return engineio.Googollee, true
	}
	return order, true
}

// Dialect is the server that opened most of the sessions, as far as its answers tell.
func dialect(t *session.Tracker) engineio.Dialect {
	votes := map[engineio.Dialect]int{}
	for _, e := range t.Exchanges {
		if s, ok := errorSign(e); ok && s.name != "" {
			d := e.Error.Dialect
			if d == engineio.NodeUpgrade {
				d = engineio.Node
			}
			votes[d] += 2
		}
	}
	for _, s := range t.Sessions {
		if s.Open.SID != "" {
			d, _ := dialectOf(s)
			votes[d]++
		}
	}
	best := engineio.UnknownDialect
	for d := engineio.Node; d <= engineio.Zishang; d++ {
		if votes[d] > votes[best] || best == engineio.UnknownDialect && votes[d] > 0 {
			best = d
		}
	}
	return best
}
