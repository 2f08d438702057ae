package dial

//lint:file-ignore SA1019 the WebSocket library lives on under another path, see README.md

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	sessions "sioscope/protocol/session"
	"sioscope/protocol/socketio"
)

// A node is an Engine.IO server as far as these tests need one: it lets everybody into every namespace but /closed,
// acknowledges every event that asks for it with its own arguments, and otherwise does what received says.
type node struct {
	rev      int  // 0: 4
	ignore   bool // the EIO of the URL, as servers of revision 3 do
	upgrades string
	open     string                                        // further fields of the open packet; "": pingInterval and pingTimeout of 25 and 20 s
	received func(p *peer, packet socketio.Packet)         // may be nil
	before   func(http.ResponseWriter, *http.Request) bool // true: it has answered

	mu    sync.Mutex
	peers map[string]*peer
	last  int
}

// A peer is the server's side of a session.
type peer struct {
	node    *node
	rev     int
	decoder socketio.Decoder
	mu      sync.Mutex
	out     chan []engineio.Packet
	on      *websocket.Conn
	ctx     context.Context
}

func (n *node) start(t *testing.T) *httptest.Server {
	t.Helper()
	n.peers = map[string]*peer{}
	if n.rev == 0 {
		n.rev = 4
	}
	s := httptest.NewServer(n)
	t.Cleanup(s.Close)
	return s
}

func (n *node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if n.before != nil && n.before(w, r) {
		return
	}
	q := r.URL.Query()
	if q.Get("EIO") != itoa(n.rev) && !n.ignore {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"code":5,"message":"Unsupported protocol version"}`)
		return
	}
	p := n.peer(q.Get("sid"))
	switch {
	case p == nil:
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"code":1,"message":"Session ID unknown"}`)
	case q.Get("transport") == "websocket":
		p.socket(w, r, q.Get("sid") != "")
	case q.Get("sid") == "":
		p.write(w, append([]engineio.Packet{p.opening(n.upgrades)}, p.unasked()...))
	case r.Method == http.MethodPost:
		body, _ := io.ReadAll(r.Body)
		engineio.DecodePolling(p.rev, body, p.take)
		io.WriteString(w, "ok")
	default:
		select {
		case packets := <-p.out:
			p.write(w, packets)
		case <-r.Context().Done():
		}
	}
}

// peer finds a session, or begins one.
func (n *node) peer(sid string) *peer {
	n.mu.Lock()
	defer n.mu.Unlock()
	if sid != "" {
		return n.peers[sid]
	}
	n.last++
	p := &peer{node: n, rev: n.rev, out: make(chan []engineio.Packet, 100), ctx: context.Background()}
	p.decoder.Rev = n.rev + 1
	n.peers[p.sid(n.last)] = p
	return p
}

func (p *peer) sid(n int) string { return fmt.Sprintf("sid%017d", n) }

func (p *peer) opening(upgrades string) engineio.Packet {
	more := p.node.open
	if more == "" {
		more = `"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000`
	}
	return engineio.Packet{Type: engineio.Open, HasData: true,
		Data: fmt.Appendf(nil, `{"sid":%q,"upgrades":[%s],%s}`, p.sid(p.node.last), upgrades, more)}
}

// unasked is the CONNECT that revision 3's servers begin with.
func (p *peer) unasked() []engineio.Packet {
	if p.rev == 4 {
		return nil
	}
	return []engineio.Packet{{Type: engineio.Message, HasData: true, Data: []byte("0")}}
}

func (p *peer) write(w http.ResponseWriter, packets []engineio.Packet) {
	w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	w.Write(engineio.Encoder{Rev: p.rev}.AppendPolling(nil, packets...))
}

// send sends packets by the transport that the session is on.
func (p *peer) send(packets ...engineio.Packet) {
	p.mu.Lock()
	on := p.on
	p.mu.Unlock()
	if on == nil {
		p.out <- packets
		return
	}
	for _, packet := range packets {
		data, binary := engineio.Encoder{Rev: p.rev}.AppendMessage(nil, packet)
		kind := websocket.MessageText
		if binary {
			kind = websocket.MessageBinary
		}
		on.Write(p.ctx, kind, data)
	}
}

func (p *peer) put(packet socketio.Packet) {
	p.send(socketio.AppendMessages(nil, p.rev+1, packet)...)
}

func (p *peer) event(text string) {
	p.put(socketio.Packet{Type: socketio.Event, ID: -1, Data: []byte(text)})
}

func (p *peer) take(packet engineio.Packet) {
	if packet.Type == engineio.Ping {
		p.send(engineio.Packet{Type: engineio.Pong})
	}
	packet.Data = bytes.Clone(packet.Data)
	p.decoder.Add(packet, p.received)
}

func (p *peer) received(packet socketio.Packet) {
	answer := socketio.Packet{Namespace: packet.Namespace, ID: -1}
	switch packet.Type.Plain() {
	case socketio.Connect:
		answer.Type = socketio.Connect
		if p.rev == 4 {
			answer.Data = []byte(`{"sid":"x"}`)
		}
		if strings.HasPrefix(packet.Namespace, "/closed") {
			answer.Type, answer.Data = socketio.ConnectError, []byte(`{"message":"no entry"}`)
			if p.rev == 3 {
				answer.Data = []byte(`"no entry"`)
			}
		}
		p.put(answer)
	case socketio.Event:
		if packet.ID >= 0 {
			_, args, _ := bytes.Cut(packet.Data, []byte(","))
			answer.Type, answer.ID, answer.Attachments = socketio.Ack, packet.ID, packet.Attachments
			answer.Data = append([]byte("["), args...)
			if len(args) == 0 {
				answer.Data = []byte("[]")
			}
			p.put(answer)
		}
	}
	if p.node.received != nil {
		p.node.received(p, packet)
	}
}

// socket serves a WebSocket, an upgrade or a session's beginning.
func (p *peer) socket(w http.ResponseWriter, r *http.Request, upgrade bool) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer c.CloseNow()
	if upgrade && !p.upgrade(r.Context(), c) {
		return
	}
	p.mu.Lock()
	p.on = c
	p.mu.Unlock()
	if !upgrade {
		p.send(append([]engineio.Packet{p.opening("")}, p.unasked()...)...)
	}
	for waiting := true; waiting; {
		select {
		case packets := <-p.out:
			p.send(packets...)
		default:
			waiting = false
		}
	}
	for {
		kind, data, err := c.Read(r.Context())
		if err != nil {
			return
		}
		if packet, err := engineio.DecodeMessage(p.rev, kind == websocket.MessageBinary, data); err == nil {
			p.take(packet)
		}
	}
}

// upgrade answers the probe and releases the poll, until the upgrade packet comes.
func (p *peer) upgrade(ctx context.Context, c *websocket.Conn) bool {
	if _, data, err := c.Read(ctx); err != nil || string(data) != "2probe" {
		return false
	}
	c.Write(ctx, websocket.MessageText, []byte("3probe"))
	p.out <- []engineio.Packet{{Type: engineio.Noop}}
	_, data, err := c.Read(ctx)
	return err == nil && string(data) == "5"
}

// ping is what revision 4's servers send.
var ping = engineio.Packet{Type: engineio.Ping}

// A seen is what a client's facts told.
type seen struct {
	mu      sync.Mutex
	tracker sessions.Tracker
	facts   []string
	hook    func(fact.Fact)
	events  []Event
}

func (s *seen) emit(f fact.Fact) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tracker.Add(f)
	switch f := f.(type) {
	case *fact.Request:
		s.facts = append(s.facts, fmt.Sprintf("%d %s %s %s", f.Conn.ID, f.Method, f.Target, f.Body))
	case *fact.Response:
		s.facts = append(s.facts, fmt.Sprintf("%d %d %s", f.Conn.ID, f.Status, f.Body))
	case *fact.Message:
		s.facts = append(s.facts, fmt.Sprintf("%d %s %q", f.Conn.ID, f.Dir, f.Payload))
	}
	if s.hook != nil {
		s.hook(f)
	}
}

func (s *seen) trace(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

// told are the texts of the events of a kind.
func (s *seen) told(kind EventKind) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var texts []string
	for _, e := range s.events {
		if e.Kind == kind {
			texts = append(texts, e.String())
		}
	}
	return texts
}

// run runs a client to its end.
func run(t *testing.T, address string, o Options, s *seen) error {
	t.Helper()
	o.Trace = s.trace
	c, err := New(address, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err = c.Run(ctx, s.emit)
	if ctx.Err() != nil {
		t.Fatal("the client did not come to an end")
	}
	s.tracker.Finish()
	return err
}

// quiet keeps servers from logging what these tests do to them.
var quiet = log.New(io.Discard, "", 0)

// acceptKey answers a Sec-WebSocket-Key (RFC 6455 §4.2.2).
func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func hex(p []byte) string { return fmt.Sprintf("%x", p) }
