package dial

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/socketio"
)

// enter asks for the namespace. Before revision 5 the server lets the client into "/" unasked, and other namespaces are
// asked for then (Socket.IO v4 and v5, "Connection to a namespace").
func (s *session) enter() {
	if s.sio() < 5 || s.asked {
		return
	}
	s.asked = true
	var auth json.RawMessage
	if len(s.c.options.Auth) > 0 {
		auth = ascii(s.c.options.Auth)
	}
	s.put(socketio.Packet{Type: socketio.Connect, Namespace: s.c.place.Namespace, ID: -1, Data: auth})
}

// put queues a Socket.IO packet.
func (s *session) put(p socketio.Packet) {
	s.queue = socketio.AppendMessages(s.queue, s.sio(), p)
}

// take reads an Engine.IO message.
func (s *session) take(p engineio.Packet) {
	if err := s.decoder.Add(p, s.received); err != nil {
		s.lose(failure(Garbled, err, lang.Say("the server sent a message that is no Socket.IO packet (%s): a client closes here", clean(err.Error(), 120))))
	}
}

// received takes a Socket.IO packet.
func (s *session) received(p socketio.Packet) {
	name, _, _ := strings.Cut(p.Namespace, "?")
	own := name == s.c.place.Namespace
	switch p.Type.Plain() {
	case socketio.Connect:
		s.connected(p, own)
	case socketio.ConnectError:
		if own || s.sio() < 5 {
			s.refusedBy(p)
		}
	case socketio.Disconnect:
		if own {
			s.final = true
			s.lose(failure(ServerLeft, nil, lang.Say("the server disconnected the client from %s", name)))
		}
	case socketio.Event:
		if own && p.ID >= 0 && !s.c.options.NoAck {
			s.put(socketio.Packet{Type: socketio.Ack, Namespace: p.Namespace, ID: p.ID, Data: json.RawMessage("[]")})
		}
	case socketio.Ack:
		if a, ok := s.acks[p.ID]; ok && own {
			delete(s.acks, p.ID)
			s.c.network.trace(Event{Kind: Acked, Mark: a.mark, Took: time.Since(a.at), Said: lang.Say("%q was acknowledged after %s", clean(a.event, 60), millis(time.Since(a.at)))})
			s.settle()
		}
	}
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/1e6) }

// connected takes the server's CONNECT.
func (s *session) connected(p socketio.Packet, own bool) {
	if s.sio() == 5 && s.socket != nil && len(p.Data) == 0 && p.Namespace == "/" {
		// Only servers of revision 4 write CONNECT without a sid: those that ignore the EIO of the URL.
		if s.c.options.EIO != 0 {
			s.final = true
			s.lose(otherRevision(3))
			return
		}
		s.speaks(3)
		s.decoder.Rev = s.sio()
		s.ping() // as only clients of revision 3 do: it shows on the wire that this one went on in it
		s.beat()
	}
	switch {
	case s.joined:
	case own:
		s.joined = true
		s.c.setState(OnPolling)
		if s.socket != nil {
			s.c.setState(OnWebSocket)
		}
		s.c.tell(Joined, lang.Say("in the namespace %s", s.c.place.Namespace))
		for _, e := range s.c.options.Emit {
			s.emit(e)
		}
		s.emitWaiting()
		s.settle()
	case s.sio() < 5 && !s.asked:
		s.asked = true
		s.put(socketio.Packet{Type: socketio.Connect, Namespace: s.oldNamespace(), ID: -1})
	}
}

// oldNamespace has the application's parameters behind it, as clients before revision 5 write it.
func (s *session) oldNamespace() string {
	query := s.c.place.Query
	if len(s.c.options.Auth) > 0 {
		query = withAuth(query, s.c.options.Auth)
	}
	if len(query) == 0 {
		return s.c.place.Namespace
	}
	return s.c.place.Namespace + "?" + query.Encode()
}

// withAuth adds the fields of an auth payload to a query.
func withAuth(query url.Values, auth json.RawMessage) url.Values {
	all := url.Values{}
	for name, values := range query {
		all[name] = slices.Clone(values)
	}
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(auth, &fields) // Options.check has read it
	for name, value := range fields {
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = string(value)
		}
		all.Set(name, text)
	}
	return all
}

// refusedBy takes CONNECT_ERROR: {"message":"…"}, or a string before revision 5.
func (s *session) refusedBy(p socketio.Packet) {
	var said struct{ Message string }
	if json.Unmarshal(p.Data, &said) != nil || said.Message == "" {
		_ = json.Unmarshal(p.Data, &said.Message)
	}
	if said.Message == "" {
		said.Message = string(p.Data)
	}
	s.final = true
	out := lang.Say("check --auth, or what the server's middleware wants")
	if strings.EqualFold(said.Message, "Invalid namespace") {
		out = lang.Say("check --namespace")
	}
	s.lose(failure(NotAdmitted, nil, lang.Say("the namespace %s refused the client: %q; %s", s.c.place.Namespace, clean(said.Message, 200), out)))
}

// notAdmitted ends a session whose namespace never answered.
func (s *session) notAdmitted() {
	if !s.joined {
		s.lose(failure(NotAdmitted, nil, lang.Say("the server opened a session and did not let the client into the namespace %s within %s; check --namespace, or give it more time with --timeout", s.c.place.Namespace, span(s.c.timeout()))))
	}
}

func (s *session) disconnectPacket() engineio.Packet {
	p := socketio.Packet{Type: socketio.Disconnect, Namespace: s.c.place.Namespace, ID: -1}
	return engineio.Packet{Type: engineio.Message, HasData: true, Data: socketio.AppendText(nil, s.sio(), p)}
}

// emitWaiting sends what Emit was given.
func (s *session) emitWaiting() {
	if !s.joined || s.closing {
		return
	}
	s.c.mu.Lock()
	waiting := s.c.emissions
	s.c.emissions = nil
	s.c.mu.Unlock()
	for _, e := range waiting {
		s.emit(e)
	}
}

func (s *session) emit(e Emission) {
	data, attachments, err := e.payload()
	if err != nil {
		return // New and Emit have told
	}
	p := socketio.Packet{Type: socketio.Event, Namespace: s.c.place.Namespace, ID: -1, Data: data, Attachments: attachments}
	if e.Acknowledge {
		p.ID = s.nextAck
		s.nextAck++
		s.acks[p.ID] = asked{e.Event, e.Mark, time.Now()}
	}
	s.put(p)
}

// settle leaves once everything that Options.Until waits for is decided.
func (s *session) settle() {
	switch {
	case s.c.options.Until != Decided || !s.joined || !s.decided:
	case len(s.acks) == 0:
		s.leave()
	case !s.waiting:
		s.waiting = true
		s.once(s.c.timeout(), s.leave)
	}
}
