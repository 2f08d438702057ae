package session

import (
	"hash/maphash"
	"slices"
)

// sweep takes everything that was let go of out of all lists.
func (r *release) sweep() {
	t := r.t
	r.conns()
	for _, s := range t.Sessions {
		if s.gone {
			continue
		}
		if s.Thinned+s.Shared > 0 {
			s.Reused = slices.DeleteFunc(s.Reused, goneExchange)
			s.Exchanges, s.Hops = slices.DeleteFunc(s.Exchanges, goneExchange), slices.DeleteFunc(s.Hops, goneExchange)
		}
	}
	for _, s := range t.Sessions {
		if !s.gone && len(s.Conns) > 2*keptEnds {
			s.Conns = slices.DeleteFunc(s.Conns, func(c *Conn) bool { return c.gone })
		}
	}
	t.sweepSIDs()
	t.Exchanges = compacted(t.Exchanges, goneExchange)
	t.Sessions = compacted(t.Sessions, func(s *Session) bool { return s.gone })
	t.sweepConns()
	t.Refused, t.Lost = slices.DeleteFunc(t.Refused, goneExchange), slices.DeleteFunc(t.Lost, goneExchange)
}

func goneExchange(e *Exchange) bool { return e.gone }

// compacted is a list without what is gone, in an array that is no longer than it need be.
func compacted[T any](list []T, gone func(T) bool) []T {
	list = slices.DeleteFunc(list, gone)
	if cap(list) > 2*len(list)+1024 {
		return slices.Clone(list)
	}
	return list
}

// sweepSIDs forgets sids that were never honoured and of which no request is left, and requests that wait to be seen on
// another hop and are gone.
func (t *Tracker) sweepSIDs() {
	for _, s := range t.unproven {
		if s.Index < 0 && !s.gone && !slices.ContainsFunc(s.Exchanges, func(e *Exchange) bool { return !e.gone }) {
			s.gone = true
			if t.bySID[s.SID] == s {
				delete(t.bySID, s.SID)
			}
		}
	}
	t.unproven = compacted(t.unproven, func(s *Session) bool { return s.gone || s.Index >= 0 })
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

// sweepConns lets go of connections, and of what those that stay know of exchanges.
func (t *Tracker) sweepConns() {
	n := len(t.Conns)
	for _, c := range t.Conns {
		if c.gone {
			if c.TLS != nil && c.TLS.Reason != "" {
				t.past.dark[c.TLS.Reason]++
			}
			continue
		}
		c.Exchanges = compacted(c.Exchanges, goneExchange)
		c.copies = slices.DeleteFunc(c.copies, func(o *Conn) bool { return o.gone })
		if c.WebSocket != nil && c.WebSocket.gone {
			c.WebSocket = nil
		}
		if c.Session != nil && c.Session.gone {
			c.Session = nil
		}
	}
	for key, c := range t.between {
		if c.gone {
			delete(t.between, key)
		}
	}
	t.Conns = compacted(t.Conns, func(c *Conn) bool { return c.gone })
	t.Freed.Conns += int64(n - len(t.Conns))
	if t.latest != nil && t.latest.gone {
		t.latest = nil
	}
}

// past is what is remembered of what is gone.
type past struct {
	seed      maphash.Seed
	sids      [2]map[uint64]struct{} // of sessions, the latest and those before
	dark      map[string]int         // encrypted connections by reason, see fact.TLS
	nodes     map[*Session]int       // sessions by the first one of their node
	refuted   map[string]Class       // headers and cookies that were found not to tell nodes
	chosen    string                 // the one that nodes are told by
	until     int64                  // when sessions were let go of last
	restarts  map[*Session]bool      // those that were known then, by the first session after
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
