package session

import (
	"net/netip"

	"sioscope/protocol/fact"
)

// dark says whether nothing that the connection carried could be read, for want of a key.
func (c *Conn) dark() bool { return c.TLS != nil && c.TLS.Reason != "" && c.copyOf == nil }

// A way leads from a client's address to a server.
type way struct {
	client netip.Addr
	server netip.AddrPort
}

// darkWays are the connections that could not be read, by the ways they took; nil where there are none.
func (t *Tracker) darkWays() (ways map[way][]*Conn) {
	for _, c := range t.Conns {
		if !c.dark() {
			continue
		}
		if ways == nil {
			ways = map[way][]*Conn{}
		}
		w := way{c.Client.Addr(), c.Server}
		ways[w] = append(ways[w], c)
	}
	return ways
}

// overlook counts the connections between the client and the server of the session that could not be read, and over
// which it may have gone on. A client that polls after such a connection has ended, or long after it began, did not move
// to WebSocket on it.
func (s *Session) overlook(ways map[way][]*Conn) {
	last := s.FirstSeen
	for _, e := range s.Exchanges {
		last = max(last, e.Start)
	}
	for _, c := range ways[way{s.Client.Addr(), s.Server}] {
		began := max(c.Opened, c.TLS.Time)
		if (c.Closed == 0 || c.Closed > last) && (s.Closed == 0 || began < s.Closed) && last < began+upgradeTimeout {
			s.Dark++
		}
	}
}

// DarkBeside counts the connections that could not be read to servers that sessions, or refused handshakes, were seen at.
func (t *Tracker) DarkBeside() (n int) {
	ways := t.darkWays()
	if ways == nil {
		return 0
	}
	servers := t.servers()
	for w, list := range ways {
		if servers[w.server] {
			n += len(list)
		}
	}
	return n
}

// servers are those that sessions, or refused handshakes, were seen at.
func (t *Tracker) servers() map[netip.AddrPort]bool {
	servers := map[netip.AddrPort]bool{}
	for _, s := range t.Sessions {
		servers[s.Server] = true
	}
	for _, e := range t.Refused {
		servers[e.Conn.Server] = true
	}
	return servers
}

// CutShort counts the connections to those servers, or to any where there are none, that may hide sessions and refusals
// because the capture did not keep all of their packets: what a message was is not known, or which session was opened.
func (t *Tracker) CutShort() (n int) {
	if t.Stats.CutPackets == 0 {
		return 0
	}
	servers := t.servers()
	mute := len(servers)+len(t.Exchanges) == 0 && t.Stats.LostBytes > 0
	for _, c := range t.Conns {
		if (c.CutStarts > 0 || mute && c.headersOnly()) && !c.Inner && c.copyOf == nil && (len(servers) == 0 || servers[c.Server]) {
			n++
		}
	}
	return n + t.untold(func(e *Exchange) bool { return e.Status == 200 && e.Incomplete && e.Conn.Cut[fact.In] > 0 })
}

// headersOnly says whether a capture that cuts packets short has nothing of a connection by which it would be known what
// it is.
func (c *Conn) headersOnly() bool {
	return c.Protocol == "" && c.Requests == 0 && c.LastByte == 0 && !c.Refused
}

// Unheard counts the handshakes whose answers are not in the capture, because it has one direction alone, and of which no
// session is known.
func (t *Tracker) Unheard() int {
	if t.Stats.Gaps == 0 {
		return 0
	}
	return t.untold(func(e *Exchange) bool { return e.Status == 0 && e.Conn.OneWay() })
}

// untold counts handshakes, of those without a known answer that are lost, which opened none of the sessions seen.
func (t *Tracker) untold(lost func(*Exchange) bool) (n int) {
	unopened := map[way]int{} // sessions whose handshakes may be those
	for _, s := range t.Sessions {
		if s.Opened == 0 {
			unopened[way{s.Client.Addr(), s.Server}]++
		}
	}
	for _, e := range t.Exchanges {
		if e.Kind != Handshake || e.Outer != nil || e.Session != nil || !lost(e) {
			continue
		}
		w := way{e.Conn.Client.Addr(), e.Conn.Server}
		if unopened[w]--; unopened[w] < 0 {
			n++
		}
	}
	return n
}

// OneWay says whether the capture has messages of one direction of the connection, and misses the other's bytes.
func (c *Conn) OneWay() bool {
	out, in := c.LastMessage[fact.Out] != 0, c.LastMessage[fact.In] != 0
	return out != in && c.Gaps > c.Cut[fact.Out]+c.Cut[fact.In] && (out || c.Cut[fact.Out] == 0) && (in || c.Cut[fact.In] == 0)
}

// OneWay says whether one direction of all that the session did is missing from the capture.
func (s *Session) OneWay() bool {
	some := false
	for _, c := range s.Conns {
		if c.LastMessage[fact.Out] != 0 && c.LastMessage[fact.In] != 0 {
			return false
		}
		some = some || c.OneWay()
	}
	return some
}
