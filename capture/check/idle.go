package check

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"sioscope/protocol/engineio"
	"sioscope/protocol/wsframe"
)

// costOfIdle counts with the shortest time between two heartbeats.
func (c *Check) costOfIdle() int { return c.costOfBeats(leastInterval) }

// costOfBeats is what silence takes where a heartbeat comes that often.
func (c *Check) costOfBeats(every time.Duration) int {
	return int(min(8+2*((c.o.Idle+every-1)/every), mostBeats))
}

// mostBeats are the requests that silence may take at most: with a usual pingInterval, a quarter of an hour of it.
const mostBeats = 80

// Bounds of pingInterval, for which a server may name anything.
const (
	leastInterval   = 200 * time.Millisecond
	mostInterval    = 24 * time.Hour
	defaultInterval = 25 * time.Second // engine.io's
)

// interval is the server's pingInterval, within bounds.
func interval(h engineio.Handshake) time.Duration {
	switch ms := h.PingInterval; {
	case ms <= 0:
		return defaultInterval
	case ms > mostInterval.Milliseconds():
		return mostInterval
	default:
		return max(time.Duration(ms)*time.Millisecond, leastInterval)
	}
}

// A silence is a session in which nothing is said but heartbeats.
type silence struct {
	transport   string
	began, last time.Time // last: of the latest packet
	ended       time.Duration
	quiet       time.Duration // from the latest packet to the end
	end         string        // how it ended: "cut from the other side"; "" where it did not
	why         string        // it never came about
	interval    time.Duration // the server's pingInterval
	where       answer        // that opened it
}

// idle holds a session of each transport open, answers heartbeats and says nothing else.
func idle(r *run) {
	var both [2]silence
	var wg sync.WaitGroup
	wg.Go(func() { both[0] = r.quietSocket() })
	wg.Go(func() { both[1] = r.quietPolling() })
	wg.Wait()
	r.c.mu.Lock()
	r.c.found.silences = both[:]
	r.c.mu.Unlock()
	held, cutShort := 0, 0
	var parts []string
	for _, s := range both {
		switch {
		case s.why != "":
			r.figure(s.transport, "%s", s.why)
		case s.end == "":
			held++
			r.figure(s.transport, "%s", r.S("open after %s", span(r.c.o.Idle)))
		default:
			cutShort++
			text := r.S("the %s session was %s after %s, %s after its last packet", r.Said(s.transport), s.end, span(s.ended), span(s.quiet))
			r.figure(s.transport, "%s", text)
			parts = append(parts, text)
		}
	}
	switch {
	case held+cutShort == 0:
		r.tell(Unknown, r.S("No session came about: %s.", both[1].why))
	case cutShort == 0:
		r.tell(Yes, r.S("Sessions in which only heartbeats are sent stayed open for %s (%d of them).", span(r.c.o.Idle), held))
	default:
		r.tell(map[bool]Result{true: No, false: Some}[held == 0], r.sentence(parts))
	}
}

func (r *run) quietSocket() silence {
	o := silence{transport: "WebSocket"}
	cl, l := r.client(r.c.o.Client.Cookies), r.line()
	a, s := cl.directly(l)
	if s == nil {
		o.why = r.S("the request is answered %s", a.outcome(r.Words))
		return o
	}
	defer s.end()
	h, err := cl.opening(s)
	if err != nil {
		o.why = err.Error()
		return o
	}
	conn := l.conn.Fact().ID
	o.interval, o.where = interval(h), a
	if p, ok := cl.join(); ok {
		s.send(cl.text(p))
	}
	o.began, o.last = time.Now(), time.Now()
	for until := o.began.Add(r.c.o.Idle); ; {
		wait := time.Until(until)
		if cl.eio == 3 {
			wait = min(wait, o.interval)
		}
		text, err := s.next(wsframe.Text, wait)
		switch {
		case err == nil:
			o.last = time.Now()
			if cl.eio == 4 && text == "2" {
				s.send("3")
			}
		case s.closed:
			o.ended, o.quiet = time.Since(o.began), time.Since(o.last)
			l.close()
			o.end = r.S("cut from the other side")
			if s.bye {
				o.end = r.S("ended by the server")
			} else if r.c.enderOf(conn) != "server" {
				o.end = r.S("cut")
			}
			return o
		case time.Until(until) <= 0 || r.ctx.Err() != nil:
			return o
		default:
			s.send("2")
		}
	}
}

func (r *run) quietPolling() silence {
	o := silence{transport: "polling"}
	cl, l := r.client(r.c.o.Client.Cookies), r.line()
	a, h, rev := cl.handshake(l)
	if !cl.keeps(l, h, rev) {
		o.why = r.S("the handshake is answered %s", a.outcome(r.Words))
		return o
	}
	o.interval, o.where = interval(h), a
	if p, ok := cl.join(); ok {
		cl.post(l, h.SID, p)
	}
	o.began, o.last = time.Now(), time.Now()
	stop := cl.pinging(h)
	defer stop()
	for until := o.began.Add(r.c.o.Idle); ; {
		a := cl.poll(l, h.SID, max(time.Until(until), time.Millisecond))
		switch {
		case a.fate() == honoured:
			o.last = time.Now()
			if cl.pinged(a) {
				cl.post(l, h.SID, cl.beat())
			}
		case errors.Is(a.err, errBudget):
			o.why = r.S("polls are answered so often that %s", r.Said(a.err.Error()))
			return o
		case a.err != nil && time.Until(until) <= 0, r.ctx.Err() != nil:
			cl.leave(r.line(), h.SID) // the poll was given up, which ends the session too, if the server had it already
			return o
		default:
			o.ended, o.quiet, o.end = time.Since(o.began), time.Since(o.last), r.S("cut from the other side")
			switch {
			case a.err != nil:
			case !a.isError && a.status >= http.StatusInternalServerError:
				o.end = r.S("ended by a proxy (%s)", a.outcome(r.Words))
			default:
				o.end = r.S("ended by the server (%s)", a.outcome(r.Words))
			}
			return o
		}
	}
}

// pinging sends the heartbeats of a client of revision 3, beside its polls, until the function it returns is called.
func (cl *client) pinging(h engineio.Handshake) (stop func()) {
	if cl.eio != 3 {
		return func() {}
	}
	l, done := cl.r.line(), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(interval(h))
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				cl.post(l, h.SID, cl.beat())
			}
		}
	})
	return func() { close(done); wg.Wait() }
}

// pinged says whether an answer to a poll has a heartbeat to be answered.
func (cl *client) pinged(a answer) bool {
	found := false
	engineio.DecodePolling(cl.eio, a.body, func(p engineio.Packet) { found = found || cl.eio == 4 && p.Type == engineio.Ping })
	return found
}

// enderOf is who ended a connection.
func (c *Check) enderOf(conn int) string {
	c.facts.Lock()
	defer c.facts.Unlock()
	if conn <= len(c.tracker.Conns) && c.tracker.Conns[conn-1].ClosedBy != "" {
		return c.tracker.Conns[conn-1].ClosedBy
	}
	return "network"
}
