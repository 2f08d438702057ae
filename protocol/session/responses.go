package session

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// response completes an exchange with its answer.
func (t *Tracker) response(f *fact.Response) {
	c := t.conn(f.Conn)
	c.LastMessage[fact.In] = max(c.LastMessage[fact.In], f.End)
	c.LastByte = max(c.LastByte, f.End)
	if n := c.state.tunnels; n != 0 && n == f.Exchange {
		t.tunnel(c, f)
		return
	}
	e := t.take(c, f)
	if e == nil {
		return
	}
	if e.Switched() {
		e.SecondAnswer = f.Status
		e.Misread = c.LastMessage[fact.Out] > e.End && rejectsBytes(f)
		t.secondAnswer(e, f)
		return
	}
	e.Status, e.Reason, e.Answered, e.End = f.Status, t.strings.same(f.Reason), f.Start, f.End
	e.ResponseBytes, e.Incomplete = f.BodySize, e.Incomplete || f.Incomplete
	e.EmptyBody = f.BodySize == 0 && !(f.Incomplete && c.Hidden&fact.Logged != 0)
	if e.Session != nil && e.Outer == nil {
		e.Session.saw(f.End)
	}
	e.Response = t.responseSigns(e, f.Header)
	e.judgeSwitch(f)
	if t.Options.KeepPayloads {
		e.ResponseHead, _ = t.keep(f.Header)
	}
	switch {
	case e.Switched():
		t.switched(e)
	case e.Kind == Preflight:
		t.refusal(e, f)
	case f.Status == 200:
		t.answered(e, f)
	default:
		t.refusal(e, f)
	}
	e.lend()
	t.done(e)
}

const maxTunnels = 1000

// tunnel notes an answer to a CONNECT, where it is no.
func (t *Tracker) tunnel(c *Conn, f *fact.Response) {
	u := c.state.tunnel
	c.state.tunnel, c.state.tunnels = Tunnel{}, 0
	if f.Status >= 400 && len(t.Tunnels) < maxTunnels {
		u.Time, u.Status = f.End, f.Status
		t.Tunnels = append(t.Tunnels, u)
	}
}

// take finds the exchange that a response answers. Where the request was not seen, an answer with an open packet or
// an Engine.IO error still makes one.
func (t *Tracker) take(c *Conn, f *fact.Response) *Exchange {
	st := &c.state
	for i, e := range st.open {
		if e.Serial == f.Exchange {
			st.open = append(st.open[:i], st.open[i+1:]...)
			return e
		}
	}
	if ws := st.ws; ws != nil && ws.exchange != nil && ws.exchange.Serial == f.Exchange {
		return ws.exchange
	}
	if t.full() {
		return nil
	}
	contentType, _ := f.Header.Get("Content-Type")
	if _, ok := openPacketIn(f.Body); !ok || f.Status != 200 {
		return nil
	} else if sid, _ := openSID(f.Body, &Exchange{}, contentType); sid == "" {
		return nil
	}
	for _, e := range c.Exchanges {
		if e.Serial == f.Exchange {
			return nil
		}
	}
	e := t.newExchange(c, f.Exchange)
	if e != nil {
		e.Kind, e.Method, e.Path, e.TransportParam = Handshake, "GET", "", "polling"
		e.Incomplete = true
	}
	return e
}

// answered reads a 200: packets for a GET, "ok" for a POST, an Engine.IO error all the same from some servers.
func (t *Tracker) answered(e *Exchange, f *fact.Response) {
	if e.Kind == Post {
		if e.Session != nil && e.Outer == nil {
			t.honour(e.Session, e)
			if e.closes {
				e.Session.end(e.End, "client", lang.Mark(closedByPacket))
			}
		}
		return
	}
	if e.Kind == Handshake {
		t.handshake(e, f)
		return
	}
	s := e.Session
	if s == nil || e.Outer != nil || e.Kind == OtherRequest {
		return
	}
	if e.Kind == UpgradeRequest && len(f.Body) > 0 && !mayBePackets(f.Body) {
		t.refusal(e, f)
		return
	}
	t.honour(s, e)
	if e.Kind == UpgradeRequest {
		s.probeFailed(e, f.End)
	}
	if e.EmptyBody && !f.Incomplete && (e.Kind == UpgradeRequest || s.leaving || s.Closed != 0 || s.refusedAt != 0 || s.unheard != nil) {
		return // it is no answer to a poll, or one to a client that is gone: there is no packet in it to be decoded
	}
	p := carrier{conn: e.Conn, exchange: e, over: OverGET, dir: fact.In, at: f.End}
	err := t.payload(s, p, f.Body, []byte(e.Response.ContentType), false)
	if s.oddBody("poll answer: ", err, f.Truncated, f.Incomplete) && !f.Truncated {
		e.BodyText = clip(f.Body)
	}
}

// mayBePackets says whether a body begins as packets do: with the type of one or its length, or as one in base64 or, in
// revision 3, in binary.
func mayBePackets(body []byte) bool {
	if body[0] != 'b' {
		return body[0] >= '0' && body[0] <= '9' || body[0] <= 1
	}
	first, _, _ := bytes.Cut(body[1:], []byte{packetSeparator})
	_, err := base64.StdEncoding.Strict().DecodeString(string(first[:min(len(first), 64)])) // "blocked by …" is none
	return err == nil && len(first) > 0
}

const packetSeparator = 0x1e // between the packets of a payload in revision 4

// oddBody notes a body that could not be decoded, or whose end was not kept: what packets that had is not known. That
// bytes are missing from the capture is said elsewhere.
func (s *Session) oddBody(of string, err error, truncated, incomplete bool) bool {
	switch {
	case truncated:
		s.odd(of + lang.Mark("longer than is kept, the packets after that are not counted"))
	case err != nil && !incomplete:
		s.odd(of + err.Error())
	default:
		return false
	}
	return true
}

// handshake reads the answer that opens a session. The copy one hop behind a balancer waits until the answer nearer
// to the client is seen: the same sid in both is one session on two hops, another sid is another session.
func (t *Tracker) handshake(e *Exchange, f *fact.Response) {
	sid, rev := openSID(f.Body, e, []byte(e.Response.ContentType))
	e.GotSID = sid
	if sid == "" && e.logged() && f.Incomplete && len(f.Body) == 0 {
		t.wordless(e, f.BodySize)
		return
	}
	if sid == "" {
		t.refusal(e, f)
		return
	}
	if o := e.Outer; o != nil && o.GotSID == sid && o.Session != nil {
		e.Session = o.Session
		o.Session.Hops = append(o.Session.Hops, e)
		return
	}
	if e.Outer != nil && (e.Outer.End == 0 || e.Outer.held != nil) {
		e.held = &held{body: bytes.Clone(f.Body), rev: rev, at: f.End}
		return
	}
	if in := e.Inner; in != nil && in.GotSID != "" && in.GotSID != sid {
		t.unhold(in)
	}
	t.opens(e, f.Body, rev, f.End)
	for in := e.Inner; in != nil && in.held != nil; in = in.Inner {
		if in.GotSID != sid {
			t.unhold(in)
			break
		}
		in.held = nil
		in.Session = e.Session
		e.Session.Hops = append(e.Session.Hops, in)
	}
}

type held struct {
	body []byte
	rev  int
	at   int64
}

// unhold treats a handshake that waited for its outer hop as a session of its own: the outer one never came, or
// turned out to be another.
func (t *Tracker) unhold(e *Exchange) {
	if in := e.Inner; in != nil && in.held != nil {
		t.unhold(in)
	}
	if e.held == nil || e.End == 0 {
		return
	}
	h := e.held
	e.held = nil
	if e.Outer != nil {
		e.Outer.Inner, e.Outer = nil, nil
	}
	t.opens(e, h.body, h.rev, h.at)
}

// opens starts the session of a handshake's answer and reads the packets that came with it.
func (t *Tracker) opens(e *Exchange, body []byte, rev int, at int64) {
	s := t.bySID[e.GotSID]
	switch {
	case s == nil:
		s = t.newSession(e.GotSID, e)
	case s.Opened != 0:
		e.Session = s
		if h := s.handshake(); h != nil && (h.Conn.Server != e.Conn.Server || !h.Conn.SamePlace(e.Conn) || twins(h.Conn, e.Conn)) {
			e.Outer = h // the same answer on another hop, of which the request is not in the capture or was another
			t.hop(e)
			return
		}
		s.Reused = append(s.Reused, e)
		return
	}
	s.EIO, s.Opened = rev, at
	t.honour(s, e)
	t.takeRows(s, e)
	s.adopt(e)
	s.enter(Polling, at)
	e.Session = s
	t.attach(e)
	p := carrier{conn: e.Conn, exchange: e, over: OverGET, dir: fact.In, at: at}
	if err := t.payload(s, p, body, []byte(e.Response.ContentType), false); err != nil && !e.Incomplete {
		s.odd("handshake: " + err.Error())
	}
}

// refusal keeps what an answer that is no success says.
func (t *Tracker) refusal(e *Exchange, f *fact.Response) {
	if err, ok := engineio.ParseError(f.Status, []byte(e.Response.ContentType), f.Body); ok {
		e.Error, e.HasError = err, true
	} else if refusedInWords(e, f.Body) {
		e.Error, e.HasError = engineio.Error{Code: engineio.NoCode, Message: clip(f.Body), Dialect: engineio.NodeUpgrade}, true
	} else if len(f.Body) == 0 && e.Unread() && strings.Contains(e.Response.ContentType, "json") && engineio.UnknownByLength(e.SID, f.BodySize) {
		e.Error, e.HasError, e.ByLength = engineio.Error{Code: engineio.SessionUnknown}, true, true
	} else {
		e.BodyText = clip(f.Body)
	}
	if e.Outer != nil || e.Kind == Preflight && f.Status < 300 {
		return
	}
	if e.Kind == UpgradeRequest && e.Session != nil {
		e.Session.probeFailed(e, f.End)
	}
	if s := e.Session; s != nil && e.Kind != UpgradeRequest && e.Kind != Preflight {
		if !e.goodbye() {
			s.refusedAt = f.End
		} else if s.unheard == nil {
			s.unheard = e
		}
	}
	what := e.Error.Message
	if what == "" {
		what = e.BodyText
	}
	t.row(Row{Kind: RefusalRow, Time: f.End, Over: overOf(e), Dir: fact.In, Size: int32(min(f.BodySize, 1<<30)), Problem: true}, e.Conn, e, e.Session, []byte(what))
}

// Unread says whether a poll or post was refused as a sid that is not known is, and the body, which would say so, is not in
// the log.
func (e *Exchange) Unread() bool {
	return e.Status == 400 && e.SID != "" && (e.Kind == Poll || e.Kind == Post) && e.Incomplete && !e.EmptyBody && e.BodyText == "" && e.Conn.Hidden&fact.Logged != 0
}

// refusedInWords says whether a WebSocket request was refused by the application's own words: engine.io answers them as
// text/html without any markup, whatever they are, and a proxy's page has markup. The ws library's answer, which repeats
// the status line, is another handler's.
func refusedInWords(e *Exchange, body []byte) bool {
	return overOf(e) == OverWebSocket && e.Status == 400 && e.Request.Upgrade && e.Response.ContentType == "text/html" &&
		len(body) > 0 && len(body) <= 200 && !bytes.ContainsRune(body, '<') && string(body) != "Bad Request"
}

// secondAnswer notes an HTTP answer that stands where WebSocket frames were expected.
func (t *Tracker) secondAnswer(e *Exchange, f *fact.Response) {
	if err, ok := engineio.ParseError(f.Status, []byte("text/html"), f.Body); ok {
		e.Error, e.HasError = err, true
	} else {
		e.BodyText = clip(f.Body)
	}
	if e.Session != nil && e.Outer == nil {
		e.Session.probeFailed(e, f.End)
	}
	if e.Outer == nil {
		t.row(Row{Kind: RefusalRow, Time: f.End, Over: OverWebSocket, Dir: fact.In, Size: int32(min(f.BodySize, 1<<30)), Problem: true}, e.Conn, e, e.Session, f.Body)
	}
}

// rejectsBytes says whether an answer is what Node.js writes where its parser meets no request: 400, and no field but
// Connection: close.
func rejectsBytes(f *fact.Response) bool {
	if f.Status != 400 || f.BodySize != 0 {
		return false
	}
	closes, other := false, false
	f.Header.Each(func(name, value []byte) bool {
		if strings.EqualFold(string(name), "connection") && strings.EqualFold(string(value), "close") {
			closes = true
		} else {
			other = true
		}
		return !other
	})
	return closes && !other
}

// clip returns the first 200 bytes as text.
func clip(b []byte) string {
	return strings.ToValidUTF8(string(b[:min(len(b), 200)]), "\uFFFD")
}

func overOf(e *Exchange) Over {
	switch {
	case e.AsksWebSocket():
		return OverWebSocket
	case e.Method == "POST":
		return OverPOST
	case e.Method == "OPTIONS":
		return OverOPTIONS
	}
	return OverGET
}

// requestRow shows the requests that carry no packet but matter: handshakes, upgrades, preflights.
func (t *Tracker) requestRow(e *Exchange) {
	if e.Kind == Handshake || e.Kind == UpgradeRequest || e.Kind == Preflight {
		e.row = t.nextRow()
		t.row(Row{Kind: RequestRow, Time: e.Start, Over: overOf(e), Dir: fact.Out}, e.Conn, e, e.Session, []byte(e.Target))
	}
}

// takeRows files the rows of a handshake under the session that it opened.
func (t *Tracker) takeRows(s *Session, e *Exchange) {
	for i := max(e.row, t.FirstRow); i < t.nextRow(); i++ {
		r := t.RowAt(i)
		if r.Exchange == int32(e.Index) && r.Session < 0 {
			r.Session = int32(s.Index)
			s.Rows = append(s.Rows, i)
		}
		if i-e.row > 4096 {
			break // a very slow handshake among very many packets
		}
	}
	slices.Sort(s.Rows)
}
