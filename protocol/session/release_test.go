package session

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"sioscope/protocol/fact"
)

// TestThin: of a session that polls for hours the beginning, the end, and what went wrong stay; numbers go on meaning what
// they meant.
func TestThin(t *testing.T) {
	t.Parallel()
	w := newWire(Options{Memory: 4 << 20})
	a := sid("a", 0)
	w.handshake("1", a)
	const polls = 3000
	for i := range polls {
		w.ask("1", get+"&sid="+a+fmt.Sprint("&t=", i))
		status, body := 200, `42["a"]`
		if i == polls/2 {
			status, body = 502, "<html>"
		}
		w.say("1", status, body)
	}
	s := w.t.Sessions[0]
	odd := s.Exchanges[1+polls/2]
	if !w.t.Over() {
		t.Fatal("it all fits in")
	}
	w.t.Resolve()
	sessions, _ := w.t.Release(Hold{})
	if len(sessions) != 0 || len(w.t.Sessions) != 1 || s.Thinned < polls/2 || len(s.Exchanges)+s.Thinned != polls+1 {
		t.Fatalf("%d sessions are gone, %d exchanges of %d, %d are left", len(sessions), s.Thinned, polls+1, len(s.Exchanges))
	}
	if e := w.t.ExchangeAt(int32(odd.Index)); e != odd || e.Status != 502 {
		t.Errorf("the poll that went wrong is %+v", e)
	}
	if e := w.t.ExchangeAt(int32(odd.Index / 2)); e.Index != -1 || e.Conn == nil || e.Request.Host != "" {
		t.Errorf("of a poll that is gone is known %+v", e)
	}
	if s.Events[fact.In] != polls-1 || w.t.Conns[0].Requests != polls+1 || w.t.Over() {
		t.Errorf("%d events, %d requests", s.Events[fact.In], w.t.Conns[0].Requests)
	}
	w.ask("1", get+"&sid="+a)
	w.say("1", 200, "2")
	if last := s.Exchanges[len(s.Exchanges)-1]; last.Index != polls+1 || w.t.ExchangeAt(int32(last.Index)) != last {
		t.Errorf("the next exchange has number %d", last.Index)
	}
}

// TestReleaseHolds: a session on which a finding stands stays, one that lives stays, and others go with their connections.
func TestReleaseHolds(t *testing.T) {
	t.Parallel()
	w := newWire(Options{Memory: 400 << 10, KeepRows: true})
	const sessions, held, living = 200, 20, 30
	for i := range sessions {
		name := fmt.Sprint(i)
		w.handshake(name, serial(i))
		w.ask(name, get+"&sid="+serial(i))
		w.say(name, 200, strings.Repeat("2\x1e", 10)+"2")
		if i != living {
			w.t.Add(&fact.Closed{Conn: w.conn(name), Time: w.tick(), Known: true})
		}
	}
	w.now += 3600e9
	w.t.Pass(w.now)
	w.t.Resolve()
	w.t.Sessions[living].LastSeen = w.now // its poll is waiting
	hold := Hold{Sessions: map[*Session]bool{w.t.Sessions[held]: true}}
	gone, _ := w.t.Release(hold)
	if len(gone) == 0 || len(gone)+len(w.t.Sessions) != sessions || w.t.Freed.Conns == 0 {
		t.Fatalf("%d sessions and %d connections are gone, %d sessions are left", len(gone), w.t.Freed.Conns, len(w.t.Sessions))
	}
	for i := range sessions {
		s, there := w.t.SessionAt(int32(i)), w.t.HasSession(int32(i))
		switch {
		case there != (w.t.Session(serial(i)) != nil), there && s.SID != serial(i), !there && s.SID != "":
			t.Errorf("session %d is %+v, there: %v", i, s, there)
		case !there && (i == held || i == living || i == 0 || i == sessions-1):
			t.Errorf("session %d is gone", i)
		}
	}
	for _, s := range w.t.Sessions {
		if len(s.Conns) != 1 || w.t.ConnAt(int32(s.Conns[0].ID-1)) != s.Conns[0] {
			t.Errorf("session %d has %d connections", s.Index, len(s.Conns))
		}
	}
	// A connection of which nothing is known may still be named, and a new one is itself.
	c := w.t.ConnAt(int32(gone[0].Conns[0].ID - 1))
	if c == gone[0].Conns[0] || c.ID != gone[0].Conns[0].ID {
		t.Errorf("a connection that is gone is %+v", c)
	}
	w.handshake("new", serial(sessions))
	if s := w.t.Session(serial(sessions)); s == nil || s.Index != sessions || w.t.ConnAt(int32(sessions)).ID != sessions+1 {
		t.Errorf("the next session is %+v", s)
	}
	w.t.Resolve()
	if len(w.t.Nodes) != 1 || w.t.Nodes[0].Sessions != sessions+1 {
		t.Errorf("nodes are %+v", w.t.Nodes)
	}
}

// serial is the n-th sid of one process.
func serial(n int) string {
	return fmt.Sprintf("a%015d", n) + base64.URLEncoding.EncodeToString([]byte{byte(n >> 16), byte(n >> 8), byte(n)})
}
