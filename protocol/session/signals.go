package session

import "strings"

// A header or a cookie names a node when few values of it repeat over sids, and when its value never differs between
// two requests that the same sid was honoured on. Names that are known to do so are believed on one value; any other
// must show at least two. None is believed that the sids' counters contradict.

const maxNodeValues = 32

func headerNames(e *Exchange, f func(name string)) {
	for _, h := range e.Response.NodeHeaders {
		f(h.Name)
	}
}

func headerValue(name string) func(*Exchange) string {
	return func(e *Exchange) string {
		for ; e != nil; e = e.Inner {
			for _, h := range e.Response.NodeHeaders {
				if h.Name == name {
					return h.Value
				}
			}
		}
		return ""
	}
}

func cookieNames(e *Exchange, f func(name string)) {
	for _, c := range e.Response.SetCookies {
		f(c.Name)
	}
	for _, c := range e.Request.Cookies {
		f(c.Name)
	}
}

// cookieValue is the node by a cookie: as the answer sets it, else as the request brought it and was obeyed.
func cookieValue(name string) func(*Exchange) string {
	return func(e *Exchange) string {
		for _, list := range [...][]Cookie{e.Response.SetCookies, e.Request.Cookies} {
			for _, c := range list {
				if c.Name == name {
					return nodeOfCookie(name, c.Value)
				}
			}
		}
		return ""
	}
}

// nodeOfCookie is the part of an affinity cookie that names the node: before "~" (HAProxy's prefix mode), before "|"
// (its maxidle and maxlife dates), after the last dot (a route behind a session id, Apache and Tomcat).
func nodeOfCookie(name, value string) string {
	if node, _, ok := strings.Cut(value, "~"); ok {
		return node
	}
	if node, _, ok := strings.Cut(value, "|"); ok {
		return node
	}
	switch strings.ToUpper(name) {
	case "ROUTEID", "JSESSIONID", "SERVERID":
		if i := strings.LastIndexByte(value, '.'); i >= 0 {
			return value[i+1:]
		}
	}
	return value
}

// knownToName says whether a header or cookie of that name is one by its own definition or by custom.
func knownToName(name string) bool {
	n := strings.ToLower(name)
	switch n {
	case "serverid", "routeid", "route", "arraffinity", "arraffinitysamesite", "__vcap_id__", "_passenger_route",
		"fly-machine-id", "x-served-by", "x-node", "x-pod", "x-pod-name", "x-host", "x-hostname", "x-container",
		"x-node-name", "x-node-id", "x-worker", "x-worker-id", "x-worker-pid", "x-pid", "x-app-server":
		return true
	}
	for _, p := range [...]string{"x-backend", "x-upstream", "x-instance", "x-server", "bigipserver"} {
		if strings.HasPrefix(n, p) {
			return true
		}
	}
	return false
}

// NamesNode says whether a header field or a cookie of that name names a node, by its own definition or by custom.
func NamesNode(name string) bool { return knownToName(name) }

// pinsClient says whether a cookie pins one client and names no node: its value must not be compared between clients.
func pinsClient(name string) bool {
	n := strings.ToLower(name)
	switch n {
	case "awselb", "gclb", "gaesa", "__cflb", "heroku-session-affinity", "ingresscookie", "io",
		"applicationgatewayaffinity", "applicationgatewayaffinitycors", "x-contour-session-affinity", "connect.sid":
		return true
	}
	return strings.HasPrefix(n, "awsalb")
}

// learn returns the name that tells nodes apart in this capture, "" where none does. Known names go first.
func (t *Tracker) learn(names func(*Exchange, func(string)), value func(string) func(*Exchange) string) string {
	seen := map[string]bool{}
	var order []string
	for _, e := range t.Exchanges {
		names(e, func(n string) {
			if !seen[n] && len(seen) < 256 && !pinsClient(n) {
				seen[n] = true
				order = append(order, n)
			}
		})
	}
	for _, known := range [...]bool{true, false} {
		for _, n := range order {
			if knownToName(n) == known && t.tellsNodes(value(n), known) && !t.coarse(value(n)) {
				return n
			}
		}
	}
	return ""
}

// tellsNodes holds a signal against the capture.
func (t *Tracker) tellsNodes(value func(*Exchange) string, known bool) bool {
	uses := map[string]int{}
	holders := map[string]string{} // value → a sid; "*" once there were two
	ofSID := map[string]string{}
	for _, e := range t.Exchanges {
		v := value(e)
		if e.Outer != nil || v == "" || e.Status == 0 {
			continue
		}
		if uses[v]++; len(uses) > maxNodeValues || strings.HasPrefix(v, "cache-") {
			return false
		}
		sid := e.SID
		if e.GotSID != "" {
			sid = e.GotSID
		}
		if sid == "" || !e.honouredSID() {
			continue
		}
		if old, ok := ofSID[sid]; ok && old != v {
			return false
		}
		ofSID[sid] = v
		if h, ok := holders[v]; ok && h != sid {
			holders[v] = "*"
		} else if !ok {
			holders[v] = sid
		}
	}
	if known {
		return len(uses) > 0
	}
	shared := false
	for _, h := range holders {
		shared = shared || h == "*"
	}
	return len(uses) >= 2 && shared
}
