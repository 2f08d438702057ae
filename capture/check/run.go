package check

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"sioscope/capture/dial"
	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
)

// A run is an experiment under way.
type run struct {
	lang.Words

	c    *Check
	ctx  context.Context
	id   string
	most int // requests it may send

	result                 Result
	tells, skipped, failed string
	figures                []Figure
	fatal                  error // ends the whole check

	mu       sync.Mutex
	requests int
	sids     []string
	lines    []*line
}

func (r *run) tell(res Result, sentence string) { r.result, r.tells = res, sentence }

// figure notes a figure. Its name is the same in every language, for comparison, and said in the reader's in a report.
func (r *run) figure(name, format string, args ...any) {
	r.figures = append(r.figures, Figure{name, fmt.Sprintf(format, args...)})
}

var errBudget = errors.New(lang.Mark("the requests that were planned for it are used up"))

// spend counts a request that is about to be sent.
func (r *run) spend() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.requests >= r.most {
		return errBudget
	}
	r.requests++
	return nil
}

// opened takes note of a session, and of what its server is like.
func (r *run) opened(h engineio.Handshake) {
	r.mu.Lock()
	r.sids = append(r.sids, h.SID)
	r.mu.Unlock()
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	if r.c.found.maxPayload == 0 {
		r.c.found.maxPayload = h.MaxPayload
	}
}

// close closes what is open still.
func (r *run) close() {
	r.mu.Lock()
	lines := r.lines
	r.lines = nil
	r.mu.Unlock()
	for _, l := range lines {
		l.close()
	}
}

const (
	proof = 2050 * time.Millisecond // of silence proves that a WebSocket's frames do not pass (diagnose, framesBlocked)
	again = 250 * time.Millisecond  // of it tell the same once more
)

// patience is how long is waited for what should come at once: a dozen times what the first answer took, and no less
// than what proves that nothing comes.
func (c *Check) patience() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return min(max(12*c.found.roundTrip, proof), max(c.o.Client.Timeout, proof))
}

// pollPatience is the same for the poll that brings whether the client is let in: where the server was seen to think about it
// (its middleware asks a database, say), it is waited for as long as for any answer.
func (c *Check) pollPatience() time.Duration {
	c.mu.Lock()
	thinks := c.found.thinks
	c.mu.Unlock()
	if thinks {
		return c.o.Client.Timeout
	}
	return c.patience()
}

// socketPatience is the same for WebSockets, and shorter where they were seen to carry nothing.
func (c *Check) socketPatience() time.Duration {
	c.mu.Lock()
	swallowed, trip := c.found.swallowed, c.found.roundTrip
	c.mu.Unlock()
	if swallowed {
		return max(6*trip, again)
	}
	return c.patience()
}

// socketWait is how long is waited for the answer to a WebSocket request: the whole time-out for the first, less where
// one was not answered or no open packet offers WebSocket, and next to nothing from the third on.
func (c *Check) socketWait() time.Duration {
	c.mu.Lock()
	unheard, trip, unoffered := c.found.unheard, c.found.roundTrip, c.found.unoffered
	c.mu.Unlock()
	switch {
	case unheard == 0 && unoffered: // it is not surprising then
		return min(max(12*trip, 4*again), c.o.Client.Timeout)
	case unheard == 0:
		return c.o.Client.Timeout
	case unheard == 1 && !unoffered:
		return min(c.patience(), c.o.Client.Timeout)
	}
	return min(max(6*trip, again), c.o.Client.Timeout)
}

// sawSocket takes note of a WebSocket request that was not answered in time.
func (c *Check) sawSocket(a answer) {
	if timedOut(a.err) {
		c.mu.Lock()
		c.found.unheard++
		c.mu.Unlock()
	}
}

// enough says whether an experiment is to stop: it was interrupted, or the service asks for less.
func (r *run) enough() bool {
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	return r.ctx.Err() != nil || r.c.found.limited != 0
}

// timedOut says whether an answer did not come in time.
func timedOut(err error) bool {
	var e *dial.Error
	return errors.As(err, &e) && e.Reason == dial.NoAnswer
}

// scaled is n, or less where few requests are allowed.
func (c *Check) scaled(n int) int {
	if c.o.MaxRequests < 100 {
		n = (n + 1) / 2
	}
	if c.o.MaxRequests < 40 {
		n = 1
	}
	return n
}
