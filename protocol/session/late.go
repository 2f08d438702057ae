package session

import (
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
	case string(p) == "2probe" || string(p) == "3probe":
		return true
	case p[0] != '4' || p[1] < '0' || p[1] > '6':
		return false
	}
	_, err := socketio.ParseHeader(5, p[1:])
	return err == nil
}

// speaksEngineIO says of a WebSocket that the capture joined mid-stream whether it is Engine.IO's, going by its messages up
// to this one: a Socket.IO packet with its JSON or its namespace is proof enough. A "2" is none, nor is a "42": others send
// plain numbers. Of heartbeats it takes a ping and its pong, with nothing between, where one side alone pings and no other
// number was seen. A ping just before is left in ws.ping.
func (ws *socket) speaksEngineIO(f *fact.Message) bool {
	if ws.tells(f) {
		return true
	}
	if ws.ping = nil; f.Opcode == fact.Text && string(f.Payload) == "2" {
		ws.ping = &fact.Message{Conn: f.Conn, Exchange: f.Exchange, Dir: f.Dir, Start: f.Start, End: f.End, Opcode: f.Opcode, Payload: []byte("2"), Size: f.Size}
	}
	return false
}

func (ws *socket) tells(f *fact.Message) bool {
	if f.Incomplete || f.Opcode == fact.Binary {
		return looksLikeEngineIO(f)
	}
	switch p := f.Payload; {
	case string(p) == "2":
		ws.pinged[f.Dir] = true
		ws.doubt = ws.doubt || ws.pinged[f.Dir.Other()]
	case string(p) == "3" && ws.ping != nil && ws.ping.Dir != f.Dir && !ws.doubt:
		return true
	case string(p) == "3":
		ws.doubt = ws.doubt || ws.pinged[f.Dir] // who pings gets pongs, and sends none
	case looksLikeEngineIO(f):
		h, err := socketio.ParseHeader(5, p[1:])
		if p[0] != '4' || err == nil && (len(h.Data) > 0 || string(h.Namespace) != "/") {
			return true
		}
		ws.doubt = ws.doubt || plainNumber(p)
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
