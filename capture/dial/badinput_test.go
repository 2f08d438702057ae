package dial

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"sioscope/internal/nowhere"
	"sioscope/protocol/lang"
)

// listen answers every connection with answer, after a request was read, and then closes it; nil never answers.
func listen(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open []net.Conn
	done := make(chan bool)
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				break
			}
			if answer == nil {
				open = append(open, c)
				continue
			}
			go func() {
				defer c.Close()
				answer(c)
			}()
		}
		for _, c := range open {
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String()
}

// says writes text once a request has come.
func says(text string) func(net.Conn) {
	return func(c net.Conn) {
		http.ReadRequest(bufio.NewReader(c))
		io.WriteString(c, text)
	}
}

// secure is an HTTPS server whose certificate is valid for names, between two times.
func secure(t *testing.T, names []string, from, to time.Time) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: from, NotAfter: to, DNSNames: names}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(new(node))
	s.Config.ErrorLog = quiet
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return "localhost:" + port(s.Listener.Addr().String())
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// TestBadInput: one sentence for each, with the way out, and no longer than the time-out.
func TestBadInput(t *testing.T) {
	t.Parallel()
	page := "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 45\r\n\r\n<!doctype html>\n<title>Welcome to nginx!\x1b[31m"
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	node := new(node)
	real := strings.TrimPrefix(node.start(t).URL, "http://")
	gone, now := nowhere.Address(t), time.Now()
	selfSigned := secure(t, []string{"localhost"}, now.Add(-time.Hour), now.Add(time.Hour))
	tests := []struct {
		name, url string
		options   Options
		reason    Reason
		want      string // HOST stands for the host of the URL
	}{
		{"refused port", "http://" + nowhere.Address(t), Options{}, PortRefused, "HOST refuses connections: nothing listens there; start the server, or check the port"},
		{"refused port, again and again", "http://" + nowhere.Address(t), Options{Reconnect: true, For: 2 * time.Second}, PortRefused, "HOST refuses connections: nothing listens there; start the server, or check the port (so it was until the 2 s that --for gives were over)"},
		{"a proxy's refused port", "http://example.org", Options{Proxy: &url.URL{Scheme: "http", Host: gone}}, PortRefused, "the proxy " + gone + " refuses connections: nothing listens there; check --proxy"},
		{"a proxy's refused port, for WebSocket", "http://example.org", Options{Proxy: &url.URL{Scheme: "http", Host: gone}, Transports: []string{WebSocket}}, PortRefused, "the proxy " + gone + " refuses connections: nothing listens there; check --proxy"},
		{"asked too often", "http://" + listen(t, says("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n")), Options{}, Refused, "HOST/socket.io/ answered 429 without a body: something in front of the service limits how often it may be asked; wait a while and try again"},
		{"a name that does not resolve", "http://nobody.invalid:3000", Options{}, NotResolved, ""},
		{"silent", "http://" + listen(t, nil), Options{}, NoAnswer, "HOST accepted the connection and did not answer within 300 ms; check the port and --path, or give it more time with --timeout"},
		{"silent to WebSocket", "http://" + listen(t, nil), Options{Transports: []string{WebSocket}}, NoAnswer, "HOST accepted the connection and did not answer within 300 ms; check the port and --path, or give it more time with --timeout"},
		{"silent to TLS", "https://" + listen(t, nil), Options{}, NoAnswer, "HOST accepted the connection and did not answer to TLS within 300 ms; check the port, or give it more time with --timeout"},
		{"silent and --for", "http://" + listen(t, nil), Options{For: 50 * time.Millisecond, Timeout: time.Minute}, NoAnswer, "HOST let nobody into the namespace / within the 50 ms that --for gives; check the URL, or give it more time"},
		{"closes", "http://" + listen(t, says("")), Options{}, ClosedSilent, "HOST closed the connection without an answer; if it speaks TLS, use https://, and check the port and --path"},
		{"closes in its answer", "http://" + listen(t, says("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n0{\"sid\":")), Options{}, Garbled, "HOST closed the connection in the middle of its answer; check the port and --path, and what is in between"},
		{"closes in its answer to WebSocket", "http://" + listen(t, says("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n0{\"sid\":")), Options{Transports: []string{WebSocket}}, Garbled, "HOST closed the connection in the middle of its answer; check the port and --path, and what is in between"},
		{"closes on TLS", "https://" + listen(t, func(net.Conn) {}), Options{}, ClosedSilent, "HOST closed the connection when TLS began; if it speaks plain HTTP, use http://"},
		{"a web page", "http://" + listen(t, says(page)), Options{}, NotSocketIO, `HOST/socket.io/ is no Socket.IO server: it answered 200 text/html "<!doctype html> <title>Welcome to nginx!·[31m"; check the URL, and --path where the server listens elsewhere than /socket.io/`},
		{"a web page for WebSocket", "http://" + listen(t, says(page)), Options{Transports: []string{WebSocket}}, NotSocketIO, ""},
		{"404", plain.URL, Options{Path: "/x"}, NotSocketIO, `HOST/x/ is no Socket.IO server: it answered 404 text/plain "404 page not found"; check the URL, and --path where the server listens elsewhere than /socket.io/`},
		{"no HTTP", "http://" + listen(t, says("SSH-2.0-OpenSSH_9.0\r\n")), Options{}, NotSocketIO, "HOST answers with something else than HTTP; check the port"},
		{"another host", "http://" + listen(t, says("HTTP/1.1 302 Found\r\nLocation: https://example.org/login?ticket=s3cret\r\nContent-Length: 0\r\n\r\n")), Options{}, Redirected,
			"HOST/socket.io/ answered 302 and points to https://example.org/login, where this client does not go by itself; give it that URL if it is the one"},
		{"plain port, TLS spoken", "https://" + port2(plain.URL), Options{}, PlainPort, "HOST does not speak TLS; use http:// (ws://) instead of https://"},
		{"TLS port, plain spoken", "http://" + selfSigned, Options{}, TLSPort, "HOST speaks TLS; use https:// (wss://) instead of http://"},
		{"TLS alert", "http://" + listen(t, says("\x15\x03\x01\x00\x02\x02\x46")), Options{}, TLSPort, "HOST speaks TLS; use https:// (wss://) instead of http://"},
		{"self-signed", "https://" + selfSigned, Options{}, Untrusted, "the certificate of localhost is not trusted: it is self-signed; trust its authority with --ca FILE, or accept any certificate with --insecure"},
		{"another name", "https://" + secure(t, []string{"example.org"}, now.Add(-time.Hour), now.Add(time.Hour)), Options{}, Untrusted, "the certificate of localhost is not trusted: it is for example.org; use that name, or accept it with --insecure"},
		{"expired", "https://" + secure(t, []string{"localhost"}, now.AddDate(-1, 0, 0), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)), Options{}, Untrusted, "the certificate of localhost is not trusted: it expired on 2026-01-02; renew it, or accept it with --insecure"},
		{"credentials", "http://" + listen(t, says("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")), Options{}, Forbidden, "HOST/socket.io/ lets nobody in without permission: it answered 401 without a body; give it credentials with --header, its Authorization for example"},
		{"proxy's credentials", "http://" + listen(t, says("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")), Options{}, Forbidden, "HOST/socket.io/ is answered by a proxy that lets nobody through without permission: 407 without a body; name that proxy and its user with --proxy"},
		{"allowRequest", "http://" + listen(t, says("HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 32\r\n\r\n{\"code\":4,\"message\":\"Forbidden\"}")), Options{}, Forbidden, ""},
		{"bad gateway", "http://" + listen(t, says("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")), Options{}, Refused, "HOST/socket.io/ answered 502 without a body; the service behind it may be down"},
		{"another revision", "http://" + real, Options{EIO: 3}, WrongRevision, `the server refuses Engine.IO 3 with 400 "Unsupported protocol version"; use --eio 4, or enable allowEIO3 on the server`},
		{"another revision on WebSocket, after the 101", "http://" + listen(t, lies), Options{EIO: 3, Transports: []string{WebSocket}}, WrongRevision, `the server refuses Engine.IO 3 with 400 "Unsupported protocol version"; use --eio 4, or enable allowEIO3 on the server`},
		{"an older server", (&nodeOf{3}).start(t), Options{EIO: 4}, WrongRevision, "the server speaks Engine.IO 3 whatever it is asked for; use --eio 3"},
		{"an older server on WebSocket", (&nodeOf{3}).start(t), Options{EIO: 4, Transports: []string{WebSocket}}, WrongRevision, "the server speaks Engine.IO 3 whatever it is asked for; use --eio 3"},
		{"namespace", "http://" + real, Options{Namespace: "/closed"}, NotAdmitted, `the namespace /closed refused the client: "no entry"; check --auth, or what the server's middleware wants`},
		{"namespace of an older server", (&nodeOf{3}).start(t), Options{Namespace: "closed"}, NotAdmitted, `the namespace /closed refused the client: "no entry"; check --auth, or what the server's middleware wants`},
		{"a head without end", "http://" + listen(t, func(c net.Conn) {
			says("HTTP/1.1 200 OK\r\n")(c)
			for line := []byte("X-A: " + strings.Repeat("a", 1000) + "\r\n"); ; {
				if _, err := c.Write(line); err != nil {
					return
				}
			}
		}), Options{Timeout: 20 * time.Second}, Garbled, "HOST answers with a head longer than 256 KiB, which is not read"},
		{"a body without end", "http://" + listen(t, func(c net.Conn) {
			says("HTTP/1.1 200 OK\r\n\r\n")(c)
			for part := make([]byte, 1<<20); ; {
				if _, err := c.Write(part); err != nil {
					return
				}
			}
		}), Options{Timeout: 20 * time.Second}, Garbled, "HOST sends an answer longer than 16 MiB, which is not read to its end; check the URL and --path"},
		{"a WebSocket of another kind", "http://" + listen(t, func(c net.Conn) { accept(c, "\x81\x05hello") }), Options{Transports: []string{WebSocket}}, NotSocketIO, `HOST is a WebSocket server and none of Socket.IO's: its first message was "hello"; check --path`},
		{"a WebSocket that stays silent", "http://" + listen(t, func(c net.Conn) { accept(c, ""); io.Copy(io.Discard, c) }), Options{Transports: []string{WebSocket}}, NoAnswer, "HOST accepted the WebSocket and sent nothing within 300 ms; something in between may hold frames back"},
		{"an open packet without a sid", "http://" + listen(t, says("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n0{\"sid\":\"\"}\n")), Options{}, Garbled, "the server's open packet names no session; it is no Engine.IO server, or a damaged one"},
		{"a wrong node", "http://" + listen(t, forgetful), Options{Transports: []string{Polling}}, SessionLost, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.options.Timeout == 0 {
				test.options.Timeout = 300 * time.Millisecond
				if test.reason != NoAnswer {
					test.options.Timeout = 20 * time.Second
				}
			}
			err := run(t, test.url, test.options, new(seen))
			var e *Error
			if !errors.As(err, &e) || e.Reason != test.reason {
				t.Fatalf("got %v, want %s", err, test.reason)
			}
			host := test.url[strings.Index(test.url, "://")+3:]
			if want := strings.ReplaceAll(test.want, "HOST", host); want != "" && Explain(nil, err) != want {
				t.Errorf("got\n%s, want\n%s", Explain(nil, err), want)
			}
			if strings.Contains(err.Error(), "s3cret") || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("it tells a secret, or speaks to the terminal: %q", err)
			}
		})
	}
}

func port2(address string) string { return strings.TrimPrefix(address, "http://") }

type nodeOf struct{ rev int }

func (n *nodeOf) start(t *testing.T) string {
	return (&node{rev: n.rev, ignore: true}).start(t).URL
}

// accept makes a WebSocket of the connection and writes raw bytes.
func accept(c net.Conn, raw string) {
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return
	}
	key := r.Header.Get("Sec-WebSocket-Key")
	io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "+acceptKey(key)+"\r\n\r\n"+raw)
}

// lies is what engine.io does to a revision that it refuses on WebSocket.
func lies(c net.Conn) {
	accept(c, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-type: text/html\r\nContent-Length: 28\r\n\r\nUnsupported protocol version")
}

// forgetful opens a session and knows nothing of it afterwards.
func forgetful(c net.Conn) {
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return
	}
	body, status := `0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`, "200 OK"
	if r.URL.Query().Get("sid") != "" {
		body, status = `{"code":1,"message":"Session ID unknown"}`, "400 Bad Request"
	}
	io.WriteString(c, "HTTP/1.1 "+status+"\r\nConnection: close\r\nContent-Length: "+itoa(len(body))+"\r\n\r\n"+body)
}

// TestTLS: a trusted certificate, and any with Insecure, make a session whose connections tell their TLS.
func TestTLS(t *testing.T) {
	t.Parallel()
	n := &node{upgrades: `"websocket"`, rev: 4, peers: map[string]*peer{}}
	s := httptest.NewUnstartedServer(n)
	s.Config.ErrorLog = quiet
	s.StartTLS()
	t.Cleanup(s.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(s.Certificate())
	for name, o := range map[string]Options{"trusted": {CAs: trusted}, "insecure": {Insecure: true}} {
		o.Until = Decided
		var got seen
		if err := run(t, strings.Replace(s.URL, "https", "wss", 1), o, &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, c := range got.tracker.Conns {
			if c.TLS == nil || c.TLS.Version != "1.3" || c.TLS.SNI != "127.0.0.1" || len(c.TLS.ALPN) != 1 || c.TLS.ALPN[0] != "http/1.1" || c.TLS.Reason != "" {
				t.Errorf("%s: TLS of connection %d is %+v", name, c.ID, c.TLS)
			}
		}
		if session := got.tracker.Sessions[0]; session.UpgradedAt == 0 {
			t.Errorf("%s: the session did not upgrade", name)
		}
		if lines := got.told(Connected); len(lines) < 2 || !strings.HasSuffix(lines[0], ", TLS 1.3, ALPN http/1.1") {
			t.Errorf("%s: told %q", name, lines)
		}
	}
}

// TestUnresolved: what a name server said, in words.
func TestUnresolved(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   net.DNSError
		want string
	}{
		{net.DNSError{Err: "no such host", IsNotFound: true}, "the name x.test does not resolve; check its spelling, or the VPN whose name server knows it"},
		{net.DNSError{Err: "i/o timeout", IsTimeout: true}, "no name server answered for the name x.test; check the network"},
		{net.DNSError{Err: "server misbehaving"}, "the name x.test could not be resolved (server misbehaving); check its spelling and the network"},
	}
	for _, test := range tests {
		if got := unresolved(lang.Say("the name x.test"), &test.in).Error(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

// TestEndlessNothing: a server that answers every poll at once, with nothing, does not keep the client busy.
func TestEndlessNothing(t *testing.T) {
	t.Parallel()
	n := node{}
	polls := 0
	n.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || r.URL.Query().Get("sid") == "" {
			return false
		}
		if polls++; polls == 1 {
			io.WriteString(w, `40{"sid":"x"}`)
			return true
		}
		io.WriteString(w, "6")
		return true
	}
	if err := run(t, n.start(t).URL, Options{Transports: []string{Polling}, For: time.Second}, new(seen)); err != nil {
		t.Fatal(err)
	}
	if polls < 2 || polls > 55 {
		t.Errorf("%d polls in a second", polls)
	}
}

// TestCompressed: an answer that the user's own header asked to be compressed is read.
func TestCompressed(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"gzip", "deflate"} {
		n := node{before: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("sid") != "" {
				return false
			}
			var body bytes.Buffer
			var to io.WriteCloser = gzip.NewWriter(&body)
			if coding == "deflate" {
				to = zlib.NewWriter(&body)
			}
			io.WriteString(to, `0{"sid":"sid00000000000000001","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)
			to.Close()
			w.Header().Set("Content-Encoding", coding)
			w.Write(body.Bytes())
			return true
		}}
		server := n.start(t)
		n.peer("") // the session that the answer names
		o := Options{Header: http.Header{"Accept-Encoding": {coding}}, Until: Decided}
		if err := run(t, server.URL, o, new(seen)); err != nil {
			t.Errorf("%s: %v", coding, err)
		}
	}
}

// TestFlood: a server that asks for answers and takes none is left.
func TestFlood(t *testing.T) {
	t.Parallel()
	address := listen(t, func(c net.Conn) {
		open := `0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1}`
		accept(c, "\x81"+string(rune(len(open)))+open)
		pings := []byte(strings.Repeat("\x81\x01"+"2", 10000))
		for {
			if _, err := c.Write(pings); err != nil {
				return
			}
		}
	})
	err := run(t, "http://"+address, Options{Transports: []string{WebSocket}, Timeout: 2 * time.Minute}, new(seen))
	if want := "the server asks for more answers than it takes"; !strings.HasPrefix(Explain(nil, err), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestGarbage: what cannot be read ends a session with a word, on both transports.
func TestGarbage(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"9", "4", "49", "42{", `42["connect"]`, "451-[1]x", "b!", "\xff"} {
		for _, transports := range []string{"polling", "websocket"} {
			n := node{before: func(w http.ResponseWriter, r *http.Request) bool {
				switch {
				case r.URL.Query().Get("transport") == WebSocket:
					c, _, err := w.(http.Hijacker).Hijack()
					if err != nil {
						return true
					}
					defer c.Close()
					open := `0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1}`
					frames := "\x81" + string(rune(len(open))) + open + "\x81" + string(rune(len(data))) + data
					accept(&replay{c, r}, frames)
					io.Copy(io.Discard, c)
				case r.Method == http.MethodGet && r.URL.Query().Get("sid") != "":
					io.WriteString(w, data)
				default:
					return false
				}
				return true
			}}
			err := run(t, n.start(t).URL, Options{Transports: []string{transports}}, new(seen))
			if err == nil {
				t.Errorf("%s, %q: no error", transports, data)
			}
		}
	}
}

// replay gives a request again that was read already.
type replay struct {
	net.Conn
	r *http.Request
}

func (p *replay) Read(b []byte) (int, error) {
	var text bytes.Buffer
	p.r.Write(&text)
	return copy(b, text.Bytes()), io.EOF
}

// TestEndsWithContext: whatever a server does, the client ends when it is told to.
func TestEndsWithContext(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{"silent": "http://" + listen(t, nil), "silent, TLS": "https://" + listen(t, nil)} {
		c, err := New(address, Options{Timeout: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() { done <- c.Run(ctx, new(seen).emit) }()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOptions: what cannot be right is refused before anything is sent.
func TestOptions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   Options
		want string
	}{
		{"transport", Options{Transports: []string{"flashsocket"}}, `"flashsocket" is no transport; want polling, websocket, or both with a comma between`},
		{"twice", Options{Transports: []string{Polling, Polling}}, "a transport is named twice"},
		{"revision", Options{EIO: 5}, "there is no Engine.IO 5 for this client; want 3 or 4"},
		{"auth", Options{Auth: json.RawMessage(`["a"]`)}, `the auth payload must be a JSON object, as in {"token":"…"}`},
		{"bytes", Options{Emit: []Emission{{Event: "a", Args: []json.RawMessage{json.RawMessage(`{"$binary":"?"}`)}}}}, `{"$binary":…} needs base64, as in {"$binary":"AQID"}`},
	}
	for _, test := range tests {
		if _, err := New("http://localhost", test.in); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
	}
}

// TestParseEmission: events as they are typed.
func TestParseEmission(t *testing.T) {
	t.Parallel()
	tests := []struct{ event, args, want string }{
		{"a", "", `["a"]`},
		{"a", `"x" 2 {"k": [1, null]}`, `["a","x",2,{"k":[1,null]}]`},
		{"é😀", `"ü"`, `["\u00e9\ud83d\ude00","\u00fc"]`},
		{"a", `[{"$binary":"AQID"},{"x":{"$binary":""}}]`, `["a",[{"_placeholder":true,"num":0},{"x":{"_placeholder":true,"num":1}}]] 010203 `},
		{"a", `{"$binary":"AQID","more":1}`, `["a",{"$binary":"AQID","more":1}]`},
		{"a", `12345678901234567890 {"$binary":"AQID"}`, `["a",12345678901234567890,{"_placeholder":true,"num":0}] 010203`},
		{"a", `{"b": [1`, `the arguments of "a" are not complete: nothing closes the [ at character 7`},
		{"a", `"x" {"b": "}`, `the arguments of "a" are not complete: nothing closes the " at character 11`},
		{"a", "hello", `the arguments of "a" are no JSON; text needs its quotes, as in '"hello"'`},
		{"a", `{"$binary":"A"}`, `{"$binary":…} needs base64, as in {"$binary":"AQID"}`},
		{"", "", "an event needs a name"},
		{"disconnect", "", `"disconnect" is a name that Socket.IO keeps for itself; servers close the connection over it`},
	}
	for _, test := range tests {
		e, err := ParseEmission(test.event, test.args)
		got := Explain(nil, err)
		if err == nil {
			data, attachments, _ := e.payload()
			got = string(data)
			for _, a := range attachments {
				got += " " + hex(a)
			}
		}
		if got != test.want {
			t.Errorf("%q %q: got %s, want %s", test.event, test.args, got, test.want)
		}
	}
}
