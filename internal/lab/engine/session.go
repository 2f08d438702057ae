package engine

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"sioscope/protocol/engineio"
)

// What waits for a client that does not fetch it before its session ends.
const (
	maxQueue     = 1000    // packets
	maxQueueSize = 8 << 20 // bytes; one send of more passes where nothing waits
)

// A Session is one Engine.IO session on this server.
type Session struct {
	server    *Server
	ID        string
	Rev       int           // 3 or 4
	Request   *http.Request // of the handshake; its body is not to be read
	Query     url.Values    // of the handshake
	codec     engineio.Encoder
	receiving sync.Mutex // one message at a time

	mu      sync.Mutex
	state   state
	peer    Peer
	polling *polling // nil once the session is on WebSocket
	socket  *socket  // the transport, once it is
	probe   *socket  // a WebSocket that wants to become the transport
	queue   []engineio.Packet
	queued  int         // bytes in queue
	ping    *time.Timer // revision 4: the next ping
	dead    *time.Timer // when the client has not been heard of for too long
	closing *time.Timer // a close that waits for a poll to carry it
}

type state uint8

const (
	opened state = iota
	closing
	ended
)

// Transport is the name of the transport in use.
func (s *Session) Transport() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.socket != nil {
		return "websocket"
	}
	return "polling"
}

// begin sends the open packet and starts the heartbeat.
func (s *Session) begin(upgrades []string) {
	o := s.server.options
	data, _ := json.Marshal(struct {
		SID          string   `json:"sid"`
		Upgrades     []string `json:"upgrades"`
		PingInterval int64    `json:"pingInterval"`
		PingTimeout  int64    `json:"pingTimeout"`
		MaxPayload   int      `json:"maxPayload"`
	}{s.ID, upgrades, o.PingInterval.Milliseconds(), o.PingTimeout.Milliseconds(), o.MaxPayload})
	peer := o.Accept(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == ended { // the server was killed meanwhile
		peer.Ended("server shutting down")
		return
	}
	s.peer = peer
	early := s.queue // what the peer had to say at once comes after the open packet
	s.queue, s.queued = nil, 0
	s.send(append([]engineio.Packet{{Type: engineio.Open, HasData: true, Data: data}}, early...)...)
	if s.Rev == 4 {
		s.ping = time.AfterFunc(o.PingInterval, s.sendPing)
	} else {
		s.dead = time.AfterFunc(o.PingInterval+o.PingTimeout, s.timeout)
	}
}

// Send queues messages for the client. Their data must not change afterwards.
func (s *Session) Send(packets ...engineio.Packet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.send(packets...)
}

// send is Send with the lock held.
func (s *Session) send(packets ...engineio.Packet) {
	size := 0
	for _, p := range packets {
		size += len(p.Data)
	}
	switch {
	case s.state != opened:
		return
	case len(s.queue)+len(packets) > maxQueue, len(s.queue) > 0 && s.queued+size > maxQueueSize:
		s.over("transport error", politely)
		return
	}
	s.queue, s.queued = append(s.queue, packets...), s.queued+size
	s.flush()
}

// flush hands what is queued to the transport, where that can take it.
func (s *Session) flush() {
	switch {
	case len(s.queue) == 0 || s.peer == nil:
		return
	case s.socket != nil:
		s.socket.send(s.queue...)
	case s.polling == nil || s.polling.waiting == nil:
		return
	default:
		s.polling.answer(s.queue...)
	}
	s.queue, s.queued = nil, 0
}

// Close ends the session from the server's side, once what is queued has gone out.
func (s *Session) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.state != opened:
	case s.socket != nil, s.polling != nil && s.polling.waiting != nil:
		s.over("forced close", politely)
	default: // the next poll brings the close packet
		s.state = closing
		s.closing = time.AfterFunc(30*time.Second, func() { s.end("forced close", politely) })
	}
}

// How the transport is left when a session ends.
type parting uint8

const (
	politely parting = iota // with a close packet or a Close frame
	released                // the client said goodbye: a waiting poll gets a noop
	vanish                  // the connection is gone or cut
)

func (s *Session) end(reason string, how parting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over(reason, how)
}

// over is end with the lock held.
func (s *Session) over(reason string, how parting) {
	if s.state == ended {
		return
	}
	s.state = ended
	s.server.forget(s.ID)
	for _, t := range []*time.Timer{s.ping, s.dead, s.closing} {
		if t != nil {
			t.Stop()
		}
	}
	if s.polling != nil {
		s.polling.leave(how)
	}
	for _, c := range []*socket{s.socket, s.probe} {
		if c != nil {
			c.close(how)
		}
	}
	s.queue = nil
	if s.peer != nil {
		s.peer.Ended(reason)
	}
}

// receive takes a packet from the client. It says whether the session goes on.
func (s *Session) receive(p engineio.Packet) bool {
	s.mu.Lock()
	if s.state != opened {
		s.mu.Unlock()
		return false
	}
	if s.Rev == 3 {
		s.dead.Reset(s.server.options.PingInterval + s.server.options.PingTimeout)
	}
	switch p.Type {
	case engineio.Ping, engineio.Pong:
		s.heartbeat(p.Type)
	case engineio.Message:
		peer := s.peer
		s.mu.Unlock()
		p.Data = bytes.Clone(p.Data)
		s.receiving.Lock()
		peer.Receive(p)
		s.receiving.Unlock()
		s.mu.Lock()
	}
	on := s.state != ended
	s.mu.Unlock()
	return on
}

// heartbeat takes a ping or a pong; one in the wrong direction ends the session.
func (s *Session) heartbeat(t engineio.Type) {
	switch {
	case (t == engineio.Ping) != (s.Rev == 3):
		s.over("transport error", politely)
	case t == engineio.Ping:
		s.send(engineio.Packet{Type: engineio.Pong})
	default:
		if s.dead != nil {
			s.dead.Stop()
		}
		s.ping.Reset(s.server.options.PingInterval)
	}
}

// sendPing asks the client for a sign of life.
func (s *Session) sendPing() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != opened {
		return
	}
	s.send(engineio.Packet{Type: engineio.Ping})
	if s.dead == nil {
		s.dead = time.AfterFunc(s.server.options.PingTimeout, s.timeout)
	} else {
		s.dead.Reset(s.server.options.PingTimeout)
	}
}

func (s *Session) timeout() { s.end("ping timeout", politely) }
