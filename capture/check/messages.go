package check

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/wsframe"
)

// largest is the longest message that is sent, in bytes: Socket.IO's own maxPayload, which is what most servers have.
const largest = 1_000_000

// tooBig is the code of a Close frame for a message that is too big (RFC 6455 §7.4.1).
const tooBig = 1009

// bulk says what became of large messages.
type bulk struct {
	run                        bool
	deflate                    bool
	size                       int
	bySocket, byPolling, asked bool
	tooBig                     bool // the WebSocket was closed for the message's size
	post                       answer
}

// messages offers permessage-deflate, and sends a message just below maxPayload over each transport: a heartbeat with a
// long text, which servers read and make nothing of.
func messages(r *run) {
	c := r.c
	b := bulk{run: true}
	a, limit := r.overSocket(&b)
	if b.asked && b.size > 0 && !b.bySocket {
		a, limit = r.overSocket(&b) // once may be chance: a node that goes, say
	}
	polled := false
	if b.size > 0 && r.c.keeps() {
		cl, l := r.client(c.o.Client.Cookies), r.line()
		if _, h, rev := cl.handshake(l); cl.keeps(l, h, rev) {
			b.post = cl.post(l, h.SID, padded(cl.beat(), b.size))
			polled = b.post.fate() != unknownSID // that is another matter
			b.byPolling = b.post.fate() == honoured
			cl.leave(l, h.SID)
		}
		l.close()
	}
	c.mu.Lock()
	c.found.bulk = b
	c.mu.Unlock()
	r.tellMessages(b, polled, limit, a)
}

// keeps says whether a session on one connection is kept. Where it is not, the message might reach a node that refuses it
// unread, which some balancers take for a node that fails, and spare it for a while: a check must not do that.
func (c *Check) keeps() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.found.kept.run {
		return c.found.kept.whole()
	}
	return !slices.ContainsFunc(c.found.visits, func(v *visit) bool { return v.broke != nil })
}

// overSocket opens a session as a WebSocket, and sends the message where the server says how long it may be.
func (r *run) overSocket(b *bulk) (a answer, limit int64) {
	c := r.c
	cl := r.client(c.o.Client.Cookies)
	q := cl.request("GET", "websocket", "")
	q.header.Set("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")
	q.wait = c.socketWait()
	a, s := r.line().open(q)
	c.sawSocket(a)
	a = cl.heard(q, a)
	c.mu.Lock()
	limit = c.found.maxPayload
	c.mu.Unlock()
	if s == nil {
		b.resize(limit)
		return a, limit
	}
	defer s.end()
	b.deflate = s.decoder.Deflate.Enabled
	h, err := cl.opening(s)
	if err == nil {
		limit = cmp.Or(h.MaxPayload, limit)
		s.frame(wsframe.Ping, "") // where this has no answer it is not the message's size
		_, err = s.next(wsframe.Pong, c.socketPatience())
		b.asked = err == nil
	}
	b.resize(limit)
	if b.asked && b.size > 0 {
		s.send(cl.text(padded(cl.beat(), b.size)))
		s.frame(wsframe.Ping, "")
		_, err := s.next(wsframe.Pong, c.patience()+5*time.Second)
		b.bySocket, b.tooBig = err == nil, s.code == tooBig
	}
	return a, limit
}

// resize sets the size of the message by what the server allows.
func (b *bulk) resize(limit int64) {
	if 0 < limit && limit <= largest {
		b.size = int(limit) - 64
	}
}

// padded is a packet of a size.
func padded(p engineio.Packet, size int) engineio.Packet {
	p.HasData, p.Data = true, []byte(strings.Repeat("x", max(size-1, 0)))
	return p
}

func (r *run) tellMessages(b bulk, polled bool, limit int64, a answer) {
	deflate := r.S("permessage-deflate is not accepted")
	if b.deflate {
		deflate = r.S("permessage-deflate is accepted")
	}
	if b.asked {
		r.figure("permessage-deflate", "%s", map[bool]string{true: r.S("accepted"), false: r.S("not accepted")}[b.deflate])
	}
	if limit > 0 {
		r.figure("maxPayload", "%s", r.S("%d bytes", lang.Amount(limit)))
	}
	if b.size > 0 {
		r.figure("message sent", "%s", r.S("%d bytes", lang.Amount(b.size)))
	}
	switch {
	case b.size == 0 && !b.asked:
		r.tell(Unknown, r.S("No WebSocket to try it on: the request is answered %s.", a.outcome(r.Words)))
	case b.size == 0 && limit == 0:
		r.tell(Unknown, r.S("The server names no maxPayload, so no large message was sent; %s.", deflate))
	case b.size == 0:
		r.tell(Unknown, r.S("maxPayload is %d bytes, and no message longer than %d is sent here; %s.", limit, largest, deflate))
	case b.asked && polled && b.bySocket && b.byPolling:
		r.tell(Yes, r.S("A message of %d bytes passes over WebSocket and over polling; %s.", b.size, deflate))
	case b.asked && !polled && b.bySocket:
		r.tell(Yes, r.S("A message of %d bytes passes over WebSocket; polling keeps no session to try it on; %s.", b.size, deflate))
	case !b.asked && b.byPolling:
		r.tell(Yes, r.S("A message of %d bytes passes over polling; there is no WebSocket to try.", b.size))
	case b.asked && b.bySocket:
		r.tell(Some, r.S("A message of %d bytes passes over WebSocket; over polling it is answered %s.", b.size, b.post.outcome(r.Words)))
	case polled && b.byPolling:
		r.tell(Some, r.S("A message of %d bytes passes over polling; the WebSocket does not survive it.", b.size))
	case polled:
		r.tell(No, r.S("A message of %d bytes does not pass: by polling it is answered %s.", b.size, b.post.outcome(r.Words)))
	default:
		r.tell(Unknown, r.S("No session came about to try it on."))
	}
}
