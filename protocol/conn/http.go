package conn

import (
	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
)

func (c *Conn) newHTTP() {
	c.http = http1.New(c.of, &c.opt.HTTP)
	c.http.SetExchanges(c.exchanges)
	c.base = c.swap
	if c.tell == nil {
		c.tell = c.forward
	}
}

// forward emits what http1 reports.
func (c *Conn) forward(f fact.Fact) {
	if !c.opened {
		c.began()
	}
	c.emit(f)
}

// began settles a connection that was joined in its middle, once HTTP was found in it.
func (c *Conn) began() {
	if c.http != nil && c.http.Flipped() {
		c.swap = c.base ^ fact.In
	}
	c.kind = inHTTP
	c.open()
}

// join gives up on the first bytes: from now on anything may be anywhere.
func (c *Conn) join() {
	held := c.prefix
	c.is(joined)
	c.newHTTP()
	c.http.Join(c.of.Guessed && !c.opened)
	for dir, p := range held {
		if p != nil {
			p.replay(c, fact.Dir(dir))
		}
	}
}

func (c *Conn) writeHTTP(dir fact.Dir, at int64, p []byte) {
	rest := c.http.Write(dir^c.base, at, p, c.tell)
	c.afterHTTP(at)
	if len(rest) > 0 {
		c.write(dir, at, rest)
	}
}

// afterHTTP follows the connection where it stops being HTTP.
func (c *Conn) afterHTTP(at int64) {
	h := c.http
	if h.Began() && c.kind == joined {
		c.kind = inHTTP
	}
	s := h.Switched()
	if s == nil {
		return
	}
	c.http = nil
	if h.Flipped() {
		c.swap = c.base ^ fact.In
	}
	c.exchanges = h.Exchanges()
	switch {
	case s.Tunnel && s.Assumed:
		c.join()
	case s.Tunnel:
		c.is(fresh)
	case s.Protocol == "websocket":
		c.is(inWebSocket)
		c.ws = newWebSocket(c, s)
	case s.Protocol == "h2c":
		c.is(inHTTP2)
		c.newHTTP2()
		c.http2.Upgraded(s.Exchange)
	default:
		c.is(ignored)
	}
	for d := fact.Out; d <= fact.In; d++ {
		c.replay(d^c.base, h.Held(d))
	}
}

// replay goes through bytes that http1 kept back.
func (c *Conn) replay(dir fact.Dir, held []http1.Segment) {
	for _, s := range held {
		switch {
		case c.kind == ignored:
			return
		case s.Data == nil && c.ws != nil:
			c.ws.gap(c, dir^c.swap, s.At, s.Lost)
		case s.Data == nil && c.http2 != nil:
			c.http2.Gap(dir^c.swap, s.At, s.Lost, c.emit)
		case s.Data != nil:
			c.write(dir, s.At, s.Data)
		}
	}
}
