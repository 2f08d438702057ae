package http2

import (
	"bytes"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
)

// begin makes a connection of a CONNECT, which is complete with its head: what the client sends afterwards goes through it.
func (c *Conn) begin(s *stream) {
	s.connect = true
	s.of, s.exchange = c.stream(s.id), 1
	if c.opt.Number != nil {
		c.opt.Number(s.of)
	}
	c.emit(&fact.Opened{Conn: s.of, Time: s.out.start, SYN: true})
	c.reportRequest(s)
	if s.in.seen { // the capture has the answer before its request
		if s.in.ended {
			c.ending(s, fact.In, s.in.end, false)
		}
		if s.status/100 == 2 {
			c.accept(s)
		}
	}
}

// stream is the connection that a stream is. Who is its client is as certain as it can be made.
func (c *Conn) stream(id uint32) *fact.Conn {
	return &fact.Conn{Client: c.of.Client, Server: c.of.Server, Via: c.of.Via, File: c.of.File, Source: c.of.Source, Over: c.of, Stream: id}
}

// accept follows an answer that makes a tunnel of the stream.
func (c *Conn) accept(s *stream) {
	early, _ := s.in.body.Content(nil, true, c.opt.HTTP)
	early = bytes.Clone(early)
	s.in.body.Release(c.opt.HTTP)
	c.reportResponse(s)
	if c.opt.Tunnel != nil {
		w := http1.Switch{Exchange: s.exchange, Tunnel: s.protocol == "", Protocol: strings.ToLower(s.protocol)}
		w.Extensions = http1.List(s.in.header, "sec-websocket-extensions")
		s.tunnel = c.opt.Tunnel(s.of, w)
	}
	if s.tunnel != nil {
		for _, g := range s.held {
			if g.Data == nil {
				s.tunnel.Gap(fact.Out, g.At, g.Lost, c.emit)
			} else {
				s.tunnel.Write(fact.Out, g.At, g.Data, c.emit)
			}
		}
	}
	s.held, s.size = nil, maxHeld
	if s.tunnel != nil && len(early) > 0 {
		s.tunnel.Write(fact.In, s.in.end, early, c.emit)
	}
}

// strange returns the stream of content whose request was before the capture began: it may be a WebSocket.
func (c *Conn) strange(id uint32, at int64) *stream {
	if !c.joined || id%2 == 0 || c.first != 0 && id >= c.first || c.opt.Tunnel == nil {
		return nil
	}
	s := c.add(id)
	s.unseen = true
	s.out.start = at
	s.of = c.stream(id)
	if s.tunnel = c.opt.Tunnel(s.of, http1.Switch{Assumed: true}); s.tunnel == nil {
		c.finish(s, at)
		return nil
	}
	return s
}

// identified returns the stream that a head was seen of, nil where there is none. Where it was thought that it may be a
// WebSocket and nothing has shown that, it is none.
func (c *Conn) identified(id uint32, at int64) *stream {
	s := c.streams[id]
	if s == nil || !s.unseen || s.of.ID != 0 {
		return s
	}
	c.finish(s, at)
	return nil
}

// told says whether the connection that a stream is was told of.
func (s *stream) told() bool { return !s.unseen || s.of.ID != 0 }

// ending notes who ends a connection of its own first.
func (c *Conn) ending(s *stream, by fact.Dir, at int64, reset bool) {
	if s.ending == nil {
		s.ending = &fact.Closed{Conn: s.of, Time: at, By: by, Known: true, Reset: reset}
	}
}

// close ends the connection that a stream is.
func (c *Conn) close(s *stream, at int64) {
	if !c.own(s) {
		return
	}
	if s.tunnel != nil {
		s.tunnel.Close(at, c.emit)
	}
	if s.ending != nil && s.told() {
		c.emit(s.ending)
	}
}
