package session

import (
	"testing"

	"sioscope/protocol/fact"
)

// lose takes note that bytes of a connection are missing, as a WebSocket's request is.
func (w *wire) lose(conn string, dir fact.Dir) {
	w.t.Add(&fact.Missing{Conn: w.conn(conn), Dir: dir, Time: w.tick(), Bytes: 200})
}

// late is a connection of which the capture lacks the beginning.
func (w *wire) late(conn string) {
	c := w.conn(conn)
	w.t.Add(&fact.Opened{Conn: c, Time: w.tick()})
}

// TestOneSession: a session whose WebSocket request is not in the capture is one all the same where nothing else can be meant.
func TestOneSession(t *testing.T) {
	t.Parallel()
	const a, b = "aaaaaaaaaaaaaaaaAAAA", "bbbbbbbbbbbbbbbbAAAB"
	polls := func(w *wire, conn, sid, answer string) {
		w.ask(conn, get+"&sid="+sid)
		w.say(conn, 200, answer)
	}
	socket := func(w *wire) {
		w.frame("9", fact.In, `42["x"]`)
		w.frame("9", fact.In, "2")
	}
	tests := []struct {
		name string
		play func(*wire)
		want int // sessions
	}{
		{"the handshake's answer and the request are lost", func(w *wire) {
			polls(w, "1", a, "2")
			w.lose("9", fact.Out)
			w.frame("9", fact.Out, "2probe")
			w.frame("9", fact.Out, "5")
			socket(w)
		}, 1},
		{"nothing is lost on the WebSocket", func(w *wire) {
			polls(w, "1", a, "2")
			w.frame("9", fact.Out, "2probe")
			w.frame("9", fact.Out, "5")
			socket(w)
		}, 2},
		{"the capture begins behind the probe", func(w *wire) {
			w.late("9")
			polls(w, "1", a, "6")
			w.frame("9", fact.Out, "5")
			socket(w)
		}, 1},
		{"and lacks the upgrade packet", func(w *wire) {
			polls(w, "1", a, "6")
			w.late("9")
			socket(w)
		}, 1},
		{"no poll was let go", func(w *wire) {
			w.late("9")
			polls(w, "1", a, "2")
			w.frame("9", fact.Out, "5")
			socket(w)
		}, 2},
		{"it polls on", func(w *wire) {
			w.late("9")
			polls(w, "1", a, "6")
			polls(w, "1", a, "2")
			socket(w)
		}, 2},
		{"two may be meant", func(w *wire) {
			w.late("9")
			polls(w, "1", a, "6")
			polls(w, "2", b, "6")
			socket(w)
		}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(Options{})
			tt.play(w)
			w.t.Finish()
			if n := len(w.t.Sessions); n != tt.want {
				t.Errorf("%d sessions, want %d", n, tt.want)
			}
			if s := w.t.Sessions[0]; tt.want == 1 && (s.SID != a || s.Transport() != WebSocket || s.Upgrade != UpgradeDone) {
				t.Errorf("session %s: %v, upgrade %v", s.SID, s.Transport(), s.Upgrade)
			}
		})
	}
}
