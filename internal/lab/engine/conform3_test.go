package engine_test

import (
	"slices"
	"strings"
	"testing"

	"sioscope/internal/lab/engine"
)

const (
	poll3 = "EIO=3&transport=polling"
	ws3   = "EIO=3&transport=websocket"
)

// TestConformance3 makes the 24 checks of the official Engine.IO v3 suite. The suite itself skips the one of two polls
// at once; it is made here all the same.
func TestConformance3(t *testing.T) {
	t.Parallel()
	allowing := func(string) engine.Options {
		o := echoing()
		o.AllowEIO3 = true
		return o
	}
	conform(t, 24, allowing, slices.Concat(handshakes3, messages3, heartbeats3, ends3))
}

var handshakes3 = []check{
	{"handshake/polling", func(t *testing.T, s service) {
		a := s.Get(poll3 + "&b64=1")
		length, text, found := strings.Cut(a.Body, ":0")
		if a.Status != 200 || !found || length == "" {
			t.Fatalf("got %+v", a)
		}
		fiveKeys(t, text, `["websocket"]`)
	}},
	{"handshake/polling/transport", func(t *testing.T, s service) {
		wantRefusal(t, s.Get("EIO=3"), 0)
		wantRefusal(t, s.Get("EIO=3&transport=abc"), 0)
	}},
	{"handshake/polling/method", func(t *testing.T, s service) {
		wantRefusal(t, s.Post(poll3, ""), 2)
		wantRefusal(t, s.Do("PUT", poll3, ""), 2)
	}},
	{"handshake/websocket", func(t *testing.T, s service) {
		text := s.Dial(ws3).Text()
		if text[0] != '0' {
			t.Fatalf("got %q", text)
		}
		fiveKeys(t, text[1:], `[]`)
	}},
	{"handshake/websocket/transport", func(t *testing.T, s service) {
		s.Dial("EIO=3").WantClosed()
		s.Dial("EIO=3&transport=abc").WantClosed()
	}},
}

var messages3 = []check{
	{"message/polling", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		ok(t, s.Post(q, "6:4hello"), "ok")
		ok(t, s.Get(q), "6:4hello")
	}},
	{"message/polling/several", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		ok(t, s.Post(q, "6:4test16:4test26:4test3"), "ok")
		ok(t, s.Get(q), "6:4test16:4test26:4test3")
	}},
	{"message/polling/base64", func(t *testing.T, s service) {
		q := open(t, s, poll3+"&b64=1")
		ok(t, s.Post(q, "6:4hello10:b4AQIDBA=="), "ok")
		ok(t, s.Get(q), "6:4hello10:b4AQIDBA==")
	}},
	{"message/polling/binary", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		ok(t, s.Post(q, "6:4hello10:b4AQIDBA=="), "ok")
		a := s.Get(q)
		ok(t, a, "\x00\x06\xff4hello\x01\x05\xff\x04\x01\x02\x03\x04")
		if kind := a.Header.Get("Content-Type"); kind != "application/octet-stream" {
			t.Errorf("the type is %q", kind)
		}
		ok(t, s.Do("POST", q, a.Body, "Content-Type: application/octet-stream"), "ok")
		ok(t, s.Get(q), a.Body)
	}},
	{"message/polling/invalid", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		ok(t, s.Post(q, "abc"), "ok")
		wantRefusal(t, s.Get(q), 1)
	}},
	{"message/polling/duplicate", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		first := s.Begin(q)
		until(t, s.waits(q))
		status(t, s.Get(q), 400, 500)
		ok(t, <-first, "1:1")
		wantRefusal(t, s.Get(q), 1)
	}},
	{"message/polling/aborted", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		s.Abort(q, s.waits(q))
		until(t, s.gone)
		wantRefusal(t, s.Get(q), 1)
	}},
	{"message/websocket", func(t *testing.T, s service) {
		c := openSocket(t, s, ws3)
		c.Send("4hello")
		c.Want("4hello")
	}},
	{"message/websocket/binary", func(t *testing.T, s service) {
		c := openSocket(t, s, ws3)
		c.SendBinary("\x04\x01\x02\x03\x04")
		c.WantBinary("\x04\x01\x02\x03\x04")
	}},
	{"message/websocket/invalid", func(t *testing.T, s service) {
		c := openSocket(t, s, ws3)
		c.Send("abc")
		c.WantClosed()
	}},
}

var heartbeats3 = []check{
	{"heartbeat/polling", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		for range 3 {
			ok(t, s.Post(q, "1:2"), "ok")
			ok(t, s.Get(q), "1:3")
		}
	}},
	{"heartbeat/polling/silent", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		until(t, s.gone)
		wantRefusal(t, s.Get(q), 1)
	}},
	{"heartbeat/websocket", func(t *testing.T, s service) {
		c := openSocket(t, s, ws3)
		for range 3 {
			c.Send("2")
			c.Want("3")
		}
	}},
	{"heartbeat/websocket/silent", func(t *testing.T, s service) { openSocket(t, s, ws3).WantClosed() }},
}

var ends3 = []check{
	{"close/polling", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		poll := s.Begin(q)
		until(t, s.waits(q))
		ok(t, s.Post(q, "1:1"), "ok")
		ok(t, <-poll, "1:6")
		wantRefusal(t, s.Get(q), 1)
	}},
	{"close/websocket", func(t *testing.T, s service) {
		c := openSocket(t, s, ws3)
		c.Send("1")
		c.WantClosed()
	}},
	{"upgrade", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		c := s.Dial(ws3 + q[len(poll3):])
		c.Send("2probe")
		c.Want("3probe")
		ok(t, s.Get(q), "1:6")
		c.Send("5")
		talks(s, c)
	}},
	{"upgrade/poll after it", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		c := upgraded(t, s, q, ws3)
		wantRefusal(t, s.Get(q), 3)
		talks(s, c)
	}},
	{"upgrade/websocket after it", func(t *testing.T, s service) {
		q := open(t, s, poll3)
		c := upgraded(t, s, q, ws3)
		s.Dial(ws3 + q[len(poll3):]).WantClosed()
		talks(s, c)
	}},
}
