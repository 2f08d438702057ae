package session

import (
	"hash/maphash"
	"slices"
)

// sweep takes everything that was let go of out of all lists.
func (r *release) sweep(write func(change func())) {
	t := r.t
	r.conns()
	write(func() {
		for _, s := range r.thinned {
			s.Thinned++
		}
		for _, s := range r.shared {
			s.Shared++
		}
	})
	for list := range stretches(chosen(t.Sessions, (*Session).untidy), (*Session).weight) {
		write(func() {
			for _, s := range list {
				s.tidy()
			}
		})
	}
	for list := range stretches(slices.Concat(r.sessions, t.sweepUnproven()), one) {
		write(func() {
			for _, s := range list {
				if t.bySID[s.SID] == s {
					delete(t.bySID, s.SID)
				}
			}
		})
	}
	t.sweepWaiting()
	for list := range stretches(chosen(t.Conns, (*Conn).untidy), (*Conn).weight) {
		write(func() {
			for _, c := range list {
				c.tidy()
			}
		})
	}
	r.lists(write)
}

// lists leaves in the lists of all what is still there.
func (r *release) lists(write func(change func())) {
	t := r.t
	for key, c := range t.between {
		if c.gone {
			delete(t.between, key)
		}
	}
	if t.latest != nil && t.latest.gone {
		t.latest = nil
	}
	sessions, conns := chosen(t.Sessions, func(s *Session) bool { return !s.gone }), chosen(t.Conns, func(c *Conn) bool { return !c.gone })
	exchanges, refused, lost := chosen(t.Exchanges, keptExchange), chosen(t.Refused, keptExchange), chosen(t.Lost, keptExchange)
	var trials tried
	if t.trials > 0 {
		trials.add(r.sessions, chosen(t.Exchanges, goneExchange))
	}
	dark := map[string]int{}
	for _, c := range t.Conns {
		if c.gone && c.TLS != nil && c.TLS.Reason != "" {
			dark[c.TLS.Reason]++
		}
	}
	write(func() {
		t.Freed.Packets += r.packets
		t.Freed.Requests += r.requests
		t.Freed.Sessions += int64(len(r.sessions))
		t.past.tried.sessions += trials.sessions
		t.past.tried.requests += trials.requests
		t.Freed.Conns += int64(len(t.Conns) - len(conns))
		t.Sessions, t.Exchanges, t.Conns, t.Refused, t.Lost = sessions, exchanges, conns, refused, lost
		for reason, n := range dark {
			t.past.dark[reason] += n
		}
	})
	restarts := t.settleChains()
	write(func() { t.past.until, t.past.restarts = t.Last, restarts })
}

func goneExchange(e *Exchange) bool { return e.gone }
func keptExchange(e *Exchange) bool { return !e.gone }

// chosen are those of a list that are of some kind, in a list of their own.
func chosen[T any](list []T, of func(T) bool) []T {
	n := 0
	for _, v := range list {
		if of(v) {
			n++
		}
	}
	out := make([]T, 0, n)
	for _, v := range list {
		if of(v) {
			out = append(out, v)
		}
	}
	return out
}

// untidy says whether something that a session has, and keeps, is gone.
func (s *Session) untidy() bool {
	if s.gone {
		return false
	}
	return s.Thinned+s.Shared > 0 && (slices.ContainsFunc(s.Exchanges, goneExchange) || slices.ContainsFunc(s.Hops, goneExchange) || slices.ContainsFunc(s.Reused, goneExchange)) ||
		len(s.Conns) > 2*keptEnds && slices.ContainsFunc(s.Conns, goneConnection)
}

func (s *Session) tidy() {
	if s.Thinned+s.Shared > 0 {
		s.Reused = slices.DeleteFunc(s.Reused, goneExchange)
		s.Exchanges, s.Hops = slices.DeleteFunc(s.Exchanges, goneExchange), slices.DeleteFunc(s.Hops, goneExchange)
	}
	if len(s.Conns) > 2*keptEnds {
		s.Conns = slices.DeleteFunc(s.Conns, goneConnection)
	}
}

func goneConnection(c *Conn) bool { return c.gone }

// compacted is a list without what is gone, in an array that is no longer than it need be.
func compacted[T any](list []T, gone func(T) bool) []T {
	list = slices.DeleteFunc(list, gone)
	if cap(list) > 2*len(list)+1024 {
		return slices.Clone(list)
	}
	return list
}

// sweepUnproven gives the sids that were never honoured and of which no request is left.
func (t *Tracker) sweepUnproven() (gone []*Session) {
	for _, s := range t.unproven {
		if s.Index < 0 && !s.gone && !slices.ContainsFunc(s.Exchanges, func(e *Exchange) bool { return !e.gone }) {
			s.gone = true
			gone = append(gone, s)
		}
	}
	t.unproven = compacted(t.unproven, func(s *Session) bool { return s.gone || s.Index >= 0 })
	return gone
}

// sweepWaiting forgets requests that wait to be seen on another hop and are gone.
func (t *Tracker) sweepWaiting() {
	for key, o := range t.waiting {
		for ; o != nil && o.gone; o = o.older {
		}
		if o == nil {
			delete(t.waiting, key)
			continue
		}
		t.waiting[key] = o
		for ; o.older != nil; o = o.older {
			if o.older.gone {
				o.older = nil
				break
			}
		}
	}
}

// untidy says whether something that a connection knows, and stays, is gone.
func (c *Conn) untidy() bool {
	return !c.gone && (slices.ContainsFunc(c.Exchanges, goneExchange) || slices.ContainsFunc(c.copies, goneConnection) ||
		c.WebSocket != nil && c.WebSocket.gone || c.Session != nil && c.Session.gone)
}

func (c *Conn) tidy() {
	c.Exchanges = compacted(c.Exchanges, goneExchange)
	c.copies = slices.DeleteFunc(c.copies, goneConnection)
	if c.WebSocket != nil && c.WebSocket.gone {
		c.WebSocket = nil
	}
	if c.Session != nil && c.Session.gone {
		c.Session = nil
	}
}

// weight is as that of a session.
func (c *Conn) weight() int { return 1 + len(c.Exchanges)/4 }

// past is what is remembered of what is gone.
type past struct {
	seed      maphash.Seed
	sids      [2]map[uint64]struct{} // of sessions, the latest and those before
	dark      map[string]int         // encrypted connections by reason, see fact.TLS
	nodes     map[*Session]int       // sessions by the first one of their node
	refuted   map[string]Class       // headers and cookies that were found not to tell nodes
	chosen    string                 // the one that nodes are told by
	until     int64                  // when sessions were let go of last
	tried     tried                  // what of it a check tried
	restarts  map[*Session]bool      // those that were known then, by the first session after
	random    map[string]bool        // see atRandom
	mixed     bool                   // see mixedConnections
	labels    bool                   // see labelsMixed
	addresses bool                   // see addressesMixed
}

func (p *past) init() {
	if p.dark == nil {
		p.seed = maphash.MakeSeed()
		p.sids = [2]map[uint64]struct{}{{}, {}}
		p.dark, p.nodes = map[string]int{}, map[*Session]int{}
	}
}

// maxForgotten is how many sids of sessions that are gone are remembered, at least.
const maxForgotten = 1 << 18

func (p *past) forget(sid string) {
	if sid == "" {
		return
	}
	if len(p.sids[0]) >= maxForgotten {
		p.sids[0], p.sids[1] = map[uint64]struct{}{}, p.sids[0]
	}
	p.sids[0][maphash.String(p.seed, sid)] = struct{}{}
}

// has says whether a sid is one of a session that is gone.
func (p *past) has(sid string) bool {
	if p.dark == nil || sid == "" {
		return false
	}
	h := maphash.String(p.seed, sid)
	_, now := p.sids[0][h]
	_, before := p.sids[1][h]
	return now || before
}

// name tells a header from a cookie of the same name.
func (s *sighting) name() string {
	if s.Cookie {
		return "cookie " + s.key
	}
	return "header " + s.key
}

// refute remembers that a header or a cookie was found not to tell nodes: what showed it may be gone one day.
func (n *naming) refute(s *sighting) {
	if n.t.Options.Memory == 0 {
		return
	}
	if n.past.refuted == nil {
		n.past.refuted = map[string]Class{}
	}
	if len(n.past.refuted) < 1024 {
		n.past.refuted[s.name()] = s.Class
	}
}

// choose is the best signal, or the one that nodes were told by while more was known, as long as it tells any.
func (n *naming) choose(signals []*sighting) *sighting {
	found := best(signals)
	for _, s := range signals {
		if n.t.Freed.Requests > 0 && s.Class == NodeClass && s.name() == n.past.chosen {
			found = s
		}
	}
	if found != nil && n.t.Options.Memory > 0 {
		n.past.chosen = found.name()
	}
	return found
}
