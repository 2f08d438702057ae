package session

import (
	"cmp"
	"fmt"
	"net/netip"

	"sioscope/protocol/redact"
)

// Which node issued a sid, and which node answered a request, is told by the first of these that says anything, for
// the whole capture:
//
//  1. what the user named: a response header, or the file of a capture that was made on one node;
//  2. the address of the node, where the capture has the connections behind the balancer;
//  3. a response header, or a cookie, whose value is learned to be one per node;
//  4. the counter in the sid: every process counts its handshakes.
//
// Then a request that was answered reached the node that issued its sid, and one that was told "Session ID unknown"
// while the session lived reached another.
//
// All this is found aside, while others read what was found before, and then told at once.

// A naming is what is found of the nodes of a Tracker, until it is told.
type naming struct {
	t        *Tracker
	nodes    []Node // in order of appearance
	restarts []Restart
	signals  []Signal
	silences []quiet
	past     past // of t

	index   map[string]int // of nodes, by label
	own     bool           // a node has a letter for being called so, which may not be the next one
	fronts  map[string]bool
	behind  map[netip.AddrPort]bool // addresses of nodes, where the capture has them and the balancer's
	decoder *decoder                // of what names nodes
}

// An answerer is what is found of who answered an exchange: Exchange.Node, WrongNode, Crossed.
type answerer struct {
	node           int
	wrong, crossed bool
}

// An origin is what is found of who opened a session: Session.Node, NodeBasis.
type origin struct {
	node  int
	basis string
}

// A quiet is what went before a sid was refused: Exchange.Silence, Unanswered.
type quiet struct {
	exchange            *Exchange
	silence, unanswered int64
}

// findNodes finds who issued which sid and answered which request. It changes nothing that anybody else reads.
func (t *Tracker) findNodes() *naming {
	n := &naming{t: t, past: t.past, index: map[string]int{}, decoder: t.newDecoder()}
	for _, s := range t.Sessions {
		s.told = origin{node: -1}
	}
	for _, e := range t.Exchanges {
		e.told = answerer{node: -1}
	}
	n.findFronts()
	n.findBehind()
	if tell := n.identity(); tell != nil {
		n.nameAnswers(tell)
	}
	n.countNodes()
	n.spread()
	for _, e := range t.Exchanges {
		if e.Outer != nil {
			e.told.node = e.outermost().told.node
		}
	}
	n.countSessions()
	return n
}

// nameAnswers names the nodes of exchanges, and by them those of sessions.
func (n *naming) nameAnswers(tell func(*Exchange) identity) {
	for _, e := range n.t.Exchanges {
		if e.Outer != nil || e.Status == 0 {
			continue
		}
		e.told.node = n.node(tell(e))
		if i := e.told.node; i >= 0 && n.nodes[i].first == nil {
			n.nodes[i].first = e.Session
		}
	}
	for _, s := range n.t.Sessions {
		if i := s.issuer(); i >= 0 {
			s.told = origin{i, n.nodes[i].Basis}
		}
	}
}

func (n *naming) countSessions() {
	for _, s := range n.t.Sessions {
		if s.told.node >= 0 {
			n.nodes[s.told.node].Sessions++
		}
	}
	for s, gone := range n.past.nodes {
		if s.told.node >= 0 {
			n.nodes[s.told.node].Sessions += gone
		}
	}
}

func (n *naming) node(of identity) int {
	if of.label == "" {
		return -1
	}
	if i, ok := n.index[of.label]; ok {
		return i
	}
	i := n.add(of)
	n.index[of.label] = i
	return i
}

func (n *naming) add(of identity) int {
	i := len(n.nodes)
	letter, color := n.called(of.label)
	n.nodes = append(n.nodes, Node{ID: fmt.Sprintf("n%d", i+1), Letter: letter, Color: color, Label: cmp.Or(of.label, "node "+letter), Basis: of.basis, Decoded: of.decoded, Confidence: of.confidence,
		token: redact.Redactor{}.Text(of.label) != of.label})
	return i
}
