package diagnose

import (
	"slices"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// wrongNode finds the requests that reached a node which did not issue their sid, and says what spread them: a cookie
// that was not sent back, a cookie that was and did not hold, a balancer per request, or one per connection.
func wrongNode(p *picture) {
	var all []*session.Exchange
	for e := range p.outer {
		if e.WrongNode {
			all = append(all, e)
		}
	}
	if len(all) == 0 {
		return
	}
	var unreturned, returned, rest []*session.Exchange
	for _, e := range all {
		switch p.cookieOn(e) {
		case cookieMissing:
			unreturned = append(unreturned, e)
		case cookieThere:
			returned = append(returned, e)
		default:
			rest = append(rest, e)
		}
	}
	if len(unreturned) > 0 {
		undecided := func(e *session.Exchange) bool { return e.Session.Opened == 0 || gaps(e.Session) }
		for _, e := range rest {
			if undecided(e) { // the answer that set its cookie is not in the capture
				unreturned = append(unreturned, e)
			}
		}
		rest = slices.DeleteFunc(rest, undecided)
	}
	p.cookieNotReturned(unreturned)
	var kept, replaced []*session.Exchange
	for _, e := range returned {
		if p.cookieReplaced(e) || !p.severalProcesses() {
			replaced = append(replaced, e)
		} else {
			kept = append(kept, e)
		}
	}
	p.affinityLost(replaced)
	p.innerLayer(kept)
	p.noAffinity(rest)
	p.claim(all)
}

type cookieUse uint8

const (
	noCookie      cookieUse = iota // no affinity cookie was ever set for the session
	cookieMissing                  // one was set before, and this request did not bring it
	cookieThere                    // this request brought it
)

// cookieOn says whether a refused request brought the affinity cookie that an earlier answer of its session set.
func (p *picture) cookieOn(e *session.Exchange) cookieUse {
	set := p.cookieSetter(e.Session)
	if hides(e, fact.HidesCookies) && len(e.Request.Cookies) == 0 {
		return noCookie
	}
	if set == nil || set.End > e.Start {
		for _, r := range e.Request.Cookies {
			if proxyOfCookie(r.Name) != "" || p.namesNodes(r.Name) {
				return cookieThere
			}
		}
		return noCookie
	}
	c, _ := p.affinityCookie(set)
	for _, r := range e.Request.Cookies {
		if r.Name == c.Name {
			return cookieThere
		}
	}
	return cookieMissing
}

// cookieSetter is the first exchange of a session whose answer set an affinity cookie, nil where none did.
func (p *picture) cookieSetter(s *session.Session) *session.Exchange {
	if e, ok := p.setters[s]; ok {
		return e
	}
	var found *session.Exchange
	for _, o := range s.Exchanges {
		if _, ok := p.affinityCookie(o); ok && o.End != 0 {
			found = o
			break
		}
	}
	p.setters[s] = found
	return found
}

func (p *picture) cookieNotReturned(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	sessions, _ := sessionsOf(list)
	first := list[0]
	set := p.cookieSetter(first.Session)
	cookie, _ := p.affinityCookie(set)
	name := cookie.Name
	variant, fix := p.S("a client without a cookie jar"), []Fix{
		{For: "client", Text: p.S("Node client: socket.io-client 4.7 or later with withCredentials: true keeps cookies; other clients: see how their HTTP library keeps cookies.")},
	}
	if crossOrigin(first) {
		variant = p.S("a page of another origin, without credentials")
		fix = []Fix{
			{For: "client", Text: p.S(`io(url, { withCredentials: true })`)},
			{For: "server", Text: p.S(`new Server({ cors: { origin: ["%s"], credentials: true } }), and the cookie with SameSite=None; Secure`, first.Request.Origin)},
		}
	}
	p.add(Finding{
		ID: "sticky-cookie-not-returned", Title: p.S("The affinity cookie %s is set and never sent back", name),
		Explanation: p.S("The balancer keeps a client on its node by the cookie %s. The answer to the handshake set it, and the following requests did not bring it (%s), so they were sent to any node, and nodes that did not issue the sid refused it.", name, variant),
		Sessions:    sessions, Evidence: append([]Evidence{p.told(set, p.S("the answer sets the cookie %s", name))}, p.shown(list)...),
		RuledOut: []string{
			p.S("no affinity configured: the balancer does set an affinity cookie"),
			p.S("session expired or node restarted: the sessions were alive when they were refused"),
		},
		Fixes: append(fix, p.websocketOnly()),
	})
}

func (p *picture) affinityLost(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	sessions, _ := sessionsOf(list)
	p.add(Finding{
		ID: "affinity-lost", Confidence: "likely", Title: p.S("The affinity cookie was sent, and another node answered all the same"),
		Explanation: p.S("The request brought the balancer's affinity cookie and still reached a node that does not know the session: the node it names was draining, unhealthy or gone, the cookie had outlived its stickiness, or a second balancer behind the first does not know the cookie."),
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut:  []string{p.S("cookie not returned: it was")},
		Fixes:     []Fix{{For: "balancer", Text: p.S("Let draining nodes keep their sessions (deregistration delay), and make every layer in the path sticky, each with a cookie name of its own.")}, p.websocketOnly()},
		WouldTell: p.S("The balancer's log at that time: which target it chose, and why."),
	})
}

// cookieReplaced says whether the answer sets an affinity cookie anew: the balancer did not follow the one it got.
func (p *picture) cookieReplaced(e *session.Exchange) bool {
	_, ok := p.affinityCookie(e)
	return ok
}

// severalProcesses says whether sids of several processes were seen that no cookie or header tells apart.
func (p *picture) severalProcesses() bool {
	n := 0
	for _, o := range p.t.Nodes {
		if o.Basis == "sid counter" {
			n++
		}
	}
	return n > 1
}

// innerLayer tells of requests whose cookie the balancer followed, and which reached another process all the same.
func (p *picture) innerLayer(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	sessions, _ := sessionsOf(list)
	p.add(Finding{
		ID: "inner-layer-not-sticky", Confidence: "likely", Title: p.S("A second layer behind the sticky balancer is not sticky"),
		Explanation: p.S("The requests brought the balancer's affinity cookie, the balancer left it as it was, and they still reached a process that does not know the session, while the sids come from several processes behind that same cookie. Behind the balancer is another one, or a Node cluster, pm2 or several workers on one port, that deals connections out without affinity."),
		Sessions:    sessions, Evidence: append(p.nodeEvidence(), p.shown(list)...),
		RuledOut: []string{
			p.S("cookie not returned: it was"),
			p.S("the balancer chose another node: it would have set the cookie anew"),
		},
		Fixes: []Fix{
			{For: "balancer", Text: p.S("Make every layer in the path sticky, each with a cookie name of its own, or let the outer one address the processes themselves.")},
			{For: "Node cluster, pm2", Text: p.S("@socket.io/sticky or @socket.io/pm2, or a port for each worker")},
			p.websocketOnly(),
		},
		WouldTell: p.S("A capture between the two layers."),
	})
}

// noAffinity tells per request from per connection. A session that is honoured and refused on one TCP connection was
// spread by a balancer that reads HTTP. One whose connections each stay what they are was spread by one that deals out
// connections. Where every request came on a connection of its own both look alike: then a proxy that reads HTTP, if
// one was seen, makes the difference.
func (p *picture) noAffinity(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	first, steady := honouredAt(list)
	inside := mixedConnection(list, first)
	if anyHides(list, fact.HidesConnection) {
		steady = false
	}
	_, readsHTTP := p.readsHTTP()
	switch {
	case inside != nil:
		p.perRequest(list, inside, confidence(!p.cookieUnseen(list)))
	case readsHTTP && !steady:
		p.perRequest(list, nil, "likely")
	case steady && !behind(list) && (!socketsAlone(list) || p.pollsSpread()):
		p.perConnection(list, "certain")
	default:
		p.perConnection(list, "likely")
	}
}

// socketsAlone says whether nothing but WebSocket requests reached another node: a proxy may have a rule for them.
func socketsAlone(list []*session.Exchange) bool {
	return !slices.ContainsFunc(list, func(e *session.Exchange) bool { return !asksWebSocket(e) })
}

// pollsSpread says whether handshakes over polling reached more than one node: then it is no rule for WebSocket requests.
func (p *picture) pollsSpread() bool {
	node := -1
	for _, e := range p.t.Exchanges {
		if e.Kind != session.Handshake || e.Outer != nil || asksWebSocket(e) || e.Session == nil || e.Session.Node < 0 {
			continue
		}
		if node >= 0 && e.Session.Node != node {
			return true
		}
		node = e.Session.Node
	}
	return false
}

// behind says whether the capture was made on the nodes' side of the balancer: the requests of one session go to
// several addresses, or were captured on several nodes. There every connection is the balancer's own.
func behind(list []*session.Exchange) bool {
	seen := map[*session.Session]bool{}
	for _, e := range list {
		if seen[e.Session] {
			continue
		}
		seen[e.Session] = true
		for _, o := range e.Session.Exchanges {
			if hides(o, fact.Logged) || hides(e, fact.Logged) {
				continue
			}
			if o.Conn.Server != e.Conn.Server || !o.Conn.SamePlace(e.Conn) {
				return true
			}
		}
	}
	return false
}

// A place is a session on a connection. Streams of one are the same: it is for a connection, or for a request, that a
// balancer chooses a node.
type place struct {
	s *session.Session
	c *fact.Conn
}

// honouredAt counts the honoured requests of refused sessions by connection, and gives the first of each.
func honouredAt(list []*session.Exchange) (first map[place]*session.Exchange, steady bool) {
	first = map[place]*session.Exchange{}
	sessions, _ := sessionsOf(list)
	for _, s := range sessions {
		for _, o := range s.Exchanges {
			if !honoured(o) {
				continue
			}
			if first[place{s, o.Conn.TCP()}] != nil {
				steady = true
				continue
			}
			first[place{s, o.Conn.TCP()}] = o
		}
	}
	return first, steady
}

// mixedConnection returns a refused request and an honoured one of the same session on the same connection.
func mixedConnection(list []*session.Exchange, first map[place]*session.Exchange) []*session.Exchange {
	for _, e := range list {
		if o := first[place{e.Session, e.Conn.TCP()}]; o != nil && !hides(e, fact.HidesConnection) && (e.Conn.Gaps == 0 || paired(o, e)) {
			return []*session.Exchange{o, e}
		}
	}
	return nil
}

// paired says whether an honoured and a refused answer look like answers to the requests they stand with: where bytes
// are missing, an answer may stand with an earlier request.
func paired(o, e *session.Exchange) bool {
	return isJSON(e) && !asksWebSocket(e) && (o.Kind != session.Handshake || o.GotSID != "")
}

func honoured(e *session.Exchange) bool {
	return !e.HasError && e.Succeeded() && e.Kind != session.Preflight
}

func (p *picture) perRequest(list, inside []*session.Exchange, confidence string) {
	sessions, _ := sessionsOf(list)
	ev := p.shown(list)
	if inside != nil {
		ev = append([]Evidence{p.told(inside[0], p.S("honoured on this connection")), p.told(inside[1], p.S("refused on the same connection"))}, ev...)
	}
	ev = append(p.nodeEvidence(), ev...)
	ruled := []string{
		p.soonest(list),
	}
	if !anyHides(list, fact.HidesCookies) {
		ruled = append(ruled, p.S("cookie not returned: no answer set an affinity cookie"))
	}
	if inside != nil {
		ruled = append(ruled, p.S("balancing per connection: the node changed within one connection"))
	} else {
		text, _ := p.readsHTTP()
		ruled = append(ruled, p.S("balancing per connection is less likely: an HTTP proxy answered (%s)", text))
	}
	f := Finding{
		ID: "no-affinity-per-request", Confidence: confidence,
		Title:       p.S("The balancer sends every request to another node"),
		Explanation: p.S("A Socket.IO session lives on the node that issued its sid. The balancer chooses a node for every request, so polls and posts reach nodes that answer \"Session ID unknown\": %s ended with it, and clients start over again and again. A Redis adapter does not help: it shares messages between nodes, not handshakes.", p.Count(len(sessions), "session")),
		Sessions:    sessions, Evidence: ev, RuledOut: ruled,
		Fixes: p.order(
			Fix{For: "nginx", Text: p.S("upstream { hash $remote_addr consistent; server …; } or ip_hash; behind another proxy, hash the real client address")},
			Fix{For: "HAProxy", Text: p.S("cookie SERVERID insert indirect nocache, and cookie NAME on every server line")},
			Fix{For: "ingress-nginx", Text: p.S(`nginx.ingress.kubernetes.io/affinity: cookie, affinity-mode: persistent, session-cookie-path: /`)},
			Fix{For: "Traefik", Text: p.S("loadBalancer.sticky.cookie on the service")},
			Fix{For: "AWS ALB", Text: p.S("stickiness on the target group")},
			p.websocketOnly(),
		),
	}
	if confidence != "certain" {
		f.WouldTell = p.S("A capture on the balancer's other side, or a client that keeps its connections: refused and honoured requests on one connection prove it.")
		if p.cookieUnseen(list) {
			f.WouldTell = p.S("Whether these requests brought the affinity cookie that an answer set: the source leaves cookies out. A capture of packets, or a HAR with sensitive data, has them.")
		}
	}
	p.add(f)
}

func (p *picture) perConnection(list []*session.Exchange, confidence string) {
	sessions, _ := sessionsOf(list)
	silent := 0
	for _, s := range sessions {
		if s.Transport() == session.Polling && s.Close.Reason != session.RefusedSince && !givenUp(s) {
			silent++
		}
	}
	f := Finding{
		ID: "no-affinity-per-connection", Confidence: confidence,
		Title:       p.S("The balancer sends every connection to another node"),
		Explanation: p.S("A Socket.IO session lives on the node that issued its sid. The balancer chooses a node for every TCP connection, and the WebSocket always opens a new one: where that reached another node it was refused. %s A Redis adapter does not help: it shares messages between nodes, not handshakes. It may also be a Node cluster, pm2 or several Python workers behind one port: they look the same from outside.", p.fates(len(sessions), silent)),
		Sessions:    sessions, Evidence: append(p.nodeEvidence(), p.shown(list)...),
		RuledOut: []string{
			p.soonest(list),
			p.S("balancing per request: no connection changed its node"),
			p.S("node restarted: the sessions' own node went on answering, or no process began to count anew"),
		},
		Fixes: []Fix{
			p.websocketOnly(),
			{For: "TCP balancer", Text: p.S("affinity by source address: AWS NLB stickiness source_ip, HAProxy balance source, Kubernetes Service sessionAffinity: ClientIP")},
			{For: "HTTP balancer", Text: p.S("one that forwards Upgrade and keeps a client on its node by a cookie, such as AWS ALB with target group stickiness")},
			{For: "Node cluster, pm2", Text: p.S("@socket.io/sticky or @socket.io/pm2")},
		},
	}
	if anyHides(list, fact.HidesConnection) {
		f.RuledOut = slices.Delete(f.RuledOut, 1, 2) // balancing per request
	}
	if !p.has("upgrade-header-stripped") {
		f.RuledOut = append(f.RuledOut, p.S("Upgrade header stripped: that is answered with JSON code 3, this with \"Session ID unknown\""))
	}
	if confidence != "certain" {
		f.WouldTell = p.S("Every request here came on a connection of its own. A client that keeps its connections (a browser) tells balancing per connection from balancing per request.")
		if socketsAlone(list) {
			f.WouldTell = p.S("Only WebSocket requests reached another node. So they do where a proxy has a rule that sends them elsewhere: a poll on a new connection would tell, and sio check tries it.")
		}
		if anyHides(list, fact.HidesConnection) {
			f.WouldTell = p.S("The HAR does not say which connection carried a request. A capture of packets on the client's side, or sio check with the same URL, tells balancing per connection from balancing per request.")
		} else if behind(list) {
			f.WouldTell = p.S("The capture is from the nodes' side, where every connection is the balancer's. A capture on the clients' side tells balancing per connection from balancing per request.")
		}
	}
	p.add(f)
}

// fates says what became of sessions that met another node: silent of them stayed on polling, the others ended.
func (p *picture) fates(all, silent int) string {
	stayed, broke := p.S("%s went on with polling, unnoticed, as long as a kept-alive connection reached the right node", p.Count(silent, "session")), p.S("%s ended, because a poll or post opened a connection of its own and was refused", p.Count(all-silent, "session"))
	switch silent {
	case all:
		return p.S("%s.", stayed)
	case 0:
		return p.S("%s.", broke)
	}
	return p.S("%s; %s.", stayed, broke)
}

func (p *picture) websocketOnly() Fix {
	return Fix{For: "client", Text: p.S(`io(url, { transports: ["websocket"] }): one request, one node. Clients that cannot do WebSocket are lost, and CORS no longer guards the connection.`)}
}

// order puts the recognised proxy's fix first.
func (p *picture) order(fixes ...Fix) []Fix {
	slices.SortStableFunc(fixes, func(a, b Fix) int { return p.recognised(b.For) - p.recognised(a.For) })
	return fixes
}

// nodeEvidence says how many processes issued sids, where that is known.
func (p *picture) nodeEvidence() []Evidence {
	if len(p.t.Nodes) < 2 || len(p.t.Sessions) == 0 {
		return nil
	}
	var names []string
	for _, n := range p.t.Nodes {
		names = append(names, n.Name(p.Words))
	}
	if len(names) > 8 {
		names = append(names[:8], "…")
	}
	s := p.t.Sessions[0]
	var c *session.Conn
	if len(s.Conns) > 0 {
		c = s.Conns[0]
	}
	return []Evidence{{Time: s.FirstSeen, Conn: c, Text: p.S("%d nodes answered (by %s): %s", len(p.t.Nodes), p.t.Nodes[0].By(p.Words), p.List(names))}}
}

// soonest rules out that sessions expired: it says how shortly before its refusal one was last heard of.
func (p *picture) soonest(list []*session.Exchange) string {
	best := int64(-1)
	for _, e := range list[:min(len(list), 100)] {
		for _, o := range e.Session.Exchanges {
			if o != e && honoured(o) && o.Start <= e.Start {
				at := min(max(o.Start, o.End), e.Start)
				if d := e.Start - at; best < 0 || d < best {
					best = d
				}
			}
		}
	}
	switch {
	case best < 0:
		return p.S("session expired: it was refused shortly after it was last heard of")
	case best < 1e6:
		return p.S("session expired: it was refused while other requests of it were being answered")
	}
	return p.S("session expired: it was refused %s after it was last heard of", p.span(best))
}

// crossOrigin says whether a browser sent the request from a page of another origin.
func crossOrigin(e *session.Exchange) bool {
	_, host, ok := strings.Cut(e.Request.Origin, "://")
	return ok && host != "" && !strings.EqualFold(host, e.Request.Host)
}
