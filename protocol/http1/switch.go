package http1

import (
	"bytes"

	"sioscope/protocol/fact"
)

// A Switch says that the connection is HTTP no more, and what it may be.
type Switch struct {
	Exchange   int    // whose response said so
	Tunnel     bool   // a CONNECT was accepted: inside, everything begins anew
	Protocol   string // the 101's Upgrade, in lower case: "websocket"
	Extensions []byte // the 101's Sec-WebSocket-Extensions
	Assumed    bool   // bytes are missing around the 101: neither the extensions nor where the new protocol begins are certain
}

// A Segment is bytes that were kept back until it was known what they are; Data nil is a hole of Lost bytes.
type Segment struct {
	At   int64
	Data []byte
	Lost int64 // 0: an unknown number
}

// Switched returns what the connection turned into, or nil while it is HTTP.
func (c *Conn) Switched() *Switch { return c.switched }

// Held returns the bytes of a direction that were seen before it was known that they are no HTTP. They come before
// what Write returned.
func (c *Conn) Held(dir fact.Dir) []Segment { return c.half[dir^c.flip].held }

func (c *Conn) turn(s Switch) {
	if out := c.half[fact.Out].msg; out != nil {
		c.abandon(fact.Out, true)
	}
	c.switched, c.late = &s, nil
}

func (c *Conn) switchTo(m *message, assumed bool) Switch {
	s := Switch{Exchange: m.exchange, Tunnel: m.status != 101, Assumed: assumed}
	if m.status == 101 {
		s.Protocol = string(bytes.ToLower(m.fields.protocol))
		if m.fields.extensions {
			s.Extensions = List(m.header(), "sec-websocket-extensions")
		}
	}
	return s
}

// afterRequest keeps back what follows a request that asks for another protocol, until it is answered.
func (c *Conn) afterRequest(m *message) {
	if s := c.late; s != nil {
		if s.Exchange == m.exchange {
			c.turn(*s)
		}
		return
	}
	if c.pairing.asks() != nil {
		c.half[fact.Out].state = holding
	}
}

// afterTunnel ends HTTP, unless the request for it may still be delivered.
func (c *Conn) afterTunnel(m *message) {
	s := c.switchTo(m, false)
	out := &c.half[fact.Out]
	if n := len(c.pairing.orphans); n > 0 && c.pairing.orphans[n-1].exchange == m.exchange &&
		(out.state == between || out.state == seeking) {
		c.late = &s
		if out.seek != nil {
			out.seek.dirty = false
		}
		c.half[fact.In].state = holding
		return
	}
	c.turn(s)
}

// hold keeps p back.
func (c *Conn) hold(dir fact.Dir, at int64, p []byte) []byte {
	h := &c.half[dir]
	n := min(len(p), maxHeld-h.size)
	if k := len(h.held) - 1; k >= 0 && h.held[k].At == at && h.held[k].Data != nil {
		h.held[k].Data = append(h.held[k].Data, p[:n]...)
	} else {
		h.held = append(h.held, Segment{At: at, Data: bytes.Clone(p[:n])})
	}
	h.size += n
	if full := h.size >= maxHeld; full || c.lost {
		c.decideHeld(full)
	}
	return p[n:]
}

func (h *half) holdGap(at, n int64) {
	if h.size < maxHeld {
		h.held = append(h.held, Segment{At: at, Lost: n})
		h.size += 64
	}
}

// decideHeld decides what kept-back bytes are from what they look like: where that is certain, or where it must be.
func (c *Conn) decideHeld(must bool) {
	if must && c.late != nil {
		c.turn(*c.late)
		return
	}
	out := &c.half[fact.Out]
	if out.state != holding {
		return
	}
	if len(out.held) > 0 && len(out.held[0].Data) > 0 && likeFrame(out.held[0].Data[0]) {
		c.assume()
	} else if must {
		for i := range c.pairing.queue {
			q := &c.pairing.queue[i]
			q.upgrade, q.connect = false, false
		}
		c.release()
	}
}

// assume takes the answer to an upgrade request for lost, and for a yes.
func (c *Conn) assume() {
	q := c.pairing.asks()
	if q == nil {
		return
	}
	s := Switch{Exchange: q.exchange, Tunnel: q.connect, Assumed: true}
	if q.websocket {
		s.Protocol = "websocket"
	}
	if in := c.half[fact.In].msg; in != nil {
		c.abandon(fact.In, true)
	}
	if c.switched == nil {
		c.turn(s)
	}
}

// likeFrame reports whether b can begin a WebSocket frame or a TLS record but not a line of text.
func likeFrame(b byte) bool {
	return b >= 0x80 || 0 < b && b < 9 || 0x14 <= b && b <= 0x17
}

// unhold goes on reading requests when none is left that may end HTTP.
func (c *Conn) unhold() {
	if c.half[fact.Out].state == holding && c.pairing.asks() == nil {
		c.release()
	}
}

// release reads what was kept back as requests.
func (c *Conn) release() {
	out := &c.half[fact.Out]
	held := out.held
	out.held, out.size, out.state = nil, 0, between
	for _, s := range held {
		if s.Data == nil {
			c.gap(fact.Out, s.At, s.Lost)
		} else {
			c.feed(fact.Out, s.At, s.Data)
		}
	}
}
