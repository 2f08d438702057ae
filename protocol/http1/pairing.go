package http1

import "sioscope/protocol/fact"

const (
	maxQueue   = 256
	maxOrphans = 8
	silence    = int64(1e9) // see the package comment
)

// pairing finds the request that a response answers. See the package comment.
type pairing struct {
	queue     []pending // requests without an answer
	orphans   []orphan  // latest responses without a request
	exchanges int
	pipelined bool  // a request was sent before the one before it was answered
	uncertain bool  // messages may have been lost
	lostAt    int64 // when the last hole was noticed
	heard     int64 // last byte from the server
}

type pending struct {
	exchange  int
	start     int64
	head      bool // HEAD: the answer has no body
	connect   bool // CONNECT
	upgrade   bool // asks for another protocol
	websocket bool // and that is WebSocket
}

type orphan struct {
	exchange int
	start    int64
}

// lose notes that messages may have been lost.
func (p *pairing) lose(at int64) {
	p.uncertain, p.lostAt = true, at
}

// ask gives a request its exchange and enters it into the queue, unless its response was seen before it.
func (p *pairing) ask(q pending, silent bool) (exchange int, answered bool) {
	if p.uncertain && p.pipelined && silent && q.start-p.heard >= silence {
		p.queue, p.uncertain = p.queue[:0], false
	}
	for i, o := range p.orphans {
		if o.start > q.start {
			p.orphans = append(p.orphans[:0], p.orphans[i+1:]...)
			return o.exchange, true
		}
	}
	p.orphans = p.orphans[:0]
	if len(p.queue) == maxQueue {
		p.drop(1)
		p.lose(q.start)
	}
	p.exchanges++
	q.exchange = p.exchanges
	p.queue = append(p.queue, q)
	return q.exchange, false
}

// answer takes the request that a response answers from the queue. Where there is none it makes up an exchange.
func (p *pairing) answer(start int64) (q pending, found bool) {
	i := p.find(start)
	if i < 0 {
		return pending{exchange: p.orphan(start)}, false
	}
	if p.uncertain && len(p.queue) == 1 && p.queue[0].start >= p.lostAt {
		p.uncertain = false
	}
	if !p.uncertain && len(p.queue) > 1 && p.queue[1].start < start {
		p.pipelined = true
	}
	q = p.queue[i]
	p.drop(i + 1)
	return q, true
}

// find returns the place in the queue of the request that a response answers, or -1.
func (p *pairing) find(start int64) int {
	switch {
	case len(p.queue) == 0 || p.uncertain && p.pipelined:
		return -1
	case !p.uncertain:
		return 0
	}
	for i := len(p.queue) - 1; i >= 0; i-- {
		if p.queue[i].start <= start {
			return i
		}
	}
	return -1
}

func (p *pairing) orphan(start int64) int {
	p.exchanges++
	if !p.uncertain || !p.pipelined {
		if len(p.orphans) == maxOrphans {
			p.orphans = append(p.orphans[:0], p.orphans[1:]...)
		}
		p.orphans = append(p.orphans, orphan{p.exchanges, start})
	}
	return p.exchanges
}

func (p *pairing) drop(n int) {
	p.queue = append(p.queue[:0], p.queue[n:]...)
}

// asks reports whether an unanswered request may end HTTP on this connection.
func (p *pairing) asks() *pending {
	for i := range p.queue {
		if p.queue[i].upgrade || p.queue[i].connect {
			return &p.queue[i]
		}
	}
	return nil
}

// ask gives a request its exchange.
func (c *Conn) ask(m *message) {
	if m.reported {
		return
	}
	f := &m.fields
	q := pending{start: m.start, head: m.method == "HEAD", connect: m.method == "CONNECT"}
	q.upgrade = f.upgrade && len(f.protocol) > 0
	q.websocket = q.upgrade && has(f.protocol, "websocket")
	m.exchange, _ = c.pairing.ask(q, c.half[fact.In].msg == nil)
}

// answer gives a response its exchange, and tells from the request what the response is. A request that is still being
// sent is emitted as it is: nothing of it after this matters to the server.
func (c *Conn) answer(m *message) {
	q, found := c.answeredEarly(m.start)
	if !found {
		q, found = c.pairing.answer(m.start)
	}
	m.exchange = q.exchange
	m.tunnel = m.status == 101 || q.connect && m.status/100 == 2
	m.bodiless = m.tunnel || q.head || m.status == 204 || m.status == 304
	if out := c.half[fact.Out].msg; out != nil && found && out.exchange == q.exchange {
		out.incomplete = true
		c.report(fact.Out, out)
	}
	if !m.tunnel {
		c.lost = c.lost && c.pairing.asks() != nil
		c.unhold()
	}
}

// answeredEarly finds a request that is answered before its header block is complete.
func (c *Conn) answeredEarly(start int64) (pending, bool) {
	out := &c.half[fact.Out]
	m := out.msg
	if out.state != inHead || m == nil || m.first == 0 || m.exchange != 0 || len(c.pairing.queue) > 0 || m.start > start {
		return pending{}, false
	}
	m.fields = parseFields(m.header())
	c.ask(m)
	return c.pairing.answer(start)
}
