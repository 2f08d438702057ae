package session

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/socketio"
)

// A carrier is what brought packets: a poll's answer, a POST, a WebSocket message.
type carrier struct {
	conn     *Conn
	exchange *Exchange
	over     Over
	dir      fact.Dir
	at       int64
	size     int // bytes of the message as sent, for WebSocket
	says     int // and inflated
}

// payload decodes an HTTP body and gives its packets to the session.
func (t *Tracker) payload(s *Session, c carrier, body, contentType []byte, form bool) error {
	if s.untouched() {
		s.enter(Polling, c.at) // no session goes back to polling: what comes later is late, or a farewell
	}
	take := func(p engineio.Packet) { t.packet(s, &c, p) }
	rev := s.rev()
	switch {
	case c.exchange.JSONP && (!form || bytes.HasPrefix(contentType, []byte("application/x-www-form-urlencoded"))):
		return engineio.DecodeJSONP(rev, body, form, take)
	case rev == 3 && bytes.HasPrefix(contentType, []byte("application/octet-stream")):
		return engineio.DecodePollingBinary(body, take)
	}
	return engineio.DecodePolling(rev, body, take)
}

// rev is the Engine.IO revision to decode with.
func (s *Session) rev() int {
	if s.EIO == 3 {
		return 3
	}
	return 4
}

// packet counts one Engine.IO packet and follows what it means for the session.
func (t *Tracker) packet(s *Session, c *carrier, p engineio.Packet) {
	s.saw(c.at)
	s.Packets[c.dir]++
	s.Bytes[c.dir] += int64(len(p.Data))
	s.LastPacket[c.dir] = c.at
	r := Row{Kind: PacketRow, Time: c.at, Over: c.over, Dir: c.dir, Type: p.Type, Binary: p.Binary, ID: -1, Size: int32(len(p.Data) + 1)}
	if c.size > 0 {
		r.Size = int32(c.size)
	}
	s.Largest[c.dir] = max(s.Largest[c.dir], int64(r.Size), int64(c.says))
	s.impliesUpgrade(c, p)
	switch p.Type {
	case engineio.Message:
		t.messagePacket(s, c, p, &r)
	case engineio.Ping, engineio.Pong:
		s.beat(c, p)
	case engineio.Open:
		t.openPacket(s, c, p)
	case engineio.Upgrade:
		s.upgraded(c)
	case engineio.Close:
		s.closePacket(c)
	case engineio.Noop:
		if c.over == OverGET {
			s.released = c.at
		}
	}
	if t.Options.KeepRows {
		t.row(r, c.conn, c.exchange, s, p.Data)
	}
}

func (t *Tracker) messagePacket(s *Session, c *carrier, p engineio.Packet, r *Row) {
	sc := &s.scan[c.dir]
	sc.Rev = 5
	if s.rev() == 3 {
		sc.Rev = 4
	}
	h, kind, err := sc.Scan(p)
	if err != nil && !s.bare() {
		r.Problem = true
		s.odd("socket.io: " + err.Error())
	}
	switch kind {
	case socketio.KindAttachment:
		r.Attachment = true
		return
	case socketio.KindError, socketio.KindNone:
		return
	}
	r.HasSIO, r.SIO, r.ID, r.MsgPack = true, h.Type, h.ID, kind == socketio.KindMsgPack
	r.Attachments = uint8(min(h.Attachments, 255))
	s.ack(c.dir, c.at, &h)
	s.Dismissed = h.Type == socketio.Disconnect || h.Type == socketio.ConnectError && c.dir == fact.In
	switch h.Type {
	case socketio.Connect:
		s.admits(c.dir, c.at, h.Namespace)
		if c.over == OverWebSocket && c.dir == fact.In && !p.Binary && len(h.Data) == 0 && string(h.Namespace) == "/" {
			s.EIO = 3 // servers of revision 4 give a sid with it; these do not look at the EIO that was asked for
		}
	case socketio.Disconnect:
		s.answers(h.Namespace)
		if c.over == OverPOST && len(s.Namespaces) <= 1 {
			c.exchange.leaves = true
		}
	case socketio.Event, socketio.BinaryEvent:
		s.Events[c.dir]++
		if c.dir == fact.In {
			s.answers(h.Namespace)
		}
	case socketio.Ack, socketio.BinaryAck:
		s.Acks[c.dir]++
	case socketio.ConnectError:
		if c.dir == fact.In {
			s.answers(h.Namespace)
		}
		if c.dir == fact.In && len(s.ConnectErrors) < maxOddities {
			s.ConnectErrors = append(s.ConnectErrors, ConnectError{c.at, c.conn, withoutQuery(h.Namespace), messageOf(h.Data)})
		}
	}
	s.namespace(h.Namespace)
}

// bare says whether the session is Engine.IO without Socket.IO: on the path of its own, and with messages that are none.
func (s *Session) bare() bool {
	return len(s.Namespaces) == 0 && strings.HasPrefix(s.Path, "/engine.io")
}

const maxNamespaces = 1000

func (s *Session) namespace(nsp []byte) {
	for i := range s.Namespaces {
		if s.Namespaces[i] == string(nsp) {
			return
		}
	}
	name := withoutQuery(nsp)
	if len(s.Namespaces) < maxNamespaces && !slices.Contains(s.Namespaces, name) {
		s.Namespaces = append(s.Namespaces, name)
	}
}

// withoutQuery is a namespace's name: clients before revision 5 may put parameters behind it.
func withoutQuery(nsp []byte) string {
	name, _, _ := bytes.Cut(nsp, []byte("?"))
	return string(name)
}

// admits notes a CONNECT: the client's, which asks for a namespace, or the server's, which lets it in.
func (s *Session) admits(dir fact.Dir, at int64, nsp []byte) {
	name := withoutQuery(nsp)
	if dir == fact.Out {
		if s.Asked == 0 {
			s.Asked, s.AskedFor = at, name
		}
		if len(s.Asks) < maxOddities && !slices.Contains(s.Entered, name) && !slices.ContainsFunc(s.Asks, func(a Ask) bool { return a.Namespace == name }) {
			s.Asks = append(s.Asks, Ask{at, name})
		}
		return
	}
	s.answers(nsp)
	if len(s.Entered) < maxNamespaces && !slices.Contains(s.Entered, name) {
		s.Entered = append(s.Entered, name)
	}
}

// answers notes that a namespace is waited for no longer.
func (s *Session) answers(nsp []byte) {
	if len(s.Asks) == 0 { // as good as always, and events come here
		return
	}
	name := withoutQuery(nsp)
	s.Asks = slices.DeleteFunc(s.Asks, func(a Ask) bool { return a.Namespace == name })
}

// messageOf is what a CONNECT_ERROR says: {"message":"…"}, or a string before revision 5.
func messageOf(data []byte) string {
	var said struct{ Message string }
	var text string
	if json.Unmarshal(data, &text) == nil {
		return clip([]byte(text))
	}
	_ = json.Unmarshal(data, &said) // what cannot be read has no message
	return clip([]byte(said.Message))
}

// beat follows heartbeats and the probe. Who pings tells the revision where the handshake was not seen.
func (s *Session) beat(c *carrier, p engineio.Packet) {
	if string(p.Data) == "probe" && c.over == OverWebSocket {
		pr := s.probe(c.exchange)
		if pr == nil {
			return
		}
		switch e := c.exchange; {
		case p.Type == engineio.Ping && c.dir == fact.In && pr.Pong == 0 && e.BodyText == "":
			e.BodyText = "2probe" // an echo: servers do not probe
		case p.Type == engineio.Ping && pr.Ping == 0:
			pr.Ping = c.at
		}
		if p.Type == engineio.Pong && pr.Pong == 0 {
			pr.Pong = c.at
		}
		return
	}
	if s.EIO == 0 && !p.HasData {
		if (p.Type == engineio.Ping) == (c.dir == fact.In) {
			s.EIO = 4
		} else {
			s.EIO = 3
		}
	}
	s.heartbeat(c.dir, c.at)
}

func (t *Tracker) openPacket(s *Session, c *carrier, p engineio.Packet) {
	open, err := engineio.ParseOpen(p.Data)
	if err != nil {
		s.odd("open packet: " + err.Error())
		return
	}
	if c.dir != fact.In {
		return
	}
	if e := c.exchange; e != nil && e.SID != "" && (e.Status == 200 || e.Switched() && open.SID != e.SID) {
		e.Reopened = open.SID
	}
	if s.Open.SID == "" && (s.SID == "" || s.SID == open.SID) {
		s.Open = open
	}
}

// impliesUpgrade moves the session to WebSocket where its upgrade packet is missing from the capture: neither side
// sends anything but the probe before it.
func (s *Session) impliesUpgrade(c *carrier, p engineio.Packet) {
	joined := c.exchange == nil && s.joined && s.UpgradedAt == 0
	if c.over != OverWebSocket || c.conn.Gaps == 0 && !joined || string(p.Data) == "probe" {
		return
	}
	if pr := s.probe(c.exchange); !joined && (pr == nil || pr.Upgrade != 0) {
		return
	}
	if p.Type == engineio.Message || p.Type == engineio.Ping || p.Type == engineio.Pong {
		s.moved(c)
		s.upgradeImplied = true
	}
}

// upgraded moves the session to WebSocket: the client sent its upgrade packet there.
func (s *Session) upgraded(c *carrier) {
	if c.over == OverWebSocket && c.dir == fact.Out {
		s.moved(c)
		s.upgradeImplied = false
	}
}

func (s *Session) moved(c *carrier) {
	if p := s.probe(c.exchange); p != nil {
		p.Upgrade, p.Failed = c.at, 0
		p.Exchange.Reopened = "" // whatever came, the session lives on there
	}
	s.UpgradedAt = c.at
	s.enter(WebSocket, c.at)
}

const closedByPacket = "close packet" // the Close.Reason of such a session

// closePacket ends the session, but for the close packet that releases a poll after the upgrade. A client's on a
// POST counts once the POST was accepted; one over WebSocket is ignored by servers.
func (s *Session) closePacket(c *carrier) {
	switch {
	case c.over == OverPOST:
		c.exchange.closes, s.leaving = true, true
	case c.over == OverGET && s.UpgradedAt == 0:
		s.end(c.at, "server", lang.Mark(closedByPacket))
	case c.over == OverWebSocket && c.dir == fact.In:
		s.end(c.at, "server", lang.Mark(closedByPacket))
	}
}
