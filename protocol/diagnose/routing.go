package diagnose

import (
	"math"
	"slices"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
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
	for _, p.service = range p.services(all) {
		from := len(p.findings)
		p.spread(p.service.asked)
		p.merge(from)
	}
	p.claim(all)
}

// spread says what spread requests of one service.
func (p *picture) spread(all []*session.Exchange) {
	var unreturned, returned, twice, rest []*session.Exchange
	for _, e := range all {
		switch p.cookieOn(e) {
		case cookieTwice:
			twice = append(twice, e)
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
	p.cookieSentTwice(twice)
	if apart(all, returned) && !p.severalProcesses() {
		p.routedApart(returned)
		returned = nil
	}
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
}

// noAffinity tells per request from per connection. A session that is honoured and refused on one TCP connection was
// spread by a balancer that reads HTTP. One whose connections each stay what they are was spread by one that deals out
// connections. Where every request came on a connection of its own both look alike: a proxy that reads HTTP may be the
// one that chooses, or stand behind one that deals out connections.
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
	if name := p.outerStayed(list); name != "" {
		p.innerHeader(list, name)
		return
	}
	switch {
	case !anyHides(list, fact.HidesConnection) && (inside == nil && p.addressChanged(list) || (inside == nil || nearest(list[0]) != list[0]) && p.firstChose(list)):
	case p.oneDoor(list):
	case inside == nil && socketsAlone(list) && p.pollsKept(list) >= manyConnections:
		p.routedAway(list)
	case inside != nil:
		p.perRequest(list, inside, confidence(!p.cookieUnseen(list)))
	case readsHTTP && !steady && !anyHides(list, fact.HidesConnection) && !behind(list):
		p.perEither(list)
	case readsHTTP && !steady:
		p.perRequest(list, nil, "likely")
	case behind(list) && forwarded(list):
		p.perEither(list)
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

// manyConnections is how many connections must have kept to a session's node before it is no coincidence: among two
// nodes that are dealt out, one in 64.
const manyConnections = 6

// pollsKept counts the connections on which polls and posts of refused sessions reached the node that issued their sid, but
// for those that carried the handshake. It is for nothing where a source does not tell connections apart, or where they
// are the balancer's own.
func (p *picture) pollsKept(list []*session.Exchange) int {
	if anyHides(list, fact.HidesConnection) || behind(list) {
		return 0
	}
	kept := map[place]bool{}
	sessions, _ := sessionsOf(list)
	for _, s := range sessions {
		for _, o := range s.Exchanges {
			at := place{s, o.Conn.TCP()}
			switch {
			case o.Kind == session.Handshake:
				kept[at] = false
			case (o.Kind == session.Poll || o.Kind == session.Post) && honoured(o) && !closeOnly(o):
				if _, seen := kept[at]; !seen {
					kept[at] = true
				}
			}
		}
	}
	n := 0
	for _, k := range kept {
		if k {
			n++
		}
	}
	return n
}

// pollsSpread says whether handshakes over polling reached more than one node: then it is no rule for WebSocket requests.
func (p *picture) pollsSpread() bool {
	node := -1
	for _, s := range p.service.sessions {
		if s.Node < 0 || !slices.ContainsFunc(s.Exchanges, func(e *session.Exchange) bool {
			return e.Kind == session.Handshake && e.Outer == nil && !asksWebSocket(e)
		}) {
			continue
		}
		if node >= 0 && s.Node != node {
			return true
		}
		node = s.Node
	}
	return false
}

// forwarded says whether a proxy that reads HTTP passed on every one of the requests.
func forwarded(list []*session.Exchange) bool {
	return !slices.ContainsFunc(list, func(e *session.Exchange) bool { return e.Request.ForwardedFor == "" })
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
	ev = slices.Concat(p.nodeEvidence(), p.ratioEvidence(sessions), ev)
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
		Explanation: p.S("A Socket.IO session lives on the node that issued its sid. The balancer chooses a node for every request, so polls and posts reach nodes that answer \"Session ID unknown\": %s ended with it, and clients start over again and again. A Redis adapter does not help: it shares messages between nodes, not handshakes.", p.Count(len(sessions)+p.past.counts("no-affinity-per-request").Earlier, "session")),
		Sessions:    sessions, Evidence: ev, RuledOut: ruled,
		Fixes: p.fixesFor(affinity, list[0].Path),
	}
	if confidence != "certain" {
		f.WouldTell = p.S("A capture on the balancer's other side, or a client that keeps its connections: refused and honoured requests on one connection prove it.")
		if p.cookieUnseen(list) {
			f.WouldTell = p.S("Whether these requests brought the affinity cookie that an answer set: the source leaves cookies out. A capture of packets, or a HAR with sensitive data, has them.")
		}
	}
	p.special(&f, list)
	p.add(f)
}

func (p *picture) perConnection(list []*session.Exchange, confidence string) {
	sessions, _ := sessionsOf(list)
	silent := stillPolling(sessions)
	before := p.past.counts("no-affinity-per-connection")
	f := Finding{
		ID: "no-affinity-per-connection", Confidence: confidence,
		Title:       p.S("The balancer sends every connection to another node"),
		Explanation: p.S("A Socket.IO session lives on the node that issued its sid. The balancer chooses a node for every TCP connection, and the WebSocket always opens a new one: where that reached another node it was refused. %s A Redis adapter does not help: it shares messages between nodes, not handshakes. %s", p.fates(len(sessions)+before.Earlier, silent+before.stayed), p.orWorkers()),
		Sessions:    sessions, Evidence: append(p.nodeEvidence(), p.shown(list)...),
		RuledOut: []string{
			p.soonest(list),
			p.S("balancing per request: no connection changed its node"),
			p.S("node restarted: the sessions' own node went on answering, or no process began to count anew"),
		},
		Fixes: p.connectionFixes(list[0].Path),
	}
	if anyHides(list, fact.HidesConnection) || behind(list) {
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
	p.special(&f, list)
	p.add(f)
}

// orWorkers says what looks the same from outside as a balancer that deals out connections.
func (p *picture) orWorkers() string {
	switch dialect(p.t) {
	case engineio.Node:
		return p.S("It may also be a Node cluster or pm2 behind one port: they look the same from outside.")
	case engineio.Python:
		return p.S("It may also be several Python workers behind one port (gunicorn -w, uWSGI): they look the same from outside.")
	}
	return p.S("It may also be a Node cluster, pm2 or several Python workers behind one port: they look the same from outside.")
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

func (p *picture) websocketOnly() Fix { return webSocketOnly(p.Words) }

// order puts the recognised proxy's fix first.
func (p *picture) order(fixes ...Fix) []Fix {
	slices.SortStableFunc(fixes, func(a, b Fix) int { return p.recognised(b.For) - p.recognised(a.For) })
	return fixes
}

// nodeEvidence says how many processes issued sids, where that is known.
func (p *picture) nodeEvidence() []Evidence {
	nodes := p.service.nodes
	if len(nodes) < 2 {
		return nil
	}
	var names []string
	for _, n := range nodes {
		names = append(names, n.Name(p.Words))
	}
	if len(names) > 8 {
		names = append(names[:8], "…")
	}
	s := p.service.sessions[0]
	var c *session.Conn
	if len(s.Conns) > 0 {
		c = s.Conns[0]
	}
	return []Evidence{{Time: s.FirstSeen, Conn: c, Text: p.S("%d nodes answered (by %s): %s", len(nodes), nodes[0].By(p.Words), p.List(names))}}
}

const (
	telling = 8 // follow-up requests, from which on the share of those that were refused says how many nodes there are
	lucky   = 3 // of them must have been answered: one may be so for any number of nodes
)

// ratioEvidence says how many of the sessions' first requests after the handshake were refused, and of how many nodes that
// is typical: of N alike, chosen at random, N-1 refuse. Where nodes are told apart it is they who are counted.
func (p *picture) ratioEvidence(sessions []*session.Session) []Evidence {
	asked, refused := 0, 0
	for _, s := range p.service.sessions {
		for _, e := range s.Exchanges {
			if (e.Kind == session.Poll || e.Kind == session.Post) && !closeOnly(e) && (honoured(e) || e.WrongNode) {
				asked++
				if e.WrongNode {
					refused++
				}
				break // once refused, a session is asked for no more
			}
		}
	}
	if asked < telling || asked-refused < lucky || len(sessions) == 0 || len(p.service.nodes) > 1 {
		return nil
	}
	nodes := int(math.Round(float64(asked) / float64(asked-refused)))
	if nodes < 2 {
		return nil
	}
	s := sessions[0]
	return []Evidence{{Time: s.FirstSeen, Conn: lastConn(s), Text: p.S("%d of %d first requests after a handshake were refused, as with about %d nodes of which any is chosen", lang.Amount(refused), lang.Amount(asked), lang.Amount(nodes))}}
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
