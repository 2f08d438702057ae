package http2

import (
	"bytes"

	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
)

// A stream is a request and its response, or what a CONNECT became.
type stream struct {
	id       uint32
	of       *fact.Conn // the connection, or its own where it is a CONNECT
	exchange int
	out, in  message

	method, target, host, protocol string
	status                         int

	connect bool
	tunnel  Tunnel
	held    []http1.Segment // what the client sent through a CONNECT before its answer was seen
	size    int             // bytes in held
	unseen  bool            // DATA was seen and neither its request nor its response
	ending  *fact.Closed    // who ended it first, of a connection of its own

	request  fact.Request
	response fact.Response
}

// A message is a request or a response that is being read.
type message struct {
	seen       bool // its head
	ended      bool
	reported   bool
	incomplete bool // bytes of it are missing: what follows them is not kept
	partial    bool // fields of its head are not known
	start, end int64
	header     fact.Header
	body       http1.Body
}

func (s *stream) message(dir fact.Dir) *message {
	if dir == fact.In {
		return &s.in
	}
	return &s.out
}

// own says whether the stream is a connection by itself.
func (c *Conn) own(s *stream) bool { return s.of != c.of }

// add begins a stream. The oldest make room for it; those that are a WebSocket go last.
func (c *Conn) add(id uint32) *stream {
	most := c.opt.MaxStreams
	if most == 0 {
		most = DefaultMaxStreams
	}
	for len(c.streams) >= most || c.heads > maxHeads {
		c.makeRoom()
	}
	if len(c.order) > 2*len(c.streams)+64 {
		kept := c.order[:0]
		for _, id := range c.order {
			if c.streams[id] != nil {
				kept = append(kept, id)
			}
		}
		c.order = kept
	}
	s, ok := c.opt.spare.Get().(*stream)
	if !ok {
		s = new(stream)
	}
	s.id, s.of = id, c.of
	c.streams[id] = s
	c.order = append(c.order, id)
	return s
}

func (c *Conn) makeRoom() {
	for skip := 0; ; skip++ {
		// Where all are tunnels, the first of them goes.
		for len(c.order) > 0 && c.streams[c.order[0]] == nil {
			c.order = c.order[1:]
		}
		if len(c.order) == 0 {
			c.heads = 0
			return
		}
		s := c.streams[c.order[0]]
		if s.tunnel != nil && skip < len(c.order) {
			c.order = append(c.order[1:], s.id)
			continue
		}
		c.malformed(fact.Out, s.out.start, "more streams at once than are kept: the oldest are given up", nil)
		c.giveUp(s, max(s.out.end, s.in.end))
		return
	}
}

// headers takes a header block that is complete.
func (c *Conn) headers(dir fact.Dir, at int64, b *block) {
	d := c.readHead(dir, at, b)
	switch {
	case b.push || b.stream%2 == 0: // pushed: nobody asked for it
	case dir == fact.Out:
		c.requestHead(d, at, b)
	default:
		c.responseHead(d, at, b)
	}
}

func (c *Conn) requestHead(d *head, at int64, b *block) {
	s := c.identified(b.stream, at)
	switch {
	case s != nil && (s.out.seen || s.unseen): // trailers
		if b.end {
			c.ended(s, fact.Out, at)
		}
		return
	case s == nil && b.stream <= c.last:
		return // it is over
	}
	c.last = max(c.last, b.stream)
	if c.first == 0 {
		c.first = b.stream
	}
	connect := d.method == "CONNECT"
	if connect && c.connects == maxConnects {
		c.malformed(fact.Out, at, "more CONNECT streams than are followed", nil)
	}
	if d.broken || d.method == "" || d.path == "" && !(connect && d.protocol == "") {
		if !d.lost && !d.broken {
			c.malformed(fact.Out, b.at, "a request without method or path", d.header)
		}
		c.lossy = true
		return
	}
	if s == nil {
		s = c.add(b.stream)
	}
	s.method, s.target, s.host, s.protocol = word(d.method), origin(d.path), d.host(), d.protocol
	if connect && d.path == "" {
		s.target = s.host
	}
	c.take(&s.out, d, at, b)
	if connect && c.connects < maxConnects {
		c.connects++
		c.begin(s)
	} else if s.exchange == 0 {
		c.exchanges++
		s.exchange = c.exchanges
	}
	if b.end {
		c.ended(s, fact.Out, at)
	}
}

func (c *Conn) responseHead(d *head, at int64, b *block) {
	s := c.identified(b.stream, at)
	status := d.statusCode()
	if s == nil && status != 0 && status/100 != 1 && (b.stream > c.last || c.lossy) {
		s = c.add(b.stream)
		c.exchanges++
		s.exchange = c.exchanges
	}
	switch {
	case s == nil, status/100 == 1:
		return
	case status == 0 && !s.in.seen && !s.unseen:
		if !d.lost && !d.broken {
			c.malformed(fact.In, b.at, "a response without a status", d.header)
		}
		s.in.seen, s.in.reported = true, true // there is nothing to report of it
	case !s.in.seen && !s.unseen:
		s.status = status
		c.take(&s.in, d, at, b)
		if s.connect && status/100 == 2 {
			c.accept(s)
		}
	}
	if b.end {
		c.ended(s, fact.In, at)
	}
}

// take keeps a head.
func (c *Conn) take(m *message, d *head, at int64, b *block) {
	m.seen, m.start, m.end = true, b.at, at
	m.header = append(m.header, d.header...)
	m.partial = d.lost || d.broken
	c.heads += len(m.header)
}

// data takes a piece of content.
func (c *Conn) data(dir fact.Dir, id uint32, at int64, p []byte) {
	s := c.streams[id]
	if s == nil {
		if s = c.strange(id, at); s == nil {
			return
		}
	}
	m := s.message(dir)
	m.end = at
	switch {
	case s.tunnel != nil:
		s.tunnel.Write(dir, at, p, c.emit)
	case s.connect && dir == fact.Out:
		if !s.in.seen {
			s.hold(at, p)
		}
	case m.incomplete || m.reported:
		m.body.Size += int64(len(p))
	default:
		m.body.Keep(p, c.opt.HTTP)
	}
}

// hold keeps what a client sends before its CONNECT is answered.
func (s *stream) hold(at int64, p []byte) {
	p = p[:max(0, min(len(p), maxHeld-s.size))]
	s.size += len(p)
	if k := len(s.held) - 1; k >= 0 && s.held[k].At == at && s.held[k].Data != nil {
		s.held[k].Data = append(s.held[k].Data, p...)
	} else if len(p) > 0 {
		s.held = append(s.held, http1.Segment{At: at, Data: bytes.Clone(p)})
	}
}

// hole says that n bytes of a stream are missing in a direction, 0: perhaps some.
func (c *Conn) hole(s *stream, dir fact.Dir, at, n int64) {
	m := s.message(dir)
	if m.ended {
		return
	}
	m.body.Size += n
	if m.seen {
		m.incomplete = true
	}
	switch {
	case s.tunnel != nil:
		s.tunnel.Gap(dir, at, n, c.emit)
	case s.connect && dir == fact.Out && s.size < maxHeld:
		s.held = append(s.held, http1.Segment{At: at, Lost: n})
		s.size += 64
	}
}

// ended follows END_STREAM.
func (c *Conn) ended(s *stream, dir fact.Dir, at int64) {
	m := s.message(dir)
	if m.ended {
		return
	}
	m.ended, m.end = true, at
	if s.unseen {
		c.ending(s, dir, at, false)
		if s.out.ended && s.in.ended {
			c.finish(s, at)
		}
		return
	}
	if c.own(s) {
		c.ending(s, dir, at, false)
		if s.tunnel != nil || s.status/100 == 2 {
			if s.out.ended && s.in.ended {
				c.finish(s, at)
			}
			return
		}
	}
	if dir == fact.Out {
		c.reportRequest(s)
	}
	if s.in.ended && (s.out.seen || s.out.reported || c.lossy) {
		c.reportRequest(s)
		c.reportResponse(s)
		c.finish(s, at)
	}
}

// reset follows RST_STREAM, RFC 9113 §6.4.
func (c *Conn) reset(s *stream, dir fact.Dir, at int64, code uint32) {
	if c.own(s) {
		c.ending(s, dir, at, true)
	}
	c.reportRequest(s)
	if s.in.seen {
		s.in.incomplete = s.in.incomplete || !s.in.ended
		c.reportResponse(s)
	} else if s.out.reported && !c.own(s) {
		c.emit(&fact.Reset{Conn: s.of, Exchange: s.exchange, Time: at, By: dir, Code: code})
	}
	c.finish(s, at)
}

// giveUp reports what there is of a stream.
func (c *Conn) giveUp(s *stream, at int64) {
	c.reportRequest(s)
	if s.in.seen {
		s.in.incomplete = s.in.incomplete || !s.in.ended
		c.reportResponse(s)
	}
	c.finish(s, at)
}

// finish forgets a stream, which must not be used any more.
func (c *Conn) finish(s *stream, at int64) {
	delete(c.streams, s.id)
	c.heads -= len(s.out.header) + len(s.in.header)
	c.close(s, at)
	s.out.body.Release(c.opt.HTTP)
	s.in.body.Release(c.opt.HTTP)
	*s = stream{out: s.out.empty(), in: s.in.empty()}
	c.opt.spare.Put(s)
}

// empty is a message in the same memory.
func (m *message) empty() message {
	e := message{header: m.header[:0], body: m.body}
	if cap(e.header) > 4<<10 {
		e.header = nil
	}
	return e
}

func (c *Conn) reportRequest(s *stream) {
	m := &s.out
	if !m.seen || m.reported {
		return
	}
	m.reported = true
	cut := m.incomplete || m.partial || !m.ended && !s.connect
	body, wrong := m.body.Content(http1.List(m.header, "content-encoding"), cut, c.opt.HTTP)
	if wrong != "" {
		c.malformed(fact.Out, m.start, "request body: "+wrong, body)
	}
	s.request = fact.Request{
		Conn: s.of, Exchange: s.exchange, Start: m.start, End: m.end,
		Method: s.method, Target: s.target, Host: s.host, Proto: "HTTP/2", Protocol: s.protocol, Header: m.header,
		Body: body, BodySize: m.body.Size, Truncated: m.body.Truncated, Incomplete: cut,
	}
	c.emit(&s.request)
}

func (c *Conn) reportResponse(s *stream) {
	m := &s.in
	if !m.seen || m.reported {
		return
	}
	m.reported = true
	body, wrong := m.body.Content(http1.List(m.header, "content-encoding"), m.incomplete, c.opt.HTTP)
	cut := m.incomplete || m.partial
	s.response = fact.Response{
		Conn: s.of, Exchange: s.exchange, Start: m.start, End: m.end, Status: s.status, Header: m.header,
		Body: body, BodySize: m.body.Size, Truncated: m.body.Truncated, Incomplete: cut, BodyError: wrong,
	}
	c.emit(&s.response)
}

// word is s without keeping a header block's memory for the usual methods.
func word(s string) string {
	switch s {
	case "GET":
		return "GET"
	case "POST":
		return "POST"
	case "OPTIONS":
		return "OPTIONS"
	}
	return s
}
