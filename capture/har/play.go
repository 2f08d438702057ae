package har

import (
	"cmp"
	"container/heap"
	"strings"

	"sioscope/protocol/fact"
)

// The second pass: every entry that begins is put in a queue, as what it will do and when; what is due first is
// emitted first, and no entry begins before all that is due earlier is done.

type kind uint8

const (
	asks     kind = iota // its request is complete
	answers              // its response is
	fails                // it ended without one
	closes               // own: its connection did
	messages             // the next message of its WebSocket
	over                 // the time that the log has its WebSocket for is
)

// A due is what an exchange does at a time.
type due struct {
	at    int64
	order int64 // among those of one time, as they were found
	do    kind
	x     *exchange
}

// queue is a heap of dues.
type queue []due

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].order < q[j].order
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(v any)   { *q = append(*q, v.(due)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	v := (*q)[last]
	*q = (*q)[:last]
	return v
}

// An exchange is an entry that was begun.
type exchange struct {
	offset                     int64
	e                          *entry // nil where it must be read again
	conn                       *connection
	serial                     int   // on its connection, from 1; 0 before its request and where that was not seen
	start, sent, answered, end int64 // ns: its request's first and last byte, its answer's
	socket                     bool
	failed                     bool    // it ended without an answer
	failure                    string  // why, where a message of its WebSocket says so
	messages                   *cursor // of an accepted WebSocket
	held                       int64   // bytes
	closing                    *fact.Closed
}

func (h *Reader) push(at int64, do kind, x *exchange) {
	h.order++
	heap.Push(&h.queue, due{at, h.order, do, x})
}

// Next returns the time of what Emit would emit next; ok is false at the end of the file.
func (h *Reader) Next() (at int64, ok bool, err error) {
	for {
		if len(h.queue) > 0 && (h.played == len(h.refs) || h.queue[0].at <= h.refs[h.played].at) {
			return h.queue[0].at, true, nil
		}
		if h.played == len(h.refs) {
			return 0, false, nil
		}
		err := h.begin(h.refs[h.played])
		if err != nil && !damaged(err) {
			return 0, false, err
		}
		h.played++
		if err != nil {
			h.lost(h.played)
		}
	}
}

// Emit emits what Next announced.
func (h *Reader) Emit(emit fact.Emit) error {
	d := heap.Pop(&h.queue).(due)
	x := d.x
	switch d.do {
	case asks:
		return h.with(x, func() { h.request(x, emit) })
	case answers:
		err := h.with(x, func() { h.response(x, emit) })
		h.release(x)
		return err
	case fails:
		h.fail(x, emit)
		h.release(x)
		return nil
	case closes:
		if x.conn.due > x.end { // its client had nothing more to say, and the answer came all the same
			x.end = x.conn.due
			h.push(x.end, closes, x)
			return nil
		}
		c := *x.closing
		c.Conn, c.Time = x.conn.fact, x.end
		emit(&c)
		return nil
	case over:
		if !x.messages.have { // what comes later belies it
			emit(&fact.Closed{Conn: x.conn.fact, Time: x.end})
		}
		return nil
	}
	err := h.message(x, emit)
	if err != nil && damaged(err) { // the messages that follow cannot be found
		h.seen.badMessages++
		return nil
	}
	return err
}

// with calls do with the exchange's entry, reading that again where it was not kept.
func (h *Reader) with(x *exchange, do func()) error {
	if x.e != nil {
		do()
		return nil
	}
	e, err := h.read(x.offset)
	if err != nil {
		return err
	}
	x.e = e
	x.accept()
	do()
	x.e = nil
	return nil
}

// begin reads an entry and queues what it does.
func (h *Reader) begin(r ref) error {
	e, err := h.read(r.offset)
	if err != nil {
		return err
	}
	x := &exchange{offset: r.offset, e: e}
	x.plan(r.at)
	if x.socket {
		if err := h.openMessages(x); err != nil {
			return err
		}
	}
	h.judge(x)
	h.push(x.sent, asks, x)
	switch {
	case e.response.status != 0:
		h.push(x.complete(), answers, x)
	case x.failed:
		h.push(x.end, fails, x)
	}
	if x.messages != nil && x.messages.have {
		h.push(max(x.answered, x.messages.at), messages, x)
		if x.lifetime() && x.end > x.answered {
			h.push(x.end, over, x)
		}
	}
	h.hold(x)
	return nil
}

// complete is when the whole answer was there.
func (x *exchange) complete() int64 {
	if x.socket {
		return x.answered
	}
	return x.end
}

// hold keeps the bodies of an entry until their time comes, within the limit.
func (h *Reader) hold(x *exchange) {
	x.held = int64(len(x.e.request.body) + len(x.e.response.body) + len(x.e.request.head) + len(x.e.response.head))
	most := h.o.MaxHeld
	if most == 0 {
		most = 64 << 20
	}
	if h.held+x.held > most {
		x.e, x.held = nil, 0
		return
	}
	h.held += x.held
}

// release lets the bodies go.
func (h *Reader) release(x *exchange) {
	h.held -= x.held
	x.held, x.e = 0, nil
}

// plan works out when an exchange did what. at is when the entry started, which is when the browser wanted it; the
// request left when a connection was there.
func (x *exchange) plan(at int64) {
	e := x.e
	lead := max(0, e.blocked) + max(0, e.dns) + max(0, e.connect)
	total := e.time
	if total < 0 {
		total = lead + max(0, e.send) + max(0, e.wait) + max(0, e.receive)
	}
	const most = int64(366 * 24 * 3600e9)
	total = min(total, most)
	lead = min(lead, total)
	x.start, x.end = at+lead, at+total
	x.sent = min(x.start+max(0, e.send), x.end)
	x.answered = x.end
	if e.wait >= 0 {
		x.answered = min(x.sent+e.wait, x.end)
	}
	x.socket = e.isSocket()
	x.failed = e.response.status == 0 && (e.failure != "" || total > 0 && !x.socket)
}

// openMessages finds the first message of a WebSocket. One that has messages was accepted, whatever its status says.
func (h *Reader) openMessages(x *exchange) error {
	e := x.e
	if e.messages >= 0 {
		x.messages = &cursor{scan: newScanner(h.scan.r, cursorBuffer), last: x.sent, size: cmp.Or(h.o.MaxPayload, 16<<20)}
		x.messages.scan.seek(e.messages + 1)
		if err := h.advance(x.messages); err != nil {
			return err
		}
	}
	if e.messages < 0 && e.response.file != "" {
		if err := h.attachedMessages(x); err != nil {
			return err
		}
	}
	if err := h.failedFirst(x); err != nil {
		return err
	}
	x.accept()
	if e.accepted() {
		x.failed = false
		if e.wait < 0 || x.lifetime() {
			x.answered = x.sent
			if x.messages != nil && x.messages.have {
				x.answered = max(x.sent, x.messages.at)
			}
		}
	}
	return nil
}

// lifetime says whether the time of an accepted WebSocket's entry is how long it was open, and not how long its handshake
// took.
func (x *exchange) lifetime() bool {
	e := x.e
	spoke := x.messages != nil && x.messages.have
	return !e.own && e.accepted() && (e.wait < 0 || spoke && x.messages.at < x.sent+e.wait)
}

// failedFirst takes the message of a WebSocket that is no message, but says that the request for it came to nothing.
func (h *Reader) failedFirst(x *exchange) error {
	c := x.messages
	if c == nil || !c.have || x.e.response.status != 0 {
		return nil
	}
	h.warmUp(c)
	c.scan.seek(c.offset)
	m, err := c.read()
	if err != nil || !m.failure {
		return err
	}
	x.failure = string(m.data)
	x.answered = max(x.answered, c.at)
	x.end = max(x.end, x.answered)
	err = h.advance(c)
	if c.spoke = c.have; !c.have {
		h.held -= c.held
		c.held = 0
	}
	x.accept()
	x.failed = x.e.response.status == 0
	return err
}

// accept makes 101 of what some logs say of a WebSocket that was accepted: messages, and no status or that of a success.
func (x *exchange) accept() {
	e := x.e
	if x.failure != "" && e.failure == "" {
		e.failure = x.failure
		e.refuse()
	}
	if !x.socket || e.extended() {
		return
	}
	spoke := x.messages != nil && (x.messages.have || x.messages.spoke)
	if spoke && e.response.status < 300 {
		e.response.status = 101
	}
}

// extended says whether a WebSocket was asked for within HTTP/2, RFC 8441: any success accepts it.
func (e *entry) extended() bool {
	return e.request.method == "CONNECT" && (e.request.protocol == "websocket" || e.resource == "websocket")
}

// accepted says whether a WebSocket came about.
func (e *entry) accepted() bool {
	return e.response.status == 101 || e.extended() && e.response.status/100 == 2
}

// polls says whether an entry is of Engine.IO's polling, by its URL.
func (e *entry) polls() bool { return strings.Contains(e.request.url, "transport=polling") }

// judge counts what the notes tell of.
func (h *Reader) judge(x *exchange) {
	e := x.e
	c := &h.seen
	switch {
	case x.socket && e.accepted():
		if x.messages == nil {
			c.mute++
		}
	case x.socket && e.response.status != 0 && !e.response.hasBody:
		c.refused++
	case x.failed:
	case (e.bodyMissing() || e.postMissing()) && e.polls():
		c.nobody++
	}
	if e.cached && e.polls() {
		c.cached++
	}
	if e.request.badBase64 || e.response.badBase64 {
		c.badBase64++
	}
}
