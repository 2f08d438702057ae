package session

import (
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
)

// request files a request under its session. What a POST carries is read at once; what it opened, with its answer.
func (t *Tracker) request(f *fact.Request) {
	c := t.conn(f.Conn)
	c.LastMessage[fact.Out] = max(c.LastMessage[fact.Out], f.End)
	c.LastByte = max(c.LastByte, f.End)
	switch {
	case f.Proto == "HTTP/2" && c.WebSocket == nil:
		c.Protocol = "h2"
	case c.Protocol == "":
		c.Protocol = "http/1.1"
	}
	c.Requests++
	if l, ok := engineio.Recognise09(f.Target, nil); ok {
		t.legacy(c, f, l)
		return
	}
	q := paramsOf(f.Target)
	proper := isEngineIO(f.Target, &q)
	if !proper && !t.knownPath(f.Target) {
		c.state.foreign = f.Exchange
		if f.Method == "CONNECT" && f.Protocol == "" {
			c.state.tunnel, c.state.tunnels = Tunnel{Conn: c, To: strings.Clone(f.Target)}, f.Exchange
		}
		return
	}
	if (t.full() || t.past.has(q.sid)) && (q.sid == "" || t.bySID[q.sid] == nil) {
		t.DroppedExchanges++
		return
	}
	e := t.newExchange(c, f.Exchange)
	if e == nil {
		return
	}
	t.describe(e, f, &q)
	if e.Trial() {
		t.trials++
	}
	if proper {
		t.knowPath(e.Path)
	}
	st := &c.state
	if len(st.open) == maxOpen {
		t.forget(st.open[0])
		st.open = append(st.open[:0], st.open[1:]...)
	}
	st.open = append(st.open, e)
	t.pair(e)
	if e.SID != "" {
		e.Session = t.sessionOf(e)
	}
	if t.Options.KeepPayloads {
		e.RequestHead, _ = t.keep(f.Header)
	}
	if e.Outer != nil {
		t.hop(e)
		return
	}
	if o := e.Inner; o != nil && o.unlogged {
		t.supplant(e, o)
		return
	}
	t.attach(e)
	t.requestRow(e)
	if e.Kind == Post && e.Session != nil {
		t.post(e, f)
	}
}

// maxOpen is how many requests of a connection may be without their answer; those before are taken to have none.
const maxOpen = 512

// full says whether no further session is kept.
func (t *Tracker) full() bool {
	most := t.Options.MaxSessions
	if most == 0 {
		most = 250_000
	}
	if t.Options.Memory > 0 {
		most = int(t.Options.Memory / sessionCost)
	}
	return len(t.bySID) >= most || len(t.Sessions) >= most
}

const maxLegacy = 1000

// legacy notes a request of Socket.IO 0.9, which is older than Engine.IO: it is named and not decoded.
func (t *Tracker) legacy(c *Conn, f *fact.Request, l engineio.Legacy) {
	if len(t.Legacy) < maxLegacy {
		t.Legacy = append(t.Legacy, LegacyUse{Time: f.Start, Conn: c, Target: strings.Clone(f.Target), SID: l.SID, Transport: l.Transport})
	}
}

// knownPath says whether Engine.IO was seen under the path of a request that does not look like it: one whose query
// was removed on the way.
func (t *Tracker) knownPath(target string) bool {
	return len(t.paths) > 0 && t.paths[pathOf(target)]
}

func (t *Tracker) knowPath(path string) {
	if len(t.paths) >= 64 {
		return
	}
	if t.paths == nil {
		t.paths = map[string]bool{}
	}
	t.paths[path] = true
}

func (t *Tracker) newExchange(c *Conn, serial int) *Exchange {
	most := t.Options.MaxExchanges
	if most == 0 {
		most = 4_000_000
	}
	slab := min(max(1, len(t.Exchanges)), 64)
	if t.Options.Memory > 0 {
		most = int(t.Options.Memory / exchangeCost)
		slab = 1 // each is let go of by itself
	}
	if len(t.Exchanges) >= most {
		t.DroppedExchanges++
		return nil
	}
	if len(t.spare) == 0 {
		t.spare = make([]Exchange, slab)
	}
	e := &t.spare[0]
	t.spare = t.spare[1:]
	e.Index, e.Conn, e.Serial, e.Node, e.Error.Code = t.exchanges, c, serial, -1, -1
	t.exchanges++
	e.Request.RequestFields, e.Response.ResponseFields = &t.noRequest, &t.noResponse
	t.Exchanges = append(t.Exchanges, e)
	c.Exchanges = append(c.Exchanges, e)
	return e
}

func (t *Tracker) describe(e *Exchange, f *fact.Request, q *params) {
	e.Method, e.Target, e.Start, e.Sent = t.strings.same(f.Method), f.Target, f.Start, f.End
	e.Path = t.strings.same(pathOf(f.Target))
	e.RequestBytes, e.Incomplete = f.BodySize, f.Incomplete
	e.Connect = f.Protocol == "websocket"
	e.Failure, e.unlogged = t.strings.same(f.Failure), f.Unanswered && e.logged()
	e.Request = t.requestSigns(e, f)
	e.SID, e.TransportParam, e.JSONP = q.sid, t.strings.same(q.transport), q.hasJ
	switch q.eio {
	case "1", "2", "3", "4":
		e.EIO = int(q.eio[0] - '0')
	}
	e.Kind = kindOf(e)
	if key, ok := f.Header.Get("Sec-WebSocket-Key"); ok {
		e.mark = string(key)
	} else if !e.AsksWebSocket() {
		e.mark = q.stamp
	}
}

func kindOf(e *Exchange) Kind {
	switch {
	case e.Method == "OPTIONS":
		return Preflight
	case e.Method == "POST":
		return Post
	case e.Method != "GET" && !e.Connect:
		return OtherRequest
	case e.SID == "":
		return Handshake
	case e.TransportParam == "websocket":
		return UpgradeRequest
	}
	return Poll
}

// post reads the packets of a POST's body.
func (t *Tracker) post(e *Exchange, f *fact.Request) {
	s := e.Session
	p := carrier{conn: e.Conn, exchange: e, over: OverPOST, dir: fact.Out, at: f.End}
	contentType, _ := f.Header.Get("Content-Type")
	err := t.payload(s, p, f.Body, contentType, true)
	s.oddBody("POST body: ", err, f.Truncated, f.Incomplete)
}
