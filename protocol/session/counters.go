package session

import (
	"cmp"
	"slices"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
)

// Every process of engine.io and python-engineio ends its sids with the number of handshakes it has made. Read in
// order of time, the handshakes at one address fall into one rising chain per process. A number that no chain can go
// on with begins another process, or is the same one after a restart: then nothing is heard of the old chain again.

type chain struct {
	node     int
	last     uint32
	certain  int  // how many of its sessions are its own for sure: from a tie on, the rest may be another's; 0: all are
	revived  bool // a later chain is its second life
	sessions []*Session
	line     *lineage // nil until it is known by one
}

// A lineage is what a chain is known by once sessions of it are gone: the rest of them does not tell it from another any
// more.
type lineage struct {
	last uint32   // its latest counter when sessions were let go of
	now  uint32   // its latest counter
	home *Session // one of the node that it adjoined, nil where that was none
}

// undecided is the lineage of sessions that may be of several chains.
var undecided = new(lineage)

// countNodes gives sessions that have no node yet one by their sid's counter, and finds restarts among all.
func (n *naming) countNodes() {
	groups := map[string][]*Session{}
	var order []string
	for _, s := range n.t.Sessions {
		if _, ok := engineio.Counter(s.SID); !ok || s.Opened == 0 {
			continue
		}
		key := s.Server.String()
		if s.told.node >= 0 {
			key = "node " + n.nodes[s.told.node].ID
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], s)
	}
	mixed, known := n.mixedConnections(), n.known()
	for _, key := range order {
		g := groups[key]
		if n.atRandom(key, g) {
			continue
		}
		slices.SortStableFunc(g, func(a, b *Session) int { return cmp.Compare(a.Opened, b.Opened) })
		all := chains(g, mixed)
		if len(all) > maxProcesses {
			n.calledRandom(key, len(g))
			continue
		}
		rejoin(all)
		var firsts []*chain // first lives
		for i, c := range all {
			if old := n.restarted(all[:i], c); old != nil && old.node >= 0 {
				n.second(old, c)
				continue
			}
			firsts = append(firsts, c)
			if c.sessions[0].told.node < 0 {
				n.adjoin(c, known)
			}
			n.nameChain(c)
		}
		if interchangeable(firsts) {
			for _, c := range firsts {
				if node := &n.nodes[c.node]; node.Basis == "sid counter" {
					node.Confidence = Possible
				}
			}
		}
		if named := g[0].told.node; strings.HasPrefix(key, "node ") {
			n.nodes[named].Counts = sideBySide(firsts)
		}
		if n.t.Options.Memory > 0 {
			mark(all)
		}
	}
}

// atRandom says whether the sids of a group have the form of those that count, and are random: @socket.io/bun-engine's
// are. What was found while more sessions were there stays.
func (n *naming) atRandom(key string, g []*Session) bool {
	if n.past.random[key] {
		return true
	}
	if !Scattered(g) {
		return false
	}
	n.calledRandom(key, len(g))
	return true
}

// calledRandom keeps that the sids of a group do not count, where sessions are let go of.
func (n *naming) calledRandom(key string, sessions int) {
	if n.t.Options.Memory > 0 && sessions > 2 && len(n.past.random) < 1024 {
		if n.past.random == nil {
			n.past.random = map[string]bool{}
		}
		n.past.random[key] = true
	}
}

// Scattered says whether most of the first sessions have a counter that hardly a process reaches, and none near it: those
// of random sids lie anywhere below 2^24, those of a process that has been counting for long lie close together.
func Scattered(g []*Session) bool {
	const near = 1 << 16
	counters := make([]uint32, min(len(g), 32))
	for i := range counters {
		counters[i], _ = engineio.Counter(g[i].SID)
	}
	slices.Sort(counters)
	lonely := 0
	for i, c := range counters {
		if c >= PlausibleCounter && (i == 0 || c-counters[i-1] > near) && (i == len(counters)-1 || counters[i+1]-c > near) {
			lonely++
		}
	}
	return len(counters) > 1 && 2*lonely > len(counters) // one number says nothing either way
}

// adjoin gives a chain the node that it adjoins, or did while all of it was there.
func (n *naming) adjoin(c *chain, known []map[uint32]*Session) {
	if c.line != nil && c.line.home != nil && c.line.home.told.node >= 0 {
		c.node = c.line.home.told.node
		return
	}
	c.node = adjoins(c.own(), known)
	if c.node >= 0 && n.t.Options.Memory > 0 {
		c.line = cmp.Or(c.line, new(lineage))
		c.line.home = n.nodes[c.node].first
	}
}

// mark notes of sessions which chains they are of, for the time when some of them are gone.
func mark(all []*chain) {
	for _, c := range all {
		c.line = cmp.Or(c.line, new(lineage))
		c.line.now = c.last
		for i, s := range c.sessions {
			s.chained = c.line
			if c.certain > 0 && i >= c.certain {
				s.chained = undecided
			}
		}
	}
}

// mixedConnections says whether a sid was honoured and unknown on one connection: then the balancer chooses a node for
// every request, and what came on the same connection need not come from the same node.
func (n *naming) mixedConnections() bool {
	n.past.mixed = n.past.mixed && n.t.Freed.Requests > 0 || n.t.findMixedConnections()
	return n.past.mixed
}

func (t *Tracker) findMixedConnections() bool {
	for _, c := range t.Conns {
		for i, e := range c.Exchanges {
			if e.Outer == nil && e.UnknownSID() && honouredNear(c.Exchanges, i) {
				return true
			}
		}
	}
	return false
}

const mixedWithin = 16 // exchanges of a connection, before and after a refused one

// honouredNear says whether the sid that was unknown in exchange i was honoured, or issued, in one beside it.
func honouredNear(list []*Exchange, i int) bool {
	for _, o := range list[max(0, i-mixedWithin):min(len(list), i+mixedWithin)] {
		if o.honouredSID() && (o.SID == list[i].SID || o.GotSID == list[i].SID) {
			return true
		}
	}
	return false
}

// mayRestart says whether a chain that begins with a session may be the second life of another: one that was none while
// all sessions were there is none now.
func (n *naming) mayRestart(first *Session) bool {
	return n.past.until == 0 || first.Opened > n.past.until || n.past.restarts[first]
}

// restarted returns the chain whose process c is the second life of, nil where c is another process.
func (n *naming) restarted(earlier []*chain, c *chain) *chain {
	if !n.mayRestart(c.sessions[0]) {
		return nil
	}
	for _, old := range earlier {
		if !old.revived && old.over(c.sessions[0].Opened) {
			return old
		}
	}
	return nil
}

// second files a chain as the second life of an earlier one.
func (n *naming) second(old, c *chain) {
	own := old.own()
	r := Restart{Before: own[len(own)-1], After: c.sessions[0], At: c.sessions[0].Opened}
	for _, s := range own {
		r.Down = max(r.Down, s.Opened, s.LastPacket[fact.In])
	}
	n.restarts = append(n.restarts, r)
	old.revived, c.node = true, old.node
	n.nodes[old.node].Restarts++
	for _, s := range c.sessions {
		if s.told.node < 0 {
			s.told = origin{c.node, "sid counter"}
		}
	}
}

// maxProcesses is how many processes, one after the other and beside each other, may count at one address. Where it would
// take more, the sids' ends are no counters: every session would be held against every process.
const maxProcesses = 2048

// chains sorts the sessions of one address, in order of their handshakes, into processes. It ends at one more than
// maxProcesses.
func chains(g []*Session, mixed bool) []*chain {
	var all []*chain
	for _, s := range g {
		if len(all) > maxProcesses {
			break
		}
		n, _ := engineio.Counter(s.SID)
		if s.line != nil {
			all = follow(all, s)
			continue
		}
		c := pick(all, n, s, mixed)
		if late := between(all, n, s); late != nil && (c == nil || c.last+overtaken < n) {
			late.insert(n, s)
			continue
		}
		if c == nil {
			c = &chain{node: -1}
			if s.told.node >= 0 {
				c.node = s.told.node
			}
			all = append(all, c)
		}
		c.last = n
		c.sessions = append(c.sessions, s)
	}
	return all
}

// follow files a session under the chain that it is known to be of.
func follow(all []*chain, s *Session) []*chain {
	if s.line == undecided {
		return all
	}
	for _, c := range all {
		if c.line == s.line {
			c.sessions = append(c.sessions, s)
			return all
		}
	}
	return append(all, &chain{node: s.told.node, last: s.line.last, line: s.line, sessions: []*Session{s}})
}

// pick returns the chain that counter n goes on with, nil where there is none: the one that it directly follows, else
// the nearest below. Where two would do the same, the connection decides, and else nothing: both are doubtful.
func pick(all []*chain, n uint32, s *Session, mixed bool) *chain {
	var best *chain
	ties := 0
	for _, c := range all {
		switch {
		case c.last >= n:
		case best == nil || c.last > best.last:
			best, ties = c, 0
		case c.last == best.last:
			ties++
			if !mixed && c.shares(s) {
				return c
			}
		}
	}
	if best != nil && ties > 0 && (mixed || !best.shares(s)) {
		for _, c := range all {
			if c.last == best.last && c.certain == 0 {
				c.certain = len(c.sessions)
			}
		}
	}
	return best
}

// overtaken is how far counters may be out of order where their handshakes were under way at the same time.
const overtaken = 8

// between returns the chain into which a session fits before sessions that were answered earlier: their handshakes were
// under way together with its own, so that the order of the answers says nothing.
func between(all []*chain, n uint32, s *Session) *chain {
	asked := s.asked()
	for _, c := range all {
		if i := c.place(n, asked); i < len(c.sessions) && (i == 0 || c.counter(i-1) < n) && c.counter(i)-n <= overtaken && c.counter(i) != n {
			return c
		}
	}
	return nil
}

// place is where in the chain a session would stand if only those answered before it give way that overlap it: those
// answered after it was asked for.
func (c *chain) place(n uint32, asked int64) int {
	i := len(c.sessions)
	for i > 0 && c.sessions[i-1].Opened >= asked && c.counter(i-1) >= n { // the counter last: it is read out of the sid
		i--
	}
	return i
}

func (c *chain) insert(n uint32, s *Session) {
	i := c.place(n, s.asked())
	c.sessions = slices.Insert(c.sessions, i, s)
	if i < c.certain {
		c.certain++
	}
}

func (c *chain) counter(i int) uint32 {
	n, _ := engineio.Counter(c.sessions[i].SID)
	return n
}

// asked is when the handshake was sent.
func (s *Session) asked() int64 {
	if h := s.handshake(); h != nil && h.Start != 0 {
		return h.Start
	}
	return s.Opened
}

// shares says whether a session of the chain was opened on the same connection.
func (c *chain) shares(s *Session) bool {
	for _, o := range c.sessions {
		if len(o.Conns) > 0 && len(s.Conns) > 0 && o.Conns[0] == s.Conns[0] {
			return true
		}
	}
	return false
}

// known are the sessions whose node something else than their counter tells: by node, by counter.
func (n *naming) known() []map[uint32]*Session {
	all := make([]map[uint32]*Session, len(n.nodes))
	for _, s := range n.t.Sessions {
		count, ok := engineio.Counter(s.SID)
		node := s.told.node
		if !ok || node < 0 || s.Opened == 0 {
			continue
		}
		if all[node] == nil {
			all[node] = map[uint32]*Session{}
		}
		all[node][count] = s
	}
	return all
}

// adjoins returns the node among whose handshakes sessions fit, by their counters and in time, and one of them right
// beside one of the node's: a balancer that names its nodes for a part of the capture has the same nodes for the rest of
// it. -1 where that is no node, or several.
func adjoins(own []*Session, known []map[uint32]*Session) int {
	node := -1
	for n, counters := range known {
		if !fit(own, counters) {
			continue
		}
		if node >= 0 {
			return -1
		}
		node = n
	}
	return node
}

// fit says whether no session has a counter that is one of the node's, and each that directly follows or precedes one of
// the node's does so in time too, which some must.
func fit(own []*Session, counters map[uint32]*Session) bool {
	beside := false
	for _, s := range own {
		n, _ := engineio.Counter(s.SID)
		if counters[n] != nil {
			return false
		}
		for _, o := range [...]*Session{counters[n-1], counters[n+1]} {
			if o == nil || o.Server != s.Server {
				continue
			}
			if before := counters[n-1] == o; before && o.asked() > s.Opened || !before && o.Opened < s.asked() {
				return false
			}
			beside = true
		}
	}
	return beside
}

// own are the sessions that are the chain's for sure.
func (c *chain) own() []*Session {
	if c.certain > 0 {
		return c.sessions[:c.certain]
	}
	return c.sessions
}

// nameChain makes a node of a chain, unless it is known to be one's.
func (n *naming) nameChain(c *chain) {
	if c.sessions[0].told.node >= 0 {
		return
	}
	if c.node < 0 {
		c.node = n.add(identity{basis: "sid counter", confidence: c.confidence()})
	}
	for _, s := range c.own() {
		s.told = origin{c.node, "sid counter"}
	}
}

// confidence says how sure it is that the chain is a process: one handshake that no other chain goes on with may be a
// restart that was not recognised.
func (c *chain) confidence() Confidence {
	if own := len(c.own()); own >= 2 && own == len(c.sessions) {
		return Likely
	}
	return Possible
}

// A Restart is a process that began to count anew.
type Restart struct {
	Before, After *Session // the last session of the old life, the first of the new one
	Down          int64    // when the old life was last heard of
	At            int64    // handshake of After
}

// backWithin is how long a process may be gone where some of its clients had left by themselves, in ns: of one that has
// no session nothing is heard either.
const backWithin = 120e9

// over says whether all sessions of the chain had ended before a time, their connections with them, and those that lived
// to the last from the server's side. A session that was merely not known any more proves nothing: it may have asked
// another process. Nor does one that may be of another chain, such as of the second life.
func (c *chain) over(at int64) bool {
	var cut, left int64 // when the last ended, by side
	for _, s := range c.own() {
		switch {
		case s.cutAt != 0 && s.cutAt <= at: // what was heard of it later is that it is gone
			cut = max(cut, s.cutAt)
		case s.Closed == 0, s.Closed > at, s.Close.Reason == RefusedSince, s.LastSeen > at:
			return false
		case s.Close.By == "client":
			left = max(left, s.Closed)
		default:
			cut = max(cut, s.Closed)
		}
	}
	return left < cut && (left == 0 || at-cut <= backWithin) && !c.dismissed(cut)
}

// dismissed says whether the application ended all sessions that did not leave themselves, the last alone: that says nothing
// of the process, which dismisses all that it has at once where it ends.
func (c *chain) dismissed(last int64) bool {
	together := 0
	for _, s := range c.own() {
		switch {
		case s.Close.By == "client":
		case !s.Dismissed:
			return false
		case s.Closed > last-1e9:
			together++
		}
	}
	return together < 2
}
