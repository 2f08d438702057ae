package tap

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// serve answers as an Engine.IO server does, on loopback; every connection it accepts is tapped.
func serve(t *testing.T, server *Tap) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			io.Copy(io.Discard, r.Body)
			io.WriteString(w, "ok")
		case r.URL.Query().Get("sid") == "":
			io.WriteString(w, `0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`)
		default:
			io.WriteString(w, "40{}")
		}
	})}
	go s.Serve(listener{l, server})
	t.Cleanup(func() { s.Close() })
	return l.Addr().String()
}

type listener struct {
	net.Listener
	tap *Tap
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.tap.Accepted(c, Opening{}), nil
}

// TestBothEnds: what a client's connections and what the server's tell is the same session.
func TestBothEnds(t *testing.T) {
	t.Parallel()
	var sides [2]session.Tracker
	var kinds [2][]string
	var mu sync.Mutex
	var taps [2]*Tap
	for i := range taps {
		taps[i] = New(func(f fact.Fact) {
			mu.Lock()
			defer mu.Unlock()
			switch f := f.(type) {
			case *fact.Opened:
				kinds[i] = append(kinds[i], "opened")
			case *fact.Request:
				kinds[i] = append(kinds[i], f.Method)
			case *fact.Response:
				kinds[i] = append(kinds[i], f.Reason)
			case *fact.Closed:
				kinds[i] = append(kinds[i], "closed by "+f.By.String())
			}
			sides[i].Add(f)
		})
	}
	address := serve(t, taps[1])
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return taps[0].Dialled(c, Opening{}), nil
	}}
	client := http.Client{Transport: transport}
	base := "http://" + address + "/socket.io/?EIO=4&transport=polling"
	for _, path := range []string{"", "&sid=lv_VI97HAXpY6yYWAAAC"} {
		answer, err := client.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	answer, err := client.Post(base+"&sid=lv_VI97HAXpY6yYWAAAC", "text/plain", strings.NewReader("40"))
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	transport.CloseIdleConnections()
	taps[0].End()
	taps[1].End()

	mu.Lock()
	defer mu.Unlock()
	want := "opened GET OK GET OK POST OK closed by out"
	if got := strings.Join(kinds[0], " "); got != want {
		t.Errorf("the client's connections told %q, want %q", got, want)
	}
	if got := strings.Join(kinds[1], " "); !strings.HasPrefix(want, got) || len(kinds[1]) < 7 {
		t.Errorf("the server's connections told %q, want %q", got, want)
	}
	for i := range sides {
		sides[i].Finish()
		s := sides[i].Session("lv_VI97HAXpY6yYWAAAC")
		if s == nil || s.Packets != [2]int64{1, 2} || s.Transport() != session.Polling {
			t.Errorf("side %d: the session is %+v", i, s)
		}
		if n := sides[i].Stats.Connections; n != 1 {
			t.Errorf("side %d: %d connections", i, n)
		}
	}
}

// TestNothingAfterTheEnd: what passes after End is not told, and still passes.
func TestNothingAfterTheEnd(t *testing.T) {
	t.Parallel()
	n := 0
	tap := New(func(fact.Fact) { n++ })
	a, b := net.Pipe()
	c := tap.Dialled(a, Opening{TLS: &TLS{Version: "1.3", SNI: "localhost"}})
	tap.End()
	before := n
	go func() { c.Write([]byte("GET / HTTP/1.1\r\n\r\n")); c.Close() }()
	got, _ := io.ReadAll(b)
	if n != before || len(got) == 0 {
		t.Errorf("%d facts after the end, %d bytes passed", n-before, len(got))
	}
}
