package session

import (
	"bytes"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/socketio"
)

// looksLikeEngineIO says whether a message joined mid-stream can be little else than an Engine.IO packet.
func looksLikeEngineIO(f *fact.Message) bool {
	p := f.Payload
	if f.Incomplete || len(p) == 0 {
		return false
	}
	if f.Opcode == fact.Binary {
		var sc socketio.Scanner
		_, kind, err := sc.Scan(engineio.Packet{Type: engineio.Message, Binary: true, HasData: true, Data: p})
		return kind == socketio.KindMsgPack && err == nil
	}
	switch {
	case len(p) == 1:
		return p[0] == '2' || p[0] == '3'
	case probes(f):
		return true
	case p[0] != '4' || p[1] < '0' || p[1] > '6':
		return false
	}
	_, err := socketio.ParseHeader(5, p[1:])
	return err == nil
}

// probes says whether a message is the probe of an upgrade, or its answer.
func probes(f *fact.Message) bool {
	return f.Opcode == fact.Text && (string(f.Payload) == "2probe" || string(f.Payload) == "3probe")
}

// speaksEngineIO says of a WebSocket that the capture joined mid-stream whether it is Engine.IO's, going by its messages up
// to this one: a Socket.IO packet with its JSON or its namespace is proof enough. A "2" is none, nor is a "42": others send
// plain numbers. Of heartbeats it takes a ping and its pong, with nothing between, where one side alone pings and no other
// number was seen. What may be the half of a sign is left in ws.held.
func (ws *socket) speaksEngineIO(f *fact.Message) bool {
	if ws.tells(f) {
		return true
	}
	if ws.held = nil; f.Opcode == fact.Text && (string(f.Payload) == "2" || string(f.Payload) == "41") {
		held := *f
		held.Payload = bytes.Clone(f.Payload)
		ws.held = &held
	}
	return false
}

// says whether the message just before has a text, and is of the same side as f: a client that disconnects says "41", and
// closes the WebSocket at once.
func (ws *socket) says(f *fact.Message, text string) bool {
	return ws.session == nil && ws.held != nil && !ws.doubt && ws.held.Dir == f.Dir && string(ws.held.Payload) == text
}

// joins starts the session of a WebSocket whose request was not seen; not where there are too many.
func (t *Tracker) joins(c *Conn, ws *socket, f *fact.Message) bool {
	if t.full() {
		ws.foreign = true
		return false
	}
	s := t.newSession("", nil)
	s.Client, s.Server, s.FirstSeen = c.Client, c.Server, f.Start
	if c.Via.IsValid() {
		s.RealClient = c.Via.String()
	}
	s.use(c)
	t.prove(s)
	ws.session, c.Session = s, s
	if probes(f) {
		s.joined = true
		s.enter(Polling, f.Start) // until its upgrade packet
	}
	if held := ws.held; held != nil {
		ws.held, s.FirstSeen = nil, held.Start
		t.carried(c, ws, held)
	}
	return true
}

func (ws *socket) tells(f *fact.Message) bool {
	if f.Incomplete || f.Opcode == fact.Binary {
		return looksLikeEngineIO(f)
	}
	ws.doubt = ws.doubt || ws.held != nil && string(ws.held.Payload) == "41" // with which nothing ended
	switch p := f.Payload; {
	case string(p) == "2":
		ws.pinged[f.Dir] = true
		ws.doubt = ws.doubt || ws.pinged[f.Dir.Other()]
	case string(p) == "3" && ws.held != nil && ws.held.Dir != f.Dir && !ws.doubt:
		return true
	case string(p) == "3":
		ws.doubt = ws.doubt || ws.pinged[f.Dir] // who pings gets pongs, and sends none
	case looksLikeEngineIO(f):
		h, err := socketio.ParseHeader(5, p[1:])
		if p[0] != '4' || err == nil && (len(h.Data) > 0 || string(h.Namespace) != "/") {
			return true
		}
		ws.doubt = ws.doubt || plainNumber(p) && string(p) != "41"
	case len(p) > 1 && p[0] == '0':
		_, err := engineio.ParseOpen(p[1:])
		return err == nil && f.Dir == fact.In && p[1] == '{'
	case plainNumber(p) && string(p) != "5" && string(p) != "6":
		ws.doubt = true
	}
	return false
}

// plainNumber says whether a message is digits alone.
func plainNumber(p []byte) bool {
	for _, c := range p {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
