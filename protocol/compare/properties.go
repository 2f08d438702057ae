package compare

import (
	"fmt"
	"slices"
	"strings"

	"sioscope/protocol/session"
)

// A property is something that each side shows or does not.
type property struct {
	id, name string
	of       func(*facts) value
}

// properties in the order of a report: what came of it, the way to WebSocket, who answered, what is in the path, the
// server, the client, times.
var properties = [...]property{
	{"verdict", "verdict", verdictOf},
	{"sessions", "sessions", sessionsOf},
	{"refused", "refused handshakes", refusedOf},
	{"handshake", "handshake answered", func(f *facts) value { return f.answering.value() }},
	{"begins", "clients begin with", beginsOf},
	{"upgrade", "upgrade to WebSocket", upgradeOf},
	{"accepted", "WebSocket request answered", func(f *facts) value { return f.accepting.value() }},
	{"upgrade-header", "Upgrade header", upgradeHeaderOf},
	{"nodes", "nodes", nodesOf},
	{"affinity", "affinity", affinityOf},
	{"wrong-node", "requests at a wrong node", wrongNodeOf},
	{"cookies", "cookies", cookieNamesOf},
	{"cookies-returned", "cookies sent back", returnedOf},
	{"proxy", "proxy in the path", proxyOf},
	{"server-header", "Server, X-Powered-By", serverOf},
	{"cache", "cache", cacheOf},
	{"path", "path", pathOf},
	{"eio-asked", "Engine.IO asked for", func(f *facts) value { return f.eio.value() }},
	{"eio", "Engine.IO spoken", spokenOf},
	{"dialect", "server", dialectOf},
	{"upgrades", "upgrades offered", offeredOf},
	{"ping-interval", "pingInterval", pingIntervalOf},
	{"ping-timeout", "pingTimeout", pingTimeoutOf},
	{"max-payload", "maxPayload", maxPayloadOf},
	{"origin", "who asks", func(f *facts) value { return f.origins.value() }},
	{"allow-origin", "origin allowed (CORS)", func(f *facts) value { return f.allowed.value() }},
	{"client", "client", clientOf},
	{"encryption", "encryption", encryptionOf},
	{"http", "HTTP", httpOf},
	{"deflate", "WebSocket compression", deflateOf},
	{"coding", "compression of polls", codingOf},
	{"reuse", "requests on a connection", reuseOf},
	{"upgrade-time", "time to upgrade", upgradeTimeOf},
	{"answer-time", "handshake or POST answered in", answerTimeOf},
	{"closes", "sessions ended", closesOf},
}

func verdictOf(f *facts) value { return said(string(f.Diagnosis.Verdict.State)) }

// sessionsOf compares the shares of sessions, not their numbers.
func sessionsOf(f *facts) value {
	c := f.Diagnosis.Census
	if c.Sessions == 0 {
		return said("none")
	}
	var parts []string
	key := ""
	for _, k := range [...]struct {
		n    int
		text string
	}{{c.WebSocket, "on WebSocket"}, {c.Polling, "on polling"}, {c.Broke, "broke"}, {c.Refused, "refused"}, {c.Unused, "never used"}, {c.TurnedAway, "let into no namespace"}} {
		key += fmt.Sprintf("%d ", k.n*100/c.Sessions)
		if k.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", k.n, k.text))
		}
	}
	return value{text: strings.Join(parts, ", "), key: key}
}

func refusedOf(f *facts) value {
	n := f.Diagnosis.Census.Refusals
	if n == 0 {
		return said("none")
	}
	return value{text: digit(n), key: "some"}
}

// beginsOf is the transport of the first request of sessions.
func beginsOf(f *facts) value {
	var t tally
	for _, e := range f.outer {
		if e.Kind == session.Handshake && e.TransportParam != "" {
			t.add(e.TransportParam, transportName(e.TransportParam))
		}
	}
	return t.value()
}

func transportName(param string) string {
	if param == "websocket" {
		return "WebSocket"
	}
	return param
}

func upgradeOf(f *facts) value {
	var t tally
	for _, s := range f.Tracker.Sessions {
		word := [...]string{"", "not needed", "done", "failed", "not tried", "under way"}[s.Upgrade]
		if word != "" {
			t.add(word, word)
		}
	}
	return t.value()
}

// upgradeHeaderOf tells how far the Upgrade header of WebSocket requests was seen to come.
func upgradeHeaderOf(f *facts) value {
	var t tally
	for _, e := range f.asks {
		if e.Request.Proto != "HTTP/1.1" {
			continue
		}
		in := e
		for in.Inner != nil {
			in = in.Inner
		}
		switch {
		case !e.Request.Upgrade:
			t.add("missing", "missing")
		case !in.Request.Upgrade:
			t.add("removed", "sent, removed before the node")
		case in != e:
			t.add("there", "sent, arrives at the node")
		default:
			t.add("there", "sent")
		}
	}
	return t.value()
}

func nodesOf(f *facts) value {
	if f.nodes == 0 {
		return value{}
	}
	text := digit(f.nodes)
	if f.few {
		text = "at least 2"
	}
	var bases []string
	for _, n := range f.Tracker.Nodes {
		if !slices.Contains(bases, n.Basis) {
			bases = append(bases, n.Basis)
		}
	}
	if len(bases) > 0 {
		text += " (" + strings.Replace("by "+strings.Join(bases, ", "), "by named", "as named", 1) + ")"
	}
	return value{text: text, key: digit(f.nodes)}
}

// affinityOf tells what keeps a client on the node that knows its session, as far as that was seen.
func affinityOf(f *facts) value {
	c := f.affinityCookie()
	switch {
	case f.finding("sticky-cookie-not-returned") != nil && c != nil:
		return said("cookie " + c.name + ", which is not sent back")
	case f.finding("inner-layer-not-sticky") != nil:
		return said("in the outer layer alone")
	case f.finding("affinity-lost") != nil:
		return said("a cookie that does not hold")
	case f.finding("no-affinity-per-request") != nil:
		return said("none, another node for each request")
	case f.finding("no-affinity-per-connection") != nil:
		return said("none, another node for each connection")
	case f.finding("upgrade-routed-apart") != nil:
		return said("for polls alone")
	case f.wrong > 0:
		return value{}
	case c != nil && c.brought > 0:
		return said("cookie " + c.name)
	case f.nodes == 1:
		if f.addresses() == 1 {
			return value{text: "one node seen, by clients of one address", key: "one node"}
		}
		return value{text: "one node seen", key: "one node"}
	case f.nodes > 1 && f.kept > 0:
		return said("kept without a cookie")
	case f.nodes > 1 && f.direct == len(f.Tracker.Sessions):
		return said("not needed: one request a session")
	}
	return value{}
}

func wrongNodeOf(f *facts) value {
	switch {
	case f.sids == 0:
		return value{}
	case f.wrong == 0:
		return said("none")
	}
	return value{text: fmt.Sprintf("%d of %d", f.wrong, f.sids), key: "some"}
}

func cookieNamesOf(f *facts) value {
	if len(f.outer) == 0 {
		return value{}
	}
	var names []string
	for _, c := range f.cookies {
		name := c.name
		if c.affinity {
			name += " (affinity)"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return said("none")
	}
	return said(strings.Join(names, ", "))
}

func returnedOf(f *facts) value {
	var texts, keys []string
	for _, c := range f.cookies {
		if c.due == 0 {
			continue
		}
		texts = append(texts, fmt.Sprintf("%s by %d of %s", c.name, c.brought, count(c.due, "request")))
		key := "some"
		switch c.brought {
		case 0:
			key = "none"
		case c.due:
			key = "all"
		}
		keys = append(keys, c.name+" "+key)
	}
	return value{text: strings.Join(texts, ", "), key: strings.Join(keys, ", ")}
}

func proxyOf(f *facts) value {
	if len(f.proxies) > 0 {
		return listed(f.proxies)
	}
	if answers(f) {
		return said("none seen")
	}
	return value{}
}

// answers says whether any answer was seen.
func answers(f *facts) bool {
	return slices.ContainsFunc(f.outer, func(e *session.Exchange) bool { return e.Status != 0 })
}

// listed is what was seen, in the order of the alphabet and without how often.
func listed(t tally) value {
	var keys, texts []string
	for _, c := range t {
		keys, texts = append(keys, c.key), append(texts, c.text)
	}
	slices.Sort(keys)
	slices.Sort(texts)
	return value{text: strings.Join(texts, ", "), key: strings.Join(keys, "\n")}
}

// serverOf is what answers call themselves, but for proxies, which have a row of their own.
func serverOf(f *facts) value {
	var t tally
	for _, e := range f.outer {
		for _, v := range [...]string{e.Response.Server, e.Response.PoweredBy} {
			if v != "" && !strings.Contains(listed(f.proxies).text, v) {
				t.add(v, v)
			}
		}
	}
	return listed(t)
}

func cacheOf(f *facts) value {
	var t tally
	for _, e := range f.outer {
		if v := e.Response.XCache; v != "" {
			t.add(v, "X-Cache: "+v)
		}
		if e.Response.Age != "" {
			t.add("age", "Age: "+e.Response.Age)
		}
	}
	if len(t) == 0 && answers(f) {
		return said("no sign of one")
	}
	return t.value()
}

func pathOf(f *facts) value {
	var t tally
	for _, e := range f.outer {
		if e.Path != "" {
			t.add(e.Path, e.Path)
		}
	}
	return listed(t)
}
