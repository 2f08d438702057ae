package session

import (
	"fmt"
	"testing"

	"sioscope/protocol/fact"
)

// TestTwins: what was captured at two places counts once, whichever place's clock is ahead and however far.
func TestTwins(t *testing.T) {
	t.Parallel()
	const sid = "aaaaaaaaaaaaaaaaAAAA"
	for _, labels := range [...][2]string{{"", ""}, {"client", "server"}} {
		for _, lag := range [...]int{0, 1, 3, 30} { // facts that the second place is behind
			t.Run(fmt.Sprint(labels, lag), func(t *testing.T) {
				t.Parallel()
				alone, both := &Tracker{}, &Tracker{}
				facts := func(label string, first int) []fact.Fact {
					w := newWire(Options{})
					one, two := *w.conn("a"), *w.conn("b")
					one.ID, two.ID, one.File, two.File = first, first+1, label, label
					return twinFacts(&one, &two, sid)
				}
				a, b := facts(labels[0], 1), facts(labels[1], 3)
				for i := range len(a) + lag {
					if i < len(a) {
						both.Add(a[i])
						alone.Add(a[i])
					}
					if i >= lag {
						both.Add(b[i-lag])
					}
				}
				alone.Finish()
				both.Finish()
				if len(both.Sessions) != 1 || len(alone.Sessions) != 1 {
					t.Fatalf("%d sessions", len(both.Sessions))
				}
				got, want := both.Sessions[0], alone.Sessions[0]
				if got.Packets != want.Packets || got.Events != want.Events || len(got.Reused) != 0 || got.Upgrade != want.Upgrade || len(got.Conns) != 2 {
					t.Errorf("packets %v, events %v, %d reused, upgrade %v, %d connections; want packets %v, events %v, upgrade %v",
						got.Packets, got.Events, len(got.Reused), got.Upgrade, len(got.Conns), want.Packets, want.Events, want.Upgrade)
				}
			})
		}
	}
}

// twinFacts are a session that moves from a to b.
func twinFacts(a, b *fact.Conn, sid string) []fact.Fact {
	now := int64(1e18)
	at := func() int64 { now += 1e6; return now }
	ask := func(c *fact.Conn, n int, target string) fact.Fact {
		return &fact.Request{Conn: c, Exchange: n, Start: at(), End: now, Method: "GET", Target: target, Host: "example.com", Proto: "HTTP/1.1"}
	}
	say := func(c *fact.Conn, n, status int, body string) fact.Fact {
		return &fact.Response{Conn: c, Exchange: n, Start: at(), End: now, Status: status, Body: []byte(body), BodySize: int64(len(body)),
			Header: header([]string{"Content-Type: text/plain; charset=UTF-8"})}
	}
	frame := func(dir fact.Dir, text string) fact.Fact {
		return &fact.Message{Conn: b, Exchange: 1, Dir: dir, Start: at(), End: now, Opcode: fact.Text, Payload: []byte(text), Size: int64(len(text))}
	}
	const poll = "/socket.io/?EIO=4&transport=polling"
	return []fact.Fact{
		&fact.Opened{Conn: a, Time: at(), SYN: true},
		ask(a, 1, poll), say(a, 1, 200, `0{"sid":"`+sid+`","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}`),
		ask(a, 2, poll+"&sid="+sid), say(a, 2, 200, "40{}"),
		ask(a, 3, poll+"&sid="+sid), say(a, 3, 200, `42["a"]`),
		&fact.Opened{Conn: b, Time: at(), SYN: true},
		ask(b, 1, "/socket.io/?EIO=4&transport=websocket&sid="+sid), say(b, 1, 101, ""),
		frame(fact.Out, "2probe"), frame(fact.In, "3probe"), frame(fact.Out, "5"), frame(fact.In, `42["b"]`), frame(fact.Out, `42["c"]`),
		&fact.Closed{Conn: b, Time: at(), By: fact.Out, Known: true},
		&fact.Closed{Conn: a, Time: at(), By: fact.Out, Known: true},
	}
}
