package words

import (
	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// Row explains a row of the packet table.
func (w *Writer) Row(i int32) Text {
	r := w.Tracker.RowAt(i)
	t := Text{Badge: w.S("conn %d", r.Conn+1)}
	var e *session.Exchange
	if r.Exchange >= 0 {
		e = w.Tracker.ExchangeAt(r.Exchange)
		if e.Index < 0 { // it made room
			e = nil
		}
	}
	switch r.Kind {
	case session.PacketRow:
		w.packet(&t, r, e)
	case session.RequestRow, session.RefusalRow, session.SwitchRow:
		w.exchange(&t, e, r.Kind)
	default:
		w.other(&t, r)
	}
	return t
}

func (w *Writer) packet(t *Text, r *session.Row, e *session.Exchange) {
	data := w.Tracker.Payload(r.Data)
	switch {
	case w.Tracker.Gone(r.Data):
		t.Title = r.Type.String()
		t.add(Para, w.S("Its data is no longer kept: the oldest make room for new ones."))
	case r.Type == engineio.Open:
		w.open(t, data)
	case string(data) == "probe" && (r.Type == engineio.Ping || r.Type == engineio.Pong):
		w.probe(t, r)
	case r.Type == engineio.Message:
		w.message(t, r)
	default:
		w.control(t, r, w.session(r))
	}
	w.carried(t, r, e)
	if r.Truncated {
		t.add(Dim, w.S("Only a part of the data was kept."))
	}
}

func (w *Writer) session(r *session.Row) *session.Session {
	if r.Session < 0 {
		return nil
	}
	return w.Tracker.SessionAt(r.Session)
}

// open explains the handshake's answer, value by value.
func (w *Writer) open(t *Text, data []byte) {
	t.Title = w.S("open: the session begins")
	t.add(Para, w.S("The server accepted the handshake and says how this session is to be run."))
	h, err := engineio.ParseOpen(data)
	if err != nil {
		t.add(Bad, w.S("It cannot be read in full: %v", err))
	}
	t.add(Item, w.S("sid %s names the session. Every later request carries it, and only the node that issued it knows it, unless the nodes share their sessions.", h.SID))
	if len(h.Upgrades) == 0 {
		t.add(Item, w.S("upgrades is empty: the server offers no other transport for this session. On polling, that means it stays there."))
	} else {
		t.add(Item, w.S("upgrades %v: the client may move to this transport, and usually tries at once.", h.Upgrades))
	}
	if h.PingInterval > 0 {
		t.add(Item, w.S("pingInterval %d ms, pingTimeout %d ms: a heartbeat goes out this often, and a peer that is silent for the sum of both is taken for gone. Timeouts of proxies in between must be longer.", h.PingInterval, h.PingTimeout))
	}
	if h.MaxPayload > 0 {
		t.add(Item, w.S("maxPayload %d: the longest body of one polling request, in bytes.", h.MaxPayload))
	}
}

func (w *Writer) probe(t *Text, r *session.Row) {
	if r.Type == engineio.Ping {
		t.Title = w.S("2probe: does WebSocket work?")
		t.add(Para, w.S("The new WebSocket is open. Before it trusts it, the client sends a ping with the word probe through it, while polling goes on."))
		return
	}
	t.Title = w.S("3probe: WebSocket works")
	t.add(Para, w.S("The server's answer came through the new WebSocket. The client now ends its last poll and sends the upgrade packet."))
}

func (w *Writer) message(t *Text, r *session.Row) {
	who := w.S("The client")
	if r.Dir == fact.In {
		who = w.S("The server")
	}
	switch {
	case r.Attachment:
		t.Title = w.S("binary attachment")
		t.add(Para, w.S("%s sends bytes that belong to the binary packet just before. They fill its placeholders in order.", who))
	case !r.HasSIO:
		t.Title = r.Type.String()
		t.add(Para, w.S("%s sends an Engine.IO message that is no Socket.IO packet.", who))
	default:
		t.Title = r.SIO.String()
		t.add(Para, w.socketIO(r, who))
	}
	if r.ID >= 0 {
		t.add(Item, w.S("ack id %d ties a request and its acknowledgement together.", r.ID))
	}
	if s := w.session(r); s != nil && s.Awaiting(r) {
		t.add(Item, w.S("No acknowledgement of it was seen."))
	}
	if r.Attachments > 0 {
		t.add(Item, w.S("%d binary attachments follow as packets of their own.", r.Attachments))
	}
	if r.MsgPack {
		t.add(Item, w.S("Encoded with the msgpack parser: client and server must both use it."))
	}
}

// socketIO is a sentence on a Socket.IO packet, and on who sends it.
func (w *Writer) socketIO(r *session.Row, who string) string {
	switch r.SIO.String() {
	case "CONNECT":
		if r.Dir == fact.In {
			return w.S("%s lets the client into the namespace.", who)
		}
		return w.S("%s asks to enter a namespace, with whatever it uses to prove who it is.", who)
	case "DISCONNECT":
		return w.S("%s leaves the namespace. The connection below may stay.", who)
	case "EVENT", "BINARY_EVENT":
		return w.S("%s emits an event: its name is the first argument. Data shows all of them.", who)
	case "ACK", "BINARY_ACK":
		return w.S("%s acknowledges an event, with the arguments of the callback.", who)
	case "CONNECT_ERROR", "ERROR":
		return w.S("%s refuses the namespace. The session itself goes on; a middleware or a missing namespace is the usual reason.", who)
	}
	return w.S("%s sends a Socket.IO packet.", who)
}

func (w *Writer) control(t *Text, r *session.Row, s *session.Session) {
	t.Title = r.Type.String()
	switch r.Type {
	case engineio.Ping, engineio.Pong:
		t.add(Para, w.S("A heartbeat: it proves that the other side still answers, and keeps proxies from closing an idle connection."))
		if s != nil && s.EIO == 3 {
			t.add(Dim, w.S("In Engine.IO 3 the client sends ping and the server answers pong."))
		} else if s != nil && s.EIO == 4 {
			t.add(Dim, w.S("In Engine.IO 4 the server sends ping and the client answers pong."))
		}
	case engineio.Upgrade:
		t.Title = w.S("upgrade: now on WebSocket")
		t.add(Para, w.S("The client has made sure that WebSocket works, and moves the session there. From here on polling is over."))
	case engineio.Noop:
		t.add(Para, w.S("Nothing to say: the server ends a waiting poll with it, so that the session can move to WebSocket without losing a packet."))
	case engineio.Close:
		t.add(Para, w.S("This side ends the session, properly."))
	default:
		t.add(Bad, w.S("A packet type that the protocol does not have."))
	}
}

// carried says what a packet travelled in.
func (w *Writer) carried(t *Text, r *session.Row, e *session.Exchange) {
	switch r.Over {
	case session.OverGET:
		t.add(Dim, w.S("It came in the answer to a poll: a GET that the server holds until it has something to say."))
	case session.OverPOST:
		t.add(Dim, w.S("It went out in the body of a POST: on polling every batch of packets is a request of its own."))
	case session.OverWebSocket:
		t.add(Dim, w.S("It travelled through the WebSocket."))
	}
	if e != nil && e.WrongNode {
		t.add(Bad, w.S("This request reached another node than the one that issued the sid."))
	}
}

func (w *Writer) other(t *Text, r *session.Row) {
	switch r.Kind {
	case session.CloseRow:
		t.Title = w.S("WebSocket close frame")
		t.add(Para, w.S("The %s closes the WebSocket in the proper way.", w.side(r.Dir)))
		t.add(Item, w.closeCode(w.Tracker.Payload(r.Data)))
	case session.ConnCloseRow:
		t.Title, t.Bad = w.S("The connection of the WebSocket ended"), r.Problem
		if r.Problem {
			t.add(Para, w.S("No close frame came first: a process or a proxy went away, or a timeout cut the connection. Who did it is the %s's side, as far as the capture shows.", w.side(r.Dir)))
		} else {
			t.add(Para, w.S("A close frame came first: this is the proper end."))
		}
	case session.GapRow:
		t.Title, t.Bad = w.S("Bytes are missing"), true
		t.add(Para, w.S("The capture lost packets here. What they carried is not shown, and counts are too low. Peers did get them."))
	case session.MalformedRow:
		t.Title, t.Bad = w.S("Bytes that cannot be read"), true
		t.add(Para, w.quote(session.Flaw(w.Words, string(w.Tracker.Payload(r.Data)))))
		t.add(Dim, w.S("Decoding went on behind them where that was possible."))
	case session.ControlRow:
		t.Title = w.S("WebSocket ping or pong")
		t.add(Para, w.S("A heartbeat of the WebSocket protocol itself, below Engine.IO. A proxy or a library sends it."))
	}
}

func (w *Writer) side(d fact.Dir) string {
	if d == fact.In {
		return w.S("server")
	}
	return w.S("client")
}

// closeCode names the code of a close frame, RFC 6455 §7.4.1.
func (w *Writer) closeCode(p []byte) string {
	if len(p) < 2 {
		return w.S("No code was given (1005).")
	}
	code := int(p[0])<<8 | int(p[1])
	if meaning := w.codeMeans(code); meaning != "" {
		return w.S("Code %d: %s.", code, meaning)
	}
	return w.S("Code %d.", code)
}

func (w *Writer) codeMeans(code int) string {
	switch code {
	case 1000:
		return w.S("normal")
	case 1001:
		return w.S("going away: a page was left, or a server stops")
	case 1002:
		return w.S("protocol error")
	case 1003:
		return w.S("unacceptable data")
	case 1007:
		return w.S("text that is not UTF-8")
	case 1008:
		return w.S("policy")
	case 1009:
		return w.S("message too big: see maxHttpBufferSize")
	case 1011:
		return w.S("error in the server")
	case 1012:
		return w.S("service restart")
	case 1013:
		return w.S("try again later")
	case 1014:
		return w.S("bad gateway")
	}
	return ""
}
