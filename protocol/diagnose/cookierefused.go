package diagnose

import (
	"cmp"
	"strings"

	"sioscope/protocol/session"
)

// refusesCookie says why the browser that sent a request keeps away the affinity cookie that an answer before it set: in
// a sentence, and whether an attribute of the cookie proves it. "" where nothing says that it does: then the page may
// send no cookies at all.
func (p *picture) refusesCookie(e *session.Exchange) (reason string, certain bool) {
	if !strings.HasPrefix(e.Request.UserAgent, "Mozilla/") || e.Request.ForwardedFor != "" {
		return "", false // no browser, or its request was changed on the way here
	}
	set := p.cookieSetter(e.Session)
	if set == nil {
		return "", false
	}
	c, _ := p.affinityCookie(set)
	if reason = p.misfit(c, set); reason != "" {
		return reason, true
	}
	sends := sameOrigin(e) || sendsCredentials(e.Session)
	switch {
	case !sends:
		return "", false
	case otherSite(e) && !strings.EqualFold(attribute(c, "samesite"), "none"):
		return p.S("the page is of another site, and the cookie has no SameSite=None"), true
	}
	return p.S("the browser sends other cookies to this host, or the page is this host's own, and never this one; it may refuse cookies of third parties, or be told to"), false
}

// sendsCredentials says whether the page asks with credentials: its polls bring some cookie. A WebSocket request brings
// cookies whether it does or not.
func sendsCredentials(s *session.Session) bool {
	for _, e := range s.Exchanges {
		if !asksWebSocket(e) && e.Kind != session.Preflight && len(e.Request.Cookies) > 0 {
			return true
		}
	}
	return false
}

// misfit says which attribute of a cookie does not fit the URL whose answer set it: browsers drop such a cookie.
func (p *picture) misfit(c session.Cookie, set *session.Exchange) string {
	host := hostname(set.Request.Host)
	domain := strings.TrimPrefix(strings.ToLower(attribute(c, "domain")), ".")
	path := attribute(c, "path")
	switch {
	case domain != "" && host != "" && host != domain && !strings.HasSuffix(host, "."+domain):
		return p.S("its Domain is %s, and the answer came from %s", domain, host)
	case strings.HasPrefix(path, "/") && !within(set.Path, path):
		return p.S("its Path is %s, and Socket.IO's is %s", path, set.Path)
	case has(c, "secure") && plainPage(set):
		return p.S("it is Secure, and the page is not: %s", pageOf(set))
	}
	return ""
}

// attribute is the value of an attribute of Set-Cookie, "" where it is not there.
func attribute(c session.Cookie, name string) string {
	for part := range strings.SplitSeq(c.Attributes, ";") {
		n, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		if strings.EqualFold(n, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

func has(c session.Cookie, name string) bool {
	for part := range strings.SplitSeq(c.Attributes, ";") {
		if strings.EqualFold(strings.TrimSpace(part), name) {
			return true
		}
	}
	return false
}

// within is how cookies match paths (RFC 6265 §5.1.4).
func within(path, cookie string) bool {
	rest, ok := strings.CutPrefix(path, cookie)
	return ok && (rest == "" || strings.HasSuffix(cookie, "/") || rest[0] == '/')
}

// pageOf is the origin of the page that sent a request, "" where the request does not say.
func pageOf(e *session.Exchange) string {
	scheme, rest, ok := strings.Cut(cmp.Or(e.Request.Origin, e.Request.Referer), "://")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	return scheme + "://" + host[strings.LastIndexByte(host, '@')+1:]
}

// plainPage says whether the request went out without TLS from a page without it. Browsers trust their own host anyway.
func plainPage(e *session.Exchange) bool {
	host := hostname(e.Request.Host)
	local := host == "localhost" || host == "127.0.0.1" || host == "::1" || strings.HasSuffix(host, ".localhost")
	return e.Conn.TLS == nil && strings.HasPrefix(pageOf(e), "http://") && !local
}

// sameOrigin says whether a page of the very host sent the request, as its Origin or Referer says.
func sameOrigin(e *session.Exchange) bool {
	_, host, ok := strings.Cut(pageOf(e), "://")
	return ok && strings.EqualFold(host, e.Request.Host)
}

// otherSite says whether the request came from a page of another site for certain: the last two labels of the names
// differ. Which names more are sites of their own (co.uk) is a long list that is not looked at.
func otherSite(e *session.Exchange) bool {
	_, from, ok := strings.Cut(e.Request.Origin, "://")
	a, b := hostname(from), hostname(e.Request.Host)
	return ok && a != "" && b != "" && a != b && lastTwo(a) != lastTwo(b)
}

func lastTwo(host string) string {
	labels := strings.Split(host, ".")
	if strings.Trim(host, "0123456789.") == "" || len(labels) < 3 {
		return host
	}
	return strings.Join(labels[len(labels)-2:], ".")
}

// hostname is a host without its port, in lower case.
func hostname(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

func (p *picture) cookieRefused(list []*session.Exchange, why string, sure bool) {
	if len(list) == 0 {
		return
	}
	sessions, _ := sessionsOf(list)
	set := p.cookieSetter(list[0].Session)
	c, _ := p.affinityCookie(set)
	f := Finding{
		ID: "sticky-cookie-refused", Confidence: confidence(sure), Title: p.S("The browser refuses the affinity cookie %s", c.Name),
		Explanation: p.S("The balancer keeps a client on its node by the cookie %s and sets it again and again, and the browser never sends it back: %s. So requests were sent to any node, and nodes that did not issue the sid refused it.", c.Name, why),
		Sessions:    sessions, Evidence: append([]Evidence{p.told(set, p.S("the answer sets %s; %s", firstLine(c.Name), firstLine(c.Attributes)))}, p.shown(list)...),
		RuledOut: []string{
			p.S("no affinity configured: the balancer does set an affinity cookie"),
			p.S("session expired or node restarted: the sessions were alive when they were refused"),
		},
		Fixes: append(p.fixesFor(withCookies, list[0].Path), webSocketOnly(p.Words)),
	}
	if !sure {
		f.WouldTell = p.S("The browser's network panel: it marks the cookie in the answer's Set-Cookie, and says why it was blocked.")
	}
	p.add(f)
}
