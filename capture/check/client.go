package check

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/protocol/socketio"
	"sioscope/protocol/wsframe"
)

// userAgent is that of default clients.
const userAgent = "sioscope (check)"

// agent is the User-Agent of the client: that of an experiment says so, so that nobody takes what becomes of it for what
// clients meet, who reads a recording of the check.
func (cl *client) agent() string {
	if cl.r.id == Default {
		return userAgent
	}
	return session.TrialAgent(cl.r.id)
}

// A client is somebody with an Engine.IO revision, and perhaps a cookie jar, of their own.
type client struct {
	r      *run
	eio    int            // asked for
	writes int            // the revision packets are written in, where it is another; 0: eio
	jar    http.CookieJar // nil: cookies are not kept
	origin string
}

// client is a new client of the revision that the server is known to speak.
func (r *run) client(cookies bool) *client {
	cl := &client{r: r, eio: r.c.revision(), origin: r.c.o.Client.Origin}
	if cookies {
		cl.jar, _ = cookiejar.New(nil)
	}
	return cl
}

// revision is the one asked for, or the one the server was seen to take, or 4.
func (c *Check) revision() int {
	if c.o.Client.EIO != 0 {
		return c.o.Client.EIO
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.found.eio != 0 {
		return c.found.eio
	}
	return 4
}

var stamp atomic.Int64

// request is what a Socket.IO client sends: sid "" opens a session.
func (cl *client) request(method, transport, sid string) request {
	c := cl.r.c
	u := *c.place.URL
	u.User = nil
	q := url.Values{}
	for k, v := range c.place.Query {
		q[k] = v
	}
	for k, v := range c.o.Client.Query {
		q[k] = v
	}
	q.Set("EIO", strconv.Itoa(cl.eio))
	q.Set("transport", transport)
	if transport == "polling" {
		q.Set("t", strconv.FormatInt(time.Now().UnixMilli(), 36)+"."+strconv.FormatInt(stamp.Add(1), 36)) // against caches, as clients do
	}
	if sid != "" {
		q.Set("sid", sid)
	}
	u.RawQuery = q.Encode()
	h := c.o.Client.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	if h.Get("User-Agent") == "" {
		h.Set("User-Agent", cl.agent())
	}
	h.Set("Accept", "*/*")
	if user := c.place.URL.User; user != nil && h.Get("Authorization") == "" {
		password, _ := user.Password()
		(&http.Request{Header: h}).SetBasicAuth(user.Username(), password)
	}
	if cl.origin != "" {
		h.Set("Origin", cl.origin)
	}
	if cl.jar != nil {
		for _, k := range cl.jar.Cookies(&u) {
			(&http.Request{Header: h}).AddCookie(k)
		}
	}
	if transport == "websocket" {
		upgradeFields(h)
	}
	return request{method: method, url: &u, header: h}
}

// heard keeps the cookies of an answer.
func (cl *client) heard(q request, a answer) answer {
	set := (&http.Response{Header: a.header}).Cookies()
	if len(set) == 0 {
		return a
	}
	if cl.jar != nil {
		cl.jar.SetCookies(q.url, set)
	}
	cl.r.c.mu.Lock()
	defer cl.r.c.mu.Unlock()
	cl.r.c.found.sawCookies(a, set)
	return a
}

// returning is the client as one that keeps the cookies of an answer, where it is only an experiment that it keeps none:
// without them it may not reach the node that has its session, to close it.
func (cl *client) returning(a answer) *client {
	if cl.jar != nil || cl.r.id != Cookies && cl.r.id != CORS {
		return cl
	}
	kind := *cl
	kind.jar, _ = cookiejar.New(nil)
	kind.jar.SetCookies(cl.r.c.place.URL, (&http.Response{Header: a.header}).Cookies())
	return &kind
}

func (cl *client) do(l *line, q request) answer { return cl.heard(q, l.do(q)) }

// handshake opens a session by polling. rev is the revision the server answered in, 0 where it opened none; where it is
// another than was asked for, there is nothing to do with the session but to end it.
func (cl *client) handshake(l *line) (a answer, h engineio.Handshake, rev int) {
	a = cl.do(l, cl.request("GET", "polling", ""))
	h, rev = openPacket(a, cl.eio)
	if rev != 0 {
		cl.r.opened(h)
	}
	if rev != cl.eio {
		cl.writes = rev // 0 where there is no session
	}
	return a, h, rev
}

// keeps says whether a handshake opened a session in the revision that was asked for; one in another is ended.
func (cl *client) keeps(l *line, h engineio.Handshake, rev int) bool {
	if rev != 0 && rev != cl.eio {
		cl.leave(l, h.SID)
	}
	return rev == cl.eio
}

// openPacket finds the open packet in an answer to a handshake.
func openPacket(a answer, eio int) (h engineio.Handshake, rev int) {
	if a.err != nil || a.status != http.StatusOK {
		return h, 0
	}
	for _, try := range [...]int{eio, 7 - eio} {
		decode := func(emit func(engineio.Packet)) error { return engineio.DecodePolling(try, a.body, emit) }
		if try == 3 && a.header.Get("Content-Type") == "application/octet-stream" {
			decode = func(emit func(engineio.Packet)) error { return engineio.DecodePollingBinary(a.body, emit) }
		}
		decode(func(p engineio.Packet) {
			if p.Type == engineio.Open && rev == 0 {
				if open, err := engineio.ParseOpen(p.Data); err == nil {
					h, rev = open, try
				}
			}
		})
		if rev != 0 {
			return h, rev
		}
	}
	return h, 0
}

// post sends packets of a session by polling.
func (cl *client) post(l *line, sid string, packets ...engineio.Packet) answer {
	q := cl.request("POST", "polling", sid)
	q.body = string(engineio.Encoder{Rev: cmp.Or(cl.writes, cl.eio)}.AppendPolling(nil, packets...))
	q.header.Set("Content-Type", "text/plain;charset=UTF-8")
	return cl.do(l, q)
}

// poll asks for a session's packets.
func (cl *client) poll(l *line, sid string, wait time.Duration) answer {
	q := cl.request("GET", "polling", sid)
	q.wait = wait
	return cl.do(l, q)
}

// leave ends a session that is on polling.
func (cl *client) leave(l *line, sid string) answer {
	return cl.post(l, sid, engineio.Packet{Type: engineio.Close})
}

// beat is the packet that says nothing but that the client lives: each revision lets it send the one.
func (cl *client) beat() engineio.Packet {
	if cl.eio == 3 {
		return engineio.Packet{Type: engineio.Ping}
	}
	return engineio.Packet{Type: engineio.Pong}
}

// join is what enters the namespace; ok is false where the server enters the client by itself.
func (cl *client) join() (p engineio.Packet, ok bool) {
	o := &cl.r.c.o.Client
	nsp := cl.r.c.place.Namespace
	if cl.eio == 3 && (nsp == "" || nsp == "/") {
		return p, false
	}
	packet := socketio.Packet{Type: socketio.Connect, Namespace: nsp, ID: -1}
	rev := 5
	if cl.eio == 3 {
		rev = 4
	} else if len(o.Auth) > 0 && json.Valid(o.Auth) {
		packet.Data = o.Auth
	}
	return engineio.Packet{Type: engineio.Message, HasData: true, Data: socketio.AppendText(nil, rev, packet)}, true
}

// text is a packet as a WebSocket message.
func (cl *client) text(p engineio.Packet) string {
	b, _ := engineio.Encoder{Rev: cl.eio}.AppendMessage(nil, p)
	return string(b)
}

// directly opens a session as a WebSocket from the start.
func (cl *client) directly(l *line) (answer, *socket) {
	return cl.socket(l, "")
}

// socket asks for a WebSocket for a session, or for a new one.
func (cl *client) socket(l *line, sid string) (answer, *socket) {
	q := cl.request("GET", "websocket", sid)
	q.wait = cl.r.c.socketWait()
	a, s := l.open(q)
	cl.r.c.sawSocket(a)
	return cl.heard(q, a), s
}

// A fate is what became of a request with a sid.
type fate uint8

const (
	honoured fate = iota
	unknownSID
	refused // otherwise
	unanswered
)

func (a *answer) fate() fate {
	switch {
	case a.err != nil:
		return unanswered
	case a.breach != wsframe.Proper:
		return refused
	case a.isError && a.said.Code == engineio.SessionUnknown:
		return unknownSID
	case a.status == http.StatusOK || a.status == http.StatusSwitchingProtocols:
		return honoured
	case a.status == http.StatusInternalServerError && len(a.body) == 0:
		return unknownSID // netty-socketio
	}
	return refused
}

// outcome is an answer in a few words, for people.
func (a *answer) outcome(w lang.Words) string {
	switch {
	case timedOut(a.err):
		return w.S("with nothing within %s", span(a.took))
	case cutAtOnce(a.err):
		return w.S("with a closed connection and no byte")
	case a.err != nil:
		return w.Said(a.err.Error())
	case a.breach != wsframe.Proper:
		return w.S("%d, but %s", a.status, a.breach.Said().In(w))
	case a.isError && a.said.Message != "":
		return strconv.Itoa(a.status) + " " + strings.TrimRight(strings.TrimSpace(cut(a.said.Message, 60)), ".")
	case a.status >= 400 && len(a.body) > 0 && len(a.body) <= 60 && utf8.Valid(a.body) && a.body[0] != '<':
		return strconv.Itoa(a.status) + " " + strings.Join(strings.Fields(string(a.body)), " ")
	case a.header.Get("Server") != "":
		return strconv.Itoa(a.status) + " (Server: " + cut(a.header.Get("Server"), 40) + ")"
	}
	return strconv.Itoa(a.status)
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
