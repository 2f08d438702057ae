package conn

import (
	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
	"sioscope/protocol/http2"
)

// newHTTP2 begins to read HTTP/2, from its beginning.
func (c *Conn) newHTTP2() {
	o := c.opt
	if o.streams == nil {
		o.streams = &http2.Options{HTTP: &o.HTTP, Number: o.number, Tunnel: o.tunnel}
	}
	c.open()
	c.http2 = http2.New(c.of, o.streams)
	c.http2.SetExchanges(c.exchanges)
}

// joinHTTP2 settles a connection that was joined in its middle.
func (c *Conn) joinHTTP2(client fact.Dir) {
	c.client(client)
	c.http = nil
	c.is(inHTTP2)
	c.newHTTP2()
}

// number gives a connection its ID that has none yet.
func (o *Options) number(of *fact.Conn) {
	switch {
	case of.ID != 0 || of.Over == nil:
	case o.Number != nil:
		of.ID = o.Number()
	default:
		o.numbers = max(o.numbers, of.TCP().ID) + 1
		of.ID = o.numbers
	}
}

// tunnel decodes what a CONNECT stream carries: a WebSocket, or, where it asked for nothing in particular, anything.
func (o *Options) tunnel(of *fact.Conn, s http1.Switch) http2.Tunnel {
	c := New(of, o)
	c.opened = !s.Assumed
	c.tell, c.exchanges = c.forward, s.Exchange
	switch {
	case s.Assumed:
		c.kind = unproven
	case s.Protocol == "websocket":
		c.kind, c.ws = inWebSocket, newWebSocket(c, &s)
	case !s.Tunnel:
		return nil
	}
	return c
}

// sniffStream tells whether bytes of a stream whose beginning was not seen are a WebSocket's.
func (c *Conn) sniffStream(dir fact.Dir, at int64, p []byte) {
	var f frame
	if !f.parse(p) || f.size > len(p) || f.masked != (dir == fact.Out) || !c.likeWebSocket(dir, p) {
		return
	}
	c.at = at
	c.is(inWebSocket)
	c.ws = newWebSocket(c, nil)
	c.open()
	c.write(dir, at, p)
}
