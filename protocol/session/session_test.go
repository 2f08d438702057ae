package session

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"sioscope/protocol/fact"
)

// A wire plays the traffic of a few connections into a Tracker. A call takes a millisecond of packet time.
type wire struct {
	t      *Tracker
	now    int64
	conns  map[string]*fact.Conn
	serial map[string]int
	order  int
}

func newWire(o Options) *wire {
	return &wire{t: &Tracker{Options: o}, now: 1e18, conns: map[string]*fact.Conn{}, serial: map[string]int{}}
}

// conn returns the connection called "a" or "a>10.0.0.9:80", which is opened when first named.
func (w *wire) conn(name string) *fact.Conn {
	if c := w.conns[name]; c != nil {
		return c
	}
	_, server, ok := strings.Cut(name, ">")
	if !ok {
		server = "10.0.0.1:80"
	}
	w.order++
	c := &fact.Conn{ID: w.order, Client: netip.MustParseAddrPort(fmt.Sprintf("10.9.9.9:%d", 40000+w.order)), Server: netip.MustParseAddrPort(server)}
	w.conns[name] = c
	w.t.Add(&fact.Opened{Conn: c, Time: w.tick(), SYN: true})
	return c
}

func (w *wire) tick() int64 { w.now += 1e6; return w.now }

// ask sends a request, "GET /socket.io/?…" with header lines after it.
func (w *wire) ask(conn, line string, more ...string) {
	method, target, _ := strings.Cut(line, " ")
	target, body, _ := strings.Cut(target, " ")
	w.serial[conn]++
	at := w.tick()
	w.t.Add(&fact.Request{Conn: w.conn(conn), Exchange: w.serial[conn], Start: at, End: at, Method: method, Target: target,
		Host: "example.com", Proto: "HTTP/1.1", Header: header(more), Body: []byte(body), BodySize: int64(len(body))})
}

// say answers the last request of a connection.
func (w *wire) say(conn string, status int, body string, more ...string) {
	at := w.tick()
	if len(more) == 0 {
		more = []string{"Content-Type: text/plain; charset=UTF-8"}
	}
	w.t.Add(&fact.Response{Conn: w.conn(conn), Exchange: w.serial[conn], Start: at, End: at, Status: status, Header: header(more),
		Body: []byte(body), BodySize: int64(len(body))})
}

func (w *wire) frame(conn string, dir fact.Dir, text string) {
	at := w.tick()
	op := fact.Text
	if text == "close" {
		op, text = fact.Close, "\x03\xe9"
	}
	w.t.Add(&fact.Message{Conn: w.conn(conn), Exchange: w.serial[conn], Dir: dir, Start: at, End: at, Opcode: op, Payload: []byte(text), Size: int64(len(text))})
}

func (w *wire) end(conn string, by fact.Dir) {
	w.t.Add(&fact.Closed{Conn: w.conn(conn), Time: w.tick(), By: by, Known: true})
}

func header(lines []string) fact.Header {
	return fact.Header(strings.Join(lines, "\r\n") + "\r\n")
}

const (
	get  = "GET /socket.io/?EIO=4&transport=polling"
	post = "POST /socket.io/?EIO=4&transport=polling"
	up   = "GET /socket.io/?EIO=4&transport=websocket"
)

// sid is a session id as Node makes it, with the given counter.
func sid(name string, counter byte) string {
	return (name + "xxxxxxxxxxxxxxxx")[:16] + "AAA" + string("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[counter])
}

func open(sid string) string {
	return `0{"sid":"` + sid + `","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`
}

// handshake opens a session on a connection.
func (w *wire) handshake(conn, sid string, more ...string) {
	w.ask(conn, get+"&t="+sid)
	w.say(conn, 200, open(sid), append([]string{"Content-Type: text/plain"}, more...)...)
}

func (w *wire) upgrade(conn, sid string) {
	w.ask(conn, up+"&sid="+sid, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: "+sid)
	w.say(conn, 101, "", "Upgrade: websocket")
	w.frame(conn, fact.Out, "2probe")
	w.frame(conn, fact.In, "3probe")
	w.frame(conn, fact.Out, "5")
}

// one finishes and returns the only session.
func (w *wire) one(t *testing.T) *Session {
	t.Helper()
	w.t.Finish()
	if len(w.t.Sessions) != 1 {
		t.Fatalf("%d sessions, want one", len(w.t.Sessions))
	}
	return w.t.Sessions[0]
}

func transports(s *Session) string {
	var out []string
	for _, p := range s.History {
		out = append(out, p.Transport.String())
	}
	return strings.Join(out, " ")
}

const unknown = `{"code":1,"message":"Session ID unknown"}`

var asJSON = "Content-Type: application/json"

func TestUpgraded(t *testing.T) {
	t.Parallel()
	w := newWire(Options{KeepRows: true, KeepPayloads: true})
	a := sid("a", 0)
	w.handshake("1", a)
	w.ask("1", post+"&sid="+a+" 40")
	w.say("1", 200, "ok")
	w.ask("1", get+"&sid="+a)
	w.say("1", 200, `40{"sid":"x"}`)
	w.upgrade("2", a)
	w.frame("2", fact.Out, `42["hello",1]`)
	w.frame("2", fact.Out, `4212["ask"]`)
	w.frame("2", fact.In, `4312["answer"]`)
	w.frame("2", fact.In, `42/admin,["news"]`)
	w.frame("2", fact.In, "2")
	w.frame("2", fact.Out, "3")
	w.frame("2", fact.Out, "close")
	w.end("2", fact.Out)
	s := w.one(t)
	if s.Upgrade != UpgradeDone || transports(s) != "polling websocket" || s.EIO != 4 {
		t.Errorf("upgrade %v, history %s, eio %d", s.Upgrade, transports(s), s.EIO)
	}
	if s.Events != [2]int64{2, 1} || s.Acks != [2]int64{0, 1} || s.Packets != [2]int64{6, 6} {
		t.Errorf("events %v, acks %v, packets %v", s.Events, s.Acks, s.Packets)
	}
	if strings.Join(s.Namespaces, " ") != "/ /admin" {
		t.Errorf("namespaces %v", s.Namespaces)
	}
	if s.Close.By != "client" || s.Close.Reason != "websocket closed 1001" || s.CutWithoutClose {
		t.Errorf("close %+v, cut %v", s.Close, s.CutWithoutClose)
	}
	if c := w.t.Conns[1]; c.LastByte == 0 || c.LastByte >= c.Closed {
		t.Errorf("last byte %d of a connection closed at %d", c.LastByte, c.Closed)
	}
	p := s.Probes[0]
	if !(p.Request < p.Answered && p.Answered < p.Ping && p.Ping < p.Pong && p.Pong < p.Upgrade) || p.Failed != 0 {
		t.Errorf("probe %+v", p)
	}
	if len(s.Rows) != len(w.t.Rows) || string(w.t.Payload(w.t.Rows[0].Data)) != get[4:]+"&t="+a {
		t.Errorf("%d rows of the session, %d in all, the first says %q", len(s.Rows), len(w.t.Rows), w.t.Payload(w.t.Rows[0].Data))
	}
}

func TestUpgradeStates(t *testing.T) {
	t.Parallel()
	a := sid("a", 0)
	tests := []struct {
		name string
		play func(*wire)
		want Upgrade
	}{
		{"not tried", func(w *wire) { w.handshake("1", a) }, UpgradeNotTried},
		{"refused", func(w *wire) {
			w.handshake("1", a)
			w.ask("2", up+"&sid="+a)
			w.say("2", 400, "Session ID unknown", "Content-Type: text/html")
		}, UpgradeFailed},
		{"pending", func(w *wire) {
			w.handshake("1", a)
			w.ask("2", up+"&sid="+a)
		}, UpgradePending},
		{"no probe back", func(w *wire) {
			w.handshake("1", a)
			w.ask("2", up+"&sid="+a)
			w.say("2", 101, "")
			w.frame("2", fact.Out, "2probe")
			w.end("2", fact.In)
		}, UpgradeFailed},
		{"closed without an answer", func(w *wire) {
			w.handshake("1", a)
			w.ask("2", up+"&sid="+a)
			w.end("2", fact.In)
		}, UpgradeFailed},
		{"direct", func(w *wire) {
			w.ask("1", up)
			w.say("1", 101, "")
			w.frame("1", fact.In, open(a))
		}, UpgradeDirect},
		{"late", func(w *wire) {
			w.ask("1", get+"&sid="+a)
			w.say("1", 200, "2")
		}, UpgradeUnknown},
		{"second attempt", func(w *wire) {
			w.handshake("1", a)
			w.ask("2", up+"&sid="+a)
			w.say("2", 503, "")
			w.upgrade("3", a)
		}, UpgradeDone},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(Options{})
			tt.play(w)
			if s := w.one(t); s.Upgrade != tt.want {
				t.Errorf("upgrade %v, want %v", s.Upgrade, tt.want)
			}
		})
	}
}

// TestOldServer: a server of revision 3 answers in its own framing whatever was asked for.
func TestOldServer(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	body := open(sid("a", 0))
	w.ask("1", get)
	w.say("1", 200, fmt.Sprintf("%d:%s2:40", len(body), body))
	if s := w.one(t); s.EIO != 3 || s.Packets[fact.In] != 2 || s.Exchanges[0].EIO != 4 {
		t.Errorf("eio %d, packets %v", s.EIO, s.Packets)
	}
}

// TestInvented: a sid that only ever was refused is no session, unless bytes are missing that may have opened it.
func TestInvented(t *testing.T) {
	t.Parallel()
	for _, gaps := range [...]int64{0, 1} {
		w := newWire(Options{KeepRows: true})
		w.ask("1", get+"&sid=abc")
		w.say("1", 400, unknown, asJSON)
		w.t.Add(&fact.Stats{Gaps: gaps})
		w.t.Finish()
		if len(w.t.Sessions) != int(gaps) || len(w.t.Lost) != 1-int(gaps) {
			t.Errorf("with %d gaps: %d sessions, %d lost", gaps, len(w.t.Sessions), len(w.t.Lost))
		}
		if got := w.t.Rows[0].Session; got != int32(gaps-1) {
			t.Errorf("with %d gaps: the row is of session %d", gaps, got)
		}
	}
}

func TestJoinedLate(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	w.frame("1", fact.In, "hello, this is something else")
	w.frame("1", fact.In, "2")
	w.frame("1", fact.Out, "3")
	w.frame("1", fact.Out, `42["x"]`)
	s := w.one(t)
	if s.SID != "" || s.EIO != 4 || transports(s) != "websocket" || s.Upgrade != UpgradeUnknown || s.Events[fact.Out] != 1 {
		t.Errorf("%+v", s)
	}
	w = newWire(Options{})
	for range 100 {
		w.frame("1", fact.In, `{"a chat":"that is no Engine.IO"}`)
	}
	if w.t.Finish(); len(w.t.Sessions) != 0 {
		t.Error("any WebSocket is taken for Engine.IO")
	}
}

// TestTwoHops: both sides of a balancer in one capture are one session, and the node is an address.
func TestTwoHops(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	a, b := sid("a", 0), sid("b", 0)
	for i, x := range [...]struct{ sid, node string }{{a, "10.0.0.11:3000"}, {b, "10.0.0.12:3000"}} {
		client, node := fmt.Sprint(i), fmt.Sprint(i)+">"+x.node
		w.ask(client, get+"&t="+x.sid)
		w.ask(node, get+"&t="+x.sid)
		w.say(node, 200, open(x.sid))
		w.say(client, 200, open(x.sid))
		w.ask(client, post+"&sid="+x.sid+" 40")
		w.ask(node, post+"&sid="+x.sid+" 40")
		w.say(node, 200, "ok")
		w.say(client, 200, "ok")
	}
	w.t.Finish()
	if len(w.t.Sessions) != 2 || len(w.t.Nodes) != 2 || w.t.Nodes[0].Label != "10.0.0.11:3000" || w.t.Nodes[0].Basis != "address" {
		t.Fatalf("%d sessions, nodes %+v", len(w.t.Sessions), w.t.Nodes)
	}
	for i, s := range w.t.Sessions {
		if s.Node != i || s.Packets != [2]int64{1, 1} || len(s.Exchanges) != 2 || len(s.Hops) != 2 || s.Server.String() != "10.0.0.1:80" {
			t.Errorf("session %d: node %d, packets %v, %d exchanges, %d hops, server %v", i, s.Node, s.Packets, len(s.Exchanges), len(s.Hops), s.Server)
		}
	}
}

// TestBesideTheBalancer: a client that goes to a node's own address is at that node, whatever its sid counts.
func TestBesideTheBalancer(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	w.handshake("direct>10.0.0.11:3000", sid("a", 0))
	w.ask("1", "GET /socket.io/?EIO=4&transport=polling&t=x1")
	w.ask("2>10.0.0.11:3000", "GET /socket.io/?EIO=4&transport=polling&t=x1")
	w.say("2>10.0.0.11:3000", 200, open(sid("b", 1)))
	w.say("1", 200, open(sid("b", 1)))
	w.handshake("3", sid("c", 0)) // to a node whose side is not in the capture
	w.t.Finish()
	if len(w.t.Sessions) != 3 || len(w.t.Nodes) != 2 {
		t.Fatalf("%d sessions, nodes %+v", len(w.t.Sessions), w.t.Nodes)
	}
	if a, b := w.t.Sessions[0], w.t.Sessions[1]; a.Node != b.Node || a.NodeBasis != "address" || w.t.Nodes[a.Node].Label != "10.0.0.11:3000" {
		t.Errorf("nodes %d by %s, and %d: %+v", a.Node, a.NodeBasis, b.Node, w.t.Nodes)
	}
	if c := w.t.Sessions[2]; c.NodeBasis != "sid counter" {
		t.Errorf("the third session's node is known by %s", c.NodeBasis)
	}
}

// TestAlikeNotTwoHops: two handshakes at the same time, alike to the letter, at two servers, with two sids, are two
// sessions.
func TestAlikeNotTwoHops(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	w.ask("1>10.0.0.1:80", get)
	w.ask("2>10.0.0.2:80", get)
	w.say("2>10.0.0.2:80", 200, open(sid("b", 0)))
	w.say("1>10.0.0.1:80", 200, open(sid("a", 0)))
	w.t.Finish()
	if len(w.t.Sessions) != 2 {
		t.Fatalf("%d sessions", len(w.t.Sessions))
	}
	for _, s := range w.t.Sessions {
		if s.Packets[fact.In] != 1 || len(s.Hops) != 0 {
			t.Errorf("%s: packets %v, %d hops", s.SID, s.Packets, len(s.Hops))
		}
	}
}

// TestNames: what tells nodes apart, and what only looks as if it did.
func TestNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		lines [4]string // of the answers to four handshakes
		opt   Options
		basis string
		nodes string
	}{
		{"a header by custom", [4]string{"X-Served-By: a", "X-Served-By: b", "X-Served-By: a", "X-Served-By: b"}, Options{}, "header X-Served-By", "a b"},
		{"a header nobody knows", [4]string{"X-Q: 7", "X-Q: 9", "X-Q: 7", "X-Q: 9"}, Options{}, "header X-Q", "7 9"},
		{"another value each time", [4]string{"X-Q: 1", "X-Q: 2", "X-Q: 3", "X-Q: 4"}, Options{}, "sid counter", "node A node B"},
		{"one value for all", [4]string{"X-Q: 1", "X-Q: 1", "X-Q: 1", "X-Q: 1"}, Options{}, "sid counter", "node A node B"},
		{"a cookie", [4]string{"Set-Cookie: SERVERID=n1; path=/", "Set-Cookie: SERVERID=n2", "Set-Cookie: SERVERID=n1", "Set-Cookie: SERVERID=n2"}, Options{}, "cookie SERVERID", "n1 n2"},
		{"a cookie that pins a client", [4]string{"Set-Cookie: AWSALB=p", "Set-Cookie: AWSALB=q", "Set-Cookie: AWSALB=p", "Set-Cookie: AWSALB=q"}, Options{}, "sid counter", "node A node B"},
		{"a prefixed cookie", [4]string{"Set-Cookie: SRV=n1~x", "Set-Cookie: SRV=n2~y", "Set-Cookie: SRV=n1~z", "Set-Cookie: SRV=n2~w"}, Options{}, "cookie SRV", "n1 n2"},
		{"an edge", [4]string{"X-Served-By: cache-fra1", "X-Served-By: cache-fra2", "X-Served-By: cache-fra1", "X-Served-By: cache-fra2"}, Options{}, "sid counter", "node A node B"},
		{"named by the user", [4]string{"X-Pod-Name: p1", "X-Pod-Name: p2", "X-Pod-Name: p1", "X-Pod-Name: p1"}, Options{NodeHeader: "X-Pod-Name"}, "named", "p1 p2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(tt.opt)
			for i, line := range tt.lines {
				w.handshake(fmt.Sprint(i), sid(fmt.Sprint(i), [...]byte{0, 0, 1, 1}[i]), line)
			}
			w.t.Finish()
			var labels []string
			for _, n := range w.t.Nodes {
				labels = append(labels, n.Label)
			}
			if got := strings.Join(labels, " "); got != tt.nodes || w.t.Nodes[0].Basis != tt.basis {
				t.Errorf("nodes %q by %q, want %q by %q", got, w.t.Nodes[0].Basis, tt.nodes, tt.basis)
			}
		})
	}
}

// TestCounters: the node of each session, by the counters of their sids alone, "?" where they do not tell.
func TestCounters(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		counters []byte
		want     string
	}{
		{"one process", []byte{0, 1, 2, 5}, "AAAA"},
		{"two that are apart", []byte{0, 1, 2, 0, 1, 3}, "AAABBA"},
		{"two in step", []byte{0, 0, 1, 1}, "AB??"},
		{"two, one ahead", []byte{0, 1, 2, 0, 3}, "AAABA"},
		{"three", []byte{5, 5, 5}, "ABC"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(Options{})
			for i, n := range tt.counters {
				w.handshake(fmt.Sprint(i), sid(fmt.Sprint(i), n))
			}
			w.t.Finish()
			got := ""
			for _, s := range w.t.Sessions {
				if s.Node < 0 {
					got += "?"
					continue
				}
				got += w.t.Nodes[s.Node].Letter
			}
			if got != tt.want {
				t.Errorf("nodes %s, want %s", got, tt.want)
			}
		})
	}
}

// TestRandomSIDs: sids of the form that counts, made at random, tell neither nodes nor restarts; a process that has been
// counting for long is one.
func TestRandomSIDs(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct {
		name  string
		next  func(i int) uint32
		nodes int
	}{
		{"random", func(int) uint32 { return random.Uint32() >> 8 }, 0},
		{"counted for long", func(i int) uint32 { return 9_000_000 + 700*uint32(i) }, 1},
		{"counted for long by two", func(i int) uint32 { return 5_000_000*(1+uint32(i%2)) + 30*uint32(i) }, 2},
	} {
		for _, sessions := range [...]int{3, 40, 2000} {
			w := newWire(Options{})
			for i := range sessions {
				n := tt.next(i)
				id := fmt.Sprintf("%016d", i) + base64.RawURLEncoding.EncodeToString([]byte{byte(n >> 16), byte(n >> 8), byte(n)})
				w.handshake(fmt.Sprint("h", i), id)
				w.upgrade(fmt.Sprint("w", i), id)
				w.end(fmt.Sprint("w", i), fact.In)
			}
			w.t.Finish()
			if sessions == 3 && tt.nodes == 2 {
				continue // two of one and one of the other: too few
			}
			if len(w.t.Nodes) != tt.nodes || len(w.t.Restarts) > 0 {
				t.Errorf("%s, %d sessions: %d nodes and %d restarts, want %d and none", tt.name, sessions, len(w.t.Nodes), len(w.t.Restarts), tt.nodes)
			}
		}
	}
}

// TestRestart: a process that lost its sessions and counts anew is the same node; one that goes on beside is another.
func TestRestart(t *testing.T) {
	t.Parallel()
	for _, dies := range [...]bool{true, false} {
		w := newWire(Options{})
		for i := range byte(2) {
			w.handshake(fmt.Sprint("h", i), sid(fmt.Sprint("old", i), i))
			w.upgrade(fmt.Sprint("w", i), sid(fmt.Sprint("old", i), i))
		}
		if dies {
			w.end("w0", fact.In)
			w.end("w1", fact.In)
		}
		w.handshake("n", sid("new", 0))
		w.t.Finish()
		if got := len(w.t.Restarts) == 1; got != dies || (len(w.t.Nodes) == 1) != dies {
			t.Errorf("dies %v: restarts %d, nodes %+v", dies, len(w.t.Restarts), w.t.Nodes)
		}
	}
}

// TestWrongNode: a sid that is refused while its session lives was refused by another node.
func TestWrongNode(t *testing.T) {
	t.Parallel()
	a := sid("a", 0)
	tests := []struct {
		name string
		play func(*wire)
		want bool
	}{
		{"at once", func(w *wire) {}, true},
		{"after the time-out", func(w *wire) { w.now += 60e9 }, false},
		{"after the time-out, and honoured later", func(w *wire) { w.now += 60e9 }, true},
		{"after its close packet", func(w *wire) {
			w.ask("1", post+"&sid="+a+" 1")
			w.say("1", 200, "ok")
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(Options{})
			w.handshake("1", a)
			tt.play(w)
			w.ask("2", get+"&sid="+a)
			w.say("2", 400, unknown, asJSON)
			if strings.Contains(tt.name, "honoured later") {
				w.ask("1", get+"&sid="+a)
				w.say("1", 200, "6")
			}
			s := w.one(t)
			for _, e := range w.t.Exchanges {
				if e.UnknownSID() && e.WrongNode != tt.want {
					t.Errorf("wrong node %v, want %v (%+v)", e.WrongNode, tt.want, s.Close)
				}
			}
		})
	}
}

func TestCached(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	w.handshake("1", sid("a", 0))
	w.handshake("2", sid("a", 0))
	if s := w.one(t); len(s.Reused) != 1 || s.Packets[fact.In] != 1 {
		t.Errorf("reused %d, packets %v", len(s.Reused), s.Packets)
	}
}

// TestLimits: what is kept is bounded, and what was dropped is counted.
func TestLimits(t *testing.T) {
	t.Parallel()
	w := newWire(Options{KeepRows: true, MaxRows: 20, KeepPayloads: true, MaxPayload: 10, MaxKept: 200, MaxExchanges: 5})
	a := sid("a", 0)
	w.handshake("1", a)
	w.upgrade("2", a)
	for range 30 {
		w.frame("2", fact.Out, `42["a message that is longer than ten bytes"]`)
	}
	for range 10 {
		w.ask("1", get+"&sid="+a)
		w.say("1", 200, "6")
	}
	s := w.one(t)
	if len(w.t.Rows) != 20 || w.t.DroppedRows == 0 || w.t.KeptBytes() > 200 || len(w.t.Exchanges) != 5 || w.t.DroppedExchanges != 7 {
		t.Errorf("rows %d and %d dropped, %d bytes, exchanges %d and %d dropped", len(w.t.Rows), w.t.DroppedRows, w.t.KeptBytes(), len(w.t.Exchanges), w.t.DroppedExchanges)
	}
	if s.Events[fact.Out] != 30 {
		t.Errorf("%d events counted", s.Events[fact.Out])
	}
	if last := w.t.Rows[19]; !last.Truncated || last.Data.Len > 10 {
		t.Errorf("row %+v is not marked as cut", last)
	}
}

// TestMaxSessions: past the limit no session is begun, by whatever way, and those that are kept go on.
func TestMaxSessions(t *testing.T) {
	t.Parallel()
	w := newWire(Options{MaxSessions: 2})
	for i := range byte(4) {
		w.handshake(fmt.Sprint("h", i), sid(fmt.Sprint("s", i), i))
	}
	w.ask("h0", get+"&sid="+sid("s0", 0))
	w.say("h0", 200, "6")
	w.ask("x", get+"&sid=other")
	w.say("x", 200, "6")
	w.frame("y", fact.In, "2")
	w.t.Finish()
	if len(w.t.Sessions) != 2 || w.t.DroppedExchanges != 3 || w.t.Sessions[0].Packets[fact.In] != 2 {
		t.Errorf("%d sessions, %d requests dropped, packets %v", len(w.t.Sessions), w.t.DroppedExchanges, w.t.Sessions[0].Packets)
	}
}
