package session

import (
	"encoding/base64"
	"fmt"
	"testing"

	"sioscope/protocol/fact"
)

// TestOvertaken: answers to handshakes that were under way together may come in any order, and are one process's all
// the same; where they were not, another process counts.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	type shake struct {
		counter        uint32
		asked, answers int64
	}
	for _, tt := range []struct {
		name  string
		in    []shake
		nodes int
	}{
		{"in order", []shake{{1, 10, 11}, {2, 20, 21}, {3, 30, 31}}, 1},
		{"the second answer first", []shake{{1, 10, 11}, {3, 21, 22}, {2, 20, 24}, {4, 30, 31}}, 1},
		{"the last of three first", []shake{{1, 10, 11}, {4, 22, 23}, {2, 20, 24}, {3, 21, 25}, {5, 30, 31}}, 1},
		{"one after another", []shake{{1, 10, 11}, {3, 20, 21}, {2, 30, 31}}, 2},
		{"equal numbers", []shake{{1, 10, 11}, {2, 20, 25}, {2, 21, 24}}, 2},
		{"far apart", []shake{{1, 10, 11}, {500, 20, 25}, {2, 21, 26}}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var all Tracker
			for i, s := range tt.in {
				c := &fact.Conn{ID: i + 1}
				all.Add(&fact.Opened{Conn: c, Time: s.asked * 1e6, SYN: true})
				all.Add(&fact.Request{Conn: c, Exchange: 1, Start: s.asked * 1e6, End: s.asked * 1e6, Method: "GET", Target: "/socket.io/?EIO=4&transport=polling", Proto: "HTTP/1.1"})
				sid := fmt.Sprintf("lv_VI97HAXpY6y%02d", i) + base64.RawURLEncoding.EncodeToString([]byte{byte(s.counter >> 16), byte(s.counter >> 8), byte(s.counter)})
				all.Add(&fact.Response{Conn: c, Exchange: 1, Start: s.answers * 1e6, End: s.answers * 1e6, Status: 200,
					Body: []byte(`0{"sid":"` + sid + `","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)})
			}
			all.Finish()
			if len(all.Nodes) != tt.nodes {
				t.Errorf("%d nodes, want %d", len(all.Nodes), tt.nodes)
			}
		})
	}
}
