package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sioscope/capture/tlskeys"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// A relay lets connections through and keeps what passes, as it is on the wire.
type relay struct {
	mu     sync.Mutex
	pieces []piece
	ends   []net.Addr // the client of each connection
}

type piece struct {
	conn int
	dir  fact.Dir
	at   int64
	data []byte // nil: the connection ends
}

func (r *relay) add(p piece) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p.at = time.Now().UnixNano()
	r.pieces = append(r.pieces, p)
}

// start listens in front of a balancer.
func (r *relay) start(t *testing.T, balancer string) (addr string, end func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			r.mu.Lock()
			n := len(r.ends)
			r.ends = append(r.ends, c.RemoteAddr())
			r.mu.Unlock()
			open.Go(func() { r.pass(n, c, balancer) })
		}
	})
	return l.Addr().String(), func() {
		l.Close()
		open.Wait()
	}
}

func (r *relay) pass(n int, client net.Conn, balancer string) {
	defer client.Close()
	server, err := net.Dial("tcp", balancer)
	if err != nil {
		return
	}
	defer server.Close()
	var both sync.WaitGroup
	for _, way := range []struct {
		from, to net.Conn
		dir      fact.Dir
	}{{client, server, fact.Out}, {server, client, fact.In}} {
		both.Go(func() {
			defer way.to.Close()
			buf := make([]byte, 32<<10)
			for {
				k, err := way.from.Read(buf)
				if k > 0 {
					r.add(piece{conn: n, dir: way.dir, data: bytes.Clone(buf[:k])})
					way.to.Write(buf[:k])
				}
				if err != nil {
					return
				}
			}
		})
	}
	both.Wait()
	r.add(piece{conn: n})
}

// facts decodes what was kept, as a capture is decoded.
func (r *relay) facts(t *testing.T, keys *tlskeys.Keys, emit fact.Emit) {
	t.Helper()
	numbers := len(r.ends)
	opt := &conn.Options{Decrypt: keys.Decrypter, Number: func() int { numbers++; return numbers }}
	conns := map[int]*conn.Conn{}
	of := map[int]*fact.Conn{}
	for _, p := range r.pieces {
		c := conns[p.conn]
		if c == nil {
			of[p.conn] = &fact.Conn{ID: p.conn + 1, Client: r.ends[p.conn].(*net.TCPAddr).AddrPort()}
			c = conn.New(of[p.conn], opt)
			c.Open(p.at, true)
			conns[p.conn] = c
		}
		if p.data != nil {
			c.Write(p.dir, p.at, p.data, emit)
			continue
		}
		c.Close(p.at, emit)
		emit(&fact.Closed{Conn: of[p.conn], Time: p.at, Known: true})
	}
}

// bundle writes a certificate and its key to a file, as HAProxy wants them.
func bundle(t *testing.T, c tls.Certificate) string {
	t.Helper()
	key, err := x509.MarshalECPrivateKey(c.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}),
		pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key})...)
	file := filepath.Join(t.TempDir(), "server.pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestBrowserOverTLS: the same through HAProxy's own TLS, which offers HTTP/2 by ALPN, read from the wire with the keys
// that the browser wrote.
func TestBrowserOverTLS(t *testing.T) {
	t.Parallel()
	n := Serve(t, Options{Engine: map[string]any{"perMessageDeflate": map[string]any{"threshold": 0}}})
	b := HAProxy{Bind: "ssl crt " + bundle(t, certificate(t)) + " alpn h2,http/1.1", Frontend: Page(t, talk)}.Start(t, n)
	wire := new(relay)
	addr, end := wire.start(t, b.Addr)
	log := filepath.Join(t.TempDir(), "keys.log")
	chromium(t) // a subtest alone would be skipped
	t.Run("browser", func(t *testing.T) {
		Browse(t, "https://"+addr+"/page", log)
		n.Await(t, "end of the session", func(e Event) bool { return e.Event == "close" })
	})
	end()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	keys := new(tlskeys.Keys)
	keys.AddLog(text)
	tracker := &session.Tracker{Options: session.Options{KeepRows: true, KeepPayloads: true}}
	wire.facts(t, keys, func(f fact.Fact) {
		if m, ok := f.(*fact.Malformed); ok {
			t.Errorf("%s", m.What)
		}
		tracker.Add(f)
	})
	tracker.Finish()
	checkStreams(t, tracker, n)
}
