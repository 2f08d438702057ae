package check

import (
	"slices"
	"strings"
	"sync"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

const (
	censusLines = 8 // connections that open a session each
	censusSame  = 4 // further sessions on the first of them
	censusCross = 4 // sessions that are asked for over the connection of another
)

// A headcount is what the census found.
type headcount struct {
	nodes    int    // seen at least
	basis    string // "sid counter", "header X", "cookie Y"; "" where nothing tells nodes apart
	spread   bool   // one connection reached several
	crossed  tally  // sessions asked for over connections of others, without cookies
	sessions int    // that the number of nodes is taken from
	labels   []string
}

// census opens sessions on many connections and several on one, without cookies, and asks for some of them over the
// connection of another.
func census(r *run) {
	c := r.c
	h := headcount{}
	h.crossed.run = true
	type held struct {
		cl  *client
		l   *line
		sid string
	}
	var all []held
	var mu sync.Mutex // of all and h.crossed.noSession
	add := func(l *line) {
		cl := r.client(true) // a jar of its own: what its handshake set is kept for its close alone
		a, open, rev := cl.handshake(l)
		mine := cl.keeps(l, open, rev)
		mu.Lock()
		defer mu.Unlock()
		if mine {
			all = append(all, held{cl, l, open.SID})
		} else if h.crossed.noSession == "" {
			h.crossed.noSession = a.outcome(r.Words)
		}
	}
	// Where clients without cookies keep their node, or their sessions would be lost, the order of the rest tells nothing.
	steady := c.steady() && c.indifferent()
	inTurn := func(n int) int {
		if steady {
			return 0
		}
		return n
	}
	n := c.scaled(censusLines)
	r.several(n, inTurn(n), func(i int) {
		if i == 0 || (steady || len(all) > 0) && !r.enough() {
			add(r.line())
		}
	})
	if len(all) == 0 {
		censusByWebSocket(r, &h)
		return
	}
	opened := slices.Clone(all)
	crosses := min(censusCross, len(opened)-1)
	crossed := make([]answer, crosses)
	r.several(1+crosses, inTurn(1+crosses), func(i int) {
		if i > 0 {
			crossed[i-1] = r.client(false).beside(opened[i].l, opened[i-1].sid)
			return
		}
		for range censusSame {
			add(opened[0].l)
		}
	})
	for _, a := range crossed {
		h.crossed.count(a)
	}
	var same []uint32
	for _, o := range append(all[:1:1], all[len(opened):]...) {
		if n, ok := engineio.Counter(o.sid); ok {
			same = append(same, n)
		}
	}
	turns := len(opened)
	if c.steady() {
		turns = 0
	}
	r.several(len(opened), turns, func(i int) {
		for k, h := range all {
			l := h.l
			if steady && k%len(opened) == i {
				l = opened[i].l // all are at the same node, and so many connections are done sooner than one
			} else if steady || l != opened[i].l {
				continue
			}
			h.cl.leave(l, h.sid)
		}
	})
	for _, o := range opened {
		o.l.close()
	}
	h.spread = falls(same)
	r.count(&h)
}

// beside asks for a session over the connection of another.
func (cl *client) beside(l *line, sid string) answer { return cl.post(l, sid, cl.beat()) }

// falls says whether counters were not issued by one process one after another.
func falls(counters []uint32) bool {
	for i := 1; i < len(counters); i++ {
		if counters[i] <= counters[i-1] || counters[i]-counters[i-1] > 1<<16 {
			return true
		}
	}
	return false
}

// censusByWebSocket counts nodes by the sessions that WebSocket brought, where polling brings none.
func censusByWebSocket(r *run, h *headcount) {
	r.c.mu.Lock()
	some := false
	for _, d := range r.c.found.directs {
		some = some || d.sid != ""
	}
	r.c.mu.Unlock()
	if !some {
		r.tell(Unknown, r.S("No session comes about: the handshake is answered %s.", h.crossed.noSession))
		return
	}
	r.count(h)
}

// count takes the nodes from all sessions of the check so far.
func (r *run) count(h *headcount) {
	c := r.c
	c.facts.Lock()
	c.tracker.Resolve()
	again := 0
	for _, s := range c.tracker.Sessions {
		again += len(s.Reused)
	}
	for _, n := range c.tracker.Nodes {
		if n.Sessions > 0 {
			h.nodes++
			h.labels = append(h.labels, n.Label)
			h.basis = n.Basis
		}
	}
	for _, s := range c.tracker.Sessions {
		if s.Node >= 0 {
			h.sessions++
		}
	}
	all := len(c.tracker.Sessions)
	h.spread = h.spread && !session.Scattered(c.tracker.Sessions)
	c.facts.Unlock()
	if again > 0 {
		r.figure("handshakes with a sid given before", "%d", again)
		r.tell(Unknown, r.S("It cannot be told: %d handshakes were answered with a sid that was given before, by a cache most likely.", again))
		return
	}
	if h.basis == "sid counter" && h.nodes > max(4, h.sessions/3) {
		h.nodes, h.basis, h.labels, h.spread = 0, "", nil, false // ids of that form made at random
	}
	crossLost := h.crossed.unknown > 0
	if crossLost {
		h.nodes = max(h.nodes, 2)
	}
	c.mu.Lock()
	c.found.census = *h
	c.mu.Unlock()
	r.figure("nodes, at least", "%d", max(h.nodes, 1))
	if h.basis != "" {
		r.figure("told apart by", "%s", h.by(r.Words))
	}
	if h.crossed.asked > 0 {
		r.figure("asked over the connection of another session", "%s", r.S("%d of %d honoured", h.crossed.honoured, h.crossed.asked))
	}
	r.tellNodes(h, all)
}

// keptByCookie says whether a cookie was seen to keep sessions on their nodes.
func (c *Check) keptByCookie() bool {
	with, without := c.byJar()
	return with.whole() && without.unknown > 0
}

func (r *run) tellNodes(h *headcount, all int) {
	if h.nodes > 1 {
		r.tell(Yes, r.S("%s.", r.severalNodes(h, all)))
		return
	}
	switch by := h.named(r.Words); {
	case h.nodes == 1 && by != "":
		r.tell(No, r.S("All %d sessions come from one node, told apart by %s: it is the only one, or this address is always sent to it.", all, by))
	case h.nodes == 1:
		r.tell(No, r.S("All %d sessions come from one node: it is the only one, or this address is always sent to it.", all))
	default:
		r.tell(Unknown, r.S("Nothing tells nodes apart: the sids have no counter, and no header or cookie names one; %d sessions were opened.", all))
	}
}

// severalNodes is how many nodes answered, what tells them apart, and how requests reach them.
func (r *run) severalNodes(h *headcount, all int) string {
	text := r.S("At least %d nodes answered %d sessions", h.nodes, all)
	if by := h.named(r.Words); by != "" {
		text = r.S("%s, told apart by %s", text, by)
	}
	switch {
	case h.spread && r.c.keptByCookie():
		return r.S("%s; without its cookie, requests of one connection reach different ones", text)
	case h.spread:
		return r.S("%s; requests of one connection reach different ones", text)
	case h.crossed.unknown > 0 && r.c.keptByCookie():
		return r.S("%s; without its cookie, a session is lost on other connections", text)
	case h.crossed.unknown > 0:
		return r.S("%s; a connection keeps to one of them", text)
	}
	return text
}

// by is what tells the nodes apart.
func (h *headcount) by(w lang.Words) string {
	n := session.Node{Basis: h.basis}
	return n.By(w)
}

// named is the same, with the first names, where nodes have some.
func (h *headcount) named(w lang.Words) string {
	if strings.HasPrefix(h.basis, "header") || strings.HasPrefix(h.basis, "cookie") {
		return w.S("%s (%s)", h.by(w), cut(strings.Join(h.labels[:min(len(h.labels), 4)], ", "), 60))
	}
	return h.by(w)
}
