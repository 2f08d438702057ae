package compare

import (
	"slices"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// What the findings of x say beside o, which has them not. Each is one clause that names both sides.

// otherNode: x gives requests or connections to nodes that do not know the session.
func otherNode(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	head := x.S("%s sends requests to nodes that do not know their session", x.Name)
	switch several := x.nodes > 1; diagnose.Base(f.ID) {
	case "no-affinity-per-connection":
		head = x.S("%s gives every connection to another node", x.Name)
		if several {
			head = x.S("%s has %s and gives every connection to another one", x.Name, howMany(x))
		}
	case "no-affinity-per-request":
		head = x.S("%s gives every request to another node", x.Name)
		if several {
			head = x.S("%s has %s and gives every request to another one", x.Name, howMany(x))
		}
	case "inner-layer-not-sticky":
		head = x.S("%s has a second layer behind its sticky balancer that is not sticky", x.Name)
	case "affinity-lost":
		head = x.S("%s does not follow the affinity cookie it is sent", x.Name)
	case "upgrade-routed-apart":
		head = x.S("%s sends WebSocket requests to another node than polls", x.Name)
	case "preflight-not-sticky":
		head = x.S("%s sends preflights, which carry no cookie, to nodes that do not know the session", x.Name)
	case "sid-unknown-netty":
		head = x.S("%s may send requests to nodes that do not know their session", x.Name)
	}
	return holds(head, o)
}

// howMany is "2 nodes", "at least 2 nodes".
func howMany(f *facts) string {
	if f.few {
		return f.S("at least 2 nodes")
	}
	return f.Count(f.nodes, "node")
}

// holds says, after a clause about the other side, why requests of o reach the node that knows their session, and in
// which rows that stands.
func holds(head string, o *facts) (text string, rows []string) {
	c := o.affinityCookie()
	switch {
	case o.wrong > 0:
		return o.S("%s; on %s requests reach wrong nodes too, for another reason", head, o.Name), []string{"affinity"}
	case o.direct > 0 && o.direct == len(o.Tracker.Sessions):
		if o.nodes > 1 {
			return o.S("%s; %s has %s too, but its clients begin with WebSocket: one request, one node", head, o.Name, howMany(o)), []string{"begins", "affinity"}
		}
		return o.S("%s; %s's clients begin with WebSocket: one request, one node", head, o.Name), []string{"begins", "affinity"}
	case c != nil && c.brought > 0:
		return o.S("%s; %s keeps a client on its node by the cookie %s", head, o.Name, c.name), []string{"affinity", "cookies-returned", "cookies"}
	case o.nodes == 1:
		if len(o.Tracker.Sessions) == 1 { // which is little to stand on
			return o.S("%s; on %s one node answered everything, though it shows one session only", head, o.Name), []string{"nodes", "affinity"}
		}
		return o.S("%s; on %s one node answered everything", head, o.Name), []string{"nodes", "affinity"}
	case o.nodes > 1 && o.kept > 0:
		return o.S("%s; %s has %s too and keeps a client on its node, without a cookie", head, o.Name, howMany(o)), []string{"affinity"}
	case o.nodes > 1:
		return o.S("%s; %s has %s too, and no request reached a wrong one", head, o.Name, howMany(o)), []string{"affinity", "wrong-node"}
	case o.sids == 0:
		return o.S("%s; on %s no session came about that could show it", head, o.Name), []string{"affinity"}
	}
	return o.S("%s; on %s no request reached a wrong node", head, o.Name), []string{"affinity", "wrong-node"}
}

// cookieKept: x's affinity cookie is not sent back.
func cookieKept(_ *diagnose.Finding, x, o *facts) (text string, rows []string) {
	c := x.affinityCookie()
	if c == nil {
		return "", nil
	}
	head := x.S("%s sets the affinity cookie %s, and its clients do not send it back", x.Name, c.name)
	if d := o.affinityCookie(); d != nil && d.brought > 0 {
		if d.name == c.name {
			return o.S("%s; those of %s do", head, o.Name), nil
		}
		return o.S("%s; those of %s send back theirs, %s", head, o.Name, d.name), nil
	}
	text, rows = holds(head, o)
	return text, append(rows, "cookies")
}

// headerDropped: the Upgrade header does not reach x's server.
func headerDropped(_ *diagnose.Finding, x, o *facts) (text string, rows []string) {
	px, po := proxyOf(x).text, proxyOf(o).text
	seen := len(x.proxies) > 0
	head := x.S("on %s a proxy drops the Upgrade header", x.Name)
	if seen {
		head = x.S("on %s a proxy drops the Upgrade header, and %s is in its path", x.Name, px)
	}
	switch upgraded := o.upgraded(); {
	case seen && po == px && upgraded:
		return o.S("%s; %s has the same proxy, and there the header arrives: what differs is its configuration", head, o.Name), nil
	case seen && po == px:
		return o.S("%s; %s has the same proxy, and there no request to upgrade was seen that would tell", head, o.Name), nil
	case len(o.proxies) > 0 && upgraded:
		return o.S("%s; on %s it arrives, through %s", head, o.Name, po), nil
	case len(o.proxies) > 0:
		return o.S("%s; in the path of %s is %s, and there no request to upgrade was seen that would tell", head, o.Name, po), nil
	case o.direct > 0 && o.direct == len(o.Tracker.Sessions):
		return o.S("%s; on %s no proxy was seen, and WebSocket requests pass", head, o.Name), nil
	case upgraded:
		return o.S("%s; on %s no proxy was seen, and there the header arrives", head, o.Name), nil
	}
	return o.S("%s; on %s no proxy was seen, and there no request to upgrade was seen that would tell", head, o.Name), nil
}

// refusedOnTheWay: something in x's path answers WebSocket requests itself.
func refusedOnTheWay(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	said := ""
	for _, e := range f.Evidence {
		if e.Exchange != nil {
			said = x.answerText(e.Exchange)
			break
		}
	}
	if said == "" {
		return "", nil
	}
	head := x.S("on %s a proxy answers the WebSocket request itself, %s", x.Name, said)
	switch {
	case o.upgraded() || o.direct > 0:
		return x.S("%s; on %s it passes", head, o.Name), nil
	case len(o.asks) > 0:
		return x.S("%s; on %s it gets %s", head, o.Name, o.accepting.most()), nil
	}
	return x.S("%s; on %s none was seen", head, o.Name), nil
}

// offersNone: x's server does not let sessions leave polling, or take WebSocket at all.
func offersNone(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	if offeredOf(x).text == "" {
		return handshakeAnswers(f, x, o)
	}
	if text := offeredOf(o).text; text != "" {
		return x.S("%s's server offers no upgrade; %s's offers %s", x.Name, o.Name, text), nil
	}
	return x.S("%s's server offers no upgrade; on %s no session began with polling, so nothing was offered there", x.Name, o.Name), nil
}

// neverAsks: x's clients stay on polling of their own will.
func neverAsks(_ *diagnose.Finding, x, o *facts) (text string, rows []string) {
	switch {
	case o.direct > 0 && o.direct == len(o.Tracker.Sessions):
		return x.S("%s's clients never ask for WebSocket, though the server offers it; %s's begin with it", x.Name, o.Name), nil
	case len(o.asks) > 0:
		return x.S("%s's clients never ask for WebSocket, though the server offers it; %s's do", x.Name, o.Name), nil
	}
	return x.S("%s's clients never ask for WebSocket, though the server offers it", x.Name), nil
}

// otherVersion: x's client and server speak different revisions.
func otherVersion(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	asked, also := x.eio.most(), o.eio.most()
	for _, e := range f.Evidence {
		if e.Exchange != nil && e.Exchange.EIO != 0 {
			asked = digit(e.Exchange.EIO)
			break
		}
	}
	if asked == "" || also == "" {
		return "", nil
	}
	taken := false
	for _, s := range o.Tracker.Sessions {
		for _, e := range s.Exchanges {
			taken = taken || e.Kind == session.Handshake && digit(e.EIO) == asked && digit(s.EIO) == asked
		}
	}
	switch {
	case taken:
		return x.S("both sides' clients ask for Engine.IO %s; %s's server does not take it, %s's does", asked, x.Name, o.Name), nil
	case asked != also:
		return x.S("%s's clients ask for Engine.IO %s, which its server does not speak; %s's ask for %s", x.Name, asked, o.Name, also), nil
	}
	return "", nil
}

// originRefused: x's server does not allow the page that asks.
func originRefused(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	head := ""
	for _, e := range f.Evidence {
		if e.Exchange == nil || e.Exchange.Request.Origin == "" {
			continue
		}
		head = x.S("%s's server does not allow the page that asks, from %s", x.Name, e.Exchange.Request.Origin)
		if r := &e.Exchange.Response; r.AllowOrigin == "*" {
			head = x.S("what %s's server allows (*) does not hold for the page that asks, from %s, with credentials", x.Name, e.Exchange.Request.Origin)
		}
		break
	}
	if head == "" {
		return "", nil
	}
	foreign, own := false, false
	for _, c := range o.origins {
		foreign = foreign || c.key == "other"
		own = own || c.key == "same"
	}
	switch {
	case foreign:
		return x.S("%s; %s's allows %s", head, o.Name, o.allowed.most()), nil
	case own:
		return x.S("%s; on %s the page is the server's own", head, o.Name), nil
	}
	return x.S("%s; %s's clients are no pages in a browser, which alone looks at CORS", head, o.Name), nil
}

// handshakeAnswers: x's sessions do not come about.
func handshakeAnswers(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	i := slices.IndexFunc(f.Evidence, func(e diagnose.Evidence) bool { return e.Exchange != nil })
	if i < 0 {
		return "", nil
	}
	e := f.Evidence[i].Exchange
	said, there := x.answerText(e), o.answering.most()
	socket := asksWebSocket(e) && e.SID != ""
	if socket {
		there = o.accepting.most()
	}
	if there == "" || there == said {
		return "", nil
	}
	var head string
	switch {
	case socket && e.Status == 0:
		head = x.S("%s's WebSocket request gets %s", x.Name, said)
	case socket:
		head = x.S("%s's WebSocket request is answered %s", x.Name, said)
	case e.Status == 0:
		head = x.S("%s's handshake gets %s", x.Name, said)
	default:
		head = x.S("%s's handshake is answered %s", x.Name, said)
	}
	if px, po := pathOf(x).text, pathOf(o).text; f.ID == "path-mismatch" && px != po && px != "" && po != "" {
		return x.S("%s under %s; %s is asked under %s, which gets %s", head, px, o.Name, po, there), nil
	}
	return x.S("%s, %s's %s", head, o.Name, there), nil
}

// cutWhenSilent: x's path closes a WebSocket that says nothing for a while.
func cutWhenSilent(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	head := x.S("on %s %s", x.Name, x.lowerThe(f.Title))
	if a, b := pingIntervalOf(x), pingIntervalOf(o); a.like(b) == Different {
		return x.S("%s, before the heartbeat, which comes every %s; on %s it comes every %s, and none was cut", head, a.text, o.Name, b.text), nil
	}
	return x.S("%s; on %s none was cut", head, o.Name), nil
}

// lowerThe is a title within an English sentence; another language has no such thing.
func (f *facts) lowerThe(s string) string {
	if f.Words != nil {
		return s
	}
	if rest, ok := strings.CutPrefix(s, "The "); ok {
		return "the " + rest
	}
	return lowerFirst(s)
}
