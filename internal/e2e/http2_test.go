package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"sioscope/capture/tap"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// talk is a page's: it is upgraded, talks, and leaves.
const talk = `
const socket = io({ reconnection: false });
socket.io.engine.once('upgrade', () => socket.emit('echo', 'over http/2', 'over http/2', () => socket.emit('send-binary', 3)));
socket.on('binary', () => socket.disconnect());`

func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// unwrapped takes TLS off in front of a balancer, offers HTTP/2 in it and nothing else, and shows what is inside.
func unwrapped(t *testing.T, balancer string, emit fact.Emit) (addr string, end func()) {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate(t)}, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	inside := tap.New(emit)
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { pass(c.(*tls.Conn), balancer, inside) })
		}
	})
	return l.Addr().String(), func() {
		l.Close()
		open.Wait()
		inside.End()
	}
}

// pass lets bytes through until one side ends.
func pass(c *tls.Conn, balancer string, inside *tap.Tap) {
	defer c.Close()
	if c.Handshake() != nil {
		return
	}
	seen := inside.Accepted(c, tap.Opening{TLS: &tap.TLS{Version: "1.3", ALPN: []string{c.ConnectionState().NegotiatedProtocol}}})
	defer seen.Close()
	server, err := net.Dial("tcp", balancer)
	if err != nil {
		return
	}
	defer server.Close()
	var both sync.WaitGroup
	both.Go(func() {
		io.Copy(server, seen)
		server.Close()
	})
	io.Copy(seen, server)
	c.Close()
	both.Wait()
}

// TestBrowserOverHTTP2: a real browser polls over HTTP/2, moves to a WebSocket in a stream of the same connection
// (RFC 8441), compressed, and leaves; and in each case the server saw what the facts tell.
func TestBrowserOverHTTP2(t *testing.T) {
	t.Parallel()
	n := Serve(t, Options{Engine: map[string]any{"perMessageDeflate": map[string]any{"threshold": 0}}})
	b := HAProxy{Bind: "proto h2", Frontend: Page(t, talk)}.Start(t, n)
	tracker := &session.Tracker{Options: session.Options{KeepRows: true, KeepPayloads: true}}
	compressed := 0
	addr, end := unwrapped(t, b.Addr, func(f fact.Fact) {
		if m, ok := f.(*fact.Message); ok && m.Compressed {
			compressed++
		}
		if m, ok := f.(*fact.Malformed); ok {
			t.Errorf("%s", m.What)
		}
		tracker.Add(f)
	})
	chromium(t) // a subtest alone would be skipped
	t.Run("browser", func(t *testing.T) {
		Browse(t, "https://"+addr+"/page", "")
		n.Await(t, "end of the session", func(e Event) bool { return e.Event == "close" })
	})
	end()
	tracker.Finish()
	checkStreams(t, tracker, n)
	if compressed < 4 {
		t.Errorf("%d messages are compressed", compressed)
	}
}

// checkStreams holds the one session of talk against the server's log.
func checkStreams(t *testing.T, tracker *session.Tracker, n *Node) {
	t.Helper()
	open := n.Sessions(t)
	if len(open) != 1 || len(tracker.Sessions) != 1 {
		t.Fatalf("the server opened %d sessions, %d were seen", len(open), len(tracker.Sessions))
	}
	s := tracker.Sessions[0]
	if s.SID != open[0].SID || s.Upgrade != session.UpgradeDone || s.Transport() != session.WebSocket || s.Close.By != "client" {
		t.Errorf("session %s: upgrade %v, on %v, closed by %+v", s.SID, s.Upgrade, s.Transport(), s.Close)
	}
	if s.Events != [2]int64{fact.Out: 2, fact.In: 2} || s.Acks[fact.In] != 1 || len(s.Oddities) > 0 {
		t.Errorf("events %v, acks %v, %q", s.Events, s.Acks, s.Oddities)
	}
	last := s.Conns[len(s.Conns)-1]
	if last.Over == nil || last.Protocol != "websocket" || tracker.Conns[last.Over.ID-1].Protocol != "h2" || last.TLS == nil || last.Closed == 0 {
		t.Errorf("the WebSocket is %+v", last)
	}
	if e := last.WebSocket; e == nil || !e.Connect || e.Status != 200 || e.Kind != session.UpgradeRequest {
		t.Errorf("the WebSocket's request is %+v", e)
	}
	for _, e := range s.Exchanges {
		if e.Request.Proto != "HTTP/2" || e.Incomplete || e.Status != 200 && e.Reset == 0 {
			t.Errorf("%s %s: %s, %d", e.Method, e.Target, e.Request.Proto, e.Status)
		}
	}
	d := diagnose.Diagnose(tracker)
	if d.Verdict.State != diagnose.StateWebSocket || len(d.Findings) > 0 {
		t.Errorf("%s; %s", d.Verdict.Summary, fmt.Sprintf("%+v", d.Findings))
	}
}
