// Package chat is the Socket.IO application of the lab's nodes: a chat with rooms, on protocol revision 5, and on 4 for
// clients of Engine.IO 3. Beside its own events it answers those that the official conformance suite uses.
//
// A client may send:
//
//	join ROOM, leave ROOM     acknowledged with the number of its members on this node
//	say ROOM ARGUMENTS…       everyone else in the room gets: said ROOM FROM ARGUMENTS…
//	broadcast ARGUMENTS…      everyone else gets: told FROM ARGUMENTS…
//	message ARGUMENTS…        answered with: message-back ARGUMENTS…
//	message-with-ack, echo    acknowledged with their arguments
//
// Arguments may be or hold binary. An event that is none of these is ignored, as one without a listener is.
package chat

import (
	"slices"
	"sync"
	"time"

	"sioscope/internal/lab/engine"
	"sioscope/protocol/socketio"
)

// Options are a node's. The zero value works.
type Options struct {
	Namespaces     []string      // nil means "/" alone
	ConnectTimeout time.Duration // for a first CONNECT; 0 means 45 s
	EchoAuth       bool          // emit "auth" with what CONNECT brought, as the conformance suite's server does
	MaxBytes       int           // longest packet with its attachments; 0 means 2,000,000
	Bus            *Bus          // nil means rooms end at this node
}

// A Server is one node's Socket.IO: its rooms, and its own count of socket ids.
type Server struct {
	options Options
	ids     engine.IDs

	mu      sync.Mutex
	sockets map[*socket]bool
}

// New is a Server without clients.
func New(o Options) *Server {
	if o.Namespaces == nil {
		o.Namespaces = []string{"/"}
	}
	if o.ConnectTimeout == 0 {
		o.ConnectTimeout = 45 * time.Second
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 2e6
	}
	s := &Server{options: o, sockets: map[*socket]bool{}}
	o.Bus.join(s)
	return s
}

// Leave takes the node off its Bus: it is gone.
func (s *Server) Leave() { s.options.Bus.leave(s) }

// Accept gives a session its client.
func (s *Server) Accept(session *engine.Session) engine.Peer {
	c := &client{server: s, session: session, sockets: map[string]*socket{}, rev: 5}
	if session.Rev == 3 {
		c.rev = 4
	}
	c.decoder = socketio.Decoder{Rev: c.rev, MaxAttachments: 10, MaxBytes: s.options.MaxBytes}
	if c.rev == 4 { // the server connects such a client to "/" unasked
		c.connect("/", nil)
	} else {
		c.late = time.AfterFunc(s.options.ConnectTimeout, c.timeout)
	}
	return c
}

// An audience is who gets a packet.
type audience struct {
	namespace, room string // room "": everyone
	except          *socket
}

// deliver sends an event to this node's part of the audience.
func (s *Server) deliver(to audience, p socketio.Packet) {
	for _, o := range s.members(to) {
		o.send(p)
	}
}

// members are the sockets of an audience that are on this node. Sending to them is done without the lock.
func (s *Server) members(to audience) []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*socket
	for o := range s.sockets {
		if o != to.except && o.namespace == to.namespace && (to.room == "" || slices.Contains(o.rooms, to.room)) {
			list = append(list, o)
		}
	}
	return list
}

// publish sends an event to the audience on this node, and on those of the Bus where that is switched on.
func (s *Server) publish(to audience, p socketio.Packet) {
	s.deliver(to, p)
	for _, o := range s.options.Bus.others(s) {
		o.deliver(to, p)
	}
}

// A Bus carries what is said on one node to the rooms of the others, as a Redis adapter does. It carries no sessions:
// a node still knows the sids alone that it issued. A nil Bus carries nothing.
type Bus struct {
	mu    sync.Mutex
	on    bool
	nodes []*Server
}

// Switch turns sharing on or off.
func (b *Bus) Switch(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.on = on
}

func (b *Bus) join(s *Server) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nodes = append(b.nodes, s)
}

func (b *Bus) leave(s *Server) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nodes = slices.DeleteFunc(b.nodes, func(o *Server) bool { return o == s })
}

func (b *Bus) others(s *Server) []*Server {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.on {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(b.nodes), func(o *Server) bool { return o == s })
}
