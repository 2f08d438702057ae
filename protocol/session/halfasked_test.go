package session

import (
	"testing"

	"sioscope/protocol/fact"
)

// TestHalfAsked: a handshake whose request never was whole is not refused by the end of its connection; one that was, is.
func TestHalfAsked(t *testing.T) {
	t.Parallel()
	for _, half := range []bool{true, false} {
		w := newWire(Options{})
		c := *w.conn("a")
		c.ID = 1
		tr := &Tracker{}
		for _, f := range []fact.Fact{
			&fact.Opened{Conn: &c, Time: 1e18, SYN: true},
			&fact.Request{Conn: &c, Exchange: 1, Start: 1e18, End: 1e18, Method: "GET", Target: "/socket.io/?EIO=4&transport=polling", Proto: "HTTP/1.1", Incomplete: half},
			&fact.Closed{Conn: &c, Time: 1e18 + 1e9},
		} {
			tr.Add(f)
		}
		tr.Finish()
		if refused := len(tr.Refused) == 1; refused == half {
			t.Errorf("half a request: %v, refused: %v", half, refused)
		}
	}
}
