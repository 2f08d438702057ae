package diagnose

import (
	"slices"
	"strconv"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

type cookieUse uint8

const (
	noCookie      cookieUse = iota // no affinity cookie was ever set for the session
	cookieMissing                  // one was set before, and this request did not bring it
	cookieThere                    // this request brought it
	cookieTwice                    // this request brought it behind another of its name, which sends it elsewhere
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
	for _, c := range set.Response.SetCookies { // AWS sets two for one purpose: a page of another site returns the second alone
		if !p.keepsNode(c) {
			continue
		}
		for _, r := range e.Request.Cookies {
			if r.Name == c.Name && gaveCookie(e.Session, r, e.Start) {
				if strange(e, r.Name) {
					return cookieTwice
				}
				return cookieThere
			}
		}
	}
	return cookieMissing
}

// strange says whether the first cookie of a name that a request brought is none that its session was given.
func strange(e *session.Exchange, name string) bool {
	i := slices.IndexFunc(e.Request.Cookies, func(r session.Cookie) bool { return r.Name == name })
	return !gaveCookie(e.Session, e.Request.Cookies[i], e.Start)
}

// cookieSentTwice tells of requests with two cookies of the affinity's name: the first, which a balancer follows, is one
// that another session was given.
func (p *picture) cookieSentTwice(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	sessions, _ := sessionsOf(list)
	set := p.cookieSetter(list[0].Session)
	cookie, _ := p.affinityCookie(set)
	p.add(Finding{
		ID: "sticky-cookie-not-returned", Confidence: "likely", Title: p.S("The affinity cookie %s is sent twice, with two values", cookie.Name),
		Explanation: p.S("The request brought two cookies called %[1]s. The first is not the one that its session was given, a balancer follows it all the same, and the node it names does not know the sid. Clients that share one set of headers write their cookies into it one behind another; a browser does so where %[1]s was set for two paths or domains.", cookie.Name),
		Sessions:    sessions, Evidence: append([]Evidence{p.told(set, p.S("the answer sets the cookie %s", cookie.Name))}, p.shown(list)...),
		RuledOut: []string{
			p.S("no affinity configured: the balancer does set an affinity cookie"),
			p.S("a rule of its own for WebSocket: the refused request did not bring the same cookie alone"),
		},
		Fixes: append([]Fix{
			{For: "client", Text: p.S("a cookie jar and an object of headers for each client; in a browser one Path and one Domain for the cookie")},
		}, webSocketOnly(p.Words)),
		WouldTell: p.S("The Cookie header of the refused request, and the balancer's log: which value it followed."),
	})
}

// gaveCookie says whether a cookie that a request brought is one that the session was given, be it instead of another
// that it brought. A browser that keeps no cookies of requests without credentials does keep those of WebSocket requests,
// of earlier sessions too.
func gaveCookie(s *session.Session, c session.Cookie, before int64) bool {
	return slices.ContainsFunc(s.Exchanges, func(o *session.Exchange) bool {
		if o.End == 0 || o.End > before || o.UnknownSID() && !slices.ContainsFunc(o.Request.Cookies, func(r session.Cookie) bool { return r.Name == c.Name }) {
			return false
		}
		return slices.ContainsFunc(o.Response.SetCookies, func(set session.Cookie) bool {
			return set.Name == c.Name && set.Value == c.Value
		})
	})
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

// cookieNotReturned tells of requests without the cookie that an answer before them set: the browser refuses it, or the
// client does not send cookies.
func (p *picture) cookieNotReturned(list []*session.Exchange) {
	var unsent, refused []*session.Exchange
	why := ""
	sure := false
	for _, e := range list {
		if reason, certain := p.refusesCookie(e); reason != "" {
			refused = append(refused, e)
			if why == "" || certain && !sure {
				why, sure = reason, certain
			}
		} else {
			unsent = append(unsent, e)
		}
	}
	p.cookieUnsent(unsent)
	p.cookieRefused(refused, why, sure)
}

func (p *picture) cookieUnsent(list []*session.Exchange) {
	if len(list) == 0 {
		return
	}
	sessions, _ := sessionsOf(list)
	first := list[0]
	set := p.cookieSetter(first.Session)
	cookie, _ := p.affinityCookie(set)
	name := cookie.Name
	variant, fixes := p.S("a client without a cookie jar"), []Fix{
		{For: "client", Text: p.S("Node client: socket.io-client 4.7 or later with withCredentials: true keeps cookies; other clients: see how their HTTP library keeps cookies."), Snippet: snippet("cors.client.js")},
	}
	if crossOrigin(first) {
		variant, fixes = p.S("a page of another origin, without credentials"), p.fixesFor(withCookies, first.Path)
		for i := range fixes {
			fixes[i].Snippet = strings.ReplaceAll(fixes[i].Snippet, "https://app.example.com", plainOrigin(first.Request.Origin))
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
		Fixes: append(fixes, webSocketOnly(p.Words)),
	})
}

// plainOrigin is an origin as it may stand in a snippet; an example where it holds what may not.
func plainOrigin(origin string) string {
	if strings.ContainsAny(origin, " \t\r\n\"'`;{}\\$<>") || len(origin) > 200 {
		return "https://app.example.com"
	}
	return origin
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
		Fixes:     append([]Fix{keepDraining(p.Words)}, p.recognisedOf(affinity, list[0].Path, "client")...),
		WouldTell: p.S("The balancer's log at that time: which target it chose, and why."),
	})
}

// apart says whether WebSocket requests alone reached another node, in spite of the cookie that kept the polls of their
// sessions where they belong.
func apart(all, returned []*session.Exchange) bool {
	if len(returned) == 0 || len(returned) < len(all) {
		return false
	}
	return !slices.ContainsFunc(returned, func(e *session.Exchange) bool {
		return e.Kind != session.UpgradeRequest || !slices.ContainsFunc(e.Session.Exchanges, func(o *session.Exchange) bool {
			return (o.Kind == session.Poll || o.Kind == session.Post) && o.Start > e.End && honoured(o)
		})
	})
}

func (p *picture) routedApart(list []*session.Exchange) {
	sessions, _ := sessionsOf(list)
	p.add(Finding{
		ID: "upgrade-routed-apart", Confidence: confidence(len(sessions) > 1), Title: p.S("WebSocket requests are sent to another node than polls"),
		Explanation: p.S("Polls that brought the affinity cookie reached the node that issued their sid. WebSocket requests brought the same cookie and reached another node, which refused them: 400 Session ID unknown. The balancer has a rule of its own for WebSocket, or a pool of its own that does not heed the cookie. Sessions stay on polling, and the application is told nothing."),
		Sessions:    sessions, Evidence: p.shown(list),
		RuledOut: []string{p.S("cookie not returned: it was"), p.S("affinity lost: the polls of the same sessions kept their node afterwards")},
		Fixes:    append([]Fix{{For: "balancer", Text: p.S("one pool and one affinity for both: Apache needs the same routes and the same cookie in the balancers of http and ws")}}, p.recognisedOf(affinity, list[0].Path, "client")...),
	})
}

// routedAway tells the same where no cookie keeps the polls: so many connections of theirs kept to the node that it is no
// coincidence.
func (p *picture) routedAway(list []*session.Exchange) {
	sessions, _ := sessionsOf(list)
	p.add(Finding{
		ID: "upgrade-routed-apart", Confidence: "likely", Title: p.S("WebSocket requests are sent to another node than polls"),
		Explanation: p.S("Polls of these sessions reached the node that issued their sid on each of %d connections. Only WebSocket requests reached another node, which refused them: 400 Session ID unknown. The balancer has a rule of its own for WebSocket, or a pool of its own. Sessions stay on polling, and the application is told nothing.", p.pollsKept(list)),
		Sessions:    sessions, Evidence: append(p.nodeEvidence(), p.shown(list)...),
		RuledOut: []string{
			p.soonest(list),
			p.S("balancing per request or per connection: polls would have reached other nodes, too"),
		},
		Fixes:     append([]Fix{{For: "balancer", Text: p.S("one pool and one affinity for both: what keeps polls on their node must choose the node of WebSocket requests, too")}}, p.recognisedOf(affinity, list[0].Path, "client")...),
		WouldTell: p.S("The balancer's configuration: a rule for Upgrade or for transport=websocket. sio check with the same URL tries both kinds of request on new connections."),
	})
}

// cookieReplaced says whether the answer sets an affinity cookie anew: the balancer did not follow the one it got.
func (p *picture) cookieReplaced(e *session.Exchange) bool {
	_, ok := p.affinityCookie(e)
	return ok
}

// severalProcesses says whether sids of several processes were seen that no cookie or header tells apart: each counts its
// own, so that one node, by its name, gives out a count twice, or goes on with two by turns.
func (p *picture) severalProcesses() bool {
	type count struct {
		node int
		n    uint32
	}
	counted, seen := 0, map[count]bool{}
	for _, o := range p.t.Nodes {
		if o.Basis == "sid counter" {
			counted++
		}
		if len(o.Counts) > 1 {
			return true
		}
	}
	for _, s := range p.t.Sessions {
		n, ok := engineio.Counter(s.SID)
		if !ok || s.Node < 0 || len(p.t.Restarts) > 0 {
			continue
		}
		if seen[count{s.Node, n}] {
			return true
		}
		seen[count{s.Node, n}] = true
	}
	return counted > 1
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
		Sessions:    sessions, Evidence: slices.Concat(p.nodeEvidence(), p.countsEvidence(list), p.shown(list)),
		RuledOut: []string{
			p.S("cookie not returned: it was"),
			p.S("the balancer chose another node: it would have set the cookie anew"),
		},
		Fixes:     append([]Fix{everyLayer(p.Words)}, p.recognisedOf(connectionAffinity, list[0].Path, "Node cluster", "pm2", "client")...),
		WouldTell: p.S("A capture between the two layers."),
	})
}

// innerHeader tells of requests that reached the same outer node as their session's handshake, by a field that the outer
// layer writes, and another process all the same.
func (p *picture) innerHeader(list []*session.Exchange, name string) {
	sessions, _ := sessionsOf(list)
	p.add(Finding{
		ID: "inner-layer-not-sticky", Confidence: "likely", Title: p.S("A second layer behind the sticky balancer is not sticky"),
		Explanation: p.S("The refused requests and the handshakes of their sessions have the same value in the field %s, which has several in this capture, so the outer layer chose the same node, and they still reached a process that does not know the session. Behind that layer is another balancer, or a Node cluster, pm2 or several workers on one port, that deals requests or connections out without affinity.", name),
		Sessions:    sessions, Evidence: slices.Concat(p.nodeEvidence(), p.countsEvidence(list), p.shown(list)),
		RuledOut: []string{
			p.soonest(list),
			p.S("the outer layer chose another node: its field would differ"),
		},
		Fixes:     append([]Fix{everyLayer(p.Words)}, p.recognisedOf(connectionAffinity, list[0].Path, "Node cluster", "pm2", "client")...),
		WouldTell: p.S("A capture between the two layers."),
	})
}

// countsEvidence shows the counters that run side by side behind one node's name.
func (p *picture) countsEvidence(list []*session.Exchange) []Evidence {
	var ev []Evidence
	for i := range p.t.Nodes {
		n := &p.t.Nodes[i]
		at := slices.IndexFunc(list, func(e *session.Exchange) bool { return e.Session.Node == i })
		if len(n.Counts) < 2 || at < 0 {
			continue
		}
		var counts []string
		for _, c := range n.Counts {
			var some []string
			for _, k := range c {
				some = append(some, strconv.FormatUint(uint64(k), 10))
			}
			if len(c) > 3 {
				some = append(some, "…")
			}
			counts = append(counts, p.List(some))
		}
		s := list[at].Session
		ev = append(ev, Evidence{Time: s.FirstSeen, Conn: lastConn(s), Text: p.S("%s: %d counters run side by side in its sids, as of so many processes: %s", n.Name(p.Words), len(n.Counts), p.Clauses(counts))})
	}
	return ev
}
