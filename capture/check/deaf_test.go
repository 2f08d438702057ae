package check

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
)

// swallowing stands before a server and answers no request for a WebSocket.
func swallowing(t *testing.T, server string) string {
	t.Helper()
	return inFront(t, server, pass)
}

func pass(c net.Conn, server string) {
	defer c.Close()
	in := bufio.NewReader(c)
	if first, err := in.Peek(len("GET /socket.io/?EIO=4&")); err != nil || len(first) == 0 {
		return
	}
	first, _ := in.Peek(in.Buffered())
	if strings.Contains(string(first), "Upgrade: websocket") {
		io.Copy(io.Discard, in)
		return
	}
	s, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(s, in)
		s.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(c, s)
	c.Close()
	s.Close()
	<-done
}

// TestSwallowed: where WebSocket requests are not answered it is said in these words, and hardly waited for again.
func TestSwallowed(t *testing.T) {
	t.Parallel()
	c, err := New(swallowing(t, start(t, lab.Options{Faults: []string{lab.SingleNode}})), Options{Client: dial.Options{Timeout: 4 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	first, trip := c.socketWait(), 3*time.Millisecond
	c.found.roundTrip = trip
	waits := []time.Duration{first}
	for range 3 {
		c.sawSocket(answer{err: &dial.Error{Reason: dial.NoAnswer}})
		waits = append(waits, c.socketWait())
	}
	c.found.unheard = 0
	if waits[0] != c.Timeout() || waits[1] != proof || waits[2] != again || waits[3] != again {
		t.Errorf("waits of %v, want %v, %v and %v", waits, c.Timeout(), proof, again)
	}
	d := c.Diagnose(carry(t, c))
	if got, want := d.Verdict.Summary, "polling: 2 of 2 sessions never upgraded: the WebSocket request is never answered"; got != want {
		t.Errorf("the verdict is %q, want %q", got, want)
	}
	for _, e := range c.Experiments() {
		if e.ID == WebSocket && !strings.Contains(e.Tells, "the request is answered with nothing within ") {
			t.Errorf("%s tells %q", e.ID, e.Tells)
		}
	}
	if c.found.unheard < 5 {
		t.Errorf("%d WebSocket requests were not answered: messages and the header were to ask, too", c.found.unheard)
	}
}

// TestUnoffered: where no open packet offers WebSocket, a request that is not answered is no surprise, and not waited for.
func TestUnoffered(t *testing.T) {
	t.Parallel()
	c, d, _ := carryOut(t, swallowing(t, start(t, lab.Options{Faults: []string{lab.SingleNode, lab.PollingOnly}})), Options{Only: []string{WebSocket, UpgradeHeader}})
	e := c.Experiments()[1]
	if e.Result != No || e.Requests != 1 || !strings.Contains(e.Tells, "within 1 s") {
		t.Errorf("%d requests: %s %s", e.Requests, e.Result, e.Tells)
	}
	if f := d.Lead(); f == nil || f.ID != "server-offers-no-upgrade" {
		t.Errorf("findings %v", ids(d))
	}
}
