package session

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"sioscope/protocol/fact"
)

// An identity is what names a node, and how sure that is.
type identity struct {
	label, basis string
	decoded      string // what the label was decoded from
	confidence   Confidence
}

// identity returns what names the node of an exchange of the hop nearest to the client, with an empty label where nothing
// does. It is nil where nodes cannot be told apart.
func (n *naming) identity() func(*Exchange) identity {
	t, signals := n.t, n.findSignals()
	defer func() {
		for _, s := range signals {
			n.signals = append(n.signals, s.Signal)
		}
	}()
	if h := strings.ToLower(t.Options.NodeHeader); h != "" && t.anySays(headerValue(h)) {
		return by("named", headerValue(h))
	}
	if t.anySays(n.fileLabel) && !n.labelsMixed() {
		return n.byFile()
	}
	if len(n.behind) > 0 && !n.addressesMixed() {
		return by("address", n.nodeAddress)
	}
	if s := n.choose(signals); s != nil {
		s.Chosen = true
		value := n.signalValue(s)
		return func(e *Exchange) identity {
			label := value(e)
			return identity{label, s.Basis(), n.decoder.how(label), s.Confidence}
		}
	}
	return nil
}

// by is an identity that is certain.
func by(basis string, of func(*Exchange) string) func(*Exchange) identity {
	return func(e *Exchange) identity { return identity{label: of(e), basis: basis, confidence: Certain} }
}

// byFile names nodes by the captures that were made on them, and others by their addresses.
func (n *naming) byFile() func(*Exchange) identity {
	labels := map[string]string{} // by address
	for _, e := range n.t.Exchanges {
		if label := n.fileLabel(e); e.Outer == nil && label != "" && n.nodeAddress(e) != "" {
			labels[n.nodeAddress(e)] = label
		}
	}
	return func(e *Exchange) identity {
		address := n.nodeAddress(e)
		if label := cmp.Or(n.fileLabel(e), labels[address]); label != "" {
			return identity{label: label, basis: "named", confidence: Certain}
		}
		return identity{label: address, basis: "address", confidence: Certain}
	}
}

func (t *Tracker) anySays(of func(*Exchange) string) bool {
	return slices.ContainsFunc(t.Exchanges, func(e *Exchange) bool { return e.Outer == nil && of(e) != "" })
}

// innermost is the same request on the hop nearest to the node.
func (e *Exchange) innermost() *Exchange {
	for e.Inner != nil {
		e = e.Inner
	}
	return e
}

// outermost is the same request on the hop nearest to the client.
func (e *Exchange) outermost() *Exchange {
	for e.Outer != nil {
		e = e.Outer
	}
	return e
}

// fileLabel is the label of the capture nearest to the node. A capture that was made before others, as at a balancer, names
// no node, and neither does a log of requests, which is made on the client's side of all nodes.
func (n *naming) fileLabel(e *Exchange) string {
	for in := e.innermost(); in != nil; in = in.Outer {
		if label := in.Conn.File; label != "" && !in.logged() && !n.fronts[label] {
			return label
		}
		if in == e {
			break
		}
	}
	return ""
}

// findFronts finds the labels of captures that were made before the nodes. Their requests are in other captures too, which
// are nearer to the nodes: mostly those in which the answer took less time, whatever the clocks say. Or they go on to
// several addresses in the same capture; a single one may be a proxy's beside the node.
func (n *naming) findFronts() {
	passed := map[[2]string]int{}
	behind := map[string]netip.AddrPort{}
	n.fronts = map[string]bool{}
	for _, e := range n.t.Exchanges {
		label := e.Conn.File
		if e.Outer != nil || label == "" || e.logged() {
			continue
		}
		for in := e.Inner; in != nil; in = in.Inner {
			switch first, again := behind[label]; {
			case in.logged() || twins(in.Conn, e.Conn):
			case !in.Conn.SamePlace(e.Conn):
				if way := [2]string{label, in.Conn.File}; in.took() > e.took() {
					passed[[2]string{way[1], way[0]}]++
				} else {
					passed[way]++
				}
			case !again:
				behind[label] = in.Conn.Server
			case first != in.Conn.Server:
				n.fronts[label] = true
			}
		}
	}
	for way, times := range passed {
		if times > passed[[2]string{way[1], way[0]}] && way[0] != "" {
			n.fronts[way[0]] = true
		}
	}
}

// took is how long the answer took to begin, 0 where there was none.
func (e *Exchange) took() int64 {
	if e.Answered == 0 {
		return 0
	}
	return e.Answered - e.Start
}

const sureAlive = 1e9 // ns: no session times out sooner

// labelsMixed says whether a sid was issued and unknown in the capture of one label while its session lived: then that
// capture was not made on one node, but before a balancer.
func (n *naming) labelsMixed() bool {
	n.past.labels = n.past.labels && n.t.Freed.Requests > 0 || n.t.mixed(n.fileLabel)
	return n.past.labels
}

// addressesMixed says the same of the address behind the balancer: then several processes listen there.
func (n *naming) addressesMixed() bool {
	n.past.addresses = n.past.addresses && n.t.Freed.Requests > 0 || n.t.mixed(n.nodeAddress)
	return n.past.addresses
}

// mixed says whether a sid was issued and unknown under one name while its session lived.
func (t *Tracker) mixed(of func(*Exchange) string) bool {
	for _, s := range t.Sessions {
		h := s.handshake()
		if h == nil || h.Status != 200 {
			continue
		}
		for _, e := range s.Exchanges {
			alive := s.honoured > e.Start || e.Start-s.Opened < sureAlive && (s.Closed == 0 || s.Close.Reason == RefusedSince)
			if e.UnknownSID() && alive && !e.closes && of(e) != "" && of(e) == of(h) {
				return true
			}
		}
	}
	return false
}

// findBehind finds the addresses behind the balancer.
func (n *naming) findBehind() {
	n.behind = map[netip.AddrPort]bool{}
	for _, e := range n.t.Exchanges {
		if in := e.innermost(); e.Outer == nil && in.Conn.Server != e.Conn.Server && in.Conn.Server.IsValid() && e.Conn.Server.IsValid() {
			n.behind[in.Conn.Server] = true
		}
	}
}

// nodeAddress is the address behind the balancer, also of a request that went there past it.
func (n *naming) nodeAddress(e *Exchange) string {
	if server := e.innermost().Conn.Server; n.behind[server] {
		return server.String()
	}
	return ""
}

// issuer is the node of the handshake, or, where that is not known, the one node that honoured the sid.
func (s *Session) issuer() int {
	for _, e := range s.Exchanges {
		if e.Kind == Handshake && e.GotSID == s.SID && e.told.node >= 0 {
			return e.told.node
		}
	}
	node := -1
	for _, e := range s.Exchanges {
		if e.told.node < 0 || !e.honouredSID() {
			continue
		}
		if node >= 0 && node != e.told.node {
			return -1
		}
		node = e.told.node
	}
	return node
}

// honouredSID says whether the answer took the sid for good.
func (e *Exchange) honouredSID() bool {
	return !e.HasError && e.Succeeded()
}

// UnknownSID says whether the answer was that no such session is known.
func (e *Exchange) UnknownSID() bool { return e.HasError && e.Error.Code == 1 && e.SID != "" }

// spread tells which node answered each request where only the session's node is known, and marks the requests that
// reached a node which did not issue the sid.
func (n *naming) spread() {
	for _, s := range n.t.Sessions {
		heard, cut := s.Opened, int64(0)
		left := s.farewell()
		for _, e := range s.Exchanges {
			if at := e.pollCut(); at != 0 && (cut <= heard || at < cut) {
				cut = at
			}
			told := &e.told
			switch {
			case e.Status == 0 || e.Kind == Preflight:
			case e.honouredSID():
				if told.node < 0 {
					told.node = s.told.node
				}
				heard = max(heard, e.Start, e.End)
			case e.UnknownSID() && n.t.apart(e, s): // no time of one file says anything in the other
				told.wrong = told.node >= 0 && s.told.node >= 0 && told.node != s.told.node
			case e.UnknownSID():
				silence := quiet{e, max(0, e.Start-heard), s.unanswered(heard, max(e.Start, e.End))}
				n.silences = append(n.silences, silence)
				other := told.node < 0 || told.node != s.told.node
				ended := cut > heard && cut <= e.Start || e.closes && told.node < 0
				told.crossed = left != 0 && left < e.End || s.Close.By == "client" && e.Start < s.Closed && s.Closed < e.End
				told.wrong = other && !(told.crossed && told.node < 0) && s.aliveAt(silence, heard) && (!ended || s.honoured > e.Start)
			}
		}
	}
}

// apart says whether a request was seen by a clock that could not be compared with the one its session was opened by.
func (t *Tracker) apart(e *Exchange, s *Session) bool {
	h := s.handshake()
	if len(t.Files) < 2 || h == nil || h.Conn.Source == e.Conn.Source {
		return false
	}
	a, b := t.File(h.Conn.Source), t.File(e.Conn.Source)
	return a != nil && b != nil && a.Clock.Reference != b.Clock.Reference
}

// farewell is when the client sent the close packet that its server accepted, 0 where it did not. What was under way then
// may be answered by the right node as if there had never been such a session.
func (s *Session) farewell() int64 {
	for _, e := range s.Exchanges {
		if e.closes && e.Kind == Post && e.honouredSID() {
			return e.Start
		}
	}
	return 0
}

// Left is when the client ended the session: by a close packet, when it sent that; 0 where it did not.
func (s *Session) Left() int64 {
	if s.Close.By != "client" {
		return 0
	}
	return cmp.Or(s.farewell(), s.Closed)
}

// pollCut is when a poll was cut: by a proxy that answered in the server's place, or with its connection; 0 where it was
// not. A server ends the session of a poll that is cut.
func (e *Exchange) pollCut() int64 {
	switch {
	case e.Kind != Poll:
		return 0
	case e.Status == 0:
		at, _ := e.Cut()
		return at
	case e.Status >= 500 && !e.HasError:
		return e.End
	}
	return 0
}

// aliveAt says whether the session must have been alive on its node when a request was refused: a later one of its was
// honoured, or it was heard of so shortly before that it cannot have timed out, and nobody had closed it.
func (s *Session) aliveAt(q quiet, heard int64) bool {
	e := q.exchange
	if s.honoured > e.Start {
		return true
	}
	if heard == 0 || s.Closed != 0 && s.Closed < e.Start && s.Close.Reason != RefusedSince {
		return false
	}
	return e.Start-heard < s.Silence() && !e.overdue(q.unanswered) && !s.missedWithin(heard, e.Start)
}

// unanswered is how long, at most, the heartbeat of a server that pings had been without an answer at a time: since the
// last pong that came in time, or the request that opened the session, as a server begins to wait before its answer
// leaves it. Other packets do not put off what follows from it. Where the session was heard of for longer than that allows,
// pongs were not seen.
func (s *Session) unanswered(heard, at int64) int64 {
	if s.EIO < 4 || s.Opened == 0 {
		return 0
	}
	ping, pong := s.LastBeat[fact.In], s.LastBeat[fact.Out]
	since := s.Opened
	if h := s.handshake(); h != nil && h.Start != 0 {
		since = min(since, h.Start)
	}
	switch late := ping + s.Open.PingTimeout*1e6; {
	case ping != 0 && (pong < ping || pong >= late || pong > at):
		since = max(since, ping-s.Open.PingInterval*1e6)
	case pong != 0:
		since = max(since, pong)
	}
	if heard-since >= s.Silence() {
		since = heard
	}
	return max(0, at-since)
}

// Overdue says whether the heartbeat had been without an answer for so long when the sid was refused that the server has
// dropped the session: for pingInterval and pingTimeout.
func (e *Exchange) Overdue() bool { return e.overdue(e.Unanswered) }

func (e *Exchange) overdue(unanswered int64) bool {
	s := e.Session
	return s != nil && s.Open.PingTimeout > 0 && unanswered >= s.Silence()
}

// missedWithin says whether bytes of the session's connections are missing from a stretch of time: its end may be
// among them.
func (s *Session) missedWithin(from, to int64) bool {
	for _, c := range s.Conns {
		for _, at := range c.gapTimes {
			if from <= at && at <= to {
				return true
			}
		}
	}
	return false
}

// Silence is how long a server waits before it drops a session that says nothing, in ns.
func (s *Session) Silence() int64 {
	if s.Open.PingTimeout > 0 {
		return (s.Open.PingInterval + s.Open.PingTimeout) * 1e6
	}
	return 25e9
}
