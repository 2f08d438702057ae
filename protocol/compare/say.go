package compare

import (
	"fmt"
	"strings"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// What the findings of x say beside o, which has them not. Each is one clause that names both sides.

// otherNode: x gives requests or connections to nodes that do not know the session.
func otherNode(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	does := "sends requests to nodes that do not know their session"
	switch diagnose.Base(f.ID) {
	case "no-affinity-per-connection":
		does = "gives every connection to another one"
	case "no-affinity-per-request":
		does = "gives every request to another one"
	case "inner-layer-not-sticky":
		does = "has a second layer behind its sticky balancer that is not sticky"
	case "affinity-lost":
		does = "does not follow the affinity cookie it is sent"
	case "upgrade-routed-apart":
		does = "sends WebSocket requests to another node than polls"
	case "preflight-not-sticky":
		does = "sends preflights, which carry no cookie, to nodes that do not know the session"
	case "sid-unknown-netty":
		does = "may send requests to nodes that do not know their session"
	}
	head := x.Name + " " + does
	if x.nodes > 1 && strings.Contains(does, "another one") {
		head = fmt.Sprintf("%s has %s and %s", x.Name, howMany(x), does)
	} else {
		head = strings.ReplaceAll(head, "to another one", "to another node")
	}
	text, rows = holds(o)
	return head + "; " + text, rows
}

// howMany is "2 nodes", "at least 2 nodes".
func howMany(f *facts) string {
	if f.few {
		return "at least 2 nodes"
	}
	return count(f.nodes, "node")
}

// holds says why requests of o reach the node that knows their session, and in which rows that stands.
func holds(o *facts) (text string, rows []string) {
	c := o.affinityCookie()
	switch {
	case o.wrong > 0:
		return "on " + o.Name + " requests reach wrong nodes too, for another reason", []string{"affinity"}
	case o.direct > 0 && o.direct == len(o.Tracker.Sessions):
		if o.nodes > 1 {
			return fmt.Sprintf("%s has %s too, but its clients begin with WebSocket: one request, one node", o.Name, howMany(o)), []string{"begins", "affinity"}
		}
		return o.Name + "'s clients begin with WebSocket: one request, one node", []string{"begins", "affinity"}
	case c != nil && c.brought > 0:
		return fmt.Sprintf("%s keeps a client on its node by the cookie %s", o.Name, c.name), []string{"affinity", "cookies-returned", "cookies"}
	case o.nodes == 1:
		return "on " + o.Name + " one node answered everything" + sample(o), []string{"nodes", "affinity"}
	case o.nodes > 1 && o.kept > 0:
		return fmt.Sprintf("%s has %s too and keeps a client on its node, without a cookie", o.Name, howMany(o)), []string{"affinity"}
	case o.nodes > 1:
		return fmt.Sprintf("%s has %s too, and no request reached a wrong one", o.Name, howMany(o)), []string{"affinity", "wrong-node"}
	case o.sids == 0:
		return "on " + o.Name + " no session came about that could show it", []string{"affinity"}
	}
	return "on " + o.Name + " no request reached a wrong node", []string{"affinity", "wrong-node"}
}

// sample says how much "one node" stands on, where that is little.
func sample(o *facts) string {
	if n := len(o.Tracker.Sessions); n == 1 {
		return ", though it shows one session only"
	}
	return ""
}

// cookieKept: x's affinity cookie is not sent back.
func cookieKept(_ *diagnose.Finding, x, o *facts) (text string, rows []string) {
	c := x.affinityCookie()
	if c == nil {
		return "", nil
	}
	head := fmt.Sprintf("%s sets the affinity cookie %s, and its clients do not send it back", x.Name, c.name)
	if d := o.affinityCookie(); d != nil && d.brought > 0 {
		if d.name == c.name {
			return head + "; those of " + o.Name + " do", nil
		}
		return head + "; those of " + o.Name + " send back theirs, " + d.name, nil
	}
	text, rows = holds(o)
	return head + "; " + text, append(rows, "cookies")
}

// headerDropped: the Upgrade header does not reach x's server.
func headerDropped(_ *diagnose.Finding, x, o *facts) (text string, rows []string) {
	px, po := proxyOf(x).text, proxyOf(o).text
	seen := len(x.proxies) > 0
	head := "on " + x.Name + " a proxy drops the Upgrade header"
	if seen {
		head = fmt.Sprintf("on %s a proxy drops the Upgrade header, and %s is in its path", x.Name, px)
	}
	passes := "there the header arrives"
	if !o.upgraded() {
		passes = "there no request to upgrade was seen that would tell"
	}
	switch {
	case seen && po == px && o.upgraded():
		return fmt.Sprintf("%s; %s has the same proxy, and %s: what differs is its configuration", head, o.Name, passes), nil
	case seen && po == px:
		return fmt.Sprintf("%s; %s has the same proxy, and %s", head, o.Name, passes), nil
	case len(o.proxies) > 0:
		if o.upgraded() {
			return fmt.Sprintf("%s; on %s it arrives, through %s", head, o.Name, po), nil
		}
		return fmt.Sprintf("%s; in the path of %s is %s, and %s", head, o.Name, po, passes), nil
	case o.direct > 0 && o.direct == len(o.Tracker.Sessions):
		return fmt.Sprintf("%s; on %s no proxy was seen, and WebSocket requests pass", head, o.Name), nil
	}
	return fmt.Sprintf("%s; on %s no proxy was seen, and %s", head, o.Name, passes), nil
}

// refusedOnTheWay: something in x's path answers WebSocket requests itself.
func refusedOnTheWay(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	said := ""
	for _, e := range f.Evidence {
		if e.Exchange != nil {
			said = answerText(e.Exchange)
			break
		}
	}
	if said == "" {
		return "", nil
	}
	head := fmt.Sprintf("on %s a proxy answers the WebSocket request itself, %s", x.Name, said)
	switch {
	case o.upgraded() || o.direct > 0:
		return fmt.Sprintf("%s; on %s it passes", head, o.Name), nil
	case len(o.asks) > 0:
		return fmt.Sprintf("%s; on %s it is answered %s", head, o.Name, o.accepting.most()), nil
	}
	return fmt.Sprintf("%s; on %s none was seen", head, o.Name), nil
}

// offersNone: x's server does not let sessions leave polling, or take WebSocket at all.
func offersNone(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	if offeredOf(x).text == "" {
		return handshakeAnswers(f, x, o)
	}
	if text := offeredOf(o).text; text != "" {
		return fmt.Sprintf("%s's server offers no upgrade; %s's offers %s", x.Name, o.Name, text), nil
	}
	return fmt.Sprintf("%s's server offers no upgrade; on %s no session began with polling, so nothing was offered there", x.Name, o.Name), nil
}

// neverAsks: x's clients stay on polling of their own will.
func neverAsks(_ *diagnose.Finding, x, o *facts) (text string, rows []string) {
	switch {
	case o.direct > 0 && o.direct == len(o.Tracker.Sessions):
		return fmt.Sprintf("%s's clients never ask for WebSocket, though the server offers it; %s's begin with it", x.Name, o.Name), nil
	case len(o.asks) > 0:
		return fmt.Sprintf("%s's clients never ask for WebSocket, though the server offers it; %s's do", x.Name, o.Name), nil
	}
	return fmt.Sprintf("%s's clients never ask for WebSocket, though the server offers it", x.Name), nil
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
		return fmt.Sprintf("both sides' clients ask for Engine.IO %s; %s's server does not take it, %s's does", asked, x.Name, o.Name), nil
	case asked != also:
		return fmt.Sprintf("%s's clients ask for Engine.IO %s, which its server does not speak; %s's ask for %s", x.Name, asked, o.Name, also), nil
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
		head = fmt.Sprintf("%s's server does not allow the page that asks, from %s", x.Name, e.Exchange.Request.Origin)
		if r := &e.Exchange.Response; r.AllowOrigin == "*" {
			head = fmt.Sprintf("what %s's server allows (*) does not hold for the page that asks, from %s, with credentials", x.Name, e.Exchange.Request.Origin)
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
		return fmt.Sprintf("%s; %s's allows %s", head, o.Name, o.allowed.most()), nil
	case own:
		return fmt.Sprintf("%s; on %s the page is the server's own", head, o.Name), nil
	}
	return fmt.Sprintf("%s; %s's clients are no pages in a browser, which alone looks at CORS", head, o.Name), nil
}

// handshakeAnswers: x's sessions do not come about.
func handshakeAnswers(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	said, what, there := "", "handshake", o.answering.most()
	for _, e := range f.Evidence {
		if e.Exchange != nil {
			said = answerText(e.Exchange)
			if asksWebSocket(e.Exchange) && e.Exchange.SID != "" {
				what, there = "WebSocket request", o.accepting.most()
			}
			break
		}
	}
	if said == "" || there == "" || there == said {
		return "", nil
	}
	verb := "is answered"
	if strings.HasPrefix(said, noAnswer) {
		verb = "gets"
	}
	head := fmt.Sprintf("%s's %s %s %s", x.Name, what, verb, said)
	if px, po := pathOf(x).text, pathOf(o).text; f.ID == "path-mismatch" && px != po && px != "" && po != "" {
		return fmt.Sprintf("%s under %s; %s is asked under %s and answers %s", head, px, o.Name, po, there), nil
	}
	return fmt.Sprintf("%s, %s's %s", head, o.Name, there), nil
}

// cutWhenSilent: x's path closes a WebSocket that says nothing for a while.
func cutWhenSilent(f *diagnose.Finding, x, o *facts) (text string, rows []string) {
	head := "on " + x.Name + " " + lowerThe(f.Title)
	if a, b := pingIntervalOf(x), pingIntervalOf(o); a.like(b) == Different {
		return fmt.Sprintf("%s, before the heartbeat, which comes every %s; on %s it comes every %s, and none was cut", head, a.text, o.Name, b.text), nil
	}
	return fmt.Sprintf("%s; on %s none was cut", head, o.Name), nil
}

func lowerThe(s string) string {
	if rest, ok := strings.CutPrefix(s, "The "); ok {
		return "the " + rest
	}
	return lowerFirst(s)
}
