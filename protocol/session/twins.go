package session

import "net/netip"

// A connection that was captured at two places comes twice, with the same two endpoints and overlapping in time: the
// second to appear is a copy. Its requests are the same ones, seen on another hop, so they count once. The clocks of
// the two places may differ, so that either place may be ahead for a while.

const (
	clockOffset = 100e6 // ns: by so much clocks of two places may differ
	twinAmong   = 64    // requests of a connection among which the same one is sought, the latest
)

type endpoints struct {
	client, server netip.AddrPort
	stream         uint32
}

// twin notes whether c, which was just opened, is a copy.
func (t *Tracker) twin(c *Conn) {
	if !c.Client.IsValid() || !c.Server.IsValid() {
		return
	}
	if t.between == nil {
		t.between = map[endpoints]*Conn{}
	}
	key := endpoints{c.Client, c.Server, c.Stream}
	first := t.between[key]
	if first == nil || first == c || !overlap(first, c) {
		t.between[key] = c
		return
	}
	c.copyOf = first
	first.copies = append(first.copies, c)
}

// overlap says whether first was open still when c was opened. One that ended just before is a copy all the same where
// it is from another file: the same ports are not used again so soon.
func overlap(first, c *Conn) bool {
	return first.Closed == 0 || c.Opened < first.Closed || !c.SamePlace(first) && c.Opened-first.Closed <= clockOffset
}

// twins says whether two connections are one, seen at two places.
func twins(a, b *Conn) bool {
	return a != b && a.root() == b.root()
}

func (c *Conn) root() *Conn {
	if c.copyOf != nil {
		return c.copyOf
	}
	return c
}

// twin says whether the connection was seen at two places.
func (c *Conn) twin() bool { return c.copyOf != nil || len(c.copies) > 0 }

// sameElsewhere returns the request that e is a copy of, nil where there is none: that of the same number on the
// connection, or else, where one of the captures began late, the latest with the same words.
func sameElsewhere(e *Exchange) *Exchange {
	if !e.Conn.twin() {
		return nil
	}
	root := e.Conn.root()
	if o := sameOn(root, e); o != nil {
		return o
	}
	for _, c := range root.copies {
		if o := sameOn(c, e); o != nil {
			return o
		}
	}
	return nil
}

func sameOn(c *Conn, e *Exchange) *Exchange {
	if c == e.Conn {
		return nil
	}
	var found *Exchange
	for _, o := range c.Exchanges[max(0, len(c.Exchanges)-twinAmong):] {
		if o.Inner != nil && o.Inner.Conn.root() == c.root() || o.hopOn(e.Conn) || o.Method != e.Method || o.Target != e.Target || o.RequestBytes != e.RequestBytes {
			continue
		}
		if o.Serial == e.Serial {
			return o
		}
		if o.Start-e.Start < clockOffset && e.Start-o.Start < clockOffset {
			found = o
		}
	}
	return found
}

// hopOn says whether a nearer hop of the request was seen on c.
func (e *Exchange) hopOn(c *Conn) bool {
	for e = e.Outer; e != nil; e = e.Outer {
		if e.Conn == c {
			return true
		}
	}
	return false
}

// innerTwin says whether a WebSocket's messages are counted on the connection that c is a copy of.
func innerTwin(c *Conn) bool {
	first := c.copyOf
	return first != nil && first.Protocol == "websocket" && (first.WebSocket == nil || first.WebSocket.Outer == nil)
}
