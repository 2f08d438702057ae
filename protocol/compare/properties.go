package compare

import (
	"fmt"
	"slices"
	"strings"

	"sioscope/protocol/lang"
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
	{"verdict", lang.Mark("verdict"), verdictOf},
	{"sessions", lang.Mark("sessions"), sessionsOf},
	{"refused", lang.Mark("refused handshakes"), refusedOf},
	{"handshake", lang.Mark("handshake answered"), func(f *facts) value { return f.tell(f.answering) }},
	{"begins", lang.Mark("clients begin with"), beginsOf},
	{"upgrade", lang.Mark("upgrade to WebSocket"), upgradeOf},
	{"accepted", lang.Mark("WebSocket request answered"), func(f *facts) value { return f.tell(f.accepting) }},
	{"upgrade-header", lang.Mark("Upgrade header"), upgradeHeaderOf},
	{"nodes", lang.Mark("nodes"), nodesOf},
	{"affinity", lang.Mark("affinity"), affinityOf},
	{"wrong-node", lang.Mark("requests at a wrong node"), wrongNodeOf},
	{"cookies", lang.Mark("cookies"), cookieNamesOf},
	{"cookies-returned", lang.Mark("cookies sent back"), returnedOf},
	{"proxy", lang.Mark("proxy in the path"), proxyOf},
	{"server-header", "Server, X-Powered-By", serverOf},
	{"cache", lang.Mark("cache"), cacheOf},
	{"path", lang.Mark("path"), pathOf},
	{"eio-asked", lang.Mark("Engine.IO asked for"), func(f *facts) value { return f.tell(f.eio) }},
	{"eio", lang.Mark("Engine.IO spoken"), spokenOf},
	{"dialect", lang.Mark("server"), dialectOf},
	{"upgrades", lang.Mark("upgrades offered"), offeredOf},
	{"ping-interval", "pingInterval", pingIntervalOf},
	{"ping-timeout", "pingTimeout", pingTimeoutOf},
	{"max-payload", "maxPayload", maxPayloadOf},
	{"origin", lang.Mark("who asks"), func(f *facts) value { return f.tell(f.origins) }},
	{"allow-origin", lang.Mark("origin allowed (CORS)"), func(f *facts) value { return f.tell(f.allowed) }},
	{"client", lang.Mark("client"), clientOf},
	{"encryption", lang.Mark("encryption"), encryptionOf},
	{"http", "HTTP", httpOf},
	{"deflate", lang.Mark("WebSocket compression"), deflateOf},
	{"coding", lang.Mark("compression of polls"), codingOf},
	{"reuse", lang.Mark("requests on a connection"), reuseOf},
	{"upgrade-time", lang.Mark("time to upgrade"), upgradeTimeOf},
	{"answer-time", lang.Mark("handshake or POST answered in"), answerTimeOf},
	{"closes", lang.Mark("sessions ended"), closesOf},
}

func verdictOf(f *facts) value { return said(string(f.Diagnosis.Verdict.State)) }

// sessionsOf compares the shares of sessions, not their numbers.
func sessionsOf(f *facts) value {
	c := f.Diagnosis.Census
	if c.Sessions == 0 {
		return said(f.S("none"))
	}
	var parts []string
	key := ""
	for _, k := range [...]struct {
		n    int
		text string
	}{
		{c.WebSocket, f.S("%d on WebSocket", lang.Amount(c.WebSocket))}, {c.Polling, f.S("%d on polling", lang.Amount(c.Polling))}, {c.Broke, f.S("%d broke", lang.Amount(c.Broke))},
		{c.Refused, f.S("%d refused", lang.Amount(c.Refused))}, {c.Unused, f.S("%d never used", lang.Amount(c.Unused))}, {c.TurnedAway, f.S("%d let into no namespace", lang.Amount(c.TurnedAway))},
	} {
		key += fmt.Sprintf("%d ", k.n*100/c.Sessions)
		if k.n > 0 {
			parts = append(parts, k.text)
		}
	}
	return value{text: f.List(parts), key: key}
}

func refusedOf(f *facts) value {
	n := f.Diagnosis.Census.Refusals
	if n == 0 {
		return said(f.S("none"))
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
	return f.tell(t)
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
		word := [...]string{"", f.S("not needed"), f.S("done"), f.S("failed"), f.S("not tried"), f.S("under way")}[s.Upgrade]
		if word != "" {
			t.add(word, word)
		}
	}
	return f.tell(t)
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
			t.add("missing", f.S("missing"))
		case !in.Request.Upgrade:
			t.add("removed", f.S("sent, removed before the node"))
		case in != e:
			t.add("there", f.S("sent, arrives at the node"))
		default:
			t.add("there", f.S("sent"))
		}
	}
	return f.tell(t)
}

func nodesOf(f *facts) value {
	if f.nodes == 0 {
		return value{}
	}
	text := digit(f.nodes)
	if f.few {
		text = f.S("at least 2")
	}
	var bases []string
	named := false
	for i := range f.Tracker.Nodes {
		n := &f.Tracker.Nodes[i]
		named = named || i == 0 && n.Basis == "named"
		if by := n.By(f.Words); !slices.Contains(bases, by) {
			bases = append(bases, by)
		}
	}
	switch {
	case named:
		text = f.S("%s (as %s)", text, f.List(bases))
	case len(bases) > 0:
		text = f.S("%s (by %s)", text, f.List(bases))
	}
	return value{text: text, key: digit(f.nodes)}
}

// affinityOf tells what keeps a client on the node that knows its session, as far as that was seen.
func affinityOf(f *facts) value {
	c := f.affinityCookie()
	switch {
	case f.finding("sticky-cookie-not-returned") != nil && c != nil:
		return said(f.S("cookie %s, which is not sent back", c.name))
	case f.finding("inner-layer-not-sticky") != nil:
		return said(f.S("in the outer layer alone"))
	case f.finding("affinity-lost") != nil:
		return said(f.S("a cookie that does not hold"))
	case f.finding("no-affinity-per-request") != nil:
		return said(f.S("none, another node for each request"))
	case f.finding("no-affinity-per-connection") != nil:
		return said(f.S("none, another node for each connection"))
	case f.finding("upgrade-routed-apart") != nil:
		return said(f.S("for polls alone"))
	case f.wrong > 0:
		return value{}
	case c != nil && c.brought > 0:
		return said(f.S("cookie %s", c.name))
	case f.nodes == 1:
		if f.addresses() == 1 {
			return value{text: f.S("one node seen, by clients of one address"), key: "one node"}
		}
		return value{text: f.S("one node seen"), key: "one node"}
	case f.nodes > 1 && f.kept > 0:
		return said(f.S("kept without a cookie"))
	case f.nodes > 1 && f.direct == len(f.Tracker.Sessions):
		return said(f.S("not needed: one request a session"))
	}
	return value{}
}

func wrongNodeOf(f *facts) value {
	switch {
	case f.sids == 0:
		return value{}
	case f.wrong == 0:
		return said(f.S("none"))
	}
	return value{text: f.S("%d of %d", lang.Amount(f.wrong), lang.Amount(f.sids)), key: "some"}
}

func cookieNamesOf(f *facts) value {
	if len(f.outer) == 0 {
		return value{}
	}
	var names []string
	for _, c := range f.cookies {
		name := c.name
		if c.affinity {
			name = f.S("%s (affinity)", name)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return said(f.S("none"))
	}
	return said(f.List(names))
}

func returnedOf(f *facts) value {
	var texts, keys []string
	for _, c := range f.cookies {
		if c.due == 0 {
			continue
		}
		texts = append(texts, f.S("%s by %d of %s", c.name, lang.Amount(c.brought), f.Count(c.due, "request")))
		key := "some"
		switch c.brought {
		case 0:
			key = "none"
		case c.due:
			key = "all"
		}
		keys = append(keys, c.name+" "+key)
	}
	return value{text: f.List(texts), key: strings.Join(keys, ", ")}
}

func proxyOf(f *facts) value {
	if len(f.proxies) > 0 {
		return f.listed(f.proxies)
	}
	if answers(f) {
		return said(f.S("none seen"))
	}
	return value{}
}

// answers says whether any answer was seen.
func answers(f *facts) bool {
	return slices.ContainsFunc(f.outer, func(e *session.Exchange) bool { return e.Status != 0 })
}

// listed is what was seen, in the order of the alphabet and without how often.
func (f *facts) listed(t tally) value {
	var keys, texts []string
	for _, c := range t {
		keys, texts = append(keys, c.key), append(texts, c.text)
	}
	slices.Sort(keys)
	slices.Sort(texts)
	return value{text: f.List(texts), key: strings.Join(keys, "\n")}
}

// serverOf is what answers call themselves, but for proxies, which have a row of their own.
func serverOf(f *facts) value {
	var t tally
	for _, e := range f.outer {
		for _, v := range [...]string{e.Response.Server, e.Response.PoweredBy} {
			if v != "" && !strings.Contains(f.listed(f.proxies).text, v) {
				t.add(v, v)
			}
		}
	}
	return f.listed(t)
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
		return said(f.S("no sign of one"))
	}
	return f.tell(t)
}

func pathOf(f *facts) value {
	var t tally
	for _, e := range f.outer {
		if e.Path != "" {
			t.add(e.Path, e.Path)
		}
	}
	return f.listed(t)
}
