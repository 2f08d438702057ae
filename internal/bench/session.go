package bench

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"

	"sioscope/protocol/wsframe"
)

// A session is a Socket.IO 4 client and its server, Engine.IO v4.
type session struct {
	c       *capture
	rnd     *rand.Rand
	sid     string // of Engine.IO
	cookie  string
	polls   int
	events  int
	sent    int       // bytes of payload so far
	polling *conn     // GETs
	posting *conn     // POSTs, where they have a connection of their own
	ws      *conn     // after the upgrade
	pending [2][]byte // frames not sent yet, by the sender
}

const textPlain = "text/plain; charset=UTF-8"

func (c *capture) newSession() *session {
	c.Sessions++
	s := &session{c: c, rnd: c.rnd}
	s.cookie = s.id()
	return s
}

// id is made as Node's base64id does: twelve random bytes and a counter.
func (s *session) id() string {
	var b [15]byte
	for i := range 12 {
		b[i] = byte(s.rnd.Uint32())
	}
	n := s.c.Sessions - 1
	b[12], b[13], b[14] = byte(n>>16), byte(n>>8), byte(n)
	return base64.URLEncoding.EncodeToString(b[:])
}

// handshake opens the session by polling and connects to the namespace "/".
func (s *session) handshake() {
	s.polling = s.c.dial()
	request := s.get()
	s.sid = s.id()
	s.exchange(s.polling, request, textPlain, fmt.Sprintf(`0{"sid":"%s","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`, s.sid))
	s.exchange(s.polling, s.post("40"), "text/html", "ok")
	s.exchange(s.polling, s.get(), textPlain, fmt.Sprintf(`40{"sid":"%s"}`, s.id()))
}

// exchange is a request and its response.
func (s *session) exchange(on *conn, request []byte, contentType, body string) {
	s.send(on, client, request)
	s.answer(on, contentType, body)
}

func (s *session) answer(on *conn, contentType, body string) {
	s.send(on, server, ok(contentType, []byte(body)))
	s.c.Exchanges++
}

func (s *session) send(on *conn, from int, p []byte) {
	on.send(from, p)
	s.sent += len(p)
}

// toWebSocket is the upgrade: a poll waits while the new transport is probed, and is answered with a noop.
func (s *session) toWebSocket() {
	s.send(s.polling, client, s.get())
	s.ws = s.c.dial()
	s.send(s.ws, client, s.upgrade())
	s.send(s.ws, server, []byte(switching))
	s.c.Exchanges++
	s.text(client, "2probe")
	s.text(server, "3probe")
	s.answer(s.polling, textPlain, "6")
	s.text(client, "5")
	s.polling.close(client)
}

// text sends a text message in a frame and a packet of its own.
func (s *session) text(from int, text string) {
	s.send(s.ws, from, s.frame(nil, from, wsframe.Text, text))
}

// frame appends a frame to dst, masked where the client sends it.
func (s *session) frame(dst []byte, from int, opcode uint8, payload string) []byte {
	if opcode == wsframe.Text {
		s.c.Texts++
	}
	var mask *[4]byte
	if from == client {
		k := s.rnd.Uint32()
		mask = &[4]byte{byte(k), byte(k >> 8), byte(k >> 16), byte(k >> 24)}
	}
	return wsframe.AppendFrame(dst, true, opcode, mask, false, []byte(payload))
}

// leave ends a WebSocket session as the client does: DISCONNECT, then both close frames.
func (s *session) leave() {
	s.text(client, "41")
	s.send(s.ws, client, s.frame(nil, client, wsframe.CloseFrame, ""))
	s.send(s.ws, server, s.frame(nil, server, wsframe.CloseFrame, ""))
	s.ws.close(server)
}

const words = "the node that answered is not the node that was asked and so the session stays on polling while every dashboard is green "

// event is a Socket.IO event of n bytes, at least 60.
func (s *session) event(n int) string {
	s.events++
	s.c.Events++
	b := fmt.Appendf(make([]byte, 0, n), `42["event",{"n":%d,"room":"r%d","text":"`, s.events, s.rnd.IntN(100))
	const end = `"}]`
	for len(b)+len(end) < n {
		from := s.rnd.IntN(len(words))
		b = append(b, words[from:min(len(words), from+n-len(b)-len(end))]...)
	}
	return string(append(b, end...))
}
