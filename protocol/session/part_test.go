package session

import (
	"testing"

	"sioscope/protocol/fact"
)

// TestPart: the sessions and refusals of some connections stand alone, with the nodes of all.
func TestPart(t *testing.T) {
	t.Parallel()
	var all Tracker
	at := int64(1)
	for i, sid := range []string{"lv_VI97HAXpY6yYWAAAC", "lv_VI97HAXpY6yYWAABC", ""} {
		c := &fact.Conn{ID: i + 1}
		all.Add(&fact.Opened{Conn: c, Time: at, SYN: true})
		all.Add(&fact.Request{Conn: c, Exchange: 1, Start: at, End: at, Method: "GET", Target: "/socket.io/?EIO=4&transport=polling", Proto: "HTTP/1.1"})
		answer := &fact.Response{Conn: c, Exchange: 1, Start: at, End: at, Status: 200, Body: []byte(`0{"sid":"` + sid + `","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)}
		if sid == "" {
			answer.Status, answer.Body = 403, []byte(`{"code":4,"message":"no"}`)
		}
		all.Add(answer)
		at += 1e6
	}
	all.Finish()
	for _, tt := range []struct{ conn, sessions, refused int }{{1, 1, 0}, {2, 1, 0}, {3, 0, 1}} {
		p := all.Part(func(c *Conn) bool { return c.ID == tt.conn })
		if len(p.Sessions) != tt.sessions || len(p.Refused) != tt.refused || len(p.Exchanges) != 1 || sessionsOn(p) != tt.sessions || len(p.Nodes) != len(all.Nodes) {
			t.Errorf("connection %d: %d sessions, %d refused, %d exchanges, %d nodes with %d sessions", tt.conn, len(p.Sessions), len(p.Refused), len(p.Exchanges), len(p.Nodes), sessionsOn(p))
		}
	}
	if len(all.Sessions) != 2 || sessionsOn(&all) != 2 {
		t.Errorf("the whole has %d sessions now, its nodes %d", len(all.Sessions), sessionsOn(&all))
	}
}

func sessionsOn(t *Tracker) (n int) {
	for i := range t.Nodes {
		n += t.Nodes[i].Sessions
	}
	return n
}
