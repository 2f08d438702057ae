package session

import (
	"bytes"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/wsframe"
)

// listed is a list that goes on in another line of the same field.
func (t *Tracker) listed(list string, more []byte) string {
	if list == "" {
		return t.strings.of(more)
	}
	return t.strings.same(list + ", " + string(more))
}

// judgeSwitch notes what is wrong with a 101. A log may leave fields out, and over HTTP/2 there are none of these.
func (e *Exchange) judgeSwitch(f *fact.Response) {
	if f.Status != 101 || e.Connect || e.mark == "" || e.Conn.Hidden != 0 || e.Incomplete || f.Incomplete || e.Conn.Gaps > 0 {
		return
	}
	asked := wsframe.Asked{Key: e.mark, Protocols: e.Request.Subprotocols, Extensions: e.Request.Extensions}
	e.Breach = asked.Breach(func(field string) string {
		var list []string
		f.Header.Each(func(name, value []byte) bool {
			if strings.EqualFold(string(name), field) {
				list = append(list, string(value))
			}
			return true
		})
		return strings.Join(list, ", ")
	})
}

// TurnedDown says whether the client ended a WebSocket without a frame of its own, because the 101 is not proper. One that
// sends frames took the answer, whatever it was.
func (e *Exchange) TurnedDown() bool {
	c := e.Conn
	return e.Breach != wsframe.Proper && c.Closed != 0 && c.ClosedBy == "client" && c.LastMessage[fact.Out] <= e.Sent && c.Gaps == 0 && len(c.Malformed) == 0
}

// mostPending is how much of the server's a client that turns the WebSocket down can hardly get, in bytes.
const mostPending = 16 << 10

// pend keeps a message back behind a 101 that is not proper, until the client sends a frame all the same: one that turns
// the WebSocket down never has the session of its open packet.
func (t *Tracker) pend(c *Conn, ws *socket, f *fact.Message) bool {
	if ws.taken || ws.session != nil || ws.exchange == nil || ws.exchange.Breach == wsframe.Proper {
		return false
	}
	size := len(f.Payload)
	for _, m := range ws.pending {
		size += 256 + len(m.Payload)
	}
	if f.Dir == fact.Out || size > mostPending {
		t.takeUp(c, ws)
		return false
	}
	m := *f
	m.Payload = bytes.Clone(f.Payload)
	ws.pending = append(ws.pending, &m)
	return true
}

// takeUp reads what was kept back.
func (t *Tracker) takeUp(c *Conn, ws *socket) {
	pending := ws.pending
	ws.taken, ws.pending = true, nil
	for _, m := range pending {
		t.carried(c, ws, m)
	}
}
