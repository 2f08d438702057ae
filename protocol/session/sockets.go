package session

import (
	"encoding/binary"
	"fmt"
	"slices"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// socket is a WebSocket connection.
type socket struct {
	exchange *Exchange // nil where the capture joined later
	session  *Session  // nil until the open packet, or until what is carried looks like Engine.IO
	foreign  bool      // its request is none of Engine.IO's
	strange  int       // messages that did not look like Engine.IO before any that did
	unread   int       // compressed messages before those that refer to what the capture lacks
	taken    bool      // the client uses it
	closeBy  string    // who sent the first Close frame
	closeAt  int64
	code     int
	carrier  carrier
	pending  []*fact.Message // see pend

	held   *fact.Message // without a request: the message just before, where it may be a ping or a goodbye
	pinged [2]bool       // likewise: what may be a ping went in a direction
	doubt  bool          // likewise: it carried what Engine.IO does not
}

// switched makes a WebSocket of a connection: its request was answered 101, or a CONNECT was accepted.
func (t *Tracker) switched(e *Exchange) {
	c := e.Conn
	c.Protocol, c.WebSocket = "websocket", e
	c.state.ws = &socket{exchange: e, session: e.Session, carrier: carrier{conn: c, exchange: e, over: OverWebSocket}}
	if e.Outer != nil {
		return
	}
	c.Session = e.Session
	if e.Session != nil {
		t.honour(e.Session, e)
		if p := e.Session.probe(e); p != nil {
			p.Answered = e.Answered
		}
	}
	if e.Session == nil && e.Kind == Handshake && e.mute() {
		t.opensMute(e)
	}
	t.row(Row{Kind: SwitchRow, Time: e.End, Over: OverWebSocket, Dir: fact.In}, c, e, e.Session, nil)
}

// opensMute starts the session of a WebSocket whose messages, the open packet among them, are not in the log.
func (t *Tracker) opensMute(e *Exchange) {
	s := t.newSession("", e)
	s.EIO, s.Opened = e.EIO, e.End
	t.honour(s, e)
	t.takeRows(s, e)
	s.enter(WebSocket, e.End)
	e.Session, e.Conn.Session = s, s
	e.Conn.state.ws.session = s
	t.attach(e)
}

// message takes a WebSocket message or control frame. This is the hot path.
func (t *Tracker) message(f *fact.Message) {
	c := t.conn(f.Conn)
	c.LastMessage[f.Dir] = f.End
	c.LastByte = max(c.LastByte, f.End)
	ws := c.state.ws
	if ws == nil {
		foreign := c.state.foreign
		ws = &socket{foreign: foreign != 0 && foreign == f.Exchange, carrier: carrier{conn: c, over: OverWebSocket}}
		c.state.ws = ws
		c.Protocol = "websocket"
		t.presumed(c, ws, f.Exchange)
	}
	if ws.exchange != nil && ws.exchange.Outer != nil || innerTwin(c) {
		ws.exchange.probed(f)
		return
	}
	if !t.pend(c, ws, f) {
		t.carried(c, ws, f)
	}
}

// carried reads a message or control frame of the hop nearest to the client.
func (t *Tracker) carried(c *Conn, ws *socket, f *fact.Message) {
	switch f.Opcode {
	case fact.Text, fact.Binary:
	case fact.Close:
		if ws.says(f, "41") {
			t.joins(c, ws, f)
		}
		t.closeFrame(c, ws, f)
		return
	default:
		t.row(Row{Kind: ControlRow, Time: f.End, Over: OverWebSocket, Dir: f.Dir, Size: int32(f.Size), Type: engineio.Type(f.Opcode)}, c, ws.exchange, ws.session, f.Payload)
		return
	}
	if ws.session == nil && !t.recognise(c, ws, f) {
		return
	}
	s := ws.session
	for ; ws.unread > 0; ws.unread-- {
		s.odd("websocket message: " + lang.Mark(lostReference))
	}
	p, err := engineio.DecodeMessage(s.rev(), f.Opcode == fact.Binary, f.Payload)
	if err != nil {
		switch {
		case ws.otherwise(f):
		case f.Incomplete && f.Compressed && c.Gaps == 0:
			s.odd("websocket message: " + lang.Mark(lostReference))
		case !f.Incomplete && !f.Truncated:
			s.odd("websocket message: " + err.Error())
		}
		t.row(Row{Kind: MalformedRow, Time: f.End, Over: OverWebSocket, Dir: f.Dir, Size: int32(f.Size), Problem: true}, c, ws.exchange, s, f.Payload)
		return
	}
	if s.untouched() {
		first := WebSocket
		if ws.exchange != nil && ws.exchange.Kind == UpgradeRequest {
			first = Polling // until its upgrade packet
		}
		s.enter(first, f.Start)
	}
	by := &ws.carrier
	by.dir, by.at, by.size = f.Dir, f.End, int(min(f.Size, 1<<30))
	by.says = len(f.Payload)
	t.packet(s, &ws.carrier, p)
}

// presumed takes the answer to the request for a WebSocket for a yes where the capture lacks it: it is that of a session.
func (t *Tracker) presumed(c *Conn, ws *socket, serial int) {
	for i, e := range c.state.open {
		if e.Serial == serial && e.Kind == UpgradeRequest && (e.Session != nil || e.Outer != nil) {
			c.state.open = slices.Delete(c.state.open, i, i+1)
			c.WebSocket, c.Session = e, e.Session
			ws.exchange, ws.session, ws.carrier.exchange = e, e.Session, e
			return
		}
	}
}

// probed notes the probe and its answer on the hop nearest to the node: whether they came so far tells who withholds them.
func (e *Exchange) probed(f *fact.Message) {
	if e == nil || e.Outer == nil || e.Inner != nil || len(f.Payload) != len("2probe") || f.Opcode != fact.Text {
		return
	}
	o := e.outermost()
	if o.Session == nil {
		return
	}
	switch p := o.Session.probe(o); {
	case p == nil:
	case f.Dir == fact.Out && string(f.Payload) == "2probe":
		p.Arrived = f.End
	case f.Dir == fact.In && string(f.Payload) == "3probe":
		p.Replied = f.End
	}
}

// recognise finds the session of a WebSocket that has none yet: by its open packet, or, where the capture joined
// later, by the first message that can only be Engine.IO's.
func (t *Tracker) recognise(c *Conn, ws *socket, f *fact.Message) bool {
	if ws.foreign || ws.strange > 64 {
		return false
	}
	if ws.exchange != nil && f.Dir == fact.In {
		if t.opensSocket(c, ws, f) {
			return true
		}
	}
	if ws.exchange == nil {
		if s := t.probing(c, f); s != nil {
			s.use(c)
			s.joined = true
			if s.movedTo(c) {
				s.UpgradedAt = s.released
				s.enter(WebSocket, s.released)
			}
			ws.session, c.Session = s, s
			return true
		}
	}
	if ws.exchange == nil && ws.speaksEngineIO(f) {
		return t.joins(c, ws, f)
	}
	if f.Incomplete && f.Compressed {
		ws.unread++
	} else {
		ws.otherwise(f)
		ws.strange++
	}
	return false
}

// otherwise keeps what the server says on a WebSocket that no packet of Engine.IO came over yet, where it is none: whoever
// has this WebSocket speaks something else.
func (ws *socket) otherwise(f *fact.Message) bool {
	e := ws.exchange
	if e == nil || e.Outer != nil || f.Dir != fact.In || f.Opcode != fact.Text || f.Incomplete || f.Truncated || e.Conn.Gaps > 0 || len(f.Payload) == 0 {
		return false
	}
	if s := ws.session; s != nil {
		if p := s.probe(e); p == nil || p.Pong != 0 || p.Upgrade != 0 {
			return false
		}
	}
	if e.BodyText == "" {
		e.BodyText = clip(f.Payload)
	}
	return true
}

// lostReference is what is wrong with messages on a compressed WebSocket that the capture joined late.
const lostReference = "compressed, and refers to text from before the capture"

// opensSocket starts the session of a WebSocket whose handshake named no sid, with its open packet.
func (t *Tracker) opensSocket(c *Conn, ws *socket, f *fact.Message) bool {
	e := ws.exchange
	if f.Opcode != fact.Text || len(f.Payload) < 2 || f.Payload[0] != '0' {
		return false
	}
	open, err := engineio.ParseOpen(f.Payload[1:])
	if err != nil || open.SID == "" {
		return false
	}
	e.GotSID = open.SID
	s := t.bySID[open.SID]
	switch {
	case s == nil:
		s = t.newSession(open.SID, e)
	case s.Opened != 0 && s.Exchanges != nil && (s.Server != c.Server || twins(s.Exchanges[0].Conn, c)):
		e.Outer, e.Session = s.Exchanges[0], s // the same session one hop on, its handshake rewritten by a proxy
		t.hop(e)
		return false
	case s.Opened != 0:
		s.Reused = append(s.Reused, e)
	}
	s.EIO = e.EIO
	if s.EIO < 3 {
		s.EIO = 3
	}
	if s.Opened == 0 {
		s.Opened = f.End
		s.adopt(e)
	}
	t.honour(s, e)
	t.takeRows(s, e)
	s.enter(WebSocket, f.End)
	e.Session, ws.session, c.Session = s, s, s
	t.attach(e)
	for in := e.Inner; in != nil && in.Session == nil; in = in.Inner {
		in.Session = s
		s.Hops = append(s.Hops, in)
	}
	return true
}

// closeFrame notes who closed the WebSocket, and how.
func (t *Tracker) closeFrame(c *Conn, ws *socket, f *fact.Message) {
	code := 0
	if len(f.Payload) >= 2 {
		code = int(binary.BigEndian.Uint16(f.Payload))
	}
	if ws.closeBy == "" {
		ws.closeBy, ws.closeAt, ws.code = side(f.Dir), f.End, code
	}
	t.row(Row{Kind: CloseRow, Time: f.End, Over: OverWebSocket, Dir: f.Dir, Size: int32(f.Size), ID: int64(code)}, c, ws.exchange, ws.session, f.Payload)
	s := ws.session
	if s == nil {
		return
	}
	s.saw(f.End)
	if s.onSocket(ws) {
		reason := lang.Mark("websocket closed")
		if code != 0 {
			reason = fmt.Sprintf("websocket closed %d", code)
		}
		s.end(ws.closeAt, ws.closeBy, reason)
		s.CloseCode = code
		return
	}
	if p := s.probe(ws.exchange); p != nil && p.ClosedBy == "" {
		p.ClosedBy = ws.closeBy
	}
	s.probeFailed(ws.exchange, f.End)
}

// onSocket says whether the session lives on this WebSocket, not only tries it.
func (s *Session) onSocket(ws *socket) bool {
	if s.Transport() != WebSocket {
		return false
	}
	p := s.probe(ws.exchange)
	return p == nil || p.Upgrade != 0
}

// over notes that a log says for how long a WebSocket was there: it was over then, or the log was saved. A session that lives
// on it may have gone on.
func (ws *socket) over(at int64) {
	if s := ws.session; s != nil && !s.onSocket(ws) {
		if p := s.probe(ws.exchange); p != nil {
			p.Over = at
		}
	}
}

// socketClosed notes that a WebSocket's TCP connection ended.
func (t *Tracker) socketClosed(c *Conn, ws *socket, f *fact.Closed) {
	if len(ws.pending) > 0 && !ws.exchange.TurnedDown() {
		t.takeUp(c, ws)
	}
	s := ws.session
	if s == nil || ws.exchange != nil && ws.exchange.Outer != nil {
		return
	}
	s.saw(f.Time)
	t.row(Row{Kind: ConnCloseRow, Time: f.Time, Over: OverWebSocket, Dir: f.By, Problem: ws.closeBy == ""}, c, ws.exchange, s, nil)
	if !s.onSocket(ws) {
		s.probeFailed(ws.exchange, f.Time)
		return
	}
	switch {
	case !f.Known:
		s.end(f.Time, "unknown", lang.Mark("the same ports were used again without an end being seen"))
	case f.Reset:
		s.end(f.Time, side(f.By), lang.Mark("connection reset without a Close frame"))
	default:
		s.end(f.Time, side(f.By), lang.Mark("connection closed without a Close frame"))
	}
	s.CutWithoutClose = ws.closeBy == ""
}
