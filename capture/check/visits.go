package check

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"sioscope/capture/dial"
	"sioscope/capture/tap"
	"sioscope/protocol/engineio"
	"sioscope/protocol/wsframe"
)

// visitors are the default clients that come by.
const (
	visitors  = 6
	visitCost = 6 // requests of one at most: handshake, post, poll, WebSocket, the poll beside it, the close
)

func (c *Check) costOfVisits() int {
	more := 1 // for the first answer that is none, or to see whether it is Engine.IO at all
	if c.o.Client.EIO == 0 {
		more = 3 // and for a client of the revision that the server does not speak
	}
	return min(c.scaled(visitors)*visitCost+more, max(c.o.MaxRequests, 1))
}

// A visit is what a default client meets: it opens a session by polling on a connection it keeps, enters the namespace,
// tries WebSocket on a second connection while a poll waits, and leaves.
type visit struct {
	cl       *client
	polling  *line
	sid      string
	shake    answer      // to the handshake
	rev      int         // of the open packet, 0: there was none
	broke    *answer     // the first poll or post that was not honoured
	waits    chan answer // to the first poll, where that waits on: then nothing else goes over that connection
	held     *tap.Conn   // what a poll waits on
	offered  bool        // WebSocket was, in the open packet
	ws       *answer     // to the WebSocket request
	socket   *socket
	probed   bool   // 3probe came
	instead  string // what came in its place, "" where nothing did
	upgraded bool
	took     time.Duration // from the answer to the handshake to the upgrade packet
	began    time.Time
}

// defaultClients lets several default clients come, one after another: the next begins when the one before has its
// WebSocket answered, so that a balancer that deals out connections in turn is seen to.
func defaultClients(r *run) {
	c := r.c
	var visits []*visit
	var tails sync.WaitGroup
	for i := range c.scaled(visitors) {
		v := r.begin()
		if i == 0 && cutAtOnce(v.shake.err) {
			v = r.begin() // a node that was just going, perhaps
		}
		visits = append(visits, v)
		if i == 0 {
			if r.fatal = r.recognise(v); r.fatal != nil {
				r.failed = dial.Explain(r.Words, r.fatal)
				return
			}
			v = r.inItsRevision(v)
			visits[0] = v
		}
		tails.Go(v.finish)
		if i+1 == alone && c.distant() && settled(visits) {
			visits = append(visits, r.together(c.scaled(visitors)-alone)...)
			break
		}
		if i >= 2 && !slices.ContainsFunc(visits, func(v *visit) bool { return v.sid != "" }) || r.enough() {
			break // it opens no session: more of the same tells nothing
		}
		if i >= 1 && v.ws != nil && timedOut(v.ws.err) {
			break // nor does waiting again
		}
	}
	tails.Wait()
	c.mu.Lock()
	c.found.visits = visits
	c.found.unoffered = len(visits) > 0 && !slices.ContainsFunc(visits, func(v *visit) bool { return v.sid == "" || v.offered })
	c.found.swallowed = slices.ContainsFunc(visits, func(v *visit) bool { return v.socket != nil && !v.probed })
	c.mu.Unlock()
	r.judgeVisits(visits)
	if c.found.stranded != nil {
		r.tells = r.S("%s; these clients speak Engine.IO 3, for clients of 4 open no session here.", r.clause())
	}
}

// inItsRevision is the first client, or, where the server does not speak its revision and nobody asked for one, another
// client of the revision that it does speak. What is left of the two is no default client.
func (r *run) inItsRevision(v *visit) *visit {
	c := r.c
	if c.revision() == v.cl.eio {
		return v
	}
	other := r.begin()
	if other.sid == "" {
		c.speaks(0)
		v, other = other, v
	} else {
		c.mu.Lock()
		c.found.stranded = &v.shake
		c.mu.Unlock()
	}
	v.finish()
	c.mu.Lock()
	c.of[v.shake.conn] = Versions
	c.mu.Unlock()
	return other
}

// settled says whether each of them got its session over to a second connection.
func settled(visits []*visit) bool {
	return !slices.ContainsFunc(visits, func(v *visit) bool { return v.broke != nil || v.socket == nil })
}

// together lets default clients come side by side.
func (r *run) together(n int) []*visit {
	visits := make([]*visit, max(n, 0))
	r.several(len(visits), 0, func(i int) {
		visits[i] = r.begin()
		visits[i].finish()
	})
	return visits
}

// cutAtOnce says whether a connection was closed instead of an answer.
func cutAtOnce(err error) bool {
	var e *dial.Error
	return errors.As(err, &e) && e.Reason == dial.ClosedSilent
}

// begin goes as far as the answer to the WebSocket request.
func (r *run) begin() *visit {
	v := &visit{cl: r.client(r.c.o.Client.Cookies), polling: r.line()}
	var h engineio.Handshake
	v.shake, h, v.rev = v.cl.handshake(v.polling)
	v.began = time.Now()
	if v.rev != v.cl.eio {
		return v
	}
	v.sid, v.offered = h.SID, slices.Contains(h.Upgrades, "websocket")
	p, ok := v.cl.join()
	if !ok {
		p = v.cl.beat() // a server of revision 3 has let the client in unasked; this it answers, too
	}
	if a := v.cl.post(v.polling, v.sid, p); v.fails(a) {
		return v
	}
	if !v.polls() || !v.offered {
		return v
	}
	a, s := v.cl.socket(r.line(), v.sid)
	v.ws, v.socket = &a, s
	return v
}

// polls sends the first poll. A client asks for its WebSocket beside it, and so is it done where its answer takes long.
func (v *visit) polls() bool {
	c := v.cl.r.c
	polled := make(chan answer, 1)
	v.held = v.polling.conn
	go func() { polled <- v.cl.poll(v.polling, v.sid, c.o.Client.Timeout) }()
	c.mu.Lock()
	patience := max(12*c.found.roundTrip, again)
	c.mu.Unlock()
	select {
	case a := <-polled:
		return !v.fails(a)
	case <-time.After(patience):
		v.waits = polled
		c.mu.Lock()
		c.found.thinks = true
		c.mu.Unlock()
	}
	return true
}

func (v *visit) fails(a answer) bool {
	if a.fate() == honoured {
		return false
	}
	v.broke = &a
	return true
}

// finish probes the WebSocket where there is one, upgrades, and leaves.
func (v *visit) finish() {
	switch {
	case v.sid == "":
		if v.rev != 0 { // of a revision that a default client does not read: end in that one what it leaves behind
			v.cl.leave(v.polling, v.strange())
		}
	case v.socket != nil:
		v.upgrade()
	case v.waits != nil:
		v.leaveBeside(v.waits)
	default:
		v.cl.leave(v.polling, v.sid)
	}
	v.polling.close()
}

// leaveBeside ends the session over another connection: a poll holds the first. A poll that has no answer then either
// broke the session if it was the first.
func (v *visit) leaveBeside(polled <-chan answer) {
	v.cl.leave(v.cl.r.line(), v.sid)
	var a answer
	select {
	case a = <-polled:
	case <-time.After(farewell):
		if v.held != nil {
			v.held.SetDeadline(time.Unix(1, 0))
		}
		a = <-polled
	}
	if v.waits != nil || a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable {
		v.fails(a)
	}
}

// strange is the sid of an open packet of another revision.
func (v *visit) strange() string {
	h, _ := openPacket(v.shake, v.rev)
	return h.SID
}

func (v *visit) upgrade() {
	patience := v.cl.r.c.patience()
	polled := v.waits
	if polled == nil {
		polled = make(chan answer, 1)
		v.held = v.polling.conn
		go func() { polled <- v.cl.poll(v.polling, v.sid, 2*patience) }()
	}
	v.socket.send("2probe")
	text, err := v.socket.next(wsframe.Text, patience)
	v.probed = err == nil && text == "3probe"
	if err == nil && !v.probed {
		v.instead = text
	}
	if v.probed { // then the server lets the waiting poll go
		if a := <-polled; a.fate() == honoured {
			v.socket.send("5")
			v.took = time.Since(v.began)
			v.socket.frame(wsframe.Ping, "")
			_, err := v.socket.next(wsframe.Pong, patience)
			v.upgraded = err == nil
			if v.upgraded && v.rev != 3 && !v.toldOf(string(a.body)) {
				v.awaitAdmission()
			}
		} else if v.waits != nil || a.err == nil {
			v.fails(a)
		}
		v.socket.end()
		return
	}
	if v.socket.closed {
		v.socket.end()
		v.leaveBeside(polled)
		return
	}
	v.leaveBeside(polled) // what is answered while the WebSocket is silent shows that the node is not busy
	text, err = v.socket.next(wsframe.Text, farewell)
	v.probed = err == nil && text == "3probe" // it was busy, and has answered both by now
	v.socket.end()
}

// toldOf says whether a poll brought what became of the CONNECT, or the first poll of all had brought it.
func (v *visit) toldOf(body string) bool {
	return v.waits == nil || slices.ContainsFunc(strings.Split(body, "\x1e"), isAdmission)
}

// isAdmission says whether a packet is a CONNECT, or a CONNECT_ERROR.
func isAdmission(packet string) bool {
	return strings.HasPrefix(packet, "40") || strings.HasPrefix(packet, "44")
}

// admission is how long a client stays for the answer to its CONNECT: a server that has none then hardly ever gives one.
const admission = 10 * time.Second

// awaitAdmission waits on the WebSocket for the answer to the CONNECT.
func (v *visit) awaitAdmission() {
	until := time.Now().Add(min(admission, v.cl.r.c.o.Client.Timeout))
	for {
		text, err := v.socket.next(wsframe.Text, time.Until(until))
		switch {
		case err != nil || isAdmission(text):
			return
		case text == "2":
			v.socket.send("3")
		}
	}
}

// starved says whether the visit came to its end for want of requests that may be sent.
func (v *visit) starved() bool {
	return errors.Is(v.shake.err, errBudget) || v.broke != nil && errors.Is(v.broke.err, errBudget) || v.ws != nil && errors.Is(v.ws.err, errBudget)
}

// recognise looks at the first answer of all. The error says that there is nothing to check.
func (r *run) recognise(v *visit) error {
	c, a := r.c, &v.shake
	c.mu.Lock()
	c.found.roundTrip = a.took
	c.mu.Unlock()
	switch {
	case a.err != nil:
		return a.err
	case v.rev != 0:
		if v.rev != v.cl.eio {
			c.speaks(v.rev)
		}
		return nil
	case a.isError:
		if a.said.Code == engineio.UnsupportedVersion {
			c.speaks(7 - v.cl.eio)
		}
		return nil
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden, a.status >= 502 && a.status <= 504:
		return nil
	}
	cl := r.client(c.o.Client.Cookies)
	ws, s := cl.socket(r.line(), "")
	c.mu.Lock()
	c.of[ws.conn] = WebSocket // no default client begins so
	c.mu.Unlock()
	if s != nil {
		defer s.end()
		if text, err := s.next(wsframe.Text, c.patience()); err == nil && strings.HasPrefix(text, "0{") {
			return nil
		}
	}
	if ws.isError {
		return nil
	}
	return dial.Stranger(c.place.URL, a.status, a.header.Get("Content-Type"), a.header.Get("Location"), a.body)
}

// speaks makes the following experiments use a revision, unless the user named one.
func (c *Check) speaks(rev int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.found.eio = rev
}
