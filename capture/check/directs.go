package check

import (
	"errors"
	"net/http"
	"strings"
	"sync"

	"sioscope/protocol/engineio"
	"sioscope/protocol/wsframe"
)

// directs are the sessions that begin as a WebSocket.
const directs = 8

// A direct is a session that begins as a WebSocket.
type direct struct {
	answer answer
	sid    string // "": no open packet came
	heard  bool   // the server answered what was sent as frames
	why    string // it did not come about
}

// works says whether a client could use the session.
func (d *direct) works() bool { return d.sid != "" && d.heard }

func webSocketOnly(r *run) {
	c := r.c
	var all []*direct
	var tails sync.WaitGroup
	n := c.scaled(directs)
	if c.steady() {
		all = r.directly(n)
		n = 0
	}
	for i := range n {
		d, settle := r.direct()
		all = append(all, d)
		if settle != nil {
			tails.Go(settle)
		}
		if (i >= 1 || c.found.unoffered) && timedOut(d.answer.err) || i >= 3 && settle == nil && noneOpen(all) || r.enough() {
			break
		}
	}
	tails.Wait()
	c.mu.Lock()
	c.found.directs = all
	c.mu.Unlock()
	ok, why := 0, ""
	for _, d := range all {
		if d.works() {
			ok++
		} else {
			why = d.why
		}
	}
	r.figure("sessions", "%d", len(all))
	r.figure("on WebSocket", "%d", ok)
	switch ok {
	case len(all):
		r.tell(Yes, r.S("%d of %d sessions come about on WebSocket, with one request each.", ok, ok))
	case 0:
		r.tell(No, r.S("No session of %d comes about: %s.", len(all), why))
	default:
		r.tell(Some, r.S("%d of %d sessions come about on WebSocket; of the others: %s.", ok, len(all), why))
	}
}

// direct goes as far as the answer to the WebSocket request; settle does the rest, nil where there is none.
func (r *run) direct() (d *direct, settle func()) {
	cl := r.client(r.c.o.Client.Cookies)
	a, s := cl.directly(r.line())
	d = &direct{answer: a}
	if s != nil {
		return d, func() { cl.settle(s, d) }
	}
	d.why = r.S("the request is answered %s", a.outcome(r.Words))
	if a.err != nil && !timedOut(a.err) && !cutAtOnce(a.err) {
		d.why = r.S("the request got no answer: %s", r.Said(a.err.Error()))
	}
	return d, nil
}

// directly lets sessions that begin as a WebSocket come side by side.
func (r *run) directly(n int) []*direct {
	all := make([]*direct, n)
	r.several(n, 0, func(i int) {
		d, settle := r.direct()
		if all[i] = d; settle != nil {
			settle()
		}
	})
	return all
}

// noneOpen says whether all were refused with the request, or by the client for its answer.
func noneOpen(all []*direct) bool {
	for _, d := range all {
		if d.answer.status == http.StatusSwitchingProtocols && d.answer.breach == wsframe.Proper {
			return false
		}
	}
	return true
}

// settle waits for the open packet, enters the namespace, and leaves.
func (cl *client) settle(s *socket, d *direct) {
	defer s.end()
	h, err := cl.opening(s)
	if err != nil {
		d.why = err.Error()
		return
	}
	d.sid = h.SID
	if p, ok := cl.join(); ok {
		s.send(cl.text(p))
	}
	s.frame(wsframe.Ping, "") // which a server answers at once, however long it thinks about letting the client in
	patience := cl.r.c.socketPatience()
	_, err = s.nextOf(patience, wsframe.Text, wsframe.Pong)
	d.heard = err == nil
	switch {
	case d.heard:
	case s.closed:
		d.why = cl.r.S("the WebSocket is accepted and ended again with the first frame of the client")
	default:
		d.why = cl.r.S("the WebSocket is accepted, and what the client sends over it has no answer within %s", span(patience))
	}
}

// opening waits for the open packet of a session that begins as a WebSocket.
func (cl *client) opening(s *socket) (engineio.Handshake, error) {
	text, err := s.next(wsframe.Text, cl.r.c.socketPatience())
	switch {
	case err != nil && s.closed:
		return engineio.Handshake{}, errors.New(cl.r.S("the WebSocket is accepted and ended again before a packet came"))
	case err != nil:
		return engineio.Handshake{}, errors.New(cl.r.S("the WebSocket is accepted and carries nothing within %s", span(cl.r.c.socketPatience())))
	case !strings.HasPrefix(text, "0"):
		return engineio.Handshake{}, errors.New(cl.r.S("the WebSocket is accepted and is none of Socket.IO's"))
	}
	h, err := engineio.ParseOpen([]byte(text[1:]))
	if err != nil {
		return h, errors.New(cl.r.S("the WebSocket is accepted, and its open packet cannot be read"))
	}
	cl.r.opened(h)
	return h, nil
}
