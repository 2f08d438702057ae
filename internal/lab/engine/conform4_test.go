package engine_test

import (
	"slices"
	"strings"
	"testing"

	"sioscope/internal/lab/engine"
)

const (
	poll4 = "EIO=4&transport=polling"
	ws4   = "EIO=4&transport=websocket"
)

// TestConformance4 makes the 25 checks of the official Engine.IO v4 suite.
func TestConformance4(t *testing.T) {
	t.Parallel()
	conform(t, 25, func(string) engine.Options { return echoing() }, slices.Concat(handshakes4, messages4, heartbeats4, ends4))
}

// handshakes4, heartbeats4 and ends4 are checks of the Socket.IO suite too.
var handshakes4 = []check{
	{"handshake/polling", func(t *testing.T, s service) {
		a := s.Get(poll4)
		if a.Status != 200 || !strings.HasPrefix(a.Body, "0") {
			t.Fatalf("got %+v", a)
		}
		fiveKeys(t, a.Body[1:], `["websocket"]`)
	}},
	{"handshake/polling/EIO", func(t *testing.T, s service) {
		wantRefusal(t, s.Get("transport=polling"), 5)
		wantRefusal(t, s.Get("EIO=abc&transport=polling"), 5)
	}},
	{"handshake/polling/transport", func(t *testing.T, s service) {
		wantRefusal(t, s.Get("EIO=4"), 0)
		wantRefusal(t, s.Get("EIO=4&transport=abc"), 0)
	}},
	{"handshake/polling/method", func(t *testing.T, s service) {
		wantRefusal(t, s.Post(poll4, ""), 2)
		wantRefusal(t, s.Do("PUT", poll4, ""), 2)
	}},
	{"handshake/websocket", func(t *testing.T, s service) {
		text := s.Dial(ws4).Text()
		if text[0] != '0' {
			t.Fatalf("got %q", text)
		}
		fiveKeys(t, text[1:], `[]`)
	}},
	{"handshake/websocket/EIO", func(t *testing.T, s service) {
		s.Dial("transport=websocket").WantClosed()
		s.Dial("EIO=abc&transport=websocket").WantClosed()
	}},
	{"handshake/websocket/transport", func(t *testing.T, s service) {
		s.Dial("EIO=4").WantClosed()
		s.Dial("EIO=4&transport=abc").WantClosed()
	}},
}

var messages4 = []check{
	{"message/polling", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		ok(t, s.Post(q, "4hello"), "ok")
		ok(t, s.Get(q), "4hello")
	}},
	{"message/polling/several", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		ok(t, s.Post(q, "4test1\x1e4test2\x1e4test3"), "ok")
		ok(t, s.Get(q), "4test1\x1e4test2\x1e4test3")
	}},
	{"message/polling/binary", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		ok(t, s.Post(q, "4hello\x1ebAQIDBA=="), "ok")
		ok(t, s.Get(q), "4hello\x1ebAQIDBA==")
	}},
	{"message/polling/invalid", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		ok(t, s.Post(q, "abc"), "ok") // the suite takes this as well as a 400
		wantRefusal(t, s.Get(q), 1)
	}},
	{"message/polling/duplicate", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		first := s.Begin(q)
		until(t, s.waits(q))
		second := s.Get(q)
		ok(t, <-first, "1")
		status(t, second, 400, 500)
		if second.Body != "" {
			t.Errorf("the second poll was answered %q", second.Body)
		}
		wantRefusal(t, s.Get(q), 1)
	}},
	{"message/polling/aborted", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		s.Abort(q, s.waits(q))
		until(t, s.gone)
		wantRefusal(t, s.Get(q), 1)
	}},
	{"message/websocket", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		c.Send("4hello")
		c.Want("4hello")
	}},
	{"message/websocket/binary", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		c.SendBinary("\x01\x02\x03\x04")
		c.WantBinary("\x01\x02\x03\x04")
	}},
	{"message/websocket/invalid", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		c.Send("abc")
		c.WantClosed()
	}},
}

var heartbeats4 = []check{
	{"heartbeat/polling", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		for range 3 {
			ok(t, s.Get(q), "2")
			ok(t, s.Post(q, "3"), "ok")
		}
	}},
	{"heartbeat/polling/silent", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		until(t, s.gone)
		wantRefusal(t, s.Get(q), 1)
	}},
	{"heartbeat/websocket", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		for range 3 {
			c.Want("2")
			c.Send("3")
		}
	}},
	{"heartbeat/websocket/silent", func(t *testing.T, s service) { openSocket(t, s, ws4).WantClosed() }},
}

// ends4 are the checks of closing and upgrading.
var ends4 = []check{
	{"close/polling", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		poll := s.Begin(q)
		until(t, s.waits(q))
		ok(t, s.Post(q, "1"), "ok")
		ok(t, <-poll, "6")
		wantRefusal(t, s.Get(q), 1)
	}},
	{"close/websocket", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		c.Send("1")
		c.WantClosed()
	}},
	{"upgrade", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		c := s.Dial(ws4 + q[len(poll4):])
		c.Send("2probe")
		c.Want("3probe")
		ok(t, s.Get(q), "6")
		c.Send("5")
		talks(s, c)
	}},
	{"upgrade/poll after it", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		c := upgraded(t, s, q, ws4)
		wantRefusal(t, s.Get(q), 3)
		talks(s, c)
	}},
	{"upgrade/websocket after it", func(t *testing.T, s service) {
		q := open(t, s, poll4)
		c := upgraded(t, s, q, ws4)
		s.Dial(ws4 + q[len(poll4):]).WantClosed()
		talks(s, c)
	}},
}
