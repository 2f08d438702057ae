package check

import (
	"fmt"
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
	joined bool
	why    string // it did not come about
}

func webSocketOnly(r *run) {
	c := r.c
	var all []*direct
	var tails sync.WaitGroup
	for i := range c.scaled(directs) {
		cl := r.client(c.o.Client.Cookies)
		d := &direct{}
		a, s := cl.directly(r.line())
		d.answer = a
		all = append(all, d)
		if s == nil {
			d.why = "the request is answered " + a.outcome()
			if a.err != nil && !timedOut(a.err) {
				d.why = "the request got no answer: " + a.err.Error()
			}
		} else {
			tails.Go(func() { cl.settle(s, d) })
		}
		if i >= 1 && timedOut(a.err) || i >= 3 && s == nil && noneOpen(all) || r.ctx.Err() != nil {
			break
		}
	}
	tails.Wait()
	c.mu.Lock()
	c.found.directs = all
	c.mu.Unlock()
	ok, why := 0, ""
	for _, d := range all {
		if d.sid != "" {
			ok++
		} else {
			why = d.why
		}
	}
	r.figure("sessions", "%d", len(all))
	r.figure("on WebSocket", "%d", ok)
	switch ok {
	case len(all):
		r.tell(Yes, "%d of %d sessions come about on WebSocket, with one request each.", ok, ok)
	case 0:
		r.tell(No, "No session of %d comes about: %s.", len(all), why)
	default:
		r.tell(Some, "%d of %d sessions come about on WebSocket; of the others: %s.", ok, len(all), why)
	}
}

// noneOpen says whether all were refused with the request.
func noneOpen(all []*direct) bool {
	for _, d := range all {
		if d.answer.status == http.StatusSwitchingProtocols {
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
	_, err = s.next(wsframe.Text, cl.r.c.socketPatience())
	d.joined = err == nil
}

// opening waits for the open packet of a session that begins as a WebSocket.
func (cl *client) opening(s *socket) (engineio.Handshake, error) {
	text, err := s.next(wsframe.Text, cl.r.c.socketPatience())
	switch {
	case err != nil && s.closed:
		return engineio.Handshake{}, fmt.Errorf("the WebSocket is accepted and ended again before a packet came")
	case err != nil:
		return engineio.Handshake{}, fmt.Errorf("the WebSocket is accepted and carries nothing within %s", span(cl.r.c.socketPatience()))
	case !strings.HasPrefix(text, "0"):
		return engineio.Handshake{}, fmt.Errorf("the WebSocket is accepted and is none of Socket.IO's")
	}
	h, err := engineio.ParseOpen([]byte(text[1:]))
	if err != nil {
		return h, fmt.Errorf("the WebSocket is accepted, and its open packet cannot be read")
	}
	cl.r.opened(h)
	return h, nil
}
