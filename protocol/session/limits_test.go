package session

import (
	"fmt"
	"strings"
	"testing"

	"sioscope/protocol/fact"
)

// TestUnanswered: requests that get no answer, all alike, are not gone through again for each one that follows, and one
// that comes after them still finds its answer.
func TestUnanswered(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	const connections, each = 4, 2000
	for i := range connections {
		for range each {
			w.ask(fmt.Sprint(i), get)
		}
	}
	for _, last := range w.t.waiting {
		n := 0
		for e := last; e != nil; e = e.older {
			n++
		}
		if n > maxWaiting+1 {
			t.Errorf("%d requests wait for their repetition, at most %d may", n, maxWaiting)
		}
	}
	for _, c := range w.t.Conns {
		if n := len(c.state.open); n > maxOpen {
			t.Errorf("%d requests of a connection wait for their answer, at most %d may", n, maxOpen)
		}
	}
	w.say("3", 200, open(sid("a", 0)))
	if s := w.one(t); s.SID != sid("a", 0) || s.Opened == 0 {
		t.Errorf("the answer made session %q, opened at %d", s.SID, s.Opened)
	}
}

// TestLongBody: the packets in what is kept of a body count, and that there were more is said.
func TestLongBody(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	a := sid("a", 0)
	w.handshake("1", a)
	w.ask("1", get+"&sid="+a)
	at := w.tick()
	w.t.Add(&fact.Response{Conn: w.conn("1"), Exchange: w.serial["1"], Start: at, End: at, Status: 200, Truncated: true,
		Header: header([]string{"Content-Type: text/plain"}), Body: []byte("42[\"a\"]\x1e42[\"b"), BodySize: 1 << 30})
	s := w.one(t)
	if s.Events[fact.In] != 2 || s.Undecodable != 1 || len(s.Oddities) != 1 || !strings.Contains(s.Oddities[0], "longer than is kept") {
		t.Errorf("events %d, undecodable %d %q", s.Events[fact.In], s.Undecodable, s.Oddities)
	}
}

// TestBare: messages of Engine.IO alone are no broken Socket.IO packets.
func TestBare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		path string
		want int64
	}{{"/engine.io/", 0}, {"/socket.io/", 1}} {
		w := newWire(Options{})
		a := sid("a", 0)
		w.ask("1", "GET "+tt.path+"?EIO=4&transport=polling")
		w.say("1", 200, open(a))
		w.ask("1", "GET "+tt.path+"?EIO=4&transport=polling&sid="+a)
		w.say("1", 200, "4hello")
		if s := w.one(t); s.Undecodable != tt.want {
			t.Errorf("%s: %d undecodable, want %d: %q", tt.path, s.Undecodable, tt.want, s.Oddities)
		}
	}
}

// TestJoinedCompressed: messages that nobody can inflate are counted as such, and do not hide the session whose
// heartbeats can be read, however many there are.
func TestJoinedCompressed(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	unreadable := func() {
		at := w.tick()
		w.t.Add(&fact.Message{Conn: w.conn("1"), Dir: fact.In, Start: at, End: at, Opcode: fact.Text, Size: 20, Compressed: true, Incomplete: true})
	}
	for range 100 {
		unreadable()
	}
	w.frame("1", fact.In, "2")
	w.frame("1", fact.Out, "3")
	unreadable()
	s := w.one(t)
	if s.EIO != 4 || s.Packets[fact.In] != 1 || s.Undecodable != 101 || len(s.Oddities) != 1 {
		t.Errorf("eio %d, packets %v, undecodable %d %q", s.EIO, s.Packets, s.Undecodable, s.Oddities)
	}
}

// TestLargestInflated: a message is as large as what it says, which is what maxPayload limits, however small it was sent.
func TestLargestInflated(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	w.frame("1", fact.In, "2")
	at := w.tick()
	w.t.Add(&fact.Message{Conn: w.conn("1"), Dir: fact.Out, Start: at, End: at, Opcode: fact.Text, Size: 20, Compressed: true,
		Payload: []byte(`42["` + strings.Repeat("x", 5000) + `"]`)})
	if s := w.one(t); s.Largest != [2]int64{fact.Out: 5006, fact.In: 1} {
		t.Errorf("largest %v", s.Largest)
	}
}

// TestKeepLatest: past the limits of a source that goes on for days, the oldest payloads are forgotten and the oldest
// rows go; what is left is what came last, and everything is counted.
func TestKeepLatest(t *testing.T) {
	t.Parallel()
	const kept, most, events = 3 * chunkSize / 2, 400, 1000
	w := newWire(Options{KeepRows: true, KeepPayloads: true, Memory: kept, MaxRows: most})
	a := sid("a", 0)
	w.handshake("1", a)
	w.upgrade("2", a)
	for i := range events {
		w.frame("2", fact.In, fmt.Sprintf("42[%04d,%q]", i, strings.Repeat("x", 10_000)))
		if n := w.t.KeptBytes(); n > kept {
			t.Fatalf("%d bytes are kept, more than %d", n, int64(kept))
		}
		if n := len(w.t.Rows); n > most {
			t.Fatalf("%d rows are kept, more than %d", n, most)
		}
	}
	s := w.one(t)
	if s.Events[fact.In] != events || w.t.Freed.Rows == 0 || int(w.t.Freed.Rows)+len(w.t.Rows) < events {
		t.Errorf("%d events, %d rows kept, %d dropped", s.Events[fact.In], len(w.t.Rows), w.t.Freed.Rows)
	}
	gone := 0
	for i, r := range w.t.Rows {
		want := fmt.Sprintf("[%04d", events-len(w.t.Rows)+i)
		switch data := string(w.t.Payload(r.Data)); {
		case w.t.Gone(r.Data):
			gone++
		case !strings.Contains(data[:8], want):
			t.Errorf("row %d has %q, want %q", i, data[:8], want)
		}
	}
	for k, i := range s.Rows {
		if int(i-w.t.FirstRow) != k || w.t.RowAt(i).Session != int32(s.Index) {
			t.Fatalf("row %d of the session is row %d of all, the first is %d", k, i, w.t.FirstRow)
		}
	}
	if last := w.t.Rows[len(w.t.Rows)-1]; w.t.Gone(last.Data) || len(s.Rows) != len(w.t.Rows) {
		t.Errorf("the last row's data is gone, or the session has %d rows of %d", len(s.Rows), len(w.t.Rows))
	}
	if gone == 0 || gone == len(w.t.Rows) {
		t.Errorf("%d of %d rows are without their data", gone, len(w.t.Rows))
	}
}
