// Package stats counts what is usually asked of many sessions: how long upgrades took, who is on which transport, how
// long sessions lived and who ended them, how heartbeats came, how large messages were. It reads a resolved tracker
// once, keeps nothing, and says nothing about causes: protocol/diagnose does.
//
// All times are nanoseconds.
package stats

import (
	"cmp"
	"slices"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// Numbers are what a tracker's sessions come to.
type Numbers struct {
	All       Group
	Clients   []Group // by kind of client, most sessions first; Name "" where no User-Agent was sent
	Nodes     []Group // in the order of Tracker.Nodes; those of no known node last, with Name ""
	Upgrade   Spread  // from the handshake's answer to the upgrade packet, of sessions that upgraded
	Lifetimes Spread  // Session.Lasted of those whose beginning and end were seen
	Ended     []Share // who closed first, most sessions first
	Peaks     []Peak  // lengths of life or of silence after which several sessions were ended, most sessions first

	Handshakes Handshakes
	Largest    [2]Largest // message by fact.Dir
}

// A Group is sessions that have something in common.
type Group struct {
	Name                                       string
	Sessions, WebSocket, Polling, WebTransport int    // by the transport at the end of what was seen
	PingGap                                    Spread // the longest time between two heartbeats of whoever pings, of each session

	gaps []int64
}

// A Share is a part of all sessions.
type Share struct {
	Name     string
	Sessions int
}

// Handshakes are the requests that should open a session.
type Handshakes struct {
	All, Refused int
	Retried      int // came within Soon of the end, or the refusal, of what the same client had before
}

// A Largest is the largest message of a direction; over polling, the largest body of a POST.
type Largest struct {
	Bytes   int64
	Session *session.Session // nil where there was none
	Limit   int64            // what its server said it takes from a client (maxPayload), 0 where it did not say
}

const enough = 3 // sessions, below which numbers say no more than the list of sessions does

// Worth says whether there are so many sessions that the numbers tell something.
func (n *Numbers) Worth() bool { return n.All.Sessions >= enough }

// Of counts over the sessions of a tracker that was resolved. Handshakes that are trials, sent to see them refused, are
// not counted; trial may be nil.
func Of(t *session.Tracker, trial func(*session.Exchange) bool) Numbers {
	var n Numbers
	clients := groups{at: map[string]int{}}
	nodes := make([]Group, len(t.Nodes)+1)
	for i := range t.Nodes {
		nodes[i].Name = t.Nodes[i].Titled()
	}
	var upgrades, lives []int64
	var ended [len(closers)]int
	for _, s := range t.Sessions {
		n.All.add(s)
		clients.of(Client(userAgent(s))).add(s)
		at := len(t.Nodes)
		if s.Node >= 0 && s.Node < at {
			at = s.Node
		}
		nodes[at].add(s)
		if took, ok := s.UpgradeTime(); ok && took > 0 {
			upgrades = append(upgrades, took)
		}
		if s.Closed != 0 {
			ended[closer(s)]++
			if s.Opened != 0 && s.Closed > s.Opened {
				lives = append(lives, s.Lasted())
			}
		}
		n.largest(s)
	}
	n.All.PingGap = spread(n.All.gaps)
	n.Clients, n.Nodes = clients.sorted(), filled(nodes)
	n.Upgrade, n.Lifetimes = spread(upgrades), spread(lives)
	for i, name := range closers {
		if ended[i] > 0 {
			n.Ended = append(n.Ended, Share{name, ended[i]})
		}
	}
	slices.SortStableFunc(n.Ended, func(a, b Share) int { return cmp.Compare(b.Sessions, a.Sessions) })
	n.Peaks = peaks(t)
	n.Handshakes = handshakes(t, trial)
	return n
}

// closers are who may have closed first, as session.Close.By names them.
var closers = [...]string{"client", "server", "network", "unknown"}

func closer(s *session.Session) int {
	if i := slices.Index(closers[:], s.Close.By); i >= 0 {
		return i
	}
	return len(closers) - 1
}

func (g *Group) add(s *session.Session) {
	g.Sessions++
	switch s.Transport() {
	case session.WebSocket:
		g.WebSocket++
	case session.Polling:
		g.Polling++
	case session.WebTransport:
		g.WebTransport++
	}
	if gap := s.PingGaps[pinger(s)]; gap > 0 {
		g.gaps = append(g.gaps, gap)
	}
}

// pinger is the direction that pings go: from revision 4 on the server pings, before it the client does.
func pinger(s *session.Session) fact.Dir {
	if s.EIO == 3 {
		return fact.Out
	}
	return fact.In
}

func userAgent(s *session.Session) string {
	for _, e := range s.Exchanges {
		if e.Request.RequestFields != nil && e.Request.UserAgent != "" {
			return e.Request.UserAgent
		}
	}
	return ""
}

func (n *Numbers) largest(s *session.Session) {
	size := s.Largest
	for _, e := range s.Exchanges {
		if e.Kind == session.Post {
			size[fact.Out] = max(size[fact.Out], e.RequestBytes)
		}
	}
	for dir := range size {
		if size[dir] > n.Largest[dir].Bytes {
			n.Largest[dir] = Largest{size[dir], s, s.Open.MaxPayload}
		}
	}
}

// groups are made as their names come up.
type groups struct {
	list []Group
	at   map[string]int
}

func (g *groups) of(name string) *Group {
	i, ok := g.at[name]
	if !ok {
		i = len(g.list)
		g.at[name] = i
		g.list = append(g.list, Group{Name: name})
	}
	return &g.list[i]
}

func (g *groups) sorted() []Group {
	slices.SortStableFunc(g.list, func(a, b Group) int { return cmp.Compare(b.Sessions, a.Sessions) })
	return filled(g.list)
}

// filled are the groups that have sessions, their heartbeats summed up.
func filled(list []Group) []Group {
	var out []Group
	for _, g := range list {
		if g.Sessions > 0 {
			g.PingGap, g.gaps = spread(g.gaps), nil
			out = append(out, g)
		}
	}
	return out
}
