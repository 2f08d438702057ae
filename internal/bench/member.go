package bench

import (
	"fmt"

	"sioscope/protocol/fact"
)

// A member is one session of a Crowd.
type member struct {
	at   int64 // of its next step
	n    int
	done int // steps
	poll *line
	ws   *line // nil while there is none
}

// A line is a connection of a member, and the number of its last request.
type line struct {
	conn     *fact.Conn
	exchange int
}

// step lets a member do what is next, and says whether more comes.
func (r *crowdRun) step(m *member) bool {
	switch {
	case m.done == 0:
		r.handshake(m)
		if m.n%50 == 3 { // it was refused
			return false
		}
	case m.done == r.steps:
		for _, l := range [...]*line{m.poll, m.ws} {
			if l != nil {
				r.emit(&fact.Closed{Conn: l.conn, Time: m.at, By: fact.Out, Known: true})
			}
		}
		return false
	case m.done == 2 && m.n%4 != 1:
		r.upgrade(m)
	case m.ws != nil:
		r.message(m, fact.Dir(m.done&1), fmt.Sprintf(`42["move",{"player":%d,"step":%d}]`, m.n, m.done))
	default:
		r.exchange(m, m.poll, "GET", "polling", 200, "", fmt.Sprintf(`42["move",{"player":%d,"step":%d}]`, m.n, m.done), r.pace*9/10)
	}
	m.done++
	m.at += r.pace
	return true
}

func (m *member) sid() string { return fmt.Sprintf("crowd%015d", m.n) }

func (r *crowdRun) handshake(m *member) {
	m.poll = r.dial(m, m.n)
	if m.n%50 == 3 {
		r.request(m, m.poll, "GET", "polling", "", 503, "", "busy", 2e6)
		return
	}
	r.request(m, m.poll, "GET", "polling", "", 200, "", `0{"sid":"`+m.sid()+`","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}`, 2e6)
}

// upgrade asks for a WebSocket. One in twenty reaches another node, which does not know the session.
func (r *crowdRun) upgrade(m *member) {
	const head = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
	if m.n%20 == 2 {
		r.exchange(m, r.dial(m, m.n+1), "GET", "websocket", 400, head, `{"code":1,"message":"Session ID unknown"}`, 1e6)
		return
	}
	m.ws = r.dial(m, m.n)
	r.exchange(m, m.ws, "GET", "websocket", 101, head, "", 1e6)
	r.message(m, fact.Out, "2probe")
	r.message(m, fact.In, "3probe")
	r.message(m, fact.Out, "5")
}

func (r *crowdRun) message(m *member, dir fact.Dir, text string) {
	m.at++
	r.emit(&fact.Message{Conn: m.ws.conn, Exchange: m.ws.exchange, Dir: dir, Start: m.at, End: m.at, Opcode: fact.Text, Payload: []byte(text), Size: int64(len(text))})
}

// exchange is a request with the member's sid, answered after took ns.
func (r *crowdRun) exchange(m *member, l *line, method, transport string, status int, head, body string, took int64) {
	r.request(m, l, method, transport, "&sid="+m.sid(), status, head, body, took)
}

func (r *crowdRun) request(m *member, l *line, method, transport, sid string, status int, head, body string, took int64) {
	l.exchange++
	r.emit(&fact.Request{Conn: l.conn, Exchange: l.exchange, Start: m.at, End: m.at, Method: method, Proto: "HTTP/1.1",
		Target: "/socket.io/?EIO=4&transport=" + transport + sid, Host: "crowd.test", Header: fact.Header("Host: crowd.test\r\n" + head)})
	if status == 101 {
		head += "Sec-WebSocket-Accept: x\r\n"
	} else {
		head = "Content-Type: text/plain; charset=UTF-8\r\n"
	}
	r.emit(&fact.Response{Conn: l.conn, Exchange: l.exchange, Start: m.at + took, End: m.at + took, Status: status, Header: fact.Header(head), Body: []byte(body), BodySize: int64(len(body))})
}
