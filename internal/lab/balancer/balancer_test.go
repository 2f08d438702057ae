package balancer_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sioscope/internal/lab/balancer"
	"sioscope/internal/lab/rawclient"
)

func TestMain(m *testing.M) { rawclient.Main(m) }

// A node answers with its name, the request's method and the length of its body; below /wait it waits for the client
// to go away, and says so.
type node struct {
	name string
	gone chan string
}

func (n node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if strings.HasPrefix(r.URL.Path, "/wait") {
		<-r.Context().Done()
		n.gone <- n.name
		return
	}
	w.Header().Set("Upgrade-Was", r.Header.Get("Upgrade"))
	fmt.Fprintf(w, "%s %s %d", n.name, r.Method, len(body))
}

// start starts a balancer with two nodes, a and b.
func start(t *testing.T, r balancer.Rules) (b *balancer.Balancer, address string, gone chan string) {
	t.Helper()
	gone = make(chan string, 10)
	var behind []string
	for _, name := range []string{"a", "b"} {
		s := httptest.NewServer(node{name, gone})
		t.Cleanup(s.Close)
		behind = append(behind, s.Listener.Addr().String())
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b = balancer.New(l, behind, r)
	t.Cleanup(b.Close)
	return b, l.Addr().String(), gone
}

// A conn is a client's connection.
type conn struct {
	net.Conn
	t  *testing.T
	in *bufio.Reader
}

func dial(t *testing.T, address string) *conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return &conn{c, t, bufio.NewReader(c)}
}

// ask sends a request and gives what was answered, "" where the connection ended instead.
func (c *conn) ask(request string) (*http.Response, string) {
	c.t.Helper()
	if _, err := io.WriteString(c, request); err != nil {
		return nil, ""
	}
	a, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, ""
	}
	body, err := io.ReadAll(a.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return a, string(body)
}

const get = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"

// TestModes: which node answers two requests on each of three connections.
func TestModes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		mode balancer.Mode
		want string
	}{
		{"per connection", balancer.PerConnection, "aa bb aa"},
		{"per request", balancer.PerRequest, "ab ab ab"},
		{"cookie, which nobody sends back", balancer.Cookie, "ab ab ab"},
		{"source", balancer.Source, "aa aa aa"}, // 127.0.0.1: all have one address
		{"single", balancer.Single, "aa aa aa"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, address, _ := start(t, balancer.Rules{Mode: tt.mode})
			var got []string
			for range 3 {
				c := dial(t, address)
				_, one := c.ask(get)
				_, two := c.ask("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
				if !strings.HasSuffix(one, " GET 0") || !strings.HasSuffix(two, " POST 3") {
					t.Fatalf("got %q and %q", one, two)
				}
				got = append(got, one[:1]+two[:1])
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got %s, want %s", s, tt.want)
			}
		})
	}
}

func TestCookie(t *testing.T) {
	t.Parallel()
	_, address, _ := start(t, balancer.Rules{Mode: balancer.Cookie})
	c := dial(t, address)
	a, first := c.ask(get)
	cookie := a.Header.Get("Set-Cookie")
	if cookie != "SERVERID=s1; path=/" || first != "a GET 0" {
		t.Fatalf("cookie %q, answered %q", cookie, first)
	}
	for range 3 {
		a, text := dial(t, address).ask("GET /x HTTP/1.1\r\nHost: x\r\nCookie: SERVERID=s2\r\n\r\n")
		if text != "b GET 0" || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("answered %q, and set %q", text, a.Header.Get("Set-Cookie"))
		}
	}
}

// TestWebSocketRequests: what becomes of them.
func TestWebSocketRequests(t *testing.T) {
	t.Parallel()
	const ask = "GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
	for _, tt := range []struct {
		name   string
		rules  balancer.Rules
		status int
		was    string
	}{
		{"passed on", balancer.Rules{Mode: balancer.PerRequest}, 200, "websocket"},
		{"stripped", balancer.Rules{StripUpgrade: true}, 200, ""},
		{"refused", balancer.Rules{RefuseUpgrade: 403}, 403, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, address, _ := start(t, tt.rules)
			a, text := dial(t, address).ask(ask)
			if a == nil || a.StatusCode != tt.status || a.Header.Get("Upgrade-Was") != tt.was {
				t.Errorf("answered %+v %q", a, text)
			}
		})
	}
}

// TestClientGoesAway: the node hears of it, whether HTTP is read or not.
func TestClientGoesAway(t *testing.T) {
	t.Parallel()
	for _, mode := range []balancer.Mode{balancer.PerConnection, balancer.PerRequest} {
		_, address, gone := start(t, balancer.Rules{Mode: mode})
		c := dial(t, address)
		if _, err := io.WriteString(c, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		c.Close()
		select {
		case <-gone:
		case <-time.After(20 * time.Second):
			t.Errorf("mode %d: the node waits for a client that is gone", mode)
		}
	}
}

// TestIdle: a connection that is silent for too long is cut, or its request answered in the node's place.
func TestIdle(t *testing.T) {
	t.Parallel()
	for _, mode := range []balancer.Mode{balancer.PerConnection, balancer.PerRequest} {
		_, address, gone := start(t, balancer.Rules{Mode: mode, Idle: 50 * time.Millisecond})
		a, _ := dial(t, address).ask("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
		if (a != nil && a.StatusCode == 504) != (mode == balancer.PerRequest) {
			t.Errorf("mode %d: answered %+v", mode, a)
		}
		<-gone
	}
}

// TestNobodyBehind: a node that is down is answered for, where HTTP is read; else the connection ends.
func TestNobodyBehind(t *testing.T) {
	t.Parallel()
	for _, mode := range []balancer.Mode{balancer.PerConnection, balancer.PerRequest} {
		front, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		down, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		down.Close()
		b := balancer.New(front, []string{down.Addr().String()}, balancer.Rules{Mode: mode})
		a, _ := dial(t, front.Addr().String()).ask(get)
		if (a != nil && a.StatusCode == 503) != (mode == balancer.PerRequest) {
			t.Errorf("mode %d: answered %+v", mode, a)
		}
		b.Close()
	}
}

// TestNoHTTP: what is no HTTP ends the connection, and nothing else.
func TestNoHTTP(t *testing.T) {
	t.Parallel()
	_, address, _ := start(t, balancer.Rules{Mode: balancer.PerRequest})
	for _, text := range []string{"\x16\x03\x01\x02\x00\x01", "hello\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 100<<10) + "\r\n\r\n"} {
		c := dial(t, address)
		go io.WriteString(c, text)
		c.Conn.(*net.TCPConn).CloseWrite()
		if a, _ := c.ask(""); a != nil && a.StatusCode == 200 {
			t.Errorf("%.20q was answered %d", text, a.StatusCode)
		}
	}
	if _, text := dial(t, address).ask(get); !strings.HasSuffix(text, " GET 0") {
		t.Errorf("afterwards: %q", text)
	}
}

// TestCache: one answer for all handshakes, until the rules change.
func TestCache(t *testing.T) {
	t.Parallel()
	b, address, _ := start(t, balancer.Rules{Mode: balancer.PerRequest, CacheFor: time.Minute})
	const ask = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n"
	want := func(text, cache string) {
		t.Helper()
		a, got := dial(t, address).ask(ask)
		if a == nil || got != text || a.Header.Get("X-Cache") != cache {
			t.Errorf("answered %+v %q, want %q %s", a, got, text, cache)
		}
	}
	want("a GET 0", "MISS")
	want("a GET 0", "HIT")
	b.Set(balancer.Rules{Mode: balancer.PerRequest})
	want("b GET 0", "")
}
