package session

import "strings"

// A Class says what a header or a cookie tells.
type Class uint8

const (
	UnknownClass Class = iota // nothing that was seen tells
	NodeClass                 // a node: its value is the same for all clients of the node
	ClientClass               // one client's pin: its value says nothing to another client's
	EdgeClass                 // a cache or a point of presence, before all nodes
	RequestClass              // one request
)

// String is the word used in reports.
func (c Class) String() string {
	return [...]string{"unknown", "node", "client", "edge", "request"}[c]
}

// priorOf is what a header or a cookie of that name is by its own definition, or by custom. It is held against the capture.
func priorOf(name string, cookie bool) Class {
	n := strings.ToLower(name)
	if cookie {
		switch n {
		case "serverid", "routeid", "route", "arraffinity", "arraffinitysamesite", "__vcap_id__", "_passenger_route", "fly-machine-id":
			return NodeClass
		case "awselb", "gclb", "gaesa", "__cflb", "heroku-session-affinity", "ingresscookie", "io", "connect.sid",
			"applicationgatewayaffinity", "applicationgatewayaffinitycors", "x-contour-session-affinity":
			return ClientClass
		}
		switch {
		case strings.HasPrefix(n, "bigipserver"):
			return NodeClass
		case strings.HasPrefix(n, "awsalb"):
			return ClientClass
		}
		return UnknownClass
	}
	switch n {
	case "x-served-by", "x-node", "x-pod", "x-pod-name", "x-host", "x-hostname", "x-container", "x-node-name", "x-node-id",
		"x-worker", "x-worker-id", "x-worker-pid", "x-pid", "x-app-server":
		return NodeClass
	}
	for _, p := range [...]string{"x-backend", "x-upstream", "x-instance", "x-server"} {
		if strings.HasPrefix(n, p) {
			return NodeClass
		}
	}
	return UnknownClass
}

// classOf is what a value says by its form, whatever its name; UnknownClass mostly.
func classOf(name, value string, cookie bool) Class {
	switch {
	case strings.HasPrefix(value, "cache-"): // Fastly's X-Served-By
		return EdgeClass
	case !cookie:
		return UnknownClass
	case strings.HasPrefix(strings.ToLower(name), "bigipserver") && strings.HasPrefix(value, "!"): // encrypted
		return ClientClass
	case ingressKey(value):
		return ClientClass
	}
	return UnknownClass
}

// ingressKey says whether a cookie is ingress-nginx's: "1660810424.123.45.678901|d41d8cd98f00b204e9800998ecf8427e", a key
// of the client's, and a hash that all pods share.
func ingressKey(value string) bool {
	key, group, ok := strings.Cut(value, "|")
	return ok && len(group) == 32 && strings.Trim(group, "0123456789abcdef") == "" &&
		strings.Count(key, ".") >= 2 && strings.Trim(key, "0123456789.") == ""
}

// NamesNode says whether a header field or a cookie of that name names a node, by its own definition or by custom.
func NamesNode(name string) bool {
	return priorOf(name, false) == NodeClass || priorOf(name, true) == NodeClass
}
