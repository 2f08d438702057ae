package diagnose

import (
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// Base is the cause that one with a platform's own sign is a case of; any other cause is its own.
func Base(id string) string {
	switch id {
	case "haproxy-io-cookie-gone", "serverless-instances", "gorouter-no-jsessionid", "gclb-affinity-misplaced":
		return "no-affinity-per-request"
	case "no-affinity-node-cluster", "no-affinity-python-workers", "sticky-by-first-request", "ip-affinity-unstable":
		return "no-affinity-per-connection"
	}
	return id
}

// special makes of a finding that requests are spread without affinity the case that a platform's own sign says it is.
func (p *picture) special(f *Finding, list []*session.Exchange) {
	for _, is := range [...]func(*Finding, []*session.Exchange) bool{p.ioCookieGone, p.serverless, p.gorouter, p.googleBalancer} {
		if f.ID == "no-affinity-per-request" && !anyHides(list, fact.HidesCookies) && is(f, list) {
			f.Confidence = "likely"
			return
		}
	}
	p.workers(f)
	if f.ID == "no-affinity-per-request" {
		p.hashedSID(f)
	}
}

// in is the hop of that name, nil where it was not recognised.
func (p *picture) in(name string) *Hop {
	for i := range p.hops {
		if p.hops[i].Name == name {
			return &p.hops[i]
		}
	}
	return nil
}

// signOf is a hop as evidence.
func (p *picture) signOf(h *Hop) Evidence {
	ev := p.told(h.From, p.S("%s is in the path: %s", h.Name, h.Sign))
	return ev
}

// ioCookieGone: HAProxy writes its node into the cookie io, and sessions of Socket.IO 3 and later are given none.
func (p *picture) ioCookieGone(f *Finding, list []*session.Exchange) bool {
	var old *session.Exchange
	for _, e := range p.t.Exchanges {
		for _, cookies := range [...][]session.Cookie{e.Response.SetCookies, e.Request.Cookies} {
			for _, c := range cookies {
				if prefixed(c) && old == nil {
					old = e
				}
			}
		}
	}
	if old == nil {
		return false
	}
	for _, e := range list {
		if e.Session.EIO != 4 {
			return false
		}
	}
	f.ID, f.Title = "haproxy-io-cookie-gone", p.S("HAProxy waits for a cookie that the server no longer sets")
	f.Explanation = p.S("HAProxy's \"cookie io prefix\" writes the node's name into the cookie io, which Socket.IO 2 sets by itself, and one such cookie was seen. Servers of Socket.IO 3 and later set none unless told to, and the sessions that were refused were given none: nothing keeps them on their node.")
	f.Evidence = append([]Evidence{p.told(old, p.S("a cookie io with HAProxy's prefix, of an older session"))}, f.Evidence...)
	f.Fixes = prefixFixes(p.Words)
	f.WouldTell = p.S("HAProxy's configuration: whether its backend says cookie io prefix.")
	return true
}

const fresh = 1 // a counter up to this is of a process that has hardly served anyone

// serverless: a platform that answers each request with any instance it has, or makes one.
func (p *picture) serverless(f *Finding, list []*session.Exchange) bool {
	var h *Hop
	for _, name := range [...]string{"Vercel", "Netlify", "AWS API Gateway", "Google Frontend"} {
		if h = p.in(name); h != nil {
			break
		}
	}
	if h == nil {
		return false
	}
	n, young := 0, 0
	for _, s := range p.t.Sessions {
		if c, ok := engineio.Counter(s.SID); ok {
			if n++; c <= fresh {
				young++
			}
		}
	}
	f.ID, f.Title = "serverless-instances", p.S("Instances that come and go share no sessions")
	f.Explanation = p.S("%s answers requests with any instance that it has or makes, and each knows only the sessions that it opened. Affinity is best effort there, or not to be had. Of %d sessions, %d were opened by a process that had hardly opened any before.", h.Name, n, young)
	f.Evidence = append([]Evidence{p.signOf(h)}, f.Evidence...)
	f.Fixes = append(p.recognisedOf(affinity, list[0].Path, "client"), elsewhere(p.Words))
	f.WouldTell = p.S("The platform's log: which instance answered, and how many there were at that time. With one instance alone the refusals must end.")
	return true
}

// gorouter: Cloud Foundry's router, which pins nobody without the application's JSESSIONID.
func (p *picture) gorouter(f *Finding, list []*session.Exchange) bool {
	h := p.in("Cloud Foundry")
	if h == nil || p.sets("__VCAP_ID__") {
		return false
	}
	f.ID, f.Title = "gorouter-no-jsessionid", p.S("Cloud Foundry's router pins no client: the application sets no JSESSIONID")
	f.Explanation = p.S("gorouter keeps a client on an instance once the application sets a cookie JSESSIONID, or another name it is configured for: then it adds __VCAP_ID__. No answer had that cookie, so every request went to any instance.")
	f.Evidence = append([]Evidence{p.signOf(h)}, f.Evidence...)
	f.Fixes = only(fixesOf(p.Words, affinity), "Cloud Foundry", "client")
	f.WouldTell = p.S("The router's access log: which instance (app_index) answered each request.")
	return true
}

// googleBalancer: Google's load balancer, which sets GCLB where affinity is configured for its backend service.
func (p *picture) googleBalancer(f *Finding, list []*session.Exchange) bool {
	h := p.in("Google load balancer")
	if h == nil || p.sets("GCLB") {
		return false
	}
	f.ID, f.Title = "gclb-affinity-misplaced", p.S("Google's load balancer sets no affinity cookie")
	f.Explanation = p.S("Google's load balancer is in the path, and no answer had its cookie GCLB: its backend service has no affinity by cookie. With container-native balancing (NEG) it addresses the pods itself and passes over the Service's sessionAffinity, so that requests go to any node.")
	f.Evidence = append([]Evidence{p.signOf(h)}, f.Evidence...)
	f.Fixes = p.recognisedOf(affinity, list[0].Path, "Google load balancer", "client")
	f.WouldTell = p.S("The backend service's configuration: sessionAffinity, and whether the BackendConfig is the Service's.")
	return true
}

// sets says whether an answer set a cookie of that name, or a request brought one.
func (p *picture) sets(name string) bool {
	for _, e := range p.t.Exchanges {
		for _, list := range [...][]session.Cookie{e.Response.SetCookies, e.Request.Cookies} {
			for _, c := range list {
				if strings.EqualFold(c.Name, name) {
					return true
				}
			}
		}
	}
	return false
}

// workers: processes behind one port, which a field of the application's or Passenger's own words name.
func (p *picture) workers(f *Finding) {
	names, how := p.workerNames()
	passenger := p.in("Phusion Passenger")
	if how == "" && passenger == nil || f.ID == "no-affinity-per-request" && passenger == nil {
		return
	}
	f.Confidence = "likely"
	if how == "host" {
		f.Confidence = "possible"
	}
	if passenger != nil {
		f.Evidence = append([]Evidence{p.signOf(passenger)}, f.Evidence...)
	}
	f.WouldTell = p.S("One worker alone: then the refusals must end.")
	if dialect(p.t) == engineio.Python {
		f.ID, f.Title = "no-affinity-python-workers", p.S("Python workers behind one port share no sessions")
		f.Explanation = p.S("Requests of one session reached several processes of one host (%s), and each knows only the sessions that it opened. gunicorn -w, uWSGI and Passenger run an application so.", names)
		f.Fixes = append(p.recognisedOf(affinity, defaultPath), only(fixesOf(p.Words, connectionAffinity), "Python", "client")...)
		return
	}
	f.ID, f.Title = "no-affinity-node-cluster", p.S("Node workers behind one port share no sessions")
	f.Explanation = p.S("Requests of one session reached several processes of one host (%s), and each knows only the sessions that it opened. Node's cluster module, pm2 in cluster mode and Passenger run an application so.", names)
	f.Fixes = append(p.recognisedOf(affinity, defaultPath), only(fixesOf(p.Words, connectionAffinity), "Node cluster", "pm2", "client")...)
}

// workerNames are the nodes where their names say that they are processes of one host, and how: by the name of the field
// ("worker"), or by "HOST:NUMBER" with one host, where no proxy is in the path that could mean a port ("host").
func (p *picture) workerNames() (names, how string) {
	if len(p.t.Nodes) < 2 {
		return "", ""
	}
	var list []string
	host := ""
	same := true
	for i, n := range p.t.Nodes {
		h, number, ok := strings.Cut(n.Label, ":")
		same = same && ok && h != "" && !strings.ContainsAny(h, ".") && number != "" && strings.Trim(number, "0123456789") == "" && (i == 0 || h == host)
		host = h
		list = append(list, n.Label)
	}
	if len(list) > 4 {
		list = append(list[:4], "…")
	}
	basis := strings.ToLower(p.t.Nodes[0].Basis)
	_, proxied := p.readsHTTP()
	switch {
	case strings.HasPrefix(basis, "header ") && (strings.Contains(basis, "worker") || strings.HasSuffix(basis, "-pid")):
		return p.List(list), "worker"
	case same && strings.HasPrefix(basis, "header ") && !proxied:
		return p.List(list), "host"
	}
	return "", ""
}

// connectionFixes are those of a balancer that deals out connections. Where the server is Python's, its workers may be
// what is meant.
func (p *picture) connectionFixes(path string) []Fix {
	fixes := p.fixesFor(connectionAffinity, path)
	switch dialect(p.t) {
	case engineio.Python:
		fixes = append(fixes, only(fixesOf(p.Words, connectionAffinity), "Python")...)
	case engineio.Node:
		fixes = append(fixes, only(fixesOf(p.Words, connectionAffinity), "Node cluster", "pm2")...)
	}
	seen := map[string]bool{}
	out := fixes[:0]
	for _, f := range fixes {
		if !seen[f.For] {
			seen[f.For] = true
			out = append(out, f)
		}
	}
	return out
}
