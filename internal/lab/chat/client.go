package chat

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"sioscope/internal/lab/engine"
	"sioscope/protocol/engineio"
	"sioscope/protocol/socketio"
)

// A client is one Engine.IO session with its namespaces. Its Receive is called one at a time, which guards it.
type client struct {
	server  *Server
	session *engine.Session
	rev     int // of Socket.IO's protocol: 5, or 4 on Engine.IO 3
	decoder socketio.Decoder
	sockets map[string]*socket // by namespace; the server's lock guards it
	late    *time.Timer
}

// A socket is a client in one namespace.
type socket struct {
	client    *client
	namespace string
	id        string
	rooms     []string // the server's lock guards it
}

// Receive implements engine.Peer. What cannot be read ends the session, as in socket.io.
func (c *client) Receive(p engineio.Packet) {
	if err := c.decoder.Add(p, c.packet); err != nil {
		c.session.Close()
	}
}

// Ended implements engine.Peer.
func (c *client) Ended(string) {
	if c.late != nil {
		c.late.Stop()
	}
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range c.sockets {
		delete(s.sockets, o)
	}
	clear(c.sockets)
}

// timeout ends a session that connected to no namespace in time.
func (c *client) timeout() {
	c.server.mu.Lock()
	none := len(c.sockets) == 0
	c.server.mu.Unlock()
	if none {
		c.session.Close()
	}
}

func (c *client) at(namespace string) *socket {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	return c.sockets[namespace]
}

func (c *client) packet(p socketio.Packet) {
	if p.Odd&socketio.OddMade != 0 {
		c.session.Close()
		return
	}
	if p.Type == socketio.Connect {
		name, _, _ := strings.Cut(p.Namespace, "?") // revision 4 brings the query here
		c.connect(name, p.Data)
		return
	}
	o := c.at(p.Namespace)
	switch {
	case o == nil && p.Type == socketio.Disconnect:
	case o == nil, p.Type == socketio.ConnectError:
		c.session.Close()
	case p.Type == socketio.Disconnect:
		c.disconnect(o)
	case p.Type.Plain() == socketio.Event:
		o.event(p)
	}
}

// connect takes the client into a namespace. auth is what its CONNECT brought.
func (c *client) connect(namespace string, auth json.RawMessage) {
	if !slices.Contains(c.server.options.Namespaces, namespace) {
		c.send(socketio.Packet{Type: socketio.ConnectError, Namespace: namespace, ID: -1, Data: c.refusal("Invalid namespace")})
		return
	}
	if c.at(namespace) != nil {
		if c.rev == 5 {
			c.session.Close()
		}
		return
	}
	o := &socket{client: c, namespace: namespace, id: c.socketID(namespace)}
	c.server.mu.Lock()
	c.sockets[namespace], c.server.sockets[o] = o, true
	c.server.mu.Unlock()
	if c.late != nil {
		c.late.Stop()
	}
	p := socketio.Packet{Type: socketio.Connect, Namespace: namespace, ID: -1}
	if c.rev == 5 {
		p.Data = object(struct {
			SID string `json:"sid"`
		}{o.id})
	}
	c.send(p)
	if !c.server.options.EchoAuth {
		return
	}
	if auth == nil {
		auth = json.RawMessage("{}")
	}
	o.send(socketio.Packet{Type: socketio.Event, ID: -1, Data: array(object("auth"), auth)})
}

// refusal is the payload of a refused CONNECT.
func (c *client) refusal(why string) json.RawMessage {
	if c.rev == 4 {
		return object(why)
	}
	return object(struct {
		Message string `json:"message"`
	}{why})
}

// socketID is an id of its own, or before revision 5 one that is made of the session's.
func (c *client) socketID(namespace string) string {
	switch {
	case c.rev == 5:
		return c.server.ids.Next()
	case namespace == "/":
		return c.session.ID
	}
	return namespace + "#" + c.session.ID
}

func (c *client) disconnect(o *socket) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	delete(c.sockets, o.namespace)
	delete(c.server.sockets, o)
}

func (c *client) send(p socketio.Packet) {
	c.session.Send(socketio.AppendMessages(nil, c.rev, p)...)
}

// send sends a packet in the socket's namespace.
func (o *socket) send(p socketio.Packet) {
	p.Namespace = o.namespace
	o.client.send(p)
}

// event does what the event is for.
func (o *socket) event(p socketio.Packet) {
	var args []json.RawMessage
	var name string
	if json.Unmarshal(p.Data, &args) != nil || len(args) == 0 || json.Unmarshal(args[0], &name) != nil {
		return
	}
	args = args[1:]
	switch name {
	case "message":
		o.send(socketio.Packet{Type: socketio.Event, ID: -1, Data: array(append([]json.RawMessage{object("message-back")}, args...)...), Attachments: p.Attachments})
	case "message-with-ack", "echo":
		o.ack(p, p.Attachments, args...)
	case "join", "leave":
		o.ack(p, nil, object(o.move(name == "join", args)))
	case "say":
		if len(args) == 0 {
			return
		}
		o.publish(roomOf(args), array(append([]json.RawMessage{object("said"), args[0], object(o.id)}, args[1:]...)...), p)
	case "broadcast":
		o.publish("", array(append([]json.RawMessage{object("told"), object(o.id)}, args...)...), p)
	}
}

// ack answers an event that asks for it.
func (o *socket) ack(p socketio.Packet, attachments [][]byte, args ...json.RawMessage) {
	if p.ID >= 0 {
		o.send(socketio.Packet{Type: socketio.Ack, ID: p.ID, Data: array(args...), Attachments: attachments})
	}
}

// publish sends an event to others, and acknowledges the one that asked for it.
func (o *socket) publish(room string, data json.RawMessage, p socketio.Packet) {
	o.client.server.publish(audience{namespace: o.namespace, room: room, except: o},
		socketio.Packet{Type: socketio.Event, ID: -1, Data: data, Attachments: p.Attachments})
	o.ack(p, nil, object("ok"))
}

const maxRooms = 100 // of one socket

// move enters or leaves a room, and counts its members on this node.
func (o *socket) move(in bool, args []json.RawMessage) int {
	room := roomOf(args)
	s := o.client.server
	s.mu.Lock()
	switch {
	case !in:
		o.rooms = slices.DeleteFunc(o.rooms, func(r string) bool { return r == room })
	case room != "" && len(o.rooms) < maxRooms && !slices.Contains(o.rooms, room):
		o.rooms = append(o.rooms, room)
	}
	s.mu.Unlock()
	return len(s.members(audience{namespace: o.namespace, room: room}))
}

func roomOf(args []json.RawMessage) string {
	var room string
	if len(args) > 0 && json.Unmarshal(args[0], &room) != nil {
		return string(args[0])
	}
	return room
}

// object is a value as JSON. Only values that can be are given to it.
func object(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(errors.New("chat: " + err.Error()))
	}
	return data
}

// array joins values to an array.
func array(values ...json.RawMessage) json.RawMessage {
	data := []byte{'['}
	for i, v := range values {
		if i > 0 {
			data = append(data, ',')
		}
		data = append(data, v...)
	}
	return append(data, ']')
}
