package session

import (
	"cmp"
	"slices"
	"unsafe"

	"sioscope/protocol/fact"
)

// A source that runs for days needs bounds on everything. Payloads and rows go by themselves, the oldest first. What
// sessions consist of goes by Release, because only who diagnosed them knows what must stay:
//
//  1. requests that tell nothing: polls and posts that were honoured, in the middle of their sessions, with nothing odd
//     beside them;
//  2. what belongs to no session, and connections that ended;
//  3. sessions that are over, those first that have been silent longest.
//
// The first and the latest session of every node stay, and those around restarts: nodes keep their names, and counters go
// on where they were. So does what the caller holds. A request that names the sid of a session that is gone is counted.

// Freed counts what was kept once, and made room for what came later.
type Freed struct {
	Payloads int64 // packets whose bytes were
	Rows     int64
	Requests int64 // those of sessions that are gone, too
	Sessions int64
	Packets  int64 // of those sessions, of Engine.IO
	Conns    int64
}

// What of Options.Memory each kind may take; payloads take what is left.
const (
	rowsShare     = 4 // a quarter
	structShare   = 8 // of which sessions, exchanges and connections have five, and after a Release four
	structAbove   = 5
	structBelow   = 4
	structMost    = 7 // or room is made at once
	payloadsShare = 8 // never less than an eighth
)

// What one takes, in bytes, with what it points to and its place in lists.
const (
	rowCost      = int64(unsafe.Sizeof(Row{})) + 12
	exchangeCost = int64(unsafe.Sizeof(Exchange{})) + 400
	sessionCost  = int64(unsafe.Sizeof(Session{})) + 700
	connCost     = int64(unsafe.Sizeof(Conn{})) + int64(unsafe.Sizeof(fact.Conn{})) + 100
)

// structure is what sessions, exchanges and connections take.
func (t *Tracker) structure() int64 {
	return int64(len(t.Exchanges))*exchangeCost + int64(len(t.bySID))*sessionCost + int64(len(t.Conns))*connCost
}

// room is what payloads may take.
func (t *Tracker) room() int64 {
	m := t.Options.Memory
	return max(m-t.structure()-int64(len(t.Rows))*rowCost, m/payloadsShare)
}

// Over says whether sessions, exchanges and connections take more than they may, so that Release is due.
func (t *Tracker) Over() bool {
	m := t.Options.Memory
	return m > 0 && t.structure() > m/structShare*structAbove
}

// Pressed says whether it is time to make room at once: soon nothing more is kept.
func (t *Tracker) Pressed() bool {
	m := t.Options.Memory
	return m > 0 && t.structure() > m/structShare*structMost
}

// A Hold is what must stay, because a finding stands on it.
type Hold struct {
	Sessions  map[*Session]bool
	Exchanges map[*Exchange]bool
	Conns     map[*Conn]bool
}

// How long ago something must have ended to be let go of, in ns; less where that does not make room enough.
var graces = [...]int64{60e9, 10e9, 1e9, 0}

// Release lets go of what tells least, of a resolved Tracker, until there is room again. It gives the sessions that are
// gone, whole, and the exchanges that belonged to none.
func (t *Tracker) Release(hold Hold) (sessions []*Session, strays []*Exchange) {
	return t.ReleaseBeside(hold, func(change func()) { change() })
}

// ReleaseBeside is Release as ResolveBeside is Resolve.
func (t *Tracker) ReleaseBeside(hold Hold, write func(change func())) (sessions []*Session, strays []*Exchange) {
	write(t.past.init)
	anchors := t.anchors()
	target := t.Options.Memory / structShare * structBelow
	r := release{t: t, hold: hold, anchors: anchors, left: t.structure()}
	r.before = t.Last - graces[0]
	r.left -= r.conns() * connCost
	for _, grace := range graces {
		r.before = t.Last - grace
		r.thin()
		r.strays()
		if r.left > target {
			r.over(target)
		}
		if r.left <= target {
			break
		}
	}
	r.sweep(write)
	return r.sessions, r.astray
}

// A release is one going through a Tracker.
type release struct {
	t        *Tracker
	hold     Hold
	anchors  []*Session // of each node, the first session
	before   int64      // what ended later stays
	left     int64      // what is kept, in bytes
	requests int64
	packets  int64 // of Engine.IO, of sessions that are gone
	sessions []*Session
	astray   []*Exchange
	thinned  []*Session // once for each request that is gone, see Session.Thinned
	shared   []*Session // likewise, see Session.Shared
}

// maxAnchored is how many nodes keep sessions by which they are known. There are no more, but for sids that look as if
// they were counted and are not.
const maxAnchored = 128

// anchors are the first sessions of nodes, by node; they and the others that nodes are known by are marked as kept.
func (t *Tracker) anchors() []*Session {
	first := make([]*Session, len(t.Nodes))
	earliest, latest := make([]*Session, len(t.Nodes)), make([]*Session, len(t.Nodes))
	for _, s := range t.Sessions {
		s.anchor = false
		if s.Node < 0 {
			continue
		}
		if first[s.Node] == nil {
			first[s.Node] = s
		}
		if e := earliest[s.Node]; s.Opened != 0 && (e == nil || s.Opened < e.Opened) {
			earliest[s.Node] = s
		}
		if l := latest[s.Node]; l == nil || s.Opened >= l.Opened {
			latest[s.Node] = s
		}
	}
	const restarts = 256
	for _, r := range t.Restarts[max(0, len(t.Restarts)-restarts):] {
		r.Before.anchor, r.After.anchor = true, true
	}
	for i := range min(len(first), maxAnchored) {
		for _, s := range [...]*Session{first[i], earliest[i], latest[i], t.Nodes[i].first} {
			if s != nil {
				s.anchor = true
			}
		}
	}
	for s := range t.past.nodes {
		s.anchor = true
	}
	return first
}

// settleChains has the sessions that are left stay in the chains that they are of, and gives those after restarts.
func (t *Tracker) settleChains() map[*Session]bool {
	for _, s := range t.Sessions {
		if s.chained != nil {
			s.line = s.chained
			if s.line != undecided { // which all trackers share
				s.line.last = s.line.now
			}
		}
	}
	restarts := map[*Session]bool{}
	for _, r := range t.Restarts {
		restarts[r.After] = true
	}
	return restarts
}

// keptReused is how many handshakes that were answered with the sid of a session stay.
const keptReused = 1000

// keptEnds is how many exchanges at the beginning and at the end of a session stay.
const keptEnds = 8

// thin lets go of requests that tell nothing.
func (r *release) thin() {
	for _, s := range r.t.Sessions {
		if len(s.Exchanges) <= 2*keptEnds || s.gone {
			continue
		}
		for i := keptEnds; i < len(s.Exchanges)-keptEnds; i++ {
			e := s.Exchanges[i]
			if before, after := s.Exchanges[i-1], s.Exchanges[i+1]; !e.gone && r.idle(e, before, after) {
				r.drop(e)
				r.thinned = append(r.thinned, s)
			}
		}
	}
	for _, s := range r.t.Sessions {
		for _, e := range s.Reused[min(keptReused, len(s.Reused)):] {
			if !e.gone && r.finished(e) && !r.hold.Exchanges[e] {
				r.drop(e)
				if e.Outer == nil {
					r.shared = append(r.shared, s)
				}
			}
		}
	}
}

// idle says whether an exchange tells nothing that those of its session before and after it do not, and has been over for
// long enough.
func (r *release) idle(e, before, after *Exchange) bool {
	if e.End == 0 || e.End >= r.before || e.Outer != nil {
		return false
	}
	for o := e; o != nil; o = o.Inner {
		if r.hold.Exchanges[o] {
			return false
		}
	}
	if e.refusedLike(before) && e.refusedLike(after) {
		return true
	}
	return e.plain() && before.plain() && after.plain() && !besideOdd(e)
}

// refusedLike says whether two requests were refused alike.
func (e *Exchange) refusedLike(o *Exchange) bool {
	return e.Status >= 400 && e.Kind == o.Kind && e.Kind != UpgradeRequest && e.Status == o.Status && e.HasError == o.HasError && e.Error.Code == o.Error.Code &&
		e.WrongNode == o.WrongNode && e.Crossed == o.Crossed && e.EmptyBody == o.EmptyBody && e.GotSID == "" && e.Inner == nil
}

// plain says whether an exchange is a poll or a post that went as it should.
func (e *Exchange) plain() bool {
	for o := e.Inner; o != nil; o = o.Inner {
		if o.Status != 200 || o.HasError || o.Incomplete {
			return false
		}
	}
	return (e.Kind == Poll || e.Kind == Post) && e.Outer == nil && e.Status == 200 && e.End != 0 && !e.HasError && !e.Incomplete &&
		!e.WrongNode && !e.goodbye() && e.SecondAnswer == 0 && e.BodyText == "" && len(e.Response.SetCookies) == 0 && e.held == nil
}

// besideOdd says whether an exchange that is not plain is next to one on its connection.
func besideOdd(e *Exchange) bool {
	list := e.Conn.Exchanges
	i, ok := slices.BinarySearchFunc(list, e.Serial, func(o *Exchange, serial int) int { return o.Serial - serial })
	if !ok {
		return true
	}
	odd := func(o *Exchange) bool { return !o.plain() && o.Outer == nil && o.Status >= 400 }
	return i > 0 && odd(list[i-1]) || i+1 < len(list) && odd(list[i+1])
}

// drop lets go of an exchange and of what it was on other hops.
func (r *release) drop(e *Exchange) {
	for o := e; o != nil; o = o.Inner {
		if !o.gone {
			o.gone = true
			r.left -= exchangeCost
			r.requests++
		}
	}
}

// strays lets go of exchanges that belong to no session.
func (r *release) strays() {
	for _, e := range r.t.Exchanges {
		if e.gone || e.Outer != nil || e.Session != nil && e.Session.Index >= 0 || !r.finished(e) || r.hold.Exchanges[e] {
			continue
		}
		r.drop(e)
		r.astray = append(r.astray, e)
	}
}

// conns lets go of connections that have ended and that nothing is left of, and says how many those are.
func (r *release) conns() (n int64) {
	for _, c := range r.t.Conns {
		c.used = false
	}
	for _, e := range r.t.Exchanges {
		if !e.gone {
			e.Conn.used = true
		}
	}
	for _, s := range r.t.Sessions {
		if !s.gone {
			s.uses()
		}
	}
	for _, c := range r.t.Conns {
		if c.gone = !c.used && c.Closed != 0 && max(c.Closed, c.LastByte) < r.before && !r.hold.Conns[c] && len(c.state.streams) == 0; c.gone {
			n++
		}
	}
	return n
}

// finished says whether nothing more comes of an exchange, on any hop, and has not for a while.
func (r *release) finished(e *Exchange) bool {
	for o := e; o != nil; o = o.Inner {
		at, _ := o.Cut()
		if o.Status == 0 && at == 0 || max(o.End, o.Start, at) >= r.before || o.held != nil || o.Switched() && o.Conn.Closed == 0 {
			return false
		}
	}
	return true
}

// uses marks the connections that a session needs: those at its end, and its WebSockets.
func (s *Session) uses() {
	for i, c := range s.Conns {
		if i < keptEnds || i >= len(s.Conns)-keptEnds || c.Session == s {
			c.used = true
		}
	}
}

// over lets go of sessions that are over, the longest silent first, until as little is left as target.
func (r *release) over(target int64) {
	var list []*Session
	for _, s := range r.t.Sessions {
		if !s.gone && !s.anchor && !r.hold.Sessions[s] && r.ended(s) {
			list = append(list, s)
		}
	}
	list = list[:max(0, len(list)-keptEnds)] // what comes next may tell of the last ones
	slices.SortStableFunc(list, func(a, b *Session) int { return cmp.Compare(a.LastSeen, b.LastSeen) })
	for _, s := range list {
		if r.left <= target {
			return
		}
		r.end(s)
	}
}

// silent is how long nothing must have been heard of a session whose end was not seen until it is taken to be over, in ns,
// where it has a connection still. Where it has none, a server has dropped it long before.
const silent = 15 * 60e9

// Over says whether a session was over at some time, as far as is known: it was seen to end, or nothing was heard of it
// for so long that its server has dropped it.
func (s *Session) Over(at int64) bool {
	if s.Closed != 0 {
		return max(s.LastSeen, s.Closed) < at
	}
	quiet := int64(silent)
	if !slices.ContainsFunc(s.Conns[max(0, len(s.Conns)-keptEnds):], func(c *Conn) bool { return c.Closed == 0 }) {
		quiet = 2 * s.Silence()
	}
	return s.LastSeen < at-quiet
}

// ended says whether nothing more is to come of a session.
func (r *release) ended(s *Session) bool {
	if !s.Over(r.before) {
		return false
	}
	for _, e := range s.Exchanges[max(0, len(s.Exchanges)-keptEnds):] {
		if at, _ := e.Cut(); e.Status == 0 && at == 0 || r.hold.Exchanges[e] {
			return false
		}
	}
	for _, c := range s.Conns {
		if c.Session == s && (c.Closed == 0 || r.hold.Conns[c]) {
			return false
		}
	}
	return !slices.ContainsFunc(s.Exchanges, func(e *Exchange) bool { return r.hold.Exchanges[e] })
}

// end lets go of a session with all that it consists of.
func (r *release) end(s *Session) {
	s.gone = true
	r.sessions = append(r.sessions, s)
	r.packets += s.Packets[0] + s.Packets[1]
	r.left -= sessionCost
	for _, list := range [...][]*Exchange{s.Exchanges, s.Hops, s.Reused} {
		for _, e := range list {
			r.drop(e)
		}
	}
	r.left -= int64(len(s.Conns)) * connCost // but for those that it shared, which is seen in the end
	if s.Node >= 0 && r.anchors[s.Node] != nil {
		r.t.past.nodes[r.anchors[s.Node]]++
	}
	r.t.past.forget(s.SID)
}
