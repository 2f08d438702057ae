package session

import (
	"testing"

	"sioscope/protocol/fact"
)

// stream opens a connection that is a stream of another.
func (w *wire) stream(name, over string, id uint32) {
	w.order++
	o := w.conn(over)
	c := &fact.Conn{ID: w.order, Client: o.Client, Server: o.Server, Over: o, Stream: id}
	w.conns[name] = c
	w.t.Add(&fact.Opened{Conn: c, Time: w.tick(), SYN: true})
}

// connect is an extended CONNECT on a stream, granted.
func (w *wire) connect(stream, sid string) {
	w.serial[stream]++
	at := w.tick()
	w.t.Add(&fact.Request{Conn: w.conns[stream], Exchange: w.serial[stream], Start: at, End: at, Method: "CONNECT", Proto: "HTTP/2",
		Protocol: "websocket", Target: "/socket.io/?EIO=4&transport=websocket&sid=" + sid})
	w.say(stream, 200, "", "server: x")
}

func (w *wire) probe(conn string) {
	w.frame(conn, fact.Out, "2probe")
	w.frame(conn, fact.In, "3probe")
	w.frame(conn, fact.Out, "5")
}

// TestStreams: two sessions of one browser on one HTTP/2 connection, each on a WebSocket in a stream of its own; how the
// first ends is its own affair, the second ends with the connection.
func TestStreams(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	first, second := sid("first", 0), sid("second", 1)
	w.t.Add(&fact.TLS{Conn: w.conn("h"), Time: w.tick(), Version: "1.3"})
	w.handshake("h", first)
	w.handshake("h", second)
	w.stream("h/5", "h", 5)
	w.stream("h/7", "h", 7)
	w.connect("h/7", second)
	w.connect("h/5", first)
	w.probe("h/5")
	w.probe("h/7")
	w.frame("h/5", fact.In, `42["for the first"]`)
	w.frame("h/7", fact.In, `42["for the second"]`)
	w.frame("h/7", fact.In, `42["again"]`)
	w.t.Add(&fact.Closed{Conn: w.conns["h/5"], Time: w.tick(), By: fact.In, Known: true, Reset: true})
	w.end("h", fact.Out)
	w.t.Finish()

	want := []struct {
		events, closed int64
		by, reason     string
	}{{1, w.now - 1e6, "server", "connection reset without a Close frame"}, {2, w.now, "client", "connection closed without a Close frame"}}
	if len(w.t.Sessions) != len(want) || len(w.t.Conns) != 3 {
		t.Fatalf("%d sessions, %d connections", len(w.t.Sessions), len(w.t.Conns))
	}
	for i, s := range w.t.Sessions {
		if s.Upgrade != UpgradeDone || s.Transport() != WebSocket || s.Events[fact.In] != want[i].events {
			t.Errorf("session %d: %v, on %v, %d events", i, s.Upgrade, s.Transport(), s.Events[fact.In])
		}
		if s.Closed != want[i].closed || s.Close != (Close{want[i].by, want[i].reason}) {
			t.Errorf("session %d: closed at %d by %+v, want %+v", i, s.Closed, s.Close, want[i])
		}
	}
	for i, protocol := range []string{"http/1.1", "websocket", "websocket"} { // ask speaks HTTP/1.1
		c := w.t.Conns[i]
		if c.Protocol != protocol || c.TLS == nil || c.TLS.Version != "1.3" || c.Closed == 0 || c.copyOf != nil {
			t.Errorf("connection %d: %+v", i+1, c)
		}
	}
}

// TestReset: a poll that the client gives up ends the session as the end of its connection would; one that the server
// gives up does, too.
func TestReset(t *testing.T) {
	t.Parallel()
	for _, by := range []fact.Dir{fact.Out, fact.In} {
		w := newWire(Options{})
		w.handshake("h", sid("a", 0))
		w.ask("h", get+"&sid="+sid("a", 0))
		w.t.Add(&fact.Reset{Conn: w.conn("h"), Exchange: 2, Time: w.tick(), By: by, Code: 8})
		w.ask("h", "GET /other")
		s := w.one(t)
		if s.Close != (Close{side(by), "a poll was given up"}) || s.Closed != w.now-1e6 {
			t.Errorf("%s: closed at %d of %d: %+v", by, s.Closed, w.now, s.Close)
		}
		if e := w.t.Exchanges[1]; e.Reset == 0 || e.ResetBy != side(by) {
			t.Errorf("%+v", e)
		}
	}
}

// TestStreamAtTwoPlaces: the same stream captured twice is one WebSocket, and two streams of one connection are two.
func TestStreamAtTwoPlaces(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	w.conn("h")
	w.stream("h/1", "h", 1)
	w.stream("h/3", "h", 3)
	w.conns["again"] = &fact.Conn{ID: 4, Client: w.conn("h").Client, Server: w.conn("h").Server, File: "elsewhere"}
	w.order = 4
	w.t.Add(&fact.Opened{Conn: w.conns["again"], Time: w.tick(), SYN: true})
	w.stream("again/3", "again", 3)
	for i, copied := range []int{0, 0, 0, 1, 3} {
		c := w.t.Conns[i]
		if copied == 0 && c.copyOf != nil || copied != 0 && (c.copyOf == nil || c.copyOf.ID != copied) {
			t.Errorf("connection %d is a copy of %+v, want %d", i+1, c.copyOf, copied)
		}
	}
}
