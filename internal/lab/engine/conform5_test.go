package engine_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"sioscope/internal/lab/chat"
	"sioscope/internal/lab/engine"
	"sioscope/internal/lab/rawclient"
)

// TestConformanceSocketIO makes the 32 checks of the official Socket.IO v5 suite: 16 of Engine.IO's, 16 of its own.
func TestConformanceSocketIO(t *testing.T) {
	t.Parallel()
	options := func(check string) engine.Options {
		o := chat.Options{Namespaces: []string{"/", "/custom"}, EchoAuth: true}
		if check == "connect/none" {
			o.ConnectTimeout = time.Second // the suite's; others are not to be late, however busy the machine is
		}
		c := chat.New(o)
		return engine.Options{Path: "/socket.io/", Accept: c.Accept}
	}
	conform(t, 32, options, slices.Concat(handshakes4, heartbeats4, ends4, connects5, messages5))
}

// enter connects to a namespace, and reads what that brings.
func enter(t *testing.T, c *rawclient.Socket, namespace string) {
	t.Helper()
	c.Send("40" + namespace)
	wantConnect(t, c, namespace)
	c.Text() // auth
}

// wantConnect fails the test unless the namespace was entered.
func wantConnect(t *testing.T, c *rawclient.Socket, namespace string) {
	t.Helper()
	text := c.Text()
	payload, found := strings.CutPrefix(text, "40"+namespace)
	var got map[string]string
	if err := json.Unmarshal([]byte(payload), &got); !found || err != nil || len(got) != 1 || len(got["sid"]) != 20 {
		t.Fatalf("got %q, want 40%s with a sid", text, namespace)
	}
}

var connects5 = []check{
	{"connect", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		c.Send("40")
		wantConnect(t, c, "")
		c.Want(`42["auth",{}]`)
	}},
	{"connect/payload", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		c.Send(`40{"token":"123"}`)
		wantConnect(t, c, "")
		c.Want(`42["auth",{"token":"123"}]`)
	}},
	{"connect/custom", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		c.Send("40/custom,")
		wantConnect(t, c, "/custom,")
		c.Want(`42/custom,["auth",{}]`)
	}},
	{"connect/custom/payload", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		c.Send(`40/custom,{"token":"abc"}`)
		wantConnect(t, c, "/custom,")
		c.Want(`42/custom,["auth",{"token":"abc"}]`)
	}},
	{"connect/unknown", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		c.Send("40/random")
		c.Want(`44/random,{"message":"Invalid namespace"}`)
	}},
	{"connect/invalid", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		c.Send("4abc")
		c.WantClosed()
	}},
	{"connect/none", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		for {
			m, err := c.Next()
			if err != nil {
				return
			}
			if m.Data != "2" {
				t.Fatalf("got %q", m.Data)
			}
			c.Send("3")
		}
	}},
	{"disconnect", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		enter(t, c, "")
		c.Send("41")
		c.Want("2")
	}},
	{"disconnect/custom", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		enter(t, c, "")
		enter(t, c, "/custom,")
		c.Send("41/custom,")
		c.Send(`42["message","message to main namespace"]`)
		c.Want(`42["message-back","message to main namespace"]`)
	}},
}

var messages5 = []check{
	{"message", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		enter(t, c, "")
		c.Send(`42["message",1,"2",{"3":[true]}]`)
		c.Want(`42["message-back",1,"2",{"3":[true]}]`)
	}},
	{"message/binary", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		enter(t, c, "")
		c.Send(`452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`)
		c.SendBinary("\x01\x02\x03")
		c.SendBinary("\x04\x05\x06")
		c.Want(`452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`)
		c.WantBinary("\x01\x02\x03")
		c.WantBinary("\x04\x05\x06")
	}},
	{"ack", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		enter(t, c, "")
		c.Send(`42456["message-with-ack",1,"2",{"3":[false]}]`)
		c.Want(`43456[1,"2",{"3":[false]}]`)
	}},
	{"ack/binary", func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		enter(t, c, "")
		c.Send(`452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`)
		c.SendBinary("\x01\x02\x03")
		c.SendBinary("\x04\x05\x06")
		c.Want(`462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`)
		c.WantBinary("\x01\x02\x03")
		c.WantBinary("\x04\x05\x06")
	}},
	{"invalid/format", closesOver("4abc")},
	{"invalid/payload", closesOver("42{}")},
	{"invalid/ack id", closesOver(`42abc["message-with-ack",1,"2",{"3":[false]}]`)},
}

// closesOver is a check that a message makes the server close.
func closesOver(message string) func(*testing.T, service) {
	return func(t *testing.T, s service) {
		c := openSocket(t, s, ws4)
		enter(t, c, "")
		c.Send(message)
		c.WantClosed()
	}
}
